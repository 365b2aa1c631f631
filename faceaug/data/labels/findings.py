"""What is doubtful about a table of labels, with every line: an audit can go on, but a person should look."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

from faceaug.data.labels.sheet import NOTHING, Column
from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from faceaug.data.labels.columns import Columns
    from faceaug.data.labels.sheet import Place

__all__ = ["Finding", "Kind", "doubts", "grouped", "missing_files", "same_ids"]

Kind = Literal[
    "unknown_value",
    "odd_word",
    "no_number",
    "unused_term",
    "own_column",
    "listed_twice",
    "same_file",
    "same_id",
    "several_splits",
    "missing_file",
    "odd_name",
]
"""What can be doubtful."""

Rows = npt.NDArray[np.int64]

MOST_RUNS: Final = 12
"""Further lines, or runs of lines, that are named; the rest is counted."""

SHORT: Final = 60
"""Characters of a value in a sentence."""


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing that is doubtful.

    Attributes:
        kind: what, as a machine word.
        what: a sentence.
        rows: all rows that it is about, counted from 0, ascending; none for what is about no row.
        place: where a row is written.
        where: where it is written, if it is about no row.
    """

    kind: Kind
    what: str
    rows: Rows
    place: Place
    where: str = ""

    def fault(self) -> Fault:
        """The finding for a person: where it is first, what, and at which other lines, runs of them in short."""
        if not len(self.rows):
            return Fault(self.where, self.what)
        places = [self.place(int(row)) for row in self.rows]
        runs = list(_runs(places[1:]))
        said = [run for run, _ in runs[:MOST_RUNS]]
        rest = sum(count for _, count in runs[MOST_RUNS:])
        more = f" (also at {', '.join(said)}{f' and {rest:,} more' if rest else ''})" if said else ""
        return Fault(places[0], f"{self.what}{more}")


def _runs(places: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Lines as `5`, `9`, `12-40`, with the file's name where it changes; and how many each stands for."""
    split = [place.rpartition(":") for place in places]
    if not all(number.isdigit() for _, _, number in split):
        yield from ((place, 1) for place in places)
        return
    file = None
    for _, run in groupby(enumerate(split), lambda entry: (entry[1][0], int(entry[1][2]) - entry[0])):
        lines = [entry for _, entry in run]
        first = "lines " if len(places) > 1 else "line "
        name = "" if lines[0][0] == file else first if file is None else f"{lines[0][0]}:"
        file = lines[0][0]
        yield f"{name}{lines[0][2]}" + (f"-{lines[-1][2]}" if len(lines) > 1 else ""), len(lines)


def doubts(columns: Columns, paths: Column) -> list[Finding]:
    """Photographs that are listed twice or have the same content, and people in several splits.

    Args:
        columns: the labels.
        paths: the photographs as a column.
    """
    found = [
        Finding("listed_twice", f"{_short(str(value))} is listed {len(rows)} times", rows, columns.place)
        for value, rows in _repeated(paths)
    ]
    found += [
        Finding("same_file", f"{len(rows)} files are the same picture (digest {str(value)[:12]})", rows, columns.place)
        for value, rows in _repeated(columns.sha256)
        if len({columns.photos[row] for row in rows.tolist()}) > 1
    ]
    return found + list(_leaks(columns))


def same_ids(ids: Column, paths: Column, place: Place) -> list[Finding]:
    """Names that different photographs share, which are called otherwise then.

    Args:
        ids: as they were told.
        paths: the photographs as a column.
        place: where a row is written.
    """
    return [
        Finding(
            "same_id", f"id {_short(str(value))} is that of {len(rows)} photographs; their files name them", rows, place
        )
        for value, rows in _repeated(ids)
        if len({*paths.codes[rows].tolist()}) > 1
    ]


def _repeated(column: Column) -> Iterator[tuple[object, Rows]]:
    """Values that several rows have, and which rows these are."""
    if len(column.values) == len(column):
        return
    often = np.bincount(column.codes[column.codes != NOTHING], minlength=len(column.values))
    for code, rows in grouped(column.codes, np.flatnonzero(often > 1)):
        yield column.values[code], rows


def _leaks(columns: Columns) -> Iterator[Finding]:
    """People who are in more than one split."""
    people, splits = columns.subjects.codes, columns.splits.codes
    known = (people != NOTHING) & (splits != NOTHING)
    pairs = np.unique(np.stack([people[known], splits[known]]), axis=1)[0]
    several = np.flatnonzero(np.bincount(pairs, minlength=1) > 1)
    for person, rows in grouped(np.where(known, people, NOTHING), several):
        where = [str(columns.splits.values[code]) for code in dict.fromkeys(splits[rows].tolist())]
        name = _short(str(columns.subjects.values[person]))
        yield Finding("several_splits", f"{name} is in the splits {' and '.join(where)}", rows, columns.place)


def grouped(codes: npt.NDArray[np.int32], wanted: npt.NDArray[np.integer]) -> Iterator[tuple[int, Rows]]:
    """The rows of each wanted code, ascending, in order of the first row."""
    rows = np.flatnonzero(np.isin(codes, wanted))
    order = rows[np.argsort(codes[rows], kind="stable")]
    bounds = np.flatnonzero(np.diff(codes[order])) + 1
    for group in sorted(np.split(order, bounds), key=lambda group: group[:1].tolist()):
        if len(group):
            yield int(codes[group[0]]), group


def missing_files(columns: Columns, root: Path, paths: Column) -> list[Finding]:
    """Photographs that are not where the table says, each with all its rows."""
    gone = [code for code, photo in enumerate(paths.values) if not (root / photo).is_file()]
    found = grouped(paths.codes, np.array(gone, np.int32))
    return [
        Finding("missing_file", f"{paths.values[code]} does not exist in {root}", rows, columns.place)
        for code, rows in found
    ]


def _short(text: str) -> str:
    """A value, cut where it is long."""
    return text if len(text) <= SHORT else f"{text[: SHORT - 3]}..."
