"""The folder of a run: what is in it, whose it is, and what of it is finished.

`run.json` says which recipe and which options the folder belongs to. `progress.jsonl` gets one line a photograph as
soon as all its files are on disk; a line that was cut off by a kill does not count. When the run ends, the lines are
put in the order of the photographs, so that nothing in the folder tells whether a run was interrupted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import faceaug
from faceaug.data.files import explain, write_atomic
from faceaug.data.journal import append_line, read_lines
from faceaug.errors import Fault, RequestError
from faceaug.recipe.jobs import INTERNAL, Job, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from faceaug.recipe.options import RunOptions
    from faceaug.recipe.schema import Recipe

__all__ = ["Folder"]

OWNED: Final = (
    "contact_sheet.png",
    "manifest.csv",
    "manifest.jsonl",
    "manifest.parquet",
    "skipped.jsonl",
    "recipe.yaml",
    "progress.jsonl",
    "run.json",
)
"""Files of a run besides those of its photographs; `run.json`, which says whose they are, is removed last."""

FOLDERS: Final = ("pictures", "landmarks", "masks")


@dataclass
class Folder:
    """The folder of one run, open for writing.

    Attributes:
        path: where it is.
        identity: what the run is: recipe digest, options, version.
        finished: outcomes of photographs that are done, by key.
        started: keys of photographs that were begun, finished or not.
    """

    path: Path
    identity: dict[str, Any]
    finished: dict[str, Outcome] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)

    @classmethod
    @contextmanager
    def opened(cls, path: Path, recipe: Recipe, options: RunOptions) -> Iterator[Folder]:
        """Open the folder of a run, new or to be resumed; nobody else can write into it meanwhile.

        Raises:
            RequestError: it holds another run, or files that are not of any run, or another run is writing into it.
        """
        folder = cls(path, {"recipe": recipe.digest, "options": options.identity(), "version": faceaug.__version__})
        if not (path / "run.json").exists():
            folder.refuse_strangers()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(path, error) from error
        with _locked(path):
            folder.load()
            if not options.resume:
                folder.clear()
            folder.refuse_other_run()
            write_atomic(path / "run.json", (json.dumps(folder.identity, indent=2, sort_keys=True) + "\n").encode())
            write_atomic(
                path / "recipe.yaml", ("# The recipe of this run, as it was used.\n" + recipe.to_yaml()).encode()
            )
            yield folder

    def refuse_strangers(self) -> None:
        """Refuse a folder that holds files of ours that no run wrote: they would be overwritten."""
        theirs = [name for name in (*OWNED, *FOLDERS) if (self.path / name).exists()]
        if theirs:
            what = f"holds {', '.join(theirs)}, which no run has written there; choose another folder"
            raise RequestError([Fault(str(self.path), what)])

    def refuse_other_run(self) -> None:
        """Refuse a folder that belongs to another run."""
        try:
            found = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except ValueError as error:
            raise RequestError([Fault(str(self.path / "run.json"), f"is damaged: {error}")]) from error
        if found == self.identity:
            return
        faults = []
        for name in ("recipe", "version"):
            if found.get(name) != self.identity[name]:
                was, now = str(found.get(name))[:12], self.identity[name][:12]
                faults.append(Fault(str(self.path), f"holds pictures of another {name} ({was}, now {now})"))
        before, after = found.get("options", {}), self.identity["options"]
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                what = f"holds pictures made with {name} {before.get(name)}, not {after.get(name)}"
                faults.append(Fault(str(self.path), what))
        raise RequestError(faults, "nothing was rendered; choose another folder, or start over with --no-resume")

    def load(self) -> None:
        """Read what is finished. A last line that a kill has cut off is taken away."""
        for place, values in read_lines(self.path / "progress.jsonl"):
            self._note(values, place)

    def _note(self, values: Any, place: str) -> None:
        """Take in one line of the progress."""
        try:
            self.started.add(values["key"])
            if "sha256" in values:
                self.finished[values["key"]] = Outcome.from_dict(values)
        except (ValueError, KeyError, TypeError) as error:
            why = values if isinstance(values, ValueError) else error
            what = f"is damaged ({why}); remove the folder, or choose another one"
            raise RequestError([Fault(place, what)]) from error

    def refuse_orphans(self, jobs: Sequence[Job]) -> None:
        """Refuse to go on when pictures of photographs are there that are no longer asked for."""
        pictured = {key for key in self.started if (done := self.finished.get(key)) is None or done.files}
        gone = sorted(pictured - {job.key for job in jobs})
        if gone:
            names = ", ".join(gone[:3]) + (", ..." if len(gone) > 3 else "")
            count = "a photograph that is" if len(gone) == 1 else f"{len(gone)} photographs that are"
            what = f"holds pictures of {count} not among those given now ({names})"
            raise RequestError(
                [Fault(str(self.path), what)],
                "nothing was rendered; choose another folder, or start over with --no-resume",
            )

    def drop_renamed(self, jobs: Sequence[Job]) -> None:
        """Remove pictures of photographs that are called otherwise now; they are made again under their new names."""
        for key in sorted(self.started - {job.key for job in jobs}):
            before = self.finished.get(key)
            if any(job.was(key, before.sha256 if before else None) for job in jobs):
                self._remove((before.files or {}) if before else self._left_behind(key))
                self.finished.pop(key, None)
                self.started.discard(key)

    def is_done(self, job: Job) -> bool:
        """Whether a photograph is finished: nothing about it has changed, and every file is what was written."""
        outcome = self.finished.get(job.key)
        if outcome is None or outcome.given != job.given:
            return False
        if outcome.skip is not None and (outcome.skip.reason == INTERNAL or not outcome.sha256):
            return False
        files = {self.path / PurePosixPath(name): digest for name, digest in (outcome.files or {}).items()}
        return all(_is(path, digest) for path, digest in {**files, job.path: outcome.sha256}.items())

    def begin(self, job: Job) -> None:
        """Note that files of a photograph may come into being."""
        if job.key not in self.started:
            self.started.add(job.key)
            self._append(json.dumps({"key": job.key}))

    def finish(self, outcome: Outcome) -> None:
        """Note that a photograph is done."""
        before = self.finished.pop(outcome.key, None)
        old = (before.files or {}) if before else self._left_behind(outcome.key)
        self._remove([name for name in old if name not in (outcome.files or {})])
        self.finished[outcome.key] = outcome
        self._append(outcome.to_json())

    def settle(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Put the finished photographs into the order in which they were given, in memory and on disk."""
        ordered = [self.finished[job.key] for job in jobs]
        write_atomic(self.path / "progress.jsonl", "".join(f"{outcome.to_json()}\n" for outcome in ordered).encode())
        return ordered

    def clear(self) -> None:
        """Remove what an earlier run wrote here, and nothing else."""
        for outcome in self.finished.values():
            self._remove(outcome.files or {})
        for key in self.started - self.finished.keys():
            self._remove(self._left_behind(key))
        self._remove(OWNED)
        for name in FOLDERS:
            with suppress(OSError):
                (self.path / name).rmdir()
        self.finished.clear()
        self.started.clear()

    def _left_behind(self, key: str) -> list[str]:
        """Files that an interrupted photograph may have left: named after it, and of no finished one."""
        named = re.compile(rf"{re.escape(key)}(_f\d+)?_v\d+(_[^.]+)?\.(jpg|png|webp|json)")
        taken = {name for outcome in self.finished.values() for name in outcome.files or {}}
        found = set()
        for folder in FOLDERS:
            for path in (self.path / folder).glob("*"):
                name = path.name.removesuffix(".part").removeprefix(".") if path.suffix == ".part" else path.name
                if named.fullmatch(name) and f"{folder}/{name}" not in taken:
                    found.add(f"{folder}/{name}")
        return sorted(found)

    def _append(self, line: str) -> None:
        """Add a line to the progress, and make sure that it is on disk."""
        append_line(self.path / "progress.jsonl", line)

    def _remove(self, names: Iterable[str]) -> None:
        """Remove files of the run, and their half-written neighbours."""
        for name in names:
            path = self.path / PurePosixPath(name)
            for file in (path, path.with_name(f".{path.name}.part")):
                file.unlink(missing_ok=True)


def _is(path: Path, digest: str) -> bool:
    """Whether a file has a digest."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a folder for one run; the system lets go of it even if the process is killed."""
    try:
        import fcntl
    except ImportError:  # where the system has no such locks, the user must take care
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise RequestError(
            [Fault(str(path), "another run is writing there; wait for it or choose another folder")]
        ) from error
    finally:
        os.close(descriptor)
