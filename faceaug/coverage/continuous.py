"""Continuous coverage: which turns, tones and lights no photograph is near, and how large that region is."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.intervals import Interval, share

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Ball", "Dimension", "Spread", "covered_grid", "spread"]

Points = npt.NDArray[np.float64]

PROBES: Final = 4096
"""Probes of the box, a power of two as Sobol's sequence wants; the share is then known to 1.5 points at worst."""

ROUNDS: Final = 12
"""Rounds of refinement of a ball's centre; each halves the cloud around it."""

CLOUD: Final = 128
"""Probes of one round."""


@dataclass(frozen=True)
class Dimension:
    """One quantity and the range of it that matters.

    Attributes:
        name: of the attribute.
        low: lower end of the range.
        high: upper end.
        scale: how much of it is as far as one radius.
        around: whether the ends are the same, as of an angle over the full turn; values beyond them go on around.

    Raises:
        ValueError: for an empty range or a scale that is not positive.
    """

    name: str
    low: float
    high: float
    scale: float
    around: bool = False

    def __post_init__(self) -> None:
        """Refuse what has no size."""
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high and self.scale > 0):
            msg = f"{self.name} needs low < high and a scale above 0, not {self.low}..{self.high} and {self.scale}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Ball:
    """An empty place: fewer than k pictures lie within its radius.

    Attributes:
        centre: attribute -> value; what to photograph.
        radius: in scales.
    """

    centre: dict[str, float]
    radius: float


@dataclass(frozen=True)
class Spread:
    """How well pictures fill a box.

    Attributes:
        uncovered: share of the box that is not covered, with limits.
        balls: the largest empty balls, the largest first, no centre inside another ball.
        inside: pictures in the box.
        outside: pictures out of it, which cover what they are near to all the same.
    """

    uncovered: Interval
    balls: tuple[Ball, ...]
    inside: int
    outside: int


def spread(
    points: npt.ArrayLike,
    dimensions: Sequence[Dimension],
    *,
    k: int = 1,
    probes: int = PROBES,
    balls: int = 5,
    seed: int = 0,
) -> Spread:
    """Measure how well pictures fill a box: a place is covered if at least k of them lie within one scale.

    Args:
        points: (N, D) value of each picture in each dimension; rows with a NaN are left out.
        dimensions: D dimensions.
        k: neighbours that it takes.
        probes: places that are looked at, a power of two.
        balls: how many empty balls are listed at most.
        seed: of the probes' shift.

    Returns:
        The same for the same points, in any order.

    Raises:
        ValueError: for shapes that do not agree, k below 1 or probes that are no power of two.

    Source: coverage by k neighbours within a radius, Asudeh, Shahbazi, Jin and Jagadish (SIGMOD 2021). Probes are
    Sobol's sequence, shifted; the limits are Wilson's of independent probes, which these undercut.
    """
    given = np.asarray(points, np.float64).reshape(-1, len(dimensions))
    if np.asarray(points).size and np.asarray(points).shape != given.shape:
        msg = f"points must be of shape (pictures, {len(dimensions)}), not {np.asarray(points).shape}"
        raise ValueError(msg)
    if k < 1 or probes < 2 or probes & (probes - 1):
        msg = f"k must be 1 or more and probes a power of two, not {k} and {probes}"
        raise ValueError(msg)
    given = given[np.isfinite(given).all(axis=1)]
    low, high, scale = (np.array([getattr(d, name) for d in dimensions]) for name in ("low", "high", "scale"))
    around = np.array([d.around for d in dimensions])
    inside = int((((given >= low) & (given <= high)) | around).all(axis=1).sum())
    box = (high - low) / scale
    near = _Near((given - low) / scale, [size if d.around else 0.0 for d, size in zip(dimensions, box, strict=True)], k)
    where = _probes(probes, len(dimensions), seed) * box
    away = near.distance(where)
    found = _empty(where, near, box, balls, seed)
    return Spread(
        share(int((away > 1).sum()), probes),
        tuple(
            Ball({d.name: float(value) for d, value in zip(dimensions, centre * scale + low, strict=True)}, radius)
            for centre, radius in found
        ),
        inside,
        len(given) - inside,
    )


