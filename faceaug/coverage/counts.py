"""Counts: a table of codes, with photographs and renderings, and pictures and people, kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN, Axis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.data.record import Record

__all__ = ["Codes", "Counts", "Of", "Table", "count_groups", "table_of", "tabulate"]

Codes = npt.NDArray[np.int16]
"""(N, A): place of each picture's value on each axis, or UNKNOWN."""

LARGEST_FLAGS: Final = 100_000_000
"""Cells times people up to which a byte is kept for each; beyond that their pairs are sorted, which is slower."""

Of = Literal["photographed", "rendered", "both"]
"""Which pictures; `both` is for a plan that asks what renderings add, never for a claim about the data set."""


@dataclass(frozen=True)
class Table:
    """Pictures as rows of codes.

    Attributes:
        axes: A axes.
        codes: (N, A) int16, each column contiguous.
        rendered: (N,) bool.
        subjects: (N,) number of the person, from 0, or UNKNOWN where nobody said who it is.
    """

    axes: tuple[Axis, ...]
    codes: Codes
    rendered: npt.NDArray[np.bool_]
    subjects: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.rendered)

    def rows(self, of: Of = "photographed") -> npt.NDArray[np.bool_]:
        """(N,) bool: which pictures are meant.

        Raises:
            ValueError: for another word.
        """
        if of not in {"photographed", "rendered", "both"}:
            msg = f"of must be photographed, rendered or both, not {of!r}"
            raise ValueError(msg)
        return np.ones(len(self), np.bool_) if of == "both" else self.rendered == (of == "rendered")

    def within(self, where: Mapping[str, Sequence[str]]) -> npt.NDArray[np.bool_]:
        """Which pictures, (N,), are known to be of a group: attribute -> the words of it that are meant."""
        hit = np.ones(len(self), np.bool_)
        for place, axis in enumerate(self.axes):
            if axis.name in where:
                hit &= np.isin(self.codes[:, place], [axis.values.index(value) for value in where[axis.name]])
        return hit

    def only(self, rows: npt.NDArray[np.bool_]) -> Table:
        """The same table with some of its pictures."""
        if rows.all():
            return self
        codes = np.asfortranarray(self.codes[rows])
        return Table(self.axes, codes, self.rendered[rows], self.subjects[rows])

    def by(self, names: Sequence[str]) -> Table:
        """The same pictures with some of the axes, in this order.

        Raises:
            ValueError: for a name that the table does not have.
        """
        places = {axis.name: place for place, axis in enumerate(self.axes)}
        chosen = [places.get(name, -1) for name in names]
        if -1 in chosen:
            msg = f"the table has {', '.join(places)}, not {', '.join(name for name in names if name not in places)}"
            raise ValueError(msg)
        axes = tuple(self.axes[place] for place in chosen)
        return Table(axes, np.asfortranarray(self.codes[:, chosen]), self.rendered, self.subjects)


@dataclass(frozen=True)
class Counts:
    """How many pictures and people there are of each combination; each array has a place for each value of each axis.

    Pictures in which one of the attributes is unknown are in none of the cells.

    Attributes:
        axes: A axes.
        photographed: pictures that a camera made.
        rendered: pictures that an edit made.
        photographed_people: people who are named and photographed so.
        rendered_people: people who are named and rendered so.
        unknown: pictures that are in no cell: photographed, rendered.
        unnamed: pictures that nobody is named for, and that therefore count no person: photographed, rendered.
    """

    axes: tuple[Axis, ...]
    photographed: npt.NDArray[np.int64]
    rendered: npt.NDArray[np.int64]
    photographed_people: npt.NDArray[np.int64]
    rendered_people: npt.NDArray[np.int64]
    unknown: tuple[int, int]
    unnamed: tuple[int, int]


