"""The photographs that a person should label: few, drawn by chance, and most of them where a group is undecided."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN
from faceaug.data.files import write_atomic
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from faceaug.coverage.counts import Table
    from faceaug.coverage.roll import Roll

__all__ = ["FIXED", "Sample", "choose", "open_rows", "refuse_filled", "strata_of", "write_sample"]

FIXED: Final = ("id", "photo", "stratum", "stratum_size")
"""Columns of a sample that a person leaves as they are; those after them are to be filled in."""

EACH: Final = 30
"""Photographs that a stratum must be able to get, so that its share is known to some 17 points; more strata than that
allows are put together."""

FAR: Final = 0.2
"""Share of the sample for the photographs that seem to be of none of the undecided groups: measurements also miss."""


@dataclass(frozen=True)
class Sample:
    """Photographs to label.

    Attributes:
        rows: places of the photographs.
        strata: which stratum each was drawn from: the first undecided group that it may be of, from 1, or 0 for none.
        sizes: stratum -> photographs in it.
        attributes: what to fill in.
        values: attribute -> what can be filled in.
    """

    rows: npt.NDArray[np.int64]
    strata: npt.NDArray[np.int64]
    sizes: Mapping[int, int]
    attributes: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


def choose(table: Table, roll: Roll, gaps: Sequence[Mapping[str, Any]], size: int) -> Sample | None:
    """Choose the photographs that tell most about the undecided groups.

    Strata are the undecided groups, the smallest level first: a photograph is in the stratum of the first of them that
    it may be of. Within a stratum photographs are drawn by chance, namely by a hash of their name. A photograph
    of which all those attributes were told is in none: what is told is known.

    Args:
        table: the pictures; renderings need no label.
        roll: who they are and how surely they are known.
        gaps: those of an audit.
        size: how many photographs a person will label.

    Returns:
        None if nothing is undecided.
    """
    open_ = [gap for gap in gaps if gap["state"] == "undecided"][: max(1, size // EACH - 1)]
    if not open_:
        return None
    names = {name for gap in open_ for name in gap["where"]}
    axes = [axis for axis in table.axes if axis.name in names]
    strata = strata_of(table, roll, [gap["where"] for gap in open_], names)
    sizes = {
        int(number): int(count)
        for number, count in zip(*np.unique(strata[strata >= 0], return_counts=True), strict=True)
    }
    rows = np.concatenate(
        [_drawn(roll, np.flatnonzero(strata == number), count) for number, count in _shared(sizes, size).items()]
    )
    return Sample(
        rows, strata[rows], sizes, tuple(axis.name for axis in axes), {axis.name: axis.values for axis in axes}
    )


def open_rows(table: Table, roll: Roll | None, names: Collection[str]) -> npt.NDArray[np.bool_]:
    """Photographs of which not all of some attributes were told; all of them where nobody knows."""
    open_ = ~table.rendered
    places = [place for place, axis in enumerate(table.axes) if axis.name in names]
    return open_ if roll is None or roll.told is None else open_ & ~roll.told[:, places].all(axis=1)


def strata_of(
    table: Table, roll: Roll, groups: Sequence[Mapping[str, Sequence[str]]], names: Collection[str]
) -> npt.NDArray[np.int64]:
    """The stratum of each picture: the first group that it may be of, from 1; 0 for none; -1 for what nobody labels.

    Args:
        table: the pictures.
        roll: how surely they are known.
        groups: attribute -> values.
        names: attributes that a person is asked for.
    """
    may_be = open_rows(table, roll, names)
    strata = np.where(may_be, 0, -1).astype(np.int64)
    for number in range(len(groups), 0, -1):
        strata[_may_be(table, roll, groups[number - 1]) & may_be] = number
    return strata


def refuse_filled(path: Path) -> None:
    """Refuse to write a list over one in which somebody has filled in anything: that may be hours of work.

    Args:
        path: of the list; it need not be there.

    Raises:
        RequestError: something is there that is no empty list.
    """
    if not path.is_file():
        return
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(errors="replace"), newline="")))
    written = len(FIXED)
    if not rows or rows[0][:written] != list(FIXED) or any(any(row[written:]) for row in rows[1:]):
        what = "has something filled in, and would be written over; read it with --settle, or write elsewhere with -o"
        raise RequestError([Fault(str(path), what)], "nothing was counted")


def write_sample(path: Path, sample: Sample, roll: Roll) -> None:
    """Write the list as CSV; what was measured is not in it, so that it does not lead whoever labels."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*FIXED, *sample.attributes])
    for row, stratum in zip(sample.rows.tolist(), sample.strata.tolist(), strict=True):
        known = [roll.ids[row], roll.photos[row], stratum, sample.sizes[stratum]]
        writer.writerow([*known, *("" for _ in sample.attributes)])
    write_atomic(path, file.getvalue().encode())


def _may_be(table: Table, roll: Roll, where: Mapping[str, Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Which pictures may be of a group, as far as they are known."""
    hit = np.ones(len(table), np.bool_)
    for place, axis in enumerate(table.axes):
        if axis.name in where:
            codes = [axis.values.index(value) for value in where[axis.name]]
            column = table.codes[:, place]
            first, last = (column, column) if roll.reach is None else (roll.reach[0][:, place], roll.reach[1][:, place])
            hit &= (column == UNKNOWN) | ((first <= max(codes)) & (last >= min(codes)))
    return hit


def _shared(sizes: Mapping[int, int], size: int) -> dict[int, int]:
    """How many of each stratum: a fifth for stratum 0, the rest in equal parts; what one lacks the others get."""
    near = [number for number in sizes if number]
    far = min(sizes.get(0, 0), max(round(FAR * size), size - sum(sizes[number] for number in near)))
    given = {0: far} if far else {}
    left = size - far
    for place, number in enumerate(sorted(near, key=lambda number: sizes[number])):
        given[number] = min(sizes[number], left // (len(near) - place))
        left -= given[number]
    return dict(sorted(given.items()))


def _drawn(roll: Roll, rows: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Rows drawn by chance that is the same every time: those whose names hash lowest."""
    keys = [hashlib.sha256(f"audit sample {roll.ids[row]}".encode()).digest() for row in rows.tolist()]
    order = sorted(range(len(rows)), key=keys.__getitem__)
    return rows[np.array(sorted(order[:count]), np.int64)]
