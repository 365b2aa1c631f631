"""What a foreign shadow takes away: the light under its mask, over what was there, and how soft its edge is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.sample import bright_of, person_of, skin_of

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.render import Rendering

FULL, NONE = 0.97, 0.03
"""Mask from which on a pixel is in full shadow, and up to which it is in the light."""

PENUMBRA, WALL = 5.0, 500.0
"""Width of the soft edge, and way from the face to the wall, asked for, mm."""


def shaded(parts: Decomposition, made: Rendering) -> dict[str, Any]:
    """Light lost in full shadow on bare skin and wall, and in none on the person; width of the soft edge in mm."""
    mask = made.masks["foreign_shadow"][0] / 255
    skin, person = skin_of(parts), person_of(parts)
    before, after = bright_of(parts.photos[0].pixels) + 1e-4, bright_of(made.pixels[0]) + 1e-4
    kept = after / before
    full, light, wall = skin & (mask > FULL), person & (mask <= NONE), ~person & (mask > FULL)
    return {
        "share": float((mask[person] > 0.5).mean()),
        "dark": 1 - float(np.median(kept[full])) if full.sum() > 50 else math.nan,
        "wall": 1 - float(np.median(kept[wall])) if wall.sum() > 50 else math.nan,
        "light": 1 - float(np.median(kept[light])) if light.sum() > 50 else math.nan,
        "edge": _width(mask, skin, float(parts.pose.scale[0])),
    }


def _width(mask: np.ndarray, skin: np.ndarray, scale: float) -> float:
    """Width in mm over which the mask would go from 10 to 90 % at the slope of its middle; NaN without an edge.

    A Gaussian flank is 2.56 standard deviations wide from 10 to 90 %, and at its middle has the slope
    1 / (2.507 standard deviations).
    """
    slope = np.hypot(*np.gradient(mask))
    edge = skin & (np.abs(mask - 0.5) < 0.1) & (slope > 1e-4)
    return float(np.median(2.563 / (2.507 * slope[edge]))) / scale if edge.sum() > 50 else math.nan
