"""Solving: an integer program that fills as much as can be filled, and then at the least cost.

First the number of pictures that stay missing is made as small as the limits allow; then, with that number fixed, the
cost. Where the greedy rule fills as much, its number of pictures is a limit too, so that a plan never has more of them.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from faceaug.plan.costs import AGAIN
from faceaug.plan.greedy import greedy

if TYPE_CHECKING:
    from faceaug.plan.limits import Limits
    from faceaug.plan.model import Model

__all__ = ["Solution", "least_missing", "left_over", "solve"]

TOLERANCE = 1e-6
"""Within which the solver's numbers are whole, and its limits kept (HiGHS's own feasibility tolerance)."""

Made = npt.NDArray[np.int64]


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
    missing: npt.NDArray[np.int64]
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
    lowest = _lowest(model, until)
    found, proven, fewest = _cheapest(model, lowest, first, limits.gap, until), True, first
    if found.x is None:  # no whole numbers reach what fractions do, or there was no time
        fewest, proven = least_missing(model, until, first)
        found = _cheapest(model, int(left_over(model, fewest).sum()), first, limits.gap, until)
    made = fewest if found.x is None else np.rint(found.x[: len(first)]).astype(np.int64)
    if found.x is None or not _kept(model, made):
        status = "greedy" if (fewest == first).all() else "time_limit"
        return Solution(fewest, left_over(model, fewest), 0.0, status)
    done = found.status == 0 and proven
    return Solution(made, left_over(model, made), float(found.mip_dual_bound), "optimal" if done else "time_limit")


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
    best = int(left_over(model, first).sum())
    if best == 0:
        return first, True
    found = _fill(model, until, most).run(whole=True, gap=0.99 / best)
    if found.x is None:
        return first, False
    made = np.rint(found.x[: len(model.columns)]).astype(np.int64)
    if not _kept(model, made) or left_over(model, made).sum() > best:
        return first, False
    return made, math.ceil(found.mip_dual_bound - TOLERANCE) >= int(left_over(model, made).sum())


def _lowest(model: Model, until: float) -> int:
    """A number of missing pictures that none can be below: that of fractions of pictures; 0 where time ran out."""
    relaxed = _fill(model, until, None).run(whole=False, gap=0.0)
    return math.ceil(relaxed.fun - TOLERANCE) if relaxed.status == 0 else 0


def _fill(model: Model, until: float, most: Made | None) -> _Task:
    """The task to leave as few pictures missing as can be."""
    columns, kinds, groups = len(model.columns), len(model.kinds), len(model.wanted)
    objective = np.concatenate([np.zeros(columns), np.ones(groups), np.zeros(kinds)])
    return _Task(model, objective, until, model.missing if most is None else most.astype(np.float64))


def _cheapest(model: Model, most: int, first: Made, gap: float, until: float) -> Any:
    """The least cost at which no more than `most` pictures stay missing.

    Where the greedy solution `first` leaves no more, no more pictures are made than it makes.
    """
    columns, kinds, groups = len(model.columns), len(model.kinds), len(model.wanted)
    rows, upper = [np.concatenate([np.zeros(columns), np.ones(groups), np.zeros(kinds)])], [float(most)]
    if left_over(model, first).sum() <= most:
        rows.append(np.concatenate([np.ones(columns), np.zeros(groups + kinds)]))
        upper.append(float(first.sum()))
    also = optimize.LinearConstraint(sparse.csr_array(np.array(rows)), -np.inf, np.array(upper))
    objective = np.concatenate([model.costs, np.zeros(groups), np.full(kinds, AGAIN)])
    return _Task(model, objective, until, model.missing * (most > 0), (also,)).run(whole=True, gap=gap)


@dataclass(frozen=True)
class _Task:
    """A call of the solver.

    The variables are: pictures of each column; what stays missing of each group; of each kind the pictures beyond the
    first of every photograph.

    Attributes:
        model: what can be decided.
        objective: what is made small.
        until: when to stop, by `time.monotonic`.
        most: (wanted,) pictures that may stay missing.
        also: further constraints.
    """

    model: Model
    objective: npt.NDArray[np.float64]
    until: float
    most: npt.NDArray[np.float64]
    also: tuple[Any, ...] = ()

    def run(self, *, whole: bool, gap: float) -> Any:
        """Solve.

        Args:
            whole: whether pictures are whole numbers.
            gap: relative gap at which to stop.
        """
        model = self.model
        columns, kinds, groups = len(model.columns), len(model.kinds), len(model.wanted)
        filled = sparse.hstack([model.hits, sparse.eye_array(groups), sparse.csr_array((groups, kinds))], format="csr")
        within = sparse.hstack([model.within, sparse.csr_array((len(model.most), groups + kinds))], format="csr")
        again = sparse.hstack(
            [model.within[:kinds], sparse.csr_array((kinds, groups)), -sparse.eye_array(kinds)], format="csr"
        )
        fresh = np.array([kind.fresh for kind in model.kinds], np.float64)
        need = [max(model.missing[list(column.outcome.hits)]) for column in model.columns]
        constraints = (
            optimize.LinearConstraint(filled, model.missing, np.inf),
            optimize.LinearConstraint(within, -np.inf, model.most),
            optimize.LinearConstraint(again, -np.inf, fresh),
        )
        return optimize.milp(
            self.objective,
            integrality=np.concatenate([np.full(columns, int(whole)), np.zeros(groups + kinds)]),
            bounds=optimize.Bounds(0, np.concatenate([need, self.most, np.full(kinds, np.inf)])),
            constraints=(*constraints, *self.also),
            options={"mip_rel_gap": gap, "time_limit": max(0.1, self.until - time.monotonic())},
        )


def _kept(model: Model, made: Made) -> bool:
    """Whether rounded numbers keep every limit."""
    return bool((model.within @ made <= model.most).all())
