"""A plan that is killed at any moment, or runs out of disk at any write, ends with the same bytes once it goes on."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from faceaug.data.versions import Versions
from faceaug.errors import FaceaugError
from faceaug.plan.plan import Plan
from tests.plan.toys import carried_out
from tests.recipe.runs import contents

SEED = "FACEAUG_KILL_SEED"
"""Set to the number that a failed test has printed, it gives the very same moments again."""

MOMENTS = "moments.json"
"""File in which a process that was not killed leaves what its moments were."""


@pytest.fixture
def seed() -> int:
    """Decides when processes are killed: another number every time."""
    seed = int(os.environ.get(SEED, time.time_ns() % 1_000_000))
    sys.stdout.write(f"{SEED}={seed}\n")  # which pytest shows where a test fails
    return seed


def drawn(seed: int, *what: object) -> float:
    """A number within 0..1 that nothing but its name decides."""
    return int(hashlib.sha256(repr((seed, *what)).encode()).hexdigest()[:13], 16) / 16**13


def child(work: Callable[[], object], kill_after: float | None = None) -> bool:
    """Do something in a process of its own; kill it after some seconds, if it has not ended by then.

    Returns:
        Whether it ended of itself.
    """
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the child has said why"
    return True


def moments_of(plan: Plan, out: Path, seed: int, kill_at: int = 0) -> list[tuple[str, str]]:
    """Carry the plan out in a process of its own.

    A moment is before, somewhere within and after every write, and before a file or folder gets its name.

    Args:
        plan: what is carried out.
        out: the data set.
        seed: decides where within a write.
        kill_at: moment at which the process is killed, from 1; 0 for never.

    Returns:
        What its moments were, each with the kind of file; none if the process was killed.
    """
    clock = Clock(seed, kill_at)

    def work() -> None:
        clock.install()
        carried_out(plan, out)
        out.with_suffix(f".{MOMENTS}").write_text(json.dumps(clock.moments))

    if not child(work):
        return []
    return [(what, kind) for what, kind in json.loads(out.with_suffix(f".{MOMENTS}").read_text())]


def kind_of(path: Path) -> str:
    """What a file is: a picture, a file of a version, or one that there is but once."""
    if ".0001.part" in path.parts:
        return "of the version"
    name = path.name.removeprefix(".").removesuffix(".part")
    return f"in {path.parts[-3]}" if len(Path(name).stem) == 64 else name


class Clock:
    """Counts moments, and kills its own process at one of them."""

    def __init__(self, seed: int, kill_at: int) -> None:
        self.seed, self.kill_at = seed, kill_at
        self.moments: list[tuple[str, str]] = []

    def tick(self, what: str, path: Path) -> None:
        self.moments.append((what, kind_of(path)))
        if len(self.moments) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Let all files and names of this process pass the clock; it is never taken away again."""
        opened, renamed = Path.open, os.rename
        clock = self

        def open_(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
            file = opened(self, mode, *more, **named)
            return SlowFile(file, self, clock) if "b" in mode and set(mode) & set("wa") else file

        def rename(*names: Any, **more: Any) -> None:
            clock.tick("before the name", Path(names[0]))
            renamed(*names, **more)

        Path.open = open_  # type: ignore[method-assign]  # in a process that ends soon
        os.rename = os.replace = rename


class SlowFile:
    """A file of which every write takes three moments, and both its parts reach the disk."""

    def __init__(self, file: Any, path: Path, clock: Clock) -> None:
        self.file, self.path, self.clock = file, path, clock

    def __enter__(self) -> SlowFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data: bytes) -> None:
        self.clock.tick("before", self.path)
        cut = int(drawn(self.clock.seed, "cut", len(self.clock.moments)) * len(data))
        for part, what in ((data[:cut], "within"), (data[cut:], "after")):
            self.file.write(part)
            self.file.flush()
            self.clock.tick(what, self.path)


def test_killed_at_any_moment_and_resumed_it_is_the_same_data_set(plan: Plan, tmp_path: Path, seed: int) -> None:
    moments = moments_of(plan, tmp_path / "whole", seed)
    assert len(moments) > 60
    before = contents(tmp_path / "whole")
    assert before.keys() >= {"HEAD", "versions/0001/manifest.csv", "versions/0001/rejected.jsonl"}
    kinds = sorted({kind for what, kind in moments if what == "within"})
    assert {"HEAD", "of the version", "plan.json", "progress.jsonl", "run.json"} < set(kinds)
    wanted = [("within", kind) for kind in kinds] + [("", ""), ("within", "progress.jsonl")] * 2
    for number, (what, kind) in enumerate(wanted):
        places = [n for n, one in enumerate(moments, 1) if one[0].startswith(what) and one[1].startswith(kind)]
        moment = places[int(drawn(seed, "kill", number) * len(places))]
        out, told = tmp_path / f"killed {number}", f"{SEED}={seed}, moment {moment}: {moments[moment - 1]}"
        assert moments_of(plan, out, seed, moment) == [], told
        assert contents(out) != before, f"{told}: the kill must have left something undone"
        for again in range(2):  # and killed again, if it gets that far
            moments_of(plan, out, seed, 1 + int(drawn(seed, "again", number, again) * moment))
        carried_out(plan, out)
        assert contents(out) == before, told
        assert Versions.open(out).check() == [], told


def test_killed_from_outside_and_resumed_it_is_the_same_data_set(plan: Plan, tmp_path: Path, seed: int) -> None:
    begun = time.monotonic()
    assert child(lambda: carried_out(plan, tmp_path / "whole"))
    long = time.monotonic() - begun
    before = contents(tmp_path / "whole")
    killed = 0
    for number in range(6):
        out, after = tmp_path / f"killed {number}", drawn(seed, "outside", number) * long
        killed += not child(partial(carried_out, plan, out), after)
        carried_out(plan, out)
        assert contents(out) == before, f"{SEED}={seed}, killed after {after:.3f} of {long:.3f} seconds"
        assert Versions.open(out).check() == []
    sys.stdout.write(f"{killed} of 6 were killed before they had ended\n")


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
