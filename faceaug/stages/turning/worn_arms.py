"""The near temple of glasses that a person wears: seen foreshortened from ahead, it goes on to the ear when turned."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from faceaug.face.topology import FACE_OVAL, SURFACE_POINTS
from faceaug.face.worn import worn_glasses
from faceaug.image.filter import gaussian
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition, Regions
    from faceaug.image.extent import Box
    from faceaug.stages.turning.unseen import Sight

# Outer corners of the eyes, and the face's outline at the temples, on the picture's left and right: a temple runs from
# beside the one to the ear, which begins at the first ring beside the other. So far around is looked, mm.
_EYES, _TEMPLES, _MARGIN_MM = (226, 446), (127, 356), 14.0
# A head that is turned by less shows no more of a temple, degrees; by the second all of it.
_TURNS = (4.0, 10.0)
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
# Its height, mm, and how much less a temple has at the ear.
_TALL, _SLIMMER = (1.1, 4.0), 0.25
# It begins so much before where it was seen to end, goes on over hair for so many mm and is gone after so many more; so
# it is before the ear, mm. Shares of what is no skin within the last distance, mm, that are hair.
_OVERLAP_MM, _OVER_HAIR_MM, _GONE_MM, _EAR_MM = 2.0, 4.0, 5.0, 5.0
_HAIR, _HAIR_MM = (0.4, 0.8), 2.5
# Hair is what departs from the hue of the cheek below, as a ratio of red to green, by such factors, natural logarithms;
# but for what the end piece may colour, within this distance, mm.
_HUE, _OWN_MM = (0.18, 0.3), 10.0
# The skin beside it is so much darker, over this distance, mm.
_CONTACT, _CONTACT_MM = 0.22, 1.2


@dataclass(frozen=True)
class _Part:
    """A part of one turned head around a temple.

    Attributes:
        light: Its picture ``(1, 3, h, w)``, linear.
        bare: Share of skin ``(1, 1, h, w)``, 0..1.
        where: How far the end piece may be there ``(h, w)``, 0..1.
        high: Height on the mean face ``(h, w)``, mm.
        xs: Columns of the window ``(w,)``, pixels.
        ys: Rows ``(h, 1)``.
        ear: Where the ear begins, pixels of the window.
        scale: Pixels per millimetre.
    """

    light: Tensor
    bare: Tensor
    where: Tensor
    high: Tensor
    xs: Tensor
    ys: Tensor
    ear: tuple[float, float]
    scale: float


@dataclass(frozen=True)
class _Line:
    """A temple: from where its end piece was seen to leave off to the ear, pixels of the window.

    Attributes:
        start: x and y.
        along: Unit vector to the ear.
        length: Pixels.
        tall: Its height at the hinge, pixels.
        colour: ``(1, 3, 1, 1)``, linear.
    """

    start: tuple[float, float]
    along: tuple[float, float]
    length: float
    tall: float
    colour: Tensor


def arms_gone_on(
    picture: Tensor, there: Decomposition, source: Decomposition, sight: Sight, vertices: Tensor
) -> tuple[Tensor, Tensor]:
    """Draw the near temples of glasses that are worn, from where the photograph showed them to the ear.

    Args:
        picture: The turned heads ``(B, 3, h, w)``, linear; changed in place.
        there: Their parts.
        source: The photograph.
        sight: Where their pixels were seen.
        vertices: The turned mesh ``(B, V, 3)``, window pixels.

    Returns:
        The picture, and what temples cover that were drawn ``(B, 1, h, w)``, 0..1.
    """
    cover = torch.zeros_like(picture[:, :1])
    for row in range(len(source)):
        by = float(there.pose.angles[row, 0] - source.pose.angles[row, 0])
        share = float(smooth_step(*_TURNS, torch.tensor(abs(by))))
        if share > 0 and worn_glasses(source.row(row)).worn:
            near = int(by < 0)
            box = _around(vertices[row, :, :2], near, sight)
            place = (slice(row, row + 1), slice(None), *box)
            part = _part(picture[place], there, source.row(row), sight, (row, near, vertices[row], box))
            line = _found(part)
            if line is not None:
                picture[place], cover[place] = _drawn(part, line, share)
    return picture, cover


def uncovered(regions: Regions, bare: Tensor | None, cover: Tensor) -> tuple[Regions, Tensor | None]:
    """Regions, and where skin is bare ``(B, 1, h, w)``, without what is covered, likewise."""
    left = 1 - cover
    return replace(regions, skin=regions.skin * left, body=regions.body * left), None if bare is None else bare * left


def _ear(points: Tensor, near: int) -> tuple[float, float]:
    x, y = points[SURFACE_POINTS + FACE_OVAL.index(_TEMPLES[near]), :2].tolist()
    return x, y


def _around(points: Tensor, near: int, sight: Sight) -> Box:
    """The part of the window where a temple may be, of the turned mesh ``(V, 2)``."""
    ends = [*(points[index].tolist() for index in (_EYES[near], _TEMPLES[near])), _ear(points, near)]
    xs, ys = zip(*ends, strict=True)
    margin, (high, wide) = round(_MARGIN_MM * sight.scale), sight.place.shape[-2:]
    return (
        slice(max(0, int(min(ys)) - margin), min(high, int(max(ys)) + margin)),
        slice(max(0, int(min(xs)) - margin), min(wide, int(max(xs)) + margin)),
    )


def _part(
    light: Tensor, there: Decomposition, source: Decomposition, sight: Sight, of: tuple[int, int, Tensor, Box]
) -> _Part:
    row, near, points, (rows, columns) = of
    place = (slice(row, row + 1), slice(None), rows, columns)
    aside, high = sampled(source.surface.position[:, :2], sight.place[place])[0]
    where = smooth_step(*_ASIDE, aside * (2 * near - 1)) * there.surface.face[place][0, 0]
    where = where * ((high > _HIGH[0]) & (high < _HIGH[1]) & (sight.seen[place][0, 0] > _SEEN))
    where = where * (1 - gaussian(there.regions.hair[place], _SOFT_MM * sight.scale)[0, 0]).clamp(min=0)
    return _Part(
        light=light,
        bare=(there.regions.skin + there.regions.body)[place].clamp(0, 1),
        where=where,
        high=high,
        xs=torch.arange(columns.start, columns.stop, device=light.device) + 0.5,
        ys=torch.arange(rows.start, rows.stop, device=light.device)[:, None] + 0.5,
        ear=_ear(points, near),
        scale=sight.scale,
    )


def _stripe(part: _Part) -> Tensor:
    """How far each pixel is one of the end piece's ``(h, w)``, 0..1: a dark stripe that runs aside."""
    step = max(2, round(_AROUND_MM * part.scale))
    light = gaussian(part.light.mean(dim=1, keepdim=True), max(_SOFT_MM * part.scale, 0.5))[0, 0].clamp(min=1e-4)
    dark = smooth_step(*_DARKER, 1 - light / torch.minimum(light.roll(step, 0), light.roll(-step, 0))) * part.where
    dark[:step] = dark[-step:] = 0
    heights = torch.arange(*_HIGH, device=dark.device)[:, None, None]
    found = (dark * (1 - (part.high - heights).abs() / _STRIPE_MM).clamp(min=0)).sum(dim=(1, 2))
    level = float(heights[int(found.argmax())])
    return dark * ((part.high - level).abs() < _STRIPE_MM)


