"""The near ear of a head that the photograph showed from the other side: the ear that was seen, mirrored, as one piece.

Of a head that is turned aside the photograph shows one ear well, and of the other a rim or nothing; turned back past
the camera it shows that one broad. Ears are rigid and a head's two are alike: what comes into sight is the mirror
image of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch

from faceaug.face.kept import kept
from faceaug.face.rotate import head_mesh
from faceaug.face.topology import FACE_OVAL, face_model
from faceaug.image.filter import closing
from faceaug.image.shade import above, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.along import own_colour
from faceaug.stages.layers import layers_of

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box

# Beside the face, between these heights on the mean face and no farther aside, mm, lie ears.
_BAND, _ASIDE = (-50.0, -5.0), 105.0
# An ear is hidden where, on average over that height, the person goes on past the face's outline by less than the
# first, mm, and by less than that share of what it does on the other side; and where skin does so there by the last.
# Of 300 official portraits 62 have such an ear, of 122 frontal ones 5.
_HIDDEN_MM, _HIDDEN, _SKIN_MM = 8.0, 0.46, 4.7
# Shade and hair in an ear, up to twice so wide, mm, are ear.
_GAPS_MM = 5.0
# Its width is told line by line, so many mm high, between these heights, and the widest is looked for between the next.
_LINE_MM, _LINES, _WIDEST = 2.0, (-80.0, 30.0), (-45.0, 0.0)
# It ends below where it is narrower than the first share of that, above than the other, or at these heights; fading
# over the last, mm.
_NARROW, _ENDS, _FADES_MM = (0.45, 0.3), (-64.0, 18.0), 4.0
# Hair or shade between outline and ear is part of the place of an ear up to this, mm; what is more was not outline.
_BESIDE_MM = 2.0
# An ear stands off the head by so many degrees; a turn makes it at most so much narrower and broader.
_STANDS_OFF, _LEAST_OFF, _BROADER = 25.0, 5.0, (0.5, 1.6)
# It comes into sight while the head turns by so many degrees.
_TURNS = (3.0, 9.0)
# It is as light beside its cheek as the other is beside its own, within this factor: skin so far from the middle, mm.
_CHEEK, _MOST = (40.0, 62.0), 5.0
# What is lighter than its cheek by such a factor is wall: 67 of 68 ears are by 0.4 to 1.3, on average over them.
_WALL = 1.8
# The outline beside an ear lies so far from the middle at least, and reaches so much above the band, mm.
_OUTLINE, _ABOVE = 30.0, 15.0
# What an ear is, and is not.
_EAR, _NO_EAR = frozenset({"person", "clear", "body", "bare"}), ("skin", "hair", "clothes")


@dataclass(frozen=True)
class SeenEar:
    """The ear that stands for a hidden one, as the photograph shows it.

    Attributes:
        hidden: Which one is hidden ``(B,)``: -1 the one on the left of the picture, 1 that on the right, 0 none.
        cover: Where the other one is ``(B, 1, h, w)``, 0..1.
        apart: How far that lies from the outline of the face ``(B,)``, mm.
        wide: How wide it is on average ``(B,)``, mm.
        light: How light the cheek before the hidden one is, over that before the other ``(B, 3)``.
    """

    hidden: Tensor
    cover: Tensor
    apart: Tensor
    wide: Tensor
    light: Tensor


@dataclass(frozen=True)
class Ear:
    """A near ear on a turned head, in a part of the window of one row.

    Attributes:
        row: Which row.
        box: Which part.
        cover: Where it is ``(1, 1, h', w')``, 0..1.
        colour: Its colour ``(1, 3, h', w')``, linear sRGB.
    """

    row: int
    box: Box
    cover: Tensor
    colour: Tensor


@kept(
    "linear",
    "regions.person",
    "regions.foreground",
    "regions.body",
    "regions.skin",
    "surface.face",
    "surface.position",
    "pose.scale",
)
def seen_ear(source: Decomposition) -> SeenEar:
    """The ear that may stand for a hidden one; a face keeps it for its other variants."""
    regions, scale = source.regions, float(source.pose.scale.mean())
    x, y = source.surface.position[:, :1], source.surface.position[:, 1:2]
    band, off = above(y, _BAND[0]) * above(_BAND[1] - y, 0), 1 - source.surface.face
    sides = torch.cat([above(-x, 0), above(x, 0)], dim=1)
    beside = sides * band * off * above(_ASIDE - x.abs(), 0)
    height = scale * scale * (_BAND[1] - _BAND[0])
    person, skin = ((beside * each).sum(dim=(2, 3)) / height for each in (regions.person, regions.body))
    hides = (person < _HIDDEN_MM) & (person < _HIDDEN * person.flip(1)) & (skin.flip(1) > _SKIN_MM)
    hidden = hides[:, 1].to(x) - hides[:, 0].to(x)
    if not bool(hides.any()):
        return SeenEar(hidden, torch.zeros_like(x), hidden, hidden, torch.ones_like(source.pose.angles))
    there = above(-x * hidden[:, None, None, None], 0)
    radius = max(1, round(_GAPS_MM * scale))
    cover = torch.minimum(closing(regions.body, radius), layers_of(source).clear)
    cover = cover * there * off * above(_ASIDE - x.abs(), 0)
    cover = cover * _from_lobe_to_top(cover, y)
    left, right = cover.cummax(dim=-1).values, cover.flip(-1).cummax(dim=-1).values.flip(-1)
    between = (torch.where(x < 0, left, right) - cover).clamp(min=0)
    apart, wide = ((each * band * off * there).sum(dim=(1, 2, 3)) / height for each in (between, cover))
    cheek = regions.skin * band * above(x.abs(), _CHEEK[0]) * above(_CHEEK[1] - x.abs(), 0)
    ear, own, other = (_mean(source.linear, each) for each in (cover, cheek * (1 - there), cheek * there))
    light = (own / other.clamp(min=1e-4)).clamp(1 / _MOST, _MOST)
    light = torch.where(torch.minimum(own, other) > 0, light, torch.ones_like(light))
    like = above(_WALL * other.mean(dim=1) - ear.mean(dim=1), 0)
    return SeenEar(hidden * like, cover * like[:, None, None, None], apart, wide, light)


def _mean(colour: Tensor, where: Tensor) -> Tensor:
    """Mean colour ``(B, 3)`` of what is there ``(B, 1, h, w)``; 0 of nothing."""
    return (colour * where).sum(dim=(2, 3)) / where.sum(dim=(2, 3)).clamp(min=1e-3)


def _from_lobe_to_top(skin: Tensor, high: Tensor) -> Tensor:
    """1 at the heights of the ear, 0 above and below it ``(B, 1, h, w)``.

    Args:
        skin: The skin beside the face, on its side ``(B, 1, h, w)``, 0..1.
        high: The height of each pixel on the mean face ``(B, 1, h, w)``, mm.
    """
    count = int((_LINES[1] - _LINES[0]) / _LINE_MM)
    line, inside = ((high - _LINES[0]) / _LINE_MM).long().clamp(0, count - 1), above(high, _LINES[0])
    inside = inside * above(_LINES[1] - high, 0)
    low, up = (int((each - _LINES[0]) / _LINE_MM) for each in _WIDEST)
    rows = []
    for row in range(len(skin)):
        width = torch.zeros(count).to(skin).index_add_(0, line[row].flatten(), (skin[row] * inside[row]).flatten())
        widest = low + int(width[low:up].argmax())
        below, over = (
            (part < share * width[widest]).nonzero()[:, 0].tolist()
            for part, share in zip((width[:widest].flip(0), width[widest:]), _NARROW, strict=True)
        )
        lobe = max(_ENDS[0], _LINES[0] + _LINE_MM * (widest - below[0]) if below else _ENDS[0])
        top = min(_ENDS[1], _LINES[0] + _LINE_MM * (widest + over[0]) if over else _ENDS[1])
        above_lobe = smooth_step(lobe - _FADES_MM / 2, lobe + _FADES_MM / 2, high[row])
        rows.append(above_lobe * (1 - smooth_step(top, top + _FADES_MM, high[row])))
    return torch.stack(rows)


def near_ears(source: Decomposition, turned: Tensor, angles: Tensor) -> list[Ear]:
    """The hidden ears that a turn brings before us, one a row at most.

    Args:
        source: The photograph.
        turned: The turned mesh ``(B, V, 3)``, window pixels.
        angles: Its yaw, pitch and roll ``(B, 3)``, degrees.
    """
    ear = seen_ear(source)
    toward = smooth_step(*_TURNS, -ear.hidden * (angles - source.pose.angles)[:, 0])
    found = []
    for row in toward.nonzero()[:, 0].tolist():
        back, start, end = _way_back(source, turned, angles, row)
        box = _reached(ear.cover[row, 0], back, start, end)
        if box is not None:
            size = (ear.cover.shape[-2], ear.cover.shape[-1])
            xs, ys = pixel_centres(size, turned.device)
            x, y = xs[:, box[1]] - end[0], ys[box[0]] - end[1]
            place = torch.stack([start[axis] + back[axis, 0] * x + back[axis, 1] * y for axis in (0, 1)])[None]
            one = source.row(row)
            cover = sampled(ear.cover[row : row + 1], place, size) * toward[row]
            colour = sampled([own_colour(one)], place, size, mode="bicubic").clamp(min=0)
            found.append(Ear(row, box, cover, colour * ear.light[row, :, None, None]))
    return found


def put_on(ears: list[Ear], colour: Tensor, far: Tensor, carried: dict[str, Tensor]) -> None:
    """Lay ears on a turned person, in place: all that tells what its pixels are is told of them too.

    Args:
        ears: The ears.
        colour: The person ``(B, 3, h, w)``, linear.
        far: Where person and wall are parted ``(B, 1, h, w)``, 0..1.
        carried: Maps of the turned head ``(B, 1, h, w)``, 0..1: its mattes, its regions, and bare skin if that is told.
    """
    for ear in ears:
        there = (slice(ear.row, ear.row + 1), slice(None), *ear.box)
        colour[there] = torch.lerp(colour[there], ear.colour, ear.cover)
        far[there] = torch.maximum(far[there], ear.cover)
        for name in _EAR.intersection(carried):
            carried[name][there] = torch.maximum(carried[name][there], ear.cover)
        for name in _NO_EAR:
            carried[name][there] *= 1 - ear.cover


def _way_back(source: Decomposition, turned: Tensor, angles: Tensor, row: int) -> tuple[Tensor, Tensor, Tensor]:
    """How a turned ear goes back to the one that was seen: ``back @ (pixel - end) + start``; (2, 2), (2,) and (2,)."""
    one, now = source.row(row), angles[row]
    ear, was = seen_ear(one), one.pose.angles[0]
    side = float(ear.hidden)
    start = head_mesh(one)[0, _outline(-side), :2].mean(dim=0)
    end = turned[row, _outline(side), :2].mean(dim=0)
    broader = (_width(-side * now[0]) / _width(side * was[0])).clamp(*_BROADER)
    too_far = (ear.apart[0] - _BESIDE_MM).clamp(min=0) * one.pose.scale[0] * broader
    end = end - rolled(now[2])[:, 0] * (side * too_far)
    back = rolled(was[2]) @ torch.diag(torch.stack([-1 / broader, torch.ones_like(broader)])) @ rolled(-now[2])
    return back, start, end


def _width(toward: Tensor) -> Tensor:
    """How broad an ear is seen on a head that is turned so many degrees away from it, of its length."""
    return torch.sin(torch.deg2rad((toward + _STANDS_OFF).clamp(min=_LEAST_OFF)))


def rolled(roll: Tensor) -> Tensor:
    """The rotation ``(2, 2)`` clockwise in the picture by so many degrees."""
    cos, sin = torch.cos(torch.deg2rad(roll)), torch.sin(torch.deg2rad(roll))
    return torch.stack([torch.stack([cos, -sin]), torch.stack([sin, cos])])


def _reached(cover: Tensor, back: Tensor, start: Tensor, end: Tensor) -> Box | None:
    """The part of the window that a turned ear reaches, whose ``cover`` in the photograph is ``(h, w)``."""
    seen = cover.nonzero()
    if not len(seen):
        return None
    (top, left), (bottom, right) = seen.amin(dim=0).tolist(), (seen.amax(dim=0) + 1).tolist()
    corners = start.new_tensor([[left, top], [right, top], [left, bottom], [right, bottom]])
    there = (corners - start) @ torch.linalg.inv(back).T + end
    low, high = there.amin(dim=0).floor().long().tolist(), there.amax(dim=0).ceil().long().tolist()
    down, across = (
        slice(min(max(first, 0), length), min(max(last, 0), length))
        for first, last, length in zip(low[::-1], high[::-1], cover.shape, strict=True)
    )
    return (down, across) if down.stop > down.start and across.stop > across.start else None


@cache
def _outline(side: float) -> list[int]:
    """The points of the face's outline beside an ear; ``side``: -1 on the left of the picture, 1 on the right."""
    aside, high = torch.from_numpy(face_model().points)[list(FACE_OVAL), :2].unbind(dim=1)
    beside = (aside * side > _OUTLINE) & (high > _BAND[0]) & (high < _BAND[1] + _ABOVE)
    return [point for point, chosen in zip(FACE_OVAL, beside.tolist(), strict=True) if chosen]
