"""The recipes that come with faceaug, and real runs over the two sample portraits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from faceaug.data.manifest import read_manifest
from faceaug.data.photos import read_photo, read_source_type
from faceaug.recipe import Recipe
from faceaug.recipe.options import RunOptions
from faceaug.recipe.provenance import replay
from faceaug.recipe.run import run

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.yaml"))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def portraits(samples: Path) -> list[Path]:
    return [samples / "eileen_collins.png", samples / "grace_hopper.jpg"]


def test_there_are_recipes() -> None:
    assert {"quickstart", "outdoor_sun", "studio_light", "phone_camera", "freckles"} <= {path.stem for path in RECIPES}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_recipes_are_sound(path: Path) -> None:
    recipe = Recipe.load(path)
    assert recipe.about
    assert Recipe.parse(recipe.to_yaml()) == recipe


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_recipes_run_on_the_samples_as_they_are(path: Path, portraits: list[Path], tmp_path: Path) -> None:
    recipe = Recipe.load(path)
    summary = run(recipe.with_options(copies=1), portraits, tmp_path / "out", RunOptions(measure=False))
    assert (summary.photographs, summary.pictures + summary.skipped) == (2, 2)
    assert set(summary.reasons) <= {"declined"}, "glasses go on nobody who wears some"
    made = [record for record in read_manifest(tmp_path / "out" / "manifest.csv") if record.parent]
    assert any(record.applied for record in made), "at least one of the two portraits is edited"
    assert all(set(record.refused) <= set(recipe.edits) for record in made)


def test_the_grammar_of_the_documentation(root: Path) -> None:
    text = (root / "docs" / "recipes.md").read_text(encoding="utf-8")
    recipe = Recipe.parse(text.split("```yaml\n")[1].split("```")[0])
    assert recipe.edits["sensor"].chance == 0


def test_workers_and_replay_give_the_same_bytes(portraits: list[Path], tmp_path: Path) -> None:
    recipe = Recipe.load(RECIPES[0].with_name("quickstart.yaml")).with_options(copies=2)
    summary = run(recipe, portraits, tmp_path / "alone", RunOptions(masks=True))
    assert (summary.pictures, summary.skipped) == (4, 0)
    run(recipe, portraits, tmp_path / "shared", RunOptions(masks=True, workers=2))
    alone, shared = contents(tmp_path / "alone"), contents(tmp_path / "shared")
    assert alone.keys() == shared.keys()
    assert [name for name in alone if alone[name] != shared[name]] == []
    for record in read_manifest(tmp_path / "alone" / "manifest.csv"):
        if record.parent:
            assert replay(tmp_path / "alone" / "manifest.csv", record.id) == alone[record.photo]


def test_an_empty_recipe_copies_every_pixel(portraits: list[Path], tmp_path: Path) -> None:
    run(Recipe.parse("about: Nothing\nedits: {}"), portraits, tmp_path / "out", RunOptions(format="png", measure=False))
    for path in portraits:
        made = tmp_path / "out" / "pictures" / f"{path.stem}_v0.png"
        assert np.array_equal(read_photo(made).pixels, read_photo(path).pixels)
        assert read_source_type(made) == "algorithmicallyEnhanced", "a second copy of a photograph is none"


def test_one_photograph_in_memory(portraits: list[Path]) -> None:
    pixels = read_photo(portraits[0]).pixels
    recipe = Recipe.load(RECIPES[0].with_name("quickstart.yaml"))
    made = recipe(image=pixels, keypoints=[(100.0, 50.0)])
    assert made["image"].shape == pixels.shape
    assert made["landmarks"].shape == (478, 3)
    assert np.array_equal(made["keypoints"], [(100.0, 50.0)]), "light and skin move nothing"
    assert (made["image"] != pixels).any()
    assert np.array_equal(recipe(image=pixels)["image"], made["image"])
    assert made["record"].drawn == made["variant"].drawn
