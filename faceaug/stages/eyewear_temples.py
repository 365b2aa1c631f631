"""The temples of glasses: from the hinges along the head to the ears, hidden by what lies before them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from faceaug.face.wearing import BEND, foreshortened
from faceaug.image.filter import gaussian
from faceaug.image.finish import frame_light
from faceaug.image.noise import smooth_noise
from faceaug.image.outline import hull_distance
from faceaug.image.shade import above, smooth_step, unit
from faceaug.stages.bare import bare_now
from faceaug.stages.eyewear_fitting import Box
from faceaug.stages.eyewear_hair import under_hair

if TYPE_CHECKING:
    from faceaug.stages.eyewear_fitting import Fitting

# Height and thickness of a temple behind the hinge, lower than the end piece, and at the ear, mm: acetate, and wire.
_ACETATE, _WIRE = ((5.6, 2.6), (3.4, 1.8)), ((2.3, 1.1), (1.5, 1.0))
# The broadest temples are so many times as high behind the hinge, no higher than its block.
_BROADER = {False: 1.15, True: 1.4}
# Length of a temple over which flames of tortoise shell run, foreshortened, mm. Along a metal one runs a line of light:
# how bright, how high and how wide (-1 lower edge .. 1 upper), and what the rest mirrors.
_LONG = 18.0
_LINE, _LINE_AT, _LINE_WIDE, _LINE_NONE = 0.55, 0.45, 0.30, 0.12
# The head's own surface is rough: a temple is hidden where that lies this much before it, mm.
_BEFORE, _WELL_BEFORE = 5.0, 11.0
# From this sine of the angle toward us on, a temple's side counts as seen, and then so many mm a unit later.
_EDGE_ON, _FACING = 0.02, 160.0
# An ear is seen where beside the head, somewhere between these heights below the guess and so far outward of it, a
# piece this high is skin, mm; and the share of bare skin in it from which it is: 0.4 and more on 38 of 44 ears that are
# seen (the others lie in shadow or on the side turned away), 0.27 at most on 14 that hair covers.
_EAR_BELOW, _EAR_BAND, _EAR_HIGH, _EAR = (-6.0, 44.0), (-2.0, 9.0), 14.0, (0.30, 0.46)
# Darkening of the skin beneath a temple and how wide it is, mm.
_CONTACT, _CONTACT_MM = 0.34, 1.8
# Coverage below this is none.
_SEEN = 0.004
# The ear's upper edge is sought between these heights below the guess, between these distances outward; there begins
# skin of this share over this height; the temple lies this far below, in the notch between ear and head, mm; and by no
# more than these it is moved, down and up, since locks over the ear mislead.
_EAR_SOUGHT, _EAR_BESIDE, _EAR_SKIN, _EAR_TALL = (-15.0, 26.0), (-1.0, 9.0), 0.5, 4.0
_IN_NOTCH, _LIFTS = 3.0, (-9.0, 3.0)
# The ear's front is sought as far outward, over a piece between these heights below the temple's end; shaded parts of
# an ear are no wider than this, and an ear no narrower than that, mm.
_REACH, _EAR_FRONT, _EAR_GAP, _EAR_WIDE = 20.0, (2.0, 9.0), 2.5, 3.5
# From this share of the way to the ear to that a temple goes down behind it, and the head beside it takes this much of
# the light, at the hinge and at the ear; from metal more, which shines by what it mirrors.
_BEHIND_EAR, _HEMMED = (0.93, 1.0), {False: (0.40, 0.70), True: (0.45, 0.85)}
# Its last part is hidden by an ear that is seen from before: from this share of the way on; not where a temple's
# side is turned to us by such a sine.
_AT_EAR, _ASIDE = (0.72, 0.9), (0.08, 0.2)
# Near the ear at most this much of it is under strands. Of 20 wearers in official portraits whose ears are seen the
# temple lies over the hair before the ear in 18, to its end.
_UNDER_STRANDS, _FEW = (0.78, 1.0), 0.9
# Beyond the silhouette a temple is not where we think from these shares on: on the side turned to us, on the other, and
# there if it leads back to the head by so many mm, as far temples do that stand out.
_LEADS_BACK = 4.0
_OUTSIDE, _OUTSIDE_FAR, _OUTSIDE_BACK, _FAR = (0.3, 0.5), (0.0, 0.12), (0.5, 0.9), (0.06, 0.2)


class _Place(NamedTuple):
    """A point or a direction: right, up, toward the camera."""

    x: float
    y: float
    z: float


class _Temple(NamedTuple):
    """One temple, seen in a box; in camera millimetres: hinge, ear, and where the frame's own aside and up lead.

    Last whether the ear is seen, 0..1.
    """

    side: float
    hinge: _Place
    ear: _Place
    aside: _Place
    up: _Place
    seen: float = 0.0


def temples(below: Tensor, fit: Fitting) -> tuple[Tensor, Tensor, tuple[float, float]]:
    """Draw both temples over ``below`` ``(1, 3, h, w)``.

    Returns:
        The picture, what they cover ``(1, 1, h, w)``, whether the ears are seen, the picture's left one first, 0..1.
    """
    pair = _temple(fit, -1.0), _temple(fit, 1.0)
    together = torch.zeros_like(below[:, :1])
    for one in pair:
        near = _around(fit, one)
        if not near.empty:
            inner = near.within(fit.whole)
            drawn, cover = _drawn(inner.of(below), replace(fit, whole=near), one)
            below = inner.pasted(below, drawn)
            together = inner.pasted(together, torch.maximum(inner.of(together), cover))
    return below, together, (pair[0].seen, pair[1].seen)


def _temple(fit: Fitting, side: float) -> _Temple:
    """The temple to the picture's left (-1) or right (1)."""
    out, along = fit.frame.width / 2 - 1.6, fit.along()[0]
    if side * along < 0 and out > fit.frame.edge:
        out = fit.frame.edge + (out - fit.frame.edge) / foreshortened(along)
    hinge = fit.worn.origin.new_tensor([[side * out, fit.frame.hinge, -BEND * out * out - 1.0]])
    parts = [fit.worn.camera(hinge)[0], fit.worn.ears[int(side > 0)], *fit.worn.rotation.T[:2]]
    first, last, aside, up = (_Place(*part) for part in torch.stack(parts).tolist())
    one = _Temple(side, first, last, aside, up)
    one = one._replace(ear=one.ear._replace(y=one.ear.y + _lift(fit, one)))
    seen = _ear_seen(fit, one)
    return one._replace(ear=one.ear._replace(x=one.ear.x + side * seen * _reach(fit, one)), seen=seen)


