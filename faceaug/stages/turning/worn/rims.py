"""Where the rims of glasses that a person wears run: the closed line around each eye along which most departs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image.filter import largest

if TYPE_CHECKING:
    from torch import Tensor

# Spacing of a strip's samples, and how far it reaches from the middle between the lenses: to either side, up and down,
# mm.
_STEP, _HALF, _UPPER, _LOWER = 0.5, 75.0, 36.0, -40.0
# Middle of a lens: aside of the middle between both, and up, mm; rims are looked for on so many rays from there, so far
# out, mm: aside, and up or down; at so many places of each.
_MIDDLE, _RAYS = (34.0, -2.0), 72
_NEAREST, _FARTHEST, _PLACES = (17.0, 9.0), (36.0, 27.0), 48
# From ray to ray a rim goes out or in by at most so many places; each costs so much of what a place without a rim does.
_MOST, _BEND = 3, 0.06
# What departs as much as this part of all places at most do, by this factor, is surely rim, between these bounds,
# square roots of linear light. The other lens' rim within this distance, mm, counts as much. Below, where skin folds
# run within a lens, the farthest place counts by so much more than the nearest.
_STRONG, _OF_STRONG, _SURE, _NEAR_MM, _LOW = 0.96, 0.8, (0.06, 0.2), 2.0, 0.15
# A rim is as strong as this part of its rays at most.
_LEVEL = 0.7
# An end piece is looked for from so far beyond the rim to so far, between these heights, mm; it is so high; what the
# other side shows at its height counts by the last.
_BEYOND, _HIGH, _TALL, _ALIKE = (1.5, 6.0), (-8.0, 18.0), 3.0, 0.5


def strip_places(device: torch.device) -> Tensor:
    """Places of a strip of the lenses' plane ``(rows, columns, 2)``, mm: aside and up."""
    across = torch.arange(-_HALF, _HALF + 0.1, _STEP, device=device)
    down = torch.arange(_UPPER, _LOWER - 0.1, -_STEP, device=device)
    return torch.stack([across.expand(len(down), -1), down[:, None].expand(-1, len(across))], dim=-1)


def rims(strip: Tensor) -> Tensor:
    """Distances of both rims from their lenses' middles on every ray ``(2, R)``, mm, the picture's left one first.

    Rays go round from straight outward up, over the nose, and back.

    Args:
        strip: How much each of `strip_places` departs from what is around it ``(1, 1, rows, columns)``.
    """
    strong = float(strip.flatten().kthvalue(int(_STRONG * strip.numel())).values) * _OF_STRONG
    sure = (strip / min(max(strong, _SURE[0]), _SURE[1])).clamp(max=1)
    sides = torch.cat([sure.flip(-1), sure])
    both = (sides + largest(sides.flip(0), round(_NEAR_MM / _STEP))) / 2
    turns = torch.arange(_RAYS, device=strip.device) * (2 * math.pi / _RAYS)
    cos, sin = turns.cos(), turns.sin()
    near, far = (1 / torch.hypot(cos / wide, sin / high) for wide, high in (_NEAREST, _FARTHEST))
    share = torch.linspace(0, 1, _PLACES, device=strip.device)
    out = torch.lerp(near[:, None], far[:, None], share)
    x, y = _MIDDLE[0] + out * cos[:, None], _MIDDLE[1] + out * sin[:, None]
    grid = torch.stack([x / _HALF, (_UPPER - y) / (_UPPER - _LOWER) * 2 - 1], dim=-1)
    seen = F.grid_sample(both, grid[None].expand(2, -1, -1, -1), mode="bilinear", align_corners=True)[:, 0]
    low = _LOW * share * (-sin).clamp(min=0)[:, None]
    chosen = torch.stack([_around(1 - each - low) for each in seen])
    return out.expand(2, -1, -1).gather(2, chosen[..., None])[..., 0]


