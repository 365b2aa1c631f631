"""The temples of glasses: from the hinges along the head to the ears, hidden by what lies before them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from faceaug.face.bare import bare_skin
from faceaug.face.wearing import BEND
from faceaug.image.filter import gaussian
from faceaug.image.finish import frame_light
from faceaug.image.outline import hull_distance
from faceaug.image.shade import above, smooth_step, unit
from faceaug.stages.eyewear_fitting import Box

if TYPE_CHECKING:
    from faceaug.stages.eyewear_fitting import Fitting

# Height and thickness of a temple at the hinge and at the ear, mm: acetate, and wire.
_ACETATE, _WIRE = ((6.0, 3.2), (4.2, 3.2)), ((2.6, 1.3), (1.8, 1.3))
# The head's own surface is rough: a temple is hidden where that lies this much before it, mm.
_BEFORE, _WELL_BEFORE = 5.0, 11.0
# From this sine of the angle toward us on, a temple's side counts as seen, and then so many mm a unit later.
_EDGE_ON, _FACING = 0.02, 160.0
# Around the ear, this far below where a temple ends, skin must be seen for the temple to lie over the hair, mm.
_EAR_BELOW, _EAR_RADIUS = 16.0, 10.0
# Share of bare skin there from which an ear is seen: 0.6 and more on eight ears that are, 0.25 at most on six that are
# not (seen on seven heads).
_EAR = (0.30, 0.55)
# Darkening of the skin beneath a temple and how wide it is, mm.
_CONTACT, _CONTACT_MM = 0.34, 1.8
# Coverage below this is none.
_SEEN = 0.004
# From this share of the way to the ear to that a temple goes down behind it; where hair grows it has long been under
# the uppermost strands; and the head beside it takes this much of the light.
_BEHIND_EAR, _UNDER_STRANDS, _HEMMED = (0.78, 1.0), (0.45, 0.95), (0.1, 1.0, 0.45)
# Beyond the silhouette a temple is not where we think from these shares on: on the side turned to us, and on the other.
_OUTSIDE, _OUTSIDE_FAR, _FAR = (0.3, 0.5), (0.0, 0.12), (0.06, 0.2)


class _Place(NamedTuple):
    """A point or a direction: right, up, toward the camera."""

    x: float
    y: float
    z: float


@dataclass(frozen=True)
class _Temple:
    """One temple, seen in a box; in camera millimetres: hinge, ear, and where the frame's own aside and up lead."""

    side: float
    hinge: _Place
    ear: _Place
    aside: _Place
    up: _Place


def temples(below: Tensor, fit: Fitting) -> tuple[Tensor, Tensor]:
    """Draw both temples over ``below`` ``(1, 3, h, w)``; return the picture and what they cover ``(1, 1, h, w)``."""
    together = torch.zeros_like(below[:, :1])
    for side in (-1.0, 1.0):
        one = _temple(fit, side)
        near = _around(fit, one)
        if not near.empty:
            inner = near.within(fit.whole)
            drawn, cover = _drawn(inner.of(below), replace(fit, whole=near), one)
            below = inner.pasted(below, drawn)
            together = inner.pasted(together, torch.maximum(inner.of(together), cover))
    return below, together


def _temple(fit: Fitting, side: float) -> _Temple:
    """The temple to the picture's left (-1) or right (1)."""
    out = fit.frame.width / 2 - 1.6
    hinge = fit.worn.origin.new_tensor([[side * out, fit.frame.hinge, -BEND * out * out - 1.0]])
    parts = [fit.worn.camera(hinge)[0], fit.worn.ears[int(side > 0)], *fit.worn.rotation.T[:2]]
    return _Temple(side, *(_Place(*part) for part in torch.stack(parts).tolist()))


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
    hemmed = 1 - _HEMMED[2] * smooth_step(_HEMMED[0], _HEMMED[1], share)
    glow = hemmed * light.level * frame_light(fit.surface, normal, light.shade(normal), light.direction, None)
    opaque = cover * (1 - 0.8 * fit.surface.through)
    return torch.lerp(below * (1 - contact), glow, opaque), torch.maximum(cover, contact)


def _corners(fit: Fitting, one: _Temple) -> list[tuple[float, float]]:
    """The corners of a temple at hinge and ear, right and up, camera millimetres."""
    sizes = _WIRE if fit.frame.pads else _ACETATE
    return [
        (end.x + one.up.x * high - one.aside.x * deep, end.y + one.up.y * high - one.aside.y * deep)
        for end, (tall, thick) in zip((one.hinge, one.ear), sizes, strict=True)
        for high in (-tall * fit.frame.thickness / 2, tall * fit.frame.thickness / 2)
        for deep in (0.0, thick * one.side)
    ]


def _shape(fit: Fitting, one: _Temple) -> tuple[Tensor, Tensor, Tensor]:
    """Signed distance (mm), share of the way to the ear, and place across it (-1 lower edge .. 1 upper)."""
    sizes = _WIRE if fit.frame.pads else _ACETATE
    x, y = fit.camera(fit.whole)
    right, up = one.ear.x - one.hinge.x, one.ear.y - one.hinge.y
    length2 = right * right + up * up + 1e-6
    share = ((x - one.hinge.x) * (right / length2) + (y - one.hinge.y) * (up / length2)).clamp(0, 1)
    high = (sizes[0][0] + (sizes[1][0] - sizes[0][0]) * share) * fit.frame.thickness / 2
    across = ((y - one.hinge.y - up * share) / high).clamp(-1, 1)
    return hull_distance(np.array(_corners(fit, one)), x, y), share, across


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
    over = smooth_step(*_UNDER_STRANDS, share).clamp(min=1 - _ear_seen(fit, one))
    hair = gaussian(box.of(source.regions.hair), 0.8) * over
    # Toward the ear it lies on the head: what would stick out beyond the silhouette there is not where we think.
    away = min(max((-one.aside.z * one.side - _FAR[0]) / (_FAR[1] - _FAR[0]), 0.0), 1.0)
    start, end = (near + (far - near) * away for near, far in zip(_OUTSIDE, _OUTSIDE_FAR, strict=True))
    outside = smooth_step(start, end, share) * (1 - box.of(source.regions.person))
    tip = 1 - smooth_step(*_BEHIND_EAR, share)
    return (1 - hidden) * (1 - hair) * (1 - outside) * tip


def _ear_seen(fit: Fitting, one: _Temple) -> float:
    """Whether skin is seen where the ear should be, 0..1."""
    source = fit.scene.source
    x, y = fit.pixel(one.ear)
    y += _EAR_BELOW * fit.scale
    reach = max(_EAR_RADIUS * fit.scale, 1.0)
    height, width = source.linear.shape[-2:]
    left, right = (min(max(int(x + k * reach), 0), width) for k in (-1, 1))
    top, bottom = (min(max(int(y + k * reach), 0), height) for k in (-1, 1))
    if right <= left or bottom <= top:
        return 0.0
    bare = bare_skin(source) if fit.scene.bare is None else fit.scene.bare
    return float(smooth_step(*_EAR, bare[..., top:bottom, left:right].mean()))
