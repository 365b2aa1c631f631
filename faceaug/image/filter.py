"""Smoothing kernels on ``(B, C, H, W)``; every row and channel is filtered on its own."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image import planes

if TYPE_CHECKING:
    from collections.abc import Sequence

# A blur of more than this many pixels is done on a smaller copy: the error is below 1/255 and it is far cheaper.
_SIGMA_AT_FULL_SIZE = 3.0
# Pictures narrower than this are not halved further when a hole is filled.
_SMALLEST = 4
# Pixels along the shorter side of a head's window from which what is smooth there is worked out on a smaller one (our
# own choice).
ROOMY = 192


@lru_cache(maxsize=256)
def gaussian_weights(sigma: float) -> Tensor:
    """Return normalised taps of a Gaussian of ``sigma`` pixels, cut at 3 sigma, each tap integrated over its pixel.

    The tensor is kept for the next caller: it must not be changed.
    """
    radius = max(1, math.ceil(3 * sigma))
    edges = (torch.arange(-radius, radius + 2, dtype=torch.float64) - 0.5) / (sigma * math.sqrt(2))
    taps = torch.erf(edges[1:]) - torch.erf(edges[:-1])
    return (taps / taps.sum()).to(torch.float32)


def separable(x: Tensor, taps: Tensor) -> Tensor:
    """Filter rows and columns of ``(B, C, H, W)`` with the same odd number of taps, edges replicated.

    Where OpenCV cannot, shifted copies are added up: a row's bits cannot depend on its batch.
    """
    return planes.filtered(x, taps) if planes.fits(x) else _shifted_and_added(x, taps)


def _shifted_and_added(x: Tensor, taps: Tensor) -> Tensor:
    """`separable` in torch."""
    weights = taps.tolist()
    radius = len(weights) // 2
    height, width = x.shape[-2:]
    wide = F.pad(x, (radius, radius, 0, 0), mode="replicate")
    x = _weighted_sum([wide[..., k : k + width] for k in range(len(weights))], weights)
    tall = F.pad(x, (0, 0, radius, radius), mode="replicate")
    return _weighted_sum([tall[..., k : k + height, :] for k in range(len(weights))], weights)


def _weighted_sum(views: list[Tensor], weights: list[float]) -> Tensor:
    total = views[0] * weights[0]
    for view, weight in zip(views[1:], weights[1:], strict=True):
        total.add_(view, alpha=weight)
    return total


def gaussian(x: Tensor, sigma: float) -> Tensor:
    """Blur ``(B, C, H, W)`` by a Gaussian of ``sigma`` pixels; large blurs work on a reduced copy.

    ``sigma`` of 0 or less returns ``x`` itself.
    """
    if sigma <= 0:
        return x
    if sigma <= _SIGMA_AT_FULL_SIZE:
        return separable(x, gaussian_weights(sigma))
    factor = 2 ** math.ceil(math.log2(sigma / _SIGMA_AT_FULL_SIZE))
    small = reduce(x, factor)
    # Area reduction and bilinear enlargement blur by themselves: take their variance off.
    rest = math.sqrt(max((sigma / factor) ** 2 - 1 / 12 - 1 / 6, 0.25))
    return enlarge(separable(small, gaussian_weights(rest)), (x.shape[-2], x.shape[-1]), factor)


def coarseness(size: Sequence[int], factor: int = 2) -> int:
    """By how much what is smooth is reduced before it is worked out: where there are pixels enough, fewer tell as much.

    Args:
        size: Height and width in pixels.
        factor: That it is reduced by from `ROOMY` pixels along the shorter side on; below, it is not.
    """
    return factor if min(size) >= ROOMY else 1


def reduce(x: Tensor, factor: int) -> Tensor:
    """Reduce ``(B, C, H, W)`` by a whole factor through area averages; a ragged edge is replicated."""
    if factor == 1:
        return x
    if planes.fits(x):
        return planes.reduced(x, factor)
    height, width = x.shape[-2:]
    pad = (0, -width % factor, 0, -height % factor)
    return _averaged(F.pad(x, pad, mode="replicate") if any(pad) else x, factor)


def _averaged(x: Tensor, factor: int) -> Tensor:
    """`reduce` in torch."""
    rows = _weighted_sum([x[..., k::factor, :] for k in range(factor)], [1.0 / factor] * factor)
    return _weighted_sum([rows[..., k::factor] for k in range(factor)], [1.0 / factor] * factor)


def enlarge(small: Tensor, size: tuple[int, int], factor: int, mode: str = "bilinear") -> Tensor:
    """Enlarge what `reduce` made by ``factor`` back to ``size`` (height, width); ``mode`` may be ``bicubic``."""
    if factor == 1:
        return small
    if planes.fits(small):
        whole = planes.enlarged(small, (small.shape[-2] * factor, small.shape[-1] * factor), mode)
    else:
        whole = F.interpolate(small, scale_factor=float(factor), mode=mode, align_corners=False)
    return whole[..., : size[0], : size[1]]


def box(x: Tensor, radius: int) -> Tensor:
    """Mean over a square of ``2 * radius + 1`` pixels, edges replicated."""
    if radius < 1:
        return x
    side = 2 * radius + 1
    return separable(x, torch.full((side,), 1.0 / side))


def largest(x: Tensor, radius: int) -> Tensor:
    """Largest value of ``(B, C, H, W)`` in a square of ``2 * radius + 1`` pixels; beyond the edge there is nothing."""
    if radius < 1:
        return x
    if planes.fits(x):
        return planes.largest(x, radius)
    return F.max_pool2d(x, 2 * radius + 1, stride=1, padding=radius)


def smallest(x: Tensor, radius: int) -> Tensor:
    """Smallest value of such a square."""
    if radius < 1:
        return x
    return planes.smallest(x, radius) if planes.fits(x) else -largest(-x, radius)


def closing(x: Tensor, radius: int) -> Tensor:
    """Fill in ``(B, C, H, W)`` what is darker than all around it and narrower than ``2 * radius + 1`` pixels."""
    return smallest(largest(x, radius), radius)


def fill_outside(colour: Tensor, weight: Tensor, levels: int = 6) -> Tensor:
    """Spread ``colour`` from where ``weight`` is 1 into where it is 0, smoothly (push-pull).

    Args:
        colour: ``(B, C, H, W)``.
        weight: ``(B, 1, H, W)`` in 0..1, trust in each pixel.
        levels: Halvings; holes up to ``2 ** levels`` pixels are filled.

    Returns:
        ``(B, C, H, W)``; where the weight is 1 the colour is unchanged.

    Source:
        S. Gortler et al., "The Lumigraph", SIGGRAPH 1996 (pull-push).
    """
    if planes.fits(colour) and planes.fits(weight):
        return planes.filled(colour, weight, levels, _SMALLEST)
    return _pushed_and_pulled(colour, weight, levels)


def _pushed_and_pulled(colour: Tensor, weight: Tensor, levels: int) -> Tensor:
    """`fill_outside` in torch."""
    seen, below = colour * weight, []
    for _ in range(levels):
        if min(seen.shape[-2:]) < _SMALLEST:
            break
        below.append((seen, weight))
        small = reduce(torch.cat([seen, weight], dim=1), 2)
        weight = (small[:, -1:] * 4).clamp_(max=1.0)
        seen = small[:, :-1] / small[:, -1:].clamp(min=1e-6) * weight
    mean = seen.sum(dim=(2, 3), keepdim=True) / weight.sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)
    filled = seen + mean * (1 - weight)
    for seen, weight in reversed(below):
        filled = (enlarge(filled, (seen.shape[-2], seen.shape[-1]), 2) * (1 - weight)).add_(seen)
    return filled
