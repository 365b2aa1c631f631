"""Every command is used in the same way: an answer for programs, examples to copy, exit codes, names of options."""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from faceaug.cli import main
from faceaug.cli.examples import EXAMPLES
from tests.cli.conftest import Command
from tests.cli.test_paths import commands

COMMANDS = dict(commands())

SAME = {"--json": "flag", "--quiet": "flag", "--out": "path", "--seed": "number", "--workers": "number"}
"""Options that are the same wherever there are any."""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_programs_too(name: str) -> None:
    options = {word for option in COMMANDS[name].params for word in option.opts}
    assert "--json" in options


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_examples_that_can_be_typed_and_exit_codes(name: str) -> None:
    text = CliRunner().invoke(main, [*name.split(), "--help"], terminal_width=200).output
    assert "Exit codes:\n    0 " in text
    assert "    2 " in text
    for line in EXAMPLES[name]:
        assert f"\n    {line}\n" in text
        words = shlex.split(line)
        assert words[: 1 + len(name.split())] == ["faceaug", *name.split()]
        with COMMANDS[name].make_context(name, words[1 + len(name.split()) :], resilient_parsing=True) as context:
            assert not context.args, f"{context.args} is taken by no argument"


def test_no_example_is_of_a_command_that_there_is_not() -> None:
    assert set(EXAMPLES) == set(COMMANDS)


@pytest.mark.parametrize("words", [["--help"], ["versions", "--help"]])
def test_lists_of_commands_are_not_cut_off(words: list[str]) -> None:
    text = CliRunner().invoke(main, words, terminal_width=80).output
    listed = text.partition("Commands:\n")[2].splitlines()
    assert listed
    assert not [line for line in listed if line.endswith("...")]


LONG = ("run", "measure", "audit", "plan", "augment", "balance", "fit", "stress", "verify", "export", "samples")
"""Commands that show how far they are."""


@pytest.mark.parametrize("name", LONG)
def test_commands_that_take_long_can_be_quiet(name: str) -> None:
    assert "--quiet" in {word for option in COMMANDS[name].params for word in option.opts}


def test_quiet_is_quiet(faceaug: Command, photos: Path, recipe: Path, tmp_path: Path) -> None:
    (photos / "empty.jpg").write_bytes(b"")
    by = ("--by", "glasses", "--at-least", "1", "--level", "1")
    data, run, cache = tmp_path / "set", tmp_path / "run", ("--cache", tmp_path / "cache")
    for words, code in (
        (("run", recipe, photos, "-o", run), 3),
        (("measure", photos, "-o", tmp_path / "m.csv", *cache), 3),
        (("audit", photos, *by, "-o", tmp_path / "audit.json", *cache), 3),
        (("plan", photos, *by, "-o", tmp_path / "plan.json", *cache), 3),
        (("stress", recipe, photos, "--model", "cat", "-o", tmp_path / "stress"), 3),
    ):
        done = faceaug(*words, "--quiet")
        assert (done.output, done.exit_code) == ("", code), words
    faceaug("versions", "commit", run, "-o", data)
    assert not faceaug("verify", data, "-o", tmp_path / "v.json", "--quiet").output
    assert not faceaug("export", data, "--format", "coco", "-o", tmp_path / "x", "--quiet").output


def test_options_of_one_name_take_the_same() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for command in COMMANDS.values():
        for option in command.params:
            for word in {*option.opts} & SAME.keys():
                assert isinstance(option, click.Option)
                kind = "path" if isinstance(option.type, click.Path) else "number"
                kinds[word].add("flag" if option.is_flag else kind)
    assert {word: sorted(found) for word, found in kinds.items()} == {word: [kind] for word, kind in SAME.items()}
    seeds = {str(option.type) for command in COMMANDS.values() for option in command.params if option.name == "seed"}
    assert seeds == {"<IntRange 0<=x<=9223372036854775807>"}


@pytest.mark.parametrize("command", ["run", "try", "plan", "balance"])
@pytest.mark.parametrize("seed", ["-1", "9223372036854775808", "three"])
def test_no_command_takes_an_impossible_seed(command: str, seed: str, faceaug: Command) -> None:
    done = faceaug(command, "--seed", seed, "a", "b", "-o", "c.json")
    assert done.exit_code == 2
    assert "Invalid value for '--seed'" in done.stderr


def test_a_check_for_programs_lists_every_recipe(faceaug: Command, recipe: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("about: x\nedits:\n  freckles: {densty: 3}\n")
    done = faceaug("check", recipe, wrong, tmp_path / "no.yaml", "--json")
    assert done.exit_code == 2
    good, bad, gone = json.loads(done.stdout)
    assert good == {"recipe": str(recipe), "faults": []}
    assert bad["faults"] == [
        {"where": f"{wrong}:3", "what": "freckles has no setting 'densty'; did you mean 'density'?"}
    ]
    assert "does not exist" in gone["faults"][0]["what"]
    assert json.loads(faceaug("check", recipe, "--json").stdout) == [good]


def test_the_commands_that_draw_answer_programs(faceaug: Command, photos: Path, recipe: Path, tmp_path: Path) -> None:
    strip = tmp_path / "strip.png"
    said = faceaug("try", "freckles", photos / "good.png", "--set", "density=2..6", "-o", strip, "--json")
    tried = json.loads(said.stdout)
    assert (tried["strip"], tried["setting"], tried["values"]) == (str(strip), "density", [2, 3, 4, 5, 6])
    pages = json.loads(faceaug("gallery", "freckles", "--photos", photos, "-o", tmp_path, "--json").stdout)["pages"]
    assert pages == [str(tmp_path / "freckles.png")]
    faceaug("run", recipe, photos, "-o", tmp_path / "out")
    words = (tmp_path / "out/manifest.csv", "good_v0", "-o", tmp_path / "again.jpg", "--json")
    again = json.loads(faceaug("replay", *words).stdout)
    assert again["identical"]
    assert Path(again["picture"]).read_bytes() == (tmp_path / "out/pictures/good_v0.jpg").read_bytes()


def test_attributes_that_nothing_tells_are_refused_before_the_photographs_are_read(
    faceaug: Command, photos: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("faceaug.survey.survey", lambda *_, **__: pytest.fail("measured in vain"))
    for command in ("audit", "plan", "fit", "balance"):
        out = ("-o", tmp_path / "set") if command == "balance" else ()
        done = faceaug(command, photos, "--by", "glases,yaw", *out)
        assert done.exit_code == 2, done.output
        assert "glases  is an attribute of no picture; did you mean 'glasses'?" in done.stderr
