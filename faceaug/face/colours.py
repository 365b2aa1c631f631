"""How often each colour occurs among chosen pixels: a histogram of colours without their shading, smoothed."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F

# Bins along lightness (L*) and the two opponent colours for the lightness there is (100 a* / (L* + 16), likewise b*),
# which shading leaves alone: where they begin, how wide they are, how many. What lies beyond counts to the last.
_FROM, _WIDE, _BINS = (0.0, -30.0, -40.0), (5.0, 3.0, 3.0), (21, 34, 50)
# A pixel counts in its own bin and those around it: binomial weights, near a Gaussian of one bin.
_TAPS = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)

COUNT = _BINS[0] * _BINS[1] * _BINS[2]
"""Number of bins."""


def unshaded(lab: Tensor) -> Tensor:
    """Return CIELAB ``(..., 3, h, w)`` with both opponent colours divided by lightness, so that shade keeps a colour.

    Lightness stays; the others are per cent of L* + 16, the cube root of the luminance that CIELAB works with.
    """
    lightness, rest = lab[..., :1, :, :], lab[..., 1:, :, :]
    return torch.cat([lightness, 100 * rest / (lightness + 16)], dim=-3)


def bins(colours: Tensor) -> Tensor:
    """Return the bin ``(...)``, long, of each of `unshaded` colours ``(3, ...)``."""
    index = torch.zeros_like(colours[0])  # whole numbers, few enough for floats
    for plane, low, wide, count in zip(colours, _FROM, _WIDE, _BINS, strict=True):
        index = (index * count).add_(((plane - low) / wide).floor_().clamp_(0, count - 1))
    return index.long()


@cache
def bin_colours(device: torch.device) -> Tensor:
    """Return the colour in the middle of each bin ``(3, COUNT)``, kept: it may not be changed."""
    axes = [
        low + wide * (torch.arange(count, device=device, dtype=torch.float32) + 0.5)
        for low, wide, count in zip(_FROM, _WIDE, _BINS, strict=True)
    ]
    return torch.stack([plane.flatten() for plane in torch.meshgrid(*axes, indexing="ij")])


def bin_volume() -> float:
    """Return the volume of one bin, in units of `unshaded` colours."""
    return _WIDE[0] * _WIDE[1] * _WIDE[2]


def frequencies(index: Tensor, weight: Tensor) -> Tensor:
    """Return the share of each bin ``(K, COUNT)`` among pixels in these bins ``(N,)``, by K sets of weights ``(K, N)``.

    Smoothed over neighbouring bins; a set sums to at most 1. Nothing weighs nothing: then all are 0. Counted in
    float64 on the CPU, so that every device finds the same.
    """
    places, weights = index.cpu(), weight.double().cpu()
    counted = torch.stack([torch.bincount(places, weights=one, minlength=COUNT) for one in weights])
    shares = counted / counted.sum(dim=1, keepdim=True).clamp(min=1e-12)
    volume = shares.float().reshape(len(weight), *_BINS)
    for axis in range(1, 4):
        volume = _blurred(volume, axis)
    return volume.flatten(1).to(weight)


def _blurred(volume: Tensor, axis: int) -> Tensor:
    """`_TAPS` along one axis of ``(K, a, b, c)``; beyond its ends there is nothing."""
    reach, length = len(_TAPS) // 2, volume.shape[axis]
    pad = [0, 0] * (3 - axis) + [reach, reach]
    longer = F.pad(volume, pad)
    found = longer.narrow(axis, 0, length) * _TAPS[0]
    for place, tap in enumerate(_TAPS[1:], start=1):
        found.add_(longer.narrow(axis, place, length), alpha=tap)
    return found
