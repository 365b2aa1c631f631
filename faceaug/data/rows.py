"""The rows of a table on disk, with the line of each, whatever its format."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from faceaug.data.arrow import parquet_table
from faceaug.data.files import undecoded, why_missing, why_unreadable
from faceaug.data.tables import is_own
from faceaug.errors import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.data.told import Rows

__all__ = ["KINDS", "mark_of", "read_rows"]

KINDS: Final = (".csv", ".tsv", ".jsonl", ".parquet")
"""Extensions of manifests."""


def read_rows(path: Path, faults: list[Fault]) -> Rows:
    """Read the rows of a table, whatever its format.

    Args:
        path: of the table.
        faults: where all that is wrong with it is noted, with its lines.
    """
    kind, why = path.suffix.lower(), _no_table(path)
    if why:
        faults.append(Fault(str(path), why))
        return []
    try:
        if kind == ".parquet":
            return _parquet_rows(path)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(str(path), why_unreadable(path, error)))
        return []
    except UnicodeDecodeError as error:
        faults.append(undecoded(path, error))
        return []
    except ValueError as error:
        faults.append(Fault(str(path), f"is not a Parquet file: {error}"))
        return []
    return _json_rows(path, text, faults) if kind == ".jsonl" else _csv_rows(path, text, faults)


def _no_table(path: Path) -> str:
    """Why a path cannot be that of a table, and what could be meant, or ''."""
    if not path.exists():
        return why_missing(path)
    if path.is_dir():
        own = next((path / f"manifest{end}" for end in KINDS if (path / f"manifest{end}").is_file()), None)
        return f"is a folder; did you mean {str(own)!r}?" if own else "is a folder, and no manifest"
    return "" if path.suffix.lower() in KINDS else f"is no manifest; its name must end in {', '.join(KINDS)}"


def mark_of(text: str) -> str:
    """What stands between the cells of CSV: a comma, semicolon, tab or bar, whichever the header has most of."""
    header, _, _ = text.partition("\n")
    return max(",;\t|", key=header.count)


def _csv_rows(path: Path, text: str, faults: list[Fault]) -> Rows:
    """Split CSV."""
    mark = mark_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: Rows = []
    names: list[str] = []
    before = 0
    try:
        for cells in reader:
            place, before = f"{path}:{before + 1}", reader.line_num
            if not cells:
                continue
            if not names:
                names = cells if is_own(cells) else [name.strip() for name in cells]
                faults += [
                    Fault(place, f"column {name!r} is there twice")
                    for name, n in Counter(names).items()
                    if n > 1 and name
                ]
            elif len(cells) != len(names):
                faults.append(Fault(place, f"has {len(cells)} cells, but the header has {len(names)}"))
            else:
                rows.append((place, dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        faults.append(Fault(f"{path}:{before + 1}", f"is not CSV: {error}"))
    return rows


def _json_rows(path: Path, text: str, faults: list[Fault]) -> Rows:
    """Read one JSON object a line; empty lines are passed over."""
    rows: Rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            faults.append(Fault(place, f"is not JSON: {error}"))
            continue
        if isinstance(row, dict):
            rows.append((place, row))
        else:
            faults.append(Fault(place, f"must be a JSON object, not {type(row).__name__}"))
    return rows


def _parquet_rows(path: Path) -> Rows:
    """Read a Parquet table; its rows are counted from 1."""
    return [(f"{path}:{number}", row) for number, row in enumerate(parquet_table(path).to_pylist(), 1)]