def tabulate(records: Sequence[Record], axes: Sequence[Axis]) -> Table:
    """Look up the axes' attributes in some records; what was measured unreliably is unknown."""
    codes = np.full((len(records), len(axes)), UNKNOWN, np.int16, order="F")
    for place, axis in enumerate(axes):
        seen: dict[object, int] = {}
        column = codes[:, place]
        for row, record in enumerate(records):
            known = record.attributes.get(axis.name)
            if known is not None and known.known:
                key = (type(known.value), known.value)
                if key not in seen:
                    seen[key] = axis.code(known.value)
                column[row] = seen[key]
    people: dict[str, int] = {"": UNKNOWN}
    for record in records:
        people.setdefault(record.subject, len(people) - 1)
    subjects = np.fromiter((people[record.subject] for record in records), np.int64, len(records))
    rendered = np.fromiter((record.origin == "rendered" for record in records), np.bool_, len(records))
    return Table(tuple(axes), codes, rendered, subjects)


def table_of(
    axes: Sequence[Axis],
    codes: npt.NDArray[np.integer],
    *,
    rendered: npt.NDArray[np.bool_] | None = None,
    subjects: npt.NDArray[np.integer] | None = None,
) -> Table:
    """A table from codes that exist already.

    Args:
        axes: A axes.
        codes: (N, A), UNKNOWN or below the number of the axis' values.
        rendered: (N,), all photographed unless given.
        subjects: (N,), nobody named unless given.

    Raises:
        ValueError: for codes out of bounds or shapes that do not agree.
    """
    codes = np.asarray(codes)
    count = len(codes)
    if codes.shape != (count, len(axes)):
        msg = f"codes must be of shape (pictures, {len(axes)}), not {codes.shape}"
        raise ValueError(msg)
    drawn = np.zeros(count, np.bool_) if rendered is None else np.asarray(rendered, np.bool_)
    people = np.full(count, UNKNOWN, np.int64) if subjects is None else np.asarray(subjects, np.int64)
    if drawn.shape != (count,) or people.shape != (count,):
        msg = f"rendered and subjects must have {count} entries"
        raise ValueError(msg)
    for axis, column in zip(axes, codes.T, strict=True):
        if count and not (column.min() >= UNKNOWN and column.max() < len(axis.values)):
            msg = f"codes of {axis.name} must lie within -1..{len(axis.values) - 1}"
            raise ValueError(msg)
    return Table(tuple(axes), np.asfortranarray(codes, np.int16), drawn, people)


def count_groups(table: Table) -> Counts:
    """Count every combination of the table's axes."""
    shape = tuple(len(axis.values) for axis in table.axes)
    known = (table.codes != UNKNOWN).all(axis=1)
    named = table.subjects != UNKNOWN
    cells = np.zeros(len(table), np.int64)
    for size, column in zip(shape, table.codes.T, strict=True):
        cells = cells * size + column
    size = int(np.prod(shape, dtype=np.int64))
    people = int(table.subjects.max(initial=0)) + 1
    found = {}
    for drawn in (False, True):
        rows = known & (table.rendered == drawn)
        found["pictures", drawn] = np.bincount(cells[rows], minlength=size).reshape(shape)
        who = rows & named
        found["people", drawn] = _different(cells[who], table.subjects[who], size, people).reshape(shape)
    missing = [(int((table.rendered == drawn)[~rows].sum())) for rows in (known, named) for drawn in (False, True)]
    return Counts(
        table.axes,
        found["pictures", False],
        found["pictures", True],
        found["people", False],
        found["people", True],
        (missing[0], missing[1]),
        (missing[2], missing[3]),
    )


def _different(
    cells: npt.NDArray[np.int64], subjects: npt.NDArray[np.int64], size: int, people: int
) -> npt.NDArray[np.int64]:
    """How many different people there are in each cell."""
    if not len(cells):
        return np.zeros(size, np.int64)
    pairs = cells * people + subjects
    if size * people <= LARGEST_FLAGS:
        flags = np.zeros(size * people, np.bool_)
        flags[pairs] = True
        return np.asarray(flags.reshape(size, people).sum(axis=1), np.int64)
    pairs.sort()
    first = np.concatenate([[True], pairs[1:] != pairs[:-1]])
    return np.bincount(pairs[first] // people, minlength=size)
