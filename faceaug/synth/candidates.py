"""Candidates: the laws that are tried on a quantity, fitted by their likelihood, and how well each describes it."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CANDIDATES", "Candidate", "Fit", "fit_all", "goodness"]

Sample = npt.NDArray[np.float64]

MOST: Final = 4000
"""Values by which parameters are sought; of more, as many quantiles stand for all (likelihoods are of all)."""


@dataclass(frozen=True)
class Candidate:
    """A law that may describe a quantity.

    Attributes:
        name: as in scipy.stats.
        fixed: parameters that are not fitted.
        positive: whether it is for quantities that are above 0 alone.
        recipe: from scipy's parameters to how a recipe writes the law.
        start: closed form of the parameters, or None where they are sought.
    """

    name: str
    fixed: Mapping[str, float]
    positive: bool
    recipe: Callable[[tuple[float, ...]], dict[str, Any]]
    start: Callable[[Sample], tuple[float, ...]] | None = None

    @property
    def law(self) -> Any:
        """The distribution of scipy."""
        return getattr(stats, self.name)

    @property
    def free(self) -> int:
        """Number of parameters that are fitted."""
        return len(self.law.shapes.split(",") if self.law.shapes else ()) + 2 - len(self.fixed)


def _scipy(name: str) -> Callable[[tuple[float, ...]], dict[str, Any]]:
    """How a recipe writes any law of scipy."""
    shapes = getattr(stats, name).shapes
    names = [*(part.strip() for part in shapes.split(",")), "loc", "scale"] if shapes else ["loc", "scale"]
    return lambda values: {"scipy": {"name": name, **dict(zip(names, map(_short, values), strict=True))}}


def _short(value: float) -> float:
    """A parameter to seven digits: more say nothing about a sample."""
    return float(f"{value:.7g}")


CANDIDATES: Final = (
    Candidate(
        "norm",
        {},
        positive=False,
        recipe=lambda p: {"normal": {"mean": _short(p[0]), "sd": _short(p[1])}},
        start=lambda x: (float(x.mean()), float(x.std())),
    ),
    Candidate(
        "uniform",
        {},
        positive=False,
        recipe=lambda p: {"uniform": {"low": _short(p[0]), "high": _short(p[0] + p[1])}},
        start=lambda x: (float(x.min()), float(x.max() - x.min())),
    ),
    Candidate(
        "laplace",
        {},
        positive=False,
        recipe=_scipy("laplace"),
        start=lambda x: (float(np.median(x)), float(np.abs(x - np.median(x)).mean())),
    ),
    Candidate("logistic", {}, positive=False, recipe=_scipy("logistic")),
    Candidate("t", {}, positive=False, recipe=_scipy("t")),
    Candidate("skewnorm", {}, positive=False, recipe=_scipy("skewnorm")),
    Candidate("gumbel_r", {}, positive=False, recipe=_scipy("gumbel_r")),
    Candidate("gumbel_l", {}, positive=False, recipe=_scipy("gumbel_l")),
    Candidate(
        "lognorm",
        {"floc": 0.0},
        positive=True,
        recipe=lambda p: {"log_normal": {"median": _short(p[2]), "sigma": _short(p[0])}},
        start=lambda x: (float(np.log(x).std()), 0.0, float(np.exp(np.log(x).mean()))),
    ),
    Candidate("gamma", {"floc": 0.0}, positive=True, recipe=_scipy("gamma")),
    Candidate("weibull_min", {"floc": 0.0}, positive=True, recipe=_scipy("weibull_min")),
    Candidate(
        "expon",
        {"floc": 0.0},
        positive=True,
        recipe=lambda p: {"exponential": {"mean": _short(p[1])}},
        start=lambda x: (0.0, float(x.mean())),
    ),
)
"""Laws of one hump, symmetric and skewed, with light and heavy tails, and flat; what has several humps fits
none of them, and is described by its quantiles."""


@dataclass(frozen=True)
class Fit:
    """A candidate that was fitted.

    Attributes:
        candidate: the law.
        parameters: as scipy orders them.
        bic: Bayesian information criterion; the least is the best.
        distance: greatest difference of the cumulative distributions (Kolmogorov and Smirnov), 0..1.
        p: probability that a sample of this law differs from it as much as this one does, by Pearson's test.
    """

    candidate: Candidate
    parameters: tuple[float, ...]
    bic: float
    distance: float
    p: float

    def law(self) -> dict[str, Any]:
        """As a recipe writes it."""
        return self.candidate.recipe(self.parameters)


def fit_all(sample: Sample) -> list[Fit]:
    """Fit every candidate that can describe a sample.

    Args:
        sample: (N,) finite values, not all the same.

    Returns:
        The fits, the best first. Those that have no finite likelihood are left out.

    Source: maximum likelihood; G. Schwarz, "Estimating the dimension of a model" (1978) for the criterion.
    """
    ordered = np.sort(sample)
    few = ordered if len(ordered) <= MOST else np.quantile(ordered, (np.arange(MOST) + 0.5) / MOST)
    found = []
    for candidate in CANDIDATES:
        if candidate.positive and ordered[0] <= 0:
            continue
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)  # of steps of the search, not of its end
            parameters = _parameters(candidate, ordered, few)
            likelihood = float(candidate.law.logpdf(ordered, *parameters).sum())
            if math.isfinite(likelihood) and all(map(math.isfinite, parameters)):
                bic = candidate.free * math.log(len(ordered)) - 2 * likelihood
                law = candidate.law(*parameters)
                distance = float(stats.kstest(ordered, law.cdf).statistic)
                found.append(Fit(candidate, parameters, bic, distance, goodness(ordered, law, candidate.free)))
    return sorted(found, key=lambda fit: fit.bic)


def _parameters(candidate: Candidate, ordered: Sample, few: Sample) -> tuple[float, ...]:
    """The likeliest parameters; not-a-number where the search finds none."""
    if candidate.start is not None:
        return candidate.start(ordered)
    try:
        return tuple(float(value) for value in candidate.law.fit(few, **candidate.fixed))
    except stats.FitError:
        return (math.nan,)


def goodness(ordered: Sample, law: Any, free: int) -> float:
    """Pearson's test of a fitted law, over intervals that are equally likely under it.

    Args:
        ordered: (N,) ascending.
        law: frozen distribution of scipy.
        free: parameters that were fitted; each takes a degree of freedom.

    Source: intervals as many as 2 n^0.4 (H. Mann and A. Wald, 1942), and enough for a test.
    """
    bins = max(free + 3, min(round(2 * len(ordered) ** 0.4), len(ordered) // 5))
    counts, _ = np.histogram(law.cdf(ordered), bins=bins, range=(0.0, 1.0))
    expected = len(ordered) / bins
    return float(stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), bins - 1 - free))
