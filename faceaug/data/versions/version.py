"""One version: its name, what it says about itself, and the digest that stands for every byte of it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORMAT", "NAME", "VERSIONS", "Version", "read_version", "version_faults"]

FORMAT: Final = "faceaug version 1"
"""What a version's description calls itself."""

VERSIONS: Final = "versions"
"""Folder of the versions within the data set's."""

DESCRIPTION: Final = "version.json"

NAME: Final = re.compile(r"\d{4,}")
"""How versions are called: 0001, 0002, ..."""

FIELDS: Final = {
    "name": str,
    "message": str,
    "faceaug": str,
    "photographed": int,
    "rendered": int,
    "people": int,
    "files": dict,
}
"""What every description must say, with its kind; besides, `parent` is text or null."""


@dataclass(frozen=True)
class Version:
    """What one version says about itself.

    Attributes:
        name: 0001, 0002, ...
        parent: digest of the version before, or None.
        message: why it was made; one line.
        faceaug: version of the program that wrote it.
        photographed: photographs in its manifest.
        rendered: renderings in its manifest.
        people: different subjects that it names.
        files: path within the version's folder -> sha256, of every file but the description itself.
    """

    name: str
    parent: str | None
    message: str
    faceaug: str
    photographed: int
    rendered: int
    people: int
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of the description.

        It covers every picture (their hashes are in the manifest), every document, and all versions before.
        """
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def pin(self) -> str:
        """`name@digest`: names this version, and no other content, for ever."""
        return f"{self.name}@{self.digest}"

    def as_dict(self) -> dict[str, Any]:
        """The description as JSON values."""
        return {"format": FORMAT, **vars(self), "files": dict(sorted(self.files.items()))}

    def to_bytes(self) -> bytes:
        """The description as it is written to disk."""
        return (json.dumps(self.as_dict(), indent=1, ensure_ascii=False) + "\n").encode()

    def folder(self, dataset: Path) -> Path:
        """Where it lies in a data set."""
        return dataset / VERSIONS / self.name


def read_version(folder: Path) -> Version:
    """Read the description of a version; its other files are not looked at.

    Args:
        folder: `versions/0001`.

    Raises:
        RequestError: it is missing or damaged.
    """
    path = folder / DESCRIPTION
    try:
        data = path.read_bytes()
        values = json.loads(data)
    except OSError as error:
        raise _damaged(path, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise _damaged(path, f"is damaged: {error}") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        found = values.get("format") if isinstance(values, dict) else None
        raise _damaged(path, f"is not written in the form {FORMAT!r}, but {found!r}")
    wrong = [name for name, kind in FIELDS.items() if not isinstance(values.get(name), kind)]
    if wrong:
        raise _damaged(path, f"is damaged: {', '.join(wrong)} is missing or of the wrong kind")
    version = Version(parent=values.get("parent"), **{name: values[name] for name in FIELDS})
    if version.name != folder.name or version.to_bytes() != data:
        raise _damaged(path, "has been changed since it was written")
    return version


def version_faults(folder: Path) -> list[Fault]:
    """What is wrong with a version's own files: missing, changed, or not of it.

    Args:
        folder: `versions/0001`.
    """
    try:
        version = read_version(folder)
    except RequestError as error:
        return list(error.faults)
    faults = []
    for name, digest in version.files.items():
        path = folder / PurePosixPath(name)
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            faults.append(Fault(str(path), f"cannot be read: {error.strerror or error}"))
            continue
        if found != digest:
            faults.append(Fault(str(path), f"has been changed: its hash is {found[:12]}, but must be {digest[:12]}"))
    known = {DESCRIPTION, *version.files}
    extra = [path for path in sorted(folder.rglob("*")) if path.is_file() and _name(path, folder) not in known]
    return faults + [Fault(str(path), "does not belong to the version; move it elsewhere") for path in extra]


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _damaged(path: Path, what: str) -> RequestError:
    return RequestError([Fault(str(path), what)], "see `faceaug versions check`")
