"""A task for the solver: what is made small, and within which limits, in fractions of pictures or in whole ones."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

if TYPE_CHECKING:
    from faceaug.plan.allocate.model import Model

__all__ = ["TOLERANCE", "Made", "Relaxed", "Task", "Whole"]

TOLERANCE: Final = 1e-6
"""Within which the solver's numbers are whole, and its limits kept (HiGHS's own feasibility tolerance)."""

Made = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Relaxed:
    """The best solution in fractions of pictures.

    Attributes:
        value: no whole solution has less.
        over: (columns,) by how much more a picture of each would cost at least, than what that solution uses.
    """

    value: float
    over: Numbers


@dataclass(frozen=True)
class Whole:
    """A solution in whole pictures.

    Attributes:
        made: (columns,) pictures.
        value: of what is made small.
        bound: nothing that was allowed has less.
        done: whether the gap was reached.
    """

    made: Made
    value: float
    bound: float
    done: bool


@dataclass(frozen=True)
class Task:
    """What is made small: costs of pictures, of further ones of a photograph, and of what stays missing.

    The variables are: pictures of each column; what stays missing of each group; of each kind the pictures beyond the
    first of every photograph.

    Attributes:
        model: what can be decided.
        costs: (columns,) of a picture.
        again: of every picture beyond the first of a photograph.
        missed: of a picture that stays missing.
        until: when to stop, by `time.monotonic`.
        most: (wanted,) pictures that may stay missing of each group.
        total: pictures that may stay missing in all.
        count: pictures that may be made.
    """

    model: Model
    costs: Numbers
    again: float
    missed: float
    until: float
    most: npt.NDArray[Any]
    total: float = math.inf
    count: float = math.inf

    def relaxed(self) -> Relaxed | None:
        """Solve in fractions of pictures; None where that cannot be done, or not in time."""
        matrix, upper = self._limits
        bounds = np.stack([np.zeros(len(self._objective)), self._most(None)], axis=1)
        found = optimize.linprog(
            self._objective,
            A_ub=matrix,
            b_ub=upper,
            bounds=bounds,
            method="highs-ds",
            options={"time_limit": self._left},
        )
        if found.status != 0:
            return None
        return Relaxed(float(found.fun), np.asarray(found.lower.marginals[: len(self.costs)]))

    def whole(self, gap: float, allowed: npt.NDArray[np.bool_] | None = None) -> Whole | None:
        """Solve in whole pictures; None where nothing was found.

        Args:
            gap: relative gap at which to stop.
            allowed: (columns,) which may be made; all unless given.
        """
        matrix, upper = self._limits
        columns = len(self.costs)
        found = optimize.milp(
            self._objective,
            integrality=np.concatenate([np.ones(columns), np.zeros(len(self._objective) - columns)]),
            bounds=optimize.Bounds(0, self._most(allowed)),
            constraints=optimize.LinearConstraint(matrix, -np.inf, upper),
            options={"mip_rel_gap": gap, "time_limit": self._left},
        )
        if found.x is None:
            return None
        made = np.rint(found.x[:columns]).astype(np.int64)
        if not (self.model.within @ made <= self.model.most).all():
            return None  # whole numbers that were whole but for the solver's tolerance
        return Whole(made, float(found.fun), float(found.mip_dual_bound), found.status == 0)

    @property
    def _left(self) -> float:
        """Seconds that are left."""
        return max(0.1, self.until - time.monotonic())

    @cached_property
    def _objective(self) -> Numbers:
        groups, kinds = len(self.model.wanted), len(self.model.kinds)
        return np.concatenate([self.costs, np.full(groups, self.missed), np.full(kinds, self.again)])

    def _most(self, allowed: npt.NDArray[np.bool_] | None) -> Numbers:
        """Upper bounds of the variables."""
        missing = self.model.missing
        need = np.array([max(missing[list(column.outcome.hits)]) for column in self.model.columns])
        need = need if allowed is None else need * allowed
        return np.concatenate([need, self.most, np.full(len(self.model.kinds), np.inf)])

    @cached_property
    def _limits(self) -> tuple[sparse.csr_array, Numbers]:
        """All limits as rows: what is below what."""
        model = self.model
        columns, kinds, groups = len(model.columns), len(model.kinds), len(model.wanted)
        blocks = [
            sparse.hstack([-model.hits, -sparse.eye_array(groups), sparse.csr_array((groups, kinds))]),
            sparse.hstack([model.within, sparse.csr_array((len(model.most), groups + kinds))]),
            sparse.hstack([model.within[:kinds], sparse.csr_array((kinds, groups)), -sparse.eye_array(kinds)]),
        ]
        fresh = np.array([kind.fresh for kind in model.kinds], np.float64)
        upper = [-model.missing, model.most, fresh]
        for start, length, most in ((columns, groups, self.total), (0, columns, self.count)):
            if math.isfinite(most):
                row = np.zeros(columns + groups + kinds)
                row[start : start + length] = 1
                blocks.append(sparse.csr_array(row[None]))
                upper.append(np.array([most]))
        return sparse.vstack(blocks, format="csr"), np.concatenate(upper)
