"""Paired tests: the same pictures before and after a change, so that everything else is the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from faceaug.coverage.intervals import CONFIDENCE, Interval, wilson

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Flips", "Shift", "flips", "shift"]


@dataclass(frozen=True)
class Flips:
    """Yes-or-no outcomes before and after.

    Attributes:
        count: pairs.
        before: share of yes before.
        after: share of yes after.
        change: after less before, with limits.
        gained: pairs that became yes.
        lost: pairs that became no.
        p: probability of so lopsided a change if either way were as likely; two-sided.
    """

    count: int
    before: float
    after: float
    change: Interval
    gained: int
    lost: int
    p: float


@dataclass(frozen=True)
class Shift:
    """Numbers before and after.

    Attributes:
        count: pairs.
        change: mean of after less before, with limits.
        p: probability of so lopsided a change if either way were as likely; two-sided.
    """

    count: int
    change: Interval
    p: float


def flips(before: npt.ArrayLike, after: npt.ArrayLike, confidence: float = CONFIDENCE) -> Flips:
    """Compare outcomes of the same pictures.

    Args:
        before: (N,) bool.
        after: (N,) bool.
        confidence: of the limits.

    Raises:
        ValueError: for lists of different lengths, or empty ones.

    Source: exact test of McNemar, Psychometrika 12 (1947), by the binomial distribution; limits of the difference by
    Newcombe, Statistics in Medicine 17 (1998), 2635, method 10 for paired data.
    """
    old, new = np.asarray(before, np.bool_), np.asarray(after, np.bool_)
    _check(old, new)
    both, gained, lost = int((old & new).sum()), int((~old & new).sum()), int((old & ~new).sum())
    n = len(old)
    neither = n - both - gained - lost
    changed = gained + lost
    p = min(1.0, 2 * float(special.bdtr(min(gained, lost), changed, 0.5))) if changed else 1.0
    change = _newcombe(both, gained, lost, neither, confidence)
    return Flips(n, (both + lost) / n, (both + gained) / n, change, gained, lost, p)


def _newcombe(both: int, gained: int, lost: int, neither: int, confidence: float) -> Interval:
    """The difference of two shares of the same pictures."""
    n = both + gained + lost + neither
    new, old = both + gained, both + lost
    (low_new, low_old), (high_new, high_old) = wilson([new, old], [n, n], confidence)
    p_new, p_old = new / n, old / n
    product = float(both * neither - gained * lost)
    if product > 0:
        product = max(product - n / 2, 0)
    spread = math.sqrt(new * (n - new) * old * (n - old))
    phi = product / spread if spread else 0.0
    down, up_old = p_new - low_new, high_old - p_old
    up, down_old = high_new - p_new, p_old - low_old
    change = p_new - p_old
    low = change - math.sqrt(max(0.0, down**2 - 2 * phi * down * up_old + up_old**2))
    high = change + math.sqrt(max(0.0, up**2 - 2 * phi * up * down_old + down_old**2))
    return Interval(change, max(-1.0, float(low)), min(1.0, float(high)))


def shift(before: npt.ArrayLike, after: npt.ArrayLike, confidence: float = CONFIDENCE) -> Shift:
    """Compare numbers of the same pictures.

    Args:
        before: (N,) numbers.
        after: (N,) numbers.
        confidence: of the limits.

    Raises:
        ValueError: for lists of different lengths, or fewer than two pairs.

    Source: signed-rank test of Wilcoxon, Biometrics 1 (1945), zeros shared between both signs (Pratt 1959); limits of
    the mean by Student's t.
    """
    old, new = np.asarray(before, np.float64), np.asarray(after, np.float64)
    _check(old, new)
    change = new - old
    n = len(change)
    if n < 2:
        msg = "it takes two pairs or more"
        raise ValueError(msg)
    half = float(special.stdtrit(n - 1, 0.5 + confidence / 2)) * float(change.std(ddof=1)) / math.sqrt(n)
    mean = float(change.mean())
    if not change.any():
        return Shift(n, Interval(0.0, 0.0, 0.0), 1.0)
    from scipy.stats import wilcoxon

    return Shift(n, Interval(mean, mean - half, mean + half), float(wilcoxon(change, zero_method="zsplit").pvalue))


def _check(old: npt.NDArray[np.generic], new: npt.NDArray[np.generic]) -> None:
    """Pairs, and some of them."""
    if old.ndim != 1 or old.shape != new.shape or not len(old):
        msg = f"before and after must be lists of the same length, not {old.shape} and {new.shape}"
        raise ValueError(msg)
