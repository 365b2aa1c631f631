"""Where nothing can be written, and what is not there, is known before any work is done, of every command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from faceaug.cli import main
from faceaug.cli.files import Given, Written
from faceaug.errors import FaceaugError

OPENED_FIRST = {"cache"}
"""Folders that a command opens before it measures anything, and makes where they are not there."""


def commands() -> Iterator[tuple[str, click.Command]]:
    """All commands, those of groups too."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield from (
            ((f"{name} {word}", one) for word, one in command.commands.items())
            if isinstance(command, click.Group)
            else [(name, command)]
        )


def outputs() -> list[tuple[str, click.Command, click.Option]]:
    """Every option that names what is written."""
    return [
        (name, command, option)
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and isinstance(option.type, Written)
    ]


def test_every_path_of_an_option_is_looked_at_first() -> None:
    unseen = [
        f"{name} {option.opts[-1]}"
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option)
        and isinstance(option.type, click.Path)
        and not isinstance(option.type, Written | Given)
        and option.name not in OPENED_FIRST
    ]
    assert not unseen
    assert {name for name, command in commands() for option in command.params if "--out" in option.opts} == {
        name for name, _, option in outputs() if "--out" in option.opts
    }


@pytest.mark.parametrize(("name", "command", "option"), outputs())
def test_an_impossible_place_is_refused_while_the_words_are_read(
    name: str, command: click.Command, option: click.Option, tmp_path: Path
) -> None:
    (tmp_path / "blocker").write_text("a file")
    ending = option.type.endings[0] if isinstance(option.type, Written) and option.type.endings else ""
    out = tmp_path / "blocker" / f"x{ending}"
    with pytest.raises(FaceaugError, match="could not be written: a folder in that path is a file"):
        command.make_context(name, [option.opts[-1], str(out)])
    assert (tmp_path / "blocker").read_text() == "a file"


@pytest.mark.parametrize(("name", "command", "option"), outputs())
def test_a_place_where_one_may_not_write_is_refused_while_the_words_are_read(
    name: str, command: click.Command, option: click.Option, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may do everything
    ending = option.type.endings[0] if isinstance(option.type, Written) and option.type.endings else ""
    with pytest.raises(FaceaugError, match="could not be written: you may not write there"):
        command.make_context(name, [option.opts[-1], str(tmp_path / "new" / f"x{ending}")])
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", "here", "--predictions", "answers.csv"), "--predictions answers.csv  does not exist"),
        (
            ("audit", "here", "--settle", "sampel.csv"),
            "--settle sampel.csv  does not exist; did you mean 'sample.csv'?",
        ),
        (("audit", "here", "--target", "census.csv"), "--target census.csv  does not exist"),
        (("plan", "here", "--requirements", "needs.yaml"), "--requirements needs.yaml  does not exist"),
        (("stress", "recipe", "here", "--labels", "labels.csv"), "--labels labels.csv  does not exist"),
        (("verify", "here", "--against", "human.csv"), "--against human.csv  does not exist"),
    ],
)
def test_what_is_not_there_is_missed_while_the_words_are_read(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample.csv").write_text("id\n")
    monkeypatch.chdir(tmp_path)
    command = dict(commands())[words[0]]
    with pytest.raises(FaceaugError) as refused:
        command.make_context(words[0], list(words[1:]))
    assert said in str(refused.value)


@pytest.mark.parametrize("words", ["plan here -o plan.yaml", "verify here -o verify.html", "fit here -o priors.json"])
def test_no_file_is_named_as_what_it_is_not(words: str) -> None:
    name, *rest = words.split()
    with pytest.raises(click.BadParameter, match="must end in"):
        dict(commands())[name].make_context(name, rest)
