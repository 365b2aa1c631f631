"""Paired tests: the same pictures before and after a change, so that everything else is the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy import special

from faceaug.coverage.exchange import Clusters, errors_p, scores_p
from faceaug.coverage.intervals import CONFIDENCE, Interval, wilson

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Flips", "Shift", "flips", "shift"]


@dataclass(frozen=True)
class Flips:
    """Yes-or-no outcomes before and after.

    Attributes:
        count: pairs.
        clusters: persons whom the pairs show, or photographs that they are of, each another person's.
        before: share of yes before.
        after: share of yes after.
        change: after less before, with limits.
        gained: pairs that became yes.
        lost: pairs that became no.
        p: probability of so lopsided a change if either way were as likely; two-sided.
    """

    count: int
    clusters: int
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
        clusters: persons whom the pairs show, or photographs that they are of, each another person's; each counts once,
            by the mean of the photographs, and these by the mean of their pairs.
        before: mean before.
        after: mean after.
        change: after less before, with limits.
        p: probability of so lopsided a change if either way were as likely; two-sided.
    """

    count: int
    clusters: int
    before: float
    after: float
    change: Interval
    p: float


def flips(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    confidence: float = CONFIDENCE,
    *,
    of: npt.ArrayLike | None = None,
    who: npt.ArrayLike | None = None,
) -> Flips:
    """Compare outcomes of the same pictures.

    Several pairs of one person are one observation (`errors_p`), and limits are as wide as if there were one pair of
    each.

    Args:
        before: (N,) bool, the same for all pairs of one photograph.
        after: (N,) bool.
        confidence: of the limits.
        of: (N,) which photograph each pair is of; another one each unless given.
        who: (N,) whom each pair shows; each photograph another person unless given.

    Raises:
        ValueError: for lists of different lengths, or empty ones.

    Source: exact test of McNemar, Psychometrika 12 (1947), by the binomial distribution; limits of the difference by
    Newcombe, Statistics in Medicine 17 (1998), 2635, method 10 for paired data.
    """
    found = Clusters.gathered(before, after, of, who)
    old, new = found.old[found.of] > 0, found.new > 0
    both, gained, lost = int((old & new).sum()), int((~old & new).sum()), int((old & ~new).sum())
    n = len(old)
    one = found.effective / n
    limits = _newcombe(both * one, gained * one, lost * one, (n - both - gained - lost) * one, confidence=confidence)
    change = limits._replace(value=(gained - lost) / n)
    return Flips(n, found.people, (both + lost) / n, (both + gained) / n, change, gained, lost, errors_p(found))


def _newcombe(both: float, gained: float, lost: float, neither: float, *, confidence: float) -> Interval:
    """The difference of two shares of the same pictures."""
    n = both + gained + lost + neither
    new, old = min(both + gained, n), min(both + lost, n)
    (low_new, low_old), (high_new, high_old) = wilson([new, old], [n, n], confidence)
    p_new, p_old = new / n, old / n
    product = both * neither - gained * lost
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


def shift(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    confidence: float = CONFIDENCE,
    *,
    of: npt.ArrayLike | None = None,
    who: npt.ArrayLike | None = None,
) -> Shift:
    """Compare numbers of the same pictures.

    Args:
        before: (N,) numbers, the same for all pairs of one photograph.
        after: (N,) numbers.
        confidence: of the limits.
        of: (N,) which photograph each pair is of; another one each unless given.
        who: (N,) whom each pair shows; each photograph another person unless given.

    Raises:
        ValueError: for lists of different lengths, or pairs of fewer than two persons.

    Source: for the test `scores_p`; limits of the mean by Student's t.
    """
    found = Clusters.gathered(before, after, of, who)
    old, new = found.means_by_person(found.old), found.means_by_person(found.means)
    change, pairs, count = new - old, len(found.new), found.people
    if count < 2:
        msg = "it takes two pairs or more, each of another person"
        raise ValueError(msg)
    half = float(special.stdtrit(count - 1, 0.5 + confidence / 2)) * float(change.std(ddof=1)) / math.sqrt(count)
    mean = float(change.mean())
    limits = Interval(mean, mean - half, mean + half)
    return Shift(pairs, count, float(old.mean()), float(new.mean()), limits, scores_p(found))
