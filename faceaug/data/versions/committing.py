"""Adding a version: pictures first, then the version's folder under a hidden name, its real name, and HEAD last.

Whatever fails, and whenever the process is killed, every version that HEAD leads to is untouched. The one moment at
which a version comes into being is the renaming of its folder, when every byte of it has reached the disk; if HEAD
could not be moved after that, the next commit moves it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Protocol

import faceaug
from faceaug.data.files import explain, unread, write_atomic
from faceaug.data.origin import as_its_file_says
from faceaug.data.tables import to_csv, to_jsonl, to_parquet
from faceaug.data.versions.names import HEAD
from faceaug.data.versions.objects import OBJECTS, UP, load_object, object_digest, store_object, sweep, sync_folder
from faceaug.data.versions.version import DESCRIPTION, VERSIONS, Version, read_version, version_faults
from faceaug.errors import Fault, PhotoError, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from faceaug.data.record import Record

__all__ = ["commit", "take_in"]

SEGMENT: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]*")
"""What a part of a document's path may look like, so that it is a file on every system."""

MOST_FAULTS: Final = 20


class DataSet(Protocol):
    """What a commit needs to know of a data set."""

    folder: Path

    @property
    def head(self) -> str | None:
        """Name of the newest version."""


def commit(
    dataset: DataSet,
    records: Sequence[Record],
    documents: Mapping[str, Any],
    message: str = "",
    *,
    root: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Version:
    """Add a version; the caller holds the lock.

    The same records and documents as the newest version's make no new one: the newest is returned, so that a commit
    that was interrupted can simply be made again.

    Args:
        dataset: the data set.
        records: all pictures of the version, photographs and renderings. Their files are copied into the data set; one
            whose file says of itself that it was made is recorded as a rendering, whatever its record says.
        documents: path within the version -> bytes, text, or what JSON can hold.
        message: why this version exists; its line breaks become blanks.
        root: folder that the records' photographs are relative to.
        progress: called after each picture.

    Raises:
        RequestError: all that is wrong with records and documents; nothing was committed.
        FaceaugError: a file cannot be written; the versions that were there are untouched.
    """
    folder = dataset.folder
    written = _documents(documents)
    faults = _record_faults(records)
    if faults:
        raise RequestError(faults, "no version was made")
    take_in(dataset)
    head = dataset.head
    stored = _stored(folder, records, root, progress)
    written |= {
        "manifest.csv": to_csv(stored),
        "manifest.jsonl": to_jsonl(stored),
        "manifest.parquet": to_parquet(stored),
    }
    newest = read_version(folder / VERSIONS / head) if head else None
    version = Version(
        name=f"{int(head or 0) + 1:04}",
        parent=newest.digest if newest else None,
        message=" ".join(message.split()),
        faceaug=faceaug.__version__,
        photographed=sum(record.origin == "camera" for record in stored),
        rendered=sum(record.origin == "rendered" for record in stored),
        people=len({record.subject for record in stored if record.subject}),
        files={name: hashlib.sha256(data).hexdigest() for name, data in written.items()},
    )
    if newest is not None and newest.files == version.files:
        return newest
    _write(folder, version, written)
    _move_head(folder, version.name)
    return version


def take_in(dataset: DataSet) -> list[str]:
    """Let HEAD name versions that are whole and follow it; the caller holds the lock.

    Returns:
        Names of the versions that were taken in: none, but where a commit was killed in its last step, or HEAD was
        lost.

    Raises:
        RequestError: a version follows that is not whole, and that no commit can have left behind.
    """
    folder = dataset.folder
    taken: list[str] = []
    before = dataset.head
    while (next_ := folder / VERSIONS / f"{int(before or 0) + 1:04}").exists():
        faults = version_faults(next_)
        if not faults:
            parent = read_version(folder / VERSIONS / before).digest if before else None
            if read_version(next_).parent != parent:
                faults = [Fault(str(next_), f"does not follow version {before or 'none'}")]
        if faults:
            what = "no version was made; HEAD does not name it: move it elsewhere, or restore what it was"
            raise RequestError(faults, what)
        before = next_.name
        taken.append(before)
    if taken:
        _move_head(folder, taken[-1])
    return taken


def _documents(given: Mapping[str, Any]) -> dict[str, bytes]:
    """Documents as bytes."""
    faults, written = [], {}
    for name, content in given.items():
        parts = name.split("/")
        if not all(SEGMENT.fullmatch(part) for part in parts):
            faults.append(
                Fault(name, "cannot be a document's name: use a relative path of plain words, like plan.json")
            )
        elif parts[0] == DESCRIPTION or parts[0].startswith("manifest."):
            faults.append(Fault(name, "is written by the version itself"))
        elif isinstance(content, bytes):
            written[name] = content
        elif isinstance(content, str):
            written[name] = content.encode()
        else:
            try:
                written[name] = (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
            except (TypeError, ValueError) as error:
                faults.append(Fault(name, f"must be bytes, text or what JSON can hold: {error}"))
    if faults:
        raise RequestError(faults, "no version was made")
    return written


def _record_faults(records: Sequence[Record]) -> list[Fault]:
    """What is wrong with the records of a version."""
    ids: set[str] = set()
    faults = [] if records else [Fault("", "a version needs at least one picture")]
    for record in records:
        if record.id in ids:
            faults.append(Fault(record.id, "is the id of two records"))
        ids.add(record.id)
    # A rendering of ours without its photograph could neither be made again nor be compared with it. One that was made
    # elsewhere names none, and is kept as what its file says that it is.
    faults += [
        Fault(record.id, f"is a rendering of {record.parent!r}, of which there is no record")
        for record in records
        if record.origin == "rendered" and record.parent not in ids and (record.parent is not None or record.recipe)
    ]
    return _first(faults)


def _stored(
    folder: Path, records: Sequence[Record], root: Path, progress: Callable[[int, int], None] | None
) -> list[Record]:
    """The records with their pictures in the data set; a file that says that it is a rendering is taken for one."""
    sweep(folder)
    stored, faults, folders = [], [], set()
    for done, record in enumerate(records, 1):
        path = record.located(root)
        try:
            data = _bytes(path)
        except PhotoError as error:
            faults.append(Fault(record.id, error.sentence))
            continue
        digest = hashlib.sha256(data).hexdigest()
        if record.sha256 and record.sha256 != digest:
            faults.append(Fault(record.id, f"{path} is not the file of its record: it has changed since"))
            continue
        name = store_object(folder, data, path.suffix)
        folders.add((folder / name).parent)
        stored.append(replace(as_its_file_says(record, path), photo=f"{UP}{name}", sha256=digest))
        if progress is not None:
            progress(done, len(records))
    if faults:
        raise RequestError(_first(faults), "no version was made")
    _sync([*sorted(folders), folder / OBJECTS])
    return stored


def _bytes(path: Path) -> bytes:
    """A picture's file; one that is an object of a data set is checked against its name."""
    name = "/".join(path.parts[-3:])
    if object_digest(name) is not None:
        return load_object(path.parents[2], name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise PhotoError("unreadable", f"{path} {unread(path, error)}") from error


def _write(folder: Path, version: Version, written: Mapping[str, bytes]) -> None:
    """Write a version's folder, whole or not at all."""
    final = version.folder(folder)
    part = final.with_name(f".{version.name}.part")
    try:
        if part.exists():
            shutil.rmtree(part)
        for name, data in {**written, DESCRIPTION: version.to_bytes()}.items():
            write_atomic(part / PurePosixPath(name), data)
        _sync(sorted({path.parent for path in part.rglob("*")}))
        part.rename(final)
        _sync([final.parent, folder])
    except OSError as error:
        raise explain(final, error) from error


def _move_head(folder: Path, name: str) -> None:
    """Let HEAD name another version."""
    write_atomic(folder / HEAD, f"{name}\n".encode())
    _sync([folder])


def _sync(folders: Iterable[Path]) -> None:
    """Bring the names in some folders to the disk."""
    for folder in folders:
        try:
            sync_folder(folder)
        except OSError as error:
            raise explain(folder, error) from error


def _first(faults: list[Fault]) -> list[Fault]:
    """The first twenty faults, and how many more there are."""
    if len(faults) <= MOST_FAULTS:
        return faults
    return [*faults[:MOST_FAULTS], Fault("", f"... and {len(faults) - MOST_FAULTS} more like these")]
