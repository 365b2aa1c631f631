"""What a skin condition does to the skin's colour under its mask, and to what is no bare skin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.sample import lab_of

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.render import Rendering


def marked(parts: Decomposition, made: Rendering) -> dict[str, Any]:
    """Change of colour (CIE 1976) where the label is at least half, its share of the skin, and changes off the skin."""
    name = next(iter(made.masks))
    mask = made.masks[name][0] / 255
    photo, pixels = parts.photos[0].pixels, made.pixels[0]
    apart = np.linalg.norm(lab_of(pixels) - lab_of(photo), axis=2)
    left, top = parts.corners[0]
    bare = np.zeros(mask.shape, np.float32)
    window = np.maximum(parts.regions.skin[0, 0].numpy(), parts.regions.body[0, 0].numpy())
    bare[top : top + window.shape[0], left : left + window.shape[1]] = window
    changed = (pixels != photo).any(axis=2)
    within = mask > 0.5
    return {
        "colour": float(apart[within].mean()) if within.any() else math.nan,
        "largest": float(np.quantile(apart[within], 0.9)) if within.any() else math.nan,
        "share": float(within.sum() / max((bare > 0.5).sum(), 1)),
        "off_skin": int((changed & (bare == 0)).sum()),
    }
