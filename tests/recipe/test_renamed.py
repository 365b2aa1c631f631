# fixtures prepare without being used
"""Photographs of one name that come and go: a run that goes on ends as one that had them all from the start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from faceaug.errors import RequestError
from faceaug.recipe import Recipe
from faceaug.recipe.run import run
from tests.recipe.runs import contents


def renamed(photo: Path, like: Path) -> Path:
    """Another photograph, whose file has the name of one that there is, but for the extension."""
    path = like.with_suffix(".webp")
    Image.open(photo).save(path, lossless=True)
    return path


def test_one_of_the_same_name_may_come_later(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    run(recipe, photos[:2], out)
    assert (out / "pictures/face_0_v0.jpg").is_file()
    more = [*photos[:2], renamed(photos[2], photos[0])]
    made = run(recipe, more, out)
    assert (made.photographs, made.rendered) == (3, 6), "face_1 is not made again"
    run(recipe, more, fresh)
    assert contents(out) == contents(fresh)
    assert run(recipe, more, out).rendered == 0


def test_a_photograph_that_was_begun_may_be_renamed(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    run(recipe, photos[:2], out)
    lines = (out / "progress.jsonl").read_text().splitlines(keepends=True)
    (out / "progress.jsonl").write_text(lines[1] + json.dumps({"key": "face_0"}) + "\n")
    more = [*photos[:2], renamed(photos[2], photos[0])]
    run(recipe, more, out)
    run(recipe, more, fresh)
    assert contents(out) == contents(fresh)


def test_of_those_that_go_the_one_that_is_gone_is_named(recipe: Recipe, photos: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    other = renamed(photos[2], photos[0])
    run(recipe, [*photos[:2], other], out)
    with pytest.raises(RequestError, match=r"a photograph that is not among those given now \(face_0-[0-9a-f]{8}\)"):
        run(recipe, photos[:2], out)
