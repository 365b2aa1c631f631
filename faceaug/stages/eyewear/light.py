"""The light in which glasses stand: the photograph's own, or the one that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.brightness import brightness
from faceaug.face.light import source_shading
from faceaug.image.extent import extent
from faceaug.image.filter import reduce
from faceaug.image.finish import Room
from faceaug.image.picked import quantile
from faceaug.stages.relight import grey_card

if TYPE_CHECKING:
    from faceaug.face.decomposition import Light
    from faceaug.scene import Scene

# A white card is taken to be as bright as the brightest hundredth of the window, within bounds.
_WHITE, _DIMMEST, _BRIGHTEST = 0.99, 0.35, 1.0
# The key's share of the light lies within these bounds whatever was estimated.
_LEAST_KEY, _MOST_KEY = 0.20, 0.80
# Tangent of a lamp's half angle: where nobody knows its size, and at softness 0 and 1.
_UNKNOWN, _BARE, _WALL = 0.20, 0.05, 0.50

# What is mirrored between two samples is blurred by this share of the angle by which the surface turns.
_SPREAD_OVER = 0.60
# Nearly all lamps stand above the eyes, whatever two of them or the fill make of their mean direction: its least height
# toward which the photograph's own light is lifted for what glasses mirror and cast.
_LIFTED = 0.40
# A card of this grey (linear), seen on a picture reduced by so much, tells what a new light does.
_GREY, _COARSE = 0.25, 4


@dataclass(frozen=True)
class Lit:
    """The light in which glasses stand.

    Attributes:
        direction: Toward the dominant lamp ``(3,)``: right, up, toward the camera.
        key: The lamp's share of the light on a surface that faces it, 0..1.
        spread: Tangent of the lamp's half angle.
        level: Radiance of a white card on the face, colour included ``(1, 3, 1, 1)``.
        source: The photograph's own light.
    """

    direction: Tensor
    key: float
    spread: float
    level: Tensor
    source: Light

    def room(self, turned: Tensor | float) -> Room:
        """What frames mirror whose surface turns by so many radians from one sample of the drawing to the next."""
        return Room.lit(self.direction, self.key, self.spread, _SPREAD_OVER * turned)

    def shade(self, normal: Tensor) -> Tensor:
        """Irradiance ``(1, 1, h, w)`` over the mean on the face."""
        return source_shading(self.source, normal)


def scene_light(scene: Scene) -> Lit:
    """Find the light of one row that a new thing on the face stands in."""
    source, light = scene.source, scene.light
    bright = reduce(brightness(source), max(1, min(source.linear.shape[-2:]) // 96)).reshape(-1)
    white = float(quantile(bright, _WHITE))
    level = source.linear.new_full((1, 3, 1, 1), min(max(white, _DIMMEST), _BRIGHTEST))
    if light is None:
        key = min(max((1 - 1 / float(source.light.key_fill[0])) * 0.9, _LEAST_KEY), _MOST_KEY)
        return Lit(_lifted(source.light.direction[0]), key, _UNKNOWN, level, source.light)
    strength = float(light.strength[0])
    gain = _gain(scene) if strength > 0 else torch.ones_like(level)
    key = min(max(1 - 1 / float(light.key_fill[0]), _LEAST_KEY), 0.95)
    spread = _UNKNOWN + (_BARE + (_WALL - _BARE) * float(light.softness[0]) - _UNKNOWN) * strength
    direction = F.normalize(torch.lerp(_lifted(source.light.direction[0]), light.direction[0], strength), dim=0)
    return Lit(direction, key, spread, level * gain.clamp(0.1, 2.5), source.light)


def _lifted(direction: Tensor) -> Tensor:
    """The same direction ``(3,)``, not lower than lamps stand."""
    return F.normalize(torch.cat([direction[:1], direction[1:2].clamp(min=_LIFTED), direction[2:]]), dim=0)


def _gain(scene: Scene) -> Tensor:
    """How much brighter the new light is on the face, and of what colour ``(1, 3, 1, 1)``: seen on a grey card."""
    weight = reduce(scene.source.regions.skin * scene.source.regions.person, _COARSE)
    box = extent(weight[0])
    if box is None:
        return scene.source.linear.new_zeros(1, 3, 1, 1)
    weight = weight[(..., *box)]
    fine = tuple(slice(side.start * _COARSE, side.stop * _COARSE) for side in box)
    lit = grey_card(scene, (fine[0], fine[1]), _GREY, _COARSE) / _GREY
    return (lit * weight).sum(dim=(2, 3), keepdim=True) / weight.sum(dim=(2, 3), keepdim=True)
