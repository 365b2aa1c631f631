"""The near ear of a turned head, of which a photograph from ahead shows little more than the rim: it opens.

An ear stands off the head like a flap that is hinged before it. Seen from ahead it is foreshortened, the more the
flatter it lies, and what lies within is hidden; a turn opens it. Where that is much it is drawn as one piece: its own
colour, drawn out between the outline of the face and its rim, with the outline of an ear and shade in its hollows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from faceaug.face.bare import bare_skin
from faceaug.face.kept import kept
from faceaug.face.rotate import head_mesh
from faceaug.face.topology import FACE_OVAL, face_model
from faceaug.image.filter import gaussian
from faceaug.image.shade import above, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.along import own_colour
from faceaug.stages.ear import Ear, near_ears, rolled, seen_ear
from faceaug.stages.layers import layers_of
from faceaug.stages.pinna import heights, pinnae

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.extent import Box

# From its front to its rim an ear is so long, mm, stands off at most so many degrees, and is drawn out at most so many
# times. By these, ears go beyond the face's outline by 19.3 mm where heads are turned by 15 degrees and went by 11.4 mm
# where they were not. The near ears of 25 official portraits turned by 12 to 18 degrees go by 21.5 mm (18.2 to 23.3 the
# middle half), ears of 286 turned by less than 5 by 11.4 mm; those of frontal heads turned so, without this, by 14.9 mm
# (9.8 to 19.1).
_LENGTH, _OPEN, _MOST = 34.0, 75.0, 3.0
# What is narrower, mm, or has less bare skin than this share above, or more hair behind, mm, is not an ear that shows;
# what becomes less than so many times as wide the mesh draws well.
_LEAST_MM, _BARE, _BEHIND_MM, _OPENS = 3.0, 0.7, 4.0, 2.0
# An ear that is narrower than this, mm, and in pixels, says less of the other than that itself.
_BROAD_MM, _BROAD = 11.5, 13.0
# An ear's outline: heights from lobe to top, how far from its front it lies there, of the mean width; it is smooth over
# this share of the height. Between such factors it takes the place of the outline seen, drawn out, whose ends are round
# by the power.
_OUTLINE = (
    (0.0, 0.03, 0.08, 0.15, 0.25, 0.4, 0.55, 0.7, 0.8, 0.88, 0.94, 0.98, 1.0),
    (0.11, 0.36, 0.53, 0.63, 0.69, 0.79, 0.93, 1.05, 1.05, 0.97, 0.8, 0.55, 0.26),
)
_SMOOTH, _SHAPED, _ROUND = 0.03, (1.7, 2.1), 6
# Its front leans back by this share of its width at lobe and top, below and above these shares of the height.
_LEANS, _LEAN = (0.15, 0.82), 0.35
# Its front passes into the cheek over a pixel and so much, mm.
_FRONT_MM = 0.5
# No colour is looked up nearer to the rim, or farther out on the face, of the width; nor nearer to the top, mm.
_INWARD, _TOP_MM = (-0.2, 0.93), 5.0
# Between such factors what was seen of it is a line: its colour is one across, told at these shares of the width and
# smooth over this distance, mm; its mean counts so little. So is wall, and
# what is neither skin nor hair above this height, mm: arms of glasses.
_LINE, _ACROSS, _EVEN_MM, _LITTLE, _ARMS = (2.6, 3.4), (0.3, 0.5, 0.7, 0.85), 3.0, 0.01, -8.0
# Hollows: by how much they are darker; concha: its middle (across, along) and size.
_CONCHA, _CONCHA_AT, _CONCHA_SIZE = 0.42, (0.34, 0.46), (0.13, 0.15)
# The groove within the rim: how deep, where it is farthest out, how far it comes in so far above and below, how wide;
# it begins and ends between these heights.
_GROOVE, _GROOVE_AT, _GROOVE_IN, _GROOVE_WIDE = 0.25, (0.7, 0.62), (0.25, 0.5), 0.08
_GROOVE_FROM, _GROOVE_TO = (0.3, 0.5), (0.85, 0.98)
# The crease before the ear, and the rim, which is lighter, likewise.
_CREASE, _CREASE_AT, _CREASE_WIDE, _CREASE_FROM, _CREASE_TO = 0.16, 0.04, 0.06, (0.05, 0.2), (0.55, 0.8)
_RIM, _RIM_AT, _RIM_WIDE, _RIM_FROM = 0.06, 0.9, 0.08, (0.3, 0.5)
# Light that skin throws into hollows of skin is red: shade counts by such powers in red, green and blue.
_REDDER = (0.8, 1.05, 1.1)
# Points of the face's outline so far aside, mm, are beside an ear.
_ASIDE_MM = 40.0


def opened(width: float, turns: float) -> float:
    """How wide, mm, an ear is seen that was ``width`` wide, on a head turned toward it by so many degrees."""
    off = math.degrees(math.asin(min(width / _LENGTH, 1.0)))
    return max(width, min(_MOST * width, _LENGTH * math.sin(math.radians(min(off + turns, _OPEN)))))


def drawn_ears(source: Decomposition, turned: Tensor, angles: Tensor) -> list[Ear]:
    """The near ears that a turn shows as the photograph does not, one a row at most; arguments as `opened_ears` has.

    Of an ear that was hidden it is the mirror image of the other, if that was seen broad, else itself, opened.
    """
    mirrored, own = near_ears(source, turned, angles), opened_ears(source, turned, angles)
    wide = seen_ear(source).wide
    broad = (wide > _BROAD_MM) | (wide * source.pose.scale > _BROAD)
    rows = {ear.row for ear in mirrored if bool(broad[ear.row])}
    opened_too = [ear for ear in own if ear.row not in rows]
    rows = {ear.row for ear in opened_too}
    return [ear for ear in mirrored if ear.row not in rows] + opened_too


def opened_ears(source: Decomposition, turned: Tensor, angles: Tensor) -> list[Ear]:
    """The near ears that a turn opens much, one a row at most.

    Args:
        source: The photograph.
        turned: The turned mesh ``(B, V, 3)``, window pixels.
        angles: Its yaw, pitch and roll ``(B, 3)``, degrees.
    """
    found = []
    for row, turns in enumerate((angles - source.pose.angles)[:, 0].tolist()):
        one, side = source.row(row), 0 if turns > 0 else 1
        ears = pinnae(one)
        width, bare, behind = (float(each[0, side]) for each in (ears.width, ears.bare, ears.behind))
        if width < _LEAST_MM or bare < _BARE or behind > _BEHIND_MM:
            continue
        wide = opened(width, abs(turns))
        if wide > _OPENS * width:
            ear = _drawn(one, turned[row], angles[row, 2], side, wide)
            found += [] if ear is None else [Ear(row, *ear)]
    return found


@dataclass(frozen=True)
class _Outline:
    """The outline of a face beside an ear, in a picture turned so that the head is upright.

    Attributes:
        high: Heights of its points on the mean face ``(N,)``, mm, rising.
        x, y: Where they are in that picture ``(N,)``, pixels.
        upright: What turns the window so ``(2, 2)``.
    """

    high: Tensor
    x: Tensor
    y: Tensor
    upright: Tensor

    def window(self, x: Tensor, y: Tensor) -> Tensor:
        """Places in the window ``(2, ...)`` of places in the upright picture."""
        back = self.upright.T
        return torch.stack([back[axis, 0] * x + back[axis, 1] * y for axis in (0, 1)])


def _outline(mesh: Tensor, roll: Tensor, side: int) -> _Outline:
    """That of a mesh ``(V, 3)`` whose head is rolled so, degrees, on the left, 0, or on the right, 1."""
    upright, chosen = rolled(-roll), _beside(side)
    x, y = (mesh[chosen, :2] @ upright.T).unbind(dim=1)
    return _Outline(torch.from_numpy(face_model().points[chosen, 1]).to(mesh), x, y, upright)


@cache
def _beside(side: int) -> list[int]:
    points = face_model().points
    chosen = [point for point in FACE_OVAL if points[point, 0] * (2 * side - 1) > _ASIDE_MM]
    return sorted(chosen, key=lambda point: float(points[point, 1]))


def _between(at: Tensor, knots: Tensor, values: Tensor) -> Tensor:
    """Values that are linear between rising ``knots`` ``(N,)``, and go on so past the ends."""
    place = torch.searchsorted(knots, at.contiguous()).clamp(1, len(knots) - 1)
    low, high = knots[place - 1], knots[place]
    return torch.lerp(values[place - 1], values[place], (at - low) / (high - low))


def _drawn(
    one: Decomposition, turned: Tensor, roll: Tensor, side: int, wide: float
) -> tuple[Box, Tensor, Tensor] | None:
    """Where one ear is drawn, its cover and its colour, as `Ear` has them.

    Args:
        one: The photograph, of one row.
        turned: The turned mesh ``(V, 3)``, window pixels.
        roll: Its roll, degrees.
        side: 0 on the left of the picture, 1 on the right.
        wide: How far the ear goes beyond the face's outline on the turned head, mm.
    """
    ears, scale, out = pinnae(one), float(one.pose.scale[0]), 2.0 * side - 1
    size = (one.linear.shape[-2], one.linear.shape[-1])
    width, (lobe, top) = float(ears.width[0, side]), ears.ends[0, side]
    now, was = _outline(turned, roll, side), _outline(head_mesh(one)[0], one.pose.angles[0, 2], side)
    box = _box(now, torch.stack([lobe, top]), out * wide * scale, size)
    if box is None:
        return None
    xs, ys = pixel_centres(size, turned.device)
    x, y = (now.upright[axis, 0] * xs[:, box[1]] + now.upright[axis, 1] * ys[box[0]] for axis in (0, 1))
    high = _between(y, now.y.flip(0), now.high.flip(0))  # y falls where heights rise
    along, beyond = (high - lobe) / (top - lobe), out * (x - _between(high, now.high, now.x)) / scale
    reach = _between(high, heights(high), ears.reach[0, side])
    rim = wide * _shaped(along, reach, wide / width)
    ends = (_LEANS[0] - along).clamp(min=0) / _LEANS[0] + (along - _LEANS[1]).clamp(min=0) / (1 - _LEANS[1])
    leaning = wide * _LEAN * ends**2
    pixel = 1 / scale
    cover = smooth_step(-_FRONT_MM - pixel, _FRONT_MM + pixel, beyond - leaning)
    for inside in (rim - beyond, high - lobe, top - high):
        cover = cover * smooth_step(-0.6 * pixel, 0.6 * pixel, inside)
    across = beyond / rim.clamp(min=1)
    level = high.clamp(max=float(top) - _TOP_MM)

    def seen_at(share: Tensor | float) -> Tensor:
        """Where what lies at such a share of the width was seen ``(1, 2, h, w)``."""
        aside = _between(level, was.high, was.x) + out * scale * width * reach * share
        return was.window(aside, _between(level, was.high, was.y))[None]

    colour = _coloured(one, [seen_at(each) for each in (across.clamp(*_INWARD), *_ACROSS)], wide / width, scale)
    return box, cover[None, None], colour * hollows(across[None, None], along[None, None])


def _box(outline: _Outline, ends: Tensor, wide: float, size: tuple[int, int]) -> Box | None:
    """The part of the window that holds an ear from lobe to top so wide, pixels, to the right or to the left."""
    x, y = (_between(ends, outline.high, each) for each in (outline.x, outline.y))
    corners = torch.cat([outline.window(x + share * wide, y) for share in (-0.5, 1.5)], dim=1)
    low, most = corners.amin(dim=1).floor().long().tolist(), corners.amax(dim=1).ceil().long().tolist()
    down, across = (
        slice(min(max(first, 0), length), min(max(last, 0), length))
        for first, last, length in zip(low[::-1], most[::-1], size, strict=True)
    )
    return (down, across) if down.stop > down.start and across.stop > across.start else None


def _shaped(along: Tensor, reach: Tensor, times: float) -> Tensor:
    """How far the rim lies from the front at each height, of the mean width: as it was seen, or as ears are."""
    round_ends = (1 - (2 * along - 1).abs().clamp(max=1) ** _ROUND).sqrt()
    table = _ear_outline().to(along)
    shape = _between(along.clamp(0, 1), table[0], table[1])
    return torch.lerp(reach * round_ends, shape, smooth_step(*_SHAPED, along.new_tensor(times)))


@cache
def _ear_outline() -> Tensor:
    """The outline of an ear without corners ``(2, N)``: heights from lobe to top, and how far it lies out."""
    step, beyond = 0.005, 60
    high = np.arange(-beyond, 1 / step + beyond + 1) * step
    taps = np.exp(-0.5 * (np.arange(-beyond, beyond + 1) * step / _SMOOTH) ** 2)
    out = np.convolve(np.interp(high, *np.array(_OUTLINE)), taps / taps.sum(), mode="valid")
    return torch.from_numpy(np.stack([high[beyond:-beyond], out]).astype(np.float32))


@kept(
    "linear",
    *(f"regions.{name}" for name in ("person", "lips", "eyes", "brows", "mouth", "foreground", "body", "hair")),
    *("surface.position", "surface.face", "pose.scale", "skin.tone", "skin.shade_colour"),
)
def _skin_colour(source: Decomposition) -> Tensor:
    """Colour of bare skin times where there is any, that, and where there are no glasses or wall ``(B, 5, h, w)``."""
    layers, bare = layers_of(source), torch.maximum(bare_skin(source), source.regions.body)
    skin, high = layers.clear * above(bare, 0.5), source.surface.position[:, 1:2]
    known = torch.maximum(torch.maximum(skin, source.regions.hair), layers.clear * above(_ARMS - high, 0))
    return torch.cat([layers.own * skin, skin, known], dim=1)


def _coloured(one: Decomposition, places: list[Tensor], times: float, scale: float) -> Tensor:
    """The colour of an ear that is drawn out so many times ``(1, 3, h, w)``, linear.

    ``places`` tells where each of its pixels was seen, and then what lies at its height at `_ACROSS`.
    """
    size, even = (one.linear.shape[-2], one.linear.shape[-1]), _skin_colour(one)
    colour = sampled([own_colour(one)], places[0], size, mode="bicubic").clamp(min=0)
    known = sampled(even[:, 4:], places[0])
    total = torch.stack([sampled(even[:, :4], place) for place in places[1:]]).sum(dim=0)
    wide = gaussian(total, _EVEN_MM * scale)
    wide += _LITTLE * total.mean(dim=(2, 3), keepdim=True)
    mean = wide[:, :3] / wide[:, 3:].clamp(min=1e-6)
    return torch.lerp(colour, mean, 1 - known * (1 - smooth_step(*_LINE, colour.new_tensor(times))))


def hollows(across: Tensor, along: Tensor) -> Tensor:
    """How light an ear is in its hollows and on its rim ``(B, 3, h, w)``, of what it would be if it were flat.

    Args:
        across: From its front, 0, to its rim, 1 ``(B, 1, h, w)``.
        along: From its lobe, 0, to its top, 1, likewise.
    """
    concha = _CONCHA * _bell(across, _CONCHA_AT[0], _CONCHA_SIZE[0]) * _bell(along, _CONCHA_AT[1], _CONCHA_SIZE[1])
    course = _GROOVE_AT[0] - _GROOVE_IN[0] * ((along - _GROOVE_AT[1]) / _GROOVE_IN[1]) ** 2
    groove = _GROOVE * _bell(across - course, 0, _GROOVE_WIDE) * smooth_step(*_GROOVE_FROM, along)
    groove = groove * (1 - smooth_step(*_GROOVE_TO, along))
    crease = _CREASE * _bell(across, _CREASE_AT, _CREASE_WIDE) * smooth_step(*_CREASE_FROM, along)
    crease = crease * (1 - smooth_step(*_CREASE_TO, along))
    rim = _RIM * _bell(across, _RIM_AT, _RIM_WIDE) * smooth_step(*_RIM_FROM, along)
    light = (1 - concha) * (1 - groove) * (1 - crease) * (1 + rim)
    return light ** light.new_tensor(_REDDER)[:, None, None]


def _bell(x: Tensor, middle: float, width: float) -> Tensor:
    return torch.exp(-0.5 * ((x - middle) / width) ** 2)
