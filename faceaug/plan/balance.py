"""The whole loop: measure photographs, find the gaps, plan, make, measure again, and say what changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from faceaug.data.versions.claiming import refuse_claim
from faceaug.plan.augment.augment import AugmentOptions, augment
from faceaug.plan.augment.finished import answered_before
from faceaug.plan.augment.identity import digest_of, request_of
from faceaug.plan.augment.work import Work
from faceaug.plan.limits import Limits
from faceaug.plan.making import make_plan
from faceaug.report.opening import Measuring, open_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceaug.plan.augment.augment import Augmented, Progress
    from faceaug.plan.augment.finished import Finished
    from faceaug.plan.making import Goal
    from faceaug.plan.plan import Plan
    from faceaug.report.opening import Opened

__all__ = ["Balanced", "balance"]


@dataclass(frozen=True)
class Balanced:
    """What was done.

    Attributes:
        opened: the photographs, measured.
        plan: that was made for them.
        augmented: what became of it, whose groups tell before and after; or what was made by the very same request
            before, and was not made again.
    """

    opened: Opened
    plan: Plan
    augmented: Augmented | Finished

    @property
    def exit_code(self) -> int:
        """3 if photographs were skipped or planned pictures are missing; 1 if gaps stay open; else 0."""
        if self.opened.skipped or self.augmented.exit_code:
            return 3
        return 0 if self.plan.complete else 1


def balance(
    photographs: str | Path,
    dataset: str | Path,
    goal: Goal,
    *,
    limits: Limits | None = None,
    options: AugmentOptions | None = None,
    labels: str | Path | None = None,
    vocabulary: str | Path | None = None,
    cache: str | Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Balanced:
    """Fill the gaps of a set of photographs, and commit photographs and renderings as a version of a data set.

    Asked again, it makes nothing again: what was interrupted goes on with the plan that it began with, and ends with
    the same bytes; where the newest version is the answer already, that is all that is said.

    Args:
        photographs: a folder, whose photographs are measured, or a manifest.
        dataset: folder of the data set; made if it is not there.
        goal: what is counted, and how many pictures every group shall have.
        limits: what the plan may do.
        options: how pictures are made.
        labels: a table of labels for the photographs of a folder; what it tells wins over what is measured.
        vocabulary: what the columns of the labels mean (YAML).
        cache: where measurements are kept; the usual place unless given.
        progress: called with what is being done (`measured` or `made`), how much of it is done, and of how much.

    Raises:
        RequestError: there are no photographs, or no such attributes; or the folder of the data set holds something
            else, or lies among the photographs.
        FaceaugError: a file cannot be written. What is finished stays and is not made again.
    """
    tell = progress or (lambda *_: None)
    refuse_claim(Path(dataset), Path(photographs) if Path(photographs).is_dir() else None)
    labels, vocabulary, cache = (None if one is None else Path(one) for one in (labels, vocabulary, cache))
    measuring = Measuring(
        cache=cache,
        workers=options.workers if options else 0,
        progress=lambda p: tell("measured", p.done, p.total),
        by=goal.by,
    )
    opened = open_data(Path(photographs), labels=labels, vocabulary=vocabulary, measure=True, measuring=measuring)
    limits, options = limits or Limits(), options or AugmentOptions()
    records = opened.records if opened.columns is None else opened.columns.records()
    request = request_of(records, goal, limits, options, opened.orders)
    before = answered_before(request, dataset) if options.resume else None
    if before is not None:
        return Balanced(opened, before[1], before[0])
    begun = Work.unfinished(Path(dataset), digest_of(request)) if options.resume else None
    plan = begun or make_plan(opened, goal, limits)

    def made(done: Progress) -> None:
        tell("made", done.done, done.total)

    augmented = augment(plan, dataset, records, options, made, root=opened.root, request=request)
    return Balanced(opened, plan, augmented)
