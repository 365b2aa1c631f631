"""What the README shows is run, and says what it is said to say."""

from __future__ import annotations

import doctest
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from faceaug.cli import main

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md")


def blocks(language: str) -> list[tuple[str, str]]:
    """The code blocks of a language: page and text."""
    return [
        (page, text) for page in PAGES for kind, text in BLOCK.findall((ROOT / page).read_text()) if kind == language
    ]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, and what follows each."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the repository, and may be written to."""
    for name in ("sample_data", "recipes"):
        (tmp_path / name).symlink_to(root / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", [text for page, text in blocks("python") if page == "README.md"])
def test_python_runs(text: str, folder: Path) -> None:  # noqa: ARG001 - the block runs in the folder
    exec(compile(text, "README.md", "exec"), {"__name__": "readme"})


@pytest.mark.parametrize("text", [text for _, text in blocks("console")])
def test_commands_print_what_is_shown(text: str, folder: Path) -> None:  # noqa: ARG001 - the block runs in the folder
    checker = doctest.OutputChecker()
    for command, shown in commands(text):
        program, *words = shlex.split(command)
        assert program == "faceaug", "only our own program is run by this test"
        result = CliRunner().invoke(main, words)
        assert result.exit_code in {0, 2}, result.output
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        assert checker.check_output(shown, result.output, flags), f"$ {command}\n{result.output}"


def test_faults_of_a_recipe_are_the_real_ones(folder: Path) -> None:
    """The page shows two faults of a recipe; it must have the lines that they name, and nothing more wrong with it."""
    shown = next(text for _, text in blocks("text") if "densty" in text)
    lines = ["about: x", "edits:", "", "", "", "", "  freckles:", "    densty: 3", "", "  sensor:", "    quality: 140"]
    (folder / "outdoor_sun.yaml").write_text("\n".join(lines) + "\n")
    result = CliRunner().invoke(main, ["check", "outdoor_sun.yaml"])
    assert result.exit_code == 2
    assert result.output == shown


def test_links_lead_somewhere() -> None:
    for page in [*PAGES, "docs/architecture.md", "CHANGELOG.md"]:
        text = (ROOT / page).read_text()
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not re.match(r"\w+:", target):
                path = Path(os.path.normpath((ROOT / page).parent / target))
                assert path.exists(), f"{page} links to {target}"


def test_the_readme_has_blocks_of_both_kinds() -> None:
    assert len(blocks("python")) >= 4
    assert blocks("console")
