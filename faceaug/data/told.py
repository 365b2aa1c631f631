"""A user's own table: which column is the file, which is the person, and what the others tell."""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.attributes import Value
from faceaug.data.numeric import about_odd, alike, holds_numbers, number_in, odd_cells
from faceaug.data.origin import origin_columns, told_origins
from faceaug.data.record import Record
from faceaug.data.splits import one_spelling
from faceaug.errors import Doubt, Fault, did_you_mean, some_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "PATHS",
    "SUBJECTS",
    "UNKNOWN",
    "Rows",
    "ids_for",
    "is_known",
    "nested",
    "no_file",
    "no_photo_column",
    "told_records",
    "trimmed",
]

PATHS: Final = ("photo", "path", "file", "filename", "file_name", "image")
SUBJECTS: Final = ("subject", "identity", "person")
"""What users call the column of the file, and that of the person."""

UNKNOWN: Final = frozenset({"", "NA", "N/A", "NaN", "nan", "null"})
"""Cells that say that nothing is known; `none` is not one of them, it means that there is none."""

WORD: Final = re.compile(r"[a-z]+")
"""A word in the name of a column."""

Rows = list[tuple[str, dict[str, Any]]]
"""Place (`file:line`) and columns of each row."""


def told_records(path: Path, rows: Rows, faults: list[Fault]) -> list[Record]:
    """Read the rows of a user's table."""
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    lower = {name.lower(): name for name in reversed(columns)}
    where = next((lower[name] for name in PATHS if name in lower), None)
    if where is None:
        faults.append(Fault(str(path), no_photo_column(columns)))
        return []
    who = next((lower[name] for name in SUBJECTS if name in lower), "")
    for place, row in rows:
        wrong = no_file(row.get(where))
        faults += [Fault(place, f"{where} {wrong}")] if wrong else []
    faults += nested(rows)
    if faults:
        return []
    made, drawn = _rendered(rows, columns, faults)
    special = {where, who, *made, *(lower.get(name, "") for name in ("id", "split", "sha256"))}
    if faults:
        return []
    columns = [name for name in columns if name not in special]
    numeric = {name for name in columns if _is_numeric(name, rows)}
    splits = one_spelling(_text(row, lower.get("split")) for _, row in rows)
    photos = [PurePath(str(row[where])).as_posix() for _, row in rows]
    return [
        Record(
            id=_text(row, lower.get("id")) or name,
            photo=photo,
            sha256=_text(row, lower.get("sha256")),
            subject=_text(row, who),
            split=splits[_text(row, lower.get("split"))],
            attributes=_attributes(row, columns, numeric),
            origin="rendered" if number in drawn else "camera",
        )
        for number, ((_, row), photo, name) in enumerate(zip(rows, photos, ids_for(photos), strict=True))
    ]


def _rendered(rows: Rows, columns: Sequence[str], faults: list[Fault]) -> tuple[list[str], set[int]]:
    """The columns that say which pictures are rendered, and the rows of which one of them says so."""
    made: list[str] = []
    drawn: set[int] = set()
    for kind, name in origin_columns(columns).items():
        cells = [row.get(name) if is_known(row.get(name)) else None for _, row in rows]
        told = told_origins(kind, name, cells)
        faults += [Fault(rows[number][0], what) for number, what in told.strange.items()]
        if told.own:
            warnings.warn(f"{rows[0][0].rpartition(':')[0]}  {told.own}", Doubt, stacklevel=4)
        if told.origins is not None:
            made.append(name)
            drawn |= {number for number, origin in enumerate(told.origins) if origin == "rendered"}
    return made, drawn


def nested(rows: Rows) -> list[Fault]:
    """Columns that hold lists or objects, each once, with the first of its lines."""
    found: dict[str, list[tuple[str, object]]] = {}
    for place, row in rows:
        for name, value in row.items():
            if isinstance(value, dict | list):
                found.setdefault(name, []).append((place, value))
    faults = []
    for name, cells in found.items():
        (place, first), more = cells[0], len(cells) - 1
        inside = isinstance(first, dict) and "bytes" in first
        hint = "; pictures inside a table are not read, only files beside it" if inside else ""
        also = f" (so are {more:,} more)" if more else ""
        faults.append(Fault(place, f"{name} must be a word or a number, not a list or an object{also}{hint}"))
    return faults


def no_file(photo: object) -> str | None:
    """Why a cell cannot be the path of a photograph, or None: it is empty, or a folder by its very name."""
    text = str(photo or "")
    if not text or text.isspace():
        return "is empty"
    if text[-1] not in "/.\\":  # nearly all of a million
        return None
    return f"is {text!r}, which is the name of no file" if PurePath(text).name in {"", ".."} else None


def no_photo_column(columns: Sequence[str]) -> str:
    """What to say about a table in which no column is the file."""
    speaks = [name for name in columns if set(WORD.findall(name.lower())) & {*PATHS}]
    near = next(iter(speaks), None) or next((name for name in columns if did_you_mean(name, PATHS)), None)
    hint = f"; is it {near!r}?" if near else f" (it has {some_of(columns, 12)})"
    return f"needs a column {', '.join(PATHS[:-1])} or {PATHS[-1]}{hint}"


def _text(row: Mapping[str, Any], name: str | None) -> str:
    """A cell as text; '' where there is none."""
    value = row.get(name) if name else None
    return "" if value is None else str(value)


def _attributes(row: Mapping[str, Any], columns: Sequence[str], numeric: set[str]) -> dict[str, Value]:
    """What a user's row tells."""
    found: dict[str, Value] = {}
    for name in columns:
        value = row.get(name)
        if is_known(value):
            number = number_in(value) if name in numeric else None
            other = trimmed(value) if isinstance(value, str | int | float) else str(value)
            found[name] = Value(other if number is None else number)
    return found


def _is_numeric(name: str, rows: Rows) -> bool:
    """Whether a column holds numbers; each cell that is none beside them is told, with the first of its lines."""
    kinds = Counter((type(row.get(name)), row.get(name)) for _, row in rows if is_known(row.get(name)))
    cells, often = [cell for _, cell in kinds], list(kinds.values())
    for places in alike(cells, odd_cells(cells, often)):
        first = cells[places[0]]
        where = next(where for where, row in rows if row.get(name) == first)
        count = sum(often[place] for place in places)
        more = f" ({count:,} cells)" if count > 1 else ""
        warnings.warn(f"{where}  {about_odd(name, first, len(places) - 1)}{more}", Doubt, stacklevel=4)
    return holds_numbers(cells, often)


def is_known(value: object) -> bool:
    """Whether a cell says something."""
    if isinstance(value, float):
        return math.isfinite(value)
    return value is not None and trimmed(value) not in UNKNOWN


def trimmed(value: Any) -> Any:
    """A cell without blanks around its words."""
    return value.strip() if isinstance(value, str) else value


def ids_for(photos: Sequence[str]) -> list[str]:
    """Names for photographs without ids: the path without extension, or all of it where that is not unique."""
    short = [
        "/".join(part for part in PurePosixPath(photo).with_suffix("").parts if part not in {"/", ".."})
        for photo in photos
    ]
    often = Counter(short)
    return [name if often[name] == 1 else photo for name, photo in zip(short, photos, strict=True)]
