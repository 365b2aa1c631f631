"""The near ear of a turned head, of which a photograph from ahead shows little more than the rim: it opens.

An ear stands off the head like a flap that is hinged before it. Seen from ahead it is foreshortened, the more the
flatter it lies, and what lies within is hidden; a turn opens it. Where that is much it is drawn as one piece, with all
that lies before it: as it was seen, drawn out between the outline of the face and its rim. Where little more than a
line was seen it has the outline of an ear and shade in its hollows. Ears are rigid and a head's two are alike: one of
which much less was seen is the mirror image of the other.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from faceaug.face.bare import bare_skin
from faceaug.face.rotate import head_mesh
from faceaug.image.filter import gaussian
from faceaug.image.shade import above, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.layers import layers_of
from faceaug.stages.turning.along import own_colour
from faceaug.stages.turning.ear_colour import ACROSS, INTO_MM, coloured, like_cheek, mirrored_light
from faceaug.stages.turning.ear_front import front_of
from faceaug.stages.turning.ear_laid import Ear
from faceaug.stages.turning.ear_shape import between, ended, hollows, rounded, shaped
from faceaug.stages.turning.pinna import Pinnae, heights, pinnae

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# From its front to its rim an ear is so long, mm, stands off at most so many degrees, and is drawn out at most so many
# times. By these, ears go beyond the face's outline by 19.3 mm where heads are turned by 15 degrees and went by 11.4 mm
# where they were not. The near ears of 25 official portraits turned by 12 to 18 degrees go by 21.5 mm (18.2 to 23.3 the
# middle half), ears of 286 turned by less than 5 by 11.4 mm; those of frontal heads turned so, without this, by 14.9 mm
# (9.8 to 19.1).
_LENGTH, _OPEN, _MOST = 34.0, 75.0, 3.0
# What is narrower, mm, or has less bare skin than this share above, or more hair behind, mm, is not an ear that shows;
# what becomes less than so many times as wide the mesh draws well.
_LEAST_MM, _BARE, _BEHIND_MM, _OPENS = 3.0, 0.5, 4.0, 2.1
# An ear that was seen less than this wide, of the other, is the mirror image of the other.
_RATHER = 0.68
# But not if that has to be made lighter or darker by more than this factor, or has more hair behind, mm: its shades
# would not fit, or loose strands be taken for it.
_UNLIKE, _STRANDS_MM = 2.1, 1.0
# That becomes less than so many times as wide, and has the outline that was seen, between such shares of its matte.
_TRUE, _MATTE = 2.2, (0.35, 0.65)
# And none that has such a share of gaps, which is a cord or a flag beside it (0.02 to 0.07 on nine portraits).
_TORN = 0.12
# Hair lies over it by such shares, from between these shares of its height on. Over what becomes wider it is looked for
# from this share of its width on, smooth over this distance, mm, and before hair that lies nearer than the last there
# is no ear either.
_HAIR, _HAIR_FROM, _FROM, _EDGE_MM, _INNER = (0.3, 0.7), (0.35, 0.55), 0.15, 1.5, 0.85
# Wall is none, by such shares; from between such factors on the matte is too coarse to say so.
_PERSON, _WHOLE = (0.4, 0.6), (2.45, 2.9)
# Its front passes into the cheek over a pixel and so much, mm, each way; elsewhere it ends over a share of one.
_FRONT_MM, _SOFT = 0.5, 0.6
# No colour is looked up nearer to its rim, or farther out on the face, of the width; nor nearer to the top, mm.
_INWARD, _TOP_MM = (-0.2, 0.93), 2.0
# What is looked at around an ear, mm above and below it.
_AROUND_MM = 10.0


def opened(width: float, turns: float, most: float | None = None) -> float:
    """How wide an ear is seen that was ``width`` wide, on a head turned toward it by so many degrees; all in mm.

    ``most``: How wide it can be drawn; by itself so many times as wide as it was.
    """
    off = math.degrees(math.asin(min(width / _LENGTH, 1.0)))
    wide = _LENGTH * math.sin(math.radians(min(off + turns, _OPEN)))
    return max(width, min(_MOST * width if most is None else most, wide))


def drawn_ears(source: Decomposition, turned: Tensor, angles: Tensor) -> list[Ear]:
    """The near ears that a turn shows as the photograph does not, one a row at most.

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
        if float(ears.behind[0, side]) > _BEHIND_MM or opened(width, abs(turns)) < _OPENS * width:
            continue
        wide = opened(width, abs(turns), most=_LENGTH)
        mirrored = width < _RATHER * other and wide < _TRUE * other and _lends(one, 1 - side)
        wide = wide if mirrored else opened(width, abs(turns))
        if wide > _LEAST_MM and (mirrored or _shows(ears, side)):
            ear = _drawn(one, turned[row], angles[row], (side, 1 - side if mirrored else side), wide)
            found += [] if ear is None else [replace(ear, row=row)]
    return found


def _shows(ears: Pinnae, side: int) -> bool:
    """Whether an ear is one that shows."""
    return float(ears.width[0, side]) >= _LEAST_MM and float(ears.bare[0, side]) >= _BARE


