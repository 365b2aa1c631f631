"""Coverage: how fast gaps are found, and whether intervals, states and slices hold what they promise.

    python -m benchmarks.coverage [--runs N]

Tables are drawn with numpy's default generator from fixed seeds. Times are medians of several calls on one table.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from faceaug.coverage.axes import Axis
from faceaug.coverage.continuous import Dimension, spread
from faceaug.coverage.counts import Table, table_of
from faceaug.coverage.errors import worst_slices
from faceaug.coverage.intervals import clopper_pearson, wilson
from faceaug.coverage.patterns import find_gaps
from faceaug.coverage.uncertain import corrected_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

Row = tuple[str, str]

SIX = (10, 2, 9, 5, 4, 3)
EIGHT = (*SIX, 2, 3)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="runs of each simulation")
    runs = parser.parse_args().runs
    parts: Sequence[tuple[str, Callable[[], list[Row]]]] = (
        ("Times", times),
        ("Intervals", lambda: intervals(10 * runs)),
        ("Noisy labels", lambda: noisy(runs)),
        ("Model errors", lambda: slices(max(10, runs // 10))),
        ("Continuous coverage", lambda: holes(max(10, runs // 10))),
    )
    for title, part in parts:
        print(f"\n{title}")
        for what, figure in part():
            print(f"| {what} | {figure} |", flush=True)


def axes_of(sizes: Sequence[int]) -> list[Axis]:
    """Axes a0, a1, ... with values 0, 1, ..."""
    return [Axis(f"a{place}", tuple(map(str, range(size)))) for place, size in enumerate(sizes)]


def ranked(rng: Any, rows: int, sizes: Sequence[int]) -> Table:
    """Columns that are drawn one after the other, value number r with a probability proportional to r^-1.2."""
    columns = []
    for size in sizes:
        weights = np.arange(1, size + 1) ** -1.2
        columns.append(rng.choice(size, rows, p=weights / weights.sum()))
    return table_of(axes_of(sizes), np.stack(columns, axis=1))


def generator(seed: int) -> Any:
    """Numpy's default generator: benchmarks draw tables, not pictures."""
    return np.random.default_rng(seed)  # noqa: TID251


def timed(task: Callable[[], Any], calls: int = 5) -> tuple[Any, float]:
    """What a task makes, and the median of its times in milliseconds."""
    found = []
    for _ in range(calls):
        begun = time.perf_counter()
        made = task()
        found.append(1000 * (time.perf_counter() - begun))
    return made, statistics.median(found)


def times() -> list[Row]:
    """How long it takes to find all maximal uncovered patterns."""
    rng = generator(0)
    tables = [(ranked(rng, 100_000, sizes), 30) for sizes in (SIX, EIGHT)]
    for width in (13, 15):
        share = rng.uniform(0.02, 0.5, width)
        tables.append((table_of(axes_of([2] * width), rng.random((1_000_000, width)) < share), 1000))
    tables.append((ranked(rng, 100_000, [6] * 20), 30))
    rows = []
    for table, at_least in tables:
        level = 3 if len(table.axes) > 15 else None
        gaps, took = timed(lambda table=table, at_least=at_least, level=level: find_gaps(table, at_least, level=level))
        sizes = ",".join(str(len(axis.values)) for axis in table.axes[:8])
        more = f",... {len(table.axes)}" if len(table.axes) > 8 else ""
        deep = f", up to level {level}" if level else ""
        what = f"{len(table):,} x ({sizes}{more}), at least {at_least}{deep}"
        rows.append((what, f"{len(gaps):,} gaps in {took:.0f} ms"))
    return rows


def intervals(runs: int) -> list[Row]:
    """How often 95 % limits hold the truth, on average over shares drawn evenly."""
    rng = generator(1)
    rows = []
    for name, limits in (("Wilson", wilson), ("Clopper-Pearson", clopper_pearson)):
        for total in (30, 100, 385):
            truth = rng.uniform(0.02, 0.98, runs)
            low, high = limits(rng.binomial(total, truth), total)
            rows.append((f"{name}, n = {total}", f"{100 * ((low <= truth) & (truth <= high)).mean():.1f} %"))
    return rows


