"""Measure the audit: speed, and simulations of what it promises; write the tables into the documentation.

python -m benchmarks.coverage                 everything, into docs/benchmarks.md: some minutes
python -m benchmarks.coverage --runs 20       few runs, printed only
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.coverage_simulations import holes, intervals, noisy, slices
from benchmarks.coverage_stress import copies, people
from benchmarks.coverage_times import big, times
from benchmarks.faces import ROOT
from benchmarks.report import Section, write_sections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.report import Table

RUNS = 1000
"""Runs of each simulation in the documentation."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help=f"runs of each simulation (default {RUNS})")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large manifest (default 1000000)")
    parser.add_argument(
        "--docs", default=str(ROOT / "docs" / "benchmarks.md"), metavar="FILE", help="document to fill in"
    )
    options = parser.parse_args(argv)
    found = section(options.runs, options.rows)
    print(found.markdown())
    if options.runs >= RUNS:
        write_sections(Path(options.docs), [found])
    return 0


def section(runs: int, rows: int) -> Section:
    """Every table."""
    parts: dict[str, Callable[[], Table]] = {
        "times": times,
        "large manifest": lambda: big(rows),
        "intervals": lambda: intervals(10 * runs),
        "noisy labels": lambda: noisy(runs),
        "model errors": lambda: slices(max(10, runs // 5)),
        "copies": lambda: copies(4 * runs),
        "people": lambda: people(4 * runs),
        "continuous": lambda: holes(max(10, runs // 10)),
    }
    tables = []
    for name, part in parts.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        tables.append(part())
    return Section(
        "coverage",
        "Coverage",
        "The audit, on tables that numpy's default generator draws from fixed seeds; no photograph takes part. The "
        "published counts are those of the implementation of Asudeh, Jin and Jagadish (ICDE 2019) on the same tables.",
        tuple(tables),
        (
            "Times are medians of several calls on a machine that does other things too; compare their ratios only.",
            "A large manifest is read, counted and reported on by one process; starting it is part of the time.",
        ),
    )


if __name__ == "__main__":
    raise SystemExit(main())
