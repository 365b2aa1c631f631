"""A data set's folder, and what can be asked of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from faceaug.data.files import explain, why_missing, write_atomic
from faceaug.data.manifest import read_manifest
from faceaug.data.versions.checking import check_versions
from faceaug.data.versions.committing import commit, take_in
from faceaug.data.versions.difference import Difference, difference
from faceaug.data.versions.lock import locked
from faceaug.data.versions.names import HEAD, find_version, tag_fault
from faceaug.data.versions.objects import sync_folder
from faceaug.data.versions.restoring import write_out
from faceaug.data.versions.version import NAME, VERSIONS, Version, read_version
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faceaug.data.record import Record

__all__ = ["Versions"]

TAGS = "tags"


class Versions:
    """A data set as a sequence of versions, of which a finished one never changes again.

    Args:
        folder: of the data set; it comes into being with the first version.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @classmethod
    def open(cls, folder: str | Path, *, must_exist: bool = False) -> Versions:
        """Open a data set.

        Args:
            folder: where it is, or shall be.
            must_exist: whether it must have a version.

        Raises:
            RequestError: it has none, or the folder is something else.
        """
        found = cls(folder)
        if found.folder.exists() and not found.folder.is_dir():
            raise _refused(found.folder, "is a file; a data set is a folder")
        if found.head is None and must_exist:
            raise _refused(found.folder, _why_none(found.folder))
        return found

    @property
    def head(self) -> str | None:
        """Name of the newest version, or None where there is none yet.

        Raises:
            RequestError: the file HEAD is no file of ours.
        """
        path = self.folder / HEAD
        try:
            text = path.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise explain(path, error) from error
        if not NAME.fullmatch(text):
            what = f"is {text[:40]!r}, but must be the name of a version, such as 0001; is this another tool's folder?"
            raise _refused(path, what)
        return text

    def log(self) -> list[Version]:
        """All versions, oldest first."""
        head = self.head
        names = [f"{number:04}" for number in range(1, int(head) + 1)] if head else []
        return [read_version(self.folder / VERSIONS / name) for name in names]

    def version(self, word: str = HEAD) -> Version:
        """The version that a word means.

        Args:
            word: HEAD, HEAD~1, 0002, 2, a tag, a pin (`0002@<digest>`) or the first eight or more digits of a digest.

        Raises:
            RequestError: there is none.
        """
        log = self.log()
        if not log:
            raise _refused(self.folder, _why_none(self.folder))
        return find_version(word, log, self.tags(), str(self.folder))

    def manifest(self, word: str = HEAD) -> Path:
        """A version's manifest: a file that every command of faceaug reads, as do other tools."""
        return self.version(word).folder(self.folder) / "manifest.jsonl"

    def records(self, word: str = HEAD) -> list[Record]:
        """A version's records; their photographs are relative to the folder of `manifest(word)`."""
        return read_manifest(self.manifest(word), check_files=False)

    def document(self, name: str, word: str = HEAD) -> bytes:
        """A file of a version, such as `plan.json`.

        Raises:
            RequestError: the version has no such file.
        """
        version = self.version(word)
        if name not in version.files:
            near = did_you_mean(name, version.files)
            hint = f"did you mean {near!r}?" if near else f"it has {', '.join(sorted(version.files))}"
            raise _refused(self.folder, f"version {version.name} has no {name!r}; {hint}")
        return (version.folder(self.folder) / PurePosixPath(name)).read_bytes()

    def commit(
        self,
        records: Sequence[Record],
        documents: Mapping[str, Any] | None = None,
        message: str = "",
        *,
        root: str | Path = ".",
        progress: Callable[[int, int], None] | None = None,
    ) -> Version:
        """Add a version. See `committing.commit`."""
        with locked(self._made()):
            return commit(self, records, documents or {}, message, root=Path(root), progress=progress)

    def take_in(self) -> list[str]:
        """Let HEAD name a version that a killed commit had finished but for that; names of those taken in."""
        with locked(self._made()):
            return take_in(self)

    def diff(self, old: str = f"{HEAD}~1", new: str = HEAD) -> Difference:
        """What leads from one version to another: pictures, labels, coverage."""
        before, after = self.version(old), self.version(new)
        return difference(self.records(before.name), self.records(after.name), (before.name, after.name))

    def restore(
        self, word: str, out: str | Path | None = None, progress: Callable[[int, int], None] | None = None
    ) -> Version:
        """Bring an older version back.

        Args:
            word: which one.
            out: a new or empty folder, into which the version is written as plain files (`manifest.*`, `photos/`,
                `pictures/`, its documents); the data set stays as it is. None: the data set gets a new version that is
                equal to the old one. Nothing that came between is lost.
            progress: called after each picture.

        Returns:
            The version that was written out, or the new one.

        Raises:
            RequestError: there is no such version, or the folder holds something.
            FaceaugError: a file cannot be written, or a picture is missing or damaged.
        """
        version = self.version(word)
        folder = version.folder(self.folder)
        records = read_manifest(self.manifest(version.name), check_files=False)
        if out is not None:
            write_out(self.folder, version, records, Path(out), progress)
            return version
        documents = {name: (folder / PurePosixPath(name)).read_bytes() for name in _documents(version)}
        return self.commit(records, documents, f"Back to {version.name}", root=folder, progress=progress)

    def tags(self) -> dict[str, str]:
        """Tag -> the pin of its version."""
        found = {}
        for path in sorted((self.folder / TAGS).glob("[!.]*")):
            with suppress(OSError):
                found[path.name] = path.read_text(encoding="utf-8", errors="replace").strip()
        return found

    def tag(self, label: str, word: str = HEAD, *, move: bool = False) -> Version:
        """Give a version a name of yours.

        Args:
            label: the tag; a letter, then letters, digits, dots, dashes, underscores.
            word: the version.
            move: whether a tag that exists may be given to another version.

        Raises:
            RequestError: the label cannot be one, or is taken.
        """
        version = self.version(word)
        if fault := tag_fault(label):
            raise _refused(self.folder, fault)
        with locked(self.folder):
            taken = self.tags().get(label)
            if taken not in {None, version.pin} and not move:
                raise _refused(self.folder, f"tag {label!r} is {taken[:13] if taken else ''} already; --move moves it")
            write_atomic(self.folder / TAGS / label, f"{version.pin}\n".encode())
            sync_folder(self.folder / TAGS)
        return version

    def untag(self, label: str) -> None:
        """Remove a tag; the version stays.

        Raises:
            RequestError: there is no such tag.
        """
        tags = self.tags()
        if label not in tags:
            near = did_you_mean(label, tags)
            raise _refused(self.folder, f"has no tag {label!r}" + (f"; did you mean {near!r}?" if near else ""))
        with locked(self.folder):
            (self.folder / TAGS / label).unlink(missing_ok=True)

    def check(self, progress: Callable[[int, int], None] | None = None) -> list[Fault]:
        """Everything that is wrong with the data set on disk, by place; see `checking.check_versions`."""
        return check_versions(self.folder, self.head, self.tags(), progress)

    def _made(self) -> Path:
        """The folder, made where it is not there."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(self.folder, error) from error
        return self.folder


def _documents(version: Version) -> list[str]:
    """Files of a version besides its manifests."""
    return [name for name in version.files if not name.startswith("manifest.")]


def _why_none(folder: Path) -> str:
    """Why a folder is no data set with versions."""
    if not folder.exists():
        return why_missing(folder)
    if (folder / "run.json").exists():
        return f"is the folder of a run; make it a version by `faceaug versions commit {folder} -o DATASET`"
    if (folder / VERSIONS).is_dir():
        return "holds no finished version (HEAD is missing); the next commit takes in what is whole"
    return "holds no version; `faceaug versions commit FOLDER -o DATASET` makes the first one"


def _refused(path: Path, what: str) -> RequestError:
    return RequestError([Fault(str(path), what)], "nothing was done")
