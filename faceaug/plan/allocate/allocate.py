"""Allocating: from photographs and what is wanted of them to a plan."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faceaug.coverage.against import against
from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.counts import count_groups, tabulate
from faceaug.coverage.targets import Demand
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.plan.allocate.choose import Dealer
from faceaug.plan.allocate.kinds import Pool
from faceaug.plan.allocate.model import build
from faceaug.plan.allocate.reasons import Explainer
from faceaug.plan.allocate.solve import solve
from faceaug.plan.allocate.wanted import Hits, every_group, of_demands
from faceaug.plan.donors.reach import Reach
from faceaug.plan.limits import Limits
from faceaug.plan.plan import Plan, Predicted, Target, Unfillable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Table
    from faceaug.coverage.rules import Rule
    from faceaug.data.record import Record
    from faceaug.plan.allocate.wanted import Wanted
    from faceaug.plan.plan import Entry

__all__ = ["allocate", "training_split"]

TRAINING: Final = ("train", "training")
"""What a training split is called."""

TO_MEASURE: Final = "it takes photographs, since errors are to be measured on them and renderings are no evidence"
"""Why nothing is made for a requirement of photographs to measure."""


def allocate(
    records: Sequence[Record],
    axes: Sequence[Axis],
    *,
    at_least: int = 30,
    level: int = 2,
    target: str = "",
    rules: Sequence[Rule] = (),
    limits: Limits | None = None,
    split: str | None = None,
    root: str | Path = ".",
) -> Plan:
    """Plan which edits of which photographs bring every group to its target, at the least cost.

    Args:
        records: photographs, and renderings that there are already: those count too, but are not edited again.
        axes: the attributes that are counted, and their classes.
        at_least: pictures of every combination of up to `level` attributes; not looked at if there is a target.
        level: the most attributes of a combination.
        target: instead of that, as `faceaug.coverage.against.against` reads it: uniform, cells, parity:NAME|LABEL, the
            path of a census (CSV) or of requirements (YAML).
        rules: combinations that cannot be.
        limits: what the plan may do.
        split: whose photographs are counted and edited; the training split unless given, '' for all.
        root: folder that the photographs' paths are relative to.

    Returns:
        The plan. The same input gives the same plan, unless the search ran out of time.

    Raises:
        RequestError: for splits, edits or a target that there are not.
    """
    limits = limits or Limits()
    reach = Reach(axes, limits.vary)
    pool = Pool(records, tabulate(records, axes), training_split(records) if split is None else split)
    counted = pool.table.only(pool.counted)
    if not len(counted):
        raise RequestError([Fault("--split", _no_such_split(records, pool.split))], "nothing was planned")
    policy, wanted, measuring = _wanted(counted, at_least, level, target, rules)
    wanted += _balanced(counted, limits)
    model = build(pool, wanted, reach, limits)
    found = solve(model, limits)
    dealer = Dealer(pool, reach, limits)
    entries = dealer.entries(model, found.made)
    cost = round(sum(entry.cost for entry in entries), 3)
    return Plan(
        target=Target(
            tuple(axes),
            policy,
            None if target else at_least,
            None if target else level,
            tuple(rule.text for rule in rules),
            pool.split,
        ),
        root=Path(root),
        entries=tuple(entries),
        spares=tuple(dealer.spares(model, entries)),
        predicted=tuple(_predicted(wanted, entries, axes)),
        unfillable=(*Explainer(model, reach, limits).explain(found.made), *measuring),
        options=limits.as_dict(),
        cost=cost,
        bound=round(min(found.bound, cost), 3),
        gap=_gap(cost, found.bound),
        status=found.status,
    )


def training_split(records: Sequence[Record]) -> str:
    """The split whose photographs are edited: the one for training, or '' where there are no splits.

    Raises:
        RequestError: there are splits, but none of them is called train.
    """
    splits = sorted({record.split for record in records} - {""})
    for name in splits:
        if name.lower() in TRAINING:
            return name
    if splits:
        raise RequestError([Fault("--split", _no_such_split(records, ""))], "nothing was planned")
    return ""


def _no_such_split(records: Sequence[Record], split: str) -> str:
    """Say which splits there are."""
    splits = sorted({record.split for record in records} - {""})
    if not records:
        return "there are no photographs"
    near = did_you_mean(split, splits)
    hint = f"did you mean {near!r}?" if near else f"they are of {', '.join(splits) or 'no split'}"
    what = f"no photograph is of {split!r}" if split else "none of the splits is called train; name one"
    return f"{what}; {hint}"


def _wanted(
    table: Table, at_least: int, level: int, target: str, rules: Sequence[Rule]
) -> tuple[str, tuple[Wanted, ...], tuple[Unfillable, ...]]:
    """What is wanted, in words and as groups; and what is wanted of photographs alone, which no plan can fill."""
    if not target:
        deep = min(level, len(table.axes))
        many = "every class" if deep == 1 else f"every combination of up to {deep} attributes"
        some = f"{at_least} picture" + ("s" if at_least > 1 else "")
        return f"at least {some} of {many}", every_group(table, at_least, level=level, rules=rules), ()
    section = against(table, target, rules)
    demands, measuring = [], []
    for one in section["demands"]:
        where = {name: tuple(values) for name, values in one["where"].items()}
        if not one["to_measure"]:
            demands.append(Demand(where, one["have"], one["need"]))
        elif one["missing"]:
            measuring.append(Unfillable(where, one["missing"], ("measure",), TO_MEASURE))
    return str(section["policy"]), of_demands(table, demands), tuple(measuring)


def _balanced(table: Table, limits: Limits) -> tuple[Wanted, ...]:
    """As many pictures of every class as it takes for the least share of renderings."""
    if limits.balance is None:
        return ()
    demands = []
    for axis in table.axes:
        counts = count_groups(table.by([axis.name])).photographed
        for value, have in zip(axis.values, counts.tolist(), strict=True):
            need = math.ceil(have / (1 - limits.balance[0]) - 1e-9)
            demands.append(Demand({axis.name: (value,)}, have, need))
    return of_demands(table, demands)


def _predicted(wanted: Sequence[Wanted], entries: Sequence[Entry], axes: Sequence[Axis]) -> Iterator[Predicted]:
    """Coverage before and after; pictures are counted by what they are expected to show."""
    shown = Counter(tuple(entry.expected.get(axis.name) for axis in axes) for entry in entries)
    hits, planned = Hits(wanted), Counter[int]()
    for words, often in shown.items():
        codes = tuple(
            UNKNOWN if word is None else axis.values.index(word) for axis, word in zip(axes, words, strict=True)
        )
        planned.update(dict.fromkeys(hits(codes), often))
    for number, group in enumerate(wanted):
        yield Predicted(group.where(axes), group.photographed, group.rendered, planned[number], group.need)


def _gap(cost: float, bound: float) -> float | None:
    """How far the cost may lie above the least; None where nothing was proven."""
    if cost == 0:
        return 0.0
    return round(max(0.0, (cost - bound) / cost), 6) if bound > 0 else None
