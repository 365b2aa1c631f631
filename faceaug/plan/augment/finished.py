"""What was made before: the version of a data set that a plan or a request has led to already."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.versions import Versions
from faceaug.data.versions.version import version_faults
from faceaug.errors import RequestError
from faceaug.plan.augment.work import Work
from faceaug.plan.plan import read_plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from faceaug.plan.plan import Plan

__all__ = ["OPTIONS", "OUTCOME", "PLAN", "REQUEST", "Finished", "answered_before", "finished_before"]

PLAN: Final = "plan.json"
"""The plan among the documents of a version."""

OUTCOME: Final = "outcome.json"
"""What became of it."""

OPTIONS: Final = "run.json"
"""How its pictures' files were written, as a run says it: without that they could not be made again to the byte."""

REQUEST: Final = "request.json"
"""What the plan was made for, where photographs, goal and limits led to a version in one go."""


@dataclass(frozen=True)
class Finished:
    """A plan that was carried out before.

    Attributes:
        folder: of the data set.
        version: its newest, which was made by the plan.
        told: what was said of the outcome then, as JSON values.
        options: how its pictures were written; see `RunOptions.identity`.
    """

    folder: Path
    version: str
    told: Mapping[str, Any]
    options: Mapping[str, Any]

    @property
    def exit_code(self) -> int:
        """What it was then: 0 if every planned picture was made, 3 if some are missing, or photographs left out."""
        return 3 if self.told.get("left_out") or self.told.get("shortfall") else 0

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return dict(self.told)


def finished_before(plan: Plan, dataset: str | Path) -> Finished | None:
    """The data set's newest version if it was made by this very plan, else None.

    What a run that was killed in its last step has left of its work is taken away. A version that lacks pictures counts
    as not made, so that they come back.

    Raises:
        RequestError: a file of the version is missing or has changed.
    """
    found = _newest(dataset, {PLAN, OUTCOME, OPTIONS})
    if found is None or read_plan(found.manifest().with_name(PLAN)).digest != plan.digest:
        return None
    return _told(found, plan)


def answered_before(request: Mapping[str, Any], dataset: str | Path) -> tuple[Finished, Plan] | None:
    """The data set's newest version, and its plan, if both were made for this very request, else None.

    Args:
        request: see `faceaug.plan.augment.identity.request_of`.
        dataset: folder of the data set.
    """
    found = _newest(dataset, {PLAN, OUTCOME, OPTIONS, REQUEST})
    if found is None or json.loads(found.document(REQUEST)) != request:
        return None
    plan = read_plan(found.manifest().with_name(PLAN))
    return _told(found, plan), plan


def _newest(dataset: str | Path, documents: set[str]) -> Versions | None:
    """A data set whose newest version has some documents, and all of its pictures.

    Raises:
        RequestError: a file of the version is missing or has changed.
    """
    versions = Versions.open(dataset)
    if versions.head is None or not documents <= set(versions.version().files):
        return None
    folder = versions.manifest().parent
    if faults := version_faults(folder):
        raise RequestError(faults, "nothing was made; see `faceaug versions check`")
    whole = all(record.located(folder).is_file() for record in versions.records())
    return versions if whole else None


def _told(versions: Versions, plan: Plan) -> Finished:
    """What the newest version says of itself."""
    Work.end_of(versions.folder, plan.digest)
    told, how = (json.loads(versions.document(name)) for name in (OUTCOME, OPTIONS))
    return Finished(versions.folder, versions.version().name, told, how["options"])
