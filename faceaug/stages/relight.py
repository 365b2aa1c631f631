"""Stage: the photograph's own light exchanged for another, as a ratio of shadings over the same surface."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.kept import kept
from faceaug.face.shade_colour import deepened
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.image.color import luminance
from faceaug.image.extent import extent
from faceaug.image.filter import closing, reduce
from faceaug.image.picked import picked, places, put
from faceaug.image.shade import at_least, smooth_step
from faceaug.stages.bare import bare_now, flesh_now
from faceaug.stages.gloss import sheen_now
from faceaug.stages.grazing import grazed
from faceaug.stages.illumination import shading_ratio

if TYPE_CHECKING:
    from faceaug.channels import Lighting
    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box
    from faceaug.scene import Scene

# From here on a pixel is of the person alone.
_WHOLE = 0.999
# Highlights roll off from here, as film and cameras do.
_SHOULDER = 0.8
# Gloss takes part of its grain from the skin under it; on dark skin it is as strong as on light skin, and shows more.
_GRAIN, _LEAST_GLOSS = 0.6, 0.45
# Half the width of specks in the matte that are filled within bare skin, mm.
_SPECKS_MM = 1.2
# Radius of cornea and iris, mm: G. Smith and D. A. Atchison, "The Eye and Visual Optical Instruments" (1997).
_CORNEA, _IRIS = 7.8, 5.9
# An eye that shows a catch-light, so bright (linear) against hardly any and surely one, gets no second one.
_SHOWN = (0.15, 0.45)
# Radius of the catch-light of a bare bulb and of a wall of light, mm, and its brightness (linear).
_CATCH_LEAST, _CATCH_MOST, _CATCH = 0.55, 1.5, 0.7


def relight(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Re-light the person; the background keeps its bits.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB, after pigment.
        scene: Its ``light`` channel is used.
    """
    light = scene.light
    if light is None:
        return linear, scene
    source = scene.source
    shading = shading_of(scene, light)
    person = whole_in_skin(source) * (light.strength > 0).to(linear)[:, None, None, None]
    own = _own_colour(linear, scene, person)
    lit = own * shading[:, :3]
    for row in range(len(scene)):
        _light_skin(lit[row], own[row], shading[row], scene.row(row))
    _catch_lights(lit, scene, light)
    # What is 0 of it is added where there is none of the person: the pixel is kept to the bit.
    changed = torch.addcmul(linear, _roll_off(lit, own).sub_(own), person)
    return changed.clamp_(min=0.0), replace(scene, shading=shading)


@kept("regions.person", "regions.skin", "regions.body", "pose.scale")
def whole_in_skin(source: Decomposition) -> Tensor:
    """The matte ``(B, 1, h, w)`` without the specks that it has within bare skin, as in ears before a bright wall.

    No wall shines through skin: in a face that is darkened specks would stay as bright as they were. Outlines stay.
    """
    person, skin = source.regions.person.clone(), source.regions.skin + source.regions.body
    reach = max(1, round(_SPECKS_MM * float(source.pose.scale.mean())))
    box = extent(skin, 2 * reach, over=0.5)
    if box is not None:
        part = person[(..., *box)]
        part.lerp_(torch.maximum(part, closing(part, reach)), smooth_step(0.5, 0.7, skin[(..., *box)]))
    return person


def grey_card(scene: Scene, box: Box, grey: float, coarse: int) -> Tensor:
    """How a card of ``grey`` (linear) with the face's sheen would be lit in a part of the window ``(B, 3, h, w)``.

    All is seen on the window reduced by ``coarse``.
    """
    assert scene.light is not None
    source, shading = scene.source, shading_of(scene, scene.light)
    surface = source.skin.specular * source.regions.skin
    maps = torch.cat([plane[(..., *box)] for plane in (shading, surface, source.regions.person)], dim=1)
    shading, surface, person = reduce(maps, coarse).split_with_sizes((4, 1, 1), dim=1)
    own = torch.full_like(shading[:, :3], grey)
    lit = _roll_off(_lit(own, surface, shading[:, :3], shading[:, 3:]), own)
    return (own + person * (lit - own)).clamp(min=0.0)


def shading_of(scene: Scene, light: Lighting) -> Tensor:
    """What ``light`` does to the person ``(B, 4, h, w)``, as `Scene.shading`; worked out once a scene."""
    return scene.shading if scene.shading is not None else shading_ratio(scene, light)


def _light_skin(lit: Tensor, own: Tensor, shading: Tensor, scene: Scene) -> None:
    """Light one row's skin, and what gleams, in ``lit`` ``(3, h, w)``: part of its light comes off its surface.

    ``own`` is the person's colour ``(3, h, w)``, ``shading`` what the light does ``(4, h, w)``.
    """
    source = scene.source
    flesh, skin, line = flesh_now(scene), source.regions.skin, grazed(source, bare_now(scene))
    told = torch.maximum(flesh, skin)
    place = places(torch.maximum(torch.maximum(told, line, out=told), shading[None, 3:], out=told))
    planes = (own, shading, sheen_now(scene)[0], skin[0], line[0], flesh[0])
    colour, light, sheen, share, edge, red = (picked(plane, place)[None, :, None] for plane in planes)
    surface, ratio = torch.addcmul(sheen * share, colour, edge), deepened(light[:, :3], red, source)
    put(lit, place, _lit(colour, surface, ratio, light[:, 3:])[0, :, 0])


