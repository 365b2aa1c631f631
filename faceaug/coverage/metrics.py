"""Metrics: how many groups there effectively are, how even, how attributes hang together, how far a target is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import special

from faceaug.coverage.cube import LARGEST_CUBE, count_cube
from faceaug.coverage.lattice import choices, cube_size
from faceaug.coverage.rules import possible
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.counts import Of, Table
    from faceaug.coverage.rules import Rule

__all__ = [
    "Association",
    "LevelCoverage",
    "association",
    "cramers_v",
    "effective_groups",
    "evenness",
    "imbalance_ratio",
    "level_coverage",
    "local_association",
    "representation_ratio",
    "total_variation",
]


@dataclass(frozen=True)
class LevelCoverage:
    """How many of the patterns that fix so many attributes are covered.

    Attributes:
        level: number of fixed attributes.
        covered: patterns that enough pictures match.
        possible: patterns that can be.
    """

    level: int
    covered: int
    possible: int

    @property
    def share(self) -> float:
        """Covered out of possible, within 0..1; 1 where nothing is possible."""
        return self.covered / self.possible if self.possible else 1.0


def _shares(counts: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Counts of groups as shares.

    Raises:
        ValueError: for negative, endless or no counts.
    """
    values = np.asarray(counts, np.float64).ravel()
    if not np.isfinite(values).all() or (values < 0).any() or not values.sum() > 0:
        msg = "counts must be finite, not negative, and not all zero"
        raise ValueError(msg)
    shares: npt.NDArray[np.float64] = values / values.sum()
    return shares


def effective_groups(counts: npt.ArrayLike) -> float:
    """The effective number of groups: as diverse as so many groups of the same size; 1..K.

    Source: exp of Shannon's entropy, Hill's number of order 1; recommended for face data sets by Dominguez-Catena,
    Paternain and Galar (2023).
    """
    p = _shares(counts)
    p = p[p > 0]
    return float(np.exp(-(p * np.log(p)).sum()))


def evenness(counts: npt.ArrayLike) -> float:
    """Shannon's evenness: 0 with a single group, 1 with groups of the same size; empty groups count as groups.

    A single group that could be there is as even as it can be: 1.
    """
    p = _shares(counts)
    return math.log(effective_groups(counts)) / math.log(len(p)) if len(p) > 1 else 1.0


def imbalance_ratio(counts: npt.ArrayLike) -> float:
    """The largest group over the smallest, from 1; infinite where a group is empty."""
    p = _shares(counts)
    return float(p.max() / p.min()) if p.min() > 0 else math.inf


