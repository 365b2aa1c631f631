"""The eyes, where they are to go along with another tone of skin as the whites of people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face import topology
from faceaug.face.lids import lid_margins
from faceaug.image.color import lab_to_linear, linear_to_lab, luminance
from faceaug.image.picked import median, picked, places, put
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# How L*, a* and b* of the white go with L* of the cheek, and what they are beside a cheek of L* 50: our measurements of
# 51 frontal faces of the Face Research Lab London Set (DeBruine & Jones 2017), one light and exposure; 95 % limits
# of the slopes 0.33 to 0.65, -0.01 to 0.06 (taken for 0) and -0.15 to -0.05. In 277 portraits by many cameras L*
# goes by 0.76 (0.61 to 0.92; with L* of the whole face 0.71, 0.48 to 0.96), so here it does by what all three allow.
_SLOPE, _BESIDE_MIDDLE, _MIDDLE = (0.5, 0.0, -0.11), (46.5, 3.5, 4.1), 50.0
# Beside dark skin b* is 7 in both sets, so no white becomes yellower (in portraits it is 9 beside light skin).
_YELLOWEST = 7.0
# From the middle of the iris, over its radius, where the white begins.
_LIMBUS = (0.88, 1.02)
# Luminance over that of the white from which a pixel is more and more a reflection, which nothing darkens.
_REFLECTION = (2.0, 3.5)
# Pixels that are enough to measure the white; the least and the largest L* that it is given.
_FEWEST, _ENDS = 12, (12.0, 92.0)
_IRISES = ((topology.RIGHT_PUPIL, topology.RIGHT_IRIS), (topology.LEFT_PUPIL, topology.LEFT_IRIS))


def followed_whites(picture: Tensor, source: Decomposition, rise: float) -> Tensor:
    """Make the eyes darker or lighter, in place, as the whites of people with such skin are.

    Irises go along by as much light as the whites: left as they are, they would glow in the darker eye.

    Args:
        picture: Window ``(3, h, w)``, linear sRGB; changed in place.
        source: A decomposition of one row.
        rise: By how much L* of the cheeks rises; negative where skin becomes darker.

    Returns:
        What was touched ``(1, h, w)``, 0..1.
    """
    opening = ((source.regions.eyes - lid_margins(source)).clamp_(0, 1) * source.regions.person)[0]
    place = places(opening[0], 0.02)
    opened = picked(opening, place)
    white = opened * _off_the_irises(source, place)
    colour = picked(picture, place)
    own = linear_to_lab(colour[None])[0]
    sure = places(white[0], 0.9)
    if len(sure) >= _FEWEST:
        now = lighter_half(own.index_select(1, sure))
    else:
        beside = float(source.skin.tone[0, 0]) - _MIDDLE
        now = own.new_tensor([at + beside * slope for at, slope in zip(_BESIDE_MIDDLE, _SLOPE, strict=True)])
    then = now + rise * now.new_tensor(_SLOPE)
    then[0] = then[0].clamp(*_ENDS)
    then[2] = torch.minimum(then[2], now[2].clamp(min=_YELLOWEST))
    light = lab_to_linear(torch.stack([now, then])).clamp(min=1e-4)
    bright = luminance(light[:, :, None])[:, 0]
    share = opened * (1 - smooth_step(*_REFLECTION, luminance(colour[None])[0] / bright[0]))
    change = torch.lerp((bright[1] / bright[0])[None], (light[1] / light[0])[:, None], white)
    put(picture, place, colour * torch.lerp(torch.ones_like(colour), change, share))
    touched = torch.zeros_like(opening)
    put(touched, place, share)
    return touched


def lighter_half(white: Tensor) -> Tensor:
    """Median ``(C,)`` of the lighter half of colours ``(C, N)``, L* first: lashes and shade lie on the other."""
    light = white[0]
    return median(white.index_select(1, places(light, float(median(light)) - 1e-3)))


def _off_the_irises(source: Decomposition, place: Tensor) -> Tensor:
    """How far pixels of one row, at flat places, lie beside both irises ``(1, N)``, 0..1."""
    width, white = source.linear.shape[-1], torch.ones_like(place, dtype=source.linear.dtype)[None]
    xs, ys = place % width + 0.5, torch.div(place, width, rounding_mode="floor") + 0.5
    left, top = source.corners[0]
    for pupil, iris in _IRISES:
        x, y = (float(value) for value in source.points[0, pupil, :2])
        radius = float((source.points[0, list(iris), :2] - source.points[0, pupil, :2]).norm(dim=1).mean())
        white = white * smooth_step(*_LIMBUS, torch.hypot(xs - (x - left), ys - (y - top)) / max(radius, 1e-3))
    return white
