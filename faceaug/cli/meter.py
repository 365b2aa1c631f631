"""Progress on stderr: how far, how fast, how long yet. Nothing where nobody watches."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

from faceaug.stopping import stop_if_asked

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Meter"]


class Meter:
    """A progress bar that appears with the first report, and is gone when the work is.

    Args:
        quiet: show nothing. Nothing is shown either where stderr is no terminal, so that logs stay readable.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._hidden = quiet or not sys.stderr.isatty()
        self._bar: Any = None
        self._name = ""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away, whatever happened."""
        self._close()

    def bytes(self, name: str, there: int, total: int | None) -> None:
        """Report a transfer.

        Args:
            name: what is transferred.
            there: bytes that have arrived.
            total: bytes that there will be, or None.
        """
        self._to(name, there, total, "B", scaled=True)

    def photos(self, done: int, total: int) -> None:
        """Report photographs that are done.

        Args:
            done: how many.
            total: of how many.
        """
        self._to("", done, total, "photo", scaled=False)

    def steps(self, name: str, done: int, total: int) -> None:
        """Report a step of a longer work.

        Args:
            name: what is done.
            done: how many pictures.
            total: of how many.
        """
        self._to(name, done, total, "picture", scaled=False)

    def _to(self, name: str, there: int, total: int | None, unit: str, *, scaled: bool) -> None:
        """Move the bar; a new name gets a new one. A command that was told to end does so here at the latest."""
        stop_if_asked()
        if self._hidden:
            return
        if self._bar is None or name != self._name:
            from tqdm import tqdm

            self._close()
            self._name = name
            start = there if there != total else 0  # what is there already took no time
            self._bar = tqdm(
                desc=name or None,
                total=total,
                unit=unit,
                unit_scale=scaled,
                initial=start,
                leave=False,
                file=sys.stderr,
            )
        self._bar.update(there - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
