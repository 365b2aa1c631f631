"""The gaps of an audit in words: what is missing, how sure that is, and which photographs come nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.coverage.lattice import choices
from faceaug.coverage.neighbours import nearest
from faceaug.coverage.states import doubt_of, doubtful
from faceaug.coverage.uncertain import state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.counts import Table
    from faceaug.coverage.patterns import Gap, Gaps
    from faceaug.coverage.roll import Roll
    from faceaug.coverage.rules import Rule

__all__ = ["gaps_of"]

ILLUSTRATED: Final = 40
"""Gaps of which the nearest photographs and the people are looked up: as many as anybody reads."""


def gaps_of(
    table: Table, gaps: Gaps, roll: Roll | None, *, level: int | None, rules: Sequence[Rule]
) -> list[dict[str, Any]]:
    """The gaps, and the groups that have enough only if every measurement is right, in the order of their level.

    Args:
        table: the pictures.
        gaps: what was found in it.
        roll: which pictures they are and how surely they are known, or None.
        level: up to which level was looked.
        rules: combinations that cannot be.

    Returns:
        JSON values. The first ILLUSTRATED gaps also say how many people they show and which photographs are nearest.
    """
    reach = roll.reach if roll else None
    doubt = doubt_of(table, reach)
    found = []
    for some in (gaps, doubtful(table, reach, gaps.at_least, level=level, rules=rules)):
        if some is not None:
            ends = doubt.limits(some.patterns.tolist(), some.counts.tolist())
            found += [
                (_gap(gap, *end), pattern) for gap, end, pattern in zip(some, ends, some.patterns.tolist(), strict=True)
            ]
    found.sort(key=lambda item: len(item[0]["where"]))
    first = [pattern for _, pattern in found[:ILLUSTRATED]]
    near = nearest(table, roll, first) if roll else [[] for _ in first]
    for (gap, pattern), neighbours in zip(found, near, strict=False):
        gap["people"] = _people(table, pattern)
        gap["nearest"] = neighbours
    return [gap for gap, _ in found]


def _gap(gap: Gap, sure: int, might: int) -> dict[str, Any]:
    """A gap as JSON values."""
    at_least = gap.count + gap.missing
    return {
        "state": state(sure, might, at_least),
        "surely": sure,
        "might_be": might - gap.count,
        "where": {name: list(values) for name, values in gap.where.items()},
        "words": str(gap),
        "photographed": gap.count,
        "missing": max(0, gap.missing),
    }


def _people(table: Table, pattern: Sequence[int]) -> int:
    """How many named people the photographs of a pattern show."""
    hit = ~table.rendered & (table.subjects >= 0)
    for place, (axis, choice) in enumerate(zip(table.axes, pattern, strict=True)):
        spans = choices(axis).spans
        if choice < len(spans):
            hit &= (table.codes[:, place] >= spans[choice][0]) & (table.codes[:, place] <= spans[choice][1])
    return int(np.count_nonzero(np.bincount(table.subjects[hit])))
