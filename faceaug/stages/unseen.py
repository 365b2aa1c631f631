"""What the photograph never showed of a turned head: taken from the head's other half, or grown from beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image.filter import enlarge, fill_outside, gaussian, reduce
from faceaug.image.shade import smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.extent import extent

if TYPE_CHECKING:
    from torch import Tensor

# Source pixels for each pixel of the turned picture, across the worst direction: from the second on a place counts as
# seen, below the first as not seen. Skin that stood at 60 degrees to the camera and now faces it has 0.5.
_UNSEEN, _SEEN = 0.24, 0.44
# By how much better than the place itself its mirror image must have been seen to take its part, likewise.
_BETTER = (0.12, 0.35)
# Texture is taken from places that are trusted by more than this.
_SURE = 0.95
# That measure is smoothed by this, mm; shading is told from texture at this size, mm.
_MEASURE_MM, _SHADING_MM = 2.0, 2.0
# Texture carried into the unseen is at most this much darker or brighter than what surrounds it: skin's, hair's.
_TEXTURE = (1.12, 1.5)
# Likewise from the other half, which also lends what is larger: folds, brows, edges of beard and hair.
_MIRRORED_MM, _STRUCTURE = 6.0, 2.0
# So far around is looked for texture, mm.
_REACH_MM = 28.0
# The nearest seen place is searched on a picture reduced by this, for windows of at least so many pixels.
_COARSE, _COARSE_FROM = 4, 192


@dataclass(frozen=True)
class Sight:
    """Where each pixel of a turned picture was seen in the photograph.

    Attributes:
        place: Its own place there ``(B, 2, h, w)``, window pixels.
        mirrored: The place of its mirror image on the head's other half ``(B, 2, h, w)``.
        share: How much of it is taken from there ``(B, 1, h, w)``, 0..1.
        seen: How well its own place was seen ``(B, 1, h, w)``, 0 not at all .. 1.
        scale: Pixels per millimetre.
    """

    place: Tensor
    mirrored: Tensor
    share: Tensor
    seen: Tensor
    scale: float

    def of(self, maps: Tensor, mode: str = "bilinear") -> Tensor:
        """Carry maps of the photograph ``(B, C, h, w)`` to the turned head."""
        own = sampled(maps, self.place, mode=mode)
        box = extent(self.share.amax(dim=0))
        if box is None:
            return own
        part = (..., *box)
        size = (maps.shape[-2], maps.shape[-1])
        other = sampled(maps, self.mirrored[part], size, mode=mode)
        own[part] = torch.lerp(own[part], other, self.share[part])
        return own

    def texture(self, colour: Tensor) -> Tensor:
        """Texture of the head's other half ``(B, 3, h, w)``, 1 on average; 1 where none is taken from there.

        Args:
            colour: The photograph's ``(B, 3, h, w)``, linear.
        """
        whole = torch.ones_like(colour)
        box = extent(self.share.amax(dim=0), round(2 * _MIRRORED_MM * self.scale))
        if box is not None:
            part = (..., *box)
            other = sampled(colour, self.mirrored[part], (colour.shape[-2], colour.shape[-1])).clamp(min=1e-3)
            fine = (other / gaussian(other, _MIRRORED_MM * self.scale)).clamp(1 / _STRUCTURE, _STRUCTURE)
            whole[part] = fine
        return whole


def look_up(place: Tensor, mirrored: Tensor, alike: Tensor, scale: float) -> Sight:
    """Decide for every pixel of the turned picture whether it was seen, itself or as its mirror image.

    Args:
        place: Where it comes from ``(B, 2, h, w)``, window pixels.
        mirrored: Where its mirror image on the head comes from, likewise.
        alike: How far the two halves are alike there ``(B, 1, h, w)``, 0..1.
        scale: Pixels per millimetre.
    """
    own = gaussian(_density(place), _MEASURE_MM * scale)
    seen, share = smooth_step(_UNSEEN, _SEEN, own), torch.zeros_like(own)
    # The other half is asked only where the photograph hardly saw a face.
    poorly = (1 - smooth_step(_UNSEEN, 0.5, own)) * alike
    box = extent(poorly.amax(dim=0), round(4 * _MEASURE_MM * scale) + 2)
    if box is not None:
        part = (..., *box)
        other = gaussian(_density(mirrored[part]), _MEASURE_MM * scale)
        share[part] = smooth_step(*_BETTER, other - own[part]) * poorly[part]
        seen = seen * (1 - share)
    return Sight(place, mirrored, share, seen, scale)


@dataclass(frozen=True)
class Soil:
    """From where the unseen is grown, and how much of it; all ``(B, 1, h, w)``, 0..1, but for ``finer``.

    Attributes:
        known: How far to trust the turned picture; 0 off the person.
        wanted: How much of what is grown to take.
        lends: What of the known lends its texture: not the folds of an ear.
        hair: Where texture is hair's, and so may be strong.
        share: How much texture is taken from the head's other half.
        finer: Texture of the head's other half ``(B, 3, h, w)``.
    """

    known: Tensor
    wanted: Tensor
    lends: Tensor
    hair: Tensor
    share: Tensor
    finer: Tensor


def grown(colour: Tensor, maps: Tensor, soil: Soil, scale: float) -> tuple[Tensor, Tensor]:
    """Grow what is known of the turned head into what is not.

    Colour and shading pass smoothly from all sides: so the light is right without being known. The texture is that of
    the head's other half where that was seen, else that of the nearest known skin or hair, mirrored at the border, so
    that pores, stubble and strands keep their size.

    Args:
        colour: Person ``(B, 3, h, w)``, linear; changed in place.
        maps: Regions ``(B, C, h, w)``; changed in place.
        soil: What may be used.
        scale: Pixels per millimetre.
    """
    box = extent(soil.wanted.amax(dim=0), round(_REACH_MM * scale))
    if box is None:
        return colour, maps
    part = (..., *box)
    shade, trust, wanted = colour[part], soil.known[part], soil.wanted[part]
    both = torch.cat([shade, maps[part]], dim=1)
    grown_in = filled(both, trust)
    local = gaussian(shade * trust, _SHADING_MM * scale) / gaussian(trust, _SHADING_MM * scale).clamp(min=1e-3)
    smooth, strong = _TEXTURE
    limit = smooth + (strong - smooth) * soil.hair[part]
    texture = torch.minimum(torch.maximum(shade / local.clamp(min=1e-4), 1 / limit), limit)
    carried = _carried(torch.lerp(torch.ones_like(texture), texture, trust), trust * soil.lends[part], wanted)
    carried = torch.lerp(carried, soil.finer[part], soil.share[part])
    fresh = torch.cat([grown_in[:, :3] * carried, grown_in[:, 3:]], dim=1)
    mixed = torch.lerp(both, fresh, wanted)
    colour[part], maps[part] = mixed[:, :3], mixed[:, 3:]
    return colour, maps


def spread(maps: Tensor, known: Tensor) -> Tensor:
    """Fill smooth maps ``(B, C, h, w)`` from where ``known`` is 1 into where it is 0."""
    return torch.lerp(filled(maps, known), maps, known)


def filled(maps: Tensor, known: Tensor, trusted: float = 0.5) -> Tensor:
    """Fill maps smoothly from where they are known.

    Args:
        maps: ``(B, C, h, w)``.
        known: How far to trust each pixel ``(B, 1, h, w)``, 0..1.
        trusted: Blocks of which a lesser share is known count as unknown.
    """
    factor = coarseness(known)
    weight = reduce(known, factor)
    coarse = reduce(maps * known, factor) / weight.clamp(min=1e-4)
    filled = fill_outside(coarse, smooth_step(trusted, 1.0, weight), levels=7)
    return enlarge(filled, (maps.shape[-2], maps.shape[-1]), factor)


def coarseness(known: Tensor) -> int:
    """By how much a map is reduced before it is filled and before distances are measured on it."""
    return _COARSE if min(known.shape[-2:]) >= _COARSE_FROM else 1


def _carried(texture: Tensor, lends: Tensor, wanted: Tensor) -> Tensor:
    """Mirror texture at the borders of what lends it, from both sides, the nearer one counting more.

    Along the rows or along the columns, whichever borders are nearer: so heads turned aside and heads that nod.
    """
    factor = coarseness(lends)
    sure, needy = gaussian(reduce(lends, factor), 1.0) > _SURE, reduce(wanted, factor)
    aside, down = _to_borders(sure), _to_borders(sure.transpose(-1, -2)).transpose(-1, -2)
    far_aside, far_down = ((way.amin(dim=1, keepdim=True) * needy).sum(dim=(1, 2, 3)) for way in (aside, down))
    across = (far_aside <= far_down)[:, None, None, None]
    size = (lends.shape[-2], lends.shape[-1])
    before, after = enlarge(gaussian(torch.where(across, aside, down), 1.0), size, factor).chunk(2, dim=1)
    xs, ys = pixel_centres(size, lends.device)
    source = torch.cat([texture - 1, torch.ones_like(lends)], dim=1) * lends
    total = torch.zeros_like(source)
    for step, nearness in ((-before, after), (after, before)):
        way = 2.0 * factor * step
        found = sampled(source, torch.cat([xs + way * across, ys + way * ~across], dim=1))
        total = total + found * (nearness / (before + after).clamp(min=1e-3))
    return 1 + total[:, :-1] / total[:, -1:].clamp(min=0.02)


def _to_borders(known: Tensor) -> Tensor:
    """How far away, along the row to either side, the nearest known pixel is ``(B, 2, h, w)``; far where none is."""
    width = known.shape[-1]
    column = torch.arange(width, device=known.device, dtype=torch.float32)
    left = torch.cummax(torch.where(known, column, -3.0 * width), dim=-1).values
    right = torch.cummin(torch.where(known, column, 4.0 * width).flip(-1), dim=-1).values.flip(-1)
    return torch.cat([column - left, right - column], dim=1)


def _density(place: Tensor) -> Tensor:
    """Source pixels for each pixel, across the direction in which there are fewest ``(B, 1, h, w)``, at most 1."""
    right = F.pad(place[..., :, 1:] - place[..., :, :-1], (0, 1, 0, 0), mode="replicate")
    down = F.pad(place[..., 1:, :] - place[..., :-1, :], (0, 0, 0, 1), mode="replicate")
    area = (right[:, :1] * down[:, 1:] - right[:, 1:] * down[:, :1]).abs()
    total = (right * right + down * down).sum(dim=1, keepdim=True)
    # The lesser singular value of the Jacobian, from its determinant and its Frobenius norm.
    larger = (total + (total * total - 4 * area * area).clamp(min=0).sqrt()) / 2
    return (area / larger.sqrt().clamp(min=1e-4)).clamp(max=1.0)
