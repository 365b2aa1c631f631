"""The count cube: how many pictures match each pattern, all patterns at once, and which of them are maximal gaps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Codes
    from faceaug.coverage.lattice import Choices
    from faceaug.coverage.rules import Possible

__all__ = ["LARGEST_CUBE", "count_cube", "maximal"]

LARGEST_CUBE: Final = 130_000_000
"""Patterns in the largest cube: 17 binary attributes. A cell takes 4 bytes, and others while it grows."""

DENSE: Final = 64
"""Axes with fewer cells than this behind them are cheaper to look at for the patterns that are left, one by one."""


def count_cube(codes: Codes, axes: Sequence[Axis], kinds: Sequence[Choices]) -> npt.NDArray[np.int32]:
    """Count the rows that match each pattern.

    Args:
        codes: (N, A).
        axes: A axes.
        kinds: their choices.

    Returns:
        One place for each choice of each axis; the last place of an axis is `anything`, unknown values included.

    Source: a data cube (Gray et al. 1997). Each axis is summed when it is reached, the last one first, so that the
    array is small for as long as its strides are.
    """
    holes = [bool((column == UNKNOWN).any()) for column in codes.T]
    shape = [len(axis.values) + hole for axis, hole in zip(axes, holes, strict=True)]
    cells = np.zeros(len(codes), np.intp)
    for size, axis, column in zip(shape, axes, codes.T, strict=True):
        cells *= size
        cells += np.where(column == UNKNOWN, len(axis.values), column) if size > len(axis.values) else column
    cube = np.bincount(cells, minlength=math.prod(shape)).astype(np.int32)
    for place in reversed(range(len(shape))):
        flat = cube.reshape(math.prod(shape[:place]), shape[place], -1)
        cube = kinds[place].widen(flat)
    return cube.reshape([kind.anything + 1 for kind in kinds])


def maximal(
    uncovered: npt.NDArray[np.bool_], kinds: Sequence[Choices], able: Possible | None = None
) -> npt.NDArray[np.intp]:
    """Find the patterns that are uncovered while everything one step wider is covered.

    Args:
        uncovered: for each pattern.
        kinds: choices of each axis.
        able: what can be; patterns that cannot are left out.

    Returns:
        Flat indices, ascending.

    Source: the definition of a maximal uncovered pattern of Asudeh, Jin and Jagadish (ICDE 2019).
    """
    shape = uncovered.shape
    found = uncovered.copy()
    if able is not None:
        found &= able.over(range(len(shape)))
    behind = [math.prod(shape[place + 1 :]) for place in range(len(shape))]
    dense = [place for place in range(len(shape)) if behind[place] >= DENSE]
    for place in dense:
        flat = uncovered.reshape(-1, shape[place], behind[place])
        into = found.reshape(flat.shape)
        for choice, parents in enumerate(kinds[place].parents):
            for parent in parents:
                into[:, choice] &= ~flat[:, parent]
    left = np.flatnonzero(found)
    known = uncovered.reshape(-1)
    for place in range(len(dense), len(shape)):
        left = left[_kept(left, known, kinds[place], behind[place])]
    return left


def _kept(
    left: npt.NDArray[np.intp], uncovered: npt.NDArray[np.bool_], kind: Choices, step: int
) -> npt.NDArray[np.bool_]:
    """Which of some patterns have only covered parents along an axis."""
    at = left // step % (kind.anything + 1)
    kept = np.ones(len(left), np.bool_)
    most = max(len(parents) for parents in kind.parents)
    for turn in range(most):
        # A choice without so many parents looks at its first one again; `anything` has none and looks nowhere.
        wider = np.array([parents[min(turn, len(parents) - 1)] for parents in kind.parents] + [kind.anything])
        kept &= ~uncovered[left + (wider[at] - at) * step] | (at == kind.anything)
    return kept
