"""Strands of hair that was never seen: as parallel as those that were, and running their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image.filter import gaussian, smallest
from faceaug.image.noise import Noise, smooth_noise
from faceaug.image.warp import pixel_centres

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.image.extent import Box

# Locks and strands lie so far apart, mm, at least so many pixels, and count so much: on average they depart by 1.
_APART, _PIXELS, _COUNT = (1.8, 0.6), 1.3, (1.1, 2.46)
# They are so many times as long as that where hair runs no way, and so many times more where all runs one way.
_SHORT, _LONG = 2.0, 12.0
# Hair within about this distance of where strands are wanted tells their way, mm.
_NEAR_MM = 20.0


def strands(texture: Tensor, hair: Tensor, wanted: Tensor, box: Box, scale: float) -> Tensor:
    """Draw strands over a part of a map ``(B, 1, h', w')`` that depart from 0 by 1 in the mean.

    Args:
        texture: How much brighter than what is around it each pixel is ``(B, 3, h, w)``.
        hair: Where that is known hair ``(B, 1, h, w)``, 0..1.
        wanted: Where strands are wanted, likewise.
        box: The part.
        scale: Pixels per millimetre.

    Source:
        J. Bigun and G. H. Granlund, "Optimal orientation detection of linear symmetry", ICCV 1987: which way they run.
    """
    green = texture[:, 1:2]
    across = F.pad(green[..., 2:] - green[..., :-2], (1, 1, 0, 0))
    down = F.pad(green[..., 2:, :] - green[..., :-2, :], (0, 0, 1, 1))
    # What borders on hair is no strand.
    within = smallest(hair, 1)
    weight = within * gaussian(wanted, _NEAR_MM * scale)
    wide, high, both = ((step * weight).sum(dim=(1, 2, 3)) for step in (across**2, down**2, across * down))
    angle, apart = torch.atan2(2 * both, wide - high) / 2, torch.hypot(2 * both, wide - high)
    long = (_SHORT + _LONG * apart / (wide + high).clamp(min=1e-9))[:, None, None]
    rows, columns = box
    xs, ys = pixel_centres((rows.stop - rows.start, columns.stop - columns.start), green.device)
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    places = torch.stack([cos * xs + sin * ys, (cos * ys - sin * xs) / long], dim=1)
    noise, drawn = Noise(("strands",) * len(green)), torch.zeros_like(places[:, :1])
    for width, count in zip(_APART, _COUNT, strict=True):
        drawn += count * smooth_noise(noise, str(width), places, max(width * scale, _PIXELS))[:, None]
    return drawn
