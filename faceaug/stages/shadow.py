"""Stage: shadows of things that stand outside the picture, cast along the key light onto person and wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.window import faded
from faceaug.image.color import light_colour
from faceaug.image.filter import coarseness, enlarge
from faceaug.image.shade import angles, at_least, direction, smooth_step
from faceaug.stages.blocked import on_person, on_wall, standing

if TYPE_CHECKING:
    from faceaug.channels import Shade
    from faceaug.face.decomposition import Decomposition, Light
    from faceaug.scene import Scene

# Highlights roll off from here, and hold at most this many times the rest of the range above it.
_SHOULDER, _MOST = 0.8, 1.0
# A photograph's light has a side from the first ratio of key and fill and angle to the camera (degrees) on, wholly from
# the second on; else the lamp stands so many degrees aside and above, for a shape that falls straight onto a face does
# not bend, and looks painted.
_DIRECTED, _OFF, _ASIDE, _ABOVE = (2.0, 4.0), (18.0, 32.0), 32.0, 26.0
# A change below this share of the light cannot be seen, and leaves the pixel alone.
_LEAST = 2.0 / 255


def shade(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Take the key's light away where something stands in it, from the person and from the wall behind.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        scene: Its ``shade`` channel is used; the light is the one asked for, else the photograph's own.

    Returns:
        The window, and the scene with the mask ``foreign_shadow``.
    """
    shadow = scene.shade
    if shadow is None:
        return linear, scene
    source = scene.source
    size = (linear.shape[-2], linear.shape[-1])
    factor = coarseness(size)
    rows = [_covered(scene.row(row), factor) for row in range(len(scene))]
    person, wall = (enlarge(torch.cat(part), size, factor).clamp(0, 1) for part in zip(*rows, strict=True))
    cover = torch.lerp(wall * _edges(source), person, source.regions.person)
    mask = cover.amax(dim=1, keepdim=True)
    there = at_least(mask, _LEAST) * (shadow.darkness > 0).to(linear)[:, None, None, None]
    dark = _rolled(_unrolled(linear) * (1 - cover * _share(scene, shadow)).clamp(min=0))
    return torch.lerp(linear, dark, there), scene.with_mask("foreign_shadow", mask * there)


def _unrolled(x: Tensor) -> Tensor:
    """Give highlights back the light that the camera's shoulder took, or their shadow turns blue and green."""
    part = ((x - _SHOULDER) / (1 - _SHOULDER)).clamp(0, _MOST / (1 + _MOST))
    return x.clamp(max=_SHOULDER) + (1 - _SHOULDER) * part / (1 - part)


def _rolled(x: Tensor) -> Tensor:
    """Undo `_unrolled`: the curve by which `relight` compresses highlights."""
    above = (x - _SHOULDER).clamp(min=0) / (1 - _SHOULDER)
    return x.clamp(max=_SHOULDER) + (1 - _SHOULDER) * above / (1 + above)


def _share(scene: Scene, shadow: Shade) -> Tensor:
    """Of the light at a fully lit place, the share that is lost in full shadow ``(B, 3, 1, 1)``."""
    lost = shadow.darkness[:, None].expand(-1, 3)
    light = scene.light
    if light is not None:
        key = light_colour(light.temperature.double()) * (light.key_fill - 1).double()[:, None]
        fill = light_colour(light.fill_temperature.double())
        lost = lost * torch.lerp(torch.ones_like(lost), (key / (key + fill)).to(lost), light.strength[:, None])
    return lost[:, :, None, None]


def _covered(scene: Scene, factor: int) -> tuple[Tensor, Tensor]:
    """How much of the lamp is hidden on the person ``(1, 3, h, w)`` and on the wall ``(1, 1, h, w)``, one row."""
    assert scene.shade is not None
    shadow, source, lamp = scene.shade, scene.source, _direction(scene)
    layers = standing(shadow)
    return on_person(shadow, layers, source, lamp, factor), on_wall(shadow, layers, source, lamp, factor)


def _edges(source: Decomposition) -> Tensor:
    """Fade the wall's shadow out ``(B, 1, h, w)`` toward window edges that cut through the photograph."""
    window = (source.linear.shape[-2], source.linear.shape[-1])
    corners = zip(source.corners, source.photos, strict=True)
    return torch.cat([faded(at, window, photo.pixels.shape[:2], source.linear.device) for at, photo in corners])


def _direction(scene: Scene) -> Tensor:
    """Unit vector ``(1, 3)`` toward the lamp that is blocked."""
    own = _aslant(scene.source.light)
    if scene.light is None:
        return own
    return F.normalize(torch.lerp(own, scene.light.direction, scene.light.strength[:, None]).double(), dim=1).to(own)


def _aslant(light: Light) -> Tensor:
    """The photograph's own lamp; in light without a side to it one that stands aside and above."""
    azimuth, _ = angles(light.direction)
    side = torch.where(azimuth < 0, -1.0, 1.0)
    there = direction(side * _ASIDE, torch.full_like(azimuth, _ABOVE))
    off = torch.rad2deg(torch.acos(light.direction[:, 2].clamp(-1, 1)))
    own = (smooth_step(*_DIRECTED, light.key_fill) * smooth_step(*_OFF, off))[:, None]
    return F.normalize(torch.lerp(there, light.direction, own).double(), dim=1).to(there)