def _lit(own: Tensor, surface: Tensor, ratio: Tensor, shine: Tensor) -> Tensor:
    """Light colours ``(B, 3, h, w)`` of which ``surface`` ``(B, 1 or 3, h, w)`` is reflected off the skin's surface."""
    surface = torch.minimum(surface, own)
    grain = _LEAST_GLOSS + _GRAIN * torch.sqrt(luminance(own))
    dimmed = ratio.clamp(max=1.0)
    sheen = dimmed.sqrt().mul_(dimmed)
    return (own - surface).mul_(ratio).addcmul_(sheen, surface).addcmul_(grain, shine)


def _own_colour(linear: Tensor, scene: Scene, person: Tensor) -> Tensor:
    """The person's colour ``(B, 3, h, w)``: at soft edges of its share of the pixel, changed as pigment changed that.

    A strand darker than its surroundings was guessed too bright: it cannot hold more light than its pixel.
    """
    source, own = scene.source, linear.clone(memory_format=torch.contiguous_format)
    for row in range(len(linear)):
        place = places(person[row], 0.0, _WHOLE)
        now, before, guessed, share = (
            picked(plane[row], place) for plane in (linear, source.linear, source.regions.foreground, person)
        )
        painted = guessed if linear is source.linear else (now / before.clamp(min=1e-4)).clamp_(0, 4).mul_(guessed)
        put(own[row], place, torch.minimum(painted, now / share.clamp(min=0.02)))
    return own


def _catch_lights(lit: Tensor, scene: Scene, light: Lighting) -> None:
    """Add the key's mirror image on both corneas, in place; small, inside the open eye, where there is none yet."""
    source = scene.source
    for row in range(len(lit)):
        scale = float(source.pose.scale[row])
        right, up, ahead = (float(part) for part in light.direction[row])
        long = (2 + 2 * ahead) ** 0.5
        reach = _CORNEA / max(long, 1e-3)
        if ahead <= -0.2 or reach * (right * right + up * up) ** 0.5 > 0.9 * _IRIS:
            continue
        softness, contrast = float(light.softness[row]), float(light.key_fill[row])
        radius = (_CATCH_LEAST + (_CATCH_MOST - _CATCH_LEAST) * softness) * scale
        bright = _CATCH * (1 - 0.6 * softness) * (1 - 1 / contrast) * float(light.strength[row])
        for pupil in (LEFT_PUPIL, RIGHT_PUPIL):
            x = float(source.points[row, pupil, 0]) - source.corners[row][0] + right * reach * scale
            y = float(source.points[row, pupil, 1]) - source.corners[row][1] - up * reach * scale
            none = 1 - _shown(source, row, pupil)
            if none > 0:
                _spot(lit[row], source.regions.eyes[row], (x, y), radius, bright * none)


def _shown(source: Decomposition, row: int, pupil: int) -> float:
    """How surely the photograph shows a catch-light on the iris around a pupil, 0..1."""
    height, width = source.linear.shape[-2:]
    reach = 0.8 * _IRIS * float(source.pose.scale[row])
    x = float(source.points[row, pupil, 0]) - source.corners[row][0]
    y = float(source.points[row, pupil, 1]) - source.corners[row][1]
    left, right = (min(max(int(x + d), 0), width) for d in (-reach, reach + 1))
    top, bottom = (min(max(int(y + d), 0), height) for d in (-reach, reach + 1))
    if right <= left or bottom <= top:
        return 0.0
    window = (slice(row, row + 1), slice(None), slice(top, bottom), slice(left, right))
    bright = (luminance(source.linear[window]) * at_least(source.regions.eyes[window], 0.9)).amax()
    return float(smooth_step(*_SHOWN, bright))


def _spot(lit: Tensor, eye: Tensor, centre: tuple[float, float], radius: float, bright: float) -> None:
    """Add a round soft spot to one row ``(3, h, w)`` where the eye ``(1, h, w)`` is open."""
    height, width = lit.shape[-2:]
    reach = 2 * radius + 2
    left, right = (min(max(int(centre[0] + d), 0), width) for d in (-reach, reach + 1))
    top, bottom = (min(max(int(centre[1] + d), 0), height) for d in (-reach, reach + 1))
    if right <= left or bottom <= top:
        return
    x = torch.arange(left, right, device=lit.device) + (0.5 - centre[0])
    y = torch.arange(top, bottom, device=lit.device) + (0.5 - centre[1])
    # The soft edge is as wide as a pixel, and never narrower than a third of the spot.
    edge = max(1.0, radius / 1.5)
    distance = torch.sqrt(x[None] ** 2 + y[:, None] ** 2)
    # A spot smaller than a pixel is paler, not larger.
    cover = ((radius - distance) / edge + 0.5).clamp(0, 1) * min(1.0, radius * radius * 1.5)
    window = (slice(None), slice(top, bottom), slice(left, right))
    lit[window] += bright * cover * eye[window]


def _roll_off(lit: Tensor, own: Tensor) -> Tensor:
    """Compress what became brighter than the shoulder, in place; what was bright before keeps its value."""
    place = places(lit, _SHOULDER)
    now, before = (plane.reshape(1, -1).index_select(1, place) for plane in (lit, own))
    beyond = (now - _SHOULDER).div_(1 - _SHOULDER)
    rolled = beyond.div_(beyond + 1).mul_(1 - _SHOULDER).add_(_SHOULDER)
    put(lit.view(1, -1), place, torch.maximum(rolled, torch.minimum(before, now)))
    return lit
