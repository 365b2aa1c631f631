"""The continuous ranges of an audit: turn of the head, apparent tone, and light, each against the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.coverage.continuous import Dimension, covered_grid, spread
from faceaug.data.attributes import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

__all__ = ["NEAR", "QUANTITIES", "continuous"]

NEAR: Final = 3
"""Photographs that a place must have within one step to be covered; a single one may be a mistake."""

DRAWN: Final = 1500
"""Points of a map in the document, taken at even steps: more cannot be told apart on a page."""

QUANTITIES: Final = {
    "yaw": Dimension("yaw", -60, 60, 10),
    "pitch": Dimension("pitch", -30, 30, 7.5),
    "lightness": Dimension("lightness", 20, 80, 5),
    "hue": Dimension("hue", 30, 80, 5),
    "light_azimuth": Dimension("light_azimuth", -90, 90, 15),
    "light_elevation": Dimension("light_elevation", -30, 75, 15),
}
"""What is looked at, and one step of it. The ends are what cameras usually see: half profiles; skin between L* 20 and
80 (colorimeters find 20 to 70, Cook et al. 2025; photographs spread further) of hue 30 to 80 degrees; light from the
front half. A step is what a viewer tells apart for certain: two thirds of a class of pose, and half a class of tone."""

TOGETHER: Final = (
    ("yaw", "pitch"),
    ("lightness", "hue"),
    ("light_azimuth", "light_elevation"),
    ("yaw", "lightness"),
    ("light_azimuth", "lightness"),
)
"""Quantities that are looked at together."""


def continuous(
    numbers: Mapping[str, npt.NDArray[np.float64]], photographed: npt.NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """How well photographs fill each range of which something is known.

    Args:
        numbers: quantity -> (N,) values, NaN where unknown.
        photographed: (N,) which pictures a camera made; others fill nothing.

    Returns:
        JSON values for each pair of quantities: dimensions, points, uncovered share with limits, largest empty balls,
        and a coarse map of what is covered (rows of 0 and 1, from the lower end of the second quantity up).
    """
    found = []
    for names in TOGETHER:
        if any(name not in numbers for name in names):
            continue
        points = np.stack([numbers[name] for name in names], axis=1)[photographed]
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            found.append(_range(points, [QUANTITIES[name] for name in names]))
    return found


def _range(points: npt.NDArray[np.float64], sides: list[Dimension]) -> dict[str, Any]:
    """One range as JSON values."""
    made = spread(points, sides, k=NEAR)
    step = max(1, -(-len(points) // DRAWN))
    order = np.lexsort(points.T)[::step]
    return {
        "dimensions": [
            {
                "name": side.name,
                "low": side.low,
                "high": side.high,
                "scale": side.scale,
                "unit": VOCABULARY[side.name].unit,
            }
            for side in sides
        ],
        "k": NEAR,
        "radius": 1.0,
        "photographs": len(points),
        "outside": made.outside,
        "uncovered": {"value": made.uncovered.value, "low": made.uncovered.low, "high": made.uncovered.high},
        "balls": [
            {"centre": {name: round(value, 1) for name, value in ball.centre.items()}, "radius": _finite(ball.radius)}
            for ball in made.balls
        ],
        "covered": ["".join("01"[flag] for flag in row) for row in covered_grid(points, sides, k=NEAR).tolist()],
        "points": [[round(float(value), 2) for value in point] for point in points[order]],
    }


def _finite(radius: float) -> float | None:
    """A radius in steps; None where there are too few photographs for any."""
    return round(radius, 2) if np.isfinite(radius) else None
