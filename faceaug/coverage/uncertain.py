"""Noisy labels: counts of predicted groups, put right by a sample that a person has labelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from faceaug.coverage.intervals import CONFIDENCE, clopper_pearson, wilson

__all__ = ["GUARANTEE", "Corrected", "State", "corrected_count", "state", "stratified_count"]

State = Literal["covered", "uncovered", "undecided"]

GUARANTEE: Final = 0.95
"""Two-sided confidence of the limits that a state is decided by: each is wrong in 2.5 % of cases, which leaves as much
again, within the 5 % of wrongly `covered` groups that are allowed, for putting limits of classes together."""


@dataclass(frozen=True)
class Corrected:
    """How many pictures of a data set truly belong to a group.

    Attributes:
        naive: pictures that are predicted to belong to it.
        value: the corrected count.
        low: lower limit to show.
        high: upper limit to show.
        sure_low: lower limit to decide by.
        sure_high: upper limit to decide by.
        labelled: pictures that a person has labelled.
    """

    naive: int
    value: float
    low: float
    high: float
    sure_low: float
    sure_high: float
    labelled: int

    def state(self, at_least: float) -> State:
        """Whether the group is covered, as far as one can be sure."""
        return state(self.sure_low, self.sure_high, at_least)


def state(low: float, high: float, at_least: float) -> State:
    """Covered if even the lower limit reaches the threshold, uncovered if not even the upper one does."""
    if low >= at_least:
        return "covered"
    return "uncovered" if high < at_least else "undecided"


def corrected_count(
    predicted: npt.ArrayLike,
    group: int,
    rows: npt.ArrayLike,
    belongs: npt.ArrayLike,
    confidence: float = CONFIDENCE,
) -> Corrected:
    """Put the count of a predicted group right by a hand-labelled sample (prediction-powered).

    What the prediction says stands for all pictures; how often it is wrong is learnt on the sample, for each
    predicted class apart. The sample may take more of some classes than of others, but must be drawn by chance within
    each predicted class. Classes of which nothing was labelled may hold anything.

    Args:
        predicted: (N,) class of each picture, from 0.
        group: the class that is counted.
        rows: (n,) pictures that a person has labelled, each once.
        belongs: (n,) bool, whether these truly are of the group.
        confidence: of the limits to show.

    Returns:
        The count and its limits; certain where everything was labelled.

    Raises:
        ValueError: for rows that repeat or do not exist, or shapes that do not agree.

    Source: prediction-powered inference (Angelopoulos et al., Science 2023) in its post-stratified form; limits of
    the classes are put together as by Zou and Donner (Statistics in Medicine 2008), Wilson's to show and Clopper and
    Pearson's to decide by, both narrowed for samples that are a large part of their class (finite population).
    """
    classes = np.asarray(predicted, np.int64)
    sample, truth = np.asarray(rows, np.int64), np.asarray(belongs, np.bool_)
    if classes.ndim != 1 or sample.shape != truth.shape or sample.ndim != 1:
        msg = "predicted, rows and belongs must be lists, the last two of the same length"
        raise ValueError(msg)
    if len(np.unique(sample)) < len(sample) or (len(sample) and not 0 <= sample.min() <= sample.max() < len(classes)):
        msg = "rows must be different places within predicted"
        raise ValueError(msg)
    _, place = np.unique(classes, return_inverse=True)
    sizes = np.bincount(place)
    seen = np.bincount(place[sample], minlength=len(sizes))
    hits = np.bincount(place[sample], weights=truth, minlength=len(sizes))
    return stratified_count(sizes, seen, hits, int((classes == group).sum()), confidence)


def stratified_count(
    sizes: npt.ArrayLike, seen: npt.ArrayLike, hits: npt.ArrayLike, naive: int, confidence: float = CONFIDENCE
) -> Corrected:
    """How many pictures of a data set belong to a group, by what a person found in each stratum of it.

    Args:
        sizes: (S,) pictures of each stratum.
        seen: (S,) how many of them a person has labelled, drawn by chance within the stratum.
        hits: (S,) how many of those belong.
        naive: pictures that are predicted to belong.
        confidence: of the limits to show.

    Raises:
        ValueError: for more seen than there are, or more hits than seen.
    """
    size, n, k = (np.asarray(given, np.float64) for given in (sizes, seen, hits))
    if not ((n <= size) & (k <= n) & (k >= 0)).all():
        msg = "there must be no more hits than seen, and no more seen than there are"
        raise ValueError(msg)
    rest = size - n
    # Only what nobody has looked at is uncertain: the labelled ones are known.
    guess = np.where(n > 0, k / np.maximum(n, 1), 0.5)
    value = float((k + rest * guess).sum())
    low, high = _limits(size, n, k, guess, confidence, exact=False)
    sure_low, sure_high = _limits(size, n, k, guess, GUARANTEE, exact=True)
    return Corrected(naive, value, low, high, sure_low, sure_high, int(n.sum()))


def _limits(
    sizes: npt.NDArray[np.float64],
    seen: npt.NDArray[np.float64],
    hits: npt.NDArray[np.float64],
    guess: npt.NDArray[np.float64],
    confidence: float,
    *,
    exact: bool,
) -> tuple[float, float]:
    """Limits of the sum over classes: the ways down and up of each, added in squares, and never past what is known."""
    rest = sizes - seen
    # n (N - 1) / (N - n) draws with putting back tell as much as n without.
    wide = np.where(rest > 0, seen * np.maximum(sizes - 1, 1) / np.maximum(rest, 1), seen)
    k = np.where(seen > 0, hits / np.maximum(seen, 1), 0) * wide
    lower, upper = (clopper_pearson if exact else wilson)(np.minimum(k, wide), wide, confidence)
    known = seen > 0
    down = np.where(rest > 0, sizes * (guess - lower), 0)
    up = np.where(rest > 0, sizes * (upper - guess), 0)
    value = float((hits + rest * guess).sum())
    # Classes that nobody looked at have no middle: they may hold nothing or be full, and that adds up as it is.
    low = value - np.sqrt((down[known] ** 2).sum()) - down[~known].sum()
    high = value + np.sqrt((up[known] ** 2).sum()) + up[~known].sum()
    return float(max(low, hits.sum())), float(min(high, hits.sum() + rest.sum()))
