"""The near ear of a turned head: a model of one, where the photograph shows too little of it.

Ears lie nearly edge-on where a head is seen from ahead, and open as it turns. What was seen broad the mesh takes along;
what was seen narrow it would draw out to a strip. Of such an ear a generic relief is drawn instead, as tall and as far
off the head as the photograph tells, in the light of the photograph, with the grain of the cheek.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from faceaug.face.kept import kept
from faceaug.face.light import source_shading
from faceaug.face.rotate import head_mesh
from faceaug.face.shade_colour import deepened
from faceaug.image.filter import gaussian
from faceaug.image.shade import smooth_fall, smooth_step, unit
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.layers import layers_of
from faceaug.stages.turning.ears.cheek import on_cheeks
from faceaug.stages.turning.ears.ear import Ear
from faceaug.stages.turning.ears.front import Front, front_of
from faceaug.stages.turning.ears.pinna import pinnae
from faceaug.stages.turning.ears.relief import LONG, TALL
from faceaug.stages.turning.ears.seen import seen, wide
from faceaug.stages.turning.stood import own_shading

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Ears stand off the head by such angles, degrees, and are seen at most at such a one. By these, ears that go by 11.4 mm
# beyond the face's outline go by 20 mm where a head is turned by 15 degrees; the near ears of 25 official portraits
# turned by 12 to 18 degrees go by 21.5 mm (18.2 to 23.3 the middle half), ears of 286 turned by less than 5 by 11.4 mm.
_STANDS, _OPEN = (8.0, 35.0), 75.0
# A model is drawn where the head turns so far, degrees, and makes the ear so wide, mm, and so many times as wide as it
# was seen; but not where it was seen so broad or there is more hair behind, mm. In shuffled pairs without a key the
# model looked better than the mesh on 8 of 9 heads of whose ear less than 10 mm were seen, on 4 of 12 that showed more.
_TURNS, _LEAST_MM, _OPENS, _SEEN_MM, _BEHIND_MM = 8.0, 11.0, 1.5, 10.0, 3.0
# What is looked at under and over an ear, mm.
_UNDER_MM, _OVER_MM = 20.0, 26.0
# It has the grain of the cheek so much lower and so far within the outline, mm, finer than this, mm, within these
# bounds, where there is so much skin.
_LOWER_MM, _INTO_MM, _FINE_MM, _GRAIN, _SKIN = 15.0, 22.0, 1.2, (0.8, 1.25), (0.8, 0.98)
# Hair beside the face, smooth over this, mm, of so many times the distance, up to such ones, mm, lies before its front,
# less and less to there, mm, over such heights.
_HAIR_MM, _HAIR_NEAR, _HAIR_FAR, _HAIR, _HAIR_ENDS, _HAIR_UP = 1.5, 0.3, 4.0, (0.3, 0.7), (2.0, 9.0), (28.0, 38.0)
# What is before its upper front goes on from there, mirrored so far before the outline, mm.
_BEFORE_MM = 1.0


def modelled_ears(source: Decomposition, turned: Tensor, angles: Tensor) -> list[Ear]:
    """The near ears that a turn shows and the photograph hardly does, one a row at most.

    Args:
        source: The photograph.
        turned: The turned mesh ``(B, V, 3)``, window pixels.
        angles: Its yaw, pitch and roll ``(B, 3)``, degrees.
    """
    found = []
    for row, turns in enumerate((angles - source.pose.angles)[:, 0].tolist()):
        one, side, yaw = source.row(row), 0 if turns > 0 else 1, float(angles[row, 0])
        ears = pinnae(one)
        angle = min(stands_off(one) + (yaw if side == 0 else -yaw), _OPEN)
        opens = LONG * math.sin(math.radians(angle))
        width = float(ears.width[0, side])
        hardly = width < _SEEN_MM and opens > max(_OPENS * width, _LEAST_MM)
        if abs(turns) >= _TURNS and hardly and float(ears.behind[0, side]) <= _BEHIND_MM:
            ear = _drawn(one, row, front_of(turned[row], angles[row], side), side, angle)
            found += [] if ear is None else [ear]
    return found


def stands_off(one: Decomposition) -> float:
    """How far the ears of one face stand off its head, degrees: as both do that are seen, on average."""
    ears, yaw = pinnae(one), float(one.pose.angles[0, 0])
    told = []
    for width, behind, toward in zip(ears.width[0].tolist(), ears.behind[0].tolist(), (yaw, -yaw), strict=True):
        if behind <= _BEHIND_MM:
            off = math.degrees(math.asin(min(width / LONG, 1.0))) - toward
            told.append(min(max(off, _STANDS[0]), _STANDS[1]))
    return sum(told) / len(told) if told else _STANDS[0]


def _drawn(one: Decomposition, row: int, now: Front, side: int, angle: float) -> Ear | None:
    """One ear, if the window holds any of it.

    Args:
        one: The photograph, of one row.
        row: Which it is.
        now: The turned outline beside it.
        side: Where it is, 0 on the left of the picture, 1 on the right.
        angle: Between its plane and where we look, degrees.
    """
    ears, scale = pinnae(one), float(one.pose.scale[0])
    outward, size = 2 * side - 1, (one.linear.shape[-2], one.linear.shape[-1])
    much = ears.width[0, :, None] + 1
    lobe, top = (ears.ends[0] * much).sum(dim=0) / much.sum()
    grown = float(top - lobe) / TALL
    ends = torch.stack([lobe - _UNDER_MM, top + _OVER_MM])
    box = now.box(ends, scale * outward * grown * wide(angle), size)
    if box is None:
        return None
    xs, ys = pixel_centres(size, one.linear.device)
    high, aside = now.told(xs[:, box[1]], ys[box[0]])
    up, x = (high - lobe) / grown, aside * outward / (scale * grown)
    # The ear is drawn on the right of an upright head.
    normal, lit, ear, whole = seen(angle, x, up, 1 / (scale * grown)).split_with_sizes((3, 1, 1, 1), dim=1)
    normal = normal * normal.new_tensor([outward, 1, 1])[:, None, None]
    normal = unit(torch.cat([_rolled(normal[:, :2], now), normal[:, 2:]], dim=1))
    light = (source_shading(one.light, normal) * lit).clamp(min=1e-3)
    was = front_of(head_mesh(one)[0], one.pose.angles[0], side)
    colour = cheeks(one)[:, :, side, None, None] * deepened(light.expand(-1, 3, -1, -1), torch.ones_like(light), one)
    colour = colour * _skin_grain(one, was.at(high - _LOWER_MM, -outward * (_INTO_MM * scale + x * scale * grown)))
    pixel = 1 / (scale * grown)
    front = smooth_step(-(1 + pixel) / 2, (1 + pixel) / 2, x)
    ear = ear * front * (1 - _hair(one, was.at(high, outward * scale * (_HAIR_NEAR * x).clamp(-3, _HAIR_FAR)), x, up))
    cover = torch.maximum(ear, whole * front)
    before = now.at(high, -outward * scale * (_BEFORE_MM + x.clamp(-1, 15)))
    return Ear(row, box, cover, colour, before, ear, x[None, None], up[None, None] / TALL)


def _rolled(flat: Tensor, now: Front) -> Tensor:
    """Directions right and up on an upright head ``(1, 2, h, w)`` as they are in the picture."""
    back = now.upright.T
    right, up = flat.chunk(2, dim=1)
    return torch.cat([back[0, 0] * right - back[0, 1] * up, back[1, 1] * up - back[1, 0] * right], dim=1)


@kept(
    *("linear", "regions.skin", "surface.position", "surface.normal"),
    *("light.sh", "light.rest", "light.span"),
)
def cheeks(source: Decomposition) -> Tensor:
    """The colours of the cheeks on the left and on the right as they would be in full light ``(B, 3, 2)``, linear."""
    sides = []
    for outward in (-1, 1):
        there = on_cheeks(source, outward)
        lit = (own_shading(source) * there).sum(dim=(2, 3))
        sides.append((source.linear * there).sum(dim=(2, 3)) / lit.clamp(min=1e-3))
    return torch.stack(sides, dim=-1)


@kept("linear", "regions.person", "regions.foreground", "regions.clothes", "pose.scale")
def grain(source: Decomposition) -> Tensor:
    """How the person's colour departs from what is around it ``(B, 3, h, w)``: so many times."""
    own = layers_of(source).own
    smooth = gaussian(own, _FINE_MM * float(source.pose.scale.mean())).clamp(min=1e-3)
    return torch.div(own, smooth, out=smooth).clamp_(*_GRAIN)


def _skin_grain(one: Decomposition, place: Tensor) -> Tensor:
    """The grain of skin at places ``(1, 2, h, w)``, likewise; 1 where there is none."""
    found, skin = sampled([grain(one), one.regions.skin], place).split_with_sizes((3, 1), dim=1)
    return torch.lerp(torch.ones_like(found), found, smooth_step(*_SKIN, skin))


def _hair(one: Decomposition, place: Tensor, x: Tensor, up: Tensor) -> Tensor:
    """How much of its front hair lies over ``(1, 1, h, w)``, that is told at places ``(1, 2, h, w)``."""
    hair = gaussian(one.regions.hair, _HAIR_MM * float(one.pose.scale[0]))
    there = smooth_fall(*_HAIR_ENDS, x) * smooth_step(*_HAIR_UP, up)
    return smooth_step(*_HAIR, sampled([hair], place)) * there
