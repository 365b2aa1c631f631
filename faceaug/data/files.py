"""Files: written whole or not at all, and what to say of those that cannot be read."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from faceaug.errors import FaceaugError, Fault, did_you_mean

__all__ = ["beside", "explain", "seen_from", "undecoded", "why_missing", "why_unreadable", "write_atomic"]

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "that disk is read-only",
    errno.ENAMETOOLONG: "the name is too long for that disk",
    errno.ENOTDIR: "a folder in that path is a file",
    errno.EISDIR: "a folder of that name is in the way",
    errno.EEXIST: "a file of that name is in the way",
}
"""What the common ways for a write to fail mean to a person."""


def explain(path: Path, error: OSError) -> FaceaugError:
    """Say in a sentence why a file could not be written."""
    return FaceaugError(f"{path} could not be written: {REASONS.get(error.errno or 0, error.strerror or str(error))}")


def beside(path: Path) -> Path | None:
    """What stands where a missing path should be and has the name most like its, or None."""
    names = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    near = did_you_mean(path.name, names)
    return path.parent / near if near else None


def why_missing(path: Path) -> str:
    """Say that nothing is at a path, and what could be meant."""
    near = beside(path)
    return f"does not exist; did you mean {near.as_posix()!r}?" if near else "does not exist"


def why_unreadable(path: Path, error: OSError) -> str:
    """Say why a file could not be read, and which one beside it could be meant."""
    near = beside(path) if isinstance(error, FileNotFoundError) else None
    return f"cannot be read: {error.strerror or error}" + (f"; did you mean {near.name!r}?" if near else "")


def undecoded(path: str | Path, error: UnicodeDecodeError) -> Fault:
    """Say where a file stops being text, and what to do about it."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return Fault(f"{path}:{line}", "is not UTF-8 text; save it as UTF-8")


def seen_from(path: Path, folder: Path) -> str:
    """A path as it is written in a file of a folder: relative where there is a way, with forward slashes."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive
        return path.absolute().as_posix()


def write_atomic(path: str | Path, data: bytes) -> Path:
    """Write a file so that it is never seen half written, even if the machine stops meanwhile.

    The bytes go to a hidden neighbour first, reach the disk, and take the final name in one step. The neighbour's name
    is fixed, so that what an interrupted run leaves behind is overwritten by the run that resumes it. Missing folders
    are made.

    Args:
        path: where the file shall be; an existing file is replaced.
        data: its whole content.

    Returns:
        The path.

    Raises:
        FaceaugError: if it cannot be written; the file that was there before, if any, is untouched.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise explain(path, error) from error
        raise
    return path
