"""Checks at the borders of an edit: no seam, nothing spilt over, the same grain on both sides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt

from faceaug.plan.gate.frame import Aligned, Map

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

__all__ = ["graininess", "seam", "spill"]

Where = npt.NDArray[np.bool_]

SMOOTH: Final = 1.1
"""Blur before a step is looked for, pixels of the frame: noise of single pixels is no seam."""

FLAT: Final = 6.0
"""Steepest gradient of a photograph, 8-bit steps a pixel, at which a step in the change cannot hide in an edge."""

APART: Final = 4
"""Pixels that are kept away from edges of the photograph: the change may follow those."""

LONGEST: Final = 0.995
"""The quantile of the steps that is reported: half a per cent of a face is a line across it."""

LEAST: Final = 150
"""Pixels of a region below which it says nothing; 1.5 square centimetres."""

REACH: Final = 48
"""How far from the face something can spill, pixels of the frame: 4 cm."""


def seam(pair: Aligned) -> float:
    """The steepest steps of the change where the photograph itself is smooth.

    The change is the picture's lightness less that of the photograph carried along. Light, tone and shadow change a
    face smoothly or along its own edges; a mask's border is a line where there is no edge.

    Returns:
        8-bit steps a pixel.
    """
    before, after = (_blurred(p.mean(axis=2)) for p in (pair.moved, pair.picture))
    edges = _steepness(before) > FLAT
    flat = ~_grown(edges | _glasses(pair), APART) & pair.known & _skin(pair)
    if int(flat.sum()) < LEAST:
        return 0.0
    return float(np.quantile(_steepness(after - before)[flat], LONGEST))


def _skin(pair: Aligned) -> Where:
    """Where bare skin is, on the face or beside it."""
    return (pair.after["skin"] + pair.after["body"] > 0.5) | pair.face


def spill(pair: Aligned) -> float:
    """How much hair, clothes, background, brows and eyes around the face have changed.

    Returns:
        Mean CIELAB difference of the region that changed most. A face that was moved is compared where background and
        clothes have stayed, and on its own brows and eyes.
    """
    change = np.sqrt(((_lab(pair.picture) - _lab(pair.still)) ** 2).sum(axis=2))
    moved = np.sqrt(((_lab(pair.picture) - _lab(pair.moved)) ** 2).sum(axis=2)) if pair.turned else change
    near = _grown(pair.face, REACH) & pair.inside & ~_grown(_glasses(pair), APART)
    skin = _grown((pair.before["skin"] > 0.1) | (pair.before["body"] > 0.1) | (pair.before["lips"] > 0.1), APART)
    found = [0.0]
    for name, place in _kept(pair).items():
        where = place & near & ~skin
        if int(where.sum()) >= LEAST:
            found.append(float((moved if name == "eyes" else change)[where].mean()))
    return max(found)


def _kept(pair: Aligned) -> dict[str, Where]:
    """Regions that only an edit of their own may change."""
    backdrop = (pair.before["person"] < 0.05) & (pair.after["person"] < 0.05)
    kept = {
        "background": backdrop & ~pair.face,
        "clothes": (pair.before["clothes"] > 0.9) & (pair.after["clothes"] > 0.9),
    }
    if not pair.turned:
        kept["hair"] = (pair.before["hair"] > 0.9) & ~pair.face
    return kept


def graininess(before: Decomposition, after: Decomposition) -> float:
    """How far the noise on the skin is from that of the photograph, in powers of two; one 8-bit step is no noise."""
    return abs(math.log2((float(after.grain[0]) + 1) / (float(before.grain[0]) + 1)))


def _glasses(pair: Aligned) -> Where:
    """Where glasses and their shadow have been drawn."""
    drawn = [mask > 0.02 for mask in pair.masks.values()]
    return np.asarray(np.any(drawn, axis=0)) if drawn else np.zeros_like(pair.face)


def _grown(where: Where, by: int) -> Where:
    """A region and what lies within so many pixels of it."""
    return np.asarray(cv2.dilate(where.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1), np.uint8)) > 0)


def _blurred(map_: Map) -> Map:
    """A map without its finest detail."""
    return np.asarray(cv2.GaussianBlur(map_, (0, 0), SMOOTH), np.float32)


def _steepness(map_: Map) -> Map:
    """Length of the gradient, a pixel."""
    right, down = (cv2.Sobel(map_, cv2.CV_32F, *order, ksize=3, scale=1 / 8) for order in ((1, 0), (0, 1)))
    return np.asarray(np.hypot(right, down), np.float32)


def _lab(picture: Map) -> Map:
    """CIELAB (D65) of encoded sRGB in 0..255, slightly blurred."""
    soft = cv2.GaussianBlur(picture, (0, 0), SMOOTH)
    return np.asarray(cv2.cvtColor((soft / 255).clip(0, 1).astype(np.float32), cv2.COLOR_RGB2LAB), np.float32)