class _Near:
    """Distances to the k-th nearest picture, in scales; infinite where there are fewer pictures."""

    def __init__(self, points: Points, turns: list[float], k: int) -> None:
        from scipy.spatial import cKDTree

        self.turns = np.array(turns)
        self.k = k
        self.tree: Any = cKDTree(self._wrapped(points), boxsize=self.turns) if len(points) >= k else None

    def _wrapped(self, points: Points) -> Points:
        """Bring angles into one turn."""
        around = self.turns > 0
        made = points.copy()
        made[:, around] %= self.turns[around]
        made[:, around] = np.where(made[:, around] >= self.turns[around], 0, made[:, around])  # -1e-17 % 1 is 1
        return made

    def distance(self, places: Points) -> Points:
        """(M,) distances of (M, D) places."""
        if self.tree is None:
            return np.full(len(places), np.inf)
        found: Points = self.tree.query(self._wrapped(places), k=[self.k])[0][:, 0]
        return found

    def apart(self, places: Points, centre: Points) -> Points:
        """(M,) distances of (M, D) places to one place."""
        gap = np.abs(places - centre)
        gap = np.where(self.turns > 0, np.minimum(gap, self.turns - gap), gap)
        return np.asarray(np.sqrt((gap**2).sum(axis=1)), np.float64)


def covered_grid(
    points: npt.ArrayLike, dimensions: Sequence[Dimension], *, k: int = 1, steps: int = 48
) -> npt.NDArray[np.bool_]:
    """Which places of a range of two dimensions are covered, for a map.

    Args:
        points: (N, 2) value of each picture; rows with a NaN are left out.
        dimensions: two dimensions.
        k: neighbours that it takes.
        steps: places along each side.

    Returns:
        (steps, steps): the second dimension goes down, the first across; places are the middles of equal cells.
    """
    given = np.asarray(points, np.float64).reshape(-1, len(dimensions))
    given = given[np.isfinite(given).all(axis=1)]
    low, high, scale = (np.array([getattr(d, name) for d in dimensions]) for name in ("low", "high", "scale"))
    box = (high - low) / scale
    near = _Near((given - low) / scale, [size if d.around else 0.0 for d, size in zip(dimensions, box, strict=True)], k)
    middles = (np.arange(steps) + 0.5) / steps
    across, up = np.meshgrid(middles * box[0], middles * box[1])
    away = near.distance(np.stack([across.ravel(), up.ravel()], axis=1))
    return (away <= 1).reshape(steps, steps)


def _probes(count: int, dimensions: int, seed: int) -> Points:
    """Sobol's sequence, shifted around the unit cube by numbers that follow from the seed alone."""
    from scipy.stats import qmc

    digest = hashlib.sha512(f"coverage probes {seed}".encode()).digest()
    shift = [int.from_bytes(digest[2 * place : 2 * place + 2]) / 65536 for place in range(dimensions)]
    sequence = qmc.Sobol(dimensions, scramble=False).random(count)
    return np.asarray((sequence + np.array(shift)) % 1, np.float64)


def _empty(where: Points, near: _Near, box: Points, most: int, seed: int) -> list[tuple[Points, float]]:
    """The largest empty balls: the emptiest probe, refined; then the emptiest outside that ball; and so on."""
    if near.tree is None:
        return [(box / 2, math.inf)][:most]
    away = near.distance(where)
    left = away > 1
    cloud = _probes(CLOUD, len(box), seed + 1) - 0.5
    reach = box / len(where) ** (1 / len(box)) * 4
    found: list[tuple[Points, float]] = []
    while len(found) < most and left.any():
        start = int(np.argmax(np.where(left, away, -1)))
        centre, radius = where[start], float(away[start])
        for turn in range(ROUNDS):
            around = np.clip(centre + cloud * reach * 0.5**turn, 0, box)
            sizes = near.distance(around)
            best = int(np.argmax(sizes))
            if sizes[best] > radius and all(near.apart(around[best][None], other)[0] > r for other, r in found):
                centre, radius = around[best], float(sizes[best])
        found.append((centre, radius))
        left &= near.apart(where, centre) > radius
    return sorted(found, key=lambda ball: -ball[1])
