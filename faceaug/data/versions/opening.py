"""Opening whatever lists pictures: a version of a data set, the folder of a run, or a manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from faceaug.data.files import why_missing
from faceaug.data.manifest import read_manifest
from faceaug.data.origin import as_files_say
from faceaug.data.versions.gathering import MANIFESTS
from faceaug.data.versions.names import HEAD
from faceaug.data.versions.store import Versions
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from faceaug.data.record import Record

__all__ = ["Pictures", "open_pictures"]


@dataclass(frozen=True)
class Pictures:
    """Pictures and where they are.

    Attributes:
        records: of the pictures.
        manifest: file that they stand in; their paths are relative to its folder.
        title: what a person calls them.
        pin: of the version that they are, or None.
        mistaken: ids of pictures that the manifest takes for photographs, and whose files say of themselves that they
            are renderings; their records say so, too.
    """

    records: Sequence[Record]
    manifest: Path
    title: str
    pin: str | None = None
    mistaken: Sequence[str] = ()

    @property
    def root(self) -> Path:
        """Folder that the records' photographs are relative to."""
        return self.manifest.parent


def open_pictures(path: Path, version: str | None = None) -> Pictures:
    """Open pictures, whatever they are kept in.

    Args:
        path: a data set, the folder of a run, or a manifest of any kind.
        version: which version of a data set; None for the newest.

    Raises:
        RequestError: there is nothing of the kind, or a version is asked of what has none.
    """
    if not path.exists():
        raise RequestError([Fault(str(path), why_missing(path))], "nothing was done")
    if path.is_dir() and (Versions.open(path).head or (version is not None)):
        dataset = Versions.open(path, must_exist=True)
        found = dataset.version(version or HEAD)
        manifest = dataset.manifest(found.name)
        title = f"{path.resolve().name} {found.name}"
        return _pictures(manifest, title, found.pin)
    if version is not None:
        raise RequestError([Fault(str(path), f"has no versions, so no {version!r}")], "nothing was done")
    manifest = path
    if path.is_dir():
        there = next((path / name for name in MANIFESTS if (path / name).is_file()), None)
        if there is None:
            what = "is neither a data set with versions nor a folder with a manifest"
            raise RequestError([Fault(str(path), what)], "nothing was done")
        manifest = there
    return _pictures(manifest, path.resolve().name)


def _pictures(manifest: Path, title: str, pin: str | None = None) -> Pictures:
    """The pictures of a manifest, each asked what it says of itself."""
    records, mistaken = as_files_say(read_manifest(manifest, check_files=False), manifest.parent)
    return Pictures(records, manifest, title, pin, mistaken)
