"""The temples of glasses: from the hinges along the head to the ears, hidden by what lies before them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.image.filter import gaussian
from faceaug.image.outline import hull_distance
from faceaug.image.picked import places, put, quantile
from faceaug.image.shade import above, smooth_fall, smooth_step, without
from faceaug.stages.bare import bare_now
from faceaug.stages.eyewear.ears import Arm, arm
from faceaug.stages.eyewear.fitting import Box
from faceaug.stages.eyewear.hair import hair_seen, under_hair
from faceaug.stages.eyewear.sides import side_light, wall_beside

if TYPE_CHECKING:
    from faceaug.stages.eyewear.fitting import Fitting

# Height and thickness of a temple behind the hinge, lower than the end piece, and at the ear, mm: acetate, and wire, of
# which 29 temples of wearers in official portraits are 2.6 high (median) with the blur of the picture, 1.3.
_ACETATE, _WIRE = ((5.0, 2.2), (3.2, 1.6)), ((2.2, 1.0), (1.2, 0.9))
# The broadest temples are so many times as high behind the hinge; few are broad.
_BROADER = {False: 1.25, True: 1.27}
# From its hinge a temple goes on level and then rises or falls: by this power of the way to the ear, at most.
_BENT = 1.35
# The head's own surface is rough: a temple is hidden where that lies this much before it, mm.
_BEFORE, _WELL_BEFORE = 5.0, 11.0
# From this sine of the angle toward us on, a temple's side counts as seen, and then so many mm a unit later.
_EDGE_ON, _FACING = 0.02, 160.0
# Darkening of the skin beside a temple, how wide it is, mm, and its share above and below.
_CONTACT, _CONTACT_MM, _CONTACT_SHARE = 0.34, 1.8, (0.35, 1.0)
# Of what shines through clear plastic this shows through a temple, which holds a core of wire.
_SHINES_THROUGH = 0.6
# Coverage below this is none.
_SEEN = 0.004
# From this share of the way to the ear on a temple goes down behind it, or into the hair that covers its upper part.
_BEHIND_EAR, _INTO_HAIR = 0.80, 0.55
# Its last part is hidden by an ear that is seen from before: from this share of the way on; not where a temple's
# side is turned to us by such a sine.
_AT_EAR, _ASIDE = (0.72, 0.9), (0.08, 0.2)
# Where an ear is seen a temple goes on over the hair before it, so far (median), at most so far, then strands fall over
# it within so many mm and cover at most this much: over hair 44 temples of wearers in official portraits are seen for
# 3 mm (half of them 1 to 5.5, none more than 10); over hair that covers the upper part of the ear by this share of it.
# Over cropped hair it is seen all the way. Hair begins where this share of the hair about the temple does, so many mm
# above and below.
_OVER_HAIR, _MOST_OVER, _FALL_OVER, _FEW, _COVERED = 3.0, 10.0, 8.0, 0.95, 0.2
_HAIR_FROM, _ABOUT = 0.1, 2.0
# Where such a share of it is hidden, in the mean over so many mm, it has gone into the hair and comes out no more.
_GONE, _WITHIN = (0.60, 0.80), 1.5
# Beyond the silhouette a temple is not where we think from these shares on: on the side turned to us, on the other, and
# there if it leads back to the head by so many mm, as far temples do that stand out.
_LEADS_BACK = 4.0
_OUTSIDE, _OUTSIDE_FAR, _OUTSIDE_BACK, _FAR = (0.3, 0.5), (0.0, 0.12), (0.5, 0.9), (0.06, 0.2)


def temples(below: Tensor, fit: Fitting) -> tuple[Tensor, Tensor, tuple[float, float]]:
    """Draw both temples over ``below`` ``(1, 3, h, w)``.

    Returns:
        The picture, what they cover ``(1, 1, h, w)``, whether the ears are seen, the picture's left one first, 0..1.
    """
    pair = arm(fit, -1.0), arm(fit, 1.0)
    together = torch.zeros_like(below[:, :1])
    for one in pair:
        near = _around(fit, one)
        if not near.empty:
            inner = near.within(fit.whole)
            wall = wall_beside(below, fit, one)
            drawn, cover = _drawn(inner.of(below), replace(fit, whole=near), one, wall)
            below = inner.pasted(below, drawn)
            together = inner.pasted(together, torch.maximum(inner.of(together), cover))
    return below, together, (pair[0].seen, pair[1].seen)


def _around(fit: Fitting, one: Arm) -> Box:
    """The part of the box of everything that a temple and what it darkens can reach."""
    margin = 3 * (_CONTACT_MM * fit.scale + fit.sharp) + 4
    x, y = zip(*(fit.pixel(corner) for corner in _corners(fit, one)), strict=True)
    return Box(
        max(int(min(x) - margin), fit.whole.left),
        max(int(min(y) - margin), fit.whole.top),
        min(int(max(x) + margin) + 1, fit.whole.right),
        min(int(max(y) + margin) + 1, fit.whole.bottom),
    )


def _drawn(below: Tensor, fit: Fitting, one: Arm, wall: Tensor) -> tuple[Tensor, Tensor]:
    distance, share, across = _shape(fit, one)
    cover = (0.5 - distance * fit.scale).clamp(0, 1) * _visible(fit, one, share)
    cover = gaussian(cover, max(fit.sharp - 0.3, 0.3))
    cover = cover * above(cover, _SEEN)
    person = fit.whole.of(fit.scene.source.regions.person)
    over, under = _CONTACT_SHARE
    beside = _CONTACT * ((under + over) / 2 - (under - over) / 2 * across)
    contact = gaussian(cover, _CONTACT_MM * fit.scale) * beside * person * (1 - cover)
    contact = contact * above(contact, _SEEN)
    glow, there = torch.zeros_like(below), places(cover)
    if len(there):
        found = [part.expand_as(cover).flatten().index_select(0, there)[None, None, None] for part in (share, across)]
        coarse = 1 / (_sizes(fit)[0][0] * fit.frame.thickness * fit.scale)
        put(glow[0], there, side_light(fit, one, wall, (found[0], found[1]), coarse).reshape(3, -1))
    opaque = cover * (1 - _SHINES_THROUGH * fit.surface.through)
    return torch.lerp(below * (1 - contact), glow, opaque), torch.maximum(cover, contact)


def _corners(fit: Fitting, one: Arm) -> list[tuple[float, float]]:
    """The corners of a temple at hinge and ear, right and up, camera millimetres."""
    sizes = _sizes(fit)
    return [
        (end.x + one.up.x * high - one.aside.x * deep, end.y + one.up.y * high - one.aside.y * deep)
        for end, (tall, thick) in zip((one.hinge, one.ear), sizes, strict=True)
        for high in (-tall * fit.frame.thickness / 2, tall * fit.frame.thickness / 2)
        for deep in (0.0, thick * one.side)
    ]


def _sizes(fit: Fitting) -> tuple[tuple[float, float], tuple[float, float]]:
    """Height and thickness behind the hinge and at the ear, mm: drawn, alike on both sides."""
    (tall, thick), end = _WIRE if fit.frame.pads else _ACETATE
    more = fit.asked.noise.first("broad")[0] ** 2
    return (tall * (1 + (_BROADER[fit.frame.pads] - 1) * more), thick), end


def _shape(fit: Fitting, one: Arm) -> tuple[Tensor, Tensor, Tensor]:
    """Signed distance (mm), share of the way to the ear, and place across it (-1 lower edge .. 1 upper)."""
    sizes = _sizes(fit)
    x, y = fit.camera(fit.whole)
    right, up = one.ear.x - one.hinge.x, one.ear.y - one.hinge.y
    length2 = right * right + up * up + 1e-6
    share = ((x - one.hinge.x) * (right / length2) + (y - one.hinge.y) * (up / length2)).clamp(0, 1)
    high = (sizes[0][0] + (sizes[1][0] - sizes[0][0]) * share) * fit.frame.thickness / 2
    bent = up * (share ** (1 + (_BENT - 1) * fit.asked.noise.first("bent")[0]) - share)
    across = ((y - one.hinge.y - up * share - bent) / high).clamp(-1, 1)
    return hull_distance(np.array(_corners(fit, one)), x, y - bent), share, across


def _visible(fit: Fitting, one: Arm, share: Tensor) -> Tensor:
    """How much of a temple is seen ``(1, 1, h, w)``: not behind the head, nor under hair that covers the ears."""
    source, box = fit.scene.source, fit.whole
    deep = one.hinge.z + (one.ear.z - one.hinge.z) * share
    # A temple on the side that is turned to us lies on the head, whose surface is only guessed there.
    facing = max(one.aside.z * one.side - _EDGE_ON, 0.0)
    before = box.of(source.surface.depth) - deep - _FACING * facing
    hidden = smooth_step(_BEFORE, _WELL_BEFORE, before) * smooth_step(0.3, 0.7, box.of(source.regions.person))
    # Toward the ear it lies on the head: what would stick out beyond the silhouette there is not where we think.
    away = min(max((-one.aside.z * one.side - _FAR[0]) / (_FAR[1] - _FAR[0]), 0.0), 1.0)
    back = min(max((one.hinge.x - one.ear.x) * one.side / _LEADS_BACK, 0.0), 1.0)
    far = [out + (leads - out) * back for out, leads in zip(_OUTSIDE_FAR, _OUTSIDE_BACK, strict=True)]
    start, end = (near + (there - near) * away for near, there in zip(_OUTSIDE, far, strict=True))
    outside = smooth_step(start, end, share) * (1 - box.of(source.regions.person))
    tip = smooth_fall(_INTO_HAIR + (_BEHIND_EAR - _INTO_HAIR) * one.upper, 1.0, share)
    # Seen from before, the ear itself hides where it goes down behind it.
    ear = smooth_step(*_AT_EAR, share) * (box.of(bare_now(fit.scene)) * (1 - box.of(source.surface.face)))
    tip = tip * (1 - ear * (1 - smooth_step(*_ASIDE, torch.tensor(one.aside.z * one.side))))
    return without(without(1 - hidden, _under_hair(fit, one, share)), outside) * tip


def _under_hair(fit: Fitting, one: Arm, share: Tensor) -> Tensor:
    """How much of a temple lies under hair ``(1, 1, h, w)``.

    Where the ear is seen a temple lies over the short hair before it until strands fall over it, here sooner, there
    later; hair that covers the ear covers the temple too.
    """
    hair = hair_seen(fit, fit.whole)
    # Hair over the ear begins no farther out than the face, though it be of the skin's colour.
    covered = (1 - fit.whole.of(fit.scene.source.surface.face)) * fit.whole.of(fit.scene.source.regions.person)
    hair = torch.maximum(hair, (1 - one.upper) * covered)
    start, run = _hair_begins(fit, one, share, hair)
    drawn = -math.log(max(1 - fit.asked.noise.first("strands")[0], 1e-6)) / math.log(2)
    over = min(_OVER_HAIR * drawn, _MOST_OVER) * (_COVERED + (1 - _COVERED) * one.upper)
    start = start + over / run + one.cropped * one.upper
    falls = smooth_step(start, start + _FALL_OVER / run, share) * _FEW * one.seen + (1 - one.seen)
    cover = under_hair(fit, fit.whole, falls, hair)
    return torch.maximum(cover, _gone_on(fit, one, share, cover))


def _gone_on(fit: Fitting, one: Arm, share: Tensor, cover: Tensor) -> Tensor:
    """How much of a temple is hidden ``(1, 1, 1, w)`` for having gone into hair before, nearer to its hinge."""
    _, y = fit.camera(fit.whole)
    line = one.hinge.y + (one.ear.y - one.hinge.y) * share
    about = ((y - line).abs() < _ABOUT) & (share > 0) & (share < 1)
    hidden = (cover * about).sum(dim=2, keepdim=True) / about.sum(dim=2, keepdim=True).clamp(min=1)
    hidden = gaussian(hidden, _WITHIN * fit.scale)
    outward = hidden if one.side > 0 else hidden.flip(-1)
    ran = outward.cummax(dim=-1).values
    return smooth_step(*_GONE, ran if one.side > 0 else ran.flip(-1))


def _hair_begins(fit: Fitting, one: Arm, share: Tensor, hair: Tensor) -> tuple[float, float]:
    """Share of the way to the ear at which a temple comes upon hair, 1 if it does not; how long the way is, mm."""
    right, up = one.ear.x - one.hinge.x, one.ear.y - one.hinge.y
    _, y = fit.camera(fit.whole)
    about = (hair > 0.5) & ((y - one.hinge.y - up * share).abs() < _ABOUT) & (share > 0) & (share < 1)
    found = share.expand_as(about)[about]
    first = float(quantile(found, _HAIR_FROM)) if len(found) else 1.0
    return first, max(math.hypot(right, up), _FALL_OVER)
