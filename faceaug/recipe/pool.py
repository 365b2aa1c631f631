"""Work on many jobs, here or in other processes, in whatever order they finish."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait as any_of
from typing import TYPE_CHECKING, Any, TypeVar

from faceaug.errors import FaceaugError
from faceaug.recipe.threads import one_thread
from faceaug.stopping import stop_if_asked

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from multiprocessing.connection import Connection

__all__ = ["finished"]

Job = TypeVar("Job")
Done = TypeVar("Done")


def finished(
    work: Callable[[Job], Done], jobs: Sequence[Job], workers: int, begin: Callable[[Job], None]
) -> Generator[Done, None, None]:
    """Do all jobs, each on one thread.

    Args:
        work: does one job; where there are workers, it and the jobs travel to them pickled.
        jobs: what is to be done.
        workers: further processes; 0 for this process alone. No more are begun than there are processors and jobs: each
            takes some hundred megabytes, and the results are the same.
        begin: called here just before a job is handed out.

    Yields:
        What the work returned, as soon as it is there; nothing of a job during which a signal came that ends the work.
        Whoever stops asking, by Ctrl-C or else, does not wait for what workers are at: they end at once, and leave
        files whole or not at all.

    Raises:
        FaceaugError: a worker died. Whatever the work raises is raised here, too.
    """
    if workers == 0:
        with one_thread():
            for job in jobs:
                begin(job)
                done = work(job)
                stop_if_asked()
                yield done
        return
    workers = min(workers, max(len(jobs), 1), _processors())
    context = multiprocessing.get_context("spawn")
    if hasattr(signal, "SIGHUP"):  # of a terminal that is closed; else what minds the queues is gone first, and says so
        with _deaf("SIGHUP"):
            resource_tracker.ensure_running()
    until, leash = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(until,))
    try:
        yield from _pooled(pool, work, iter(jobs), workers, begin)
    except BrokenProcessPool as error:
        msg = "a worker process died, perhaps for want of memory; run again with fewer workers to go on from here"
        raise FaceaugError(msg) from error
    except BaseException:
        leash.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        leash.close()
        until.close()


def _pooled(
    pool: ProcessPoolExecutor,
    work: Callable[[Job], Done],
    jobs: Iterator[Job],
    workers: int,
    begin: Callable[[Job], None],
) -> Iterator[Done]:
    """Keep every worker busy without handing out more than two jobs each."""
    waiting: set[Future[Done]] = set()
    while True:
        while len(waiting) < 2 * workers and (job := next(jobs, None)) is not None:
            begin(job)
            with _deaf():
                waiting.add(pool.submit(work, job))
        if not waiting:
            return
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        stop_if_asked()
        for future in ready:
            yield future.result()


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _deaf(name: str = "SIGINT") -> Iterator[None]:
    """Keep Ctrl-C, or another signal, from processes that are begun meanwhile; here it only comes a little later.

    What is blocked is inherited, from their first moment. Ignoring it in the worker itself would be too late for one
    that is still importing: it would say so with a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.Signals[name]})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(until: Connection) -> None:
    """Prepare a worker: one thread, no reaction to Ctrl-C (the parent decides), and no life without the parent.

    Args:
        until: nothing ever comes this way; its end is closed when the work shall stop.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    ends: list[Any] = [until] if parent is None else [until, parent.sentinel]
    threading.Thread(target=_end_with, args=(ends,), daemon=True).start()
    import cv2
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)


def _end_with(ends: Sequence[Any]) -> None:
    """End this process as soon as its parent says so or has ended, however that happened."""
    any_of(ends)
    os._exit(1)
