"""Before and after: what the groups of a plan had, what the plan promised, and what is counted once it is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from faceaug.coverage.counts import tabulate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.data.record import Record
    from faceaug.plan.plan import Plan

__all__ = ["Group", "as_markdown", "recount"]


@dataclass(frozen=True)
class Group:
    """One group that a plan is about.

    Attributes:
        where: attribute -> the classes that are meant.
        need: how many pictures there shall be.
        before: photographs and renderings that there were.
        predicted: pictures, once the plan is carried out, as the plan has it.
        photographed: photographs that there are now.
        rendered: renderings that there are now; never counted as photographs.
    """

    where: Mapping[str, tuple[str, ...]]
    need: int
    before: int
    predicted: int
    photographed: int
    rendered: int

    @property
    def now(self) -> int:
        """Pictures that there are."""
        return self.photographed + self.rendered

    @property
    def missing(self) -> int:
        """Pictures that are still missing, from 0."""
        return max(0, self.need - self.now)

    @property
    def words(self) -> str:
        """The group in words."""
        return " & ".join(f"{name}={'|'.join(values)}" for name, values in self.where.items())

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {**asdict(self), "where": {name: list(values) for name, values in self.where.items()}}


def recount(plan: Plan, records: Sequence[Record]) -> tuple[Group, ...]:
    """Count the groups of a plan anew, from what was measured on every picture.

    Args:
        plan: that was carried out.
        records: of all pictures that there are now.

    Returns:
        The groups in the plan's order.
    """
    counted = [record for record in records if plan.target.split in {"", record.split}]
    table = tabulate(counted, plan.axes)
    groups = []
    for one in plan.predicted:
        rows = table.within(one.where)
        drawn = int((rows & table.rendered).sum())
        before = one.photographed + one.rendered
        groups.append(Group(dict(one.where), one.need, before, one.total, int(rows.sum()) - drawn, drawn))
    return tuple(groups)


def as_markdown(groups: Sequence[Group], *, most: int = 0) -> str:
    """The groups that were too small, before and after.

    Args:
        groups: what `recount` gives.
        most: rows of the table; 0 for all.
    """
    small = [group for group in groups if group.before < group.need]
    short = sorted(small, key=lambda group: -(group.need - group.before))
    lines = ["| group | asked for | before | predicted | photographs | renderings | still missing |"]
    lines += ["| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for group in short[: most or len(short)]:
        numbers = (group.need, group.before, group.predicted, group.photographed, group.rendered, group.missing)
        lines.append(f"| {group.words.replace('|', ' or ')} | {' | '.join(map(str, numbers))} |")
    if most and len(short) > most:
        lines.append(f"| *{len(short) - most} more* | | | | | | {sum(group.missing for group in short[most:])} |")
    return "\n".join(lines)
