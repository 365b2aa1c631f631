"""Coverage: whether intervals, states and slices hold what they promise, in simulations with a known truth."""

from __future__ import annotations

import statistics
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.coverage_times import generator, ranked, timed
from benchmarks.report import Table
from faceaug.coverage.continuous import Dimension, spread
from faceaug.coverage.errors import worst_slices
from faceaug.coverage.intervals import clopper_pearson, newcombe, wilson
from faceaug.coverage.uncertain import corrected_count

if TYPE_CHECKING:
    import numpy.typing as npt

    from faceaug.coverage.counts import Table as Counted

__all__ = ["holes", "intervals", "noisy", "slices"]


def intervals(runs: int) -> Table:
    """How often 95 % limits hold the truth, on average over shares drawn evenly."""
    rng = generator(1)
    rows: list[tuple[str, str, str]] = []
    for name, limits, goal in (
        ("Wilson, to show", wilson, "93 to 97 %"),
        ("Clopper-Pearson, to promise", clopper_pearson, "at least 95 %"),
    ):
        for total in (30, 100, 385):
            truth = rng.uniform(0.02, 0.98, runs)
            low, high = limits(rng.binomial(total, truth), total)
            rows.append((f"{name}, n = {total}", f"{100 * ((low <= truth) & (truth <= high)).mean():.1f} %", goal))
    for total in (30, 200):
        truth = rng.uniform(0.02, 0.5, (runs // 10, 2))
        hits = rng.binomial(total, truth)
        found = [newcombe((a, total), (b, total)) for a, b in hits.tolist()]
        held = [made.low <= a - b <= made.high for made, (a, b) in zip(found, truth.tolist(), strict=True)]
        rows.append(
            (f"Newcombe, difference of two groups of {total}", f"{100 * statistics.fmean(held):.1f} %", "93 to 97 %")
        )
    return Table(("limits", "hold the truth", "goal"), tuple(rows), f"Intervals, {runs:,} runs each.")


def confused(rng: Any, truth: npt.NDArray[np.int64], exact: float = 0.6) -> npt.NDArray[np.int64]:
    """What annotators make of six ordered classes: right in `exact` of the cases, else mostly one class off."""
    step = rng.choice([1, 2], len(truth), p=[0.9, 0.1]) * rng.choice([-1, 1], len(truth))
    return np.clip(np.where(rng.random(len(truth)) < exact, truth, truth + step), 0, 5)


def noisy(runs: int) -> Table:
    """Counts of the rarest of six classes (2 % of 5 000) by labels that are right in 60 % of the cases."""
    shares = [0.02, 0.08, 0.2, 0.3, 0.25, 0.15]
    rows = []
    for labelled, stratified in ((300, False), (300, True), (1000, True)):
        rng = generator(2)
        found: dict[str, list[float]] = {name: [] for name in ("naive", "value", "held", "wide", "covered", "fooled")}
        for _ in range(runs):
            truth = rng.choice(6, 5000, p=shares)
            predicted = confused(rng, truth)
            sample = draw_sample(rng, predicted, labelled, stratified=stratified)
            made = corrected_count(predicted, 0, sample, truth[sample] == 0)
            count = int((truth == 0).sum())
            found["naive"].append(made.naive / count)
            found["value"].append(made.value / count)
            found["held"].append(made.low <= count <= made.high)
            found["wide"].append((made.high - made.low) / count)
            found["covered"].append(made.state(count + 1) == "covered")
            found["fooled"].append(made.naive >= count + 1)
        mean = {name: statistics.fmean(values) for name, values in found.items()}
        rows.append(
            (
                f"{labelled}" + (", half of them near the class" if stratified else ", by chance"),
                f"{mean['naive']:.2f}",
                f"{mean['value']:.2f} (sd {statistics.stdev(found['value']):.2f})",
                f"{100 * mean['held']:.1f} %, {mean['wide']:.1f} x the truth wide",
                f"{100 * mean['fooled']:.1f} %",
                f"{100 * mean['covered']:.1f} %",
            )
        )
    head = (
        "labelled by hand",
        "as predicted / true",
        "corrected / true",
        "95 % limits hold the truth",
        "falsely covered as predicted",
        "falsely covered, corrected (goal: at most 5 %)",
    )
    return Table(
        head,
        tuple(rows),
        "Noisy labels: the rarest of six classes, 2 % of 5,000 pictures, one picture short of covered; labels right in "
        f"60 % of cases; {runs:,} runs.",
    )


def draw_sample(rng: Any, predicted: npt.NDArray[np.int64], size: int, *, stratified: bool) -> npt.NDArray[np.int64]:
    """Pictures for a person to label: by chance, or half of them from the two lowest predicted classes."""
    if not stratified:
        return np.asarray(rng.choice(len(predicted), size, replace=False))
    near, far = np.flatnonzero(predicted <= 1), np.flatnonzero(predicted > 1)
    half = min(size // 2, len(near))
    return np.concatenate([rng.choice(near, half, replace=False), rng.choice(far, size - half, replace=False)])


def slices(runs: int) -> Table:
    """Planted slices, and none: 20 000 pictures, 7 attributes, 5 % errors, all slices up to level 3."""
    sizes = (6, 2, 4, 3, 3, 2, 3)
    rows = []
    for level, rate in ((2, 0.25), (2, 0.15), (3, 0.30), (0, 0.0)):
        first = alarms = more = 0
        took = []
        for run in range(runs):
            rng = generator(1000 * level + run)
            table = ranked(rng, 20_000, sizes)
            where, inside = plant(rng, table, level)
            wrong = rng.random(20_000) < np.where(inside, rate, 0.05)
            found, passed = timed(partial(worst_slices, table, wrong), 1)
            took.append(passed)
            alarms += bool(found.slices)
            first += bool(found.slices) and found.slices[0].where == where
            more += max(0, len(found.slices) - 1)
        what = f"{level} attributes, {100 * rate:.0f} % errors" if level else "none, 5 % errors everywhere"
        figure = f"found first in {first} of {runs}" if level else f"false alarm in {100 * alarms / runs:.1f} %"
        goal = "9 of 10" if level else "at most 5 %"
        rows.append((what, figure, goal, f"{more / runs:.2f}", f"{statistics.median(took):.0f} ms"))
    head = ("planted slice", "outcome", "goal", "further slices a run", "time")
    return Table(
        head, tuple(rows), f"Model errors: 20,000 pictures, 7 attributes, 5 % errors elsewhere; {runs:,} runs."
    )


def plant(rng: Any, table: Counted, level: int) -> tuple[dict[str, str], npt.NDArray[np.bool_]]:
    """A slice of so many attributes with at least 100 pictures."""
    inside = np.zeros(len(table), np.bool_)
    while level:
        places = sorted(rng.choice(len(table.axes), level, replace=False).tolist())
        codes = [int(rng.integers(len(table.axes[place].values))) for place in places]
        inside = (table.codes[:, places] == codes).all(axis=1)
        if inside.sum() >= 100:
            chosen = zip(places, codes, strict=True)
            return {table.axes[place].name: table.axes[place].values[code] for place, code in chosen}, inside
    return {}, inside


def holes(runs: int) -> Table:
    """A planted empty ball in a box that is full otherwise."""
    rows: list[tuple[str | None, ...]] = []
    for width, count in ((2, 5_000), (3, 40_000)):
        sides = [Dimension(f"x{place}", 0, 1, 0.05) for place in range(width)]
        held = within = 0
        took = []
        for run in range(runs):
            rng = generator(run)
            points = rng.random((count, width))
            centre = rng.uniform(0.3, 0.7, width)
            points = points[np.linalg.norm(points - centre, axis=1) > 0.25]
            truth = far_off(rng, points, width)
            made, passed = timed(partial(spread, points, sides, balls=1, seed=run), 1)
            took.append(passed)
            held += made.uncovered.low <= truth <= made.uncovered.high
            within += bool(np.linalg.norm(np.array(list(made.balls[0].centre.values())) - centre) < 0.25)
        what = f"{width} quantities, {count:,} pictures"
        rows.append((what, f"{held} of {runs}", f"{within} of {runs}", f"{statistics.median(took):.0f} ms"))
    points = generator(0).random((10_000, 5))
    _, passed = timed(lambda: spread(points, [Dimension(f"x{place}", 0, 1, 0.2) for place in range(5)]), 3)
    rows.append(("5 quantities, 10,000 pictures", None, None, f"{passed:.0f} ms"))
    head = ("box", "limits hold the uncovered share", "centre within the hole (goal: 95 %)", "time (goal: below 1 s)")
    return Table(head, tuple(rows), "Continuous coverage: an empty ball in a box that is full otherwise.")


def far_off(rng: Any, points: npt.NDArray[np.float64], width: int) -> float:
    """Share of the box that is far from every picture, by many independent probes."""
    from scipy.spatial import cKDTree

    return float((cKDTree(points).query(rng.random((200_000, width)))[0] > 0.05).mean())