def confused(rng: Any, truth: npt.NDArray[np.int64], exact: float = 0.6) -> npt.NDArray[np.int64]:
    """What annotators make of six ordered classes: right in `exact` of the cases, else mostly one class off."""
    step = rng.choice([1, 2], len(truth), p=[0.9, 0.1]) * rng.choice([-1, 1], len(truth))
    return np.clip(np.where(rng.random(len(truth)) < exact, truth, truth + step), 0, 5)


def noisy(runs: int) -> list[Row]:
    """Counts of the rarest of six classes (2 % of 5 000) by labels that are right in 60 % of the cases."""
    shares = [0.02, 0.08, 0.2, 0.3, 0.25, 0.15]
    rows = []
    for labelled, stratified in ((300, False), (300, True), (1000, True)):
        rng = generator(2)
        found: dict[str, list[float]] = {name: [] for name in ("naive", "value", "held", "covered", "told", "wide")}
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
            found["told"].append(made.state(count / 2) == "covered")
        mean = {name: statistics.fmean(values) for name, values in found.items()}
        kind = f"{labelled} labelled" + (", half of them near the class" if stratified else "")
        spread_ = statistics.stdev(found["value"])
        rows += [
            (
                f"{kind}: naive and corrected count over the true one",
                f"{mean['naive']:.2f}, {mean['value']:.2f} (sd {spread_:.2f})",
            ),
            (f"{kind}: 95 % limits hold the truth", f"{100 * mean['held']:.1f} %, {mean['wide']:.1f} x the truth wide"),
            (f"{kind}: false covered, one picture short", f"{100 * mean['covered']:.1f} %"),
            (f"{kind}: found covered at half the true count", f"{100 * mean['told']:.0f} %"),
        ]
    return rows


def draw_sample(rng: Any, predicted: npt.NDArray[np.int64], size: int, *, stratified: bool) -> npt.NDArray[np.int64]:
    """Pictures for a person to label: by chance, or half of them from the two lowest predicted classes."""
    if not stratified:
        return np.asarray(rng.choice(len(predicted), size, replace=False))
    near, far = np.flatnonzero(predicted <= 1), np.flatnonzero(predicted > 1)
    half = min(size // 2, len(near))
    return np.concatenate([rng.choice(near, half, replace=False), rng.choice(far, size - half, replace=False)])


def slices(runs: int) -> list[Row]:
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
            found, passed = timed(lambda table=table, wrong=wrong: worst_slices(table, wrong), 1)
            took.append(passed)
            alarms += bool(found.slices)
            first += bool(found.slices) and found.slices[0].where == where
            more += max(0, len(found.slices) - 1)
        what = f"level {level}, {100 * rate:.0f} % errors" if level else "no effect: any slice at all"
        figure = f"first in {first} of {runs}; {more / runs:.1f} others" if level else f"{100 * alarms / runs:.1f} %"
        rows.append((what, f"{figure}; {statistics.median(took):.0f} ms"))
    return rows


def plant(rng: Any, table: Table, level: int) -> tuple[dict[str, str], npt.NDArray[np.bool_]]:
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


def holes(runs: int) -> list[Row]:
    """A planted empty ball in a box that is full otherwise."""
    rows = []
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
            made, passed = timed(
                lambda points=points, sides=sides, run=run: spread(points, sides, balls=1, seed=run), 1
            )
            took.append(passed)
            held += made.uncovered.low <= truth <= made.uncovered.high
            within += bool(np.linalg.norm(np.array(list(made.balls[0].centre.values())) - centre) < 0.25)
        what = f"{width} quantities, {count:,} pictures"
        rows.append((what, f"volume held {held} of {runs}, centre within {within}; {statistics.median(took):.0f} ms"))
    points = generator(0).random((10_000, 5))
    _, passed = timed(lambda: spread(points, [Dimension(f"x{place}", 0, 1, 0.2) for place in range(5)]), 3)
    return [*rows, ("5 quantities, 10,000 pictures", f"{passed:.0f} ms")]


def far_off(rng: Any, points: npt.NDArray[np.float64], width: int) -> float:
    """Share of the box that is far from every picture, by many independent probes."""
    from scipy.spatial import cKDTree

    return float((cKDTree(points).query(rng.random((200_000, width)))[0] > 0.05).mean())


if __name__ == "__main__":
    main()
