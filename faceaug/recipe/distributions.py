"""Distributions by name: how a number between 0 and 1 becomes the value of a setting.

Every law has one method, `draw(u)`, its inverse cumulative distribution: the same `u` always gives the same value.
Laws whose support is wider than a setting's hard bounds are *truncated* to the bounds: the law is conditioned on lying
inside, no value is clipped, and no probability piles up at a bound.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from statistics import NormalDist
from typing import Any, Final, Protocol

__all__ = [
    "FAMILIES",
    "MIN_MASS",
    "Choice",
    "Continuous",
    "Family",
    "Fixed",
    "Law",
    "Uniform",
    "scipy_names",
    "scipy_shapes",
]

Value = float | str

MIN_MASS: Final = 1e-6
"""Smallest share of a law that must lie within a setting's bounds; below it, something else was meant (our choice)."""


@dataclass(frozen=True)
class Fixed:
    """Always the same value."""

    value: Value

    def draw(self, u: float) -> Value:  # noqa: ARG002 - every law takes u
        """The value."""
        return self.value

    def plain(self) -> Any:
        """As it is written in a recipe."""
        return tidy(self.value)


@dataclass(frozen=True)
class Uniform:
    """Every number between two ends is equally likely."""

    low: float
    high: float

    def draw(self, u: float) -> Value:
        """`low + (high - low) u`."""
        return self.low + (self.high - self.low) * u

    def plain(self) -> Any:
        """As it is written in a recipe."""
        return [tidy(self.low), tidy(self.high)]


@dataclass(frozen=True)
class Choice:
    """One of several values, each with its weight.

    Attributes:
        values: at least one number or word, in the recipe's order.
        weights: one weight a value, at least 0, not all 0; empty if all are equally likely.
    """

    values: tuple[Value, ...]
    weights: tuple[float, ...] = ()

    def draw(self, u: float) -> Value:
        """The value in whose share of 0..1 `u` falls."""
        if not self.weights:
            return self.values[int(u * len(self.values))]
        return self.values[bisect_right(self._edges, u * self._edges[-1])]

    @cached_property
    def _edges(self) -> list[float]:
        """Running sums of the weights; a value of weight 0 is never reached."""
        total, edges = 0.0, []
        for weight in self.weights:
            total += weight
            edges.append(total)
        return edges

    def plain(self) -> Any:
        """As it is written in a recipe."""
        if self.weights:
            pairs = zip(self.values, self.weights, strict=True)
            return {"choice": {str(tidy(value)): tidy(weight) for value, weight in pairs}}
        return {"choice": [tidy(value) for value in self.values]}


@dataclass(frozen=True)
class Continuous:
    """A law of a family, truncated to an interval.

    Attributes:
        family: name in `FAMILIES`.
        parameters: its parameters by name.
        within: the setting's hard bounds; an end may be infinite.
    """

    family: str
    parameters: Mapping[str, float | str]
    within: tuple[float, float] = (-math.inf, math.inf)

    def __reduce__(self) -> tuple[type[Continuous], tuple[object, ...]]:
        """Travel to other processes without the functions that were made from the parameters."""
        return Continuous, (self.family, dict(self.parameters), self.within)

    @cached_property
    def _functions(self) -> tuple[Curve, Curve]:
        """Cumulative distribution and its inverse, before truncation."""
        return FAMILIES[self.family].functions(self.parameters)

    @cached_property
    def _range(self) -> tuple[float, float, float, float]:
        """Ends of the interval, and the cumulative probability at each."""
        low, high = self.within
        if self.family == "truncated_normal":
            low = max(low, float(self.parameters["low"]))
            high = min(high, float(self.parameters["high"]))
        below = self._functions[0](low) if low > -math.inf else 0.0
        upto = self._functions[0](high) if high < math.inf else 1.0
        return low, high, below, upto

    @property
    def mass(self) -> float:
        """Share of the law, before truncation, that lies within the interval."""
        return self._range[3] - self._range[2]

    def draw(self, u: float) -> Value:
        """The value below which a share `u` of the truncated law lies."""
        low, high, below, upto = self._range
        return min(max(self._functions[1](below + (upto - below) * u), low), high)

    def plain(self) -> Any:
        """As it is written in a recipe."""
        return {self.family: {name: tidy(value) for name, value in self.parameters.items()}}


class Law(Protocol):
    """How a number from 0 to 1 becomes a value."""

    def draw(self, u: float) -> Value:
        """The value at `u`."""

    def plain(self) -> Any:
        """As it is written in a recipe."""


