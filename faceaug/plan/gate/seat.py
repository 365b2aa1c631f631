"""Check: glasses sit before the eyes."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.plan.gate.frame import SIDE, Aligned

__all__ = ["misplacement"]

LENS: Final = "glasses_lens"
"""The mask that says where the lenses are."""

BEFORE_EYES: Final = 0.25
"""How far lenses stand before the pupils, over the pupils' distance: 16 mm (vertex distance 12 to 14, and the eye)."""

BELOW_EYES: Final = 0.06
"""How far the lenses' middle lies below the pupils: 4 mm (pupils at 55 to 60 % of a lens' height)."""

LEAST: Final = 60
"""Pixels of a lens below which it cannot be placed."""


def misplacement(pair: Aligned, yaw: float) -> float | None:
    """How far the lenses' middle is from its place before the pupils; None where there are no lenses.

    Args:
        pair: Picture and photograph.
        yaw: Turn of the head, degrees; what stands before a turned face is seen to the side of it.

    Returns:
        Share of the distance of the pupils.
    """
    lens = pair.masks.get(LENS)
    if lens is None or not (lens > 0.5).any():
        return None
    rows, columns = np.nonzero(lens > 0.5)
    right, left = pair.points[RIGHT_PUPIL], pair.points[LEFT_PUPIL]
    middle = (right + left) / 2
    sides = [columns + 0.5 < middle[0], columns + 0.5 >= middle[0]]
    if min(int(side.sum()) for side in sides) < LEAST:
        return float(SIDE) / max(float(left[0] - right[0]), 1.0)
    centres = [np.array([columns[side].mean() + 0.5, rows[side].mean() + 0.5]) for side in sides]
    apart = float(np.hypot(*(left - right))) / max(math.cos(math.radians(yaw)), 0.3)
    offset = (centres[0] + centres[1]) / 2 - middle
    offset -= apart * np.array([BEFORE_EYES * math.sin(math.radians(yaw)), BELOW_EYES])
    return float(np.hypot(*offset)) / apart
