"""Tables and rolls from columns of labels: a million rows without a record for each of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.counts import Table
from faceaug.coverage.ranges import QUANTITIES
from faceaug.coverage.roll import Roll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.axes import Axis, Found
    from faceaug.data.labels.columns import Columns
    from faceaug.data.labels.sheet import Column

__all__ = ["column_roll", "column_table", "column_values"]


def column_values(columns: Columns) -> Found:
    """The values of every attribute, with the rows that have them."""
    return {name: _often(column) for name, column in columns.attributes.items()}


def _often(column: Column) -> Counter[str | int | float | bool]:
    """How many rows have each value of a column."""
    known = column.codes[column.codes >= 0]
    return Counter(dict(zip(column.values, np.bincount(known, minlength=len(column.values)).tolist(), strict=True)))


def column_table(columns: Columns, axes: Sequence[Axis]) -> Table:
    """Look up the axes' attributes; what a user tells is known for certain."""
    codes = np.full((len(columns), len(axes)), UNKNOWN, np.int16, order="F")
    for place, axis in enumerate(axes):
        column = columns.attributes.get(axis.name)
        if column is not None:
            # The last place is that of rows that say nothing.
            into = np.array([*(axis.code(value) for value in column.values), UNKNOWN], np.int16)
            codes[:, place] = into[column.codes]
    return Table(tuple(axes), codes, columns.rendered, _people(columns.subjects))


def _people(subjects: Column) -> npt.NDArray[np.int64]:
    """Number of the person in each row; nobody for an empty name."""
    numbers = np.array([*(UNKNOWN if value == "" else n for n, value in enumerate(subjects.values)), UNKNOWN], np.int64)
    return numbers[subjects.codes]


def column_roll(columns: Columns, table: Table) -> Roll:
    """Who the rows are. Every known label is certain: it was told."""
    shot = ~columns.rendered
    known = {axis.name: int((shot & (columns.attributes[axis.name].codes >= 0)).sum()) for axis in table.axes}
    return Roll(
        columns.ids,
        columns.photos,
        columns.sha256.cells(""),
        columns.splits.cells(""),
        columns.subjects.cells(""),
        how={name: {"told": count} if count else {} for name, count in known.items()},
        numbers={name: _numbers(columns, name) for name in QUANTITIES},
        told=table.codes != UNKNOWN,
    )


def _numbers(columns: Columns, name: str) -> npt.NDArray[np.float64]:
    """A quantity of each row, NaN where nobody tells it."""
    column = columns.attributes.get(name)
    if column is None:
        return np.full(len(columns), np.nan)
    values = [float(v) if isinstance(v, int | float) and not isinstance(v, bool) else np.nan for v in column.values]
    return np.array([*values, np.nan], np.float64)[column.codes]
