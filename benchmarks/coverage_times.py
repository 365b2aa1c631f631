"""Coverage: how long it takes to find all gaps, and to audit a million rows by their labels."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.report import Table
from faceaug.coverage.axes import Axis
from faceaug.coverage.counts import Table as Counted
from faceaug.coverage.counts import table_of
from faceaug.coverage.patterns import find_gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["axes_of", "big", "generator", "ranked", "timed", "times"]

SIX = (10, 2, 9, 5, 4, 3)
EIGHT = (*SIX, 2, 3)

COLUMNS = {
    "gender": ("female", "male"),
    "age_group": ("0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70+"),
    "origin_told": ("a", "b", "c", "d", "e", "f", "g"),
    "glasses": ("none", "clear", "tinted"),
    "pose": ("far_left", "left", "frontal", "right", "far_right"),
    "light": ("even", "front", "left", "right", "above", "below"),
}
"""Labels of the large manifest."""


def axes_of(sizes: Sequence[int]) -> list[Axis]:
    """Axes a0, a1, ... with values 0, 1, ..."""
    return [Axis(f"a{place}", tuple(map(str, range(size)))) for place, size in enumerate(sizes)]


def ranked(rng: Any, rows: int, sizes: Sequence[int]) -> Counted:
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


def times() -> Table:
    """How long it takes to find all maximal uncovered patterns."""
    rng = generator(0)
    tables: list[tuple[Counted, int, str, str]] = [
        (ranked(rng, 100_000, SIX), 30, "4 785", ""),
        (ranked(rng, 100_000, EIGHT), 30, "26 004", "at most 50 ms"),
    ]
    for width, goal in ((13, ""), (15, "at most 1 s")):
        share = rng.uniform(0.02, 0.5, width)
        tables.append((table_of(axes_of([2] * width), rng.random((1_000_000, width)) < share), 1000, "", goal))
    tables.append((ranked(rng, 100_000, [6] * 20), 30, "", ""))
    rows = []
    for table, at_least, published, goal in tables:
        level = 3 if len(table.axes) > 15 else None
        gaps, took = timed(partial(find_gaps, table, at_least, level=level))
        sizes = [len(axis.values) for axis in table.axes]
        shape = ",".join(map(str, sizes)) if len(sizes) < 10 else f"{sizes[0]} each"
        deep = f"level {level}" if level else "all levels"
        what = f"{len(table):,} x {len(sizes)} ({shape}), at least {at_least:,}, {deep}"
        rows.append((what, f"{len(gaps):,}".replace(",", " "), published or None, f"{took:.0f} ms", goal or None))
    return Table(("rows x attributes", "gaps", "published", "time", "goal"), tuple(rows), "Finding every gap.")


def big(rows: int = 1_000_000) -> Table:
    """Audit a large manifest by its labels, from the command line, each in a process of its own."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for kind in ("csv", "parquet"):
            path = large_manifest(Path(name), rows, kind)
            took, busy, peak, told = _run(path, Path(name) / f"report_{kind}")
            page = (Path(name) / f"report_{kind}" / "audit.html").stat().st_size
            size = path.stat().st_size / 1e6
            found.append(
                (
                    f"{kind.upper()}, {size:.0f} MB",
                    f"{took:.0f} s",
                    f"{busy:.0f} s",
                    f"{peak:.2f} GB",
                    told["photographs"],
                    len(told["gaps"]),
                    f"{page / 1e6:.2f} MB",
                )
            )
    head = ("manifest", "time", "of the processor", "peak memory", "photographs", "gaps", "the page")
    return Table(
        head,
        tuple(found),
        f"`faceaug audit` of {rows:,} rows with six labels, 150 photographs of each group up to level 3, into a folder "
        "with every form of report.",
    )


def large_manifest(folder: Path, rows: int, kind: str) -> Path:
    """A manifest of the user's own, with ids, people, splits, digests and six labels."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    rng = generator(5)
    people = rng.integers(0, rows // 4, rows)
    columns: dict[str, Any] = {
        "photo": pa.array([f"faces/{n // 1000:04d}/{n:07d}.jpg" for n in range(rows)]),
        "subject": pa.array([f"p{n}" for n in people.tolist()]),
        "split": pa.array(["test" if n % 10 == 0 else "train" for n in people.tolist()]),
    }
    for name, values in COLUMNS.items():
        weights = np.arange(1, len(values) + 1) ** -1.2
        codes = rng.choice(len(values), rows, p=weights / weights.sum())
        known = rng.random(rows) >= 0.01
        columns[name] = pa.array(
            [values[c] if k else None for c, k in zip(codes.tolist(), known.tolist(), strict=True)]
        )
    path = folder / f"labels.{kind}"
    table = pa.table(columns)
    if kind == "csv":
        csv.write_csv(table, path)
    else:
        parquet.write_table(table, path)
    return path


def _run(path: Path, out: Path) -> tuple[float, float, float, dict[str, Any]]:
    """Seconds, seconds of the processor, gigabytes, and what was found."""
    words = ["audit", str(path), "--by", ",".join(COLUMNS), "--level", "3", "--at-least", "150", "-o", str(out)]
    code = (
        "import resource, sys; from faceaug.cli import main\n"
        f"main({words!r}, standalone_mode=False)\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    took = time.perf_counter() - begun
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    busy, peak = done.stdout.split()[-2:]
    return took, float(busy), int(peak) * unit / 1e9, json.loads((out / "audit.json").read_text())