def representation_ratio(counts: npt.ArrayLike, target: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The share of each group over the share that it should have; 0.8..1.25 is commonly taken as close enough.

    Args:
        counts: (K,).
        target: (K,) shares or counts; a group that should not be there has the ratio infinity, or NaN if it is not.

    Raises:
        ValueError: for lengths that differ.
    """
    p, q = _pair(counts, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: npt.NDArray[np.float64] = p / q
    return ratios


def total_variation(counts: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Total variation distance to a target: the share of pictures that are in the wrong group, 0..1."""
    p, q = _pair(counts, target)
    return float(np.abs(p - q).sum() / 2)


def _pair(counts: npt.ArrayLike, target: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Shares and shares that should be."""
    p, q = _shares(counts), _shares(target)
    if p.shape != q.shape:
        msg = f"there are {len(p)} groups, but {len(q)} in the target"
        raise ValueError(msg)
    return p, q


@dataclass(frozen=True)
class Association:
    """How two attributes hang together.

    Attributes:
        v: Cramer's V, 0 where they know nothing of each other, 1 where one follows from the other. A small table has
            a V above 0 by chance alone.
        corrected: the same less what is to be expected by chance.
        p: probability of such a table, or one further from chance, if they knew nothing of each other.
    """

    v: float
    corrected: float
    p: float


def association(counts: npt.ArrayLike) -> Association:
    """Measure how two attributes hang together.

    Args:
        counts: (R, C) pictures with each pair of values; rows and columns without any are left out.

    Returns:
        No association where only one row or column is left.

    Source: Cramer (1946), sqrt(chi2 / (n min(R - 1, C - 1))); correction by Bergsma, J. Korean Stat. Soc. 42 (2013);
    Pearson's chi-squared test, which is generous where cells are expected to be nearly empty.
    """
    table = np.asarray(counts, np.float64)
    _shares(table)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    r, c = table.shape
    n = float(table.sum())
    if min(r, c) == 1 or n <= 1:
        return Association(0.0, 0.0, 1.0)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi2 = float((((table - expected) ** 2) / expected).sum())
    free = (r - 1) * (c - 1)
    fewest = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    beyond = max(0.0, chi2 / n - free / (n - 1))
    corrected = math.sqrt(beyond / fewest) if fewest > 0 else 0.0
    p = float(special.gammaincc(free / 2, chi2 / 2))
    return Association(min(1.0, math.sqrt(chi2 / (n * (min(r, c) - 1)))), min(1.0, corrected), p)


def cramers_v(counts: npt.ArrayLike) -> float:
    """Cramer's V of two attributes, 0..1; see `association`."""
    return association(counts).v


def local_association(counts: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Ducher's Z of each pair of values: 1 as often together as can be, 0 as by chance, -1 as seldom as can be.

    Args:
        counts: (R, C) pictures with each pair of values.

    Returns:
        (R, C) within -1..1; 0 where a value is never or always there.

    Source: Ducher et al., Genetics 136 (1994); used on face data sets by Dominguez-Catena et al. (2023).
    """
    table = np.asarray(counts, np.float64)
    joint = _shares(table).reshape(table.shape)
    rows, columns = joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True)
    chance = rows * columns
    more = np.minimum(rows, columns) - chance
    less = chance - np.maximum(0, rows + columns - 1)
    bound = np.where(joint >= chance, more, less)
    z = np.divide(joint - chance, bound, out=np.zeros_like(joint), where=bound > 1e-12)
    clipped: npt.NDArray[np.float64] = np.clip(z, -1, 1)
    return clipped


def level_coverage(
    table: Table, at_least: int, *, of: Of = "photographed", rules: Sequence[Rule] = ()
) -> tuple[LevelCoverage, ...]:
    """Covered and possible patterns for each number of fixed attributes, from 0.

    Args:
        table: the pictures.
        at_least: count from which a pattern is covered.
        of: which pictures are counted.
        rules: combinations that cannot be.

    Raises:
        RequestError: for more patterns than the count cube holds.
    """
    size = cube_size(table.axes)
    if size > LARGEST_CUBE:
        message = f"have {size:,} patterns; coverage is counted for up to {LARGEST_CUBE:,}"
        raise RequestError([Fault("attributes", message)], "nothing was counted")
    rows = table.only(table.rows(of))
    cube = count_cube(rows.codes, rows.axes, [choices(axis) for axis in rows.axes])
    able = possible(rules, table.axes).over(range(len(table.axes))) if rules else np.True_
    covered = _by_level((cube >= at_least) & able)
    total = _by_level(np.broadcast_to(able, cube.shape))
    return tuple(LevelCoverage(level, int(a), int(b)) for level, (a, b) in enumerate(zip(covered, total, strict=True)))


def _by_level(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many patterns of each level are flagged; axes are folded one after the other into a count by level."""
    shape = flags.shape
    counts: npt.NDArray[Any] = flags.reshape(1, -1)
    for place, size in enumerate(shape):
        folded = counts.reshape(place + 1, size, -1)
        made = np.zeros((place + 2, folded.shape[2]), np.int64)
        made[:-1] += folded[:, -1]
        made[1:] += folded[:, :-1].sum(axis=1, dtype=np.int64)
        counts = made
    return counts.reshape(-1).astype(np.int64)
