"""Glasses as an edit: labels, refusals, and the glasses that people wear already."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.edit import By, Labels, by, get_edit
from faceaug.errors import Refusal
from faceaug.face import worn
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.face.worn import worn_glasses
from faceaug.image.noise import Noise
from faceaug.measure import measure
from faceaug.recipe import Recipe
from faceaug.recipe.provenance import rendered
from faceaug.render import render
from faceaug.scene import Scene
from tests.portraits import collins, hopper


def test_who_wears_glasses_is_refused_or_drawn_over_where_asked() -> None:
    with pytest.raises(Refusal, match="wears glasses already"):
        get_edit("glasses")(Scene.of(hopper()))
    assert render(get_edit("glasses")(Scene.of(hopper()), over="draw")).touched[0] > 0


def test_a_head_turned_away_is_refused() -> None:
    face = collins()
    angles = face.pose.angles.clone()
    angles[0, 0] = -52.0
    turned = replace(face, pose=replace(face.pose, angles=angles))
    with pytest.raises(Refusal, match="turned 52 degrees"):
        get_edit("glasses")(Scene.of(turned))


@pytest.mark.parametrize(("lens", "label"), [("clear", "clear"), ("gradient", "tinted"), ("mirrored", "tinted")])
def test_the_lens_decides_the_label_and_whether_the_eyes_are_still_known(lens: str, label: str) -> None:
    recipe = Recipe.parse({"about": "one pair", "edits": {"glasses": {"lens": lens}}})
    before = Record("one", "one.png", attributes={"eye_colour": Value("brown"), "glasses": Value("none")})
    variant = recipe.variants(collins(), [0], record=before)[0]
    after = rendered(before, recipe, variant, id="two")
    assert after.attributes["glasses"] == Value(label, "rendered")
    assert ("eye_colour" in after.attributes) == (lens == "clear")


def test_a_label_by_choice_sets_drops_and_leaves_alone() -> None:
    labels = Labels({"glasses": by("lens", {"clear": "clear", "dark": None}), "gaze": "away"}, drops=frozenset({"age"}))
    assert labels.decided({"lens": "clear"}) == ({"glasses": "clear", "gaze": "away"}, frozenset({"age"}))
    assert labels.decided({"lens": "dark"}) == ({"gaze": "away"}, frozenset({"age", "glasses"}))
    assert labels.decided({"lens": "rose"}) == ({"gaze": "away"}, frozenset({"age"}))
    assert str(By("lens", {"dark": None})) == "what lens says (dark -> unknown)"


def test_the_portraits_are_told_apart() -> None:
    assert worn_glasses(collins()).kind == "none"
    assert worn_glasses(hopper()).kind == "clear"


@pytest.mark.parametrize(
    ("lens", "reflection", "kind"),
    [
        ("clear", "none", "clear"),
        ("clear", "window", "clear"),
        ("tinted", "none", "tinted"),
        ("gradient", "none", "tinted"),
        ("mirrored", "surroundings", "tinted"),
        ("mirrored", "softbox", "tinted"),
        ("clear", "lamps", "clear"),
        ("tinted", "lamps", "tinted"),
    ],
)
def test_rendered_glasses_are_found_again(lens: str, reflection: str, kind: str) -> None:
    shown: dict[str, Any] = {"lens": lens, "reflection": reflection, "tint": 0.9}
    scene = get_edit("glasses")(Scene.of(collins()), style="square", material="acetate", **shown)
    found = measure(decompose(render(scene).pixels[0]))["glasses"]
    assert (found.value, found.how) == (kind, "measured")
    assert (found.reliability or 0) > 0.5


@pytest.mark.parametrize("lens", ["tinted", "gradient"])
def test_lenses_against_the_sun_mirror_lamps_and_are_seldom_rimless(lens: str) -> None:
    noise = Noise.of(0, ["c" * 64] * 300, range(300), "glasses")
    clear, dark = (get_edit("glasses").complete(noise, {"lens": word}) for word in ("clear", lens))
    for name, word, seldom, often in (("reflection", "lamps", clear, dark), ("style", "rimless", dark, clear)):
        few, many = (sum(drawn == word for drawn in settings[name]) for settings in (seldom, often))
        assert 0 < 3 * few < many


@pytest.mark.parametrize("lens", ["tinted", "gradient", "mirrored"])
def test_lenses_that_hide_the_eyes_need_not_be_dark(lens: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worn, "darkness", lambda strip: 1.0)  # noqa: ARG005 - as bright as the cheeks
    scene = get_edit("glasses")(Scene.of(collins()), style="square", material="acetate", lens=lens, tint=0.8)
    assert worn_glasses(decompose(render(scene).pixels[0])).kind == "tinted"


@pytest.mark.faces
def test_wearers_are_found_among_real_faces(faces: Path) -> None:
    with (faces / "manifest.csv").open(newline="") as file:
        rows: list[dict[str, Any]] = [row for row in csv.DictReader(file) if row["glasses"] in {"0", "1"}]
    wearers = [row for row in rows if row["glasses"] == "1"][::16]
    others = [row for row in rows if row["glasses"] == "0"][::40]

    def seen(row: dict[str, Any]) -> Decomposition:
        return decompose(faces / row["path"])

    wrong = [row["path"] for row in wearers if worn_glasses(seen(row)).kind != "clear"]
    wrong += [row["path"] for row in others if worn_glasses(seen(row)).worn]
    assert not wrong
