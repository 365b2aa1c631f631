"""Before anything is written: may a folder be, or become, that of a data set?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from faceaug.data.versions.names import HEAD
from faceaug.data.versions.objects import OBJECTS
from faceaug.data.versions.version import NAME, VERSIONS
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["refuse_claim"]

OURS: Final = frozenset({HEAD, VERSIONS, OBJECTS, "tags"})
"""What a data set's folder holds, besides what is hidden."""

MOST_NAMES: Final = 3


def refuse_claim(folder: Path, photographs: Path | None = None) -> None:
    """Refuse a folder that cannot be a data set's, before work is done in vain or somebody's files are mixed with ours.

    Args:
        folder: of the data set; new, empty, or a data set already.
        photographs: folder that is searched for photographs, now and when the same command is started again; pictures
            that were made must not be found there. None where none is searched.

    Raises:
        RequestError: it is a file, holds something else, lies among the photographs, or may not be written to.
    """
    what = "is a file; a data set is a folder" if folder.is_file() else ""
    what = what or (_among(folder, photographs) if photographs is not None else "")
    what = what or _within_another(folder)
    what = what or (_of_others(folder) if folder.exists() else _no_way(folder))
    if what:
        raise RequestError([Fault(str(folder), what)], "nothing was done")


def _among(folder: Path, photographs: Path) -> str:
    """Why what is made may not lie with what it is made of, or ''."""
    data, source = folder.resolve(), photographs.resolve()
    if data == source and not _is_data_set(folder):
        return "is the folder of the photographs; a data set needs one of its own"
    if source in data.parents:
        inside = f"lies in {photographs}, where photographs are looked for"
        return f"{inside}: its pictures would be taken for photographs; name a folder elsewhere"
    return ""


def _within_another(folder: Path) -> str:
    """Why a folder inside a data set cannot be one, or ''."""
    above = next((parent for parent in folder.resolve().parents if _has_versions(parent)), None)
    return "" if above is None else f"lies in the data set {above}; name a folder elsewhere"


def _of_others(folder: Path) -> str:
    """Why a folder that there is cannot be taken, or ''."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return "may not be written to"
    strange = sorted(path.name for path in folder.iterdir() if path.name not in OURS and path.name[0] != ".")
    if strange and not _is_data_set(folder):
        more = ", ..." if len(strange) > MOST_NAMES else ""
        return f"holds {', '.join(strange[:MOST_NAMES])}{more}, and is no data set; name a new or empty folder"
    return ""


def _no_way(folder: Path) -> str:
    """Why a folder cannot be made, or ''."""
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    if not above.is_dir():
        return f"cannot be made: {above} is a file"
    return "" if os.access(above, os.W_OK | os.X_OK) else f"cannot be made: {above} may not be written to"


def _is_data_set(folder: Path) -> bool:
    """Whether a folder has versions, or work on the first one was begun there."""
    return _has_versions(folder) or (folder / HEAD).is_file() or (folder / ".work" / "run.json").is_file()


def _has_versions(folder: Path) -> bool:
    """Whether a folder holds versions."""
    versions = folder / VERSIONS
    return versions.is_dir() and any(NAME.fullmatch(path.name) for path in versions.iterdir())
