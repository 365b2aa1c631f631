"""Recipes are read, and every fault is named with its line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from faceaug.errors import RequestError
from faceaug.recipe import Recipe
from faceaug.recipe.condition import Condition, condition_faults
from faceaug.recipe.distributions import Choice, Continuous, Fixed, Uniform

pytestmark = pytest.mark.usefixtures("toy_edits")

EVERYTHING = """\
about: Everything that the grammar has   # a comment
seed: 7
copies: 3
attributes: [site]
edits:
  spots: {}
  glow:
    chance: 0.8
    when: "yaw > -20 and (glasses == 'none' or site in ['a', 'b'])"
    azimuth: [-60, 60]
    strength: {choice: {0.1: 3, 0.6: 1}}
    kind: [warm, off]
"""


def test_the_grammar() -> None:
    recipe = Recipe.parse(EVERYTHING)
    assert (recipe.seed, recipe.copies, recipe.attributes, list(recipe.edits)) == (7, 3, ("site",), ["glow", "spots"])
    glow = recipe.edits["glow"]
    assert glow.chance == 0.8
    assert glow.when is not None
    assert glow.when.names == ("yaw", "glasses", "site")
    assert glow.laws == {
        "azimuth": Uniform(-60, 60),
        "strength": Choice((0.1, 0.6), (3, 1)),
        "kind": Choice(("warm", "off")),
    }
    assert not recipe.edits["spots"].laws


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("azimuth: 4", Fixed(4.0)),
        ("azimuth: 1e1", Fixed(10.0)),
        ("azimuth: -.5", Fixed(-0.5)),
        ("azimuth: [3]", Choice((3.0,))),
        ("azimuth: [1, 2, 3]", Choice((1.0, 2.0, 3.0))),
        ("azimuth: {choice: [1, 2]}", Choice((1.0, 2.0))),
        ("azimuth: {choice: {'1': 2, 2: 0}}", Choice((1.0, 2.0), (2.0, 0.0))),
        ("azimuth: {uniform: {low: 1, high: 2}}", Uniform(1, 2)),
        ("azimuth: {uniform: [1, 2]}", Uniform(1, 2)),
        ("azimuth: [5, 5]", Uniform(5, 5)),
        ("kind: off", Fixed("off")),
        ("kind: 'warm'", Fixed("warm")),
        ("kind: {choice: {warm: 1, off: 2}}", Choice(("warm", "off"), (1, 2))),
        ("azimuth: {normal: {mean: 3, sd: 2}}", Continuous("normal", {"mean": 3, "sd": 2}, (-180, 180))),
        (
            "azimuth: {scipy: {name: gamma, a: 2, scale: 3}}",
            Continuous("scipy", {"name": "gamma", "a": 2, "scale": 3}, (-180, 180)),
        ),
    ],
)
def test_forms_of_one_setting(text: str, law: object) -> None:
    recipe = Recipe.parse(f"about: x\nedits:\n  glow:\n    {text}\n")
    assert next(iter(recipe.edits["glow"].laws.values())) == law
    assert Recipe.parse(recipe.plain()) == recipe, "what is written out reads back"
    assert Recipe.parse(recipe.to_yaml()) == recipe
    assert pickle.loads(pickle.dumps(recipe)) == recipe, "recipes travel to workers"


LINES = [
    # in an edit, line 4
    ("densty: 3", "glow has no setting 'densty'; it has azimuth, strength, kind"),
    ("azimut: 3", "glow has no setting 'azimut'; did you mean 'azimuth'?"),
    ("chanse: 0.3", "glow has no setting 'chanse'; did you mean 'chance'?"),
    ("strength: 1.4", "glow.strength is 1.4, but must lie within 0..1 (how much brighter)"),
    ("azimuth: 400", "glow.azimuth is 400, but must lie within -180..180 degrees (where the light stands)"),
    ("azimuth: [-400, 0]", "the low end of glow.azimuth is -400, but must lie within -180..180 degrees"),
    ("azimuth: left", "glow.azimuth is 'left', but must be a number in degrees"),
    ("azimuth: '4'", "glow.azimuth is '4', but must be a number"),
    ("azimuth: yes", "glow.azimuth is True, but must be a number"),
    ("azimuth:", "glow.azimuth is empty, but must be a number"),
    ("azimuth: .nan", "glow.azimuth is '.nan', but must be a number"),
    ("azimuth: 1e999", "glow.azimuth is inf, but must be a number"),
    ("azimuth: []", "glow.azimuth is an empty list"),
    ("azimuth: [1, a, 3]", "glow.azimuth is 'a', but must be a number"),
    ("azimuth: [1, [2]]", "glow.azimuth is [2], but must be a number"),
    ("azimuth: [60, -60]", "glow.azimuth is [60, -60], but the low end comes first: write [-60, 60]"),
    ("kind: [warm, cod]", "glow.kind is 'cod', but must be one of warm, cold, off; did you mean 'cold'?"),
    ("kind: {normal: {mean: 0, sd: 1}}", "glow.kind is one of warm, cold, off; it can be chosen, but has no normal"),
    ("azimuth: {normall: {mean: 0, sd: 1}}", "there is no distribution 'normall'; did you mean 'normal'?"),
    ("azimuth: {gamma: {a: 2}}", "there is no distribution 'gamma'; write {scipy: {name: gamma, ...}}"),
    ("azimuth: {normal: {mean: 0, sd: 1}, beta: {}}", "has the keys normal, beta, but must be one distribution"),
    ("azimuth: {}", "glow.azimuth is empty, but must be one distribution"),
    ("azimuth: {normal: 3}", "glow.azimuth: normal is 3, but must have its parameters"),
    ("azimuth: {normal: {mean: 0}}", "glow.azimuth: normal needs sd, as in {normal: {mean: ..., sd: ...}}"),
    ("azimuth: {normal: {mean: 0, sdd: 1, sd: 1}}", "normal has no parameter 'sdd'; did you mean 'sd'?"),
    ("azimuth: {normal: {mean: a, sd: 1}}", "normal.mean is 'a', but must be a number"),
    ("azimuth: {normal: {mean: 0, sd: 0}}", "normal.sd is 0, but must be above 0"),
    ("azimuth: {normal: {mean: 999, sd: 1}}", "normal lies (all but a millionth) outside -180..180 degrees"),
    ("azimuth: {truncated_normal: {mean: 0, sd: 1, low: 3, high: 2}}", "low is 3 and high is 2"),
    ("azimuth: {truncated_normal: {mean: 0, sd: 1, low: -200, high: 2}}", "low is -200, but must lie within -180..180"),
    ("azimuth: {log_normal: {median: -1, sigma: 1}}", "log_normal.median is -1, but must be above 0"),
    ("azimuth: {exponential: {mean: 2, low: 3}}", "exponential.mean is 2, but must be above 3"),
    ("azimuth: {beta: {a: 0, b: 1, low: 0, high: 1}}", "beta.a is 0, but must be above 0"),
    ("azimuth: {beta: {a: 1, b: 1, low: 0, high: 1000}}", "beta.high is 1000, but must lie within -180..180"),
    ("azimuth: {uniform: {low: 3, high: 2}}", "glow.azimuth is [3, 2], but the low end comes first"),
    ("azimuth: {scipy: {name: gama, a: 2}}", "no continuous distribution 'gama'; did you mean 'gamma'?"),
    ("azimuth: {scipy: {name: poisson, mu: 2}}", "no continuous distribution 'poisson'"),
    ("azimuth: {scipy: {name: gamma}}", "glow.azimuth: scipy needs a"),
    ("azimuth: {scipy: {name: gamma, a: -2}}", "gamma does not take these parameters"),
    ("azimuth: {scipy: {name: gamma, a: 2, shape: 2}}", "scipy has no parameter 'shape'"),
    ("azimuth: {scipy: {a: 2}}", "scipy needs name"),
    ("azimuth: {choice: 3}", "choice is 3, but must list values"),
    ("azimuth: {choice: {1: -1, 2: 1}}", "the weight of 1 is -1, but must be a number of at least 0"),
    ("azimuth: {choice: {1: 0, 2: 0}}", "every weight is 0"),
    ("azimuth: {choice: {1: 1e308, 2: 1e308}}", "the weights are too large to be added up"),
    ("chance: 1.4", "glow.chance is 1.4, but must lie within 0..1 (share of the pictures)"),
    ("chance: often", "glow.chance is 'often', but must be a number within 0..1"),
    ("when: 3", "glow.when is 3, but must be a condition in quotes"),
    ("when: yaw >", "glow.when: 'yaw >' cannot be read"),
    ("when: yaw = 3", "has a single '='; equality is written '=='"),
    ("when: glasses == none", "none is a value and stands in quotes: 'none'"),
    ("when: yw > 3", "there is no attribute 'yw'; did you mean 'yaw'?"),
    ("when: glasses == 'non'", "glasses is one of none, clear, tinted, never 'non'; did you mean 'none'?"),
    ("when: yaw > 'left'", "yaw is a number, but is compared with 'left'"),
    ("when: __import__('os').system('x') == 0", "is not allowed; a condition is made of"),
    ("when: yaw + 1 > 3", "'yaw + 1' is not allowed"),
    ("when: yaw", "'yaw' alone is neither true nor false; compare it"),
    ("when: glasses in 'none'", "must be a list"),
    ("when: glasses is 'none'", "equality is written '=='"),
    ("when: yaw > 1j", "is not allowed"),
    ("\tazimuth: 3", "a tab is used for indentation"),
    ("azimuth: 3: 4", "is not YAML"),
    ("azimuth: &a [*a]", "refers to itself"),
    ("? [a]\n    : 3", "a list cannot be a key"),
    ("azimuth: !!python/name:os.system x", "a recipe has no tags"),
    ("azimuth: *nobody", "is not YAML"),
]


@pytest.mark.parametrize(("line", "what"), LINES, ids=[line for line, _ in LINES])
def test_faults_of_an_edit(line: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(f"about: x\nedits:\n  glow:\n    {line}\n", encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        Recipe.load(path)
    assert what in str(caught.value)
    assert f"{path.as_posix()}:4" in [fault.where for fault in caught.value.faults], str(caught.value)


FILES = [
    ("", 1, "the recipe is empty; it needs 'about:' and 'edits:'"),
    ("# only a comment\n", 1, "the recipe is empty"),
    ("- a\n", 1, "the recipe is a list, but must be a mapping"),
    ("hello\n", 1, "the recipe is text, but must be a mapping"),
    ("edits: {}\n", 1, "about is missing"),
    ("about: ''\nedits: {}\n", 1, "about is '', but must be a sentence"),
    ("about: 3\nedits: {}\n", 1, "about is 3, but must be a sentence"),
    ("about: x\n", 1, "edits is missing; write 'edits: {}' for none"),
    ("about: x\nedits:\n", 2, "edits is empty, but must be a mapping"),
    ("about: x\nedits: [glow]\n", 2, "edits is a list, but must be a mapping"),
    ("about: x\nedits:\n  glw: {}\n", 3, "there is no edit 'glw'; did you mean 'glow'?"),
    ("about: x\nedits:\n  glow:\n", 3, "glow is empty, but must be a mapping of its settings; write 'glow: {}'"),
    ("about: x\nedits:\n  glow: 3\n", 3, "glow is 3, but must be a mapping of its settings"),
    ("about: x\nedit: {}\nedits: {}\n", 2, "a recipe has no key 'edit'; did you mean 'edits'?"),
    ("about: x\nzebra: {}\nedits: {}\n", 2, "a recipe has no key 'zebra'; known are about, seed"),
    ("about: x\nseed: 1.5\nedits: {}\n", 2, "seed is 1.5, but must be a whole number"),
    ("about: x\nseed: -1\nedits: {}\n", 2, "seed is -1, but must lie within 0.."),
    ("about: x\ncopies: 0\nedits: {}\n", 2, "copies is 0, but must lie within 1.."),
    ("about: x\ncopies: many\nedits: {}\n", 2, "copies is 'many', but must be a whole number"),
    ("about: x\nattributes: [a b]\nedits: {}\n", 2, "attributes has 'a b', but must list names"),
    ("about: x\nedits:\n  glow: {}\n  spots: {}\n  glow: {}\n", 5, "'glow' is written twice, first in line 3"),
    ("about: x\nedits: {}\n---\nabout: y\n", 3, "'---' starts a second document"),
    ("about: x\nedits: {glow: {\n", 3, "is not YAML"),
    ("about: x\n\x07edits: {}\n", 2, "is not YAML text"),
    ("[" * 3000, 1, "is nested too deeply"),
]


@pytest.mark.parametrize(("text", "line", "what"), FILES, ids=range(len(FILES)))
def test_faults_of_a_file(text: str, line: int, what: str, tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        Recipe.load(path)
    found = {(fault.where, fault.what) for fault in caught.value.faults}
    assert any(where == f"{path.as_posix()}:{line}" and what in said for where, said in found), found


def test_all_faults_come_together_in_reading_order() -> None:
    text = "about: x\nseed: a\nedits:\n  glow:\n    strength: 2\n    azimuth: [2, 1]\n  glw: {}\n  spots: {densty: 1}\n"
    with pytest.raises(RequestError) as caught:
        Recipe.parse(text, "r.yaml")
    assert [fault.where for fault in caught.value.faults] == [f"r.yaml:{line}" for line in (2, 5, 6, 7, 8)]
    assert str(caught.value).endswith("5 faults, nothing was rendered")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "outdoor.yaml").write_text("about: x\nedits: {}\n")
    (tmp_path / "latin.yaml").write_bytes(b"about: x\nedits: {} # caf\xe9\n")
    for name, what in (("outdor.yaml", "does not exist; did you mean"), ("", "is a folder"), ("latin.yaml", "UTF-8")):
        with pytest.raises(RequestError, match=what):
            Recipe.load(tmp_path / name)
    with pytest.raises(RequestError) as caught:
        Recipe.load(tmp_path / "latin.yaml")
    assert caught.value.faults[0].where.endswith("latin.yaml:2")
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfabout: x\r\nedits: {}\r\n")
    assert Recipe.load(tmp_path / "bom.yaml").about == "x"


def test_digest_is_about_the_pictures() -> None:
    recipe = Recipe.parse(EVERYTHING)
    assert recipe.digest == Recipe.parse(EVERYTHING.replace("Everything", "All")).digest
    lines = EVERYTHING.splitlines()
    swapped = "\n".join([*lines[:5], *lines[6:], lines[5]])
    assert recipe.digest == Recipe.parse(swapped).digest, "the order of keys does not matter"
    for old, new in (
        ("seed: 7", "seed: 8"),
        ("copies: 3", "copies: 4"),
        ("0.8", "0.7"),
        ("-60", "-61"),
        ("'none'", "'clear'"),
    ):
        assert recipe.digest != Recipe.parse(EVERYTHING.replace(old, new)).digest
    assert Recipe.parse("about: x\nedits: {glow: {azimuth: 4}}").digest == (
        Recipe.parse("about: x\nedits: {glow: {azimuth: 4.0}}").digest
    )


def test_a_closed_recipe_is_a_recipe() -> None:
    recipe = Recipe.closed(3, 8, {"glow": {"azimuth": 0.1 + 0.2, "strength": 1e-7, "kind": "off"}})
    assert list(recipe.numbers) == [8]
    assert recipe.seed == 3
    assert recipe.edits["glow"].laws["azimuth"] == Fixed(0.1 + 0.2)
    assert Recipe.parse(recipe.to_yaml()) == recipe
    with pytest.raises(RequestError, match="must lie within"):
        Recipe.closed(3, 8, {"glow": {"strength": 2}})


@pytest.mark.parametrize(
    ("text", "known", "holds"),
    [
        ("yaw > -20 and glasses == 'none'", {"yaw": 0.0, "glasses": "none"}, True),
        ("yaw > -20 and glasses == 'none'", {"yaw": -30.0}, False),
        ("yaw > -20 and glasses == 'none'", {"yaw": 0.0}, None),
        ("yaw > -20 or glasses == 'none'", {"yaw": 0.0}, True),
        ("not glasses == 'none'", {}, None),
        ("not glasses == 'none'", {"glasses": "clear"}, True),
        ("glasses != 'none'", {}, None),
        ("-10 < yaw <= 10", {"yaw": 10}, True),
        ("-10 < yaw < 10", {"yaw": 10}, False),
        ("glasses in ['clear', 'tinted']", {"glasses": "clear"}, True),
        ("glasses not in ('clear', 'tinted')", {"glasses": "none"}, True),
        ("glasses not in ('clear', 'tinted')", {}, None),
        ("yaw > 3", {"yaw": "left"}, None),
        ("yaw == pitch", {"yaw": 1, "pitch": 1}, True),
    ],
)
def test_conditions(text: str, known: dict[str, float | str], holds: bool | None) -> None:
    assert not condition_faults(text)
    assert Condition(text).holds(known) is holds


def test_long_conditions_are_refused_not_crashed_on() -> None:
    assert condition_faults("(" * 900 + "yaw > 1" + ")" * 900)
    assert condition_faults("not " * 240 + "yaw > 1") == []
    assert condition_faults("yaw > 1 and " * 200 + "yaw > 1")
