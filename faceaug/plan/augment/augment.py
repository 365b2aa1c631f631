"""Carry out a plan: make its pictures, replace those that fail, and commit what was made as a version of a data set."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceaug.coverage.counts import tabulate
from faceaug.coverage.report import audit
from faceaug.coverage.roll import roll_of
from faceaug.coverage.rules import read_rules
from faceaug.data.origin import as_files_say
from faceaug.data.versions import Versions
from faceaug.data.versions.claiming import refuse_claim
from faceaug.data.versions.version import VERSIONS
from faceaug.errors import Fault, RequestError
from faceaug.plan.augment.attempt import Making
from faceaug.plan.augment.finished import OPTIONS, OUTCOME, PLAN, REQUEST
from faceaug.plan.augment.identity import digest_of, identity_of
from faceaug.plan.augment.recount import Group, as_markdown, recount
from faceaug.plan.augment.rounds import carry_out
from faceaug.plan.augment.work import Work
from faceaug.plan.plan import plan_text
from faceaug.recipe.options import RunOptions
from faceaug.report.making import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from faceaug.data.record import Record
    from faceaug.plan.augment.outcome import Outcome
    from faceaug.plan.plan import Entry, Plan

__all__ = ["AugmentOptions", "Augmented", "Progress", "augment"]


@dataclass(frozen=True)
class AugmentOptions:
    """How a plan is carried out.

    Attributes:
        workers: processes that make pictures; 0 for this process alone; does not change the pictures.
        attempts: how often a picture is tried with newly drawn values before another photograph takes its place.
        keep_rejected: store rejected pictures too; their records are kept in any case.
        resume: go on with what an interrupted run has left; otherwise that is thrown away first.
        making: how the files are written: format, quality, detector, device.

    Raises:
        RequestError: no attempt at all.
    """

    workers: int = 0
    attempts: int = 3
    keep_rejected: bool = False
    resume: bool = True
    making: RunOptions = field(default_factory=RunOptions)

    def __post_init__(self) -> None:
        """Check what a user can get wrong."""
        if self.attempts < 1:
            raise RequestError([Fault("", f"attempts is {self.attempts}, but must be at least 1")])

    def identity(self) -> dict[str, Any]:
        """What can change a byte of what is written."""
        return {**self.making.identity(), "attempts": self.attempts, "keep_rejected": self.keep_rejected}


@dataclass(frozen=True)
class Progress:
    """How far a plan is; given to the callback at the start and after every photograph.

    Attributes:
        done: pictures that are finished, kept or not, those of earlier runs included.
        total: pictures that are to be made as far as is known; every replacement is one more.
        kept: pictures that were kept.
        rejected: attempts that were rejected.
    """

    done: int
    total: int
    kept: int
    rejected: int


@dataclass(frozen=True)
class Augmented:
    """A plan that was carried out.

    Attributes:
        folder: of the data set.
        version: that was committed.
        photographs: how many there are in the version; renderings that were there before are none.
        outcome: what became of every planned picture.
        groups: what the plan was about, before and after.
        left_out: photographs that could not be read -> why; they are not in the version.
    """

    folder: Path
    version: str
    photographs: int
    outcome: Outcome
    groups: tuple[Group, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def as_predicted(self) -> bool:
        """Whether every group has as many pictures as the plan said."""
        return all(group.now == group.predicted for group in self.groups)

    @property
    def exit_code(self) -> int:
        """0 if every planned picture was made, 3 if some are missing, or photographs were left out."""
        return 3 if self.left_out or self.outcome.shortfalls() else 0

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "photographs": self.photographs,
            **self.outcome.as_dict(),
            "left_out": dict(self.left_out),
            "as_predicted": self.as_predicted,
            "groups": [group.as_dict() for group in self.groups],
        }


def augment(
    plan: Plan,
    dataset: str | Path,
    photographs: Sequence[Record],
    options: AugmentOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
    *,
    root: str | Path = ".",
    request: Mapping[str, Any] | None = None,
) -> Augmented:
    """Make the pictures of a plan and commit photographs and pictures as one version of a data set.

    Every picture is measured anew and has to pass the gate; one that does not is drawn again with other values, then
    replaced by a spare of the plan. Pictures that an interrupted run has finished are not made again, and the version
    has the same bytes as without the interruption. Where nothing is planned and the newest version holds the
    photographs already, there is no further one.

    Args:
        plan: what is to be made.
        dataset: folder of the data set; made if it is not there.
        photographs: all that shall be in the version, those that the plan starts from among them.
        options: how to go about it.
        progress: called at the start and after every photograph.
        root: folder that the photographs' paths are relative to.
        request: what the plan was made for, to be kept with the version; see `identity.request_of`.

    Raises:
        RequestError: the plan starts from photographs that are not given, its pictures are among them, or the folder
            holds other unfinished work, or something that is no data set.
        FaceaugError: a file cannot be written, or a worker died. What is finished stays and is not made again.
    """
    options = options or AugmentOptions()
    folder = Path(dataset)
    photographs, _ = as_files_say(photographs, Path(root))
    refuse_claim(folder)
    known = {record.id: (record.located(root), record) for record in photographs}
    _refuse_strangers(plan, known)
    identity = {"plan": plan.digest, **identity_of(photographs, options)}
    documents: dict[str, Any] = {}
    if request is not None:
        identity["request"], documents = digest_of(request), {REQUEST: dict(request)}
    with Work.opened(folder, identity, plan=plan, resume=options.resume) as work:
        making = Making(work.path, plan.axes, options.attempts, options.keep_rejected, options.making)

        def tell(entries: Sequence[Entry]) -> None:
            if progress is not None:
                progress(_progress(entries, work))

        outcome = carry_out(plan, work, known, making, workers=options.workers, tell=tell)
        made = _committed(folder, plan, list(known.values()), outcome, making, more=documents)
        work.end()
    return made


def _committed(
    folder: Path,
    plan: Plan,
    photographs: Sequence[tuple[Path, Record]],
    outcome: Outcome,
    making: Making,
    *,
    more: Mapping[str, Any],
) -> Augmented:
    """Make the version: photographs that can still be read, and the pictures that were kept."""
    kept, left_out = _readable(photographs)
    pictures = [_located(record, making.folder / record.photo) for record in outcome.records]
    records = [*kept, *pictures]
    photographed = sum(record.origin == "camera" for record in kept)
    made = Augmented(folder, "", photographed, outcome, recount(plan, records), left_out)
    versions = Versions.open(folder)
    if not plan.entries and _holds(versions, records):
        return replace(made, version=str(versions.head))
    documents = {
        **more,
        PLAN: plan_text(plan, folder / VERSIONS / "next"),
        OPTIONS: {"options": making.options.identity()},
        OUTCOME: made.as_dict(),
        "coverage.md": f"# Before and after\n\n{as_markdown(made.groups)}\n",
        "audit.json": _audited(plan, [record for _, record in photographs], records),
        "rejected.jsonl": "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in outcome.rejected),
        **{one.kept: (making.folder / one.kept).read_bytes() for one in outcome.rejected if one.kept},
    }
    message = f"{len(pictures)} renderings, by plan {plan.digest[:12]}"
    return replace(made, version=versions.commit(records, documents, message).name)


def _holds(versions: Versions, records: Sequence[Record]) -> bool:
    """Whether the newest version has these very pictures, with the same told about them, and no others."""
    return versions.head is not None and list(map(_told, versions.records())) == list(map(_told, records))


def _told(record: Record) -> tuple[str, str, str, str, dict[str, Any]]:
    """Which picture it is, and what people said about it: what is measured may be measured anew."""
    told = {name: value.value for name, value in record.attributes.items() if value.how == "told"}
    return record.id, record.sha256, record.subject, record.split, told


def _audited(plan: Plan, before: Sequence[Record], after: Sequence[Record]) -> dict[str, Any]:
    """The audit of the version, compared with that of what there was before."""
    target = plan.target
    at_least, level = target.at_least or Wishes.at_least, target.level or Wishes.level
    rules = read_rules(target.rules, target.axes)
    was, now = (tabulate(records, target.axes) for records in (before, after))
    old = audit(was, at_least, level=level, rules=rules, roll=roll_of(before, was))
    return audit(now, at_least, level=level, rules=rules, roll=roll_of(after, now), old=("before the plan", old))


def _readable(photographs: Iterable[tuple[Path, Record]]) -> tuple[list[Record], dict[str, str]]:
    """Records of photographs that are what was planned with, and why the others are left out."""
    kept, left_out = [], {}
    for path, record in photographs:
        try:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            left_out[record.id] = f"{path} cannot be read: {error.strerror or error}"
            continue
        if record.sha256 in {"", sha256}:
            kept.append(_located(replace(record, sha256=sha256), path))
        else:
            left_out[record.id] = f"{path} is not the file that was planned with: the digests differ"
    return kept, left_out


def _located(record: Record, path: Path) -> Record:
    """The same record with its file wherever one stands; the version brings both into the data set."""
    return replace(record, photo=path.absolute().as_posix())


def _refuse_strangers(plan: Plan, known: Mapping[str, tuple[Path, Record]]) -> None:
    """Refuse a plan that starts from photographs that nobody has given, or that was made without those given."""
    entries = [*plan.entries, *plan.spares]
    strange = sorted({entry.source for entry in entries if entry.source not in known})
    if strange:
        what = f"{len(strange)} photographs of the plan are not among those given: {_first(strange)}"
        raise RequestError([Fault("plan", what)], "nothing was made")
    taken = sorted(entry.id for entry in entries if entry.id in known)
    if taken:
        what = f"{len(taken)} of its pictures bear the names of pictures that there are already: {_first(taken)}"
        hint = "plan for the data set itself, so that these count, or name another folder"
        raise RequestError([Fault("plan", f"{what}; {hint}")], "nothing was made")


def _first(names: Sequence[str]) -> str:
    """Some of many names."""
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def _progress(entries: Sequence[Entry], work: Work) -> Progress:
    """How far the work is."""
    done = [work.done[entry.id] for entry in entries if entry.id in work.done]
    kept = sum(made.record is not None for made in done)
    return Progress(len(done), len(entries), kept, sum(len(made.rejected) for made in done))
