"""From photographs to a file, and from the file to drawn settings that look like the photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy import stats

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.errors import RequestError
from faceaug.recipe import Recipe
from faceaug.recipe.draw import draw
from faceaug.recipe.joint import lower_root
from faceaug.recipe.quantiles import Quantiles
from faceaug.synth.plot import plot
from faceaug.synth.priors import fit_priors, write_priors
from tests.plan.crowd import unit

SHA = "ab" * 32


def records(count: int = 600, r: float = 0.7) -> list[Record]:
    """Photographs of which yaw and ITA go together, and glasses with both; pitch with nothing."""
    found = []
    for number in range(count):
        a, b, c, d = (float(stats.norm.ppf(unit("priors", which, number))) for which in range(4))
        b = r * a + np.sqrt(1 - r * r) * b
        c = -0.6 * a + 0.8 * c
        values = {
            "yaw": Value(round(8 * a, 3), "measured", 0.9),
            "ita": Value(round(30 + 20 * b, 3), "measured", 0.9),
            "glasses": Value("none" if c < 0 else "clear" if c < 1 else "tinted"),
            "pitch": Value(round(5 * d, 3), "measured", 0.9),
        }
        found.append(Record(id=f"p{number}", photo=f"{number}.jpg", attributes=values))
    return found


@pytest.fixture(scope="module")
def priors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_priors(tmp_path_factory.mktemp("fit") / "priors.yaml", fit_priors(records(), about="Fitted"))


def recipe_text(**settings: str) -> str:
    """A recipe with fitted settings, each as edit__setting=attribute."""
    edits: dict[str, dict[str, Any]] = {}
    for place, attribute in settings.items():
        edit, setting = place.split("__")
        edits.setdefault(edit, {})[setting] = {"fitted": f"priors.yaml#{attribute}"}
    return yaml.safe_dump({"about": "As in the photographs", "edits": edits})


def recipe_of(priors: Path, **settings: str) -> Recipe:
    path = priors.parent / "recipe.yaml"
    path.write_text(recipe_text(**settings))
    return Recipe.load(path)


def test_the_file_holds_laws_and_what_depends_on_what(priors: Path) -> None:
    document = yaml.safe_load(priors.read_text())
    assert document["format"] == "faceaug priors 1"
    assert document["dependence"]["yaw"]["ita"] == pytest.approx(0.7, abs=0.06)
    assert document["dependence"]["glasses"]["yaw"] == pytest.approx(-0.6, abs=0.1)
    assert "pitch" not in document["dependence"]
    assert document["attributes"]["yaw"]["tried"][0]["p"] > 0.01


def test_what_is_drawn_is_spread_and_goes_together_as_the_photographs(priors: Path) -> None:
    recipe = recipe_of(priors, pose__yaw="yaw", pose__pitch="pitch", skin_tone__ita="ita", glasses__lens="glasses")
    pictures = draw(recipe, SHA, range(3000))
    yaw, pitch, ita = (
        np.array([one[edit][setting] for one in pictures], float)
        for edit, setting in (("pose", "yaw"), ("pose", "pitch"), ("skin_tone", "ita"))
    )
    told = {name: np.array([one.attributes[name].value for one in records()]) for name in ("yaw", "ita")}
    for mine, theirs in ((yaw, told["yaw"].astype(float)), (ita, told["ita"].astype(float))):
        assert mine.mean() == pytest.approx(theirs.mean(), abs=0.12 * theirs.std())
        assert mine.std() == pytest.approx(theirs.std(), rel=0.1)
    assert stats.spearmanr(yaw, ita).statistic == pytest.approx(
        stats.spearmanr(told["yaw"], told["ita"]).statistic, abs=0.06
    )
    assert abs(stats.spearmanr(yaw, pitch).statistic) < 0.06
    tinted = np.array([one["glasses"]["lens"] == "tinted" for one in pictures])
    assert {one["glasses"]["lens"] for one in pictures} == {"clear", "tinted"}, "none is no lens, and is left out"
    assert yaw[tinted].mean() < yaw[~tinted].mean() - 2


def test_drawing_is_a_function_of_the_key_alone(priors: Path) -> None:
    both = recipe_of(priors, pose__yaw="yaw", skin_tone__ita="ita")
    whole = draw(both, SHA, range(40))
    assert [draw(both, SHA, [number])[0] for number in range(40)] == whole
    assert draw(both.with_options(seed=1), SHA, range(40)) != whole
    alone = draw(recipe_of(priors, pose__yaw="yaw"), SHA, range(40))
    assert [one["pose"]["yaw"] for one in alone] == [one["pose"]["yaw"] for one in whole], "the first is as if alone"


def test_a_recipe_carries_its_laws_and_needs_the_file_no_more(priors: Path) -> None:
    recipe = recipe_of(priors, pose__yaw="yaw", skin_tone__ita="ita", glasses__lens="glasses")
    again = Recipe.parse(yaml.safe_load(recipe.to_yaml()))
    assert again.digest == recipe.digest
    assert draw(again, SHA, range(20)) == draw(recipe, SHA, range(20))
    closed = Recipe.closed(0, 3, draw(recipe, SHA, [3])[0])
    assert draw(closed, SHA, [3]) == draw(recipe, SHA, [3])


def test_two_settings_of_one_attribute_are_drawn_alike(priors: Path) -> None:
    recipe = recipe_of(priors, pose__yaw="yaw", pose__pitch="yaw")
    pictures = draw(recipe, SHA, range(200))
    assert (
        np.corrcoef([one["pose"]["yaw"] for one in pictures], [one["pose"]["pitch"] for one in pictures])[0, 1] > 0.999
    )


def test_words_in_a_recipe_in_memory_are_looked_up_from_here(priors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(priors.parent)
    assert Recipe.parse(recipe_text(pose__yaw="yaw")).edits["pose"].laws["yaw"].plain()["fitted"]["attribute"] == "yaw"


@pytest.mark.parametrize(
    ("law", "said"),
    [
        ("{fitted: priors.yaml}", "fitted is 'priors.yaml', but must name a file and an attribute in it"),
        ("{fitted: [1, 2]}", "must name a file and an attribute in it, as in priors.yaml#yaw"),
        ("{fitted: priors.yaml#yow}", "has no attribute 'yow'; did you mean 'yaw'?"),
        ("{fitted: pirors.yaml#yaw}", "cannot be read: No such file or directory; did you mean 'priors.yaml'?"),
        ("{fitted: recipe.yaml#yaw}", "is no file of fitted laws, which `faceaug fit` writes"),
        ("{fitted: priors.yaml#glasses}", "pose.yaw is 'none', but must be a number"),
        ("{fitted: {attribute: yaw}}", "fitted needs group, relations, law"),
        ("{fited: priors.yaml#yaw}", "there is no distribution 'fited'; did you mean 'fitted'?"),
        ("{quantiles: [3, 2, 1]}", "quantiles is [3, 2, 1], but must be a list of two or more numbers, ascending"),
        ("{quantiles: [70, 80]}", "quantiles lie outside -60..60"),
    ],
)
def test_a_mistake_is_told_with_its_line(priors: Path, law: str, said: str) -> None:
    path = priors.parent / "recipe.yaml"
    path.write_text(f"about: a\nedits:\n  pose:\n    yaw: {law}\n")
    with pytest.raises(RequestError) as caught:
        Recipe.load(path)
    assert any(said in fault.what for fault in caught.value.faults), caught.value
    assert caught.value.faults[0].where.endswith("recipe.yaml:4")


def test_words_that_a_setting_cannot_be_are_refused_only_if_there_are_no_others(priors: Path) -> None:
    path = priors.parent / "recipe.yaml"
    path.write_text("about: a\nedits:\n  glasses:\n    material: {fitted: priors.yaml#glasses}\n")
    with pytest.raises(RequestError, match=r"has none, clear, tinted, but material can be acetate, metal, translucent"):
        Recipe.load(path)


def test_quantiles_are_conditioned_on_the_bounds() -> None:
    law = Quantiles((-10.0, 0.0, 10.0, 30.0), (-5.0, 20.0))
    values = [law.draw(u) for u in np.linspace(0, 1, 101)]
    assert values[0] == -5
    assert values[-1] == 20
    assert values == sorted(values)
    assert law.mass == pytest.approx((0.5 + 1 + 0.5) / 3)
    assert Quantiles((2.0, 2.0, 2.0)).draw(0.4) == 2
    assert Quantiles((0.0, 10.0)).draw(0.25) == pytest.approx(2.5)


def test_the_root_of_what_cannot_be_is_bent() -> None:
    matrix = [[1.0, 0.95, -0.95], [0.95, 1.0, 0.95], [-0.95, 0.95, 1.0]]
    root = np.array(lower_root(matrix))
    assert np.allclose((root**2).sum(axis=1), 1)
    fine = np.array([[1.0, 0.3], [0.3, 1.0]])
    assert np.allclose(np.array(lower_root(fine.tolist())) @ np.array(lower_root(fine.tolist())).T, fine)


def test_renderings_and_other_splits_are_left_out() -> None:
    some = records(60)
    drawn = [
        Record(id=f"r{n}", photo="r.jpg", origin="rendered", attributes=one.attributes) for n, one in enumerate(some)
    ]
    assert fit_priors([*some, *drawn]).photographs == 60
    with pytest.raises(RequestError, match="there are no photographs of 'train'"):
        fit_priors(some, split="train")
    with pytest.raises(RequestError, match=r"is an attribute of no photograph; did you mean 'glasses'\?"):
        fit_priors(some, ["glases"])
    with pytest.raises(RequestError, match="there are 5 photographs; it takes 20") as caught:
        fit_priors(some[:5])
    assert len(caught.value.faults) == 1, "what holds of all attributes is said once"


def test_the_same_priors_are_the_same_plot() -> None:
    made = fit_priors(records(80))
    assert plot(made) == plot(made)


def test_a_word_among_numbers_is_left_out_of_their_law() -> None:
    records = [Record(f"p{n}", f"p{n}.jpg", attributes={"age": Value(20.5 + n)}) for n in range(60)]
    odd = Record("odd", "odd.jpg", attributes={"age": Value("45+")})
    assert (
        fit_priors([*records, odd], ["age"]).margins[0].as_dict() == fit_priors(records, ["age"]).margins[0].as_dict()
    )
