"""Stage: shadows of things that stand outside the picture, cast along the key light onto face, hair and clothes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.color import light_colour
from faceaug.image.filter import coarseness, enlarge, gaussian, reduce
from faceaug.image.gobo import HALF, shapes
from faceaug.image.raster import polygon
from faceaug.image.shade import at_least, dot, smooth_step, unit

if TYPE_CHECKING:
    from faceaug.channels import Shade
    from faceaug.scene import Scene

# Cells of the plane across the light, mm.
_CELL = 1.25
# Blur of red and green by light that wandered through the skin, mm (widths of the skin profile of E. d'Eon and
# D. Luebke, GPU Gems 3, 2007; red is carried the farthest), and the share of light that goes that way.
_WANDER_MM = (1.6, 0.6, 0.35)
# What is farther away throws a softer shadow: the second layer's penumbra over the first's.
_FARTHER = 1.5
# Light that comes from around fills a shadow: on skin it has met skin before, and less red is lost.
_BLOCKED = (0.965, 1.0, 0.99)
# The mesh's facets are smoothed away over this many mm before it is shadowed; the neck lies no deeper than this.
_FACETS_MM, _DEEPEST = 2.0, -75.0
# Highlights roll off from here, and hold at most this many times the rest of the range above it.
_SHOULDER, _MOST = 0.8, 3.0
# A change below this share of the light cannot be seen, and leaves the pixel alone.
_LEAST = 2.0 / 255


def shade(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Take the key's light away where something stands in it; the background keeps its bits.

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
    cover = torch.cat([_covered(scene, shadow, row, factor) for row in range(len(scene))])
    cover = enlarge(cover, size, factor).clamp(0, 1) * source.regions.person
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
    lost = shadow.darkness[:, None] * torch.tensor(_BLOCKED, device=scene.device)
    light = scene.light
    if light is not None:
        key = light_colour(light.temperature.double()) * (light.key_fill - 1).double()[:, None]
        fill = light_colour(light.fill_temperature.double())
        lost = lost * torch.lerp(torch.ones_like(lost), (key / (key + fill)).to(lost), light.strength[:, None])
    return lost[:, :, None, None]


def _direction(scene: Scene, row: int) -> Tensor:
    """Unit vector ``(1, 3)`` toward the lamp that is blocked."""
    own = scene.source.light.direction[row : row + 1]
    if scene.light is None:
        return own
    strength = scene.light.strength[row : row + 1, None]
    return F.normalize(torch.lerp(own, scene.light.direction[row : row + 1], strength).double(), dim=1).to(own)


def _covered(scene: Scene, shadow: Shade, row: int, factor: int) -> Tensor:
    """How much of the lamp is hidden ``(1, 3, h, w)`` at each pixel of the reduced window, in red, green and blue."""
    source = scene.source.row(row)
    lamp = _direction(scene, row)
    plane = _place_on_plane(scene, row, lamp, factor)
    hard, bled = _gobo(shadow, row, scene.device)
    grid = plane.permute(0, 2, 3, 1) / HALF
    seen = F.grid_sample(torch.cat([bled, hard], dim=1), grid, padding_mode="border", align_corners=False)
    skin = torch.maximum(reduce(source.regions.skin, factor), reduce(source.regions.body, factor))
    cover = torch.lerp(seen[:, 3:].expand(-1, 3, -1, -1), seen[:, :3], skin)
    # What faces away from the lamp has no light of it to lose.
    facing = smooth_step(-0.1, 0.35, dot(lamp, unit(reduce(source.surface.normal, factor))))
    return cover * facing


def _place_on_plane(scene: Scene, row: int, lamp: Tensor, factor: int) -> Tensor:
    """Where on the plane across the light each pixel lies ``(1, 2, h, w)``: right and down, mm."""
    source = scene.source.row(row)
    scale = float(source.pose.scale)
    height, width = source.linear.shape[-2:]
    (left, top), centre = source.corners[0], source.pose.centre[0].double().tolist()
    rows, columns = -(-height // factor), -(-width // factor)
    x = ((torch.arange(columns, device=scene.device) + 0.5) * factor + (left - centre[0])) / scale
    y = ((torch.arange(rows, device=scene.device) + 0.5) * factor + (top - centre[1])) / scale
    depth = reduce(source.surface.depth, factor).clamp(min=_DEEPEST)
    face = reduce(source.surface.face, factor)
    # The shape's middle falls on the middle of the face, however aslant the light comes.
    z = gaussian(depth, _FACETS_MM * scale / factor) - (depth * face).sum() / face.sum().clamp(min=1)
    a, b, c = (float(part) for part in lamp[0].double())
    flat = math.hypot(a, c)
    # Axes across the light: one level, the other as upright as can be.
    right = (x[None, None, None] * c - z * a) / flat
    up = -x[None, None, None] * (a * b / flat) - y[None, None, :, None] * flat - z * (b * c / flat)
    return torch.cat([right, -up], dim=1)


def _gobo(shadow: Shade, row: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """What hides the lamp on the plane, ``(1, 1, n, n)`` as on cloth and ``(1, 3, n, n)`` as on skin."""
    size, angle = float(shadow.size[row]), math.radians(float(shadow.angle[row]))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    count = int(2 * HALF / _CELL)
    # Half the width of a soft edge, as the standard deviation of its blur: 10 % to 90 % within the penumbra.
    sigma = float(shadow.penumbra[row]) / 2.56 / _CELL
    hard = torch.ones(1, 1, count, count, device=device)
    bled = torch.ones(1, 3, count, count, device=device)
    for number, outlines in enumerate(shapes(shadow.pattern[row], shadow.noise.row(row))):
        placed = [(outline @ turn * size * (1, -1) + HALF) / _CELL for outline in outlines]
        free = 1 - torch.from_numpy(_filled(placed, count))[None, None].to(device)
        wide = sigma * (_FARTHER if number else 1.0)
        hard = hard * gaussian(free, wide)
        layers = [gaussian(free, math.hypot(wide, wander / _CELL)) for wander in _WANDER_MM]
        bled = bled * torch.cat(layers, dim=1)
    return 1 - hard, 1 - bled


def _filled(outlines: list[np.ndarray], count: int) -> np.ndarray:
    """Union ``(count, count)`` of filled outlines, each drawn within its own box only."""
    solid = np.zeros((count, count), dtype=np.float32)
    for outline in outlines:
        left, top = np.clip(np.floor(outline.min(axis=0)) - 1, 0, count).astype(int).tolist()
        right, bottom = np.clip(np.ceil(outline.max(axis=0)) + 1, 0, count).astype(int).tolist()
        if right > left and bottom > top:
            part = solid[top:bottom, left:right]
            np.maximum(part, polygon([outline - (left, top)], part.shape, oversample=2), out=part)
    return solid
