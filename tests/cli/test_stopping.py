"""A command that the system ends stops as after Ctrl-C; one that nobody listens to works all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import click
import pytest

from faceaug.recipe.pool import finished
from tests.cli.conftest import Command

LATE = 30.0
"""Seconds after which a command that was not stopped goes on."""


def stopping(number: int) -> click.Command:
    """A command that gets a signal in the midst of its work."""

    @click.command("check")
    def command() -> None:
        os.kill(os.getpid(), number)
        time.sleep(LATE)

    return command


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signals")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_signals_that_end_a_command_are_told_apart(
    name: str, code: int, faceaug: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    monkeypatch.setattr("faceaug.cli.check.command", stopping(number))
    done = faceaug("check")
    assert (done.exit_code, done.stderr) == (code, "\nstopped; the same command started again goes on where it was\n")
    assert signal.getsignal(number) == before, "a program that called the command hears of its own signals again"


class Deaf:
    """What loses errors as compiled code does: those of a finaliser come to nothing."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self.number)
        list(range(100))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_whose_error_is_lost_ends_the_work_all_the_same(
    name: str, faceaug: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, begun = getattr(signal, name), list[int]()

    @click.command("check")
    def command() -> None:
        for _ in finished(lambda job: job == 1 and Deaf(number) is None, [1, 2, 3], 0, begun.append):
            pass

    monkeypatch.setattr("faceaug.cli.check.command", command)
    assert faceaug("check").exit_code == 128 + number
    assert begun == [1]


def test_a_signal_that_compiled_code_turns_into_another_error_is_no_fault_of_ours(
    faceaug: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command("check")
    def command() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(LATE)
        except KeyboardInterrupt:
            msg = "could not determine the shape of object type 'torch.storage.UntypedStorage'"
            raise ValueError(msg) from None

    monkeypatch.setattr("faceaug.cli.check.command", command)
    done = faceaug("check")
    assert (done.exit_code, done.stderr) == (130, "stopped; the same command started again goes on where it was\n")


def test_a_signal_waits_while_a_module_is_loaded(
    faceaug: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loaded = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(0.2)\nwhole = True\n"
    (tmp_path / "slow_to_load.py").write_text(loaded)
    monkeypatch.syspath_prepend(str(tmp_path))

    @click.command("check")
    def command() -> None:
        import_module("slow_to_load")
        time.sleep(LATE)

    monkeypatch.setattr("faceaug.cli.check.command", command)
    began = time.monotonic()
    assert faceaug("check").exit_code == 130
    assert sys.modules.pop("slow_to_load").whole
    assert time.monotonic() - began < LATE / 2


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signals")
def test_what_nohup_ignores_stays_ignored(faceaug: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.cli.test_stopping.LATE", 0.0)
    monkeypatch.setattr("faceaug.cli.check.command", stopping(signal.SIGHUP))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert faceaug("check").exit_code == 0
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_lead_nowhere(closed: str, photos: Path, root: Path, tmp_path: Path) -> None:
    (photos / "labels.csv").write_text("photo,glasses\ngood.png,none\n")
    out = tmp_path / "report.md"
    shell = f"exec {sys.executable} -m faceaug.cli audit {photos}/labels.csv --by glasses -o {out} {closed}"
    done = subprocess.run(["sh", "-c", shell], cwd=root, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert out.read_text().startswith("# Audit of labels.csv")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_who_cannot_be_told_is_told_by_the_code(root: Path) -> None:
    for words in ("check nosuch.yaml", "check", "rum"):
        shell = f"exec {sys.executable} -m faceaug.cli {words} 2>/dev/full"
        assert subprocess.run(["sh", "-c", shell], cwd=root, check=False).returncode == 2, words
