"""Worker processes."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import resource_tracker
from typing import Any

import pytest

from faceaug.recipe import pool
from faceaug.recipe.pool import finished


def blocked(_: int) -> bool:
    """Whether Ctrl-C is kept from the process that this runs in."""
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system has no masks of signals")
@pytest.mark.parametrize("kept", [True, False])
def test_workers_never_hear_of_ctrl_c_not_even_while_they_import(kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not kept:
        monkeypatch.setattr(pool, "_deaf", lambda *_: nullcontext())  # the test can see the difference
    assert list(finished(blocked, [1], 1, lambda _: None)) == [kept]
    assert not blocked(0), "whoever began them does hear of it"


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system has no masks of signals")
def test_what_minds_the_queues_does_not_hear_of_a_closed_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is begun once, with the mask of that moment; ended before its parent it would leave a traceback."""
    masks = []
    monkeypatch.setattr(
        resource_tracker, "ensure_running", lambda: masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))
    )
    assert list(finished(abs, [-1], 1, lambda _: None)) == [1]
    assert signal.SIGHUP in masks[0]
    assert signal.SIGHUP not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_no_more_workers_are_begun_than_there_are_processors_and_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []

    class Counted(ProcessPoolExecutor):
        def __init__(self, workers: int, *rest: Any, **more: Any) -> None:
            begun.append(workers)
            super().__init__(workers, *rest, **more)

    monkeypatch.setattr(pool, "ProcessPoolExecutor", Counted)
    monkeypatch.setattr(pool, "_processors", lambda: 2)
    for workers, jobs in ((1, 1), (100, 1)):
        assert list(finished(blocked, [0] * jobs, workers, lambda _: None)) == [True] * jobs
    monkeypatch.setattr(pool, "_pooled", lambda *_: iter(()))
    assert not list(finished(blocked, [0] * 500, 100, lambda _: None))
    assert begun == [1, 1, 2]


def rested(seconds: float) -> float:
    """Work that takes its time."""
    time.sleep(seconds)
    return seconds


def test_nobody_waits_for_what_workers_are_at_when_the_work_is_stopped() -> None:
    done = finished(rested, [0.0, 60.0, 60.0, 60.0], 1, lambda _: None)
    assert next(done) == 0.0
    start = time.monotonic()
    done.close()
    assert time.monotonic() - start < 30.0
