"""Stress tests: how often they find what is not there, and what is, with several copies or photographs each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.coverage_times import generator
from benchmarks.report import Table
from faceaug.coverage.paired import flips

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from faceaug.coverage.paired import Flips

    Errors = npt.NDArray[np.bool_]
    Drawn = Callable[[Any, float, float], tuple[Errors, Errors]]

__all__ = ["copies", "people"]

COPIES: Final = 6
"""Copies of a photograph, and photographs of a person."""

RATES: Final = (0.05, 0.1, 0.3)
"""Errors of the model, before and after."""

COUNTS: Final = (15, 30, 60)
"""Photographs, and people."""

ALIKE: Final = {
    "copies err independently": 0.0,
    "alike in half of the photographs": 0.5,
    "copies alike": 1.0,
}
"""In how many photographs all copies are answered alike."""

ALIKE_OF_PEOPLE: Final = {
    "photographs err independently": 0.0,
    "alike for half of the people": 0.5,
    "a person's alike": 1.0,
}
"""For how many people all photographs are answered alike, and all renderings."""


def copies(runs: int) -> Table:
    """False alarms at 5 %, and how often an error rate four times as high is found."""
    rows = []
    for count in COUNTS:
        for name, alike in ALIKE.items():

            def drawn(rng: Any, rate: float, after: float, count: int = count, alike: float = alike) -> Any:
                new = _alike(rng, count, alike, after)
                return np.repeat(rng.random(count) < rate, COPIES), new

            told = _told(runs, generator(count), drawn, partial(flips, of=np.repeat(np.arange(count), COPIES)))
            rows.append((f"{count} photographs, {name}", *told))
    return _table("copies", "photographs", rows, f"a model errs in {_rates()} of photographs and of copies alike", runs)


def people(runs: int) -> Table:
    """The same where people have six photographs each, of each of which one rendering is made."""
    rows = []
    for count in COUNTS:
        for name, alike in ALIKE_OF_PEOPLE.items():

            def drawn(rng: Any, rate: float, after: float, count: int = count, alike: float = alike) -> Any:
                return _alike(rng, count, alike, rate), _alike(rng, count, alike, after)

            told = _told(runs, generator(1000 + count), drawn, partial(flips, who=np.repeat(np.arange(count), COPIES)))
            rows.append((f"{count} people, {name}", *told))
    about = f"a model errs in {_rates()} of photographs and of renderings, one of each photograph"
    return _table("photographs", "people", rows, about, runs)


def _rates() -> str:
    return ", ".join(f"{100 * rate:.0f}" for rate in RATES) + " %"


def _alike(rng: Any, count: int, alike: float, rate: float) -> Errors:
    """Errors (count * COPIES,), alike in groups of six for a share of the groups."""
    shared, own = rng.random(count) < alike, rng.random((count, COPIES)) < rate
    return np.asarray(np.where(shared[:, None], own[:, :1], own).ravel(), np.bool_)


def _told(runs: int, rng: Any, drawn: Drawn, grouped: Callable[[Errors, Errors], Flips]) -> tuple[str, ...]:
    """Alarms were all pairs independent, alarms by groups, coverage of the limits, and what is found, as text."""
    alarms, naive, held = (np.zeros((len(RATES), runs)) for _ in range(3))
    hits = np.zeros(runs)
    for run in range(runs):
        for place, rate in enumerate(RATES):
            old, new = drawn(rng, rate, rate)
            made = grouped(old, new)
            alarms[place, run] = made.p <= 0.05
            held[place, run] = made.change.low <= 0 <= made.change.high
            naive[place, run] = flips(old, new).p <= 0.05
        hits[run] = grouped(*drawn(rng, 0.1, 0.4)).p <= 0.05
    return (
        f"{100 * naive.mean(axis=1).max():.1f} %",
        f"{100 * alarms.mean(axis=1).max():.1f} %",
        f"{100 * held.mean(axis=1).min():.1f} %",
        f"{100 * hits.mean():.0f} %",
    )


def _table(parts: str, groups: str, rows: list[tuple[str, ...]], about: str, runs: int) -> Table:
    head = (
        f"six {parts} each",
        f"false alarms, were {parts} {groups}",
        f"false alarms by {groups} (goal: at most 5 %)",
        "95 % limits hold the truth",
        "10 % errors that become 40 % are found",
    )
    return Table(head, tuple(rows), f"Stress tests: {about}; the worst of the three; {runs:,} runs each.")
