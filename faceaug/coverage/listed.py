"""The list of photographs that a person was to label, read back with what they saw."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.sample import FIXED, open_rows
from faceaug.data.files import undecoded, why_unreadable
from faceaug.data.numeric import number_in
from faceaug.data.rows import mark_of
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Table
    from faceaug.coverage.roll import Roll

__all__ = ["Seen", "read_sample"]

MOST_FAULTS: Final = 20
"""A list with more faults than this has one cause; the rest is counted."""


@dataclass(frozen=True)
class Seen:
    """What a person saw.

    Attributes:
        rows: place of each photograph of the list in the data set.
        strata: stratum of each.
        sizes: stratum -> photographs of the data set in it.
        codes: attribute -> code of each photograph of the list, UNKNOWN where nothing was filled in.
        name: of the file.
    """

    rows: npt.NDArray[np.int64]
    strata: tuple[str, ...]
    sizes: Mapping[str, int]
    codes: Mapping[str, npt.NDArray[np.int64]]
    name: str


def read_sample(path: Path, table: Table, roll: Roll) -> Seen:
    """Read a list that `--sample` wrote and that a person has filled in.

    Cells that were left empty count as not labelled.

    Args:
        path: the list.
        table: the pictures, with the axes that are counted.
        roll: who they are.

    Raises:
        RequestError: all faults together, with their lines; photographs that are listed again, and a list of a data set
            that has changed since it was drawn: the photographs that came have been in no stratum.
    """
    rows = _rows(path)
    faults: list[Fault] = []
    names = [name for name in rows[0] if name not in FIXED] if rows else []
    axes = {axis.name: axis for axis in table.axes if axis.name in names}
    lacking = [name for name in FIXED if rows and name not in rows[0]]
    if lacking or not axes:
        also = f"; it lacks {', '.join(lacking)}" if lacking else ", with an attribute that is counted filled in"
        raise _request([Fault(str(path), f"must be a list that --sample wrote{also}")])
    lost = [name for name in names if name not in axes]
    faults += [Fault(str(path), f"asks for {', '.join(lost)}, which --by does not name")] if lost else []
    at = _places(path, rows, roll, faults)
    codes = {
        name: [_code(axis, row[name].strip(), f"{path}:{line}", faults) for line, row in enumerate(rows, 2)]
        for name, axis in axes.items()
    }
    sizes = _sizes(path, rows, faults)
    count = int(open_rows(table, roll, set(axes)).sum())
    if not faults and sum(sizes.values()) != count:
        asked = f"was drawn from {sum(sizes.values()):,} photographs that nobody had told all of"
        faults.append(Fault(str(path), f"{asked}, and now there are {count:,}; draw a new one (--sample)"))
    if not faults and all(code == UNKNOWN for column in codes.values() for code in column):
        faults.append(Fault(str(path), f"has nothing filled in; the columns to fill in are {', '.join(axes)}"))
    if faults:
        raise _request(faults)
    strata = tuple(row["stratum"] for row in rows)
    return Seen(
        np.array(at, np.int64),
        strata,
        sizes,
        {name: np.array(column, np.int64) for name, column in codes.items()},
        path.name,
    )


def _places(path: Path, rows: Sequence[Mapping[str, str]], roll: Roll, faults: list[Fault]) -> list[int]:
    """The pictures that the rows are about, each once."""
    places = {name: row for row, name in enumerate(roll.ids)}
    first: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        name, before = row["id"], first.setdefault(row["id"], line)
        faults += [Fault(f"{path}:{line}", f"{name!r} is not in the data set")] if name not in places else []
        faults += [Fault(f"{path}:{line}", f"{name!r} was there before, at line {before}")] if before != line else []
    return [places.get(row["id"], 0) for row in rows]


def _sizes(path: Path, rows: Sequence[Mapping[str, str]], faults: list[Fault]) -> dict[str, int]:
    """How many photographs each stratum has; every row of it says so, and it has no more rows."""
    sizes: dict[str, int] = {}
    listed = Counter(row["stratum"] for row in rows)
    for line, row in enumerate(rows, 2):
        said = row["stratum_size"]
        if not said.isdigit() or sizes.setdefault(row["stratum"], int(said)) != int(said):
            faults.append(Fault(f"{path}:{line}", f"stratum_size must stay as it was written, not {said!r}"))
        elif listed[row["stratum"]] > int(said):
            what = f"stratum {row['stratum']} has {said} photographs, but {listed[row['stratum']]} are listed"
            faults.append(Fault(f"{path}:{line}", what))
            listed[row["stratum"]] = 0
    return sizes


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of the list."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _request([Fault(str(path), why_unreadable(path, error))]) from error
    except UnicodeDecodeError as error:
        raise _request([undecoded(path, error)]) from error
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark_of(text), restkey="", restval=""))
    if not rows:
        raise _request([Fault(str(path), "lists no photographs")])
    return rows


def _code(axis: Axis, word: str, place: str, faults: list[Fault]) -> int:
    """The code of what was filled in: one of the classes, or a number where the classes are cut out of one."""
    if not word:
        return UNKNOWN
    if word in axis.values:
        return axis.values.index(word)
    number = number_in(word)
    code = UNKNOWN if number is None else axis.code(number)
    return _wrong(axis, word, place, faults) if code == UNKNOWN else code


def _wrong(axis: Axis, word: str, place: str, faults: list[Fault]) -> int:
    """A word that is none of the classes."""
    near = did_you_mean(word, axis.values)
    hint = f"did you mean {near!r}?" if near else f"it has {', '.join(axis.values)}"
    faults.append(Fault(place, f"{axis.name} is never {word!r}; {hint}"))
    return UNKNOWN


def _request(faults: list[Fault]) -> RequestError:
    """All faults of a list, the first twenty in full."""
    if len(faults) > MOST_FAULTS:
        faults = [*faults[:MOST_FAULTS], Fault("", f"... and {len(faults) - MOST_FAULTS} more like these")]
    return RequestError(faults, "nothing was counted")
