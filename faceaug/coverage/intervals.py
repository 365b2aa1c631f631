"""Intervals: how far a share that was counted may be from the share that is true."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

__all__ = ["CONFIDENCE", "Interval", "clopper_pearson", "newcombe", "share", "wilson"]

CONFIDENCE: Final = 0.95
"""Usual confidence of two-sided intervals."""

Numbers = npt.ArrayLike
Limits = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


class Interval(NamedTuple):
    """A value and the limits between which it lies with some confidence."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """`12.0 % (8.1..17.3)`, as a share in per cent."""
        return f"{100 * self.value:.1f} % ({100 * self.low:.1f}..{100 * self.high:.1f})"


def wilson(hits: Numbers, total: Numbers, confidence: float = CONFIDENCE) -> Limits:
    """Limits of a share, right on average: those to show.

    Args:
        hits: how often, 0..total; need not be whole. Any shape.
        total: out of how many; limits of nothing out of nothing are 0 and 1.
        confidence: within 0..1, both ends excluded.

    Returns:
        Lower and upper limits, within 0..1.

    Raises:
        ValueError: for hits out of 0..total, or a confidence out of 0..1.

    Source: Wilson, J. Am. Stat. Assoc. 22 (1927): the shares that a normal test would not reject.
    """
    k, n = _checked(hits, total, confidence)
    z2 = float(special.ndtri(0.5 + confidence / 2)) ** 2
    some = np.where(n > 0, n, 1.0)
    p = k / some
    half = np.sqrt(z2 * (p * (1 - p) / some + z2 / (4 * some**2)))
    centre, scale = p + z2 / (2 * some), 1 + z2 / some
    # No hits at all leave 0 possible, exactly, and all hits 1; rounding must not take that away.
    low = np.where(k <= 0, 0.0, (centre - half) / scale)
    high = np.where(k >= n, 1.0, (centre + half) / scale)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def clopper_pearson(hits: Numbers, total: Numbers, confidence: float = CONFIDENCE) -> Limits:
    """Limits of a share that hold at least as often as they say: those to promise something by.

    Args:
        hits: how often, 0..total.
        total: out of how many.
        confidence: within 0..1, both ends excluded.

    Returns:
        Lower and upper limits, within 0..1.

    Raises:
        ValueError: for hits out of 0..total, or a confidence out of 0..1.

    Source: Clopper and Pearson, Biometrika 26 (1934); beta quantiles.
    """
    k, n = _checked(hits, total, confidence)
    tail = (1 - confidence) / 2
    low = np.where(k > 0, special.betaincinv(np.maximum(k, 1e-12), n - k + 1, tail), 0.0)
    high = np.where(k < n, special.betaincinv(k + 1, np.maximum(n - k, 1e-12), 1 - tail), 1.0)
    return low, high


def share(hits: float, total: float, confidence: float = CONFIDENCE) -> Interval:
    """One share with its Wilson limits; the value of nothing out of nothing is NaN."""
    low, high = wilson(hits, total, confidence)
    return Interval(hits / total if total else float("nan"), float(low), float(high))


def newcombe(first: tuple[float, float], second: tuple[float, float], confidence: float = CONFIDENCE) -> Interval:
    """The difference of two independent shares, first less second, each given as hits and total.

    Source: Newcombe, Statistics in Medicine 17 (1998), method 10: Wilson limits of both, put together in squares.
    """
    a, b = share(*first, confidence), share(*second, confidence)
    gap = a.value - b.value
    low = gap - np.hypot(a.value - a.low, b.high - b.value)
    return Interval(gap, float(low), float(gap + np.hypot(a.high - a.value, b.value - b.low)))


def _checked(
    hits: Numbers, total: Numbers, confidence: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Both as floats, or a ValueError."""
    k, n = np.broadcast_arrays(np.asarray(hits, np.float64), np.asarray(total, np.float64))
    if not 0 < confidence < 1:
        msg = f"confidence must lie within 0..1, not {confidence}"
        raise ValueError(msg)
    if not ((k >= 0) & (k <= n)).all():
        msg = "hits must lie within 0..total"
        raise ValueError(msg)
    return k, n
