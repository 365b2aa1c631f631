"""Check: nothing on the face has been clipped that was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

__all__ = ["newly_clipped"]


def newly_clipped(before: Decomposition, after: Decomposition) -> float:
    """The share of the bare skin that is white or black in the picture, less that of the photograph; at least 0."""
    return max(0.0, _share(after) - _share(before))


def _share(face: Decomposition) -> float:
    """Share of the bare skin that has a channel at its upper end, or all of them at the lower one."""
    height, width = face.size[1]
    left, top = face.corners[0]
    pixels = face.photos[0].pixels[top : top + height, left : left + width]
    skin = pixels[torch.greater(face.regions.skin[0, 0], 0.8).cpu().numpy()]
    return float(np.mean((skin == 255).any(axis=1) | (skin == 0).all(axis=1))) if len(skin) else 0.0
