"""A relief of an ear as it is seen: from the front, at an angle to its plane, what is nearer before what is behind."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.filter import gaussian
from faceaug.image.shade import above, smooth_fall, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.ears.relief import FIRST, LONG, STEP, TALL, relief

# A picture of an ear has squares of so many mm, from there to there; how far it goes past its plane.
_FINE, _WAYS, _OUT = 0.25, 4.0, 8.0
# Its outline is soft over so many mm, and lies so far outside the relief's.
_EDGE, _RIM = 0.3, 0.3
# From between these heights on, mm, and below the next, an ear is free in front: what is before it shows there.
_UPPER, _LOWER = (36.0, 44.0), (7.0, 11.0)
# Before its upper front, up to so high, mm, and so far under it there is a strip of what is before an ear.
_STRIP_TOP, _STRIP_UNDER = (50.0, 58.0), 2.0
# Pixels see over so many of their widths, at one deviation.
_PIXEL = 0.45


def wide(angle: float) -> float:
    """How far an ear goes aside at most that is seen at such an angle to its plane, degrees; mm."""
    return LONG * math.sin(math.radians(angle)) + _OUT * math.cos(math.radians(angle))


def seen(angle: float, aside: Tensor, up: Tensor, pixel: float) -> Tensor:
    """An ear on the right of the picture, seen at an angle to its plane ``(1, 6, h, w)``.

    Its normal (right, up, toward us; not of length 1), how many times the light of a free surface reaches it, how much
    of each pixel is ear, and how much is ear or what lies before its upper front, 0..1.

    Args:
        angle: Between its plane and where we look, degrees.
        aside: How far to the right of its front each pixel is ``(h, w)``, mm.
        up: How far over the end of its lobe, likewise.
        pixel: How large pixels are, mm.
    """
    shape, turn = relief(), math.radians(angle)
    sin, cos = math.sin(turn), math.cos(turn)
    back = FIRST[0] + STEP * torch.arange(shape.height.shape[1])
    place = torch.where(shape.outside < _RIM, back * sin + shape.height * cos, -torch.inf)
    first = torch.where(torch.isfinite(place), place, torch.inf).amin(dim=1)[:, None]
    x = -_WAYS + _FINE * torch.arange(int((_WAYS + wide(angle)) / _FINE) + 1)
    # What is nearer the front hides what is behind it: the farthest that any of it reaches decides.
    column, inside = _columns(place.cummax(dim=1).values, x)
    rise, slope = torch.gradient(shape.height, spacing=STEP)
    across, away = sin + slope * cos, slope * sin - cos
    normal = torch.stack([-away, away * rise * cos - across * rise * sin, across])
    rows = (torch.arange(len(column)) + 0.5)[:, None].expand_as(column)
    drawn = sampled(torch.cat([normal / normal.norm(dim=0), shape.lit[None]])[None], torch.stack([column, rows])[None])
    v = (FIRST[1] + STEP * torch.arange(len(column)))[:, None]
    upper = smooth_step(*_UPPER, v)
    free = torch.maximum(upper, smooth_fall(*_LOWER, v))
    ear = smooth_step(-_EDGE, _EDGE, inside) * torch.lerp(torch.ones_like(inside), above(x - first, 0), free)
    strip = upper * smooth_fall(*_STRIP_TOP, v) * above(first + _STRIP_UNDER - x, 0) * torch.isfinite(first)
    flat = torch.cat([drawn * ear, ear[None, None], torch.maximum(ear, strip)[None, None]], dim=1)
    fine = F.interpolate(flat, scale_factor=(STEP / _FINE, 1.0), mode="bilinear")
    flat = gaussian(fine, max(_PIXEL * pixel, _FINE) / _FINE)
    at = torch.stack([(aside + _WAYS) / _FINE + 0.5, (up - FIRST[1] + STEP / 2) / _FINE])[None].to(aside)
    found = sampled(flat.to(aside), at)
    found[:, 4:] *= above(up, FIRST[1]) * above(TALL - FIRST[1] - up, 0) * above(wide(angle) - aside, 0)
    return torch.cat([found[:, :4] / found[:, 4:5].clamp(min=1e-3), found[:, 4:]], dim=1)


def _columns(reach: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """In which column of a relief what is seen at each place lies, and how far within its rim, mm ``(V, X)``.

    Args:
        reach: How far aside all up to each column reach ``(V, U)``, mm, rising; where there is none minus infinity.
        x: The places ``(X,)``, mm.
    """
    many = x.expand(len(reach), -1).contiguous()
    last = torch.searchsorted(reach.contiguous(), many).clamp(1, reach.shape[1] - 1)
    low, high = reach.gather(1, last - 1), reach.gather(1, last)
    share = torch.where(torch.isfinite(low), (many - low) / (high - low).clamp(min=1e-4), 1.0).clamp(0, 1)
    inside = torch.where(torch.isfinite(reach[:, -1:]), reach[:, -1:] - many, -1.0)
    return last - 0.5 + share, inside
