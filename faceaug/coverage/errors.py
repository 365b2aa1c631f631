"""Model errors: rates per group with their limits, and the slices in which a model is worst."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import special

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.intervals import Interval, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.counts import Table

__all__ = ["ENOUGH", "GroupErrors", "Slice", "Slices", "group_errors", "worst_slices"]

Flags = npt.NDArray[np.bool_]

ENOUGH: Final = 100
"""Pictures from which a rate is shown without a warning: its limits are then at most 10 points away."""

Where = tuple[tuple[int, int], ...]
"""A slice: axis and code, ascending by axis."""


@dataclass(frozen=True)
class GroupErrors:
    """How often a model errs on one group.

    Attributes:
        where: attribute -> value.
        count: pictures.
        error: share of wrong answers.
        false_positive: share of wrong answers where the label is no.
        negatives: pictures with that label.
        false_negative: share of wrong answers where the label is yes.
        positives: pictures with that label.
    """

    where: dict[str, str]
    count: int
    error: Interval
    false_positive: Interval
    negatives: int
    false_negative: Interval
    positives: int

    @property
    def enough(self) -> bool:
        """Whether the error rate rests on enough pictures to be shown without a warning."""
        return self.count >= ENOUGH


@dataclass(frozen=True)
class Slice:
    """A combination of values in which a model errs more often than elsewhere.

    Attributes:
        where: attribute -> value.
        count: pictures.
        errors: wrong answers among them.
        rate: share of wrong answers, with limits.
        elsewhere: share of wrong answers outside the slice.
        others: pictures outside the slice.
        p: probability of so many errors if the slice were like the rest; one-sided.
    """

    where: dict[str, str]
    count: int
    errors: int
    rate: Interval
    elsewhere: float
    others: int
    p: float


@dataclass(frozen=True)
class Slices:
    """The worst slices, and how many were looked at.

    Attributes:
        slices: the least likely first; none of them is explained by those before it.
        tested: slices that were tested.
        significant: slices that passed, before those that others explain were taken away.
        q: share of false discoveries that was allowed.
    """

    slices: tuple[Slice, ...]
    tested: int
    significant: int
    q: float


def group_errors(table: Table, wrong: npt.ArrayLike, label: npt.ArrayLike | None = None) -> tuple[GroupErrors, ...]:
    """Error rates of each combination of the table's axes, in their order; empty combinations included.

    Args:
        table: the pictures, photographs only if the rates are to mean anything.
        wrong: (N,) bool, whether the model's answer is wrong.
        label: (N,) bool, the true answer, for false positives and negatives; without it those rates are NaN.

    Raises:
        ValueError: for shapes that do not agree.
    """
    bad = _flags(table, wrong)
    yes = np.zeros(len(table), np.bool_) if label is None else _flags(table, label)
    no = np.zeros(len(table), np.bool_) if label is None else ~yes
    shape = tuple(len(axis.values) for axis in table.axes)
    known = (table.codes != UNKNOWN).all(axis=1)
    cells = _cells(table, range(len(shape)))
    parts = {
        (kind, hit): np.bincount(cells[known & among & (bad if hit else True)], minlength=math.prod(shape))
        for kind, among in (("all", np.ones_like(bad)), ("no", no), ("yes", yes))
        for hit in (False, True)
    }
    made = []
    for flat, place in enumerate(np.ndindex(*shape)):
        n = {kind: int(parts[kind, False][flat]) for kind in ("all", "no", "yes")}
        rates = {kind: share(int(parts[kind, True][flat]), n[kind]) for kind in n}
        where = {axis.name: axis.values[code] for axis, code in zip(table.axes, place, strict=True)}
        made.append(GroupErrors(where, n["all"], rates["all"], rates["no"], n["no"], rates["yes"], n["yes"]))
    return tuple(made)


def worst_slices(
    table: Table, wrong: npt.ArrayLike, *, level: int = 3, fewest: int = 10, q: float = 0.05, most: int = 20
) -> Slices:
    """Find the slices in which a model errs too often.

    Every slice of up to `level` attributes is tested against all other pictures (Fisher's exact test, one-sided);
    false discoveries are kept to a share q (Benjamini and Hochberg). One bad slice lets a hundred pass, its parts
    and all that contains it, and with them some by chance. So slices are taken from the least likely one on, each only
    if it still errs too often once those taken before are set apart: the j-th of m at a probability of q j / m.

    Args:
        table: the pictures.
        wrong: (N,) bool, whether the model's answer is wrong.
        level: the most attributes of a slice.
        fewest: pictures that a slice must have to be tested.
        q: share of false discoveries, within 0..1.
        most: slices that are listed.

    Raises:
        ValueError: for shapes that do not agree.
    """
    bad = _flags(table, wrong)
    found, count, errors = _all_slices(table, bad, level, fewest)
    if not found:
        return Slices((), 0, 0, q)
    p = _fisher(errors, count, int(bad.sum()), len(bad))
    passed = _benjamini_hochberg(p, q)
    order = [place for place in np.argsort(p, kind="stable").tolist() if passed[place]]
    strata = np.zeros(len(bad), np.int64)
    kept: list[int] = []
    for place in order:
        inside = _inside(table, found[place])
        chance = _stratified(inside, bad, strata) if kept else float(p[place])
        if chance > q * (len(kept) + 1) / len(found):
            continue
        strata = np.unique(2 * strata + inside, return_inverse=True)[1]
        kept.append(place)
        if len(kept) == most:
            break
    made = tuple(_slice(table, found[at], bad, float(p[at])) for at in kept)
    return Slices(made, len(found), len(order), q)


def _flags(table: Table, given: npt.ArrayLike) -> Flags:
    """A truth value for each picture."""
    flags = np.asarray(given, np.bool_)
    if flags.shape != (len(table),):
        msg = f"there are {len(table)} pictures, but {flags.shape} answers"
        raise ValueError(msg)
    return flags


def _cells(table: Table, places: Sequence[int]) -> npt.NDArray[np.int64]:
    """The flat cell of each picture over some axes; wrong where one of them is unknown."""
    cells = np.zeros(len(table), np.int64)
    for place in places:
        cells = cells * len(table.axes[place].values) + table.codes[:, place]
    return cells


def _all_slices(
    table: Table, bad: Flags, level: int, fewest: int
) -> tuple[list[Where], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every slice with enough pictures: the slices, their pictures and their errors."""
    found: list[Where] = []
    counts: list[int] = []
    errors: list[int] = []
    for size in range(1, min(level, len(table.axes)) + 1):
        for places in combinations(range(len(table.axes)), size):
            known = (table.codes[:, places] != UNKNOWN).all(axis=1)
            shape = [len(table.axes[place].values) for place in places]
            cells = _cells(table, places)
            n = np.bincount(cells[known], minlength=math.prod(shape))
            k = np.bincount(cells[known & bad], minlength=math.prod(shape))
            big = np.flatnonzero((n >= fewest) & (n < len(table)))
            codes = np.stack(np.unravel_index(big, shape), axis=1).tolist()
            found += [tuple(zip(places, row, strict=True)) for row in codes]
            counts += n[big].tolist()
            errors += k[big].tolist()
    return found, np.array(counts, np.int64), np.array(errors, np.int64)


def _fisher(
    errors: npt.NDArray[np.int64], count: npt.NDArray[np.int64], all_errors: int, total: int
) -> npt.NDArray[np.float64]:
    """Probability of at least so many errors in each slice; 1 where there are no more than in the mean."""
    p = np.ones(len(errors))
    for place, (k, n) in enumerate(zip(errors.tolist(), count.tolist(), strict=True)):
        if k * total > n * all_errors:
            first, chances = _chances(n, all_errors, total, k)
            p[place] = min(1.0, float(chances[max(0, k - first) :].sum()))
    return p


def _chances(n: int, errors: int, total: int, also: int = 0) -> tuple[int, npt.NDArray[np.float64]]:
    """The hypergeometric distribution: so many errors among n pictures, of `errors` among `total`.

    Returns:
        The first number that is worth looking at, and the probabilities from there on. What is left out lies more than
        twelve standard deviations, and forty more, from the mean and from `also`, and is less than rounding.
    """
    mean = n * errors / total
    reach = 40 + 12 * math.sqrt(mean + 1)
    first = max(0, n + errors - total, int(min(mean, also or mean) - reach))
    last = min(n, errors, int(max(mean, also) + reach))
    x = np.arange(first, last + 1, dtype=np.float64)
    logs = _log_choose(n, x) + _log_choose(total - n, errors - x) - _log_choose(total, np.array(errors, np.float64))
    return first, np.exp(logs)


def _log_choose(n: int, k: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Logarithm of the number of ways to choose k of n."""
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1), np.float64)


def _benjamini_hochberg(p: npt.NDArray[np.float64], q: float) -> Flags:
    """Which tests pass.

    Source: Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995).
    """
    ranked = np.sort(p)
    good = np.flatnonzero(ranked <= q * np.arange(1, len(p) + 1) / len(p))
    bound = float(ranked[good[-1]]) if len(good) else -1.0
    return p <= bound


def _inside(table: Table, where: Where) -> Flags:
    """Which pictures are in a slice."""
    hit = np.ones(len(table), np.bool_)
    for place, code in where:
        hit &= table.codes[:, place] == code
    return hit


def _stratified(inside: Flags, bad: Flags, strata: npt.NDArray[np.int64]) -> float:
    """Probability of so many errors in a slice, given how many there are in each stratum.

    Source: the exact conditional test of a common odds ratio over 2 x 2 tables (Gart 1970), one-sided. A normal
    approximation is far too generous for slices of some ten pictures.
    """
    size, n = np.bincount(strata), np.bincount(strata, weights=inside).astype(np.int64)
    k = np.bincount(strata, weights=bad).astype(np.int64)
    first, chances = 0, np.ones(1)
    for total, among, errors in zip(size.tolist(), n.tolist(), k.tolist(), strict=True):
        if among and errors:
            start, more = _chances(among, errors, total)
            first, chances = first + start, np.convolve(chances, more)
    return min(1.0, float(chances[max(0, int((inside & bad).sum()) - first) :].sum()))


def _slice(table: Table, where: Where, bad: Flags, p: float) -> Slice:
    """A slice in words."""
    inside = _inside(table, where)
    count, errors = int(inside.sum()), int((inside & bad).sum())
    words = {table.axes[place].name: table.axes[place].values[code] for place, code in where}
    others = len(bad) - count
    elsewhere = (int(bad.sum()) - errors) / others
    return Slice(words, count, errors, share(errors, count), elsewhere, others, p)
