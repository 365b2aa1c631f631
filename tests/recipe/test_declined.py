# ruff: noqa: ARG001  # fixtures prepare without being used
"""A picture that would be the photograph unchanged, because every edit declined, is not made, and said so."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from faceaug.data.manifest import read_manifest
from faceaug.dataset import Dataset
from faceaug.recipe import Recipe
from faceaug.recipe.run import run
from tests.recipe.runs import contents

SOME = "about: x\ncopies: 24\nedits: {spots: {density: [70, 100]}}"
ALL = "about: x\ncopies: 3\nedits: {spots: {density: 95}}"


def skipped(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "skipped.jsonl").read_text().splitlines()]


def test_a_declined_picture_is_listed_and_not_made(toy: ModuleType, photos: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = run(Recipe.parse(SOME), photos[:1], out)
    _, *children = read_manifest(out / "manifest.jsonl")
    lines = skipped(out)
    assert 0 < made.declined < 24
    assert made.pictures == len(children) == 24 - made.declined == len(list((out / "pictures").iterdir()))
    assert len(list((out / "landmarks").iterdir())) == made.pictures
    assert all("spots" in child.drawn for child in children)
    assert {line["reason"] for line in lines} == {"declined"}
    assert {line["picture"] for line in lines} | {child.id for child in children} == {f"face_0_v{v}" for v in range(24)}
    assert {line["sentence"] for line in lines} == {
        "every edit declined: spots: too dense here",
        "every edit declined: spots: declined late",
    }
    assert made.exit_code == 3
    before = contents(out)
    again = run(Recipe.parse(SOME), photos[:1], out)
    assert (again.rendered, again.declined) == (0, made.declined)
    assert contents(out) == before


def test_a_photograph_of_which_nothing_can_be_made_is_skipped(
    toy: ModuleType, photos: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    made = run(Recipe.parse(ALL), photos[:2], out)
    assert (made.pictures, made.skipped, made.declined, made.reasons) == (0, 2, 0, {"declined": 2})
    assert not [name for name in contents(out) if name.startswith("pictures")]
    assert [line["sentence"] for line in skipped(out)] == ["every edit declined: spots: too dense here"] * 2
    assert run(Recipe.parse(ALL), photos[:2], out).rendered == 0


@pytest.mark.parametrize("text", ["{spots: {chance: 0}}", "{spots: {density: 95, when: lightness > 999}}", "{}"])
def test_what_was_not_asked_for_is_no_refusal(text: str, toy: ModuleType, photos: list[Path], tmp_path: Path) -> None:
    made = run(Recipe.parse(f"about: x\nedits: {text}"), photos[:1], tmp_path / "out")
    assert (made.pictures, made.declined, made.exit_code) == (1, 0, 0)


def test_a_declined_item_is_the_photograph_and_no_rendering(
    toy: ModuleType, photos: list[Path], tmp_path: Path
) -> None:
    item = Dataset(photos[:1], Recipe.parse(ALL))[1]
    assert item["record"].origin == "camera"
    assert item["record"].refused == {"spots": "too dense here"}
    assert item["id"] == "face_0"
