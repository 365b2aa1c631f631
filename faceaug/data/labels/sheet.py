"""A table as it was read: each column as its different cells and where they stand, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.told import Rows, is_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["NOTHING", "Codes", "Column", "Place", "Sheet", "joined", "of_rows"]

Codes = npt.NDArray[np.int32]
"""(N,): place of each row's cell among the values of its column, or NOTHING."""

Place = Callable[[int], str]
"""Where a row, counted from 0, is written: `file:line`."""

NOTHING: Final = -1
"""Code of a cell that says nothing."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    Attributes:
        values: the different cells, each once, in order of appearance.
        codes: which of them each row has.
    """

    values: Sequence[Any]
    codes: Codes

    @classmethod
    def of(cls, cells: Iterable[Any]) -> Column:
        """A column from its cells; cells of another type are other cells, even if they are equal."""
        seen: dict[tuple[type, Any], int] = {}
        codes = [seen.setdefault((type(cell), cell), len(seen)) if is_known(cell) else NOTHING for cell in cells]
        return cls([value for _, value in seen], np.array(codes, np.int32))

    @classmethod
    def constant(cls, value: str, count: int) -> Column:
        """A column that says the same in each of so many rows."""
        return cls([value], np.zeros(count, np.int32))

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.codes)

    def cells(self, missing: Any = None) -> list[Any]:
        """What each row has; `missing` where a cell says nothing."""
        known = [*self.values, missing]  # NOTHING is the last place
        return [known[code] for code in self.codes.tolist()]

    def texts(self) -> list[str]:
        """What each row has, as text; '' where a cell says nothing."""
        return Column([str(value) for value in self.values], self.codes).cells("")

    def only(self, rows: npt.NDArray[np.bool_]) -> Column:
        """The column of some of the rows."""
        return Column(self.values, self.codes[rows])

    def mapped(self, places: Sequence[int], values: Sequence[Any]) -> Column:
        """The same rows with other values: `places[old]` is the new place of an old value, or NOTHING."""
        return Column(values, np.array([*places, NOTHING], np.int32)[self.codes])


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table of labels as it was read.

    Attributes:
        columns: by name, in order; all of the same length.
        place: where a row is written.
        roles: `photo`, `id`, `subject`, `split`, `sha256` -> the column that tells it, where one does.
    """

    columns: Mapping[str, Column]
    place: Place
    roles: Mapping[str, str]

    def __len__(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def role(self, name: str) -> Column | None:
        """The column that tells something, if one does."""
        return self.columns[self.roles[name]] if name in self.roles else None


def of_rows(rows: Rows, roles: Mapping[str, str] | None = None) -> Sheet:
    """A sheet from rows that were read one by one."""
    names = list(dict.fromkeys(name for _, row in rows for name in row))
    columns = {name: Column.of(row.get(name) for _, row in rows) for name in names}
    places = [place for place, _ in rows]
    return Sheet(columns, places.__getitem__, roles or {})


def joined(sheets: Sequence[Sheet]) -> Sheet:
    """Several sheets as one, one after the other; a column that one of them lacks says nothing there."""
    if len(sheets) == 1:
        return sheets[0]
    names = list(dict.fromkeys(name for sheet in sheets for name in sheet.columns))
    columns = {name: _stacked([sheet.columns.get(name) for sheet in sheets], list(map(len, sheets))) for name in names}
    ends = np.cumsum([len(sheet) for sheet in sheets])

    def place(row: int) -> str:
        """Find the sheet first."""
        which = int(np.searchsorted(ends, row, side="right"))
        return sheets[which].place(row - int(ends[which] - len(sheets[which])))

    return Sheet(columns, place, {role: name for sheet in sheets for role, name in sheet.roles.items()})


def _stacked(columns: Sequence[Column | None], counts: Sequence[int]) -> Column:
    """Columns one after the other."""
    seen: dict[tuple[type, Any], int] = {}
    codes = []
    for column, count in zip(columns, counts, strict=True):
        if column is None:
            codes.append(np.full(count, NOTHING, np.int32))
        else:
            places = [seen.setdefault((type(value), value), len(seen)) for value in column.values]
            codes.append(column.mapped(places, ()).codes)
    return Column([value for _, value in seen], np.concatenate(codes))
