"""`faceaug fit`: a file for recipes, a plot, and one line for every mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faceaug.data.manifest import write_manifest
from faceaug.recipe import Recipe
from tests.cli.conftest import Command
from tests.plan.crowd import crowd


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest of photographs that nobody has."""
    write_manifest(crowd(120, "fit"), tmp_path / "set")
    return tmp_path / "set" / "manifest.csv"


def test_a_file_and_a_plot_are_written(faceaug: Command, manifest: Path, tmp_path: Path) -> None:
    out, drawn = tmp_path / "priors.yaml", tmp_path / "fit.png"
    done = faceaug("fit", manifest, "-o", out, "--plot", drawn)
    assert done.exit_code == 0, done.output
    assert "Goes together (correlation of the copula):" in done.output
    assert "eye_distance is 90 of every photograph, which needs no law" in done.output
    assert drawn.read_bytes().startswith(b"\x89PNG")
    first = out.read_bytes()
    again = faceaug("fit", manifest, "-o", out, "--json")
    assert json.loads(again.stdout)["photographs"] == 120
    assert out.read_bytes() == first
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("about: As photographed\nedits:\n  pose: {yaw: {fitted: priors.yaml#yaw}}\n")
    assert Recipe.load(recipe).edits["pose"].laws
    assert faceaug("check", recipe).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "yow"), "yow  is an attribute of no photograph; did you mean 'yaw'?"),
        (("--split", "train"), "there are no photographs of 'train'"),
    ],
)
def test_a_mistake_is_one_line(faceaug: Command, manifest: Path, words: tuple[str, ...], said: str) -> None:
    done = faceaug("fit", manifest, *words)
    assert done.exit_code == 2
    assert said in done.output
    assert "nothing was fitted" in done.output
