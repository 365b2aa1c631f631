"""How sharp a photograph is: the width of its own point spread, so that what is added can be just as sharp."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from faceaug.image.filter import gaussian
from faceaug.image.picked import quantile

# Blur with which the photograph is compared, pixels.
_AGAIN = 1.0
# Variance that a difference of next neighbours adds by itself, square pixels.
_DIFFERENCE = 1 / 3
# Edges are the steepest share of the pixels; the sharpest of those edges tell.
_EDGES, _SHARPEST = 0.02, 0.7
# A point spread is believed within these bounds, pixels: below, sampling hides it; above, there was no edge to read.
_LEAST, _MOST = 0.35, 3.0


def point_spread(bright: Tensor) -> float:
    """Standard deviation in pixels of the Gaussian that blurred an edge of ``(1, 1, H, W)``.

    Blurred once more, a sharp edge loses more of its slope than a soft one: ``R = sqrt(s^2 + s0^2) / s``.

    Source:
        S. Zhuo and T. Sim, "Defocus map estimation from a single image", Pattern Recognition 44 (2011), eq. 4.
    """
    first, second = _slope(bright), _slope(gaussian(bright, _AGAIN))
    count = max(16, int(first.numel() * _EDGES))
    steep, where = first.reshape(-1).topk(min(count, first.numel()))
    if float(steep[-1]) < 1e-4:
        return _MOST / 2
    ratio = steep / second.reshape(-1).index_select(0, where).clamp(min=1e-6)
    found = float(quantile(ratio, _SHARPEST))
    variance = _AGAIN * _AGAIN / max(found * found - 1, 1e-3) - _DIFFERENCE
    return min(max(math.sqrt(max(variance, 0.0)), _LEAST), _MOST)


def _slope(x: Tensor) -> Tensor:
    dx = x[..., 1:-1, 2:] - x[..., 1:-1, :-2]
    dy = x[..., 2:, 1:-1] - x[..., :-2, 1:-1]
    return torch.sqrt(dx * dx + dy * dy) / 2
