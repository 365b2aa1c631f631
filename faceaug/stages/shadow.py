"""Stage: shadows of things that stand outside the picture, cast along the key light onto person and wall."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.shade_colour import deepened
from faceaug.image import picked
from faceaug.image.color import decode, encode, light_colour, luminance
from faceaug.image.filter import coarseness, enlarge
from faceaug.image.shade import above, angles, at_least, direction, smooth_step
from faceaug.stages.bare import flesh_now
from faceaug.stages.blocked import Lamp, on_person, on_wall, places, standing
from faceaug.stages.layers import layers_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from faceaug.channels import Shade
    from faceaug.face.decomposition import Light
    from faceaug.image.extent import Box
    from faceaug.scene import Scene

# Highlights roll off from here, and hold at most this many times the rest of the range above it: those without colour
# and those that differ in their channels by the second of these shares. What is white has lost what it held; of a red
# highlight the other channels tell that there was more.
_SHOULDER, _MOST, _COLOURED = 0.8, (1.0, 3.0), (0.03, 0.12)
# A photograph's light has a side from the first ratio of key and fill and angle to the camera (degrees) on, wholly from
# the second on; else the lamp stands so many degrees aside and above, for a shape that falls straight onto a face does
# not bend, and looks painted.
_DIRECTED, _OFF, _ASIDE, _ABOVE = (2.0, 4.0), (18.0, 32.0), 32.0, 26.0
# So many rows of a photograph are shaded at once: whole ones would take much memory.
_BAND = 512
# Name of the label mask.
_NAME = "foreign_shadow"
# Luminance of black in any camera.
_BLACK = 1e-5
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
    person = enlarge(torch.cat([row[0] for row in rows]), size, factor).clamp(0, 1)
    wall = enlarge(torch.cat([row[1] for row in rows]), source.size[0], factor).clamp(0, 1)
    within = torch.cat(
        [wall[row : row + 1, :, y : y + size[0], x : x + size[1]] for row, (x, y) in enumerate(source.corners)]
    )
    cover = torch.lerp(within, person, _persons_light(linear, scene))
    dark, there = _darkened(linear, cover, scene, flesh_now(scene).mul_(source.regions.person))
    if source.size[0] != size:
        whole = wall * (shadow.darkness > 0).to(wall)[:, None, None, None]
        scene = replace(scene, beyond={**scene.beyond, _NAME: whole})
    return dark, scene.with_mask(_NAME, cover.amax(dim=1, keepdim=True) * there)


def _persons_light(linear: Tensor, scene: Scene) -> Tensor:
    """The share of each pixel's light that comes from the person ``(B, 1, h, w)``, 0..1.

    At an outline before a bright wall that is less than the person's share of the pixel: shaded like the person, the
    wall in it would glow around someone before a wall in shade. A turned head has been laid over its wall with a matte
    that is as clear already.
    """
    source = scene.source
    if scene.turn is not None:
        return source.regions.person
    layers = layers_of(source)
    wall = (1 - layers.clear) * luminance(layers.behind)
    return (1 - wall / luminance(linear).clamp(min=_BLACK)).clamp_(0, 1).mul_(above(layers.clear, 0))


def beyond(scene: Scene, row: int) -> NDArray[np.uint8]:
    """The photograph of one row ``(H, W, 3)`` with the shadow on the wall beyond its window."""
    pixels = scene.source.photos[row].pixels.copy()
    if _NAME not in scene.beyond:
        return pixels
    one = scene.row(row)
    for part in _around(one):
        piece = pixels[part]
        linear = decode(torch.from_numpy(piece.copy()).to(scene.device)).permute(2, 0, 1)[None].contiguous()
        dark, there = _darkened(linear, one.beyond[_NAME][(..., *part)], one)
        new = encode(dark)[0].permute(1, 2, 0).cpu().numpy()
        np.copyto(piece, new, where=there[0, 0, :, :, None].cpu().numpy() > 0)
    return pixels


def _around(scene: Scene) -> list[Box]:
    """What lies around the window of one row, in strips that are not too large."""
    (height, width), (high, wide) = scene.source.size
    left, top = scene.source.corners[0]
    bands = [(0, top, 0, width), (top + high, height, 0, width)]
    bands += [(top, top + high, 0, left), (top, top + high, left + wide, width)]
    return [
        (slice(first, min(first + _BAND, down)), slice(start, end))
        for up, down, start, end in bands
        if end > start
        for first in range(up, down, _BAND)
    ]


def _darkened(linear: Tensor, cover: Tensor, scene: Scene, flesh: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Linear light with its key hidden by ``cover`` ``(B, 1 or 3, h, w)``, and where that can be seen, as numbers.

    Over the window ``flesh`` is the share of skin and lips ``(B, 1, h, w)``; beyond it there is none.
    """
    assert scene.shade is not None
    there = at_least(cover.amax(dim=1, keepdim=True), _LEAST)
    there = there * (scene.shade.darkness > 0).to(linear)[:, None, None, None]
    left = (1 - cover * _share(scene, scene.shade)).clamp(min=0)
    left = left if flesh is None else deepened(left, flesh, scene.source).clamp_(max=1)  # no shadow brightens
    dark = linear * left
    for row in range(len(linear)):
        bright = picked.places(linear[row].amax(dim=0), _SHOULDER)
        now, kept = (picked.picked(plane[row], bright)[None, :, None] for plane in (linear, left))
        picked.put(dark[row], bright, _in_highlights(now, kept)[0, :, 0])
    return torch.lerp(linear, dark, there), there


