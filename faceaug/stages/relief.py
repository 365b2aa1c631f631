"""Stage: height added to the skin, seen by the light that is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.color import luminance
from faceaug.image.extent import Box, extent
from faceaug.image.shade import dot, soft_lambert, unit

if TYPE_CHECKING:
    from faceaug.scene import Scene

# Softness of the photograph's own lamp, which cannot be read off a face, and the contrasts that are believed of it:
# even the flattest light shows a pimple, and a contrast read off a dark ear must not carve it.
_SOFTNESS, _CONTRAST = 0.35, (1.5, 5.0)
# The fill comes from above by this share of itself (as in the relighting stage).
_FROM_ABOVE = 0.35
# Steepest slope shaded, mm/mm, and bounds of the ratio: a drawn bump has no overhangs.
_STEEPEST, _RATIO = 1.2, (0.45, 1.7)
# Sheen of raised skin: Blinn-Phong exponent and strength, relative to the light that comes out of the skin
# (T. Weyrich et al., "Analysis of human faces using a measurement-based skin reflectance model", 2006).
_GLOSS, _SHEEN = 18.0, 0.10


@dataclass(frozen=True)
class _Lamp:
    """Light on relief: direction ``(1, 3)``, key over fill, softness, share of the fill from all sides."""

    direction: Tensor
    contrast: float
    softness: float
    ambient: float


def shade_relief(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Shade bumps and hollows by the ratio of shadings with and without them.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB, in the light that is in force.
        scene: Its ``relief`` channel is ``(B, 1, h, w)`` in mm; flat skin keeps its bits.
    """
    if scene.relief is None:
        return linear, scene
    picture = linear.clone()
    for row in range(len(linear)):
        box = extent(scene.relief[row], margin=2)
        if box is not None:
            there = (slice(row, row + 1), slice(None), *box)
            picture[there] = _shaded(linear[there], scene, row, box)
    return picture, scene


def _shaded(linear: Tensor, scene: Scene, row: int, box: Box) -> Tensor:
    """One row's rectangle, shaded."""
    assert scene.relief is not None  # the caller has looked
    there = (slice(row, row + 1), slice(None), *box)
    across, up = slopes(scene.relief[there], float(scene.source.pose.scale[row]))
    shaded = shaded_slopes(linear, (across, up), scene.source.surface.normal[there], scene, row)
    return torch.lerp(linear, shaded, (scene.relief[there] != 0).to(linear))


def shaded_slopes(linear: Tensor, slope: tuple[Tensor, Tensor], normal: Tensor, scene: Scene, row: int) -> Tensor:
    """Shade one row's skin ``(1, 3, h, w)`` whose height rises so much to the right and up ``(1, 1, h, w)``, mm/mm.

    Args:
        linear: Light, linear sRGB.
        slope: As `slopes` tells.
        normal: Unit normals ``(1, 3, h, w)`` of the flat skin.
        scene: Tells the lamps.
        row: Which row that is.
    """
    bent = tilted(normal, *slope)
    ratio, shine = torch.ones_like(slope[0]), torch.zeros_like(slope[0])
    for lamp, share in _lamps(scene, row):
        gloss = _gloss(lamp, bent) - _gloss(lamp, normal)
        ratio = ratio + share * (_light(lamp, bent) / _light(lamp, normal) - 1)
        shine = shine + share * gloss * (lamp.contrast - 1) / lamp.contrast
    shaded = linear * ratio.clamp(*_RATIO) + (_SHEEN * torch.sqrt(luminance(linear).clamp(min=0))) * shine
    return shaded.clamp(0, 1)


def slopes(relief: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """Return the slope of a height ``(B, 1, h, w)`` in mm to the right and up, mm/mm, at ``scale`` pixels a mm."""
    padded = F.pad(relief, (1, 1, 1, 1), mode="replicate")
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) * (scale / 2)
    up = (padded[..., :-2, 1:-1] - padded[..., 2:, 1:-1]) * (scale / 2)
    return calmed(across, up)


def calmed(across: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    """Bound the steepness of slopes to the right and up, mm/mm."""
    steep = torch.sqrt(across * across + up * up)
    calm = (_STEEPEST / steep.clamp(min=_STEEPEST)).clamp(max=1)
    return across * calm, up * calm


def tilted(normal: Tensor, across: Tensor, up: Tensor) -> Tensor:
    """Return the normals ``(B, 3, h, w)`` of a surface whose height rises by these slopes in the picture."""
    x, y, z = normal[:, :1], normal[:, 1:2], normal[:, 2:]
    along = across * x + up * y
    return unit(torch.cat([x - across + along * x, y - up + along * y, z + along * z], dim=1))


def _lamps(scene: Scene, row: int) -> list[tuple[_Lamp, float]]:
    """The photograph's own lamp, the one asked for, or both in their shares."""
    own = scene.source.light
    contrast = min(max(float(own.key_fill[row]), _CONTRAST[0]), _CONTRAST[1])
    first = _Lamp(own.direction[row : row + 1], contrast, _SOFTNESS, 1.0)
    if scene.light is None:
        return [(first, 1.0)]
    light, part = scene.light, slice(row, row + 1)
    asked = _Lamp(
        light.direction[part], float(light.key_fill[row]), float(light.softness[row]), float(light.ambient[row])
    )
    share = float(light.strength[row])
    return [(first, 1 - share), (asked, share)]


def _light(lamp: _Lamp, normal: Tensor) -> Tensor:
    """Shading ``(B, 1, h, w)``: key and fill."""
    key = soft_lambert(dot(lamp.direction, normal), normal.new_tensor(lamp.softness))
    fill = lamp.ambient + (1 - lamp.ambient) * (1 - _FROM_ABOVE + _FROM_ABOVE * normal[:, 1:2])
    return fill + (lamp.contrast - 1) * key


def _gloss(lamp: _Lamp, normal: Tensor) -> Tensor:
    ahead = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64, device=normal.device)
    half = F.normalize(lamp.direction.double() + ahead, dim=1).to(normal)
    return dot(half, normal).clamp(min=0) ** _GLOSS