Curve = Callable[[float], float]
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Family:
    """A kind of law.

    Attributes:
        needs: parameters that must be given.
        functions: cumulative distribution and its inverse for given parameters.
        wrong: what is wrong with parameters that are all there and all numbers, or None.
        may: parameters that can be given besides.
        means: what it is, for the documentation.
    """

    needs: tuple[str, ...]
    functions: Callable[[Parameters], tuple[Curve, Curve]]
    wrong: Callable[[Parameters], str | None]
    means: str
    may: tuple[str, ...] = field(default=())


def _normal(p: Parameters) -> tuple[Curve, Curve]:
    law = NormalDist(p["mean"], p["sd"])
    return law.cdf, law.inv_cdf


def _log_normal(p: Parameters) -> tuple[Curve, Curve]:
    law = NormalDist(math.log(p["median"]), p["sigma"])
    return (lambda x: law.cdf(math.log(x)) if x > 0 else 0.0), (lambda u: math.exp(law.inv_cdf(u)))


def _exponential(p: Parameters) -> tuple[Curve, Curve]:
    low = p.get("low", 0.0)
    scale = p["mean"] - low
    return (lambda x: -math.expm1(-max(x - low, 0.0) / scale)), (lambda u: low - scale * math.log1p(-u))


def _beta(p: Parameters) -> tuple[Curve, Curve]:
    special = import_module("scipy.special")
    a, b, low, span = p["a"], p["b"], p["low"], p["high"] - p["low"]

    def cdf(x: float) -> float:
        return float(special.betainc(a, b, min(max((x - low) / span, 0.0), 1.0)))

    return cdf, (lambda u: low + span * float(special.betaincinv(a, b, u)))


def _scipy(p: Parameters) -> tuple[Curve, Curve]:
    law = getattr(import_module("scipy.stats"), p["name"])(**{k: v for k, v in p.items() if k != "name"})
    return (lambda x: float(law.cdf(x))), (lambda u: float(law.ppf(u)))


def _above(name: str, value: float, least: float = 0.0) -> str | None:
    return None if value > least else f"{name} is {value:g}, but must be above {least:g}"


def _ordered(p: Parameters) -> str | None:
    return (
        None if p["low"] < p["high"] else f"low is {p['low']:g} and high is {p['high']:g}, but low must be below high"
    )


def _scipy_wrong(p: Parameters) -> str | None:
    """Whether scipy accepts the parameters: with bad ones it answers not-a-number."""
    try:
        sample = _scipy(p)[1](0.5)
    except (ValueError, ArithmeticError) as error:
        return f"{p['name']} does not take these parameters: {error}"
    return None if math.isfinite(sample) else f"{p['name']} does not take these parameters: it has no median"


FAMILIES: Final[Mapping[str, Family]] = {
    "normal": Family(("mean", "sd"), _normal, lambda p: _above("sd", p["sd"]), "bell curve"),
    "truncated_normal": Family(
        ("mean", "sd", "low", "high"),
        _normal,
        lambda p: _above("sd", p["sd"]) or _ordered(p),
        "bell curve of which only the part between low and high is used",
    ),
    "log_normal": Family(
        ("median", "sigma"),
        _log_normal,
        lambda p: _above("median", p["median"]) or _above("sigma", p["sigma"]),
        "positive, with a long upper tail; sigma is the standard deviation of the logarithm",
    ),
    "exponential": Family(
        ("mean",),
        _exponential,
        lambda p: _above("mean", p["mean"], p.get("low", 0.0)),
        "most likely at low (0 if not given), falling steadily",
        ("low",),
    ),
    "beta": Family(
        ("a", "b", "low", "high"),
        _beta,
        lambda p: _above("a", p["a"]) or _above("b", p["b"]) or _ordered(p),
        "between low and high, of the shape that a and b give it",
    ),
    "scipy": Family(
        ("name",), _scipy, _scipy_wrong, "any continuous distribution of scipy.stats, with its own parameters"
    ),
}
"""Laws by name, besides `uniform` and `choice`. Definitions as in scipy.stats (norm, lognorm, expon, beta)."""


@cache
def scipy_names() -> tuple[str, ...]:
    """Names of the continuous distributions that the installed scipy has."""
    stats = import_module("scipy.stats")
    return tuple(sorted(n for n in dir(stats) if isinstance(getattr(stats, n), stats.rv_continuous)))


def scipy_shapes(name: str) -> tuple[str, ...]:
    """Shape parameters of one scipy distribution, all of them needed."""
    shapes = getattr(import_module("scipy.stats"), name).shapes
    return tuple(part.strip() for part in shapes.split(",")) if shapes else ()


def tidy(value: float | str) -> float | int | str:
    """A number without a needless `.0`, so that 4 and 4.0 are one recipe."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
