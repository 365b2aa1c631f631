"""Walking through folders: every file once, in alphabetical order, through links too; what cannot be read is said."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from faceaug.data.files import why_unreadable
from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["walk"]


def walk(folder: Path, faults: list[Fault]) -> Iterator[Path]:
    """The files in a folder and below it; what is hidden, folders and files, is passed over.

    A link to a folder is followed, unless that leads to a folder that was looked into already.

    Args:
        folder: where to begin.
        faults: where folders are noted that cannot be read.
    """
    seen: set[str] = set()

    def unread(error: OSError) -> None:
        place = folder if error.filename is None else Path(error.filename)
        faults.append(Fault(str(place), why_unreadable(place, error)))

    for place, folders, names in os.walk(folder, onerror=unread, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(name for name in folders if not name.startswith("."))
        if real not in seen:
            seen.add(real)
            yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))
