"""Dependence: how attributes go together, as the correlations of a Gaussian copula.

Each attribute is seen as a normal variable behind a curtain: a quantity through its ranks, a class as an interval. The
correlation of two of them is the likeliest; for two quantities that of their normal scores, with classes the polyserial
and the polychoric correlation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FEWEST_TOGETHER", "Variable", "classes", "correlations", "quantity"]

Array = npt.NDArray[np.float64]

FEWEST_TOGETHER: Final = 30
"""Photographs of which two attributes are known, below which nothing is said about them together."""

CHANCE: Final = 1.96
"""Correlations below this over the root of the number of photographs are what chance makes of none in 19 of 20
samples, and count as none."""

FARTHEST: Final = 0.98
"""Correlations that are looked at."""

EDGE: Final = 8.0
"""Where the normal law ends, standard deviations."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
"""Of Gauss and Legendre, for the normal law in two dimensions."""


class Variable:
    """One attribute behind the curtain.

    Attributes:
        low, high: (N,) interval of the normal variable, of every photograph; both the same for a quantity, NaN where
            the attribute is unknown.
    """

    def __init__(self, low: Array, high: Array) -> None:
        self.low = low
        self.high = high

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """(N,) where it is known."""
        return ~np.isnan(self.low)

    @property
    def exact(self) -> bool:
        """Whether it is a quantity."""
        known = self.known
        return bool((self.low[known] == self.high[known]).all())


def quantity(values: Array) -> Variable:
    """A quantity, by its ranks: (N,) values, NaN where it is unknown."""
    known = ~np.isnan(values)
    scores = np.full(len(values), np.nan)
    scores[known] = special.ndtri(stats.rankdata(values[known]) / (known.sum() + 1))
    return Variable(scores, scores)


def classes(codes: npt.NDArray[np.int64], count: int) -> Variable:
    """Classes in their order: (N,) codes, -1 where it is unknown."""
    known = codes >= 0
    shares = np.bincount(codes[known], minlength=count) / max(known.sum(), 1)
    ends = np.clip(special.ndtri(np.clip(np.concatenate([[0], np.cumsum(shares)]), 0, 1)), -EDGE, EDGE)
    low, high = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    low[known], high[known] = ends[codes[known]], ends[codes[known] + 1]
    return Variable(low, high)


def correlations(variables: Sequence[Variable]) -> Array:
    """(A, A) correlations of some attributes; 0 for pairs that too few photographs know, or that chance may explain.

    Estimated pair by pair and then bent as little as it takes to be possible together: negative eigenvalues become 0.
    """
    found = np.eye(len(variables))
    for row, one in enumerate(variables):
        for column, other in enumerate(variables[:row]):
            both = one.known & other.known
            if both.sum() >= FEWEST_TOGETHER:
                pair = _pair(one, other, both)
                found[row, column] = found[column, row] = pair if abs(pair) > CHANCE / np.sqrt(both.sum()) else 0.0
    values, vectors = np.linalg.eigh(found)
    if values[0] < 0:
        found = (vectors * np.maximum(values, 0)) @ vectors.T
        length = np.sqrt(np.diag(found))
        found = found / np.outer(length, length)
    return np.asarray(np.round(found, 4), np.float64)


def _pair(one: Variable, other: Variable, both: npt.NDArray[np.bool_]) -> float:
    """The likeliest correlation of two attributes; 0 where one of them never varies."""
    if any(np.ptp(variable.low[both]) == 0 for variable in (one, other)):
        return 0.0
    if one.exact and other.exact:
        return float(np.clip(np.corrcoef(one.low[both], other.low[both])[0, 1], -FARTHEST, FARTHEST))
    exact, coarse = (one, other) if one.exact else (other, one)
    ends = np.stack([exact.low[both], exact.high[both], coarse.low[both], coarse.high[both]], axis=1)
    if exact.exact:
        rows, often = ends, np.ones(len(ends), np.int64)
    else:
        rows, often = np.unique(ends, axis=0, return_counts=True)
    likelihood = _polyserial if exact.exact else _polychoric

    def unlikely(correlation: float) -> float:
        return -float((often * np.log(np.maximum(likelihood(rows, correlation), 1e-12))).sum())

    best = optimize.minimize_scalar(unlikely, bounds=(-FARTHEST, FARTHEST), method="bounded", options={"xatol": 1e-4})
    return float(best.x)


def _polyserial(rows: Array, r: float) -> Array:
    """Probability of a class, given a quantity."""
    spread = np.sqrt(1 - r * r)
    return np.asarray(
        special.ndtr((rows[:, 3] - r * rows[:, 0]) / spread) - special.ndtr((rows[:, 2] - r * rows[:, 0]) / spread)
    )


def _polychoric(rows: Array, r: float) -> Array:
    """Probability of two classes."""
    a, b, c, d = rows.T
    return _below(b, d, r) - _below(a, d, r) - _below(b, c, r) + _below(a, c, r)


def _below(x: Array, y: Array, r: float) -> Array:
    """(N,) probability that two normal variables of correlation r lie below x and y.

    Source: Z. Drezner and G. Wesolowsky, "On the computation of the bivariate normal integral" (1990): the integral of
    the density over the correlation, from 0.
    """
    t = 0.5 * r * (NODES + 1)
    square = 1 - t * t
    x, y = x[:, None], y[:, None]
    density = np.exp(-(x * x - 2 * t * x * y + y * y) / (2 * square)) / np.sqrt(square)
    return np.asarray(
        (special.ndtr(x) * special.ndtr(y))[:, 0] + 0.5 * r * (density * WEIGHTS).sum(axis=1) / (2 * np.pi)
    )
