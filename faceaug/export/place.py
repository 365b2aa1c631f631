"""The folder of an export: it appears when it is complete; what an interrupted one has written is not written again."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.files import explain, write_atomic
from faceaug.data.versions.lock import locked
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceaug.export.items import Item

__all__ = ["NOTE", "Place", "filled"]

NOTE: Final = "export.json"
"""What the export is: format, options, pin, digest of the manifest."""


@dataclass(frozen=True)
class Place:
    """A folder that is being filled.

    Attributes:
        folder: where files are written for the time being.
    """

    folder: Path

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all."""
        write_atomic(self._path(name), data)

    def copy(self, name: str, item: Item) -> None:
        """Write a picture, unless it is there already from an interrupted export."""
        path = self._path(name)
        data = item.read()
        if not path.is_file() or path.read_bytes() != data:
            write_atomic(path, data)

    def has(self, name: str) -> bool:
        """Whether a file is there, and therefore whole."""
        return self._path(name).is_file()

    def _path(self, name: str) -> Path:
        """Where a file is to be; never outside the folder, whatever words its name was made of.

        Raises:
            RequestError: the name leads elsewhere.
        """
        path = PurePosixPath(name)
        if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in name or "\0" in name:
            raise RequestError([Fault(name, "leads out of the folder of the export")], "nothing was exported")
        return self.folder / path


def filled(out: Path, identity: dict[str, Any], fill: Callable[[Place], None]) -> bool:
    """Fill a folder, or go on filling it.

    Args:
        out: the folder; it must not be there, or be this very export.
        identity: what decides every byte of it, as JSON values.
        fill: writes the files.

    Returns:
        Whether there was anything to do.

    Raises:
        RequestError: the folder holds something else.
        FaceaugError: a file cannot be written.
    """
    note = (json.dumps(identity, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        if (out / NOTE).is_file() and (out / NOTE).read_bytes() == note:
            return False
        raise RequestError([Fault(str(out), "holds something else already; name a new folder")], "nothing was exported")
    part = out.with_name(f".{out.name}.part")
    try:
        if part.is_dir() and not ((part / NOTE).is_file() and (part / NOTE).read_bytes() == note):
            shutil.rmtree(part)  # of another export, which was never finished
        part.mkdir(parents=True, exist_ok=True)
        with locked(part):
            write_atomic(part / NOTE, note)
            fill(Place(part))
        if out.exists():
            out.rmdir()
        part.rename(out)
    except OSError as error:
        raise explain(out, error) from error
    return True
