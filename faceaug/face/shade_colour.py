"""What shading does to the colour of skin: the dark parts of a face are more saturated, as photographs show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.topology import SURFACE_POINTS, face_model
from faceaug.image.color import luminance
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import reduce
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Change of log red, green and blue for each unit of log luminance: medians of 71 portraits with light from one side
# (60 of the congress, 8 of Canada, 3 of London; points of the mesh against their mirror images, which have the same
# skin), quartiles 0.85-0.93, 1.05-1.10, 1.09-1.28. Cameras' steep curves and light that wanders in the skin do that.
_USUAL = (0.887, 1.075, 1.184)
# The photograph itself is believed as far as its two sides differ: half where by this much (root mean square, log).
_TOLD = 0.12
# Skin is averaged over squares of so many millimetres, and its points are used where they hold this much bare skin.
_SQUARE_MM, _BARE = 4.0, 0.85
# From light of one colour to so many times what is usual: what lies beyond are lamps of two colours.
_MOST = 3.0
# So many times what is usual makes glaring skin look like white cloth: from the first on, wholly from the second.
_MORE = (1.1, 1.7)
# Shading this far from none (log) changes the colour no further: no pair of points tells what becomes of it in deeper
# shade, and in brighter light pale skin would turn blue.
_DARKEST, _BRIGHTEST = -1.6, 0.35


def find_shade_colour(matte: Tensor, points: Tensor, skin: Tensor, scale: float) -> Tensor:
    """How log red, green and blue of skin go with its log luminance ``(B, 3)``; 1, 1, 1 is light of one colour.

    Args:
        matte: Window without the skin's surface reflection ``(B, 3, h, w)``, linear sRGB.
        points: Landmarks ``(B, 478, 3)``, in pixels of the window.
        skin: Bare facial skin ``(B, 1, h, w)``, 0..1.
        scale: Pixels a millimetre.
    """
    factor = max(1, round(_SQUARE_MM * scale))
    high, wide = (-(-length // factor) for length in skin.shape[-2:])
    maps = skin.new_zeros(len(skin), 4, high, wide)
    box = extent(skin)
    if box is not None:
        down, across = in_blocks(box, factor)
        bare = skin[..., down, across]
        held = reduce(torch.cat([matte[..., down, across] * bare, bare], dim=1), factor)
        top, left = down.start // factor, across.start // factor
        maps[..., top : top + held.shape[-2], left : left + held.shape[-1]] = held
    size = points.new_tensor([maps.shape[-1], maps.shape[-2]])
    place = points[:, None, :SURFACE_POINTS, :2] * (2 / (size * factor)) - 1
    seen = F.grid_sample(maps, place, mode="bilinear", padding_mode="zeros", align_corners=False)[:, :, 0]
    return torch.stack([_slopes(row) for row in seen])


def deepened(ratio: Tensor, flesh: Tensor, source: Decomposition) -> Tensor:
    """A change of light ``(B, 3, h, w)``, new over old, as a face shows it where ``flesh`` ``(B, 1, h, w)`` is."""
    dark = luminance(ratio).clamp_(min=1e-3).log_().clamp_(_DARKEST, _BRIGHTEST).mul_(flesh)
    return torch.exp_((source.skin.shade_colour - 1)[:, :, None, None] * dark).mul_(ratio)


def unbleached(linear: Tensor, source: Decomposition) -> Tensor:
    """Colours ``(B, 3, h, w)``, linear, as they would be if skin in bright light were as deep in colour as its cheeks.

    Else a glaring forehead teaches that white cloth is skin. Only of photographs whose colours go with light more than
    is usual: the classes know the others as they are.
    """
    own = source.skin.shade_colour - 1
    often = (own / (linear.new_tensor(_USUAL) - 1)).mean(dim=1, keepdim=True)
    taken = own * smooth_step(*_MORE, often)
    if not bool(taken.any()):
        return linear
    cheeks = ((source.skin.tone[:, :1] + 16) / 116).clamp(min=0.1) ** 3
    light = torch.log(luminance(linear).clamp(min=1e-3) / cheeks[:, :, None, None]).clamp_(0, _BRIGHTEST)
    return torch.exp_(-taken[:, :, None, None] * light).mul_(linear)


def _slopes(seen: Tensor) -> Tensor:
    """Slopes ``(3,)`` from colours times weight, and weight, of the mesh's points ``(4, 468)``."""
    weight = seen[3]
    mirror = torch.from_numpy(face_model().mirror[:SURFACE_POINTS].astype("int64")).to(seen.device)
    first = torch.arange(SURFACE_POINTS, device=seen.device) < mirror
    both = torch.minimum(weight, weight[mirror]) > _BARE
    one = torch.nonzero(first & both)[:, 0]
    colours = seen[:3] / weight.clamp(min=0.05)
    logs = torch.log(torch.cat([colours, luminance(colours[None])[0]]).clamp(min=1e-3)).double()
    differ = logs[:, one] - logs[:, mirror[one]]
    told, bright = differ @ differ[3], differ[3] @ differ[3]
    usual = told.new_tensor(_USUAL)
    prior = _TOLD * _TOLD * max(len(one), 1)
    slopes = (told[:3] + prior * usual) / (bright + prior)
    reach = 1 + _MOST * (usual - 1)
    ends = torch.ones_like(reach)
    return slopes.clamp(torch.minimum(ends, reach), torch.maximum(ends, reach)).float()
