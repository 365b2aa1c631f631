"""The margins of the lids: skin within the eyes' outline, which would stay pale in a face of another tone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.kept import kept
from faceaug.image.color import linear_to_lab
from faceaug.image.extent import extent
from faceaug.image.filter import largest
from faceaug.image.picked import picked, places, put
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# The outline of an eye may be off by this much, mm (landmarks on 189 faces miss points set by hand by some 2 mm).
_MARGIN_MM = 1.5
# Share of the skin's colour for its lightness from which a pixel is less and less white of the eye, and of the skin's
# lightness from which it is less and less iris or lashes.
_COLOURED, _LIGHT = (0.5, 0.9), (0.4, 0.65)


@kept("linear", "regions.eyes", "pose.scale", "skin.tone")
@torch.inference_mode()
def lid_margins(source: Decomposition) -> Tensor:
    """Share of skin along the inside of the eyes' outline ``(1, 1, h, w)`` of a single face, 0..1."""
    eyes = source.regions.eyes
    reach = max(1, round(_MARGIN_MM * float(source.pose.scale[0])))
    made, box = torch.zeros_like(eyes), extent(eyes, reach + 1)
    if box is None:
        return made
    part = eyes[(..., *box)]
    margin = torch.zeros_like(eyes)
    margin[(..., *box)] = (part + largest(-part, reach)).clamp_(0, 1)
    place = places(margin[0, 0], 0.02)
    lightness, *opponent = linear_to_lab(picked(source.linear[0], place)[None])[0]
    skin = source.skin.tone[0]
    own = skin[1:] / (skin[1:] ** 2).sum().clamp(min=1.0)
    coloured = (opponent[0] * own[0] + opponent[1] * own[1]) * (skin[0] + 16) / (lightness + 16)
    share = smooth_step(*_COLOURED, coloured) * smooth_step(*_LIGHT, lightness / skin[0].clamp(min=1.0))
    put(made[0], place, share[None] * picked(margin[0], place))
    return made