def _lends(one: Decomposition, side: int) -> bool:
    """Whether an ear can stand for the other."""
    ears, light = pinnae(one), float(mirrored_light(one)[0, side].mean())
    alike = 1 / _UNLIKE < light < _UNLIKE
    return _shows(ears, side) and float(ears.behind[0, side]) < _STRANDS_MM and alike


def _drawn(one: Decomposition, turned: Tensor, angles: Tensor, sides: tuple[int, int], wide: float) -> Ear | None:
    """One ear, if the window holds any of it.

    Args:
        one: The photograph, of one row.
        turned: The turned mesh ``(V, 3)``, window pixels.
        angles: Its yaw, pitch and roll ``(3,)``, degrees.
        sides: Where it is drawn, and where it was seen: 0 on the left of the picture, 1 on the right.
        wide: How far the ear goes beyond the face's outline on the turned head, mm.
    """
    (side, seen), ears, scale = sides, pinnae(one), float(one.pose.scale[0])
    outward, out_seen = (scale * (2 * each - 1) for each in sides)
    size = (one.linear.shape[-2], one.linear.shape[-1])
    width, (lobe, top), times = float(ears.width[0, seen]), ears.ends[0, seen], wide / float(ears.width[0, seen])
    now, was = front_of(turned, angles, side), front_of(head_mesh(one)[0], one.pose.angles[0], seen)
    box = now.box(torch.stack([lobe - _AROUND_MM, top + _AROUND_MM]), outward * wide, size)
    if box is None:
        return None
    xs, ys = pixel_centres(size, turned.device)
    high, aside = now.told(xs[:, box[1]], ys[box[0]])
    along, beyond, tall = (high - lobe) / (top - lobe), aside / outward, float(top - lobe)
    reach = between(high, heights(high), ears.reach[0, seen])
    rim = wide * shaped(along, reach, times)
    across, true = beyond / rim.clamp(min=1), side != seen
    held = high if true else high.clamp(max=float(top) - _TOP_MM)
    wider = (1 if true else reach) * (out_seen * width)
    if true:
        own = was.at(held, wider * (beyond / wide).clamp(min=_INWARD[0]))
        matte, hair = sampled([ears.cover, one.regions.hair], own)[0]
        hair = smooth_step(*_HAIR, hair) * smooth_step(*_HAIR_FROM, along)
        inside = tall * ended(
            along, float(ears.over[0, seen]) / tall, beyond / (wide * float(ears.reach[0, seen].max()))
        )
        room = cover = smooth_step(*_MATTE, matte) * _within(beyond, inside, 1 / scale)
        if _gaps(cover, beyond, side) > _TORN:
            return None
    else:
        hair, own = torch.zeros_like(across), was.at(held, wider * across.clamp(*_INWARD))
        room = _within(beyond, torch.minimum(rim - beyond, tall * rounded(along, beyond / wide)), 1 / scale)
        within = was.at(held, wider * across.clamp(_FROM, _INWARD[1]))
        cover = room * _free(one, within, across, along, times=times, side=side)
    colour = coloured(one, [own, *(was.at(held, wider * each) for each in ACROSS)], times, scale)
    if side != seen:
        here = front_of(head_mesh(one)[0], one.pose.angles[0], side)
        cheek = sampled([own_colour(one)], here.at(high, -outward * INTO_MM))
        colour = colour * mirrored_light(one)[0, seen, :, None, None]
        colour = colour * like_cheek(cheek, colour, across, hair, scale)
    colour = colour * hollows(across[None, None], along[None, None], times)
    return Ear(0, box, cover[None, None], colour, room[None, None], hair[None, None], whole=true)


def _free(one: Decomposition, within: Tensor, across: Tensor, along: Tensor, *, times: float, side: int) -> Tensor:
    """Where neither hair lies before an ear that was seen ``within`` ``(1, 2, h, w)`` nor wall is ``(h, w)``, 0..1."""
    there = sampled([one.regions.hair, bare_skin(one), layers_of(one).clear], within)
    hair, bare, person = gaussian(there, _EDGE_MM * float(one.pose.scale[0]))[0]
    lies = smooth_step(*_HAIR, hair * (1 - bare)) * smooth_step(*_HAIR_FROM, along)
    lies = torch.maximum(lies, _and_before(lies * above(_INNER - across, 0), side))
    whole = torch.maximum(person, smooth_step(*_WHOLE, person.new_tensor(times)))
    return (1 - lies) * smooth_step(*_PERSON, whole)


def _and_before(lies: Tensor, side: int) -> Tensor:
    """What lies there ``(h, w)``, and all before it on the same line, toward the face."""
    return lies.cummax(dim=1).values if side == 0 else lies.flip(1).cummax(dim=1).values.flip(1)


def _gaps(cover: Tensor, beyond: Tensor, side: int) -> float:
    """What lies open between an ear's rim and its front, ``beyond`` 0 mm, as a share of the ear ``(h, w)``."""
    gaps = (_and_before(cover, side) - cover) * above(beyond, 0)
    return float(gaps.sum() / cover.sum().clamp(min=1))


def _within(front: Tensor, inside: Tensor, pixel: float) -> Tensor:
    """How much of each pixel is ear ``(h, w)``, 0..1, that lies so far within its front, and its rim and ends, mm."""
    cover = smooth_step(-_FRONT_MM - pixel, _FRONT_MM + pixel, front)
    return cover * smooth_step(-_SOFT * pixel, _SOFT * pixel, inside)
