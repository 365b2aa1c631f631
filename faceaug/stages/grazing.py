"""The thin bright line along cheek and jaw that the photograph's own lamps leave on the down of the skin they graze."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.brightness import brightness
from faceaug.image.filter import coarseness, enlarge, gaussian, reduce
from faceaug.image.shade import smooth_fall, smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# The line is as narrow as the first of these blurs, mm, and told from the skin within the second.
_LINE_MM, _BESIDE_MM = 0.6, 5.0
# Skin is grazed where its normal's part toward the camera falls from the second of these to the first.
_EDGEWISE = (0.5, 0.8)
# Where the matte is less than this the wall shines through.
_WHOLE = (0.8, 0.98)


def grazed(source: Decomposition, bare: Tensor) -> Tensor:
    """Share of the skin's light ``(B, 1, h, w)`` that comes off lamps which graze it, 0..1.

    How much brighter the outermost skin is than the skin beside it. No shading over smooth normals holds that line: a
    new light that does not come from there would leave it standing in the shadow.

    Args:
        source: Faces taken apart.
        bare: Share of bare skin ``(B, 1, h, w)``.
    """
    size = (source.linear.shape[-2], source.linear.shape[-1])
    factor = coarseness(size)
    matte = brightness(source) - source.skin.specular
    maps = (matte, bare, source.regions.person, source.surface.normal[:, 2:])
    bright, skin, person, ahead = (reduce(each, factor) for each in maps)
    weight = skin * smooth_step(*_WHOLE, person)
    pixel = float(source.pose.scale.mean()) / factor
    both = torch.cat([bright * weight, weight], dim=1)
    line, of_line = gaussian(both, _LINE_MM * pixel).chunk(2, dim=1)
    beside, of_beside = gaussian(both, _BESIDE_MM * pixel).chunk(2, dim=1)
    stands_out = (line * of_beside).div_((beside * of_line).clamp_(min=1e-6)).sub_(1).clamp_(min=0)
    stands_out.mul_(smooth_fall(*_EDGEWISE, ahead)).mul_(weight)
    return enlarge(stands_out / (1 + stands_out), size, factor)
