"""Making an audit: from a data set and what is wished for to a document and its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from faceaug.coverage.against import against
from faceaug.coverage.axes import axes_from
from faceaug.coverage.compare import read_audit
from faceaug.coverage.listed import read_sample
from faceaug.coverage.model import errors_of
from faceaug.coverage.predictions import read_predictions
from faceaug.coverage.report import audit
from faceaug.coverage.requirements import write_requirements
from faceaug.coverage.rules import read_rules
from faceaug.coverage.sample import choose, refuse_filled, write_sample
from faceaug.coverage.targets import with_census
from faceaug.coverage.usual import usual
from faceaug.report.asked import Asked
from faceaug.report.write import beside, is_folder, write_report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.coverage.counts import Table
    from faceaug.coverage.roll import Roll
    from faceaug.report.opening import Opened

__all__ = ["Audit", "Wishes", "make_audit", "write_audit"]


@dataclass(frozen=True)
class Wishes:
    """What an audit shall look at.

    Attributes:
        by: attributes as `axes_for` reads them; empty for the usual ones.
        at_least: photographs from which a group is covered.
        level: the most attributes of a group.
        impossible: rules, as `read_rules` reads them.
        ranges: let neighbours of ordered attributes be taken together.
        target: as `against` reads it, or ''.
        predictions: a model's answers, or None.
        positive: the label that counts as yes, or ''.
        threshold: score from which the answer is yes.
        settled: a list that a person has filled in, or None.
        old: an older audit, or None.
    """

    by: Sequence[str] = ()
    at_least: int = 30
    level: int = 2
    impossible: Sequence[str] = ()
    ranges: bool = False
    target: str = ""
    predictions: Path | None = None
    positive: str = ""
    threshold: float = 0.5
    settled: Path | None = None
    old: Path | None = None


@dataclass(frozen=True)
class Audit:
    """An audit that was made.

    Attributes:
        document: what `coverage.report.audit` gives.
        table: the pictures.
        roll: who they are.
        requirements: what a model's errors ask for, or None.
        asked: what was looked at and where, or None where the data set does not say where it is.
        doubts: what a person should look at in predictions: `where` and `what`.
    """

    document: dict[str, Any]
    table: Table
    roll: Roll
    requirements: dict[str, Any] | None = None
    asked: Asked | None = None
    doubts: Sequence[Mapping[str, str]] = ()

    def as_dict(self, folder: Path) -> dict[str, Any]:
        """The document as it is written into a folder: with what was asked, so that a plan can take it up."""
        return self.document | ({"asked": self.asked.as_dict(folder)} if self.asked is not None else {})


def make_audit(opened: Opened, wishes: Wishes) -> Audit:
    """Audit a data set.

    Args:
        opened: the data set.
        wishes: what to look at.

    Raises:
        RequestError: for wishes that do not fit the data set.
    """
    found = opened.values()
    by = tuple(wishes.by or usual(found, opened.told()))
    axes = with_census(axes_from(found, by, ordered=wishes.ranges, orders=opened.orders), wishes.target)
    rules = read_rules(wishes.impossible, axes)
    table, roll = opened.counted(axes)
    parts: dict[str, Any] = {"faults": [dict(fault) for fault in opened.faults], "skipped": opened.skipped}
    parts["labels_read_as"] = opened.read_as
    if wishes.target:
        parts["target"] = against(table, wishes.target, rules)
    requirements = None
    doubts: list[Mapping[str, str]] = []
    if wishes.predictions is not None:
        said = read_predictions(
            wishes.predictions, roll.ids, roll.photos, positive=wishes.positive, threshold=wishes.threshold
        )
        parts["errors"], requirements = errors_of(table, said, level=max(3, wishes.level))
        doubts += said.faults
        parts["faults"] += map(dict, said.faults)
    old = (wishes.old.name, read_audit(wishes.old)) if wishes.old is not None else None
    seen = read_sample(wishes.settled, table, roll) if wishes.settled is not None else None
    document = audit(
        table, wishes.at_least, level=wishes.level, rules=rules, roll=roll, seen=seen, old=old, parts=parts
    )
    asked = None
    if opened.source is not None:
        rules_asked = tuple(wishes.impossible)
        asked = Asked(
            opened.source, by, wishes.at_least, wishes.level, rules_asked, wishes.target, document["photographs"]
        )
    return Audit(document, table, roll, requirements, asked, doubts)


def write_audit(
    made: Audit, out: Path, title: str, *, portraits: Mapping[str, bytes] | None = None, sample: int = 0
) -> list[Path]:
    """Write an audit and what goes with it.

    Args:
        made: the audit.
        out: a file or a folder, see `write_report`.
        title: what was audited.
        portraits: record id -> small JPEG.
        sample: photographs that a person will label to settle what is undecided; 0 for no list.

    Returns:
        The files: the report, requirements where a model's errors were looked at, and the list.

    Raises:
        RequestError: a list that is filled in is there; nothing was written.
    """
    if sample:
        refuse_filled(beside(out, "sample.csv"))
    folder = out if is_folder(out) else out.parent
    files = write_report(out, made.as_dict(folder), title, portraits)
    if made.requirements is not None:
        write_requirements(beside(out, "requirements.yaml"), made.requirements)
        files.append(beside(out, "requirements.yaml"))
    if sample:
        chosen = choose(made.table, made.roll, made.document["gaps"], sample)
        if chosen is not None:
            write_sample(beside(out, "sample.csv"), chosen, made.roll)
            files.append(beside(out, "sample.csv"))
    return files
