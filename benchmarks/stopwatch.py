"""Timing many things side by side, so that a busy machine slows them all alike."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

Task = Callable[[], object]


def take_turns(tasks: Mapping[str, Task], rounds: int, warm_up: int = 2) -> dict[str, list[float]]:
    """Time every task once a round.

    Args:
        tasks: What to time, by name.
        rounds: Rounds that count.
        warm_up: Rounds before, that do not.

    Returns:
        Milliseconds of each round, by name.
    """
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for count in range(warm_up + rounds):
        for name, task in tasks.items():
            gc.disable()
            begun = time.perf_counter()
            task()
            passed = time.perf_counter() - begun
            gc.enable()
            if count >= warm_up:
                times[name].append(1000 * passed)
        print(f"\r  round {count + 1} of {warm_up + rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return times


@contextmanager
def clocked(module: ModuleType, names: tuple[str, ...]) -> Iterator[dict[str, list[float]]]:
    """Time calls of functions that a module calls by these names; names that it does not have are passed over.

    Yields:
        Milliseconds of each call, by name.
    """
    times: dict[str, list[float]] = {}
    kept = {name: vars(module)[name] for name in names if name in vars(module)}
    for name, function in kept.items():
        times[name] = []
        vars(module)[name] = _timed(function, times[name])
    try:
        yield times
    finally:
        vars(module).update(kept)


def _timed(function: Callable[..., Any], into: list[float]) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        result = function(*given, **named)
        into.append(1000 * (time.perf_counter() - begun))
        return result

    return timed