def _around(fit: Fitting, one: _Temple) -> Box:
    """The part of the box of everything that a temple and what it darkens can reach."""
    margin = 3 * (_CONTACT_MM * fit.scale + fit.sharp) + 4
    x, y = zip(*(fit.pixel(corner) for corner in _corners(fit, one)), strict=True)
    return Box(
        max(int(min(x) - margin), fit.whole.left),
        max(int(min(y) - margin), fit.whole.top),
        min(int(max(x) + margin) + 1, fit.whole.right),
        min(int(max(y) + margin) + 1, fit.whole.bottom),
    )


def _drawn(below: Tensor, fit: Fitting, one: _Temple) -> tuple[Tensor, Tensor]:
    distance, share, across = _shape(fit, one)
    cover = (0.5 - distance * fit.scale).clamp(0, 1) * _visible(fit, one, share)
    cover = gaussian(cover, max(fit.sharp - 0.3, 0.3))
    cover = cover * above(cover, _SEEN)
    person = fit.whole.of(fit.scene.source.regions.person)
    contact = gaussian(cover, _CONTACT_MM * fit.scale) * _CONTACT * person * (1 - cover)
    contact = contact * above(contact, _SEEN)
    normal = _normal(one, across)
    light = fit.light
    near, far = _HEMMED[fit.surface.metal]
    hemmed = 1 - near - (far - near) * share
    room, pattern = light.room(min(0.4 / fit.scale, 0.4)), _pattern(fit, share, across)
    glow = hemmed * light.level * frame_light(fit.surface, normal, light.shade(normal), room, pattern)
    opaque = cover * (1 - 0.8 * fit.surface.through)
    return torch.lerp(below * (1 - contact), glow, opaque), torch.maximum(cover, contact)


def _corners(fit: Fitting, one: _Temple) -> list[tuple[float, float]]:
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
    more = fit.asked.noise.first("broad")[0]
    return (tall * (1 + (_BROADER[fit.frame.pads] - 1) * more), thick), end


def _shape(fit: Fitting, one: _Temple) -> tuple[Tensor, Tensor, Tensor]:
    """Signed distance (mm), share of the way to the ear, and place across it (-1 lower edge .. 1 upper)."""
    sizes = _sizes(fit)
    x, y = fit.camera(fit.whole)
    right, up = one.ear.x - one.hinge.x, one.ear.y - one.hinge.y
    length2 = right * right + up * up + 1e-6
    share = ((x - one.hinge.x) * (right / length2) + (y - one.hinge.y) * (up / length2)).clamp(0, 1)
    high = (sizes[0][0] + (sizes[1][0] - sizes[0][0]) * share) * fit.frame.thickness / 2
    across = ((y - one.hinge.y - up * share) / high).clamp(-1, 1)
    return hull_distance(np.array(_corners(fit, one)), x, y), share, across


def _pattern(fit: Fitting, share: Tensor, across: Tensor) -> Tensor | None:
    """Flames of tortoise shell along a temple, the line of light along a metal one ``(1, 1, h, w)``, 0..1; or None."""
    if fit.surface.metal:
        return _LINE * torch.exp(-(((across - _LINE_AT) / _LINE_WIDE) ** 2)) + _LINE_NONE
    if not fit.surface.mottled:
        return None
    place = torch.cat([share * _LONG, across.expand_as(share) * 2.0], dim=1)
    return smooth_step(-0.25, 0.9, smooth_noise(fit.asked.noise, "temple flames", place, 5.0))[:, None]


