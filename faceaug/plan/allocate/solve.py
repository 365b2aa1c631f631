"""Solving: an integer program that fills as much as can be filled, and then at the least cost.

First the number of pictures that stay missing is made as small as the limits allow; then, with that number fixed, the
cost. Where the greedy rule fills as much, its number of pictures is a limit too, so that a plan never has more of them.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from faceaug.plan.allocate.greedy import greedy
from faceaug.plan.allocate.task import TOLERANCE, Task
from faceaug.plan.donors.costs import AGAIN

if TYPE_CHECKING:
    from faceaug.plan.allocate.model import Model
    from faceaug.plan.allocate.task import Made, Whole
    from faceaug.plan.limits import Limits

__all__ = ["Solution", "least_missing", "left_over", "solve"]

NEAR: Final = 0.1
"""Cost by which an outcome may be dearer than those that fractions of pictures would use, to be looked at first."""

MISSED: Final = 100.0
"""What a missing picture costs where outcomes are chosen that are worth looking at: more than any picture."""


@dataclass(frozen=True)
class Solution:
    """How many pictures go which way.

    Attributes:
        made: (columns,) pictures.
        missing: (wanted,) pictures that stay missing.
        bound: no solution that fills as much costs less; 0 where nothing was proven.
        status: `optimal`, `time_limit` or `greedy`.
    """

    made: Made
    missing: Made
    bound: float
    status: str


def solve(model: Model, limits: Limits) -> Solution:
    """Find the plan.

    Args:
        model: what can be decided.
        limits: gap and seconds are looked at; the others are in the model.
    """
    first = greedy(model)
    if not len(model.columns) or not len(model.wanted):
        return Solution(first, left_over(model, first), 0.0, "optimal")
    until = time.monotonic() + limits.seconds
    lowest = _lowest(model, until) if left_over(model, first).any() else 0
    found, proven, fewest = _cheapest(model, lowest, first, limits.gap, until), True, first
    if found is None:  # no whole numbers reach what fractions do, or there was no time
        fewest, proven = least_missing(model, until, first)
        found = _cheapest(model, int(left_over(model, fewest).sum()), first, limits.gap, until)
    if found is None:
        status = "greedy" if (fewest == first).all() else "time_limit"
        return Solution(fewest, left_over(model, fewest), 0.0, status)
    status = "optimal" if found.done and proven else "time_limit"
    return Solution(found.made, left_over(model, found.made), found.bound, status)


def left_over(model: Model, made: Made) -> Made:
    """(wanted,) pictures that are still missing once some are made."""
    return np.asarray(np.rint(np.maximum(model.missing - model.hits @ made, 0)), np.int64)


def least_missing(model: Model, until: float, first: Made, most: Made | None = None) -> tuple[Made, bool]:
    """As few missing pictures as the limits allow.

    Args:
        model: what can be decided.
        until: when to stop, by `time.monotonic`.
        first: a solution to begin with.
        most: (wanted,) pictures that may stay missing of each group, or None.

    Returns:
        A solution, and whether it is proven that none leaves fewer missing.
    """
    best, made = int(left_over(model, first).sum()), first
    task = Task(model, np.zeros(len(model.columns)), 0.0, 1.0, until, model.missing if most is None else most)
    relaxed = task.relaxed()
    if best == 0 or relaxed is None:
        return first, best == 0
    lowest = math.ceil(relaxed.value - TOLERANCE)
    costly = replace(task, costs=model.costs, again=AGAIN, missed=MISSED).relaxed()
    for near in (None if costly is None else costly.over <= NEAR, None):
        found = task.whole(0.99 / max(best, 1), near) if best > lowest else None
        if found is not None and left_over(model, found.made).sum() <= best:
            best, made = int(left_over(model, found.made).sum()), found.made
            if near is None and math.ceil(found.bound - TOLERANCE) >= best:
                return made, True
    return made, best <= lowest


def _lowest(model: Model, until: float) -> int:
    """A number of missing pictures that none can be below: that of fractions of pictures; 0 where time ran out."""
    relaxed = Task(model, np.zeros(len(model.columns)), 0.0, 1.0, until, model.missing).relaxed()
    return 0 if relaxed is None else math.ceil(relaxed.value - TOLERANCE)


def _cheapest(model: Model, most: int, first: Made, gap: float, until: float) -> Whole | None:
    """The least cost at which no more than `most` pictures stay missing.

    Where the greedy solution `first` leaves no more, no more pictures are made than it makes. A solution is sought
    among the outcomes that fractions of pictures would use, or nearly; then, if that is not near enough to the bound,
    among all that could still be part of a better one.
    """
    no_more = float(first.sum()) if left_over(model, first).sum() <= most else math.inf
    task = Task(model, model.costs, AGAIN, 0.0, until, model.missing * (most > 0), float(most), no_more)
    relaxed = task.relaxed()
    if relaxed is None:
        return None
    found = task.whole(gap / 2, relaxed.over <= NEAR)
    if found is not None and found.value - relaxed.value <= gap * found.value:
        return replace(found, bound=relaxed.value, done=True)
    room = math.inf if found is None else found.value - relaxed.value + TOLERANCE
    again = task.whole(gap, relaxed.over <= room)
    if again is None:
        return None if found is None else replace(found, bound=relaxed.value, done=False)
    better = again if found is None or again.value <= found.value else found
    return replace(better, bound=max(relaxed.value, min(again.bound, better.value)), done=again.done)
