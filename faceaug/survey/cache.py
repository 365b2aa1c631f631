"""Readings that are kept between surveys, by the content of the photograph.

One SQLite file for all data sets: the same photograph in two of them is measured once. It holds digests, numbers and
words, but neither pictures nor the names of files. A reading is on disk before the next photograph is asked for, so
that nothing is lost when a survey is killed; several surveys may use the file at the same time.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faceaug.data.files import explain
from faceaug.errors import FaceaugError
from faceaug.survey.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Cache", "cache_folder"]

FILE: Final = "measured.sqlite"

PATIENCE: Final = 60.0
"""Seconds to wait for another survey that is writing."""

TABLE: Final = """
CREATE TABLE IF NOT EXISTS reading (
    sha256 TEXT NOT NULL, measuring INTEGER NOT NULL, how TEXT NOT NULL, reading TEXT NOT NULL,
    PRIMARY KEY (sha256, measuring, how)
) WITHOUT ROWID
"""


def cache_folder() -> Path:
    """Where readings are kept unless somebody says otherwise.

    `FACEAUG_CACHE` if that is set; else `faceaug` in the system's folder for caches: `XDG_CACHE_HOME` or `~/.cache`,
    `~/Library/Caches` on macOS, `LOCALAPPDATA` on Windows.
    """
    own = os.environ.get("FACEAUG_CACHE")
    if own:
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "faceaug", "Cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "faceaug"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "faceaug")


class Cache:
    """Readings on disk.

    Args:
        connection: to the file.
        path: of the file.
        measuring: version of everything that is measured; readings of other versions are not seen.
        how: how photographs are looked at (faces, detector, device); readings of another kind are not seen.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, measuring: int, how: str) -> None:
        self._connection = connection
        self._path = path
        self._key = (measuring, how)

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, *, measuring: int, how: str) -> Iterator[Cache]:
        """Open the cache in a folder; both are made where they are missing.

        Raises:
            FaceaugError: it cannot be written, or is not a cache.
        """
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error
        try:
            with _told(path):
                connection.execute(TABLE)
            yield cls(connection, path, measuring, how)
        finally:
            connection.close()

    def get(self, sha256: str) -> Reading | None:
        """What was read off a photograph with this digest; None if nobody has looked."""
        with _told(self._path):
            row = self._connection.execute(
                "SELECT reading FROM reading WHERE sha256 = ? AND measuring = ? AND how = ?", (sha256, *self._key)
            ).fetchone()
        if row is None:
            return None
        try:
            return Reading.from_json(sha256, row[0])
        except (ValueError, KeyError, TypeError) as error:
            raise _unusable(self._path, error) from error

    def put(self, reading: Reading) -> None:
        """Keep a reading, unless the next look may end otherwise; it is on disk when this returns."""
        if reading.lasting and reading.sha256:
            with _told(self._path):
                self._connection.execute(
                    "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?)",
                    (reading.sha256, *self._key, reading.to_json()),
                )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say what is wrong with the cache so that a person can put it right."""
    try:
        yield
    except sqlite3.Error as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: Exception) -> FaceaugError:
    """The error of a cache that cannot be used; one that is full is in good order."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        error = OSError(errno.ENOSPC, str(error))
    if isinstance(error, OSError):
        return FaceaugError(
            f"{explain(path, error)}; name another folder for measurements with --cache or FACEAUG_CACHE"
        )
    return FaceaugError(
        f"{path}: the measurements kept there cannot be used ({error}); "
        "delete the file, or name another folder with --cache or FACEAUG_CACHE"
    )
