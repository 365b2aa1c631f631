"""Whatever write fails, and whenever the process is killed: the last good version is there, and the work can go on."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faceaug.data.versions import Versions
from faceaug.errors import FaceaugError
from tests.data.datasets import contents, first_records, second_records

CALLS = ("fsync", "replace", "rename", "mkdir", "open")
"""What the system is asked for while a version is written."""


def begun(tmp_path: Path) -> tuple[Path, Path]:
    """A data set of one version, and one of two."""
    dataset = Versions.open(tmp_path / "begun")
    dataset.commit(first_records(tmp_path / "work"), message="First", root=tmp_path / "work")
    shutil.copytree(dataset.folder, tmp_path / "whole")
    Versions.open(tmp_path / "whole").commit(
        second_records(tmp_path / "work"), message="Second", root=tmp_path / "work"
    )
    return dataset.folder, tmp_path / "whole"


class Failing:
    """Lets the n-th call of the system fail."""

    def __init__(self, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left, self.failed = after, False
        self.make = os.mkdir
        for name in CALLS:
            monkeypatch.setattr(os, name, self.counted(getattr(os, name)))

    def counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **more: Any) -> Any:
            if call is self.make and Path(args[0]).is_dir():
                return call(*args, **more)  # it is there already; that is no write
            self.left -= 1
            if self.left == 0:
                self.failed = True
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return call(*args, **more)

        return counting


@pytest.mark.slow
def test_an_error_at_every_write_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, whole = begun(tmp_path)
    good = contents(folder)
    for number in range(1, 200):
        shutil.rmtree(tmp_path / "set", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "set")
        records = second_records(tmp_path / "work")
        with monkeypatch.context() as patch:
            failing = Failing(number, patch)
            error = None
            try:
                Versions.open(tmp_path / "set").commit(records, message="Second", root=tmp_path / "work")
            except FaceaugError as caught:
                error = str(caught)
        if not failing.failed:
            break
        assert error is not None, f"write {number} failed in silence"
        assert "the disk is full" in error
        now = contents(tmp_path / "set")
        assert {name: now[name] for name in good if name != "HEAD"} == {n: d for n, d in good.items() if n != "HEAD"}
        assert Versions.open(tmp_path / "set").version("0001").message == "First"
        Versions.open(tmp_path / "set").commit(records, message="Second", root=tmp_path / "work")
        assert contents(tmp_path / "set") == contents(whole), f"after write {number}"
    assert number > 30, "a commit asks the system more often than that"
    assert contents(tmp_path / "set") == contents(whole)


SCRIPT = textwrap.dedent("""
    import os, shutil, signal, sys
    from pathlib import Path
    from faceaug.data.versions import Versions
    from tests.data.datasets import contents, second_records

    work, folder, whole, place = map(Path, sys.argv[1:])
    left = 0

    def counted(call):
        def counting(*args, **more):
            global left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **more)
        return counting

    for name in ("fsync", "replace", "rename", "mkdir"):
        setattr(os, name, counted(getattr(os, name)))

    def commit(kill_at):
        global left
        child = os.fork()
        if child == 0:
            left = kill_at
            Versions.open(place).commit(second_records(work), message="Second", root=work)
            os._exit(0)
        return os.waitpid(child, 0)[1]

    kill_at, good = 1, contents(folder)
    while True:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder, place)
        status = commit(kill_at)
        if status == 0:
            break
        assert status == signal.SIGKILL, status
        now = contents(place)
        assert all(now[name] == good[name] for name in good if name != "HEAD")
        assert Versions.open(place).version("0001").message == "First"
        assert all("does not name it" in fault.what for fault in Versions.open(place).check())
        assert commit(0) == 0
        assert {n: d for n, d in contents(place).items() if n != ".lock"} == contents(whole), kill_at
        kill_at += 1
    print(kill_at)
""")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_every_write_in_turn(tmp_path: Path) -> None:
    folder, whole = begun(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path / "work", folder, whole, tmp_path / "set"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20, "a commit asks the system more often than that"


def test_a_lost_head_is_found_again(tmp_path: Path) -> None:
    _, whole = begun(tmp_path)
    before = contents(whole)
    (whole / "HEAD").unlink()
    dataset = Versions.open(whole)
    assert dataset.take_in() == ["0001", "0002"]
    assert contents(whole) == before


def test_a_strange_folder_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    folder, _ = begun(tmp_path)
    (folder / "versions/0002").mkdir()
    (folder / "versions/0002/precious.txt").write_text("mine")
    with pytest.raises(FaceaugError, match="move it elsewhere"):
        Versions.open(folder).commit(second_records(tmp_path / "work"), root=tmp_path / "work")
    assert (folder / "versions/0002/precious.txt").read_text() == "mine"


def test_interruption_by_the_user(tmp_path: Path) -> None:
    folder, whole = begun(tmp_path)

    def stop(done: int, _: int) -> None:
        if done == 2:
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is born deaf to it
    try:
        with pytest.raises(KeyboardInterrupt):
            Versions.open(folder).commit(second_records(tmp_path / "work"), root=tmp_path / "work", progress=stop)
    finally:
        signal.signal(signal.SIGINT, before)
    Versions.open(folder).commit(second_records(tmp_path / "work"), message="Second", root=tmp_path / "work")
    assert contents(folder) == contents(whole)
