"""The roll of a data set: which picture each row of a table is, and how surely its codes are known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import BINS, UNKNOWN
from faceaug.coverage.ranges import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Codes, Table
    from faceaug.data.attributes import Value
    from faceaug.data.record import Record

__all__ = ["BEHIND", "SURE", "Roll", "roll_of"]

SURE: Final = 0.7
"""A word that was measured with less reliability than this counts, but its picture may be of any other class."""

BEHIND: Final = {"skin_tone": "ita", "pose": "yaw"}
"""Classes that a measured number with limits stands behind: the classes within those limits are possible."""


@dataclass(frozen=True)
class Roll:
    """What an audit wants to know of the pictures beside their codes; every sequence has a place for each picture.

    Attributes:
        ids: names of the pictures.
        photos: their files, relative to the data set's folder.
        sha256: digests of the files, '' where nobody computed one.
        splits: train, test, ... or ''.
        people: who is shown, or ''.
        reach: (N, A) first and last code that each picture may truly have on each axis, both ends included, or None
            where every known code is certain. An unknown value may be anything.
        how: attribute -> how it is known -> photographs.
        unreliable: attribute -> photographs whose measurement was not reliable enough to count.
        numbers: quantity -> (N,) values, NaN where unknown; see `ranges.QUANTITIES`.
        told: (N, A) whether each known code was told, and is no measurement; None where nothing was.
    """

    ids: Sequence[str]
    photos: Sequence[str]
    sha256: Sequence[str]
    splits: Sequence[str]
    people: Sequence[str]
    reach: tuple[Codes, Codes] | None = None
    how: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unreliable: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    told: npt.NDArray[np.bool_] | None = None


def roll_of(records: Sequence[Record], table: Table) -> Roll:
    """The roll of the records that a table was made of, in the same order."""
    how: dict[str, Counter[str]] = {axis.name: Counter() for axis in table.axes}
    unreliable: Counter[str] = Counter()
    for record in records:
        if record.origin == "rendered":
            continue
        for name, counted in how.items():
            value = record.attributes.get(name)
            if value is not None and value.known:
                counted[value.how] += 1
            elif value is not None:
                unreliable[name] += 1
    return Roll(
        [record.id for record in records],
        [record.photo for record in records],
        [record.sha256 for record in records],
        [record.split for record in records],
        [record.subject for record in records],
        _reach(records, table),
        {name: dict(counted) for name, counted in how.items()},
        dict(unreliable),
        {name: _numbers(records, name) for name in QUANTITIES},
        _told(records, table),
    )


def _told(records: Sequence[Record], table: Table) -> npt.NDArray[np.bool_]:
    """Which known codes were told."""
    told = np.zeros(table.codes.shape, np.bool_)
    for place, axis in enumerate(table.axes):
        values = (record.attributes.get(axis.name) for record in records)
        told[:, place] = [value is not None and value.how == "told" for value in values]
    return np.asarray(told & (table.codes != UNKNOWN), np.bool_)


def _numbers(records: Sequence[Record], name: str) -> npt.NDArray[np.float64]:
    """A quantity of each picture, where it is known."""
    values = (record.attributes.get(name) for record in records)
    known = (
        value.value if value is not None and value.known and not isinstance(value.value, str | bool) else np.nan
        for value in values
    )
    return np.fromiter(known, np.float64, len(records))


def _reach(records: Sequence[Record], table: Table) -> tuple[Codes, Codes] | None:
    """The codes that each picture may have; None where nothing was measured."""
    if not any(value.how == "measured" for record in records for value in record.attributes.values()):
        return None
    first, last = table.codes.copy(order="F"), table.codes.copy(order="F")
    for place, axis in enumerate(table.axes):
        unknown = table.codes[:, place] == UNKNOWN
        first[unknown, place], last[unknown, place] = 0, len(axis.values) - 1
        for row, record in enumerate(records):
            if not unknown[row]:
                first[row, place], last[row, place] = _span(axis, record, int(table.codes[row, place]))
    return first, last


def _span(axis: Axis, record: Record, code: int) -> tuple[int, int]:
    """First and last code that one picture may have on an axis."""
    value = record.attributes[axis.name]
    if value.how != "measured":
        return code, code
    number = record.attributes.get(BEHIND.get(axis.name, ""))
    if axis.cuts and value.low is not None and value.high is not None:
        return axis.code(value.low), axis.code(value.high)
    if number is not None and number.known and number.low is not None:
        return _classes(axis, BINS[BEHIND[axis.name]], number, code)
    return (code, code) if value.reliability is None or value.reliability >= SURE else (0, len(axis.values) - 1)


def _classes(axis: Axis, bins: Axis, number: Value, code: int) -> tuple[int, int]:
    """The codes of the classes that lie within the limits of the number behind them."""
    low, high = bins.code(number.low), bins.code(number.high)
    codes = [axis.code(name) for name in bins.values[low : high + 1]]
    codes = [code, *(found for found in codes if found != UNKNOWN)]
    return min(codes), max(codes)
