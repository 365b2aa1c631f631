"""Stress tests: how often they find what is not there, and what is, when photographs have several copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.coverage_times import generator
from benchmarks.report import Table
from faceaug.coverage.paired import flips

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["copies"]

COPIES: Final = 6
RATES: Final = (0.05, 0.1, 0.3)
"""Errors of the model, before and after."""

ALIKE: Final = {
    "copies err independently": 0.0,
    "alike in half of the photographs": 0.5,
    "copies alike": 1.0,
}
"""In how many photographs all copies are answered alike."""


def copies(runs: int) -> Table:
    """False alarms at 5 %, and how often a doubled or tripled error rate is found."""
    rows = []
    for count in (15, 30, 60):
        for name, alike in ALIKE.items():
            rng = generator(count)
            alarms, naive, held = (np.zeros((len(RATES), runs)) for _ in range(3))
            hits = np.zeros(runs)
            for run in range(runs):
                for place, rate in enumerate(RATES):
                    old, new = _drawn(rng, count, alike, rate, rate)
                    made = flips(np.repeat(old, COPIES), new.ravel(), of=np.repeat(np.arange(count), COPIES))
                    alarms[place, run] = made.p <= 0.05
                    held[place, run] = made.change.low <= 0 <= made.change.high
                    naive[place, run] = flips(np.repeat(old, COPIES), new.ravel()).p <= 0.05
                old, new = _drawn(rng, count, alike, 0.1, 0.4)
                hits[run] = flips(np.repeat(old, COPIES), new.ravel(), of=np.repeat(np.arange(count), COPIES)).p <= 0.05
            rows.append(
                (
                    f"{count} photographs, {name}",
                    f"{100 * naive.mean(axis=1).max():.1f} %",
                    f"{100 * alarms.mean(axis=1).max():.1f} %",
                    f"{100 * held.mean(axis=1).min():.1f} %",
                    f"{100 * hits.mean():.0f} %",
                )
            )
    head = (
        "six copies each",
        "false alarms, were copies photographs",
        "false alarms by photographs (goal: at most 5 %)",
        "95 % limits hold the truth",
        "10 % errors that become 40 % are found",
    )
    rates = ", ".join(f"{100 * rate:.0f}" for rate in RATES)
    about = (
        f"Stress tests: a model errs in {rates} % of photographs and of copies alike; the worst of the three; "
        f"{runs:,} runs each."
    )
    return Table(head, tuple(rows), about)


def _drawn(
    rng: Any, count: int, alike: float, rate: float, after: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Errors of photographs (count,) and of their copies (count, COPIES)."""
    shared, own = rng.random(count) < alike, rng.random((count, COPIES)) < after
    return rng.random(count) < rate, np.where(shared[:, None], own[:, :1], own)
