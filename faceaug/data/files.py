"""Files: written whole or not at all, and what to say of those that cannot be read."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from pathlib import Path

from faceaug.errors import FaceaugError, Fault, did_you_mean

__all__ = [
    "beside",
    "explain",
    "refuse_unwritable",
    "seen_from",
    "spelt",
    "straight",
    "undecoded",
    "unread",
    "why_missing",
    "why_unreadable",
    "write_atomic",
]

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
    errno.ELOOP: "a link in that path leads back to itself",
    errno.ENOTBLK: "a pipe, a socket or a device is there, and no file",
}
"""What the common ways for a write to fail mean to a person."""


def explain(path: Path, error: OSError) -> FaceaugError:
    """Say in a sentence why a file could not be written."""
    return FaceaugError(f"{path} could not be written: {REASONS.get(error.errno or 0, error.strerror or str(error))}")


def refuse_unwritable(path: Path, *, folder: bool = False) -> None:
    """Refuse a place where nothing can be written, before work is done in vain. Nothing is made or changed.

    Args:
        path: of a file, or of a folder; it and the folders above it need not be there.
        folder: whether it shall be a folder.

    Raises:
        FaceaugError: what the write itself would say: something else is in the way, nobody may write there, the disk
            is full or read-only, or the name is too long.
    """
    code = _hindrance(path, folder=folder)
    if code:
        raise explain(path, OSError(code, os.strerror(code)))


def _hindrance(path: Path, *, folder: bool) -> int:
    """What the system would say to a write, or 0."""
    try:
        path.with_name(f".{path.name}.part").lstat()  # names that are too long, paths through files, circles of links
    except FileNotFoundError:
        pass
    except OSError as error:
        return error.errno or errno.EACCES
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        above = next(parent for parent in path.absolute().parents if parent.exists())
        return _closed(above) if above.is_dir() else errno.ENOTDIR
    except OSError as error:
        return error.errno or errno.EACCES
    if folder:
        return _closed(path) if stat.S_ISDIR(mode) else errno.EEXIST
    if stat.S_ISDIR(mode):
        return errno.EISDIR
    return _closed(path.absolute().parent) if stat.S_ISREG(mode) else errno.ENOTBLK


def _closed(folder: Path) -> int:
    """Why nothing can be added to a folder that there is, or 0."""
    disk = os.statvfs(folder) if hasattr(os, "statvfs") else None
    if not os.access(folder, os.W_OK | os.X_OK):
        return errno.EROFS if disk is not None and disk.f_flag & os.ST_RDONLY else errno.EACCES
    return errno.ENOSPC if disk is not None and disk.f_blocks and not disk.f_bfree else 0


def beside(path: Path) -> Path | None:
    """What stands where a missing path should be and has the name most like its, or None."""
    names = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    stems = {Path(name).stem: name for name in names if Path(name).suffix.lower() == path.suffix.lower()}
    near = stems.get(did_you_mean(path.stem, stems)) or did_you_mean(path.name, set(names) - set(stems.values()))
    return path.parent / near if near else None


def why_missing(path: Path) -> str:
    """Say that nothing is at a path, and what could be meant."""
    near = beside(path)
    return f"does not exist; did you mean {near.as_posix()!r}?" if near else "does not exist"


ESCAPED = re.compile(r"\\udc[89a-f][0-9a-f]")
"""A byte of a file's name that is no UTF-8, as `spelt` writes it."""


def spelt(path: Path) -> Path:
    r"""A path as text, which tables and JSON can hold: bytes of a name that are no UTF-8 are written as `\udcff`.

    Such a path is that of no file; whoever reads it says so (`unread`), and everything else goes on.
    """
    return Path(str(path).encode(errors="backslashreplace").decode())


def unread(path: Path, error: OSError) -> str:
    """Say why one file of many could not be read; where its name was no text, that is why."""
    if isinstance(error, FileNotFoundError) and ESCAPED.search(str(path)):
        return "has a name that is not UTF-8 text; rename it"
    return f"cannot be read: {error.strerror or error}"


def why_unreadable(path: Path, error: OSError) -> str:
    """Say why a file could not be read, and which one beside it could be meant."""
    near = beside(path) if isinstance(error, FileNotFoundError) else None
    return unread(path, error) + (f"; did you mean {near.name!r}?" if near else "")


def undecoded(path: str | Path, error: UnicodeDecodeError) -> Fault:
    """Say where a file stops being text, and what to do about it."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return Fault(f"{path}:{line}", "is not UTF-8 text; save it as UTF-8")


def straight(path: Path) -> Path:
    """A whole path without `..`: that is climbed from where links lead, and not from where they stand."""
    return Path(os.path.realpath(path.parent), path.name) if ".." in path.parts else path.absolute()


def seen_from(path: Path, folder: Path) -> str:
    """A path as it is written in a file of a folder: relative where there is a way, with forward slashes.

    Whoever opens it climbs up from where the folder really is, even if it was named by way of a link.
    """
    whole, base = straight(path), straight(folder)
    try:
        short = os.path.relpath(whole, base)
        if short.startswith(".."):
            real = os.path.realpath(base)
            if os.path.realpath(os.path.join(real, short)) != os.path.realpath(whole):  # noqa: PTH118
                short = os.path.relpath(whole, real)
    except ValueError:  # another drive
        return whole.as_posix()
    return Path(short).as_posix()


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
    if path.exists() and not path.is_file() and not path.is_dir():
        raise explain(path, OSError(errno.ENOTBLK, ""))  # it would be replaced: /dev/null, for whoever may do that
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
