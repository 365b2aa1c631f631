"""Whether a condition is seen is told as its rendering shows it, for it alone, on the tone that is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.image.color import decode, linear_to_lab
from faceaug.recipe import Recipe
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages import visible
from faceaug.stages.visible import FAINT, colour_difference
from tests.portraits import collins, hopper

CONDITIONS = ("freckles", "moles", "acne", "age_spots", "rosacea", "birthmark", "vitiligo", "scar")
FAINTLY: dict[str, Any] = {"density": 8, "radius": 0.6, "contrast": 0.03, "spread": 0.2}
PLAINLY: dict[str, Any] = {**FAINTLY, "contrast": 0.5}


def rendered(scene: Scene, edit: str, without: Scene | None = None) -> float:
    """The same of the finished picture, against the photograph or the picture of another scene."""
    done, plain = render(scene), scene.source.photos[0].pixels if without is None else render(without).pixels[0]
    lab = [
        linear_to_lab(decode(torch.from_numpy(pixels.copy())).permute(2, 0, 1)[None])[0].numpy()
        for pixels in (done.pixels[0], plain)
    ]
    apart = np.linalg.norm(lab[0] - lab[1], axis=0)
    return float(apart[done.masks[edit][0] >= 128].mean())


@pytest.mark.parametrize("face", [collins(), hopper()], ids=["collins", "hopper"])
@pytest.mark.parametrize("edit", CONDITIONS)
def test_as_the_picture_shows_it(edit: str, face: Decomposition) -> None:
    scene = get_edit(edit)(Scene.of(face, seed=2))
    assert colour_difference(scene, edit, 0) == pytest.approx(rendered(scene, edit), rel=0.1, abs=0.15)


def test_what_is_too_faint_is_flagged_row_by_row_and_what_is_plain_is_not() -> None:
    edit = get_edit("freckles")
    scene = edit(Scene.of(collins(), variants=(0, 1)), **{**FAINTLY, "contrast": [0.03, 0.5]})
    faint, plain = edit.flagged(scene, scene.applied["freckles"])
    told = int(10 * colour_difference(scene, "freckles", 0)) / 10
    assert faint == f"hardly seen: a mean colour difference of {told:.1f}"
    assert plain is None
    none = edit(Scene.of(collins(), variants=(0, 1)), **{**FAINTLY, "density": [0.0, 8.0]})
    one, other = edit.flagged(none, none.applied["freckles"])
    assert one is None, "there is nothing that could be seen, and no label says so"
    assert other is not None


def test_what_lies_just_below_the_bound_is_not_said_to_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visible, "colour_difference", lambda *_: FAINT - 0.01)
    edit = get_edit("freckles")
    scene = edit(Scene.of(collins()), **FAINTLY)
    assert edit.flagged(scene, scene.applied["freckles"]) == ["hardly seen: a mean colour difference of 1.9"]


def test_another_condition_on_the_same_skin_does_not_count() -> None:
    both = get_edit("rosacea")(get_edit("freckles")(Scene.of(collins()), **FAINTLY), flush=1.0)
    assert rendered(both, "freckles") > FAINT, "the flush is seen"
    assert colour_difference(both, "freckles", 0) < FAINT
    assert colour_difference(both, "rosacea", 0) > FAINT


def test_the_tone_that_is_asked_for_counts() -> None:
    """Highlights and sheen of the other tone are counted, so it is what a rendering shows."""
    found = []
    for ita in (50.0, 20.0, -10.0, -40.0, -70.0):
        toned = get_edit("skin_tone")(Scene.of(collins()), ita=ita)
        spotted = get_edit("freckles")(toned, **PLAINLY)
        found.append(colour_difference(spotted, "freckles", 0))
        assert found[-1] == pytest.approx(rendered(spotted, "freckles", toned), rel=0.03)
    assert found[-1] < 0.85 * found[0]


def test_the_record_of_a_picture_says_so() -> None:
    recipe = Recipe.parse({"about": "Freckles", "seed": 1, "edits": {"freckles": FAINTLY}})
    assert recipe.variants(collins(), [0])[0].flagged["freckles"].startswith("hardly seen: ")
    plain = Recipe.parse({"about": "Freckles", "seed": 1, "edits": {"freckles": PLAINLY}})
    assert recipe.variants(collins(), [0])[0].applied["freckles"]["contrast"] == pytest.approx(0.03)
    assert plain.variants(collins(), [0])[0].flagged == {}
