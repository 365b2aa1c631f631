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
from faceaug.stages.ear_shape import between, hollows, rounded, shaped
from faceaug.stages.layers import layers_of
from faceaug.stages.pinna import heights, pinnae

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box

# From its front to its rim an ear is so long, mm, stands off at most so many degrees, and is drawn out at most so many
# times. By these, ears go beyond the face's outline by 19.3 mm where heads are turned by 15 degrees and went by 11.4 mm
# where they were not. The near ears of 25 official portraits turned by 12 to 18 degrees go by 21.5 mm (18.2 to 23.3 the
# middle half), ears of 286 turned by less than 5 by 11.4 mm; those of frontal heads turned so, without this, by 14.9 mm
# (9.8 to 19.1).
_LENGTH, _OPEN, _MOST = 34.0, 75.0, 3.0
# What is narrower, mm, or has less bare skin than this share above, or more hair behind, mm, is not an ear that shows;
# what becomes less than so many times as wide the mesh draws well.
_LEAST_MM, _BARE, _BEHIND_MM, _OPENS = 3.0, 0.5, 4.0, 2.0
# An ear that is narrower than this, mm, and in pixels, says less of the other than that itself.
_BROAD_MM, _BROAD = 11.5, 13.0
# Hair by such shares lies over it, from between these shares of its height on; it is looked for from this share of its
# width on. Before hair that lies nearer than the last there is no ear either.
_HAIR, _HAIR_FROM, _FROM, _INNER = (0.3, 0.7), (0.35, 0.55), 0.15, 0.85
# Its front passes into the cheek over a pixel and so much, mm, each way; elsewhere it ends over a share of one.
_FRONT_MM, _SOFT = 0.5, 0.6
# No colour is looked up nearer to the rim, or farther out on the face, of the width; nor nearer to the top, mm.
_INWARD, _TOP_MM = (-0.2, 0.93), 2.0
# Between such factors what was seen of it is a line: its colour is one across, told at these shares of the width and
# smooth over this distance, mm; its mean counts so little. So is wall, and what is neither skin
# nor hair above this height, mm: arms of glasses.
_LINE, _ACROSS, _EVEN_MM, _LITTLE, _ARMS = (2.6, 3.4), (0.3, 0.5, 0.7, 0.85), 3.0, 0.01, -8.0
# What is so much so, smooth over this distance, mm, is known. Wall is no ear, by such shares smooth over this distance,
# mm; from between such factors on the matte is too coarse to say so.
_KNOWN, _CLEAN_MM, _PERSON, _EDGE_MM, _WHOLE = (0.6, 0.98), 0.7, (0.4, 0.6), 1.5, (2.45, 2.9)
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
    high = between(y, now.y.flip(0), now.high.flip(0))  # y falls where heights rise
    along, beyond = (high - lobe) / (top - lobe), out * (x - between(high, now.high, now.x)) / scale
    reach = between(high, heights(high), ears.reach[0, side])
    rim = wide * shaped(along, reach, wide / width)
    across = beyond / rim.clamp(min=1)
    cover = _within(beyond, rim - beyond, rounded(along, beyond / wide) * float(top - lobe), 1 / scale)
    held = high.clamp(max=float(top) - _TOP_MM)
    aside, level = between(held, was.high, was.x), between(held, was.high, was.y)
    wider = reach * (out * scale * width)

    def seen_at(share: Tensor | float) -> Tensor:
        """Where what lies at such a share of the width was seen ``(1, 2, h, w)``."""
        return was.window(aside + wider * share, level)[None]

    own = seen_at(across.clamp(*_INWARD))
    within = seen_at(across.clamp(_FROM, _INWARD[1]))
    there = sampled([one.regions.hair, bare_skin(one), layers_of(one).clear], within)
    hair, bare, person = gaussian(there, _EDGE_MM * scale)[0]
    lies = smooth_step(*_HAIR, hair * (1 - bare)) * smooth_step(*_HAIR_FROM, along)
    lies = torch.maximum(lies, _and_before(lies * above(_INNER - across, 0), side))
    whole = torch.maximum(person, smooth_step(*_WHOLE, person.new_tensor(wide / width)))
    cover = cover * (1 - lies) * smooth_step(*_PERSON, whole)
    colour = _coloured(one, [own, *(seen_at(each) for each in _ACROSS)], wide / width, scale)
    return box, cover[None, None], colour * hollows(across[None, None], along[None, None])


def _and_before(lies: Tensor, side: int) -> Tensor:
    """What lies there ``(h, w)``, and all before it on the same line, toward the face."""
    return lies.cummax(dim=1).values if side == 0 else lies.flip(1).cummax(dim=1).values.flip(1)


def _within(front: Tensor, rim: Tensor, ends: Tensor, pixel: float) -> Tensor:
    """How much of each pixel is ear ``(h, w)``, 0..1, that lies so far within its front, rim and ends, mm."""
    cover = smooth_step(-_FRONT_MM - pixel, _FRONT_MM + pixel, front)
    return cover * smooth_step(-_SOFT * pixel, _SOFT * pixel, torch.minimum(rim, ends))


def _box(outline: _Outline, ends: Tensor, wide: float, size: tuple[int, int]) -> Box | None:
    """The part of the window that holds an ear from lobe to top so wide, pixels, to the right or to the left."""
    x, y = (between(ends, outline.high, each) for each in (outline.x, outline.y))
    corners = torch.cat([outline.window(x + share * wide, y) for share in (-0.5, 1.5)], dim=1)
    low, most = corners.amin(dim=1).floor().long().tolist(), corners.amax(dim=1).ceil().long().tolist()
    down, across = (
        slice(min(max(first, 0), length), min(max(last, 0), length))
        for first, last, length in zip(low[::-1], most[::-1], size, strict=True)
    )
    return (down, across) if down.stop > down.start and across.stop > across.start else None


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
    known = smooth_step(*_KNOWN, gaussian(sampled(even[:, 4:], places[0]), _CLEAN_MM * scale))
    total = torch.stack([sampled(even[:, :4], place) for place in places[1:]]).sum(dim=0)
    wide = gaussian(total, _EVEN_MM * scale)
    wide += _LITTLE * total.mean(dim=(2, 3), keepdim=True)
    mean = wide[:, :3] / wide[:, 3:].clamp(min=1e-6)
    return torch.lerp(colour, mean, 1 - known * (1 - smooth_step(*_LINE, colour.new_tensor(times))))
