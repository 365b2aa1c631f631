"""A plan that is killed at any moment, or runs out of disk at any write, ends with the same bytes once it goes on."""

from __future__ import annotations

import errno
import os
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faceaug.data.versions import Versions
from faceaug.errors import FaceaugError
from faceaug.plan.plan import Plan
from tests.plan.toys import carried_out
from tests.recipe.runs import contents

MOMENTS = "moments"
"""File in which a process that was not killed leaves how many moments it had."""


def moments_of(plan: Plan, out: Path, kill_at: int = 0) -> int:
    """Carry the plan out in a process of its own.

    A moment is before, half-way through and after every write, and before a file or folder gets its name.

    Args:
        plan: what is carried out.
        out: the data set.
        kill_at: moment at which the process is killed, from 1; 0 for never.

    Returns:
        How many moments there were; 0 if the process was killed.
    """
    process = os.fork()
    if process == 0:
        try:
            clock = Clock(kill_at)
            clock.install()
            carried_out(plan, out)
            out.with_suffix(f".{MOMENTS}").write_text(str(clock.moment))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return 0
    assert os.WEXITSTATUS(status) == 0, "the child has said why"
    return int(out.with_suffix(f".{MOMENTS}").read_text())


class Clock:
    """Counts moments, and kills its own process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.moment = kill_at, 0

    def tick(self) -> None:
        self.moment += 1
        if self.moment == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Let all files and names of this process pass the clock; it is never taken away again."""
        opened, renamed = Path.open, os.rename
        clock = self

        def open_(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
            file = opened(self, mode, *more, **named)
            return SlowFile(file, clock) if "b" in mode and set(mode) & set("wa") else file

        def rename(*names: Any, **more: Any) -> None:
            clock.tick()
            renamed(*names, **more)

        Path.open = open_  # type: ignore[method-assign]  # in a process that ends soon
        os.rename = os.replace = rename


class SlowFile:
    """A file of which every write takes three moments, and each half reaches the disk."""

    def __init__(self, file: Any, clock: Clock) -> None:
        self.file, self.clock = file, clock

    def __enter__(self) -> SlowFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data: bytes) -> None:
        self.clock.tick()
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            self.file.write(part)
            self.file.flush()
            self.clock.tick()


def test_killed_at_ten_moments_and_resumed_it_is_the_same_data_set(plan: Plan, tmp_path: Path) -> None:
    moments = moments_of(plan, tmp_path / "whole")
    assert moments > 60
    before = contents(tmp_path / "whole")
    assert before.keys() >= {"HEAD", "versions/0001/manifest.csv", "versions/0001/rejected.jsonl"}
    for place in range(10):
        moment = 1 + (moments * (2 * place + 1) // 20 + 7 * place) % moments
        out = tmp_path / f"killed {place}"
        assert moments_of(plan, out, moment) == 0
        assert contents(out) != before, f"moment {moment}: the kill must have left something undone"
        if place % 3 == 0:
            moments_of(plan, out, moment // 2 + 3)  # and killed again, if it gets that far
        carried_out(plan, out)
        assert contents(out) == before, f"moment {moment}"
        assert Versions.open(out).check() == []


def test_a_full_disk_at_every_write_in_turn(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open
    writes = 0
    full_at = -1

    def open_(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        file = opened(self, mode, *more, **named)
        return FullFile(file, count) if "b" in mode and set(mode) & set("wa") else file

    def count() -> bool:
        nonlocal writes
        writes += 1
        return writes == full_at

    monkeypatch.setattr(Path, "open", open_)
    carried_out(plan, tmp_path / "whole")
    total, before = writes, contents(tmp_path / "whole")
    assert total > 20
    for moment in range(1, total + 1):
        out = tmp_path / f"full {moment}"
        writes, full_at = 0, moment
        with pytest.raises(FaceaugError, match="the disk is full"):
            carried_out(plan, out)
        full_at = -1
        if (out / "HEAD").exists():
            assert Versions.open(out).check() == [], "a version that is there is whole"
        assert carried_out(plan, out).version == "0001"
        assert contents(out) == before, f"write {moment}"


class FullFile:
    """A file that takes half of what is written and then says that the disk is full, when its time has come."""

    def __init__(self, file: Any, full: Callable[[], bool]) -> None:
        self.file, self.full = file, full

    def __enter__(self) -> FullFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data: bytes) -> int:
        if self.full():
            self.file.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self.file.write(data))
