"""The command line before it does anything: help, misspellings, faults of ours."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from faceaug import __version__
from faceaug.cli import COMMANDS, main
from faceaug.edit import edits
from faceaug.errors import FaceaugError
from tests.cli.conftest import Command


def test_help_lists_every_command(faceaug: Command) -> None:
    result = faceaug("--help")
    assert result.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, faceaug: Command) -> None:
    result = faceaug(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage:")


def test_version(faceaug: Command) -> None:
    assert faceaug("--version").stdout == f"faceaug {__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["rum"], "did you mean 'run'"),
        (["edits", "freckle"], "did you mean 'freckles'"),
        (["edits", "x"], "known edits: acne"),
        (["edits", "--jason"], "No such option"),
        (["run"], "Missing argument"),
        (["try", "lighting"], "Missing argument"),
        (["check", "no_such.yaml"], "no_such.yaml"),
    ],
)
def test_a_wrong_word_is_named_and_exits_2(words: list[str], expected: str, faceaug: Command) -> None:
    result = faceaug(*words)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert "Traceback" not in result.output
    assert not result.stdout


def failing(error: BaseException) -> click.Command:
    @click.command("check")
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (FaceaugError("the disk is full"), 2, "the disk is full\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "the answer could not be written: the disk is full"),
        (OSError(errno.EINVAL, "Invalid argument"), 70, "sorry, this is a fault in faceaug"),
        (KeyboardInterrupt(), 130, "goes on where it was"),
        (TypeError("None of it"), 70, "sorry, this is a fault in faceaug"),
    ],
)
def test_errors_become_a_line_and_a_code(
    error: BaseException, code: int, said: str, faceaug: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceaug.cli.check.command", failing(error))
    monkeypatch.delenv("FACEAUG_DEBUG", raising=False)
    result = faceaug("check")
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_where(faceaug: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faceaug.cli.check.command", failing(TypeError("None of it")))
    monkeypatch.setenv("FACEAUG_DEBUG", "1")
    assert "Traceback" in faceaug("check").stderr


def test_edits_lists_every_edit(faceaug: Command) -> None:
    result = faceaug("edits")
    assert result.exit_code == 0
    for edit in edits().values():
        assert f"{edit.name} " in result.stdout
        assert edit.summary in result.stdout


@pytest.mark.parametrize("name", edits())
def test_edits_tells_all_about_one(name: str, faceaug: Command) -> None:
    shown = faceaug("edits", name).stdout
    for setting in edits()[name].settings.values():
        assert setting.name in shown
        assert setting.means in shown


def test_edits_as_json(faceaug: Command) -> None:
    documents = json.loads(faceaug("edits", "--json").stdout)
    assert [document["name"] for document in documents] == list(edits())
    for document, edit in zip(documents, edits().values(), strict=True):
        assert [setting["name"] for setting in document["settings"]] == list(edit.settings)
        assert json.loads(faceaug("edits", edit.name, "--json").stdout) == document


def test_runs_as_a_program(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "faceaug.cli", "rum"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "did you mean 'run'" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(root: Path) -> None:
    shell = f"{sys.executable} -m faceaug.cli edits --json | head -c 10 >/dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr


def test_main_is_the_program() -> None:
    assert callable(main)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8"])
def test_names_that_the_terminal_has_no_letters_for_are_printed_all_the_same(
    encoding: str, root: Path, tmp_path: Path
) -> None:
    name = "smile \N{GRINNING FACE}.yaml"
    (tmp_path / name).write_text("about: x\nedits: {}\n")
    done = subprocess.run(
        [sys.executable, "-m", "faceaug.cli", "check", name, "no \N{GRINNING FACE}.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": f"{encoding}:strict", "PYTHONPATH": str(root)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    shown = name if encoding == "utf-8" else r"smile \U0001f600.yaml"
    assert f"{shown}  ok" in done.stdout.decode(encoding)
    assert "does not exist" in done.stderr.decode(encoding)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", "t.csv", "--by", "a", "--by=b"), "--by is given twice and takes one value; write commas"),
        (("audit", "t.csv", "--predictions", "a", "--predictions", "b"), "takes one value; audit each model by itself"),
        (("versions", "diff", "d", "1", "2", "--by", "a", "--by", "b"), "--by is given twice"),
        (("plan", "t.csv", "-o", "a.json", "--out", "b.json"), "--out is given twice and takes one value"),
    ],
)
def test_a_text_that_is_given_twice_is_refused(words: tuple[str, ...], said: str, faceaug: Command) -> None:
    done = faceaug(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_numbers_and_repeatable_options_may_be_given_again(faceaug: Command, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("photo,a\n1.jpg,x\n2.jpg,y\n3.jpg,x\n4.jpg,y\n")
    rules = ("--impossible", "a=x", "--impossible", "a=y")
    assert faceaug("audit", tmp_path / "t.csv", "--at-least", 3, "--at-least", 1, *rules).exit_code == 0
