"""Level by level: the same gaps as the count cube finds, up to a level, for tables whose cube no memory holds."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Codes
    from faceaug.coverage.lattice import Choices
    from faceaug.coverage.rules import Possible

__all__ = ["LARGEST_LEVELS", "MOST_PASSES", "deepest", "level_gaps", "level_size"]

LARGEST_LEVELS: Final = 200_000_000
"""Patterns of all levels together: each is counted once, and a byte is kept for those of the last two levels."""

MOST_PASSES: Final = 20_000_000_000
"""Rows times group-bys that are started unasked: some minutes on one core."""

Subset = tuple[int, ...]


def level_size(kinds: Sequence[Choices], level: int) -> int:
    """Number of patterns that fix at most so many axes: the elementary symmetric sums of the numbers of choices."""
    sums = [1] + [0] * level
    for kind in kinds:
        for degree in range(level, 0, -1):
            sums[degree] += sums[degree - 1] * kind.anything
    return sum(sums)


def deepest(kinds: Sequence[Choices], rows: int) -> int:
    """The deepest level that stays within LARGEST_LEVELS and MOST_PASSES; at least 1."""
    level, passes = 1, len(kinds) * rows
    while level < len(kinds):
        passes += math.comb(len(kinds), level + 1) * rows
        if level_size(kinds, level + 1) > LARGEST_LEVELS or passes > MOST_PASSES:
            break
        level += 1
    return level


def level_gaps(
    codes: Codes,
    axes: Sequence[Axis],
    kinds: Sequence[Choices],
    at_least: int,
    level: int,
    *,
    able: Possible | None = None,
    people: npt.NDArray[np.int64] | None = None,
) -> Iterator[tuple[npt.NDArray[np.int16], npt.NDArray[np.int32]]]:
    """Find the maximal uncovered patterns that fix at most `level` axes.

    Args:
        codes: (N, A).
        axes: A axes.
        kinds: their choices.
        at_least: count from which a pattern is covered.
        level: the most axes that a pattern fixes.
        able: what can be.
        people: (N,) number of the person, UNKNOWN where nobody is named: people are counted instead of pictures.

    Yields:
        For each set of axes: patterns (M, A) of choices, and their counts (M,).
    """
    holes = [bool((column == UNKNOWN).any()) for column in codes.T]
    empty = _total(len(codes), people)
    before: dict[Subset, npt.NDArray[np.bool_]] = {(): np.array(empty < at_least)}
    if before[()] and (able is None or able.flags.any()):
        yield np.array([[kind.anything for kind in kinds]], np.int16), np.array([empty], np.int32)
    for size in range(1, level + 1):
        now: dict[Subset, npt.NDArray[np.bool_]] = {}
        for subset in combinations(range(len(axes)), size):
            counts = _group(codes, axes, kinds, subset, holes=holes, people=people)
            now[subset] = counts < at_least
            found = _maximal(now[subset], before, kinds, subset)
            if able is not None:
                flags = able.over(subset)
                found &= flags[tuple(slice(0, -1) if length > 1 else slice(None) for length in flags.shape)]
            where = np.nonzero(found)
            if len(where[0]):
                patterns = np.tile(np.array([kind.anything for kind in kinds], np.int16), (len(where[0]), 1))
                patterns[:, subset] = np.stack(where, axis=1)
                yield patterns, counts[where]
        before = now


def _total(rows: int, people: npt.NDArray[np.int64] | None) -> int:
    """Count of the pattern that fixes nothing."""
    return rows if people is None else len(np.unique(people[people != UNKNOWN]))


def _group(
    codes: Codes,
    axes: Sequence[Axis],
    kinds: Sequence[Choices],
    subset: Subset,
    *,
    holes: Sequence[bool],
    people: npt.NDArray[np.int64] | None,
) -> npt.NDArray[np.int32]:
    """Count each combination of choices on some axes, `anything` aside."""
    shape = tuple(len(axes[place].values) for place in subset)
    cells = np.zeros(len(codes), np.intp)
    for size, place in zip(shape, subset, strict=True):
        cells *= size
        cells += codes[:, place]
    known = np.ones(len(codes), np.bool_) if people is None else people != UNKNOWN
    for place in subset:
        if holes[place]:
            known &= codes[:, place] != UNKNOWN
    if people is None:
        counts = np.bincount(
            cells[known] if any(holes[place] for place in subset) else cells, minlength=math.prod(shape)
        )
        return _ranges(counts.astype(np.int32).reshape(shape), kinds, subset)
    return _people(cells[known], people[known], shape, kinds, subset)


def _ranges(counts: npt.NDArray[np.int32], kinds: Sequence[Choices], subset: Subset) -> npt.NDArray[np.int32]:
    """Add up values to choices along each axis."""
    for rank, place in enumerate(subset):
        if all(first == last for first, last in kinds[place].spans):
            continue
        shape = counts.shape
        flat = counts.reshape(math.prod(shape[:rank]), shape[rank], -1)
        counts = kinds[place].widen(flat)[:, :-1].reshape(*shape[:rank], -1, *shape[rank + 1 :])
    return counts


def _people(
    cells: npt.NDArray[np.intp],
    people: npt.NDArray[np.int64],
    shape: Subset,
    kinds: Sequence[Choices],
    subset: Subset,
) -> npt.NDArray[np.int32]:
    """Count different people in each combination; a person with two pictures in a range is one person."""
    spans = [kinds[place].spans for place in subset]
    counts = np.zeros([len(span) for span in spans], np.int32)
    pairs = np.unique(np.stack([cells, people]), axis=1)
    at = np.stack(np.unravel_index(pairs[0], shape)) if len(subset) else pairs[:0]
    if all(first == last for span in spans for first, last in span):
        np.add.at(counts, tuple(at), 1)
        return counts
    for choice in np.ndindex(*counts.shape):
        inside = np.ones(pairs.shape[1], np.bool_)
        for rank, place in enumerate(choice):
            first, last = spans[rank][place]
            inside &= (at[rank] >= first) & (at[rank] <= last)
        counts[choice] = len(np.unique(pairs[1, inside]))
    return counts


def _maximal(
    uncovered: npt.NDArray[np.bool_],
    before: dict[Subset, npt.NDArray[np.bool_]],
    kinds: Sequence[Choices],
    subset: Subset,
) -> npt.NDArray[np.bool_]:
    """Which uncovered patterns have only covered parents, in their own set of axes and one axis up."""
    found = uncovered.copy()
    for rank, place in enumerate(subset):
        wider = before[subset[:rank] + subset[rank + 1 :]]
        for choice, parents in enumerate(kinds[place].parents):
            into = np.moveaxis(found, rank, 0)
            for parent in parents:
                open_ = parent == kinds[place].anything
                into[choice] &= ~(wider if open_ else np.moveaxis(uncovered, rank, 0)[parent])
    return found