def _found(part: _Part) -> _Line | None:
    """The temple of which a part shows the end piece; None if it shows none."""
    weight, scale = _stripe(part), part.scale
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
    toward = 1.0 if part.ear[0] > x else -1.0
    reach = ((xs - x) * toward).floor().long()
    begin, end = _run(weight, reach, scale)
    if stray > max(_STRAY_MM * scale, 1.2) or end - begin < _LONG_MM * scale:
        return None
    weight = weight * (reach <= end)
    tall = min(max(float(weight.sum()) / (end - begin), _TALL[0] * scale), _TALL[1] * scale)
    strong = weight * weight
    colour = (part.light[0] * strong).sum(dim=(1, 2)) / strong.sum()
    start = (x + toward * end, y + slope * toward * end)
    right, down = part.ear[0] - start[0], part.ear[1] - start[1]
    length = max(math.hypot(right, down), 1.0)
    return _Line(start, (right / length, down / length), length, tall, colour[None, :, None, None])


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


def _hair(part: _Part, along: Tensor) -> Tensor:
    """Where there is hair ``(h, w)``, 0..1: no skin, or not of its hue: fair hair is taken for skin.

    ``along`` tells how far from the end piece that is, pixels.
    """
    wide = gaussian(torch.cat([part.light, part.bare], dim=1), _HAIR_MM * part.scale)[0]
    hue = (wide[0].clamp(min=1e-4) / wide[1].clamp(min=1e-4)).log()
    skin = part.bare[0, 0] * (wide[3] > _HAIR[1]) * (part.high < _HIGH[0])
    own = (hue * skin).sum() / skin.sum().clamp(min=1e-4)
    other = smooth_step(*_HUE, (hue - own).abs()) * (skin.sum() > 0) * (along > _OWN_MM * part.scale)
    return torch.maximum(smooth_step(*_HAIR, 1 - wide[3]), other)


def _drawn(part: _Part, line: _Line, share: float) -> tuple[Tensor, Tensor]:
    """The part with its temple ``(1, 3, h, w)``, and what that covers ``(1, 1, h, w)``."""
    scale, (right, down) = part.scale, line.along
    x, y = part.xs - line.start[0], part.ys - line.start[1]
    along, across = x * right + y * down, (y * right - x * down).abs()
    way = (along / line.length).clamp(0, 1)
    cover = (line.tall * (1 - _SLIMMER * way) / 2 + 0.5 - across).clamp(0, 1)
    cover = cover * smooth_step(-_OVERLAP_MM * scale, 0.0, along)
    cover = cover * (1 - smooth_step(line.length - _EAR_MM * scale, line.length, along))
    hair = _hair(part, along)
    steps = torch.arange(int(line.length) + 1, device=hair.device)
    columns = (line.start[0] + right * steps - part.xs[0]).long().clamp(0, hair.shape[1] - 1)
    rows = (line.start[1] + down * steps - part.ys[0, 0]).long().clamp(0, hair.shape[0] - 1)
    passed = hair[rows, columns].cumsum(0) / scale
    under = smooth_step(_OVER_HAIR_MM, _OVER_HAIR_MM + _GONE_MM, passed)
    cover = (cover * share * (1 - under[along.long().clamp(0, len(steps) - 1)]))[None, None]
    beside = gaussian(cover * (1 - hair), _CONTACT_MM * scale)
    return torch.lerp(part.light * (1 - _CONTACT * beside), line.colour.expand_as(part.light), cover), cover
