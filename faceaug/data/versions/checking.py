"""Is a data set on disk what its versions say, to the byte?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.data.manifest import read_manifest
from faceaug.data.versions.names import HEAD, find_version
from faceaug.data.versions.objects import OBJECTS, load_object, object_digest, object_name
from faceaug.data.versions.version import VERSIONS, Version, read_version, version_faults
from faceaug.errors import Fault, PhotoError, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

__all__ = ["check_versions", "unused_objects"]


def check_versions(
    folder: Path, head: str | None, tags: Mapping[str, str], progress: Callable[[int, int], None] | None = None
) -> list[Fault]:
    """Read every file of every version, and say what is missing or has changed.

    Args:
        folder: of the data set.
        head: name of the newest version, or None.
        tags: tag -> pin.
        progress: called after each picture.

    Returns:
        Faults by place; none for a data set that is whole. A version that HEAD does not name yet is one of them.
    """
    faults: list[Fault] = []
    versions: list[Version] = []
    for number in range(1, int(head or 0) + 1):
        place = folder / VERSIONS / f"{number:04}"
        found = version_faults(place)
        faults += found
        try:
            version = read_version(place)
        except RequestError:
            continue  # its faults are in the list already
        before = versions[-1] if versions else None
        if len(versions) == number - 1 and version.parent != (before.digest if before else None):
            what = f"does not follow {before.name if before else 'nothing'} as it is now: one of them was changed"
            faults.append(Fault(str(place), what))
        versions.append(version)
    faults += _picture_faults(folder, versions, progress)
    faults += _tag_faults(folder, versions, tags)
    after = folder / VERSIONS / f"{int(head or 0) + 1:04}"
    if after.exists():
        faults.append(Fault(str(after), f"is there, but {HEAD} does not name it; the next commit takes it in"))
    return faults


def unused_objects(folder: Path, versions: Iterable[Version]) -> list[Path]:
    """Stored pictures that no version names, such as those of a commit that failed."""
    used = {name for version in versions for name in _objects(folder, version)}
    return [path for path in sorted((folder / OBJECTS).glob("*/*")) if path.relative_to(folder).as_posix() not in used]


def _picture_faults(
    folder: Path, versions: Iterable[Version], progress: Callable[[int, int], None] | None
) -> list[Fault]:
    """Pictures that are missing, damaged, or no stored files at all."""
    named: dict[str, str] = {}
    for version in versions:
        for name in _objects(folder, version):
            named.setdefault(name, version.name)
    faults = []
    for done, (name, first) in enumerate(named.items(), 1):
        if object_digest(name) is None:
            faults.append(Fault(str(folder / name), f"of version {first} is no stored picture"))
            continue
        try:
            load_object(folder, name)
        except PhotoError as error:
            faults.append(Fault("", f"version {first}: {error.sentence}"))
        if progress is not None:
            progress(done, len(named))
    return faults


def _objects(folder: Path, version: Version) -> list[str]:
    """Names of the stored pictures of a version; none where its manifest cannot be read (that is a fault by itself)."""
    try:
        records = read_manifest(version.folder(folder) / "manifest.jsonl", check_files=False)
    except RequestError:
        return []
    return [object_name(record) for record in records]


def _tag_faults(folder: Path, versions: list[Version], tags: Mapping[str, str]) -> list[Fault]:
    """Tags whose version is not there, or not what it was."""
    faults: list[Fault] = []
    for tag, pin in tags.items():
        try:
            if versions:
                find_version(pin, versions, {}, str(folder / "tags" / tag))
        except RequestError as error:
            faults += error.faults
    return faults
