"""Checks at the borders of an edit: no seam, nothing spilt over, the same grain on both sides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.plan.gate.frame import Aligned, Map

__all__ = ["graininess", "seam", "spill"]

Where = npt.NDArray[np.bool_]

SMOOTH: Final = 1.1
"""Blur before a step is looked for, pixels of the frame: noise of single pixels is no seam."""

STEEPER: Final = 1.4
"""How much steeper than the photograph's an edge may become without being a new one: a lighter tone shows more of the
skin's own relief (1.4 told seams from good pictures best, of 1.0 to 1.8)."""

NEAR: Final = (2, 4)
"""How far away the photograph's own edge may lie, of a face that has stayed and of one that was turned, pixels of the
frame: 1.6 and 3.2 mm, for a turned face is carried along only as exactly as its landmarks are."""

RIM: Final = 12
"""Band inside the outline of a face that was turned, pixels of the frame: there the outline itself has moved."""

APART: Final = 4
"""Pixels that are kept away from glasses and from soft ends of regions: a collar stands out more from darker skin."""

LONGEST: Final = 0.995
"""The quantile of the steps that is reported: half a per cent of a face is a line across it."""

LEAST: Final = 150
"""Pixels of a region below which it says nothing; 1.5 square centimetres."""

REACH: Final = 48
"""How far from the face something can spill, pixels of the frame: 4 cm."""

BROAD: Final = 3.0
"""What is spilt is a tint or a shade: it is averaged over so many pixels of the frame, within hair, clothes or
background alone, and what a codec changes of their texture, brighter here and darker there, averages out. Not so of a
turned face, where the nearest of several places leaves little of any texture."""

ALONG: Final = (-8, -4, 0, 4, 8)
"""So far collars and hair go along with a head that turns, either way, pixels of the frame: 6 mm."""


def seam(pair: Aligned) -> float:
    """The steepest edges on bare skin where the photograph has none.

    Light, tone and shadow change a face smoothly or along its own edges; a mask's border is a line where there was no
    edge. Edits that draw something with an outline of its own on the skin cannot be judged like this.

    Returns:
        8-bit steps a pixel.
    """
    before, after = (_steepness(_blurred(p.mean(axis=2))) for p in (pair.moved, pair.picture))
    size = 2 * NEAR[pair.turned] + 1
    new = (after - STEEPER * cv2.dilate(before, np.ones((size, size), np.uint8))).clip(0)
    seen = pair.known & ~_grown(~pair.known, RIM) if pair.turned else pair.known
    where = seen & _skin(pair) & ~_grown(_glasses(pair), APART)
    return float(np.quantile(new[where], LONGEST)) if int(where.sum()) >= LEAST else 0.0


def _skin(pair: Aligned) -> Where:
    """Where bare skin is, on the face or beside it, apart from the hair, clothes and background around it."""
    other = (pair.before["clothes"] > 0.5) | (pair.before["hair"] > 0.5) | (pair.before["person"] < 0.5)
    skin = (pair.after["skin"] + pair.after["body"] > 0.5) | pair.face
    return np.asarray(skin & ~_grown(other & ~pair.face, APART))


def spill(pair: Aligned) -> float:
    """How much hair, clothes and background around the face have changed.

    Returns:
        CIELAB difference of the region that changed most, less its texture; of a face that was turned, of background
        and clothes.
    """
    change = _change(pair)
    near = _grown(pair.face, REACH) & pair.inside & ~_grown(_glasses(pair), APART)
    skin = _grown((pair.before["skin"] > 0.1) | (pair.before["body"] > 0.1) | (pair.before["lips"] > 0.1), APART)
    found = [0.0]
    for place in _kept(pair):
        where = place & near & ~skin
        if int(where.sum()) >= LEAST:
            length = np.linalg.norm(change, axis=2) if pair.turned else _averaged(change, where)
            found.append(float(length[where].mean()))
    return max(found)


def _averaged(change: Map, where: Where) -> Map:
    """Length ``(h, w)`` of a difference ``(h, w, 3)`` averaged over what lies around within a region."""
    share = where.astype(np.float32)[..., None]
    both = cv2.GaussianBlur(np.concatenate([change * share, share], axis=2), (0, 0), BROAD)
    return np.asarray(np.linalg.norm(both[..., :3] / np.maximum(both[..., 3:], 1e-3), axis=2), np.float32)


def _change(pair: Aligned) -> Map:
    """CIELAB difference ``(h, w, 3)`` from the photograph; of a turned face from whatever is next to the place."""
    picture, still = _lab(pair.picture), _lab(pair.still)
    shifts = [(y, x) for y in ALONG for x in ALONG] if pair.turned else [(0, 0)]
    wide = np.pad(still, ((ALONG[-1],) * 2, (ALONG[-1],) * 2, (0, 0)), mode="edge")
    height, width = still.shape[:2]
    least, found = np.full((height, width), np.inf, np.float32), np.zeros_like(still)
    for y, x in shifts:
        row, column = ALONG[-1] + y, ALONG[-1] + x
        change = picture - wide[row : row + height, column : column + width]
        square = (change**2).sum(axis=2)
        nearer = square < least
        least, found = np.where(nearer, square, least), np.where(nearer[..., None], change, found)
    return np.asarray(found, np.float32)


def _kept(pair: Aligned) -> list[Where]:
    """Background, clothes and, of a face that has stayed, hair: what only an edit of their own may change."""
    backdrop = (pair.before["person"] < 0.05) & (pair.after["person"] < 0.05) & ~pair.face
    clothes = (pair.before["clothes"] > 0.9) & (pair.after["clothes"] > 0.9)
    hair = (pair.before["hair"] > 0.9) & ~pair.face
    return [backdrop, clothes] if pair.turned else [backdrop, clothes, hair]


def graininess(before: Decomposition, after: Decomposition) -> float:
    """How far the noise on the skin is from that of the photograph, in powers of two; one 8-bit step is no noise."""
    return abs(math.log2((float(after.grain[0]) + 1) / (float(before.grain[0]) + 1)))


def _glasses(pair: Aligned) -> Where:
    """Where glasses and their shadow have been drawn."""
    drawn = [mask > 0.02 for name, mask in pair.masks.items() if name.startswith("glasses")]
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
