"""Worker processes."""

from __future__ import annotations

import signal
from contextlib import nullcontext

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
        monkeypatch.setattr(pool, "_deaf", nullcontext)  # the test can see the difference
    assert list(finished(blocked, [1], 1, lambda _: None)) == [kept]
    assert not blocked(0), "whoever began them does hear of it"
