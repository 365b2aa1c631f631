"""Settings: values drawn, and words that imply other settings."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from faceaug.edit import Edit, Labels, get_edit
from faceaug.errors import RequestError
from faceaug.image.noise import Noise
from faceaug.recipe import Recipe
from faceaug.recipe.draw import draw
from faceaug.recipe.laws import usual_law
from faceaug.scene import Scene
from faceaug.setting import Setting, choice, number, pick
from tests.portraits import collins


def studio() -> Edit:
    """An edit with a choice that implies two other settings."""
    named = {
        "kind": choice(
            "free", "side", "top", means="a set-up", implies={"side": {"turn": (-60, -50, 50, 60)}, "top": {"rise": 50}}
        ),
        "turn": number(-10, 10, within=(-90, 90), means="to the side"),
        "rise": number(0, 20, within=(0, 90), means="up"),
    }
    settings = {name: Setting(**{**setting.__dict__, "name": name}) for name, setting in named.items()}
    none = Labels({}, frozenset(), frozenset())
    return Edit("studio", lambda scene, *_: scene, settings, none, frozenset(), "light", {}, "turn", {}, None)


KEYS = Noise.of(0, ["c" * 64] * 40, range(40), "studio")


def test_a_pair_is_a_range_and_more_are_a_choice() -> None:
    assert pick(3, 0.7) == 3
    assert pick((10, 20), 0.25) == 12.5
    assert [pick((1, 2, 3, 4), unit) for unit in (0.0, 0.26, 0.99)] == [1, 2, 4]


def test_words_are_drawn_as_often_as_their_weights_say() -> None:
    kind = choice("rare", "usual", means="x", often={"rare": 1, "usual": 3})
    drawn = [kind.at(unit) for unit in (0.0, 0.24, 0.26, 0.999999)]
    assert drawn == ["rare", "rare", "usual", "usual"]
    assert [pick({"a": 1, "b": 1}, unit) for unit in (0.0, 0.49, 0.5, 1.0)] == ["a", "a", "b", "b"]
    law = usual_law(kind)
    assert [law.draw(unit) for unit in (0.0, 0.24, 0.26, 0.999999)] == drawn, "a recipe draws what the edit would"
    assert usual_law(choice("a", "b", means="x")).plain() == {"choice": ["a", "b"]}


@pytest.mark.parametrize("often", [{"rare": 1}, {"rare": 1, "usual": 0}, {"rare": 1, "usual": 1, "other": 1}])
def test_weights_must_be_of_the_words_and_above_nothing(often: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not one above 0 for each of rare, usual"):
        choice("rare", "usual", means="x", often=often)


def test_a_word_implies_words_by_weight() -> None:
    """Wire frames shine more often than plastic ones, and a colour that is given wins."""
    noise = Noise.of(0, ["c" * 64] * 400, range(400), "glasses")
    wire = get_edit("glasses").complete(noise, {"material": "metal"})["colour"]
    plastic = get_edit("glasses").complete(noise, {"material": "acetate"})["colour"]
    shining = [sum(colour in {"gold", "silver"} for colour in colours) for colours in (wire, plastic)]
    assert shining[0] > 160
    assert shining[1] < 20
    assert set(get_edit("glasses").complete(noise, {"material": "metal", "colour": "red"})["colour"]) == {"red"}


def test_a_word_implies_what_is_not_given() -> None:
    done = studio().complete(KEYS, {"kind": "side"})
    assert isinstance(done["turn"], torch.Tensor)
    assert isinstance(done["rise"], torch.Tensor)
    assert set(done["turn"].tolist()) == {-60, -50, 50, 60}
    assert float(done["rise"].max()) <= 20, "what the word does not tell is as usual"
    plain = studio().complete(KEYS, {"kind": "free"})["turn"]
    assert isinstance(plain, torch.Tensor)
    assert float(plain.abs().max()) <= 10


def test_of_two_words_that_imply_the_same_setting_the_one_chosen_last_counts() -> None:
    """Frames against the sun are mostly plastic, but what holds lenses without rims is wire, tinted or not."""
    noise = Noise.of(0, ["c" * 64] * 200, range(200), "glasses")
    materials = get_edit("glasses").complete(noise, {"lens": "tinted", "style": "rimless"})["material"]
    assert set(materials) == {"metal"}
    materials = get_edit("glasses").complete(noise, {"lens": "tinted", "style": "square"})["material"]
    assert sum(material == "acetate" for material in materials) > 80


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ({}, "ita"),
        ({"ita": 20.0}, "ita"),
        ({"monk": 4.0}, "monk"),
        ({"step": -8.0}, "step"),
        ({"lightness": 40.0}, "lightness"),
        ({"hue": 50.0}, "lightness_hue"),
        ({"hue": 50.0, "lightness": 40.0}, "lightness_hue"),
        ({"monk": 4.0, "target": "ita"}, "ita"),
    ],
)
def test_the_tone_that_is_given_is_the_one_that_counts(given: dict[str, float | str], target: str) -> None:
    noise = Noise.of(0, ["c" * 64] * 2, range(2), "skin_tone")
    assert get_edit("skin_tone").complete(noise, given)["target"] == (target, target)
    recipe = Recipe.parse({"about": "x", "edits": {"skin_tone": given}})
    assert draw(recipe, "c" * 64, [0])[0]["skin_tone"]["target"] == target


def test_tones_that_do_not_count_together_are_told() -> None:
    told = "skin_tone.ita, skin_tone.hue and skin_tone.monk do not count together; give skin_tone.target too"
    noise, given = Noise.of(0, ["c" * 64], range(1), "skin_tone"), {"ita": 3.0, "monk": 4.0, "hue": 50.0}
    with pytest.raises(RequestError, match=told):
        get_edit("skin_tone").complete(noise, given)
    with pytest.raises(RequestError, match=told):
        Recipe.parse({"about": "x", "edits": {"skin_tone": given}})
    assert get_edit("skin_tone").complete(noise, {**given, "target": "monk"})["target"] == ("monk",)


def test_what_is_given_wins() -> None:
    done = studio().complete(KEYS, {"kind": "side", "turn": 5.0})
    assert isinstance(done["turn"], torch.Tensor)
    assert done["turn"].tolist() == [5.0] * 40


def test_each_row_has_its_own_word() -> None:
    words = ["side", "top"] * 20
    done = studio().complete(KEYS, {"kind": words})
    assert isinstance(done["rise"], torch.Tensor)
    assert [rise == 50 for rise in done["rise"].tolist()] == [word == "top" for word in words]


def test_a_recipe_draws_what_the_edit_would() -> None:
    """A preset in a recipe tells what the recipe leaves out, as it does in Python; what the recipe gives wins."""
    recipe = Recipe.parse({"about": "x", "edits": {"lighting": {"preset": "rembrandt", "key_fill": 3}}})
    face = collins()
    drawn = recipe.variants(face, [0, 1, 2])
    for variant in drawn:
        used: dict[str, Any] = dict(variant.applied["lighting"])
        assert abs(used["azimuth"]) in {46, 55}
        assert 36 <= used["elevation"] <= 48
        assert used["key_fill"] == 3
    scene = get_edit("lighting")(Scene.of(face, variants=(0, 1, 2)), preset="rembrandt", key_fill=3.0)
    azimuth = scene.applied["lighting"]["azimuth"]
    assert isinstance(azimuth, torch.Tensor)
    assert azimuth.tolist() == [variant.applied["lighting"]["azimuth"] for variant in drawn]


@pytest.mark.parametrize("unit", [0.0, 0.5, 0.999])
def test_nothing_implied_is_drawn_as_usual(unit: float) -> None:
    assert studio().implied(studio().settings["turn"], unit, {"kind": "free"}) is None
    assert studio().settings["turn"].at(unit) == pytest.approx(-10 + 20 * unit)
