"""A turned head before its own neck: what moved there, neck that comes into sight, and cloth that stays behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from faceaug.image.extent import extent
from faceaug.image.filter import gaussian, largest
from faceaug.image.shade import smooth_fall, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.necks.neck import Neck, like_neck, shaded, under_ears
from faceaug.stages.turning.necks.upright import upright
from faceaug.stages.turning.seams import before_neck

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.swing import Swung
    from faceaug.stages.turning.unseen import Sight

# Locks of hair are hair by such shares within this distance, mm; less is an outline that was taken for hair.
_LOCK, _LOCK_MM = (0.5, 0.9), 3.0
# So far beside the neck behind, mm, counts for how what moves passes into it.
_BESIDE_NECK_MM = 12.0
# So far from the jaw, mm, the neck that moves may go over into the neck behind.
_JAW_MM = 2.0
# Nearer to the neck's axis than these, mm, what moves is the shade of the chin or a beard, but for cloth.
_THROAT = (15.0, 30.0)
# Cloth that moved, by no more than the first of these, mm, is left out with its outermost part, mm: its edge is shaded,
# and a rim of another colour (the ring of a space suit) must not stay as a line in the wall.
_TAKEN_MM, _HEM_MM = 40.0, 4.0
# So is the shade beside it, by such shares of the neck's light, within the first of these, mm; smoothed by the second.
_CREASE_MM, _EVEN_MM, _DARK, _LITTLE = 5.0, 0.6, (0.35, 0.6), 0.003
# What moves goes over into neck that came into sight over this width, mm, by such a share of face there.
_SOFT_MM, _BEFORE = 4.5, (0.0, 0.5)
# Toward the outline of a neck that stays, so far aside of its axis, mm, what moved by so many pixels is parted from it:
# where less than three counted less, a notch was left beside the shoulder.
_OUTER, _PARTED_PX = (30.0, 40.0), (0.1, 0.8)


class Lies(NamedTuple):
    """Where a turned head lies.

    Attributes:
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
        shades: Where that is or an ear, both of which shade the neck, likewise.
        far: Where things move so far that person and wall come apart, likewise.
        aside: What it left on the side from which it turns away.
        sight: Where its pixels were seen.
        source: The photograph.
    """

    face: Tensor
    shades: Tensor
    far: Tensor
    aside: Swung
    sight: Sight
    source: Decomposition


def apart_from_neck(far: Tensor, neck: Neck, away: Tensor, source: Decomposition) -> Tensor:
    """Where things move so far that person and wall come apart ``(B, 1, h, w)``, 0..1: beside the neck it is less far.

    Args:
        far: Likewise, but for the neck; changed in place.
        neck: The neck behind.
        away: How far each pixel moves, likewise, pixels.
        source: The photograph.
    """
    box = extent(neck.cover)
    if box is not None:
        part = (..., *box)
        (start, end), (least, most) = _OUTER, _PARTED_PX
        outer = upright(source, box)[0].abs().sub_(start).mul_(1 / (end - start)).clamp_(0, 1).mul_(neck.cover[part])
        outer *= (away[part] - least).mul_(1 / (most - least)).clamp_(0, 1)
        torch.maximum(far[part], outer, out=far[part])
    return far


def over_neck(
    colour: Tensor, person: Tensor, carried: dict[str, Tensor], neck: Neck, lies: Lies
) -> tuple[Neck, Tensor, Tensor]:
    """Put neck in the place of what a turned head left or took along by mistake.

    Args:
        colour: The turned head ``(B, 3, h, w)``, linear; changed in place where neck comes into sight.
        person: Its matte ``(B, 1, h, w)``.
        carried: Its regions, likewise.
        neck: The neck behind.
        lies: Where the head lies.

    Returns:
        The neck in the head's shade, the matte before it without cloth that moved, and where neck came into sight.
    """
    face, shades, far, aside, sight, source = lies
    scale, head, bared = sight.scale, person.clone(), torch.zeros_like(person)
    box = extent(neck.cover)
    if box is not None:
        neck = under_ears(neck, source, person, box)
    moved = _moved_cloth(aside.cloth, face, sight)
    cover = neck.cover * far
    box = extent(cover, round(_BESIDE_NECK_MM * scale))
    if box is not None:
        part = (..., *box)
        left = aside.left[part]
        throat = 1 - smooth_step(*_LOCK, gaussian(carried["hair"][part], _LOCK_MM * scale))
        off = (1 - face[part]).clamp(0, 1)
        skin = (carried["body"] + carried["skin"])[part]
        cloth = left * (1 - like_neck(neck, skin, sight.place[part], scale)) * (1 - carried["skin"][part]).clamp(min=0)
        aside_of = smooth_step(*_THROAT, upright(source, box)[0].abs())
        cloth = cloth * torch.maximum(aside_of, carried["clothes"][part].clamp(0, 1))
        throat = torch.maximum(throat * (1 - carried["clothes"][part]) * neck.below[part], cloth)
        throat = throat * (1 - gaussian(face[part], _JAW_MM * scale))
        head[part], beyond = before_neck(person[part], cover[part], throat, scale)
        still = throat.clamp(min=0) * torch.maximum(neck.stands[part], cloth) * (1 - beyond) * far[part]
        still = torch.maximum(still, _with_crease(moved[part], colour[part], neck.colour[part], scale) * left * off)
        wide = gaussian(still, _SOFT_MM * scale) * left * (1 - smooth_step(*_BEFORE, gaussian(face[part], scale)))
        still = torch.maximum(still, (2 * wide).clamp(max=1))
        neck = shaded(neck, shades, box, scale)
        colour[part] = torch.lerp(colour[part], neck.colour[part], still)
        bared[part] = still * head[part]
        moved[part] *= 1 - still
    box = extent(moved)
    if box is not None:  # where cloth stays it is laid over all this
        part = (..., *box)
        head[part] *= 1 - moved[part] * (1 - source.regions.person[part])
    return neck, head, bared


def _with_crease(cloth: Tensor, colour: Tensor, neck: Tensor, scale: float) -> Tensor:
    """Cloth that moved, and the shade that it had beside it ``(B, 1, h, w)``, 0..1.

    Args:
        cloth: That cloth, likewise.
        colour: What moved ``(B, 3, h, w)``, linear.
        neck: The neck behind, likewise.
        scale: Pixels per millimetre.
    """
    light, usual = ((each + _LITTLE).amax(dim=1, keepdim=True) for each in (colour, neck))
    dark = smooth_fall(*_DARK, gaussian(light / usual, _EVEN_MM * scale))
    crease = gaussian(largest(cloth, round(_CREASE_MM * scale)) * dark, _EVEN_MM * scale)
    return torch.maximum(cloth, crease)


def _moved_cloth(cloth: Tensor, face: Tensor, sight: Sight) -> Tensor:
    """Where a turned head took cloth along that stays in truth ``(B, 1, h, w)``, 0..1."""
    moved = torch.zeros_like(cloth)
    box = extent(cloth, round(_TAKEN_MM * sight.scale))
    if box is not None:
        part, size = (..., *box), (cloth.shape[-2], cloth.shape[-1])
        there = largest(sampled([cloth], sight.place[part], size), round(_HEM_MM * sight.scale)).clamp_(0, 1)
        moved[part] = there * (1 - face[part]).clamp(0, 1)
    return moved
