"""Writing a version out as a folder of plain files, as if it had just been made."""

from __future__ import annotations

import shutil
import string
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from faceaug.data.files import explain, write_atomic
from faceaug.data.manifest import write_manifest
from faceaug.data.versions.objects import load_object, object_name
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from faceaug.data.record import Record
    from faceaug.data.versions.version import Version

__all__ = ["plain_names", "write_out"]

PLAIN: Final = frozenset(f"{string.ascii_letters}{string.digits}._-")
"""Letters that every file system takes for what they are."""

LONGEST: Final = 150
"""Letters of a picture's name: file systems end at 255 bytes, and `.part` and a number come behind."""


def write_out(
    folder: Path,
    version: Version,
    records: Sequence[Record],
    out: Path,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a version as plain files: photographs, pictures, manifests that name them, and its documents.

    The folder appears when it is complete, and not before.

    Args:
        folder: of the data set.
        version: which one.
        records: its records.
        out: a new or empty folder.
        progress: called after each picture.

    Raises:
        RequestError: the folder holds something.
        PhotoError: a picture is missing or damaged.
        FaceaugError: a file cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RequestError([Fault(str(out), "holds something already; name a new folder")], "nothing was written")
    part = out.with_name(f".{out.name}.part")
    try:
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(parents=True)
        _fill(part, folder, version, records, progress)
        if out.exists():
            out.rmdir()
        part.rename(out)
    except OSError as error:
        raise explain(out, error) from error


def _fill(
    part: Path,
    folder: Path,
    version: Version,
    records: Sequence[Record],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Write pictures, documents and manifests into a folder."""
    placed = []
    for done, (record, name) in enumerate(zip(records, plain_names(records), strict=True), 1):
        write_atomic(part / name, load_object(folder, object_name(record)))
        placed.append(replace(record, photo=name))
        if progress is not None:
            progress(done, len(records))
    for name in version.files:
        if not name.startswith("manifest."):
            write_atomic(part / name, (version.folder(folder) / PurePosixPath(name)).read_bytes())
    write_manifest(placed, part)


def plain_names(records: Sequence[Record]) -> list[str]:
    """A path for each picture, `photos/...` or `pictures/...`, after its id; none twice, regardless of case."""
    taken: set[str] = set()
    names = []
    for record in records:
        stem = "".join(letter if letter in PLAIN else "_" for letter in record.id).strip(".") or "picture"
        folder = "pictures" if record.origin == "rendered" else "photos"
        suffix = PurePosixPath(record.photo).suffix
        name, number = f"{folder}/{stem[:LONGEST]}{suffix}", 1
        while name.casefold() in taken:
            number += 1
            name = f"{folder}/{stem[:LONGEST]}-{number}{suffix}"
        taken.add(name.casefold())
        names.append(name)
    return names
