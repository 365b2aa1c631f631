"""Benchmark: pose against the line of the pupils marked by hand, and against the mirror image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import Section, Table, median, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.survey import Seen


def wrapped(angle: float) -> float:
    """An angle in degrees as the same one in -180..180."""
    return (angle + 180) % 360 - 180


def roll_of_pupils(points: np.ndarray) -> float:
    """Clockwise turn of the line from the first to the second manual point (the pupils), degrees."""
    across = points[1] - points[0]
    return float(np.degrees(np.arctan2(across[1], across[0])))


def residuals(pose: tuple[float, float, float], mirrored: tuple[float, float, float]) -> tuple[float, float, float]:
    """How far a pose and that of the mirror image are from mirroring each other: yaw and roll negate, pitch stays."""
    return (
        abs(wrapped(pose[0] + mirrored[0])),
        abs(wrapped(pose[1] - mirrored[1])),
        abs(wrapped(pose[2] + mirrored[2])),
    )


def pose(seen: Sequence[Seen]) -> Section:
    """Roll where it is known; the mirror image everywhere."""
    rolled = [one for one in seen if one.pose is not None and one.face.scheme in (106, 189)]
    differences = [_roll_error(one) for one in rolled]
    turned = [
        (one.face.name, roll_of_pupils(one.face.points()), one.pose[2])
        for one in rolled
        if one.face.scheme == 106 and one.pose is not None
    ]
    both = [
        (one, residuals(one.pose, one.mirrored)) for one in seen if one.pose is not None and one.mirrored is not None
    ]
    mirror = []
    for name in [*sorted({one.face.dataset for one, _ in both}), "all"]:
        chosen = [r for one, r in both if name in ("all", one.face.dataset)]
        for index, angle in enumerate(("yaw", "pitch", "roll")):
            values = [r[index] for r in chosen]
            mirror.append((name, angle, len(values), median(values), quantile(values, 0.9), max(values)))
    worst = sorted(both, key=lambda pair: -max(pair[1]))[:3]
    return Section(
        "pose",
        "Pose",
        "Roll against the line between the pupils marked by hand (the photographs have no other measured pose), and "
        "every photograph against its own mirror image, found and fitted anew: yaw and roll must change sign, pitch "
        "must stay.",
        (
            Table(
                ("photographs", "number", "median abs. difference of roll", "p90", "largest"),
                (
                    (
                        "with pupils marked",
                        len(rolled),
                        median(differences),
                        quantile(differences, 0.9),
                        max(differences),
                    ),
                ),
                "Degrees.",
            ),
            Table(("turned on purpose", "roll of the pupils' line", "roll measured"), tuple(turned), "Degrees."),
            Table(
                ("data set", "angle", "photographs", "median abs. residual", "p90", "largest"),
                tuple(mirror),
                "Degrees.",
            ),
        ),
        (
            "A line between two pupils is itself marked to about a degree, and a level head may have eyes that are "
            "not.",
            *(f"Least alike its mirror image: `{one.face.name}`, {max(r):.1f} degrees." for one, r in worst),
        ),
    )


def _roll_error(one: Seen) -> float:
    assert one.pose is not None
    return abs(wrapped(one.pose[2] - roll_of_pupils(one.face.points())))
