"""Tables of records in CSV, JSONL and Parquet: the same records in three spellings, without loss."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.attributes import Scalar, Value
from faceaug.data.record import MAPPINGS, NUMBERS, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["FIELDS", "from_row", "is_own", "to_csv", "to_jsonl", "to_parquet"]

FIELDS: Final = tuple(item.name for item in fields(Record))
"""Columns of every table, before those of single attributes."""

PREFIX: Final = "attribute."
"""Stands before an attribute's column whose name is taken by a field."""

NULLS: Final = ("parent", "recipe")
"""Fields that can be None; an empty cell means that."""


def column(name: str) -> str:
    """Name the column of an attribute; the same name unless a field has it."""
    return PREFIX + name if name in FIELDS or name.startswith(PREFIX) else name


def cell(value: Scalar) -> str:
    """Spell a value so that `scalar` reads the same value and type back; only text that looks like JSON is quoted."""
    if isinstance(value, str) and value and scalar(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def scalar(text: str) -> Scalar:
    """Read a cell: JSON numbers, truth values and quoted texts for what they are, anything else as text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, float) and not math.isfinite(value):
        return text
    return value if isinstance(value, str | int | float) else text


def _names(records: Iterable[Record]) -> list[str]:
    """All attributes of some records, in order of appearance."""
    return list(dict.fromkeys(name for record in records for name in record.attributes))


def to_jsonl(records: Sequence[Record]) -> bytes:
    """Write one JSON object a line."""
    return "".join(f"{record.to_json()}\n" for record in records).encode()


def to_csv(records: Sequence[Record]) -> bytes:
    """Write a header and a row for each record, with a column for each attribute's value.

    How a value is known stands in the column `attributes`, next to the value columns.
    """
    names = _names(records)
    lines = [_line([*FIELDS, *(column(name) for name in names)])]
    for record in records:
        row = _flat(record, {name: _known(value) for name, value in record.attributes.items()})
        values = [record.attributes.get(name) for name in names]
        lines.append(_line([*row.values(), *("" if value is None else cell(value.value) for value in values)]))
    return "".join(lines).encode()


def _known(value: Value) -> list[Scalar | None]:
    """How a value is known: how and reliability; with its interval and its note where it has any."""
    whole = [value.how, value.reliability, value.low, value.high, value.note]
    return whole if value.note else whole[:4] if value.low is not None else whole[:2]


def _line(cells: Iterable[object]) -> str:
    """Spell one row. Python's writer quotes a carriage return only where that ends a line, so for a moment it does."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerow(cells)
    return file.getvalue().removesuffix("\r\n") + "\n"


def to_parquet(records: Sequence[Record]) -> bytes:
    """Write typed columns; `attributes` holds everything as JSON, and the value columns repeat it for queries."""
    import pyarrow as pa
    from pyarrow import parquet

    rows = [_flat(record, record.as_dict()["attributes"]) for record in records]
    columns: dict[str, Any] = {}
    for name in FIELDS:
        kind = pa.int64() if name in NUMBERS else pa.string()
        columns[name] = pa.array([row[name] for row in rows], kind)
    for name in _names(records):
        values = [record.attributes[name].value if name in record.attributes else None for record in records]
        numbers = all(isinstance(value, int | float | None) and not isinstance(value, bool) for value in values)
        columns[column(name)] = (
            pa.array([None if value is None else float(value) for value in values], pa.float64())
            if numbers
            else pa.array([None if value is None else str(value) for value in values], pa.string())
        )
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue())


def _flat(record: Record, attributes: Mapping[str, object]) -> dict[str, Any]:
    """The fields of a record as texts and whole numbers; objects as JSON."""
    row = {name: getattr(record, name) for name in FIELDS}
    for name in (*MAPPINGS, "attributes"):
        value = attributes if name == "attributes" else row[name]
        row[name] = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return row


def is_own(names: Collection[str]) -> bool:
    """Whether these are the columns that faceaug writes."""
    return all(name in names for name in FIELDS)


def from_row(row: Mapping[str, Any]) -> Record:
    """Read a record from a row of an own CSV, JSONL or Parquet table.

    Raises:
        ValueError: for cells that cannot be understood.
    """
    values: dict[str, Any] = {name: row[name] for name in FIELDS}
    if not isinstance(values["attributes"], str):
        return Record.from_json(values)
    for name in (*MAPPINGS, "attributes"):
        values[name] = json.loads(values[name] or "{}")
    for name in NUMBERS:
        values[name] = int(values[name] or 0)
    for name in NULLS:
        values[name] = values[name] or None
    known = values.pop("attributes")
    values["attributes"] = {
        name: Value(**how) if isinstance(how, dict) else Value(scalar(row[column(name)]), *how)
        for name, how in known.items()
        if isinstance(how, dict) or row.get(column(name))
    }
    return Record(**values)
