"""The colour of a neck behind a jaw: skin that goes on from what is seen of it, round, in the shade of the jaw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from faceaug.image.filter import gaussian, smallest
from faceaug.image.shade import above, between, smooth_step
from faceaug.stages.turning.growth import laid_out, texture_of
from faceaug.stages.turning.necks.width import EARS, HIGH, USUAL
from faceaug.stages.turning.unseen import filled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

JOINS = (-12.0, 8.0)
"""Between these heights above the axis' point, mm, a neck goes over from what was seen into what is drawn."""

JAW, JAW_MM = (0.02, 0.15), 8.0
"""Neck with such a share of face around, within this distance, mm, is in the shade of the jaw."""

# That tells little of its colour; of that little the face tells as much as this, less where a square of this side, mm,
# of the neck is lit. Where it joins what is seen it is as light as that, within this factor either way.
_LEAST_LIT, _FACES, _ENOUGH, _JOINED = 0.03, 0.02, 7.0, 1.6
# It is that of what is seen straight below, as far aside of half the neck's width, over this width, mm, and by so much
# darker behind the ears. Farther aside than such a share of the most is seen straight below it is that of the last:
# else the outline of a neck of which a collar shows the throat alone was as light as that.
_WIDE_MM, _SHADE, _KNOWN = 3.0, 0.12, 0.01
# Under the jaw it is darker at most by this.
_DARKEST = 0.5
# Behind the jaw, from the second of these heights on, it is lit by no more than this share of what the cheek on its
# side is, so far aside, as it is from so far on, and between the last heights, mm.
_BESIDE, _JAWS, _OUTER, _ASIDE, _CHEEK = 0.85, (-5.0, 20.0), 40.0, 30.0, (15.0, 55.0)
# Between the next heights, mm, its hue goes over to one nearer to that cheek's, by this power of what they differ, told
# up to this factor: near necks of 34 portraits that look 11 degrees or more aside differ from their cheeks by 0.04 (red
# over green) and 0.06 stops (blue over green) on the median, half of them by less than 0.15 from that.
_HUED, _ALIKE, _HUES = (12.0, 44.0), 0.6, 2.0
# Its texture is weaker than the skin's, by this factor: no folds. Where no square of this side, mm, of it is seen, by
# such a share, the face lends some.
_CALM, _PIECE_MM, _WHOLE = 0.8, 18.0, 0.5
# The muscle that runs from behind the ear to the breastbone: so far aside, of half the neck's width, and so high, mm,
# at its ends; half its width, mm; how far before it a groove lies, of that; how much lighter and darker they are.
# Seen on portraits whose necks are bare, by eye.
_MUSCLE, _MUSCLE_MM, _GROOVE, _RISES = ((0.95, 70.0), (0.1, -75.0)), 9.0, 1.6, 0.08
# A neck is round: by so much darker at its outline, between such shares of half its width. In 32 portraits whose near
# necks are seen 66 to 78 mm below the root of the nose they are 1.0 stops darker than the cheek at the outline and 0.75
# 9 mm within, those of frontal heads turned by as much were 0.6 and 0.3 (with this and the jaw's shade 0.73 and 0.42).
_ROUND, _ROUNDS = 0.2, (0.65, 1.05)


def colour_of_neck(
    source: Decomposition,
    part: tuple[Any, ...],
    skin: tuple[Tensor, Tensor],
    place: tuple[Tensor, Tensor],
    reach: tuple[Tensor, Tensor],
) -> tuple[Tensor, Tensor]:
    """The colour of necks where they are drawn ``(B, 3, h, w)``, linear; and how much light the jaw takes away.

    Where too little of it is seen the lower face lends colour and texture.

    Args:
        source: The photographs.
        part: The part of the window that is asked for.
        skin: Where the neck's skin is seen, and where the neck is, each ``(B, 1, h, w)``, 0..1.
        place: How far pixels lie to the right of the axis and above its point, likewise, mm.
        reach: How far the neck reaches to the left and to the right there, likewise, mm; 0 where there is none.
    """
    (seen, cover), (across, up), scale, linear = skin, place, float(source.pose.scale.mean()), source.linear[part]
    face = source.regions.skin[part]
    half = torch.where(across < 0, *reach)
    half = torch.where(half > 0, half, USUAL)
    outward = across / half
    jaw = smooth_step(*JAW, gaussian(source.surface.face[part], JAW_MM * scale))
    lit = seen * (1 + _LEAST_LIT - jaw)
    little = 1 / (1 + (seen * (1 - jaw)).sum(dim=(1, 2, 3), keepdim=True) / (_ENOUGH * scale) ** 2)
    lit += _FACES * little * face * above(_CHEEK[0] - up, 0) * (1 - seen)
    colour = _straight_up(linear, lit, outward)
    colour = colour * filled(linear / colour.clamp(min=1e-3), lit).clamp(1 / _JOINED, _JOINED)
    dark = seen * jaw
    was, lit_there = ((each * dark).sum(dim=(1, 2, 3), keepdim=True) for each in (linear, colour))
    shade = (1 - was / lit_there.clamp(min=1e-4)).clamp(0, _DARKEST)
    colour = colour * _beside_jaw(colour, cover, source, part, (across, up))
    whole = smallest(seen, round(_PIECE_MM * scale / 2)).amax(dim=(1, 2, 3), keepdim=True) > _WHOLE
    lends = torch.where(whole, seen, torch.maximum(seen, face * above(_CHEEK[1] - up, 0)))
    texture = _pores(linear, lends, cover, scale)
    colour = colour * (1 - _SHADE * smooth_step(HIGH, EARS[0], up)) * (1 + _CALM * texture)
    return colour * _rounded(outward.abs(), half, up), shade


