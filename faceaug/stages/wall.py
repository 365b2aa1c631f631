"""What stood behind a head that has turned aside: the wall, mirrored at the head's old outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.unseen import coarseness, filled

if TYPE_CHECKING:
    from torch import Tensor

# A pixel whose matte, blurred by a pixel, lies below the first is wall; above the second it is not.
_WALL = (0.0, 0.05)
# So far inside the outline the wall is mirrored, mm; deeper than along the outline only where what lies mirrored, seen
# through a blur, is like the wall around, in square roots of linear light: else a flag would float beside the head.
_MIRRORED_MM, _ALONG_MM = (25.0, 45.0), (8.0, 20.0)
_ALIKE_MM, _ALIKE = 4.0, (0.06, 0.15)
# The outline is smoothed by this before directions are taken from it, coarse pixels: its corners are no mirrors.
_ROUND = 2.0
# Hair and skin end within this distance of what is surely person, mm; what a matte shows farther out is an error on a
# wall of many colours, or strands too thin to be carried along.
_STRANDS_MM = (4.0, 8.0)
_SURE = 0.6
# A matte is soft over a wide band where it is so, on average, over this distance, mm; there it is steepened between
# these values.
_SOFT_MM, _WIDE, _STEEP = 3.0, (0.3, 0.55), (0.45, 0.85)


def wall_behind(linear: Tensor, person: Tensor, scale: float) -> Tensor:
    """The wall behind the person ``(B, 3, h, w)``: itself where it was seen, else mirrored, else filled smoothly.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        person: Its matte ``(B, 1, h, w)``.
        scale: Pixels per millimetre.
    """
    size = (linear.shape[-2], linear.shape[-1])
    factor = coarseness(person)
    seen = 1 - smooth_step(*_WALL, gaussian(person, 1.0))
    smooth = filled(linear, seen, trusted=0.3)
    inward = _inward(reduce(seen, factor) < 0.5)
    deep = enlarge(inward[:, :1] * factor, size, factor)
    towards = enlarge(inward[:, 1:], size, factor)
    xs, ys = pixel_centres(size, linear.device)
    place = torch.stack([xs.expand(size), ys.expand(size)])[None] - 2 * deep * towards
    mirrored = sampled(torch.cat([linear * seen, seen], dim=1), place)
    x, y = place[:, :1], place[:, 1:]
    inside = (x >= 0) & (x <= size[1]) & (y >= 0) & (y <= size[0])
    weight = smooth_step(0.5, 1.0, mirrored[:, 3:]) * inside * (1 - smooth_step(*_MIRRORED_MM, deep / scale))
    colour = torch.lerp(smooth, mirrored[:, :3] / mirrored[:, 3:].clamp(min=1e-3), weight)
    strange = (gaussian(colour, _ALIKE_MM * scale).sqrt() - smooth.sqrt()).abs().amax(dim=1, keepdim=True)
    deeper = smooth_step(*_ALONG_MM, deep / scale) * smooth_step(*_ALIKE, strange)
    return torch.lerp(torch.lerp(colour, smooth, deeper), linear, seen)


def without_haze(person: Tensor, scale: float) -> Tensor:
    """A matte without the haze far from what is surely person, and steeper where it is soft over a wide band."""
    size = (person.shape[-2], person.shape[-1])
    factor = coarseness(person)
    away = enlarge(_distance(reduce(person, factor) < _SURE) * factor, size, factor)
    soft = gaussian(4 * person * (1 - person), _SOFT_MM * scale)
    steep = torch.lerp(person, smooth_step(*_STEEP, person), smooth_step(*_WIDE, soft))
    return steep * (1 - smooth_step(*_STRANDS_MM, away / scale))


def _distance(mask: Tensor) -> Tensor:
    """How far each pixel of a mask ``(B, 1, h, w)`` is from those that are not in it, pixels."""
    rows = [
        cv2.distanceTransform(row.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5) for row in mask[:, 0].cpu().numpy()
    ]
    return torch.from_numpy(np.stack(rows))[:, None].to(mask.device)


def _inward(mask: Tensor) -> Tensor:
    """How deep each pixel lies in a mask, and the direction inward (x, y), of length 1 ``(B, 3, h, w)``."""
    deep = _distance(mask)
    round_ = gaussian(deep - _distance(~mask), _ROUND)
    wide = torch.nn.functional.pad(round_, (1, 1, 1, 1), mode="replicate")
    slope = torch.cat([wide[..., 1:-1, 2:] - wide[..., 1:-1, :-2], wide[..., 2:, 1:-1] - wide[..., :-2, 1:-1]], dim=1)
    return torch.cat([deep, slope / torch.hypot(slope[:, :1], slope[:, 1:]).clamp(min=1e-3)], dim=1)
