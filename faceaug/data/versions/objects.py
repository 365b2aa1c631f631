"""Pictures of a data set, each stored once under the hash of its bytes."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from faceaug.data.files import unread, write_atomic
from faceaug.errors import PhotoError

if TYPE_CHECKING:
    from faceaug.data.record import Record

__all__ = ["OBJECTS", "UP", "load_object", "object_digest", "object_name", "store_object", "sweep", "sync_folder"]

OBJECTS: Final = "objects"
"""Folder of the pictures within the data set's."""

UP: Final = "../../"
"""From a version's folder to the data set's."""

NAME: Final = re.compile(r"objects/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.[a-z0-9]+)?")
"""`objects/<first two hexadecimal digits>/<sha256><suffix>`."""

STARTS: Final = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"GIF8", ".gif"), (b"BM", ".bmp"))
"""First bytes of common formats; the same bytes get the same suffix, whatever their file was called."""

WEBP: Final = (b"RIFF", b"WEBP")
"""Bytes 0..3 and 8..11 of a WebP file."""


def store_object(folder: Path, data: bytes, suffix: str = "") -> str:
    """Store a file under the hash of its content, unless it is there already and whole.

    Only whoever holds the data set's lock may store.

    Args:
        folder: of the data set.
        data: the file's bytes.
        suffix: of its name, where the bytes do not tell (they do for JPEG, PNG, GIF, BMP and WebP).

    Returns:
        Its path relative to the folder, with forward slashes.

    Raises:
        FaceaugError: if it cannot be written.
    """
    digest = hashlib.sha256(data).hexdigest()
    name = f"{OBJECTS}/{digest[:2]}/{digest}{_suffix(data, suffix)}"
    path = folder / PurePosixPath(name)
    if not _is_whole(path, digest, len(data)):
        write_atomic(path, data)
    return name


def sweep(folder: Path) -> None:
    """Remove what writers that were killed have left half written; only whoever holds the lock may."""
    for part in (folder / OBJECTS).glob("*/.*.part"):
        part.unlink(missing_ok=True)


def load_object(folder: Path, name: str) -> bytes:
    """The bytes of a stored file, checked against the hash in its name.

    Raises:
        PhotoError: missing or damaged.
    """
    path = folder / PurePosixPath(name)
    digest = object_digest(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PhotoError("missing", f"{path} {unread(path, error)}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise PhotoError("damaged", f"{path} is damaged: its content does not have the hash in its name")
    return data


def object_digest(name: str) -> str | None:
    """The hash in the name of a stored file, or None if it is no such name."""
    match = NAME.fullmatch(name)
    return match[2] if match else None


def object_name(record: Record) -> str:
    """Name of the stored file of a version's record; its path climbs out of the version's folder first."""
    return record.photo.removeprefix(UP)


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk, where the system lets folders be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _suffix(data: bytes, given: str) -> str:
    """The suffix that the first bytes ask for; otherwise the one given, if it is a plain one."""
    for start, suffix in STARTS:
        if data.startswith(start):
            return suffix
    if (data[:4], data[8:12]) == WEBP:
        return ".webp"
    plain = given.lower()
    return plain if re.fullmatch(r"\.[a-z0-9]+", plain) else ""


def _is_whole(path: Path, digest: str, size: int) -> bool:
    """Whether a file is there with the very content it should have; a damaged one is written again."""
    try:
        return path.stat().st_size == size and hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False
