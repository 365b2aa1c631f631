"""How much of a lamp is hidden by something outside the picture, on the person and on the wall behind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.filter import gaussian, reduce
from faceaug.image.gobo import ALONE, drawn, period
from faceaug.image.shade import dot, smooth_step, unit

if TYPE_CHECKING:
    from faceaug.channels import Shade
    from faceaug.face.decomposition import Decomposition

# Cells of the plane across the light, mm.
_CELL = 1.25
# Blur of red and green by light that wandered through the skin, mm (widths of the skin profile of E. d'Eon and
# D. Luebke, GPU Gems 3, 2007; red is carried the farthest), and the share of light that goes that way.
_WANDER_MM = (1.6, 0.6, 0.35)
# Light that comes from around fills a shadow: on skin it has met skin before, and less red is lost.
_LOST = (0.965, 1.0, 0.99)
# What is farther away throws a softer shadow: the penumbra of each layer over the first's.
_FARTHER = (1.0, 1.5, 3.5)
# A soft edge from 10 to 90 % is so many standard deviations of its blur wide.
_EDGE = 2.56
# The sun's soft edge grows by this much for each mm farther from the thing (it is 0.53 degrees wide).
_SPREAD = 0.0093
# A portrait is taken from about so far, mm: what stands behind the face is seen smaller.
_CAMERA = 1600.0
# The mesh's facets are smoothed away over this many mm before it is shadowed; the neck lies no deeper than this.
_FACETS_MM, _DEEPEST = 2.0, -75.0


class Places(NamedTuple):
    """Places of the reduced picture in the room, mm, the middle of the face at 0.

    Attributes:
        x: To the picture's right ``(1, 1, 1, w)``.
        y: Down ``(1, 1, h, 1)``.
    """

    x: Tensor
    y: Tensor


class Lamp(NamedTuple):
    """The lamp that is hidden.

    Attributes:
        toward: Unit vector ``(1, 3)``.
        real: How much it is the one that lights the picture ``(1,)``, 0..1; else it was made up.
    """

    toward: Tensor
    real: Tensor


def standing(shadow: Shade) -> list[Tensor]:
    """What each layer of the shape leaves free ``(1, 1, n, m)``, nearest first, one row."""
    tiles = drawn(shadow.pattern[0], shadow.noise, _CELL / float(shadow.size))
    return [1 - torch.from_numpy(solid)[None, None].to(shadow.size.device) for solid in tiles]


def on_person(shadow: Shade, layers: list[Tensor], source: Decomposition, lamp: Lamp, factor: int) -> Tensor:
    """How much of the lamp is hidden ``(1, 3, h, w)`` at each pixel of the person, in red, green and blue.

    Args:
        shadow: What stands in the light, one row.
        layers: Its layers.
        source: One face.
        lamp: The lamp.
        factor: By how much the window is reduced.
    """
    size = (source.linear.shape[-2], source.linear.shape[-1])
    scale = float(source.pose.scale)
    depth = reduce(source.surface.depth, factor).clamp(min=_DEEPEST)
    face = reduce(source.surface.face, factor)
    # The shape's middle falls on the middle of the face, however aslant the light comes.
    z = gaussian(depth, _FACETS_MM * scale / factor) - (depth * face).sum() / face.sum().clamp(min=1)
    hidden = _hidden(shadow, layers, float(shadow.penumbra), _WANDER_MM)
    seen = _looked_up(hidden, shadow, _across(lamp, places(source, source.corners[0], size, factor), z))
    skin = torch.maximum(reduce(source.regions.skin, factor), reduce(source.regions.body, factor))
    # What wanders is carried least in blue: cloth is shaded as that.
    cover = torch.lerp(seen[:, 2:], seen * seen.new_tensor(_LOST)[:, None, None], skin)
    # What faces away from the lamp has no light of it to lose, if that is the one that lights the picture.
    away = 1 - smooth_step(-0.1, 0.35, dot(lamp.toward, unit(reduce(source.surface.normal, factor))))
    return cover * (1 - lamp.real[:, None, None, None] * away)


def on_wall(shadow: Shade, layers: list[Tensor], where: Places, lamp: Lamp) -> Tensor:
    """How much of the lamp is hidden ``(1, 1, h, w)`` on a wall ``shadow.wall`` mm behind the face.

    The wall is farther from the thing than the face is, so that its shadow there lies aside, is softer, and is seen
    smaller.

    Args:
        shadow: What stands in the light, one row.
        layers: Its layers.
        where: Places of the picture.
        lamp: The lamp.
    """
    behind = float(shadow.wall)
    away = 1 + behind / _CAMERA
    x, y = where
    plane = _across(lamp, Places(x * away, y * away), torch.full_like(x, -behind))
    return _looked_up(_hidden(shadow, layers, float(shadow.penumbra) + _SPREAD * behind, (0.0,)), shadow, plane)


def places(source: Decomposition, corner: tuple[int, int], size: tuple[int, int], factor: int) -> Places:
    """Places of a part of one face's photograph.

    Args:
        source: The face.
        corner: Left and top of the part.
        size: Its height and width.
        factor: By how much it is reduced.
    """
    (left, top), (height, width), centre = corner, size, source.pose.centre[0].double().tolist()
    scale, device = float(source.pose.scale), source.linear.device
    x = ((torch.arange(-(-width // factor), device=device) + 0.5) * factor + (left - centre[0])) / scale
    y = ((torch.arange(-(-height // factor), device=device) + 0.5) * factor + (top - centre[1])) / scale
    return Places(x[None, None, None], y[None, None, :, None])


def _across(lamp: Lamp, places: Places, z: Tensor) -> Tensor:
    """Where on the plane across the light places of depth ``z`` lie ``(1, 2, h, w)``: right and down, mm."""
    a, b, c = (float(part) for part in lamp.toward[0].double())
    flat = math.hypot(a, c)
    # Axes across the light: one level, the other as upright as can be.
    right = (places.x * c - z * a) / flat
    up = -places.x * (a * b / flat) - places.y * flat - z * (b * c / flat)
    return torch.cat([right.expand_as(up), -up], dim=1)


def _hidden(shadow: Shade, layers: list[Tensor], penumbra: float, wander: tuple[float, ...]) -> Tensor:
    """How much of the lamp is hidden on the plane ``(1, n, h, w)``, one tile.

    Args:
        shadow: What stands in the light, one row.
        layers: Its layers.
        penumbra: Width of the nearest layer's soft edge, mm.
        wander: Blur of each of n channels beyond that, mm.
    """
    left = torch.ones(1, len(wander), 1, 1, device=layers[0].device)
    for free, farther in zip(layers, _FARTHER, strict=False):
        sigmas = [math.hypot(penumbra * farther / _EDGE, more) / _CELL for more in wander]
        left = left * _blurred(free, sigmas, shadow.pattern[0])
    return 1 - left


def _blurred(free: Tensor, sigmas: list[float], pattern: str) -> Tensor:
    """Blur a tile ``(1, 1, n, m)`` as if the next ones lay around it, once for each of n ``sigmas``."""
    if pattern in ALONE:
        return torch.cat([gaussian(free, sigma) for sigma in sigmas], dim=1)
    rim = math.ceil(4 * max(sigmas))
    down, across = (
        torch.remainder(torch.arange(-rim, count + rim, device=free.device), count) for count in free.shape[-2:]
    )
    wide = free[:, :, down][..., across]
    return torch.cat([gaussian(wide, sigma) for sigma in sigmas], dim=1)[..., rim:-rim, rim:-rim]


def _looked_up(tile: Tensor, shadow: Shade, plane: Tensor) -> Tensor:
    """A tile ``(1, n, h, w)`` at places of the plane ``(1, 2, h, w)``, right and down, mm.

    The shape lies as it was drawn, life-sized and upright: places are turned and scaled in its stead.
    """
    pattern, size, angle = shadow.pattern[0], float(shadow.size), math.radians(float(shadow.angle))
    sine, cosine = math.sin(angle) / size, math.cos(angle) / size
    x, y = plane[:, :1] * cosine + plane[:, 1:] * sine, plane[:, 1:] * cosine - plane[:, :1] * sine
    wide, high = period(pattern)
    x, y = x / wide + 0.5, y / high + 0.5
    if pattern not in ALONE:
        height, width = tile.shape[-2:]
        tile = F.pad(tile, (1, 1, 1, 1), mode="circular")
        x, y = (torch.remainder(x, 1) * width + 1) / (width + 2), (torch.remainder(y, 1) * height + 1) / (height + 2)
    grid = torch.cat([x, y], dim=1).permute(0, 2, 3, 1) * 2 - 1
    return F.grid_sample(tile, grid, padding_mode="border", align_corners=False)
