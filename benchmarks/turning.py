"""Benchmark: is the head where it was asked to be? By the mesh, and by five points of another network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.cases import SWEEPS, YAWS, asked
from benchmarks.looks import before
from benchmarks.pose import wrapped
from benchmarks.report import Cell, Section, Table, median, quantile
from benchmarks.sample import stratified, told_worst
from benchmarks.tone import TONES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.looks import Case, Look
    from benchmarks.survey import Seen

ANGLES = ("yaw", "pitch", "roll")

WITHIN, GOALS = (30.0, 45.0), (2.0, 4.0)
"""Degrees of yaw up to which the goals hold: median error of yaw and of pitch."""


class Turned(NamedTuple):
    """One face turned one way; errors in degrees, of yaw, pitch, roll."""

    seen: Seen
    case: Case
    refused: str
    lost: str
    mesh: tuple[float, ...] | None
    five: tuple[float, ...] | None
    drift: float
    identity: float | None
    outside: int


def turning(seen: Sequence[Seen]) -> Section:
    """Turn faces of all tones, and measure the turn."""
    chosen = stratified(seen)
    slope, spread = _calibrated(chosen)
    made = [_one(one, case, now, slope) for one, case, now in asked(seen, "pose", "warp")]
    ours, warped = ([m for m in made if (m.case.way == "pose") == mine] for mine in (True, False))
    kinds = dict.fromkeys(_kind(m.case) for m in ours)
    rows = [_row(kind, [m for m in ours if _kind(m.case) == kind]) for kind in kinds]
    rows.append(_row(f"yaw {YAWS[1]:g}, mesh warp without layers (baseline)", warped))
    goal = [_goal(name, chosen_tone) for name, chosen_tone in _by_tone(ours)]
    declined = [m for m in ours if m.refused]
    worst = sorted((m for m in ours if m.mesh), key=lambda m: -max(map(abs, m.mesh or ())))[:4]
    return Section(
        "turning",
        "Turned heads",
        f"{len(chosen)} faces of all tones (london, canada and congress225, 810 to 225 pixels), each turned from where "
        f"it was in {SWEEPS['pose'][1]} of {len(kinds)} ways, to sides that take turns; errors are of the turn, in "
        "degrees. *Mesh*: the result taken apart anew by our own landmark network, with which the edit also corrects "
        "its aim. *Five points*: MTCNN's eyes, nose and corners of the mouth and a rigid fit of the mean face, which "
        "share nothing with the edit. Their yaw is scaled by the slope that it has against the mesh on these "
        "photographs themselves "
        f"({slope:.2f}; {spread:.1f} degrees scatter); their pitch, which a face's own proportions bias, counts as a "
        "difference to the photograph's. Goals: median error of yaw and pitch by the mesh at most "
        f"{GOALS[0]:g} degrees to yaw {WITHIN[0]:g}, {GOALS[1]:g} to {WITHIN[1]:g}.",
        (
            Table(HEAD, tuple(rows), "By what was asked."),
            Table(BY_TONE, tuple(goal), "By apparent tone of the photograph: yaw and pitch, all turns together."),
        ),
        (
            *told_worst("yaw and pitch by the mesh, all turns", {str(row[0]): row[3] for row in goal[:-1]}),
            *told_worst("yaw by five points, all turns", {str(row[0]): row[5] for row in goal[:-1]}),
            f"{len(declined)} of {len(ours)} turns were declined: {_reasons(declined)}.",
            f"Pixels changed outside the mask `pose`: {sum(m.outside for m in ours)}.",
            "*Drift*: nine in ten landmarks found again lie within this share of the distance of the pupils from where "
            "they were carried to.",
            *(
                f"Farthest from what was asked: `{m.seen.face.name}` ({m.seen.tone}), {_asked(m.case)}: "
                f"{max(map(abs, m.mesh or ())):.1f} degrees."
                for m in worst
            ),
        ),
    )


HEAD = ("asked", "faces", "not found again", "mesh, yaw: median abs.", "p90", "mesh, pitch: median abs.", "p90",
        "five points, yaw: median abs.", "p90", "five points, pitch: median abs.", "drift: median",
        "identity: median")  # fmt: skip
BY_TONE = ("apparent tone", "pictures", "not found again", "mesh: median abs.", "p90", "five points, yaw: median abs.",
           "to yaw 30, mesh: median abs.", "at yaw 45, mesh: median abs.")  # fmt: skip


def _calibrated(chosen: Sequence[Seen]) -> tuple[float, float]:
    """Slope of the five points' yaw on the mesh's over the photographs, and standard deviation of what is left."""
    known = [(look["five"][0], look["values"]["yaw"]) for look in (before(one.face) for one in chosen) if look["five"]]
    five, mesh = np.array(known).T
    slope, start = np.polyfit(mesh, five, 1)
    return float(slope), float((five - slope * mesh - start).std())


def _one(one: Seen, case: Case, now: Look, slope: float) -> Turned:
    was = before(one.face)
    if "refused" in now:
        return Turned(one, case, now["refused"], "", None, None, float("nan"), None, 0)
    mesh = None if now["lost"] else tuple(_error(was["values"], now["values"], case))
    five = None
    if was["five"] and now["five"]:
        scale = (slope, 1.0, 1.0)
        five = tuple(
            wrapped((b - a) / s - float(case.settings[name]))
            for a, b, s, name in zip(was["five"], now["five"], scale, ANGLES, strict=True)
        )
    drift = now.get("drift", float("nan"))
    return Turned(one, case, "", now["lost"], mesh, five, drift, now.get("identity"), now.get("outside_mask", 0))


def _error(was: dict[str, float], now: dict[str, float], case: Case) -> list[float]:
    return [wrapped(now[name] - was[name] - float(case.settings[name])) for name in ANGLES]


def _asked(case: Case) -> str:
    return ", ".join(f"{name} {case.settings[name]:g}" for name in ANGLES if case.settings[name])


def _kind(case: Case) -> str:
    """What is asked, whichever the side."""
    return ", ".join(f"{name} {abs(case.settings[name]):g}" for name in ANGLES if case.settings[name])


def _row(name: str, made: Sequence[Turned]) -> tuple[Cell, ...]:
    drawn = [m for m in made if not m.refused]
    yaw, pitch = ([abs(m.mesh[k]) for m in drawn if m.mesh] for k in (0, 1))
    five_yaw, five_pitch = ([abs(m.five[k]) for m in drawn if m.five] for k in (0, 1))
    drift = [m.drift for m in drawn]
    return (
        name, len(drawn), sum(bool(m.lost) for m in drawn), median(yaw), quantile(yaw, 0.9), median(pitch),
        quantile(pitch, 0.9), median(five_yaw), quantile(five_yaw, 0.9), median(five_pitch), median(drift),
        median(m.identity for m in drawn),
    )  # fmt: skip


def _by_tone(made: Sequence[Turned]) -> list[tuple[str, list[Turned]]]:
    return [*((name, [m for m in made if m.seen.tone == name]) for name in TONES), ("all", list(made))]


def _goal(name: str, made: Sequence[Turned]) -> tuple[Cell, ...]:
    drawn = [m for m in made if not m.refused]
    return (
        name,
        len(drawn),
        sum(bool(m.lost) for m in drawn),
        median(_sizes(drawn)),
        quantile(_sizes(drawn), 0.9),
        median(abs(m.five[0]) for m in drawn if m.five),
        median(_sizes([m for m in drawn if abs(m.case.settings["yaw"]) <= WITHIN[0]])),
        median(_sizes([m for m in drawn if abs(m.case.settings["yaw"]) > WITHIN[0]])),
    )


def _sizes(made: Sequence[Turned]) -> list[float]:
    """The larger of the errors of yaw and pitch would hide which; both count."""
    return [abs(error) for m in made if m.mesh for error in m.mesh[:2]]


def _reasons(declined: Sequence[Turned]) -> str:
    """The reasons as they stand in the record, each once."""
    return "; ".join(dict.fromkeys(m.refused for m in declined)) or "none"