def rim_strengths(strip: Tensor, found: Tensor) -> tuple[float, float]:
    """How much rims that were found depart from what is around them: most of them at most, and on average above.

    ``strip`` as for `rims`, which found ``found``.
    """
    flat = rim_places(found, found.new_zeros(1))[:, :, 0]
    grid = torch.stack([flat[..., 0] / _HALF, (_UPPER - flat[..., 1]) / (_UPPER - _LOWER) * 2 - 1], dim=-1)
    told = F.grid_sample(largest(strip, 1), grid[None], mode="bilinear", align_corners=True)[0, 0]
    level = float(told.flatten().kthvalue(int(_LEVEL * told.numel())).values)
    return level, float(told[:, : _RAYS // 2].mean())


def _around(cost: Tensor) -> Tensor:
    """The cheapest closed way around: a place for each ray ``(R,)``, by costs ``(R, places)``."""
    total, came = cost[0], []
    for each in torch.cat([cost[1:], cost]):  # twice around: the middle of the way knows both its ends
        padded = F.pad(total[None], (_MOST, _MOST), value=torch.inf)[0]
        ways = torch.stack([padded[k : k + len(total)] + _BEND * abs(k - _MOST) for k in range(2 * _MOST + 1)])
        best, which = ways.min(dim=0)
        came.append((which - _MOST).tolist())
        total = best + each
    way = [int(total.argmin())]
    for moved in reversed(came):
        way.append(way[-1] + moved[way[-1]])
    way, half = way[::-1], len(cost) // 2
    return torch.tensor([*way[len(cost) : len(cost) + half], *way[half : len(cost)]], device=cost.device)


def on_rays(flat: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
    """How far beyond the rims places ``(1, 2, h, w)`` of the plane lie, on rays from the lenses' middles, mm.

    Less than 0 within them; and on which ray they lie, those of the right lens after those of the left one. Both are
    ``(1, 1, h, w)``; ``found`` is what `rims` found.
    """
    aside, high = flat[:, :1].abs() - _MIDDLE[0], flat[:, 1:] - _MIDDLE[1]
    ray = torch.atan2(high, aside) * (_RAYS / (2 * math.pi)) % _RAYS + (flat[:, :1] > 0) * _RAYS
    return torch.hypot(aside, high) - at_rays(found[None], ray), ray


def at_rays(told: Tensor, ray: Tensor) -> Tensor:
    """What is told of each ray ``(K, 2, R)``, at places ``(1, 1, h, w)`` that `on_rays` tells: ``(1, K, h, w)``."""
    lens, turn = (ray >= _RAYS).long(), ray % _RAYS
    first = turn.floor().long() % _RAYS
    before, after = (told.flatten(1)[:, (lens * _RAYS + at % _RAYS)[0, 0]] for at in (first, first + 1))
    return torch.lerp(before, after, (turn - turn.floor())[0])[None]


def rim_places(found: Tensor, offset: Tensor) -> Tensor:
    """Places so far beyond the rims ``(N,)``, mm, on every ray: aside and up, mm ``(2, R, N, 2)``."""
    turns = torch.arange(_RAYS, device=found.device) * (2 * math.pi / _RAYS)
    out = found[..., None] + offset
    x, y = _MIDDLE[0] + out * turns.cos()[:, None], _MIDDLE[1] + out * turns.sin()[:, None]
    sides = found.new_tensor([-1.0, 1.0])[:, None, None]
    return torch.stack([x * sides, y], dim=-1)


def outermost(found: Tensor) -> Tensor:
    """How far aside of the middle both rims reach ``(2,)``, mm."""
    turns = torch.arange(_RAYS, device=found.device) * (2 * math.pi / _RAYS)
    return (found * turns.cos()).amax(dim=1) + _MIDDLE[0]


def end_pieces(strip: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
    """How high the temples leave the front ``(2,)``, mm, and how much their end pieces depart there ``(2,)``.

    Args:
        strip: As for `rims`.
        found: What these found.
    """
    flat = strip_places(strip.device)
    aside, high = flat[0, :, 0], flat[:, 0, 1]
    profiles = []
    for side, edge in zip((-1, 1), outermost(found).tolist(), strict=True):
        there = (aside * side > edge + _BEYOND[0]) & (aside * side < edge + _BEYOND[1])
        profiles.append(strip[0, 0][:, there].mean(dim=1))
    lines = (1 - (high[:, None] - high).abs() / _TALL).clamp(min=0)
    departs = torch.stack(profiles) @ lines / lines.sum(dim=0) * ((high > _HIGH[0]) & (high < _HIGH[1]))
    most = departs.clamp(max=2 * float(departs.amax(dim=1).min()))
    best = (most + _ALIKE * most.flip(0)).argmax(dim=1)
    return high[best], departs.gather(1, best[:, None])[:, 0]
