"""`faceaug export` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.fixture
def table(photos: Path) -> Path:
    path = photos / "table.csv"
    path.write_text("photo,subject,glasses\ngood.png,Ann,none\n")
    return path


def test_export(faceaug: Command, table: Path, tmp_path: Path) -> None:
    result = faceaug("export", table, "--format", "imagefolder", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "1 photographed, 0 rendered" in result.stdout
    assert (tmp_path / "out/train/good.png").is_file()
    again = faceaug("export", table, "--format", "imagefolder", "-o", tmp_path / "out", "--json")
    assert json.loads(again.stdout) == {
        "out": str(tmp_path / "out"),
        "format": "imagefolder",
        "splits": {"train": [1, 0]},
        "left_out": [],
        "mistaken": [],
        "new": False,
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere", "--format", "coco"], "does not exist"),
        (["TABLE", "--format", "cocoa"], "did you mean 'coco'"),
        (["TABLE", "--format", "coco", "--version", "1"], "has no versions"),
        (["TABLE", "--format", "coco", "--two-stage"], "no renderings to train on first"),
        (["TABLE"], "Missing option '--format'"),
    ],
)
def test_wrong_input(faceaug: Command, table: Path, tmp_path: Path, words: list[str], said: str) -> None:
    result = faceaug("export", *(str(table) if word == "TABLE" else word for word in words), "-o", tmp_path / "out")
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert not (tmp_path / "out").exists()
