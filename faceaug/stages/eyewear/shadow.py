"""The shadow of glasses on the face behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.frame import LENS_EDGE, STYLES, bare_edge
from faceaug.face.wearing import BEND
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.outline import covered
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.stages.eyewear.fitting import Fitting

# What fills the shades, lamps and walls above the camera, as one broad lamp: its direction, and the tangent of its half
# angle. On 56 wearers skin 1.5 to 2 mm under lower rims has 0.89 to 0.94 of the light of that about it (0.90 to 0.93
# here; 0.96 to 0.99 with a lamp that is higher and broader).
_ROOM, _ROOM_SPREAD = (0.0, 0.20, 0.98), 0.24
# No shadow is sharper than this (half width, mm), and light that went under the skin fills it, red the most.
_LEAST_SOFT, _BLEED = 0.5, (0.16, 0.07, 0.03)
# A lamp far to the side throws its shadow as if it stood this much before the face (cosine).
_BEFORE = 0.30
# A shadow paler than this is none.
_FAINT = 0.006
# Of what lenses take of this light so much is not given back: it comes in from beside them.
_FILLED = 0.6
# Of the light on the ground edge of a lens without a rim this share goes elsewhere.
_SCATTERED = 0.75
# From this scale on shadows are worked out at half size, pixels a mm.
_HALVE_FROM = 1.6


def shadow(fit: Fitting) -> Tensor:
    """Share of the light ``(1, 3, h, w)`` that glasses leave to the face behind them; exactly 1 where all of it.

    From every point of the face's surface rays go to the lamp and to the bright upper half of the room; where they pass
    near the front a part of the light is lost, the more softly the farther the front is away.
    """
    box, source, light = fit.whole, fit.scene.source, fit.light
    factor = 2 if fit.scale > _HALVE_FROM else 1
    x, y = fit.camera(box)
    depth = gaussian(box.of(source.surface.depth), 1.0 * fit.scale)
    x, y = (part.expand_as(depth) for part in (x, y))
    place = (reduce(x, factor), reduce(y, factor), reduce(depth, factor))
    lamps = torch.stack([light.direction, x.new_tensor(_ROOM)])
    share, spread, through = x.new_tensor([[light.key, light.spread, 1.0], [1 - light.key, _ROOM_SPREAD, _FILLED]]).T
    lost = (_lost(fit, place, lamps, spread, through) * _each(share)).sum(dim=0, keepdim=True)
    lost = lost * (1 - x.new_tensor(_BLEED).reshape(1, 3, 1, 1))
    lost = enlarge(lost, (x.shape[-2], x.shape[-1]), factor)
    skin = torch.maximum(box.of(source.surface.face), box.of(source.regions.body) * 0.7)
    lost = lost * skin * box.of(source.regions.person) * _inside(lost)
    return 1 - lost * smooth_step(_FAINT, 3 * _FAINT, lost)


def _inside(like: Tensor) -> Tensor:
    """0 on the box's own border, 1 a few pixels inside: no edge of the box may show."""
    height, width = like.shape[-2:]
    down = torch.arange(height, device=like.device, dtype=torch.float32)
    across = torch.arange(width, device=like.device, dtype=torch.float32)
    near = torch.minimum(
        torch.minimum(down, height - 1 - down)[:, None], torch.minimum(across, width - 1 - across)[None]
    )
    return (near / 4).clamp(0, 1)[None, None]


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]


def _lost(fit: Fitting, place: tuple[Tensor, Tensor, Tensor], lamps: Tensor, spread: Tensor, through: Tensor) -> Tensor:
    """Share ``(N, 3, h, w)`` of the light of each lamp that the front takes from surface points.

    Args:
        fit: The fitting.
        place: The points: right, up, toward the camera, each ``(1, 1, h, w)``, camera millimetres.
        lamps: Directions toward the lamps ``(N, 3)``.
        spread: Tangents of their half angles ``(N,)``.
        through: How much of what lenses take of their light counts ``(N,)``.
    """
    ahead = torch.cat([lamps[:, :2], lamps[:, 2:].clamp(min=_BEFORE)], dim=1)
    aside, above, near = (_each(part) for part in (F.normalize(ahead, dim=1) @ fit.worn.rotation).unbind(dim=1))
    offset = [part - middle for part, middle in zip(place, fit.worn.origin.tolist(), strict=True)]
    own = [offset[0] * right + offset[1] * up + offset[2] * back for right, up, back in fit.worn.rotation.T.tolist()]
    u, v, way, near = own[0], own[1], torch.zeros_like(own[0]), near.clamp(min=0.15)
    for _ in range(3):
        way = (-BEND * u * u - own[2]).clamp(min=0) / near
        u, v = own[0] + way * aside, own[1] + way * above
    found = fit.tables.at(u, v, 0, 2)
    soft = _LEAST_SOFT + way * _each(spread)
    lens, outer = covered(found[:, :1], soft), covered(found[:, 1:2], soft)
    kept = fit.kept(v)
    # What stands before the front, as the nose does, is not shaded by it.
    behind = smooth_step(0.2, 2.0, way)
    lost = (outer - lens).clamp(min=0) + _each(through) * lens * (1 - kept)
    if STYLES[fit.frame.style].rimless or STYLES[fit.frame.style].half:
        bare = smooth_step(-0.3, 0.3, bare_edge(fit.frame, u, v))
        lost = lost + _SCATTERED * bare * (lens - covered(found[:, :1] + LENS_EDGE, soft))
    return lost * behind
