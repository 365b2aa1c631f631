"""Manifests: the table that lists photographs, and whatever is known about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from faceaug.data.files import seen_from, spelt, write_atomic
from faceaug.data.record import Record
from faceaug.data.rows import read_rows
from faceaug.data.tables import from_row, is_own, to_csv, to_jsonl, to_parquet
from faceaug.data.told import Rows, ids_for, told_records
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["crowded", "list_photos", "read_manifest", "write_manifest"]

MOST_FAULTS: Final = 20
"""A table with more faults than this has one cause; the rest is counted."""


def read_manifest(path: str | Path, *, check_files: bool = True) -> list[Record]:
    """Read a manifest of faceaug's own, or any table with a column for the file.

    In a table of yours the file is in `photo`, `path`, `file`, `filename` or `image`, relative to the table; `id`,
    `subject` (or `identity`, `person`), `split` and `sha256` may be there; every other column is an attribute that you
    tell. A column whose values are all numbers is read as numbers; an empty cell means unknown.

    Args:
        path: a .csv, .tsv, .jsonl or .parquet file.
        check_files: whether every photograph must exist.

    Raises:
        RequestError: all faults together, with their lines.
    """
    path = Path(path)
    faults: list[Fault] = []
    rows = read_rows(path, faults)
    if faults:
        raise crowded(faults)
    if not rows:
        raise crowded([Fault(str(path), "lists no photographs")])
    own = is_own(rows[0][1])
    records = _own(rows, faults) if own else told_records(path, rows, faults)
    places = [place for place, _ in rows]
    if not faults:
        faults += _duplicates(records, places)
        if check_files:
            faults += _missing(records, places, path.parent)
    if faults:
        raise crowded(faults)
    return records


def list_photos(paths: Iterable[Path], folder: str | Path) -> list[Record]:
    """Make a record for each photograph that comes without a table.

    Args:
        paths: the files.
        folder: where the manifest will be; the records' paths are relative to it where possible.

    Names that are not UTF-8 are written as `faceaug.data.files.spelt` does; those files cannot be read by that name.
    """
    photos = [seen_from(spelt(path), spelt(Path(folder))) for path in paths]
    return [Record(id=name, photo=photo) for name, photo in zip(ids_for(photos), photos, strict=True)]


def write_manifest(records: Sequence[Record], folder: str | Path) -> list[Path]:
    """Write `manifest.csv`, `manifest.jsonl` and `manifest.parquet`, each atomically; all three read back the same.

    Raises:
        FaceaugError: if a file cannot be written.
    """
    spellings = {"csv": to_csv, "jsonl": to_jsonl, "parquet": to_parquet}
    return [write_atomic(Path(folder, f"manifest.{kind}"), write(records)) for kind, write in spellings.items()]


def _own(rows: Rows, faults: list[Fault]) -> list[Record]:
    """Read the rows of a table that faceaug wrote."""
    records = []
    for place, row in rows:
        try:
            records.append(from_row(row))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(Fault(place, f"is not a record: {error}"))
    return records


def _duplicates(records: Sequence[Record], places: Sequence[str]) -> list[Fault]:
    """Say which ids come again, and where they came first."""
    first: dict[str, str] = {}
    faults = []
    for record, place in zip(records, places, strict=True):
        if record.id in first:
            faults.append(Fault(place, f"id {record.id!r} is already at {first[record.id]}"))
        first.setdefault(record.id, place)
    return faults


def _missing(records: Sequence[Record], places: Sequence[str], folder: Path) -> list[Fault]:
    """Say which photographs are not where the table says."""
    return [
        Fault(place, f"{record.photo} does not exist in {folder}")
        for record, place in zip(records, places, strict=True)
        if not record.located(folder).is_file()
    ]


def crowded(faults: list[Fault]) -> RequestError:
    """All faults of one table, the first twenty in full."""
    if len(faults) > MOST_FAULTS:
        rest = len(faults) - MOST_FAULTS
        faults = [*faults[:MOST_FAULTS], Fault("", f"... and {rest} more like these")]
    return RequestError(faults, "nothing was read")