def _in_highlights(x: Tensor, left: Tensor) -> Tensor:
    """Bright light of which ``left`` remains, each ``(B, 3, h, w)``.

    As a share of what was seen: where hardly anything is hidden, hardly anything changes.
    """
    whole = _unrolled(x)
    return x * (_rolled(whole * left) / _rolled(whole).clamp(min=1e-6))


def _unrolled(x: Tensor) -> Tensor:
    """Give highlights back the light that the camera's shoulder took, or their shadow turns blue and green."""
    high = x.amax(dim=1, keepdim=True)
    coloured = smooth_step(*_COLOURED, (high - x.amin(dim=1, keepdim=True)) / high.clamp(min=1e-4))
    least, most = _MOST
    held = least + (most - least) * coloured
    part = torch.minimum(((x - _SHOULDER) / (1 - _SHOULDER)).clamp(min=0), held / (1 + held))
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
    """How much of the lamp is hidden on the person of the window and on the wall of the photograph, one row.

    ``(1, 3, h, w)`` and ``(1, 1, H, W)``, both reduced by ``factor``.
    """
    assert scene.shade is not None
    shadow, source, lamp = scene.shade, scene.source, _lamp(scene)
    layers, whole = standing(shadow), places(source, (0, 0), source.size[0], factor)
    return on_person(shadow, layers, source, lamp, factor), on_wall(shadow, layers, whole, lamp)


def _lamp(scene: Scene) -> Lamp:
    """The lamp that is blocked, of one row."""
    own, light = _own_lamp(scene.source.light), scene.light
    if light is None:
        return own
    toward = torch.lerp(own.toward, light.direction, light.strength[:, None])
    return Lamp(
        F.normalize(toward.double(), dim=1).to(toward), torch.lerp(own.real, torch.ones_like(own.real), light.strength)
    )


def _own_lamp(light: Light) -> Lamp:
    """The photograph's own lamp; in light without a side to it one that stands aside and above."""
    azimuth, _ = angles(light.direction)
    side = torch.where(azimuth < 0, -1.0, 1.0)
    there = direction(side * _ASIDE, torch.full_like(azimuth, _ABOVE))
    off = torch.rad2deg(torch.acos(light.direction[:, 2].clamp(-1, 1)))
    own = smooth_step(*_DIRECTED, light.key_fill) * smooth_step(*_OFF, off)
    return Lamp(F.normalize(torch.lerp(there, light.direction, own[:, None]).double(), dim=1).to(there), own)
