"""The ears that a photograph shows: how far they go beyond the outline of the face, from lobe to top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.face.bare import bare_skin
from faceaug.face.kept import kept
from faceaug.image.filter import closing
from faceaug.image.shade import above
from faceaug.stages.layers import layers_of

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Ears lie no farther aside, mm, nor lower or higher on the mean face; they are told line by line, so many mm high.
_ASIDE, _LOWEST, _HIGHEST, _LINE_MM = 105.0, -80.0, 30.0, 2.0
# Shade and hair in an ear, up to twice so wide, mm, are ear.
_GAPS_MM = 5.0
# The widest line is looked for between these heights; an ear ends one line below and above where it is narrower than
# such shares of that, between these heights, mm: of 11 ears seen wider than 12 mm lobes lie at -54 to -44, tops at 0
# to 14.
_WIDEST, _NARROW, _LOBE, _TOP = (-45.0, 0.0), (0.45, 0.3), (-56.0, -45.0), (4.0, 14.0)
# No line counts for less or more than so many times the mean, and each with those so many lines up and down.
_UNLIKE, _AROUND = (0.5, 1.6), 3
# Hair before an ear lies on its upper half, hair behind it shows on this share of its height from the lobe.
_UPPER, _LOWER = 0.5, 0.6


@dataclass(frozen=True)
class Pinnae:
    """The ears on the left and on the right of the picture; 0 or anything where there is none.

    Attributes:
        width: How far they go beyond the outline of the face on average ``(B, 2)``, mm.
        ends: The heights of lobe and top on the mean face ``(B, 2, 2)``, mm.
        reach: How far they go line by line, of that average ``(B, 2, L)``; `heights` tells where.
        bare: Which share of their upper half is bare skin ``(B, 2)``, 0..1: no hair or shade lies before it.
        behind: How far the person goes on past them, on average over their lower part ``(B, 2)``, mm.
    """

    width: Tensor
    ends: Tensor
    reach: Tensor
    bare: Tensor
    behind: Tensor


def heights(like: Tensor) -> Tensor:
    """The middles of the lines on which ears are told ``(L,)``, mm on the mean face, rising."""
    count = int((_HIGHEST - _LOWEST) / _LINE_MM)
    return _LOWEST + _LINE_MM * (torch.arange(count).to(like) + 0.5)


@kept(
    "linear",
    *(f"regions.{name}" for name in ("person", "lips", "eyes", "brows", "mouth", "foreground", "body")),
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
    count = len(heights(x))
    line = ((y - _LOWEST) / _LINE_MM).long().clamp(0, count - 1)
    told = []
    for row in range(len(x)):
        for side in (-1.0, 1.0):
            here = aside[row] * above(side * x[row], 0)
            lines = [
                x.new_zeros(count).index_add_(0, line[row].flatten(), (each[row] * here).flatten())
                for each in (ear, torch.minimum(skin, ear), person)
            ]
            told.append(_told(torch.stack(lines) / (scale * scale * _LINE_MM)))
    whole = torch.stack(told).reshape(len(x), 2, -1)
    return Pinnae(whole[..., 0], whole[..., 1:3], whole[..., 5:], whole[..., 3], whole[..., 4])


def _told(lines: Tensor) -> Tensor:
    """Width, lobe, top, bare share, what is behind, and the reach of one ear ``(5 + L,)``.

    ``lines`` are how wide ear, bare skin in it and person are, line by line ``(3, L)``, mm.
    """
    high = heights(lines)
    lobe, top = _ends(lines[0])
    held = (high > lobe) & (high < top)
    ear, skin, person = lines
    mean = ear[held].mean()
    reach = torch.where(held, ear, mean).clamp(_UNLIKE[0] * mean, _UNLIKE[1] * mean)[None, None]
    reach = F.avg_pool1d(F.pad(reach, (_AROUND, _AROUND), mode="replicate"), 2 * _AROUND + 1, 1)[0, 0]
    upper, lower = held & (high > torch.lerp(lobe, top, _UPPER)), held & (high < torch.lerp(lobe, top, _LOWER))
    bare = skin[upper].sum() / ear[upper].sum().clamp(min=1e-3)
    behind = (person - ear)[lower].mean()
    return torch.cat([torch.stack([mean, lobe, top, bare, behind]), reach / mean.clamp(min=1e-3)])


def _ends(wide: Tensor) -> tuple[Tensor, Tensor]:
    """The heights of lobe and top, mm, of an ear so wide ``(L,)`` line by line."""
    low, up = (int((each - _LOWEST) / _LINE_MM) for each in _WIDEST)
    widest = low + int(wide[low:up].argmax())
    below, over = (
        (part < share * wide[widest]).nonzero()[:, 0].tolist()
        for part, share in zip((wide[:widest].flip(0), wide[widest:]), _NARROW, strict=True)
    )
    lobe = _LOWEST + _LINE_MM * (widest - below[0] - 1) if below else _LOBE[0]
    top = _LOWEST + _LINE_MM * (widest + over[0] + 1) if over else _TOP[1]
    return wide.new_tensor(lobe).clamp(*_LOBE), wide.new_tensor(top).clamp(*_TOP)
