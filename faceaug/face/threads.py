"""Fine wandering lines on the face's surface, such as vessels under the skin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.fields import mottle
from faceaug.image.shade import normals_of_height

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.image.noise import Noise

# Where the map is flatter than this share of its usual slope, its zero line would swell into a blot.
_FLAT = 0.35
# Lines break up in gaps of so many distances between lines.
_GAPS = 1.3
# Blur of a pixel and a usual lens, as standard deviation in pixels.
_PIXEL_SIGMA = 0.45


def threads(source: Decomposition, noise: Noise, name: str, *, apart: float, half_width: float) -> Tensor:
    """Draw fine lines, 1 in their middle, over the window ``(B, 1, h, w)``.

    They are the zero lines of an irregular map, broken up by another; lines thinner than a pixel keep their weight.

    Args:
        source: The faces.
        noise: Keys.
        name: The quantity drawn.
        apart: Usual distance between lines, mm.
        half_width: Half the width of a line, mm.
    """
    scale = source.pose.scale[:, None, None, None]
    winding = mottle(source, noise, name, apart) + 0.35 * mottle(source, noise, f"{name} bends", apart / 2.5)
    normal = normals_of_height(winding * scale)  # slopes per mm
    upward = normal[:, 2:].clamp(min=0.05)
    slope = torch.sqrt(normal[:, :1] ** 2 + normal[:, 1:2] ** 2) / upward
    away = winding.abs() / slope.clamp(min=_FLAT / apart * 2)
    blur = _PIXEL_SIGMA / scale
    wide = torch.sqrt(half_width**2 + blur**2)
    line = torch.exp(-0.5 * (away / wide) ** 2) * (half_width / wide)
    kept = (mottle(source, noise, f"{name} gaps", apart * _GAPS) * 2.5).clamp(0, 1)
    return line * kept * (slope * apart / 2 / _FLAT).clamp(max=1) ** 2
