"""One writer at a time in the folder of a data set."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from faceaug.data.files import explain
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LOCK", "locked"]

LOCK: Final = ".lock"
"""File in the data set's folder that a writer holds; it holds the writer's process id."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a data set for one writer.

    The system lets go of the file when its process ends, however that happens, so that a lock left behind by a killed
    process is no obstacle. Where the system has no such locks, the user must take care.

    Raises:
        RequestError: another process is writing there; the message names it.
        FaceaugError: the folder cannot be written to.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path = folder / LOCK
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise explain(path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise RequestError([Fault(str(folder), _who(path))], "nothing was written") from error
        if _is_still(path, descriptor):
            break
        os.close(descriptor)  # its last holder removed it meanwhile
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the file that was locked is the one that others would lock."""
    try:
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _who(path: Path) -> str:
    """Which process holds the lock."""
    try:
        holder = path.read_text(encoding="utf-8").strip()
    except OSError:
        holder = ""
    named = f"process {holder}" if holder else "another process"
    return f"{named} is writing there; wait for it, or end it"
