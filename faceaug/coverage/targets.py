"""Targets: how many pictures each group should have, and how many are missing; only adding, never taking away."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from faceaug.coverage.counts import count_groups
from faceaug.coverage.patterns import find_gaps
from faceaug.data.files import undecoded, why_unreadable
from faceaug.data.labels.slips import alike
from faceaug.data.rows import mark_of
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Of, Table
    from faceaug.coverage.rules import Rule

__all__ = [
    "Demand",
    "census",
    "minimum_count",
    "parity",
    "power_size",
    "read_census",
    "uniform_cells",
    "uniform_marginals",
]


@dataclass(frozen=True)
class Demand:
    """What one group should have.

    Attributes:
        where: attribute -> the values that are meant.
        have: pictures that there are.
        need: pictures that there should be, at least.
        to_measure: whether errors are to be measured on them; then photographs alone will do.
    """

    where: dict[str, tuple[str, ...]]
    have: int
    need: int
    to_measure: bool = False

    @property
    def missing(self) -> int:
        """How many pictures are missing, from 0."""
        return max(0, self.need - self.have)


def minimum_count(
    table: Table, at_least: int, *, level: int | None = 2, of: Of = "photographed", rules: Sequence[Rule] = ()
) -> tuple[Demand, ...]:
    """At least so many pictures of every combination of up to `level` attributes: one demand for each widest gap.

    It takes the whole level to be safe: a gap names the widest group that is too small, and filling it may leave a
    narrower one.
    """
    gaps = find_gaps(table, at_least, level=level, of=of, rules=rules)
    return tuple(Demand(gap.where, gap.count, at_least) for gap in gaps)


def uniform_marginals(table: Table, *, need: int | None = None, of: Of = "photographed") -> tuple[Demand, ...]:
    """As many pictures of each value of an attribute as of its most frequent one, or `need` of each."""
    demands = []
    for axis in table.axes:
        counts = _cells(table.by([axis.name]), of)
        top = int(counts.max()) if need is None else need
        demands += [
            Demand({axis.name: (value,)}, int(have), top) for value, have in zip(axis.values, counts, strict=True)
        ]
    return tuple(demands)


def uniform_cells(
    table: Table, *, need: int | None = None, of: Of = "photographed", rules: Sequence[Rule] = ()
) -> tuple[Demand, ...]:
    """As many pictures of each combination that can be as of the most frequent one, or `need` of each."""
    from faceaug.coverage.rules import possible

    counts = _cells(table, of)
    top = int(counts.max()) if need is None else need
    able = np.ones(counts.shape, np.bool_)
    if rules:
        flags = possible(rules, _plain(table.axes)).over(range(len(table.axes)))
        able &= flags[tuple(slice(0, -1) if length > 1 else slice(None) for length in flags.shape)]
    return tuple(
        Demand(_where(table.axes, place), int(counts[place]), top) for place in zip(*np.nonzero(able), strict=True)
    )


def census(
    table: Table, shares: npt.ArrayLike, *, total: int | None = None, of: Of = "photographed"
) -> tuple[Demand, ...]:
    """The shares of a population.

    Args:
        table: the pictures, with the axes that the shares are over.
        shares: a share for each value of each axis, from 0; they are brought to a sum of 1.
        total: pictures in all; the fewest that need no picture to be taken away unless given. A group that should
            not be there at all does not count for that.
        of: which pictures are counted.

    Raises:
        ValueError: for shares of another shape, negative ones, or none at all.
    """
    wanted = np.asarray(shares, np.float64)
    counts = _cells(table, of)
    if wanted.shape != counts.shape or not (wanted >= 0).all() or not 0 < wanted.sum() < math.inf:
        msg = f"shares must be of shape {counts.shape}, not negative, and not all zero"
        raise ValueError(msg)
    wanted = wanted / wanted.sum()
    size = _fewest(counts, wanted) if total is None else total
    return tuple(
        Demand(_where(table.axes, place), int(counts[place]), _up(size * wanted[place]))
        for place in np.ndindex(*counts.shape)
    )


def parity(table: Table, attribute: str, label: str, *, of: Of = "photographed") -> tuple[Demand, ...]:
    """The same shares of an attribute's values under each value of a label, namely those of all pictures together.

    Each label is filled up to the fewest pictures at which that holds without taking one away.
    """
    pair = table.by([label, attribute])
    counts = _cells(pair, of)
    everywhere = counts.sum(axis=0) / max(counts.sum(), 1)
    demands = []
    for row, under in enumerate(counts):
        size = _fewest(under, everywhere)
        demands += [
            Demand(_where(pair.axes, (row, column)), int(have), _up(size * everywhere[column]))
            for column, have in enumerate(under)
        ]
    return tuple(demands)


def power_size(
    first: float, second: float, *, power: float = 0.8, alpha: float = 0.05, pairs: int = 1, ratio: float = 1.0
) -> int:
    """Pictures of a group that it takes to tell two error rates apart. Renderings are no evidence and do not count.

    Args:
        first: one rate, within 0..1.
        second: the other.
        power: probability that a difference is found.
        alpha: probability that none is taken for one, two-sided.
        pairs: comparisons that are made; alpha is shared among them (Bonferroni).
        ratio: how many times larger the other group is.

    Returns:
        The size of the smaller group.

    Raises:
        ValueError: for rates out of 0..1 or the same twice, or settings out of bounds.

    Source: Cohen, Statistical Power Analysis (1988), effect size h of two shares by the arcsine.
    """
    rates = 0 <= first <= 1 and 0 <= second <= 1 and first != second
    if not rates or not 0 < power < 1 or not 0 < alpha < 1 or pairs < 1 or ratio < 1:
        msg = "it takes two different rates within 0..1, power and alpha within 0..1, and pairs and ratio from 1"
        raise ValueError(msg)
    effect = 2 * (math.asin(math.sqrt(first)) - math.asin(math.sqrt(second)))
    reach = float(special.ndtri(1 - alpha / pairs / 2) + special.ndtri(power))
    return math.ceil((reach / effect) ** 2 * (1 + 1 / ratio))


def with_census(axes: Sequence[Axis], target: str) -> tuple[Axis, ...]:
    """Give axes the classes of which a census knows and the pictures show none: nobody is a number, too.

    A word that is a slip of the pen beside one of the axis' own is left to `read_census`, which says what is meant.

    Args:
        axes: as the pictures have them; those that are cut stay as they are.
        target: as `faceaug.coverage.against.against` reads it.

    Raises:
        RequestError: for a file that cannot be read.
    """
    path = Path(target)
    if path.suffix.lower() != ".csv":
        return tuple(axes)
    rows = _census_rows(path)
    wide = []
    for axis in axes:
        words = dict.fromkeys((row.get(axis.name) or "").strip() for row in rows)
        more = [word for word in words if word and not axis.cuts and not any(alike(word, own) for own in axis.values)]
        wide.append(replace(axis, values=(*axis.values, *more), ordered=axis.ordered and not more))
    return tuple(wide)


def _census_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a census.

    Raises:
        RequestError: it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RequestError([Fault(str(path), why_unreadable(path, error))], "nothing was counted") from error
    except UnicodeDecodeError as error:
        raise RequestError([undecoded(path, error)], "nothing was counted") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark_of(text))
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    return list(reader)


def read_census(path: Path, axes: Sequence[Axis]) -> npt.NDArray[np.float64]:
    """Read the shares of a population: a CSV with a column for each attribute and one named `share` (or `count`).

    Groups that it does not list have a share of 0.

    Returns:
        A share for each value of each axis; they need not add up to 1.

    Raises:
        RequestError: for columns or values that do not fit, and groups that are listed twice.
    """
    rows = _census_rows(path)
    columns = set(rows[0]) if rows else set()
    value = next((name for name in ("share", "count") if name in columns), None)
    missing = [axis.name for axis in axes if axis.name not in columns]
    if value is None or missing:
        what = f"needs columns {', '.join(axis.name for axis in axes)} and share"
        raise RequestError([Fault(str(path), what)], "nothing was counted")
    faults: list[Fault] = []
    shares = np.full([len(axis.values) for axis in axes], np.nan)
    for line, row in enumerate(rows, start=2):
        where = f"{path}:{line}"
        place = tuple(_place(axis, row[axis.name] or "", where, faults) for axis in axes)
        number = _number(row[value] or "", where, faults)
        if -1 not in place:
            faults += [Fault(where, "lists a group twice")] if not np.isnan(shares[place]) else []
            shares[place] = number
    if not faults and not np.nansum(shares) > 0:
        faults = [Fault(str(path), "has no share above 0")]
    if faults:
        raise RequestError(faults, "nothing was counted")
    return np.asarray(np.nan_to_num(shares), np.float64)


def _place(axis: Axis, word: str, where: str, faults: list[Fault]) -> int:
    """The place of a value on its axis."""
    if word.strip() in axis.values:
        return axis.values.index(word.strip())
    near = did_you_mean(word, axis.values)
    hint = f"did you mean {near!r}?" if near else f"it has {', '.join(axis.values)}"
    faults.append(Fault(where, f"{axis.name} is never {word!r}; {hint}"))
    return -1


def _number(word: str, where: str, faults: list[Fault]) -> float:
    """A share."""
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        faults.append(Fault(where, f"share must be a number from 0, not {word!r}"))
    return number


def _cells(table: Table, of: Of) -> npt.NDArray[np.int64]:
    """Pictures of each combination."""
    table.rows(of)  # refuses another word
    counts = count_groups(table)
    if of == "both":
        return np.asarray(counts.photographed + counts.rendered, np.int64)
    return counts.photographed if of == "photographed" else counts.rendered


def _plain(axes: Sequence[Axis]) -> tuple[Axis, ...]:
    """The same axes without an order: cells are single values."""
    return tuple(replace(axis, ordered=False) for axis in axes)


def _where(axes: Sequence[Axis], place: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """A cell in words."""
    return {axis.name: (axis.values[code],) for axis, code in zip(axes, place, strict=True)}


def _fewest(counts: npt.NDArray[np.int64], wanted: npt.NDArray[np.float64]) -> float:
    """The smallest total at which no group has more than its share."""
    asked = wanted > 0
    return float((counts[asked] / wanted[asked]).max()) if asked.any() else 0.0


def _up(number: float) -> int:
    """The next whole number; what is one but for rounding stays."""
    return math.ceil(number - 1e-9 * max(1.0, abs(number)))
