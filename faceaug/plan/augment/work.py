"""Work in progress on a data set: whose it is, and what of it is finished; gone when the version is committed.

`.work/run.json` says which plan and which options the work belongs to, `.work/plan.json` is that plan, and
`.work/progress.jsonl` gets a line for every planned picture as soon as that is written or given up. Nothing else in the
data set changes before the commit.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.files import explain, write_atomic
from faceaug.data.journal import append_line, read_lines
from faceaug.data.record import Record
from faceaug.data.versions.lock import locked
from faceaug.errors import FaceaugError, Fault, RequestError
from faceaug.plan.augment.attempt import Made, Rejection, digest_of
from faceaug.plan.plan import read_plan, write_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from faceaug.plan.plan import Entry, Plan

__all__ = ["Work"]

FOLDER: Final = ".work"
"""Inside the data set's folder."""

PLAN: Final = "plan.json"
"""In there, what the work is about."""


@dataclass
class Work:
    """The work on one version, open for writing.

    Attributes:
        folder: of the data set.
        identity: what the work is: plan, options, version of faceaug.
        done: what is finished, by the entry's id.
    """

    folder: Path
    identity: Mapping[str, Any]
    done: dict[str, Made] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, identity: Mapping[str, Any], *, plan: Plan, resume: bool) -> Iterator[Work]:
        """Begin, or go on with what an interrupted run has left; nobody else can work on the data set meanwhile.

        Args:
            folder: of the data set; made if it is not there.
            identity: JSON values.
            plan: that is carried out; kept beside the work, see `unfinished`.
            resume: go on; otherwise unfinished work is thrown away.

        Raises:
            RequestError: there is unfinished work of another plan, or somebody else is at work.
            FaceaugError: a file cannot be written.
        """
        work = cls(folder, identity)
        try:
            work.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(work.path, error) from error
        with locked(work.path):
            if not resume:
                work.forget()
            work.load()
            write_plan(work.path / PLAN, plan)
            write_atomic(work.path / "run.json", (json.dumps(identity, indent=2, sort_keys=True) + "\n").encode())
            yield work

    @classmethod
    def unfinished(cls, folder: Path, request: str) -> Plan | None:
        """The plan of unfinished work on a request, so that nobody has to plan again to go on with it; else None.

        Args:
            folder: of the data set.
            request: its digest.
        """
        path = cls(folder, {}).path
        try:
            if json.loads((path / "run.json").read_text(encoding="utf-8")).get("request") == request:
                return read_plan(path / PLAN)
        except (OSError, ValueError, AttributeError, RequestError):
            pass  # what is damaged is told when the work is opened
        return None

    @property
    def path(self) -> Path:
        """Where the work is noted."""
        return self.folder / FOLDER

    def load(self) -> None:
        """Read what is finished.

        Raises:
            RequestError: it belongs to another plan, or is damaged.
        """
        hint = "finish it by the command that began it, or start over with --no-resume"
        try:
            found = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except ValueError as error:
            raise RequestError([Fault(str(self.path / "run.json"), f"is damaged: {error}; {hint}")]) from error
        if found != self.identity:
            other = found if isinstance(found, dict) else {}
            keys = sorted({*other, *self.identity})
            names = ", ".join(name for name in keys if other.get(name) != self.identity.get(name))
            what = f"holds unfinished work with another {names}; {hint}"
            raise RequestError([Fault(str(self.path), what)])
        for place, values in read_lines(self.path / "progress.jsonl"):
            try:
                made = _made_of(values)
            except (ValueError, KeyError, TypeError) as error:
                raise RequestError([Fault(place, f"is damaged ({error}); {hint}")]) from error
            self.done[made.entry] = made

    def is_done(self, entry: Entry, record: Record) -> bool:
        """Whether an entry is finished, from the very same plan and record, and its picture is on disk and whole."""
        made = self.done.get(entry.id)
        if made is None or made.given != digest_of(entry, record) or made.skip is not None:
            return False
        names = [made.record.photo] if made.record else []
        names += [rejection.kept for rejection in made.rejected if rejection.kept]
        return all(_is_whole(self.path / name) for name in names)

    def finish(self, made: Made) -> None:
        """Note that an entry is finished."""
        self.done[made.entry] = made
        append_line(self.path / "progress.jsonl", json.dumps(_plain(made), ensure_ascii=False, allow_nan=False))

    def forget(self) -> None:
        """Throw unfinished work away."""
        for name in ("progress.jsonl", "run.json", PLAN):
            (self.path / name).unlink(missing_ok=True)
        self.done.clear()

    @classmethod
    def end_of(cls, folder: Path, plan: str) -> None:
        """Take away what is left of the work on a plan that has been committed; that of another plan stays.

        Args:
            folder: of the data set.
            plan: its digest.
        """
        work = cls(folder, {})
        if work.path.is_dir():
            with suppress(FaceaugError), locked(work.path):  # where somebody is at work there is nothing to take away
                if work.is_of(plan):
                    work.end()

    def is_of(self, plan: str) -> bool:
        """Whether this is work on a plan, given its digest, or what is left of work of nobody."""
        try:
            return bool(json.loads((self.path / "run.json").read_text(encoding="utf-8"))["plan"] == plan)
        except FileNotFoundError:
            return True
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def end(self) -> None:
        """Take everything away: the version is committed."""
        shutil.rmtree(self.path, ignore_errors=True)


def _is_whole(path: Path) -> bool:
    """Whether a file is there with the content that its name tells."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
    except OSError:
        return False


def _plain(made: Made) -> dict[str, Any]:
    """A finished entry as JSON values."""
    return {
        "entry": made.entry,
        "given": made.given,
        "record": made.record.as_dict() if made.record is not None else None,
        "rejected": [asdict(rejection) for rejection in made.rejected],
        "skip": made.skip,
    }


def _made_of(values: Mapping[str, Any]) -> Made:
    """Read what `_plain` wrote."""
    return Made(
        values["entry"],
        values["given"],
        None if values["record"] is None else Record.from_json(values["record"]),
        tuple(Rejection(**{**one, "reasons": tuple(one["reasons"])}) for one in values["rejected"]),
        None if values["skip"] is None else (values["skip"][0], values["skip"][1]),
    )
