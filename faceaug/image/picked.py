"""Pixels picked out of planes by a limit, where what is to be done concerns few of them."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor


def places(x: Tensor, low: float = 0.0, high: float = math.inf) -> Tensor:
    """Flat places ``(N,)`` at which ``x`` of any shape lies above ``low`` and below ``high``, in their order.

    On a CPU four times as fast as torch's ``nonzero``.
    """
    if x.is_cpu:
        plane = x.numpy()
        held = plane > np.asarray(low, plane.dtype)
        if high < math.inf:
            held &= plane < np.asarray(high, plane.dtype)
        return torch.from_numpy(np.flatnonzero(held))
    return ((x > low) & (x < high)).flatten().nonzero()[:, 0]


def picked(x: Tensor, place: Tensor) -> Tensor:
    """The pixels ``(C, N)`` of planes ``(C, h, w)`` at flat places, all of which lie in them.

    On a CPU by numpy, in two thirds to nine tenths of the time.
    """
    flat = x.flatten(1)
    if x.is_cpu:
        return torch.from_numpy(flat.numpy().take(place.numpy(), axis=1, mode="clip"))
    return flat.index_select(1, place)


def put(x: Tensor, place: Tensor, values: Tensor) -> None:
    """Write pixels ``(C, N)`` into planes ``(C, h, w)`` at flat places, in place."""
    x.view(x.shape[0], -1).index_copy_(1, place, values)


def median(values: Tensor) -> Tensor:
    """The lower median ``(...)`` of ``(..., N)``, N at least 1; on a CPU three to eight times as fast as torch's."""
    if not values.is_cpu:
        return values.median(dim=-1).values
    middle = (values.shape[-1] - 1) // 2
    return torch.from_numpy(np.asarray(np.partition(values.numpy(), middle, axis=-1)[..., middle]))


def quantile(values: Tensor, share: float) -> Tensor:
    """The value ``()`` below which this share of ``(N,)`` lies, N at least 1, between two of them by the way to both.

    On a CPU six times as fast as `torch.quantile`, which sorts all.
    """
    if not values.is_cpu:
        return torch.quantile(values, share)
    rank = share * (len(values) - 1)
    low = int(rank)
    high = min(low + 1, len(values) - 1)
    parts = np.partition(values.numpy(), (low, high))
    one, other = torch.from_numpy(parts[[low, high]])
    return torch.lerp(one, other, rank - low)
