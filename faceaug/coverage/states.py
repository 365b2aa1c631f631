"""Three states: how many photographs surely are of a group, and how many might be, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.counts import Table
from faceaug.coverage.lattice import choices
from faceaug.coverage.patterns import Gaps, find_gaps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Codes
    from faceaug.coverage.rules import Rule

__all__ = ["Doubt", "doubt_of", "doubtful"]

Numbers = npt.NDArray[np.int64]


class Doubt:
    """The photographs of which something is not certain, told apart by what they are and what they might be.

    Args:
        codes: (N, A).
        first: (N, A) first code that each may have.
        last: (N, A) last code.
        axes: A axes.
    """

    def __init__(self, codes: Codes, first: Codes, last: Codes, axes: Sequence[Axis]) -> None:
        open_ = ((first != last) | (codes == UNKNOWN)).any(axis=1)
        rows = np.concatenate([codes[open_], first[open_], last[open_]], axis=1)
        kinds, often = np.unique(rows, axis=0, return_counts=True) if len(rows) else (rows, np.zeros(0, np.int64))
        self._codes, self._first, self._last = np.split(kinds, 3, axis=1)
        self._often = often
        self._spans = [choices(axis).spans for axis in axes]

    def limits(self, patterns: Iterable[Sequence[int]], counts: Iterable[int]) -> list[tuple[int, int]]:
        """For each pattern how many photographs surely are of it, and how many might be at most.

        Args:
            patterns: choices on each axis.
            counts: photographs that are counted in each pattern.
        """
        return [self._limits(pattern, int(count)) for pattern, count in zip(patterns, counts, strict=True)]

    def _limits(self, pattern: Sequence[int], count: int) -> tuple[int, int]:
        named, sure, might = (np.ones(len(self._often), np.bool_) for _ in range(3))
        for place, choice in enumerate(pattern):
            if choice == len(self._spans[place]):
                continue
            low, high = self._spans[place][choice]
            named &= (self._codes[:, place] >= low) & (self._codes[:, place] <= high)
            sure &= (self._first[:, place] >= low) & (self._last[:, place] <= high)
            might &= (self._first[:, place] <= high) & (self._last[:, place] >= low)
        certain = count - int(self._often[named].sum())
        return certain + int(self._often[sure].sum()), certain + int(self._often[might].sum())


def doubt_of(table: Table, reach: tuple[Codes, Codes] | None) -> Doubt:
    """What is not certain about the photographs of a table.

    Args:
        table: the pictures; renderings are left out.
        reach: first and last code that each picture may have, or None where known codes are certain.
    """
    rows = table.rows("photographed")
    codes = table.codes[rows]
    if reach is not None:
        return Doubt(codes, reach[0][rows], reach[1][rows], table.axes)
    open_ = (codes == UNKNOWN).any(axis=1)
    codes = codes[open_]
    ends = np.array([len(axis.values) - 1 for axis in table.axes], np.int16)
    first, last = np.where(codes == UNKNOWN, 0, codes), np.where(codes == UNKNOWN, ends, codes)
    return Doubt(codes, first.astype(np.int16), last.astype(np.int16), table.axes)


def doubtful(
    table: Table, reach: tuple[Codes, Codes] | None, at_least: int, *, level: int | None, rules: Sequence[Rule]
) -> Gaps | None:
    """Patterns that have enough photographs as they were measured, but not enough that surely are of them.

    Returns:
        The gaps of a table without what is uncertain, those aside that lack photographs anyway; None if nothing was
        measured. Counts are those that are certain.
    """
    if reach is None:
        return None
    codes = np.where(reach[0] == reach[1], table.codes, UNKNOWN)
    sure = Table(table.axes, np.asfortranarray(codes, np.int16), table.rendered, table.subjects)
    gaps = find_gaps(sure, at_least, level=level, rules=rules)
    counts = counted(table, gaps)
    kept = counts >= at_least
    return Gaps(gaps.axes, at_least, gaps.patterns[kept], counts[kept], gaps.levels[kept], gaps.level)


def counted(table: Table, gaps: Gaps) -> npt.NDArray[np.int32]:
    """How many photographs of a table match each pattern."""
    codes, often = np.unique(table.codes[table.rows("photographed")], axis=0, return_counts=True)
    spans = [choices(axis).spans for axis in table.axes]
    found = np.zeros(len(gaps), np.int32)
    for row, pattern in enumerate(gaps.patterns.tolist()):
        hit = np.ones(len(codes), np.bool_)
        for place, choice in enumerate(pattern):
            if choice < len(spans[place]):
                hit &= (codes[:, place] >= spans[place][choice][0]) & (codes[:, place] <= spans[place][choice][1])
        found[row] = often[hit].sum()
    return found
