"""Tables of labels, column by column: a million rows of CSV or Parquet in a second or two."""

from __future__ import annotations

import csv
import json
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from faceaug.data.arrow import parquet_names, parquet_table, source
from faceaug.data.labels.sheet import NOTHING, Column, Sheet, of_rows
from faceaug.data.rows import mark_of, read_rows
from faceaug.data.tables import is_own
from faceaug.data.told import PATHS, SUBJECTS, UNKNOWN, is_known, nested
from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from faceaug.data.labels.sheet import Place

__all__ = ["is_own_table", "read_table", "roles_of"]


def is_own_table(path: Path) -> bool:
    """Whether a file is a manifest that faceaug wrote, which holds more than labels."""
    try:
        if path.suffix.lower() == ".parquet":
            return is_own(parquet_names(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
        return is_own(json.loads(first) if path.suffix.lower() == ".jsonl" else first.rstrip("\r\n").split(","))
    except (OSError, ValueError, TypeError):
        return False  # whoever reads it will say what is wrong


def read_table(path: Path, faults: list[Fault]) -> Sheet:
    """Read a table of labels.

    Args:
        path: a .csv, .tsv, .jsonl or .parquet file.
        faults: where all that is wrong with it is noted, with its lines.

    Returns:
        The sheet, with the roles that the names of its columns tell; empty where there are faults.
    """
    kind = path.suffix.lower()
    if path.is_file() and kind in {".csv", ".tsv"}:
        found = _fast_csv(path)
        if found is not None:
            return found
    if path.is_file() and kind == ".parquet":
        return _parquet(path, faults)
    rows = read_rows(path, faults)
    faults += nested(rows)
    if not rows and not faults:
        faults.append(Fault(str(path), "lists no photographs"))
    sheet = of_rows([] if faults else rows)
    return Sheet(sheet.columns, sheet.place, roles_of(list(sheet.columns)))


def roles_of(names: Sequence[str]) -> dict[str, str]:
    """Which columns are the file, the person, the split and so on, by what users call them."""
    lower = {name.lower(): name for name in reversed(names)}
    wanted = {"photo": PATHS, "subject": SUBJECTS, "id": ("id",), "split": ("split",), "sha256": ("sha256",)}
    found = {
        role: next((lower[name] for name in spellings if name in lower), None) for role, spellings in wanted.items()
    }
    return {role: name for role, name in found.items() if name is not None}


def _fast_csv(path: Path) -> Sheet | None:
    """Read CSV by Arrow; None for whatever it does not take, so that the slow reader can say what is wrong and where.

    Every cell stays the text that it is, so that both readers see the same.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    try:
        data = path.read_bytes()
        header = data[: data.find(b"\n") + 1].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    mark = mark_of(header)
    names = [name.strip() for name in next(csv.reader([header], delimiter=mark), [])]
    if not names or data.count(b'"') % 2 or max(Counter(names).values()) > 1:
        return None
    words = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow.read_csv(
            source(data),
            arrow.ReadOptions(column_names=names, skip_rows=1),
            arrow.ParseOptions(delimiter=mark, newlines_in_values=b'"' in data),
            arrow.ConvertOptions(column_types=dict.fromkeys(names, words), strings_can_be_null=False),
        )
    except (pa.ArrowException, OSError):
        return None
    if not len(table):
        return None
    columns = {name: _column(table[name]) for name in names}
    return Sheet(columns, _Lines(path, data, len(table), mark), roles_of(names))


class _Lines:
    """Where the rows of CSV are written; looked for only when somebody asks and the rows are not one a line."""

    def __init__(self, path: Path, data: bytes, rows: int, mark: str) -> None:
        self.path, self.mark, self.rows = path, mark, rows
        count = data.count(b"\n") + (not data.endswith(b"\n"))
        self.plain = count == rows + 1
        self.starts: list[int] | None = None

    def __call__(self, row: int) -> str:
        """`file:line` of a row."""
        if self.plain:
            return f"{self.path}:{row + 2}"
        if self.starts is None:
            self.starts = self._found()
        return f"{self.path}:{self.starts[row]}"

    def _found(self) -> list[int]:
        """First lines of all rows."""
        starts, before = [], 0
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.mark)
            for cells in reader:
                if cells:
                    starts.append(before + 1)
                before = reader.line_num
        return starts[1:]


def _parquet(path: Path, faults: list[Fault]) -> Sheet:
    """Read a Parquet table; its rows are counted from 1."""
    import pyarrow as pa

    try:
        table = parquet_table(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        faults.append(Fault(str(path), f"is not a Parquet file: {error}"))
        return of_rows([])
    lists = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    faults += [Fault(str(path), f"{name} must hold words or numbers, not lists or objects") for name in lists]
    if not len(table):
        faults.append(Fault(str(path), "lists no photographs"))
    if faults:
        return of_rows([])
    columns = {name: _column(table[name]) for name in table.column_names}
    return Sheet(columns, _numbered(path), roles_of(table.column_names))


def _numbered(path: Path) -> Place:
    return lambda row: f"{path}:{row + 1}"


def _column(given: Any) -> Column:
    """A column of Arrow's, with the cells that say nothing left out."""
    import pyarrow as pa

    encoded = given if pa.types.is_dictionary(given.type) else given.dictionary_encode()
    one = encoded.unify_dictionaries().combine_chunks()
    codes = one.indices.fill_null(NOTHING).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    cells = one.dictionary.to_pylist()
    if pa.types.is_float32(one.dictionary.type):  # the decimal that was meant, and not its neighbour in binary
        cells = [cell if cell is None else float(str(np.float32(cell))) for cell in cells]
    if not pa.types.is_string(one.dictionary.type):
        cells = [cell if isinstance(cell, str | int | float | None) else str(cell) for cell in cells]
    if pa.types.is_string(one.dictionary.type) and UNKNOWN.isdisjoint(map(str.strip, cells)):
        return Column(cells, codes)
    known = [is_known(cell) for cell in cells]
    if all(known):
        return Column(cells, codes)
    places = [place - 1 if use else NOTHING for use, place in zip(known, accumulate(known), strict=True)]
    return Column(cells, codes).mapped(places, [cell for cell, use in zip(cells, known, strict=True) if use])
