"""What was never seen of a turned head, grown from what was: skin from skin, hair from hair."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch

from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import box, enlarge, gaussian, largest, reduce
from faceaug.image.noise import Noise
from faceaug.image.picked import median
from faceaug.image.shade import smooth_step
from faceaug.stages.coarse import COARSEST, coarseness
from faceaug.stages.turning.strands import strands
from faceaug.stages.turning.unseen import filled, filled_small

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.image.extent import Box

# Shading is told from texture at this size, mm. Texture is at most this much darker or brighter than what surrounds it:
# skin's, hair's.
_SHADING_MM, _TEXTURE = 2.0, (1.12, 1.5)
# Texture is a square piece of this size, mm, of which at least this share lends; wanted within about this distance, mm.
# The calmest piece is taken, which holds no edge of anything: its largest departure counts, and so much more.
# Of what varies more across than down, or less, that ratio counts by this power: no folds, no streaks.
_PIECE_MM, _SURE, _NEAR_MM, _CALM, _ALIKE = 18.0, 0.9, 20.0, 0.01, 4
# Texture is as strong as that around which may be lent, where at least such shares of it may be; else as all of it.
_LENT = (0.05, 0.3)
# Skin's is at most so many times as strong as all of it is on average; what is so many times as strong as half of it is
# hair or an edge, whatever it was taken for.
_ROUGHEST, _NO_SKIN, _SKIN = 1.2, 2.5, 0.5
# By such factors is what grows of skin and of hair as strong: near hair and stubble skin seems rougher than it is.
# Beside the ear near cheeks of 55 portraits turned by more than 9 degrees vary, from pixel to pixel, by 0.97 to 1.16 of
# what they do beside the nose; those of 24 frontal ones turned by 16 by 0.58 to 0.72 with 0.6 here and 0.8 below. With
# 1.4 hair at the temples of 19 portraits turned by 25 varied by 1.11 of what it does beside (median).
_LIVELY = (0.8, 1.25)
# Likewise the pores of skin that is drawn out.
_PORES = 1.1
# Of skin's texture no pixel counts for more than so many times the mean.
_COMMON = 2.0
# From skin to hair, where what passes smoothly from one to the other lies between these.
_LOCKS = (0.5, 0.85)
# Likewise where that was seen slantwise: hair at a temple thins out.
_ENDS = (0.15, 0.9)
# The face's outline is smoothed by this before hair ends there, mm.
_HAIRLINE_MM = 3.0
# Where it thins out single strands go on, by at most so much of its density, less where a millimetre has few pixels,
# and at most so many times the mean; then it ends between these.
_LOOSE, _LOOSE_MM, _STRAY, _TIPS = 0.4, 0.2, 2.0, (0.05, 0.95)
# Less of it is none.
_FAINT = 0.01
REACH_MM = 28.0
"""So far around is looked for what may be grown, mm."""


@dataclass(frozen=True)
class Soil:
    """From where the unseen is grown, and how much of it; all ``(B, 1, h, w)``, 0..1, but for ``finer``.

    Attributes:
        known: How far to trust the turned picture; 0 off the person.
        wanted: How much of what is grown to take.
        lends: What of the known lends its texture: not the folds of an ear.
        face: The face's own mesh, where what is grown is hair only as far as hair or beard lies on the face.
        hair: Where there is hair or beard.
        slant: Hair that was seen, however slantwise.
        drawn: Where skin is drawn out, so that its texture is streaks.
        share: How much texture is taken from the head's other half.
        finer: Texture of the head's other half ``(B, 3, h, w)``.
        ends: Where no hair stands, before an ear.
    """

    known: Tensor
    wanted: Tensor
    lends: Tensor
    face: Tensor
    hair: Tensor
    slant: Tensor
    drawn: Tensor
    share: Tensor
    finer: Tensor
    ends: Tensor


def grown(colour: Tensor, maps: Tensor, soil: Soil, scale: float) -> tuple[Tensor, Tensor]:
    """Grow what is known of the turned head into what is not.

    Skin grows from skin and hair from hair, and they meet at a hairline, not in a blur. Colour and shading pass
    smoothly from all sides: so the light is right without being known. The texture is that of the head's other half
    where that was seen, else that of a piece of known skin, so that pores keep their size, and strands of hair.

    Args:
        colour: Person ``(B, 3, h, w)``, linear; changed in place.
        maps: Regions ``(B, C, h, w)``; changed in place.
        soil: What may be used.
        scale: Pixels per millimetre.
    """
    around = extent(torch.maximum(soil.wanted, soil.drawn), round(REACH_MM * scale))
    if around is None:
        return colour, maps
    place = in_blocks(around, COARSEST)
    part = (..., *place)
    shade, trust, wanted, hair = colour[part], soil.known[part], soil.wanted[part], soil.hair[part]
    texture = texture_of(shade, trust, hair, scale)
    strength, lends = texture.abs().mean(dim=1, keepdim=True), soil.lends[part]
    growing = torch.cat([shade, strength, strength * lends, lends, maps[part]], dim=1)
    size, factor = (hair.shape[-2], hair.shape[-1]), coarseness(trust)
    kinds, colours, layers, pores = (1 - hair, hair), [], [], []
    twice = growing[None].expand(2, -1, -1, -1, -1).flatten(0, 1)
    found = filled_small(twice, torch.cat([trust * kind for kind in kinds]))
    hairy, strand = _thinned(_hairy(soil, place, scale), texture, trust * hair, wanted, scale=scale)
    for kind, lively, small in zip(kinds, _LIVELY, found.chunk(2), strict=True):
        even, every, lent, share, layer = small.split_with_sizes((3, 1, 1, 1, maps.shape[1]), dim=1)
        strong = torch.lerp(every, lent / share.clamp(min=1e-3), smooth_step(*_LENT, share))
        if kind is not hair:  # edges of hair beside it are none of skin's texture
            usual = _usual(strength, trust * lends * kind)
            strong = torch.where(usual > 0, torch.minimum(strong, _ROUGHEST * usual), strong)
        even, strong = enlarge(torch.cat([even, strong], dim=1), size, factor).split_with_sizes((3, 1), dim=1)
        laid = strong * (strand if kind is hair else laid_out(texture, trust * lends * kind, wanted, scale))
        fine = 1 + lively * laid
        pores.append(_PORES * laid)
        colours.append(even * torch.lerp(fine, soil.finer[part], soil.share[part]))
        layers.append(layer)
    # What is drawn out keeps its light, and has the texture of skin that is not.
    fine = (shade / (1 + texture)).mul_(pores[0].add_(1))
    shade = torch.lerp(shade, fine, soil.drawn[part] * (1 - hair), out=fine)
    colour[part] = shade.lerp_(colours[0].lerp_(colours[1], hairy), wanted)
    layer = enlarge(torch.lerp(layers[0], layers[1], reduce(hairy, factor)), size, factor)
    maps[part].lerp_(layer, wanted)
    return colour, maps


def _usual(strength: Tensor, skin: Tensor) -> Tensor:
    """How strong the texture of skin is on average ``(B, 1, 1, 1)``; 0 where there is no skin.

    Args:
        strength: Of each pixel ``(B, 1, h, w)``.
        skin: How much each is skin that lends its own, likewise, 0..1.
    """
    means = strength.new_zeros(len(strength), 1, 1, 1)
    for mean, row, there in zip(means, strength, skin, strict=True):
        values = row[there > _SKIN]
        if len(values):
            mean.fill_(values[values <= _NO_SKIN * median(values)].mean())
    return means


def texture_of(shade: Tensor, trust: Tensor, hair: Tensor, scale: float) -> Tensor:
    """Tell texture from shading: how much brighter each pixel is than what is around it ``(B, 3, h, w)``.

    Args:
        shade: Colour ``(B, 3, h, w)``, linear.
        trust: Where it may be trusted ``(B, 1, h, w)``, 0..1.
        hair: Where it is hair or beard ``(B, 1, h, w)``, 0..1.
        scale: Pixels per millimetre.
    """
    local = gaussian(shade * trust, _SHADING_MM * scale) / gaussian(trust, _SHADING_MM * scale).clamp(min=1e-3)
    limit = _TEXTURE[0] + (_TEXTURE[1] - _TEXTURE[0]) * hair
    texture = shade / local.clamp_(min=1e-4)
    torch.minimum(torch.maximum(texture, 1 / limit, out=texture), limit, out=texture)
    return texture.sub_(1)


def _hairy(soil: Soil, place: Box, scale: float) -> Tensor:
    """Where hair grows into the unseen ``(B, 1, h, w)``, 0..1: into the face from the face, else from the rest.

    Also where it was seen slantwise; never where it ends before an ear.
    """
    part = (..., *place)
    hair, trust = soil.hair[part], soil.known[part]
    face = gaussian(soil.face[part], _HAIRLINE_MM * scale)
    beside, on = filled(torch.cat([hair, hair]), torch.cat([trust * (1 - face), trust * face])).chunk(2)
    grows = torch.maximum(smooth_step(*_LOCKS, torch.lerp(beside, on, face)), smooth_step(*_ENDS, soil.slant[part]))
    return grows * (1 - soil.ends[part])


def _thinned(hairy: Tensor, texture: Tensor, known: Tensor, wanted: Tensor, *, scale: float) -> tuple[Tensor, Tensor]:
    """Where hair grows, ending in single strands; and strands ``(B, 1, h, w)``, 0 where none are wanted."""
    strand, box = torch.zeros_like(hairy), extent(hairy * wanted, over=_FAINT)
    if box is None:
        return hairy, strand
    part = (..., *box)
    strand[part] = strands(texture, known, wanted, box, scale)
    stray = strand[part].clamp(-_STRAY, _STRAY) * min(_LOOSE, _LOOSE_MM * scale)
    there = hairy[part]
    hairy[part] = smooth_step(*_TIPS, there + stray * there * (1 - there))
    return hairy, strand


def laid_out(texture: Tensor, lends: Tensor, wanted: Tensor, scale: float) -> Tensor:
    """Texture of skin that goes on over a whole map, as that of the nearest broad piece of what lends it.

    Args:
        texture: ``(B, C, h, w)``, 0 on average.
        lends: Where it may be taken from ``(B, 1, h, w)``, 0..1.
        wanted: Where it is wanted ``(B, 1, h, w)``, 0..1.
        scale: Pixels per millimetre.

    Returns:
        Texture ``(B, C, h, w)``, which departs from 0 by 1 in the mean; 0 where nothing lends any.
    """
    factor = coarseness(lends)
    height, width = lends.shape[-2:]
    half = max(2, round(_PIECE_MM * scale / 2))
    small = round(half / factor)
    coarse = reduce(lends, factor)
    near = gaussian(reduce(wanted, factor), _NEAR_MM * scale / factor)
    strength = texture.abs().mean(dim=1, keepdim=True)
    lively = reduce(strength * lends, factor) / coarse.clamp(min=0.1)
    best = smooth_step(_SURE, 1.0, box(coarse, small)) * (near + 1e-3) / (largest(lively, small) + _CALM)
    best = best * _alike_both_ways(texture[:, 1:2], lends, factor, small)
    laid = torch.zeros_like(texture)
    for row, score in enumerate(best[:, 0]):
        place = int(score.argmax())
        y, x = (place // score.shape[1] * factor, place % score.shape[1] * factor)
        top, left = (min(max(v - half, 0), max(n - 2 * half, 0)) for v, n in ((y, height), (x, width)))
        piece = texture[row, :, top : top + 2 * half, left : left + 2 * half]
        piece = piece - piece.mean(dim=(1, 2), keepdim=True)
        # A line, a spot or a hair that returns in every piece would be seen.
        piece = piece - piece.mean(dim=1, keepdim=True) - piece.mean(dim=2, keepdim=True)
        most = _COMMON * piece.abs().mean()
        laid[row] = _at_random(piece.clamp(-most, most), (height, width)) * (score.amax() > 0)
    return laid


def _alike_both_ways(texture: Tensor, lends: Tensor, factor: int, radius: int) -> Tensor:
    """1 where a piece of texture varies as much across as down, less where it is folds or streaks ``(B, 1, h, w)``.

    Args:
        texture: ``(B, 1, h, w)``.
        lends: Where it counts, likewise.
        factor: By how much the result is smaller.
        radius: Half the side of a piece there, pixels.
    """
    across, down = ((texture - texture.roll(1, dims=dim)).abs_() * lends.roll(1, dims=dim) for dim in (-1, -2))
    steps = box(reduce(torch.cat([across, down], dim=1) * lends, factor), radius)
    return ((steps.amin(dim=1, keepdim=True) + 1e-4) / (steps.amax(dim=1, keepdim=True) + 1e-4)) ** _ALIKE


def _at_random(piece: Tensor, size: tuple[int, int]) -> Tensor:
    """Texture that varies as a piece ``(C, h, w)`` does, alike both ways, but repeats nothing of it, over a whole map.

    It departs from 0 by 1 in the mean. Waves are as strong as those of their length are in the piece, each at a phase
    of its own: no line, fold or corner is left that would return or stand like a star.

    Source: B. Galerne et al., "Random phase textures: theory and synthesis", IEEE Trans. Image Processing 20 (2011).
    """
    high, wide = (2 * side for side in piece.shape[1:])
    faded = piece * _fading(piece.shape[1])[:, None].to(piece) * _fading(piece.shape[2]).to(piece)
    power = torch.fft.rfft2(faded, s=(high, wide)).abs().square_().flatten(1)
    length, count, turned = (each.to(piece.device) for each in _waves(high, wide))
    alike = power.new_zeros(len(power), len(count)).index_add_(1, length, power) / count
    tile: Tensor = torch.fft.irfft2((alike.sqrt()[:, length]).view(len(piece), high, -1) * turned, s=(high, wide))
    tile = tile / tile.abs().mean().clamp(min=1e-6)
    down, across = (-(-length // side) for length, side in zip(size, (high, wide), strict=True))
    return tile.repeat(1, down, across)[:, : size[0], : size[1]]


@cache
def _waves(high: int, wide: int) -> tuple[Tensor, Tensor, Tensor]:
    """The waves of a tile ``(high, wide // 2 + 1)``: which class of length each is of, flat; how many are; and phases.

    Phases are those of frequencies, whatever number of pixels the tile has.
    """
    rows = torch.fft.fftfreq(high, 1 / high).round().to(torch.int32)[:, None]
    columns = torch.arange(wide // 2 + 1, dtype=torch.int32)
    cells = torch.stack([rows.expand(-1, len(columns)), columns.expand(high, -1)])[None]
    turns = 2 * math.pi * Noise(("texture",)).field("phase", cells)[0]
    length = torch.hypot(rows / high, columns / wide).mul_(max(high, wide)).round_().long().flatten()
    return length, length.bincount().clamp(min=1), torch.polar(torch.ones_like(turns), turns)


@cache
def _fading(side: int) -> Tensor:
    """Weights ``(side,)`` that fall to 0 at both ends of a piece: its borders are no lines."""
    return torch.hann_window(side, periodic=False) if side > 2 else torch.ones(side)