def _pores(linear: Tensor, lends: Tensor, cover: Tensor, scale: float) -> Tensor:
    """Texture of the skin that lends it, as strong as that is around and on average ``(B, 3, h, w)``."""
    texture = texture_of(linear, lends, torch.zeros_like(lends), scale)
    strength = texture.abs().mean(dim=1, keepdim=True)
    usual = (strength * lends).sum(dim=(1, 2, 3), keepdim=True) / lends.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1)
    return torch.minimum(filled(strength, lends), usual) * laid_out(texture, lends, cover, scale)


def _rounded(outward: Tensor, half: Tensor, up: Tensor) -> Tensor:
    """How light a neck is that is round and has muscles, where it is drawn ``(B, 1, h, w)``.

    Args:
        outward: How far aside pixels lie, of half its width ``(B, 1, h, w)``.
        half: That, likewise, mm.
        up: How high, likewise, mm.
    """
    (out, top), (inner, root) = _MUSCLE
    centre = inner + ((up - root) / (top - root)).clamp(0, 1) * (out - inner)
    off = (outward - centre) * half / _MUSCLE_MM
    band = torch.exp(-off * off) - torch.exp(-((off + _GROOVE) ** 2))
    return 1 + smooth_step(*JOINS, up) * (_RISES * band - _ROUND * smooth_step(*_ROUNDS, outward))


def _beside_jaw(
    colour: Tensor, cover: Tensor, source: Decomposition, part: tuple[Any, ...], place: tuple[Tensor, Tensor]
) -> Tensor:
    """By what the neck is multiplied behind the jaw ``(B, 3, h, w)``: as dark as the cheek there, nearer to its hue."""
    (across, up), less, linear = place, torch.ones_like(colour), source.linear[part]
    level = between(_CHEEK, up)
    cheek, behind = source.regions.skin[part] * level, cover * level
    dark, hued = smooth_step(*_JAWS, up), smooth_step(*_HUED, up)
    for side in (-1, 1):
        outer = above(side * across, _OUTER)
        seen, own = (
            (each * some * outer).sum(dim=(2, 3), keepdim=True)
            / (some * outer).sum(dim=(2, 3), keepdim=True).clamp(min=1e-3)
            for each, some in ((linear, cheek), (colour, behind))
        )
        light, usual = (each.mean(dim=1, keepdim=True).clamp(min=1e-4) for each in (seen, own))
        times = (_BESIDE * light / usual).clamp(_DARKEST, 1)
        hue = ((seen / light) / (own / usual).clamp(min=0.1)).clamp(1 / _HUES, _HUES) ** _ALIKE
        there = torch.lerp(torch.ones_like(up), times, dark) * torch.lerp(torch.ones_like(colour), hue, hued)
        share = smooth_step(0.0, _ASIDE, side * across) * (seen.amax(dim=1, keepdim=True) > 0)
        less = torch.lerp(less, less * there, share)
    return less


def _straight_up(linear: Tensor, seen: Tensor, outward: Tensor) -> Tensor:
    """The colour ``(B, 3, h, w)`` of what is seen, gone on straight up and down: light from the side stays there."""
    most = 2 * USUAL
    count = 2 * int(most) + 1
    column = (outward * USUAL + most).round().long().clamp(0, count - 1)
    rows = []
    for row in range(len(linear)):
        weighted = torch.cat([linear[row] * seen[row], seen[row]]).flatten(1)
        sums = torch.zeros(4, count).to(linear).index_add_(1, column[row].flatten(), weighted)
        wide = gaussian(sums[None, :, None], _WIDE_MM)[0, :, 0]
        known = (wide[3] > _KNOWN * wide[3].amax()).nonzero()[:, 0]
        wide += 1e-3 * sums.mean(dim=1, keepdim=True)
        profile, at = wide[:3] / wide[3:].clamp(min=1e-6), column[row].flatten()
        if len(known):
            at = at.clamp(int(known[0]), int(known[-1]))
        rows.append(profile.index_select(1, at).reshape(3, *column.shape[-2:]))
    return torch.stack(rows)
