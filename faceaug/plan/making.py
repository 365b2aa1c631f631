"""Making a plan: from a data set that was opened and what is wished for to a plan, and to words about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from faceaug.coverage.axes import axes_from
from faceaug.coverage.rules import read_rules
from faceaug.coverage.targets import with_census
from faceaug.coverage.usual import usual
from faceaug.plan.allocate.allocate import allocate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from faceaug.plan.limits import Limits
    from faceaug.plan.plan import Plan
    from faceaug.report.opening import Opened

__all__ = ["Goal", "coverage", "make_plan", "summary"]

LISTED: Final = 40
"""Groups that stay too small that are listed for a person; the file holds them all."""


@dataclass(frozen=True)
class Goal:
    """What a plan shall reach.

    Attributes:
        by: attributes as `axes_from` reads them; empty for the usual ones.
        at_least: pictures of every group.
        level: the most attributes of a group.
        target: instead of that, as `faceaug.coverage.against.against` reads it, or ''.
        impossible: rules, as `read_rules` reads them.
        split: whose photographs are counted and edited; None for the training split, '' for all.
    """

    by: Sequence[str] = ()
    at_least: int = 30
    level: int = 2
    target: str = ""
    impossible: Sequence[str] = ()
    split: str | None = None


def make_plan(opened: Opened, goal: Goal, limits: Limits) -> Plan:
    """Plan for a data set.

    Args:
        opened: the data set.
        goal: what to reach.
        limits: what the plan may do.

    Raises:
        RequestError: for a goal that does not fit the data set.
    """
    found = opened.values()
    axes = axes_from(found, goal.by or usual(found, opened.told()), orders=opened.orders)
    axes = with_census(axes, goal.target)
    plan = allocate(
        opened.records if opened.columns is None else opened.columns.records(),
        axes,
        at_least=goal.at_least,
        level=goal.level,
        target=goal.target,
        rules=read_rules(goal.impossible, axes),
        limits=limits,
        split=goal.split,
        root=opened.root,
    )
    return replace(plan, source=opened.source)


def summary(plan: Plan) -> list[str]:
    """What a plan does, in lines for a person."""
    few, full = len(plan.predicted), sum(not group.missing for group in plan.predicted)
    none = "nothing that is made would count" if plan.unfillable else "no group is too small, nothing is to be made"
    lines = [f"{plan.target.policy}: {none}."]
    if few or plan.entries:
        made = _count(len(plan.entries), "picture")
        are = "group is" if few == 1 else "groups are"
        lines = [f"{plan.target.policy}: {few:,} {are} too small, {full:,} of them filled by {made}."]
    if plan.target.split:
        lines.append(f"Counted and edited: the photographs of the split {plan.target.split!r} alone.")
    if plan.entries:
        photos, people = {entry.source for entry in plan.entries}, {entry.subject for entry in plan.entries} - {""}
        of = f" of {_count(len(people), 'named person', 'named people')}" if people else ""
        spares = (
            "1 more is planned as a spare"
            if len(plan.spares) == 1
            else f"{len(plan.spares):,} more are planned as spares"
        )
        lines.append(f"Made from {_count(len(photos), 'photograph')}{of}; {spares}.")
        lines += [f"Cost {plan.cost:.2f} (1 is a picture to which nothing was done); {_proof(plan)}."]
    if plan.unfillable:
        lines += ["", "What stays too small, and why:"]
        lines += [
            f"  {_where(group.where)}  {group.missing} missing: {group.reason}" for group in plan.unfillable[:LISTED]
        ]
        rest = len(plan.unfillable) - LISTED
        lines += [f"  ... and {rest:,} more, all of them in the file"] if rest > 0 else []
    return lines


def coverage(plan: Plan) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows of a table: group, photographed, rendered, planned, of how many."""
    for group in plan.predicted:
        numbers = (group.photographed, group.rendered, group.planned, group.need)
        yield (_where(group.where), *(f"{number:,}" for number in numbers))  # type: ignore[misc]


def _proof(plan: Plan) -> str:
    """What is known about the cost."""
    if plan.status == "greedy":
        return "found by the greedy rule, since the search found nothing in time"
    if plan.gap is None:
        return "the search ran out of time before it proved anything"
    if plan.gap == 0:
        return "no plan that fills as much costs less"
    late = ", when the time was over" if plan.status == "time_limit" else ""
    return f"at most {plan.gap:.2%} above the least there is{late}"


def _where(where: Mapping[str, Sequence[str]]) -> str:
    """A group as `glasses=clear & pose=left`."""
    return " & ".join(f"{name}={'|'.join(values)}" for name, values in where.items()) or "everything"


def _count(count: int, one: str, many: str = "") -> str:
    """1 picture, 2 pictures."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
