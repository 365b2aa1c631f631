"""Scale: how long it takes to get a large data set in, and how much memory; each step in a process of its own.

    python -m benchmarks.scale [--rows N] [--faces DIR] [--photos N] [--print]

Writes its section of docs/benchmarks.md. Labels are drawn from a fixed seed; photographs are those of the big set.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.report import Section, Table, write_sections

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).resolve().parent.parent

SIZES: Final = (10, 2, 9, 5, 4, 3, 2, 3)
"""Values of the eight attributes."""

WORDS: Final = """
attributes:
  age_group: {column: age, values: [child, adult, older], cuts: [18, 65], ordered: yes}
  a1: {values: [no, yes], synonyms: {no: [v0], yes: [v1]}}
"""


def main() -> None:
    """Measure, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the table of labels")
    parser.add_argument(
        "--faces", type=Path, default=os.environ.get("FACEAUG_FACES") or ROOT.parent / "shared" / "faces"
    )
    parser.add_argument("--photos", type=int, default=60, help="photographs that are measured")
    parser.add_argument("--print", dest="only_print", action="store_true", help="print only")
    parser.add_argument("--step", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        print(json.dumps(step(*given.step)))
        return
    with tempfile.TemporaryDirectory() as name:
        tables = [reading(Path(name), given.rows)]
        if Path(given.faces).is_dir():
            tables.append(surveying(Path(name), Path(given.faces), given.photos))
    load = os.getloadavg()[0]
    about = (
        f"Each line is a process of its own, on a machine with {os.cpu_count()} cores; load average in the end "
        f"{load:.1f}. The processor's time is what the work costs; the time is what it took beside all else that ran."
    )
    section = Section("scale", "Getting a data set in", about, tuple(tables))
    print(section.markdown())
    if not given.only_print:
        write_sections(ROOT / "docs" / "benchmarks.md", [section])


def reading(folder: Path, rows: int) -> Table:
    """Labels of many rows: every column, ids, duplicates, people in several splits."""
    paths = labels(folder, rows)
    words = folder / "words.yaml"
    words.write_text(WORDS, encoding="utf-8")
    tasks = [(f"{path.suffix[1:].upper()}, {path.stat().st_size / 1e6:.0f} MB", [str(path)]) for path in paths]
    tasks.append(("CSV, in the words of a vocabulary", [str(paths[0]), str(words)]))
    found = []
    for what, task in tasks:
        took, said = timed("read", *task)
        found.append((what, said["rows"], f"{took:.1f} s", f"{said['busy']:.1f} s", f"{said['peak']:.2f} GB"))
    took, said = timed("records", str(paths[0]), str(max(1, rows // 10)))
    what = "for comparison, a record for each row of CSV"
    found.append((what, said["rows"], f"{took:.1f} s", f"{said['busy']:.1f} s", f"{said['peak']:.2f} GB"))
    head = ("labels", "rows", "time", "of the processor", "peak memory")
    title = "Reading labels: file, person, split, a number and eight attributes. Goal for a million rows: 20 s, 2 GB."
    return Table(head, tuple(found), title)


def labels(folder: Path, rows: int) -> list[Path]:
    """The same labels as CSV and as Parquet. Nobody is in two splits."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    rng = np.random.default_rng(0)  # noqa: TID251 - benchmarks draw tables, not pictures
    people = rng.integers(0, max(1, rows // 5), rows)
    columns: dict[str, Any] = {
        "photo": [f"faces/{n // 1000:04d}/{n:07d}.jpg" for n in range(rows)],
        "subject": [f"p{n}" for n in people.tolist()],
        "split": np.where(people % 10 == 0, "test", "train"),
        "age": rng.integers(0, 100, rows),
    }
    for place, size in enumerate(SIZES):
        weights = np.arange(1, size + 1) ** -1.2
        names = np.array([f"v{value}" for value in range(size)])
        columns[f"a{place}"] = names[rng.choice(size, rows, p=weights / weights.sum())]
    table = pa.table(columns)
    csv.write_csv(table, folder / "labels.csv")
    parquet.write_table(table, folder / "labels.parquet")
    return [folder / "labels.csv", folder / "labels.parquet"]


def surveying(folder: Path, faces: Path, count: int) -> Table:
    """Photographs that are measured, and looked up again."""
    found = []
    for what, cache, workers in (
        ("measured for the first time", "one", 0),
        ("the same again", "one", 0),
        ("for the first time, by two processes", "two", 2),
    ):
        took, said = timed("survey", str(faces), str(count), str(folder / cache), str(workers))
        each = f"{1000 * said['seconds'] / max(1, said['photographs']):.1f} ms"
        busy = f"{1000 * said['busy'] / max(1, said['photographs']):.1f} ms"
        found.append((what, said["photographs"], f"{took:.1f} s", each, busy, f"{said['peak']:.2f} GB"))
    head = ("photographs", "count", "time", "each", "of the processor, each", "peak memory of a process")
    title = "Measuring photographs (`faceaug measure`). Time includes loading the networks; *each* does not."
    return Table(head, tuple(found), title)


def timed(*words: str) -> tuple[float, dict[str, Any]]:
    """Do a step in a process of its own: seconds, and what it said."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale", "--step", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    return time.perf_counter() - begun, json.loads(done.stdout)


def step(what: str, *words: str) -> dict[str, Any]:
    """One step, in this process."""
    steps: dict[str, Callable[..., Any]] = {"read": read, "records": records, "survey": survey_}
    said = steps[what](*words)
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = sum(usage.ru_utime + usage.ru_stime for usage in (mine, theirs))
    return {"busy": busy, "peak": max(mine.ru_maxrss, theirs.ru_maxrss) * 1024 / 1e9, **said}


def read(path: str, words: str = "") -> dict[str, Any]:
    """Read labels, column by column."""
    from faceaug.data.labels import read_labels

    return {"rows": len(read_labels(path, vocabulary=words or None))}


def records(path: str, rows: str) -> dict[str, Any]:
    """Read the first rows of a table into records."""
    from faceaug.data.manifest import read_manifest

    short = Path(path).with_name("short.csv")
    with Path(path).open(encoding="utf-8") as file:
        short.write_text("".join(line for _, line in zip(range(int(rows) + 1), file, strict=False)), encoding="utf-8")
    return {"rows": len(read_manifest(short, check_files=False))}


def survey_(faces: str, count: str, cache: str, workers: str) -> dict[str, Any]:
    """Measure some photographs of the big set, spread over all of it."""
    from faceaug.data.manifest import read_manifest
    from faceaug.survey import survey

    found = read_manifest(Path(faces, "manifest.csv"))
    chosen = found[:: max(1, len(found) // int(count))][: int(count)]
    begun = time.perf_counter()
    made = survey(chosen, root=faces, cache=cache, workers=int(workers))
    return {"photographs": made.photographs, "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    main()