def _normal(one: _Temple, across: Tensor) -> Tensor:
    """Unit normals of the face that is seen, rounded at its edges."""
    seen, rounded = 1.0 if one.aside.z > 0 else -1.0, across**3 * 0.9
    parts = [rounded * up + seen * aside for aside, up in zip(one.aside, one.up, strict=True)]
    return unit(torch.cat([*parts[:2], parts[2] + 0.25], dim=1))


def _visible(fit: Fitting, one: _Temple, share: Tensor) -> Tensor:
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
    tip = 1 - smooth_step(*_BEHIND_EAR, share)
    # Seen from before, the ear itself hides where it goes down behind it.
    ear = smooth_step(*_AT_EAR, share) * (box.of(bare_now(fit.scene)) * (1 - box.of(source.surface.face)))
    tip = tip * (1 - ear * (1 - smooth_step(*_ASIDE, torch.tensor(one.aside.z * one.side))))
    return (1 - hidden) * (1 - _under_hair(fit, one, share)) * (1 - outside) * tip


def _under_hair(fit: Fitting, one: _Temple, share: Tensor) -> Tensor:
    """How much of a temple lies under hair ``(1, 1, h, w)``.

    Where the ear is seen a temple lies over the short hair before it, and only near the ear a few strands fall over it;
    hair that covers the ear covers the temple too.
    """
    falls = smooth_step(*_UNDER_STRANDS, share) * _FEW * one.seen + (1 - one.seen)
    return under_hair(fit, fit.whole, falls)


def _ear_seen(fit: Fitting, one: _Temple) -> float:
    """Whether skin is seen where the ear should be, 0..1."""
    share = _rows(fit, one, _EAR_BAND, _EAR_BELOW, _EAR_HIGH)
    return 0.0 if share is None else float(smooth_step(*_EAR, share.amax()))


def _lift(fit: Fitting, one: _Temple) -> float:
    """How far above the guessed place the ear's upper edge is seen, mm; 0 where none is seen within reach."""
    above, below = _EAR_SOUGHT
    share = _rows(fit, one, _EAR_BESIDE, (above, below + _EAR_TALL), _EAR_TALL)
    found = [] if share is None else (share > _EAR_SKIN).nonzero().flatten().tolist()
    top = found[0] / fit.scale + above if found else below
    if not above + 1 < top < below - 1:
        return 0.0
    return min(max(-top - _IN_NOTCH, _LIFTS[0]), _LIFTS[1])


def _reach(fit: Fitting, one: _Temple) -> float:
    """How far beyond the guessed place hair ends before the ear, mm; 0 where no ear is seen within reach.

    The ear is the outermost skin there; shaded parts within it are none as well.
    """
    skin = _skin(fit, one, (0.0, _REACH), _EAR_FRONT)
    if skin is None:
        return 0.0
    columns = skin.mean(dim=0)
    found = ((columns if one.side > 0 else columns.flip(0)) > _EAR_SKIN).nonzero().flatten().tolist()
    runs: list[list[int]] = []
    for place in found:
        if runs and place - runs[-1][1] <= _EAR_GAP * fit.scale + 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    fronts = [first for first, last in runs if last - first >= _EAR_WIDE * fit.scale - 1]
    return fronts[-1] / fit.scale if fronts else 0.0


def _rows(
    fit: Fitting, one: _Temple, aside: tuple[float, float], below: tuple[float, float], tall: float
) -> Tensor | None:
    """Share of bare skin in pieces ``tall`` mm high, from above to below ``(n,)``; None outside the window."""
    skin, rows = _skin(fit, one, aside, below), max(int(tall * fit.scale), 1)
    if skin is None or len(skin) < rows:
        return None
    return skin.mean(dim=-1).unfold(0, rows, 1).mean(dim=-1)


def _skin(fit: Fitting, one: _Temple, aside: tuple[float, float], below: tuple[float, float]) -> Tensor | None:
    """Share of bare skin in each pixel of a piece ``(h, w)``; None outside the window.

    Args:
        fit: The fitting.
        one: The temple.
        aside: From where to where the piece reaches, outward of the temple's end, mm.
        below: Likewise, below it, mm.
    """
    source = fit.scene.source
    x, y = fit.pixel(one.ear)
    height, width = source.linear.shape[-2:]
    left, right = (min(max(int(x + mm * fit.scale), 0), width) for mm in sorted(one.side * mm for mm in aside))
    top, bottom = (min(max(int(y + mm * fit.scale), 0), height) for mm in below)
    if right <= left or bottom <= top:
        return None
    skin, person = (part[0, 0, top:bottom, left:right] for part in (bare_now(fit.scene), source.regions.person))
    return skin * person
