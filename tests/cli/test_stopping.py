"""A command that the system ends stops as after Ctrl-C; one that nobody listens to works all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

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
