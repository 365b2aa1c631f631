"""Signals that end the work: each stops it as Ctrl-C does, also where the error that says so is lost on its way.

Python tells of a signal by an error, wherever the work is. Compiled code that calls Python turns that error into one of
its own (numpy, asking torch for a number), drops it (a finaliser), or aborts the process (torch, being loaded). So the
signal is remembered, the work asks for it between two pictures, and while a module is loaded it waits.
"""

from __future__ import annotations

import _thread
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Stopped", "heard", "stop_if_asked"]

ENDS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that end a command: of Ctrl-C; of `kill`, batch systems and containers; of a closed terminal."""

LOADING: Final = "<frozen importlib"
"""How the files of Python's own importer begin."""

AGAIN: Final = 0.02
"""Seconds after which a signal that came while a module was loaded is told again."""

MOST: Final = 250
"""Times that it waits; then whatever is loaded takes too long, or is the program itself."""

_came: list[int] = []
"""What has come and ends the work."""

_waiting: list[int] = []
"""What has come while a module was loaded, once for each time that it waited."""


class Stopped(KeyboardInterrupt):
    """A signal that ends the work, in the place of Ctrl-C; its argument is the number of the signal."""


def stop_if_asked() -> None:
    """Let a signal that has come end the work, if nobody has seen it.

    Raises:
        Stopped: one has come.
    """
    if _came:
        raise Stopped(_came[-1])


@contextmanager
def heard() -> Iterator[None]:
    """Let a signal that ends this process end the work as Ctrl-C does: workers with it, and nothing half written.

    A second one ends it at once. What is ignored already (`nohup`), or what a caller listens to, stays as it is.
    """
    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []  # only there can Python hear of signals
    usual = {signal.SIG_DFL, signal.default_int_handler}
    before = {number: signal.getsignal(number) for number in numbers if signal.getsignal(number) in usual}
    for number in before:
        signal.signal(number, _end)
    try:
        yield
    finally:
        _came.clear()
        _waiting.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    """End the work, as soon as no module is being loaded."""
    if _loading(frame) and len(_waiting) < MOST:
        _waiting.append(number)
        later = threading.Timer(AGAIN, _again, (number,))
        later.daemon = True
        later.start()
        return
    signal.signal(number, signal.SIG_DFL)
    _came.append(number)
    raise Stopped(number)


def _again(number: int) -> None:
    """Send this program a signal that had to wait, so that it is heard even in a pause."""
    if _came:
        return
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main(signal.Signals(number))


def _loading(frame: FrameType | None) -> bool:
    """Whether a module is being loaded."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(LOADING):
            return True
        frame = frame.f_back
    return False
