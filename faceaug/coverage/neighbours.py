"""The nearest neighbours of a gap: photographs that differ from what is missing in as little as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import ORDERED, UNKNOWN
from faceaug.coverage.lattice import choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Table
    from faceaug.coverage.roll import Roll

__all__ = ["NEIGHBOURS", "nearest"]

NEIGHBOURS: Final = 4
"""Photographs that are shown for a gap."""


class _Cells:
    """The photographs of which everything is known, by their codes."""

    def __init__(self, table: Table) -> None:
        rows = np.flatnonzero(table.rows("photographed") & (table.codes != UNKNOWN).all(axis=1))
        codes = table.codes[rows]
        order = np.lexsort(codes.T[::-1])
        sorted_ = codes[order]
        new = np.ones(len(rows), np.bool_)
        new[1:] = (sorted_[1:] != sorted_[:-1]).any(axis=1)
        self.rows = rows[order]
        self.kinds = sorted_[new]
        self.starts = np.append(np.flatnonzero(new), len(rows))


def nearest(table: Table, roll: Roll, patterns: Sequence[Sequence[int]]) -> list[list[dict[str, Any]]]:
    """For each pattern the photographs outside it that are nearest, of different people as far as those are named.

    One attribute of another value is one step away, or as many steps as lie between where its values have an order.
    Of those that are as near, those come first that are otherwise like the photographs that the pattern has.

    Args:
        table: the pictures.
        roll: who they are.
        patterns: choices on each axis.

    Returns:
        For each pattern at most NEIGHBOURS entries: id, photo, and what differs in words. None are listed that
        differ in everything that the pattern names.
    """
    cells = _Cells(table)
    return [_nearest(table, roll, cells, pattern) for pattern in patterns]


def _nearest(table: Table, roll: Roll, cells: _Cells, pattern: Sequence[int]) -> list[dict[str, Any]]:
    """The neighbours of one pattern."""
    steps = np.zeros((len(cells.kinds), len(pattern)), np.int64)
    named = []
    for place, (axis, choice) in enumerate(zip(table.axes, pattern, strict=True)):
        spans = choices(axis).spans
        if choice < len(spans):
            named.append(place)
            steps[:, place] = _away(cells.kinds[:, place], spans[choice], ordered=_ranked(axis))
    differ = (steps > 0).sum(axis=1)
    near = np.flatnonzero((differ > 0) & ((differ < len(named)) | (len(named) == 1)))
    unlike = _unlike(cells, np.flatnonzero(differ == 0), [p for p in range(len(pattern)) if p not in named])
    order = near[np.lexsort((near, unlike[near], steps[near].sum(axis=1), differ[near]))]
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for kind in order.tolist():
        words = [
            f"{table.axes[p].name} is {table.axes[p].values[cells.kinds[kind, p]]}" for p in named if steps[kind, p]
        ]
        for row in cells.rows[cells.starts[kind] : cells.starts[kind + 1]].tolist():
            if roll.people[row] and roll.people[row] in seen:
                continue
            seen.add(roll.people[row])
            found.append({"id": roll.ids[row], "photo": roll.photos[row], "differs": words})
            if len(found) == NEIGHBOURS:
                return found
    return found


def _ranked(axis: Axis) -> bool:
    """Whether an axis' neighbours are alike."""
    return axis.ordered or bool(axis.cuts) or axis.name in ORDERED


def _unlike(cells: _Cells, inside: npt.NDArray[np.int64], others: Sequence[int]) -> npt.NDArray[np.int64]:
    """In how many further attributes each kind is not as most of those are that the pattern has already."""
    unlike = np.zeros(len(cells.kinds), np.int64)
    often = np.diff(cells.starts)[inside]
    for place in others if len(inside) else ():
        usual = int(np.bincount(cells.kinds[inside, place], weights=often).argmax())
        unlike += cells.kinds[:, place] != usual
    return unlike


def _away(codes: npt.NDArray[np.int16], span: tuple[int, int], *, ordered: bool) -> npt.NDArray[np.int64]:
    """Steps from each code to a range of values."""
    steps = np.maximum(span[0] - codes.astype(np.int64), codes - span[1]).clip(0)
    return steps if ordered else np.minimum(steps, 1)
