"""The near ear of a turned head of which the photograph shows much less than of the other: the mirror image of that.

Ears are rigid and a head's two are alike. What the photograph shows of the near ear is taken along by the mesh, a
little drawn out, and looks best so: no stranger sees that an ear is too narrow. One that was hardly seen is drawn as
one piece, with the hair before it, from the other, if that was seen well: bare, without loose strands, and in no deeper
shade than this one, for the shades of its hollows cannot be taken off.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from faceaug.face.rotate import head_mesh
from faceaug.image.filter import gaussian
from faceaug.image.shade import above, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.turning.along import own_colour
from faceaug.stages.turning.ears.colour import ACROSS, INTO_MM, coloured, like_cheek, mirrored_light
from faceaug.stages.turning.ears.front import front_of
from faceaug.stages.turning.ears.laid import Ear
from faceaug.stages.turning.ears.pinna import pinnae

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# From its front to its rim an ear is so long, mm, and stands off at most so many degrees. By these, ears go beyond the
# face's outline by 20 mm where heads are turned by 15 degrees and went by 11.4 mm where they were not. The near ears of
# 25 official portraits turned by 12 to 18 degrees go by 21.5 mm (18.2 to 23.3 the middle half), ears of 286 turned by
# less than 5 by 11.4 mm.
_LENGTH, _OPEN = 34.0, 75.0
# What becomes less than so many times as wide the mesh draws well, and what has more hair behind, mm.
_OPENS, _BEHIND_MM = 2.1, 4.0
# An ear that was seen less than this wide, of the other, is the mirror image of the other, if neither it nor that is
# narrower, mm, and that is drawn out less than so many times.
_RATHER, _LEAST_MM, _DRAWN_OUT = 0.6, 3.0, 2.2
# But not if that has less bare skin than this share above or more hair behind, mm, or has to be made darker or lighter
# than by these factors: of 49 near ears of 192 heads, compared without knowing which was which, within all these bounds
# 14 looked better as mirror images and 3 as the mesh draws them, beyond them 3 and 21.
_BARE, _STRANDS_MM, _LIGHT = 0.85, 1.0, (0.4, 1.1)
# And none that has such a share of gaps, which is a cord or a flag beside it (0.02 to 0.07 on nine portraits).
_TORN = 0.12
# It has the outline that was seen, between such shares of its matte, smooth over so many pixels: skin is told pixel by
# pixel, and has steps.
_MATTE, _SMOOTH_PX = (0.25, 0.75), 1.2
# Hair lies over it by such shares, from between these shares of its height on.
_HAIR, _HAIR_FROM = (0.3, 0.7), (0.35, 0.55)
# Lobe and top are round, like ellipses of such height (of the ear's) about such a middle, of such a half width across.
_LOBE_END, _TOP_END = (0.16, 0.3, 0.75), (0.18, 0.45, 0.62)
# Its front passes into the cheek over a pixel and so much, mm, each way; elsewhere it ends over a share of one.
_FRONT_MM, _SOFT = 0.5, 0.6
# No colour is looked up farther in on the face, of the width.
_INWARD = -0.2
# What is looked at around an ear, mm above and below it.
_AROUND_MM = 10.0


def opened(width: float, turns: float) -> float:
    """How wide an ear is seen that was ``width`` wide, on a head turned toward it by so many degrees; both in mm."""
    off = math.degrees(math.asin(min(width / _LENGTH, 1.0)))
    return max(width, _LENGTH * math.sin(math.radians(min(off + turns, _OPEN))))


def mirrored_ears(source: Decomposition, turned: Tensor, angles: Tensor) -> list[Ear]:
    """The near ears that a turn shows and the photograph hardly does, one a row at most.

    Args:
        source: The photograph.
        turned: The turned mesh ``(B, V, 3)``, window pixels.
        angles: Its yaw, pitch and roll ``(B, 3)``, degrees.
    """
    found = []
    for row, turns in enumerate((angles - source.pose.angles)[:, 0].tolist()):
        one, side = source.row(row), 0 if turns > 0 else 1
        ears = pinnae(one)
        width, other = (float(ears.width[0, each]) for each in (side, 1 - side))
        wide = opened(width, abs(turns))
        hardly = width < _RATHER * other and wide > max(_OPENS * width, _LEAST_MM)
        if hardly and float(ears.behind[0, side]) <= _BEHIND_MM and wide < _DRAWN_OUT * other and _lends(one, 1 - side):
            ear = _drawn(one, turned[row], angles[row], side, wide)
            found += [] if ear is None else [replace(ear, row=row)]
    return found


def _lends(one: Decomposition, side: int) -> bool:
    """Whether an ear can stand for the other."""
    ears, light = pinnae(one), float(mirrored_light(one)[0, side].mean())
    shows = float(ears.width[0, side]) >= _LEAST_MM and float(ears.bare[0, side]) >= _BARE
    return shows and float(ears.behind[0, side]) < _STRANDS_MM and _LIGHT[0] < light < _LIGHT[1]


def _drawn(one: Decomposition, turned: Tensor, angles: Tensor, side: int, wide: float) -> Ear | None:
    """One ear, if the window holds any of it.

    Args:
        one: The photograph, of one row.
        turned: The turned mesh ``(V, 3)``, window pixels.
        angles: Its yaw, pitch and roll ``(3,)``, degrees.
        side: Where it is drawn, 0 on the left of the picture, 1 on the right; it was seen on the other.
        wide: How far the ear goes beyond the face's outline on the turned head, mm.
    """
    seen, ears, scale = 1 - side, pinnae(one), float(one.pose.scale[0])
    outward, size = scale * (2 * side - 1), (one.linear.shape[-2], one.linear.shape[-1])
    width, (lobe, top) = float(ears.width[0, seen]), ears.ends[0, seen]
    now = front_of(turned, angles, side)
    was, here = (front_of(head_mesh(one)[0], one.pose.angles[0], each) for each in (seen, side))
    box = now.box(torch.stack([lobe - _AROUND_MM, top + _AROUND_MM]), outward * wide, size)
    if box is None:
        return None
    xs, ys = pixel_centres(size, turned.device)
    high, aside = now.told(xs[:, box[1]], ys[box[0]])
    along, beyond, tall = (high - lobe) / (top - lobe), aside / outward, float(top - lobe)
    across = beyond / wide
    own = was.at(high, -outward * width * across.clamp(min=_INWARD))
    smooth = gaussian(torch.maximum(ears.cover, one.surface.face), _SMOOTH_PX)
    matte, hair = sampled([smooth, one.regions.hair], own)[0]
    hair = smooth_step(*_HAIR, hair) * smooth_step(*_HAIR_FROM, along)
    inside = tall * _ended(along, float(ears.over[0, seen]) / tall, across / float(ears.most[0, seen]))
    cover = smooth_step(*_MATTE, matte) * _within(beyond, inside, 1 / scale)
    if _gaps(cover, beyond, side) > _TORN:
        return None
    colour = coloured(one, [own, *(was.at(high, -outward * width * each) for each in ACROSS)], scale)
    colour = colour * mirrored_light(one)[0, seen, :, None, None]
    cheek = sampled([own_colour(one)], here.at(high, -outward * INTO_MM))
    colour = colour * like_cheek(cheek, colour, across, hair, scale)
    return Ear(0, box, cover[None, None], colour, hair[None, None])


def _ended(along: Tensor, over: float, across: Tensor) -> Tensor:
    """How far within ends as wide as ears have at most each pixel lies ``(h, w)``, of its height; beyond them below 0.

    Args:
        along: From its lobe, 0, to its top, 1 ``(h, w)``.
        over: How far it goes on over its top, of its height.
        across: From its front, 0, to its rim where it is widest, 1, likewise.
    """
    before = across.clamp(min=_TOP_END[1])
    return torch.minimum(_in_end(along, across, _LOBE_END), _in_end(1 + over - along, before, _TOP_END))


def _in_end(along: Tensor, across: Tensor, end: tuple[float, float, float]) -> Tensor:
    high, middle, wide = end
    outward = (1 - along / high).clamp(min=0)
    return high * (1 - torch.hypot(outward, (across - middle) / wide)) + (along - high).clamp(min=0)


def _gaps(cover: Tensor, beyond: Tensor, side: int) -> float:
    """What lies open between an ear's rim and its front, ``beyond`` 0 mm, as a share of the ear ``(h, w)``."""
    whole = cover.cummax(dim=1).values if side == 0 else cover.flip(1).cummax(dim=1).values.flip(1)
    return float(((whole - cover) * above(beyond, 0)).sum() / cover.sum().clamp(min=1))


def _within(front: Tensor, inside: Tensor, pixel: float) -> Tensor:
    """How much of each pixel is ear ``(h, w)``, 0..1, that lies so far within its front, and its ends, mm."""
    cover = smooth_step(-_FRONT_MM - pixel, _FRONT_MM + pixel, front)
    return cover * smooth_step(-_SOFT * pixel, _SOFT * pixel, inside)
