"""The ears that a photograph shows: how far they go beyond the outline of the face, from lobe to top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.face.bare import bare_skin
from faceaug.face.kept import kept
from faceaug.image.filter import closing, gaussian, largest, smallest
from faceaug.image.shade import above, smooth_step
from faceaug.stages.layers import layers_of

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Ears lie no farther aside, mm, nor lower or higher on the mean face; they are told line by line, so many mm high.
_ASIDE, _LOWEST, _HIGHEST, _LINE_MM = 105.0, -80.0, 30.0, 2.0
# Shade and hair in an ear, up to twice so wide, mm, are ear.
_GAPS_MM = 5.0
# An ear is as wide as the median between these heights, mm. It ends where its width changes most, of that, told from
# so many lines to either side, the more likely the nearer lobe, top and length are to these, mm, by so much at one
# deviation: of 392 ears seen wider than 10 mm lobes lie at -51, tops at 2.5, and where both are clear (106) they are 54
# apart.
_MIDDLE, _STEP, _WIDER = (-40.0, -10.0), 3, 1.3
_LOBE, _TOP, _TALL, _LIKELY = (-51.0, 6.0), (2.5, 5.5), (54.0, 4.5), 0.09
# What the other ear tells counts so much; one that is narrower than this, mm, tells less.
_OTHER, _WIDE_MM, _SIDES = 0.7, 4.0, (-1.0, 1.0)
# So far over its top, mm, what is at least that share as wide is still of an ear: tops are not told to the millimetre.
_OVER_MM, _NARROW = 7.0, 0.35
# Its round ends go on so much farther, mm.
_ROUND_MM = (1.5, 3.0)
# An ear is there by such shares of skin, but for what is thinner than this, mm; its outline is smooth over this
# distance, mm. From between these shares of its height on hair between it and the face is part of it.
_SEEN, _THIN_MM, _SMOOTH_MM, _FILLED = (0.3, 0.7), 2.0, 0.8, (0.25, 0.45)
# Hair behind an ear shows on this share of its height from the lobe.
_LOWER = 0.6


@dataclass(frozen=True)
class Pinnae:
    """The ears on the left and on the right of the picture; 0 or anything where there is none.

    Attributes:
        width: How far they go beyond the outline of the face on average ``(B, 2)``, mm.
        ends: The heights of lobe and top on the mean face ``(B, 2, 2)``, mm.
        behind: How far the person goes on past them, on average over their lower part ``(B, 2)``, mm.
        cover: Where they are, and hair between them and the face ``(B, 1, h, w)``, 0..1.
    """

    width: Tensor
    ends: Tensor
    behind: Tensor
    cover: Tensor


def _heights(like: Tensor) -> Tensor:
    """The middles of the lines on which ears are told ``(L,)``, mm on the mean face, rising."""
    count = int((_HIGHEST - _LOWEST) / _LINE_MM)
    return _LOWEST + _LINE_MM * (torch.arange(count).to(like) + 0.5)


@kept(
    "linear",
    *(f"regions.{name}" for name in ("person", "lips", "eyes", "brows", "mouth", "foreground", "body", "clothes")),
    *("surface.face", "surface.position", "pose.scale", "skin.tone", "skin.shade_colour"),
)
def pinnae(source: Decomposition) -> Pinnae:
    """The ears that a photograph shows; a face keeps them for its other variants."""
    scale = float(source.pose.scale.mean())
    x, y = source.surface.position[:, :1], source.surface.position[:, 1:2]
    person = layers_of(source).clear
    skin = torch.maximum(bare_skin(source), source.regions.body)
    ear = torch.minimum(closing(skin, max(1, round(_GAPS_MM * scale))), person)
    aside = (1 - source.surface.face) * above(_ASIDE - x.abs(), 0) * above(y, _LOWEST) * above(_HIGHEST - y, 0)
    count = len(_heights(x))
    line = ((y - _LOWEST) / _LINE_MM).long().clamp(0, count - 1)
    told, cover = [], torch.zeros_like(x)
    for row in range(len(x)):
        here = [aside[row] * above(side * x[row], 0) for side in _SIDES]
        lines = [
            torch.stack(
                [
                    x.new_zeros(count).index_add_(0, line[row].flatten(), (each[row] * beside).flatten())
                    for each in (ear, person)
                ]
            )
            / (scale * scale * _LINE_MM)
            for beside in here
        ]
        for side, beside, own, other in zip(_SIDES, here, lines, reversed(lines), strict=True):
            told.append(_told(own, other[0]))
            cover[row] += (
                _covered(smooth_step(*_SEEN, ear[row]) * beside, y[row], told[-1][[1, 2, 4]], side)
                * person[row]
                * beside
            )
    thin = max(1, round(_THIN_MM / 2 * scale))
    cover = gaussian(largest(smallest(cover, thin), thin), _SMOOTH_MM * scale)
    whole = torch.stack(told).reshape(len(x), 2, -1)
    return Pinnae(whole[..., 0], whole[..., 1:3], whole[..., 3], cover)


def _covered(ear: Tensor, high: Tensor, ends: Tensor, side: float) -> Tensor:
    """An ear ``(1, h, w)`` and what lies between it and the face, 0..1, from lobe to top, mm.

    Args:
        ear: Where its skin is beside the face, on its side ``(1, h, w)``, 0..1.
        high: The height of each pixel on the mean face, mm, likewise.
        ends: Those of lobe and top, and how far it goes on over that ``(3,)``, mm.
        side: -1 on the left of the picture, 1 on the right.
    """
    lobe, top, over = ends.tolist()
    there = ear * above(high, lobe - _LINE_MM) * above(top + over + _LINE_MM - high, 0)
    inward = there.cummax(dim=-1).values if side < 0 else there.flip(-1).cummax(dim=-1).values.flip(-1)
    filled = smooth_step(*_FILLED, (high - lobe) / (top - lobe)) * above(top + _LINE_MM - high, 0)
    return torch.lerp(there, inward, filled)


def _told(lines: Tensor, other: Tensor) -> Tensor:
    """Width, lobe, top, what is behind, and how far it goes on over its top, of one ear ``(5,)``, mm.

    ``lines`` are how wide ear and person are, line by line ``(2, L)``, mm, ``other`` how wide the other ear is.
    """
    high = _heights(lines)
    lobe, top = _ends(lines[0], other)
    held = (high > lobe) & (high < top)
    ear, person = lines
    mean = ear[held].mean()
    behind = (person - ear)[held & (high < torch.lerp(lobe, top, _LOWER))].mean()
    goes_on = (ear > _NARROW * mean)[high > top][: int(_OVER_MM / _LINE_MM)].to(ear).cumprod(dim=0).sum() * _LINE_MM
    return torch.stack([mean, lobe, top, behind, goes_on])


def _ends(wide: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """The heights of lobe and top, mm, of an ear so wide ``(L,)`` line by line, beside the other one."""
    high = _heights(wide)
    rise, border = _rise(wide, high) + _OTHER * _rise(other, high), high[_STEP : -_STEP + 1] - _LINE_MM / 2
    lobe, top = (
        step - _LIKELY * ((border - middle) / spread) ** 2 for step, (middle, spread) in ((rise, _LOBE), (-rise, _TOP))
    )
    tall = (border[None] - border[:, None] - _TALL[0]) / _TALL[1]
    best = int((lobe[:, None] + top[None] - _LIKELY * tall**2).argmax())
    return border[best // len(border)] - _ROUND_MM[0], border[best % len(border)] + _ROUND_MM[1]


def _rise(wide: Tensor, high: Tensor) -> Tensor:
    """By how much of its width an ear so wide ``(L,)`` gets wider between lines ``(L - 5,)``."""
    mean = wide[(high > _MIDDLE[0]) & (high < _MIDDLE[1])].median().clamp(min=_WIDE_MM)
    level = F.avg_pool1d((wide / mean).clamp(max=_WIDER)[None, None], _STEP, 1)[0, 0]
    return level[_STEP:] - level[:-_STEP]
