"""The end piece of worn glasses, sought on a turned head: the near temple goes on from there to the ear."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from faceaug.image.filter import gaussian
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.worn.paint import Line, Part

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

# The end piece is looked for so far aside on the mean face and between these heights, mm, where it was seen so well.
_ASIDE, _HIGH, _SEEN = (52.0, 60.0), (-7.0, 14.0), 0.4
# It is darker than what lies so far above and below it, mm, by the first share at least, and surely by the second; all
# is softened by this, mm.
_AROUND_MM, _DARKER, _SOFT_MM = 2.6, (0.05, 0.3), 0.4
# It is the darkest stripe so high, mm; pixels stand less far from its line than so many times what they do on average,
# and at least so far, mm.
_STRIPE_MM, _OFF, _OFF_MM, _STEEP = 3.0, 2.0, 1.2, 0.6
# It is told if so much of it is found, square mm, so near to its line on average, mm, and so long without such a gap.
_LEAST, _STRAY_MM, _LONG_MM, _GAP_MM, _SHOWN = 5.0, 1.3, 3.0, 4.5, 0.25
# Its height, mm.
_TALL = (1.1, 4.0)


def where_end_piece(
    there: Decomposition, source: Decomposition, sight: Sight, place: tuple[slice, ...], near: int
) -> Tensor:
    """How far the end piece may be in a part of a turned head ``(h, w)``, 0..1.

    Args:
        there: The turned head's parts.
        source: Its photograph, that row alone.
        sight: Where its pixels were seen.
        place: Row, channels, rows and columns of the part.
        near: 0 where the picture's left side is near, 1 where its right one is.
    """
    aside, high = sampled(source.surface.position[:, :2], sight.place[place])[0]
    where = smooth_step(*_ASIDE, aside * (2 * near - 1)) * there.surface.face[place][0, 0]
    where = where * ((high > _HIGH[0]) & (high < _HIGH[1]) & (sight.seen[place][0, 0] > _SEEN))
    clear: Tensor = where * (1 - gaussian(there.regions.hair[place], _SOFT_MM * sight.scale)[0, 0]).clamp(min=0)
    return clear


def _stripe(part: Part, where: Tensor) -> Tensor:
    """How far each pixel is one of the end piece's ``(h, w)``, 0..1: a dark stripe that runs aside."""
    step = max(2, round(_AROUND_MM * part.scale))
    light = gaussian(part.light.mean(dim=1, keepdim=True), max(_SOFT_MM * part.scale, 0.5))[0, 0].clamp(min=1e-4)
    dark = smooth_step(*_DARKER, 1 - light / torch.minimum(light.roll(step, 0), light.roll(-step, 0))) * where
    dark[:step] = dark[-step:] = 0
    heights = torch.arange(*_HIGH, device=dark.device)[:, None, None]
    found = (dark * (1 - (part.high - heights).abs() / _STRIPE_MM).clamp(min=0)).sum(dim=(1, 2))
    level = float(heights[int(found.argmax())])
    return dark * ((part.high - level).abs() < _STRIPE_MM)


def end_piece(part: Part, where: Tensor, ear: tuple[float, float]) -> Line | None:
    """The temple of which a part shows the end piece; None if it shows none.

    Args:
        part: The part.
        where: How far that may be there ``(h, w)``, 0..1.
        ear: Where the ear begins, pixels of the window.
    """
    weight, scale = _stripe(part, where), part.scale
    xs, ys = part.xs.expand_as(weight), part.ys.expand_as(weight)
    for _ in range(3):
        total = float(weight.sum())
        if total < _LEAST * scale * scale:
            return None
        x, y = float((weight * xs).sum()) / total, float((weight * ys).sum()) / total
        spread = float((weight * (xs - x) ** 2).sum())
        slope = float((weight * (xs - x) * (ys - y)).sum()) / max(spread, 1e-6)
        slope = min(max(slope, -_STEEP), _STEEP)
        off = (ys - y - slope * (xs - x)).abs()
        stray = float((weight * off).sum()) / total
        weight = weight * (off < max(_OFF * stray, _OFF_MM * scale, 1.5))
    toward = 1.0 if ear[0] > x else -1.0
    reach = ((xs - x) * toward).floor().long()
    begin, end = _run(weight, reach, scale)
    if stray > max(_STRAY_MM * scale, 1.2) or end - begin < _LONG_MM * scale:
        return None
    weight = weight * (reach <= end)
    tall = min(max(float(weight.sum()) / (end - begin), _TALL[0] * scale), _TALL[1] * scale)
    strong = weight * weight
    colour = (part.light[0] * strong).sum(dim=(1, 2)) / strong.sum()
    start = (x + toward * end, y + slope * toward * end)
    right, down = ear[0] - start[0], ear[1] - start[1]
    length = max(math.hypot(right, down), 1.0)
    return Line(start, (right / length, down / length), length, tall, colour[None, :, None, None])


def _run(weight: Tensor, reach: Tensor, scale: float) -> tuple[int, int]:
    """From where to where an end piece is seen without a gap, pixels toward the ear, as ``reach`` counts them."""
    first = int(reach.min())
    shown = torch.zeros(int(reach.max()) - first + 1, device=weight.device)
    shown.scatter_reduce_(0, (reach - first).flatten(), weight.flatten(), "amax")
    there = (shown > _SHOWN).nonzero()[:, 0]
    if not len(there):
        return first, first
    gaps = (there.diff() > max(_GAP_MM * scale, 2.0)).nonzero()[:, 0]
    return first + int(there[0]), first + int(there[gaps[0]] if len(gaps) else there[-1]) + 1
