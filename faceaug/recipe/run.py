"""Run a recipe over photographs on disk: pictures, landmarks, masks, manifests, and a line for every skip.

The bytes in the folder depend on the recipe, the photographs and the options alone: not on workers, batches or the
order of work, and not on how often the run was interrupted.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from faceaug.data.manifest import write_manifest
from faceaug.data.photos import write_atomic
from faceaug.edit import FLAG
from faceaug.errors import Fault, RequestError
from faceaug.recipe.folder import Folder
from faceaug.recipe.jobs import INTERNAL, Job, Outcome, do, jobs_of
from faceaug.recipe.options import RunOptions
from faceaug.recipe.pool import finished
from faceaug.recipe.sheet import contact_sheet, sheet_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from faceaug.data.record import Record
    from faceaug.recipe.schema import Recipe

__all__ = ["Progress", "RunOptions", "Summary", "run"]


@dataclass(frozen=True)
class Progress:
    """How far a run is; given to the callback at the start and after every photograph.

    Attributes:
        done: photographs that are finished, those of earlier runs and those that were skipped included.
        total: photographs of the run.
        resumed: photographs that an earlier run had finished.
        pictures: pictures made by this run.
        skipped: photographs skipped so far.
        name: the photograph that was just finished, or ''.
    """

    done: int
    total: int
    resumed: int
    pictures: int
    skipped: int
    name: str = ""


@dataclass(frozen=True)
class Summary:
    """What a run has made.

    Attributes:
        out: its folder.
        photographs: how many were asked for.
        pictures: how many pictures are in the manifest.
        rendered: how many of them this run has made; the others were there already.
        skipped: photographs without pictures.
        failed: those of them that are our own fault (`internal_error`).
        declined: pictures of the other photographs that were not made, because every edit declined.
        reasons: reason of a skip -> photographs.
        again: photographs that say of themselves that they are renderings: they are listed as such.
        refused: edit -> pictures that went without it because it declined.
        flagged: edit -> pictures that are to be doubted because of it.
        manifests: manifest.csv, .jsonl and .parquet.
        sheet: contact sheet, or None where there is no picture.
    """

    out: Path
    photographs: int
    pictures: int
    rendered: int
    skipped: int
    failed: int
    reasons: dict[str, int] = field(default_factory=dict)
    again: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    flagged: dict[str, int] = field(default_factory=dict)
    manifests: tuple[Path, ...] = ()
    sheet: Path | None = None
    declined: int = 0

    @property
    def exit_code(self) -> int:
        """0 if everything was made, 3 if photographs or pictures were skipped."""
        return 3 if self.skipped or self.declined else 0


def run(
    recipe: Recipe,
    sources: Sequence[str | Path | Record],
    out: str | Path,
    options: RunOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
    *,
    root: str | Path = ".",
) -> Summary:
    """Make pictures of photographs.

    Args:
        recipe: which edits.
        sources: photographs, as paths or as records of a manifest. Pictures that a run has written into `out` are
            passed over.
        out: folder of the results; one that an interrupted run has left is completed.
        options: how to go about it.
        progress: called at the start and after every photograph.
        root: folder of the manifest that the records come from; their paths are relative to it.

    Returns:
        What was made.

    Raises:
        RequestError: `out` holds another run or files of others, or there are no photographs.
        FaceaugError: a file cannot be written, or a worker died. What is finished stays and is not made again.
    """
    options = options or RunOptions()
    recipe = recipe.with_options(seed=options.seed, copies=options.copies)
    out = Path(out)
    ours = {(out / name).absolute() for name in ("pictures", "masks", "contact_sheet.png")}
    chosen = [s for s in sources if not isinstance(s, str | Path) or not ours & {*_parents(Path(s))}]
    if not chosen:
        raise RequestError([Fault("", "no photographs were given")])
    jobs = jobs_of(chosen, Path(root))
    with Folder.opened(out, recipe, options) as folder:
        folder.drop_renamed(jobs)
        folder.refuse_orphans(jobs)
        todo = [job for job in jobs if not folder.is_done(job)]
        tell = _Teller(progress, len(jobs), len(jobs) - len(todo))
        work = partial(do, recipe=recipe, options=options, out=folder.path)
        with closing(finished(work, todo, options.workers, folder.begin)) as outcomes:
            for outcome in outcomes:
                folder.finish(outcome)
                tell(outcome)
        return _concluded(folder.settle(jobs), jobs, out, tell.pictures)


def _parents(path: Path) -> list[Path]:
    """A path and all folders above it."""
    return [path.absolute(), *path.absolute().parents]


class _Teller:
    """Counts, and tells the caller."""

    def __init__(self, callback: Callable[[Progress], None] | None, total: int, resumed: int) -> None:
        self.callback = callback
        self.total, self.resumed, self.done = total, resumed, resumed
        self.pictures = self.skipped = 0
        self.say("")

    def __call__(self, outcome: Outcome) -> None:
        """Count one photograph."""
        self.done += 1
        self.pictures += max(len(outcome.records) - 1, 0)
        self.skipped += outcome.skip is not None
        self.say(outcome.key)

    def say(self, name: str) -> None:
        """Call back."""
        if self.callback is not None:
            self.callback(Progress(self.done, self.total, self.resumed, self.pictures, self.skipped, name))


def _concluded(outcomes: Sequence[Outcome], jobs: Sequence[Job], out: Path, rendered: int) -> Summary:
    """Write what is about the whole run."""
    records = [record for outcome in outcomes for record in outcome.records]
    skips = [outcome.skip for outcome in outcomes if outcome.skip is not None]
    declined = [skip for outcome in outcomes for skip in outcome.declined]
    listed = [skip for outcome in outcomes for skip in (*([outcome.skip] if outcome.skip else []), *outcome.declined)]
    lines = (json.dumps(skip.as_dict(), ensure_ascii=False) for skip in listed)
    write_atomic(out / "skipped.jsonl", "".join(f"{line}\n" for line in lines).encode())
    manifests = write_manifest(records, out)
    rows = sheet_rows([(job, o) for job, o in zip(jobs, outcomes, strict=True) if o.skip is None], out)
    return Summary(
        out=out,
        photographs=len(jobs),
        pictures=sum(len(outcome.records) - 1 for outcome in outcomes if outcome.skip is None),
        rendered=rendered,
        skipped=len(skips),
        failed=sum(skip.reason == INTERNAL for skip in skips),
        reasons=dict(sorted(Counter(skip.reason for skip in skips).items())),
        again=sum(outcome.records[0].origin == "rendered" for outcome in outcomes if outcome.records),
        refused=dict(sorted(Counter(name for record in records for name in record.refused).items())),
        flagged=dict(sorted(Counter(n for r in records for n, used in r.applied.items() if FLAG in used).items())),
        manifests=tuple(manifests),
        sheet=contact_sheet(rows, out / "contact_sheet.png") if rows else None,
        declined=len(declined),
    )
