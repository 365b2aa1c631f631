"""Folders that tell: splits, `metadata.csv` beside the pictures, or a folder for each class.

That is the `imagefolder` layout of Hugging Face `datasets`: `metadata.csv`, `.jsonl` or `.parquet` with a column
`file_name`, relative to itself; without it, the folder that a picture lies in is its `label`. Folders named train,
validation, test (or as below) are splits.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from faceaug.data.labels.opened import Opened, of_names, photos_in
from faceaug.data.labels.sheet import Column, Sheet, joined
from faceaug.data.labels.tables import read_table
from faceaug.data.origin import origin_columns
from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SPLITS", "is_imagefolder", "read_imagefolder", "read_plain", "tells_origins"]

METADATA: Final = ("metadata.csv", "metadata.jsonl", "metadata.parquet")

FILE_NAME: Final = "file_name"

SPLITS: Final = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
"""Folders that are splits, as `datasets` knows them."""


def is_imagefolder(path: Path) -> bool:
    """Whether a folder has metadata or splits; folders of classes alone are taken as such only if somebody says so."""
    return path.is_dir() and (bool(_metadata(path)) or any((path / name).is_dir() for name in SPLITS))


def _metadata(path: Path) -> list[Path]:
    """The tables in a folder and in its splits."""
    folders = [path, *sorted(path / name for name in SPLITS if (path / name).is_dir())]
    found = [next((folder / name for name in METADATA if (folder / name).is_file()), None) for folder in folders]
    return [file for file in found if file is not None]


def read_imagefolder(path: Path, faults: list[Fault]) -> Opened:
    """Read all tables of a folder; without any, what its folders tell."""
    tables = _metadata(path)
    if not tables:
        return _classes(path)
    sheets = []
    for table in tables:
        sheet = read_table(table, faults)
        if faults:
            break
        if FILE_NAME not in sheet.columns:
            names = ", ".join(list(sheet.columns)[:12])
            faults.append(Fault(str(table), f"needs a column {FILE_NAME} (it has {names})"))
            break
        sheets.append(_below(sheet, table.parent.relative_to(path)))
    return Opened(joined(sheets), path) if sheets else Opened(Sheet({}, str, {}), path)


def tells_origins(path: Path) -> bool:
    """Whether a folder's own tables say which of its pictures are rendered, as those of faceaug's exports do."""
    sheets = [read_table(table, []) for table in _metadata(path)] if path.is_dir() else []
    return any(FILE_NAME in sheet.columns and origin_columns(sheet.columns) for sheet in sheets)


def _below(sheet: Sheet, folder: Path) -> Sheet:
    """A sheet whose files are seen from the folder above its own, with the split that they lie in."""
    column = sheet.columns[FILE_NAME]
    files = [(PurePosixPath(folder.as_posix()) / str(value)).as_posix() for value in column.values]
    roles = {**sheet.roles, "photo": FILE_NAME}
    columns = {**sheet.columns, FILE_NAME: Column(files, column.codes)}
    if "split" not in roles:
        splits, roles["split"] = [_split(file) for file in files], "split"
        kept = list(dict.fromkeys(split for split in splits if split))
        columns["split"] = column.mapped([kept.index(split) if split else -1 for split in splits], kept)
    return Sheet(columns, sheet.place, roles)


def _split(file: str) -> str:
    """The split that a file lies in, or ''."""
    return SPLITS.get(file.partition("/")[0].lower(), "") if "/" in file else ""


def _classes(path: Path) -> Opened:
    """Splits and classes from the folders."""
    photos = photos_in(path)
    return Opened(
        of_names(path, photos, {"split": _splits(photos), "label": [_label(photo) for photo in photos]}), path
    )


def _splits(photos: Sequence[str]) -> list[str | None]:
    return [_split(photo) or None for photo in photos]


def _label(photo: str) -> str | None:
    """The folder that a picture lies in, unless that is the split or the data set itself."""
    parts = PurePosixPath(photo).parts[:-1]
    return parts[-1] if len(parts) > bool(_split(photo)) else None


def read_plain(path: Path, _faults: list[Fault]) -> Opened:
    """Photographs without any label."""
    return Opened(of_names(path, photos_in(path), {}), path)
