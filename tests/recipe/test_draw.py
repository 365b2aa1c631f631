"""Drawing: the right distributions, truncated to the bounds, and a pure function of the key."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from faceaug.edit import get_edit
from faceaug.image.noise import Noise
from faceaug.recipe import Recipe
from faceaug.recipe.distributions import FAMILIES, Choice, Continuous, Law, Uniform
from faceaug.recipe.draw import draw

INF = math.inf
UNIT = st.floats(2**-24, 1 - 2**-24)
SPREAD = st.floats(0.01, 50)
MIDDLE = st.floats(-50, 50)


def peer(law: Continuous) -> scipy.stats.rv_continuous:
    """The same law by scipy, before truncation."""
    p: dict[str, Any] = dict(law.parameters)
    return {
        "normal": lambda: scipy.stats.norm(p["mean"], p["sd"]),
        "truncated_normal": lambda: scipy.stats.truncnorm(
            (p["low"] - p["mean"]) / p["sd"], (p["high"] - p["mean"]) / p["sd"], p["mean"], p["sd"]
        ),
        "log_normal": lambda: scipy.stats.lognorm(p["sigma"], scale=p["median"]),
        "exponential": lambda: scipy.stats.expon(p.get("low", 0), p["mean"] - p.get("low", 0)),
        "beta": lambda: scipy.stats.beta(p["a"], p["b"], p["low"], p["high"] - p["low"]),
        "scipy": lambda: getattr(scipy.stats, p["name"])(**{k: v for k, v in p.items() if k != "name"}),
    }[law.family]()


LAWS = st.one_of(
    st.builds(lambda m, s: Continuous("normal", {"mean": m, "sd": s}), MIDDLE, SPREAD),
    st.builds(
        lambda m, s, a, b: Continuous("truncated_normal", {"mean": m, "sd": s, "low": m - a * s, "high": m + b * s}),
        MIDDLE,
        SPREAD,
        st.floats(0.1, 4),
        st.floats(0.1, 4),
    ),
    st.builds(lambda m, s: Continuous("log_normal", {"median": m, "sigma": s}), SPREAD, st.floats(0.05, 2)),
    st.builds(lambda low, s: Continuous("exponential", {"mean": low + s, "low": low}), MIDDLE, SPREAD),
    st.builds(lambda s: Continuous("exponential", {"mean": s}), SPREAD),
    st.builds(
        lambda a, b, low, s: Continuous("beta", {"a": a, "b": b, "low": low, "high": low + s}),
        st.floats(0.5, 9),
        st.floats(0.5, 9),
        MIDDLE,
        SPREAD,
    ),
    st.builds(lambda a, s: Continuous("scipy", {"name": "gamma", "a": a, "scale": s}), st.floats(0.5, 9), SPREAD),
)


def test_every_family_is_tried() -> None:
    assert set(FAMILIES) == {"normal", "truncated_normal", "log_normal", "exponential", "beta", "scipy"}


@settings(max_examples=150, deadline=None)
@given(law=LAWS, u=UNIT)
def test_laws_agree_with_scipy(law: Continuous, u: float) -> None:
    expected = float(peer(law).ppf(u))
    assert law.draw(u) == pytest.approx(expected, rel=1e-5, abs=1e-6 * max(1, abs(expected)))


@settings(max_examples=150, deadline=None)
@given(law=LAWS, ends=st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)), u=UNIT)
def test_laws_are_truncated_not_clipped(law: Continuous, ends: tuple[float, float], u: float) -> None:
    whole = peer(law)
    low, high = sorted(float(whole.ppf(end)) for end in ends)
    part = Continuous(law.family, law.parameters, (low, high))
    if part.mass < 1e-6:
        return
    value = float(part.draw(u))
    assert low <= value <= high
    share = (whole.cdf(value) - whole.cdf(low)) / (whole.cdf(high) - whole.cdf(low))
    assert share == pytest.approx(u, abs=1e-5 / min(1.0, part.mass))


def test_truncation_leaves_no_heap_at_the_bound() -> None:
    law = Continuous("normal", {"mean": 1.0, "sd": 1.0}, (0, 1))
    values = [law.draw((i + 0.5) / 2000) for i in range(2000)]
    assert len(set(values)) == 2000
    assert scipy.stats.kstest(values, scipy.stats.truncnorm(-1, 0, 1, 1).cdf).pvalue > 0.99


@settings(max_examples=100, deadline=None)
@given(weights=st.lists(st.floats(0, 9), min_size=1, max_size=6).filter(lambda w: sum(w) > 0.1))
def test_choices_keep_their_proportions(weights: list[float]) -> None:
    law = Choice(tuple(float(i) for i in range(len(weights))), tuple(weights))
    drawn = [law.draw((i + 0.5) / 4000) for i in range(4000)]
    for value, weight in enumerate(weights):
        assert drawn.count(float(value)) / 4000 == pytest.approx(weight / sum(weights), abs=2e-3)
        assert weight or float(value) not in drawn, "a weight of 0 is never chosen"


@pytest.mark.parametrize("law", [Uniform(2, 5), Choice(("a", "b", "c")), Choice((1.0, 2.0), (1, 3))])
def test_ends_of_the_unit_are_inside(law: Law) -> None:
    for u in (2.0**-24, 1 - 2.0**-24):
        assert law.draw(u) is not None


def only(recipe: str, sha: str = "ab", variants: int = 1) -> list[dict[str, dict[str, float | str]]]:
    """What a recipe draws."""
    return draw(Recipe.parse(recipe), sha, range(variants))


@pytest.mark.usefixtures("toy_edits")
def test_missing_equals_written_out_equals_the_edit_itself() -> None:
    missing = only("about: x\nedits: {glow: {}}", variants=9)
    written = only(
        "about: x\nedits: {glow: {azimuth: [-60, 60], strength: {uniform: {low: 0.2, high: 1}},"
        " kind: [warm, cold, off]}}",
        variants=9,
    )
    assert missing == written
    itself = get_edit("glow").complete(Noise.of(0, ["ab"] * 9, range(9), "glow"), {})
    for setting, values in itself.items():
        ours = [picture["glow"][setting] for picture in missing]
        assert ours == list(values) if isinstance(values, tuple) else np.allclose(ours, values, rtol=1e-6)


@pytest.mark.usefixtures("toy_edits")
def test_draws_depend_on_their_key_alone() -> None:
    one = only("about: x\nseed: 3\nedits: {glow: {azimuth: [-5, 5]}, spots: {chance: 0.5}}", variants=12)
    other = only(
        "about: y\nseed: 3\ncopies: 9\nedits: {spots: {chance: 0.5}, glow: {azimuth: [-5, 5], kind: warm}}", variants=12
    )
    for a, b in zip(one, other, strict=True):
        assert a["glow"]["azimuth"] == b["glow"]["azimuth"]
        assert a["glow"]["strength"] == b["glow"]["strength"]
        assert a.get("spots") == b.get("spots")
    recipe = Recipe.parse("about: x\nseed: 3\nedits: {glow: {azimuth: [-5, 5]}, spots: {chance: 0.5}}")
    assert [draw(recipe, "ab", [v])[0] for v in range(12)] == one, "alone or together"
    assert one != only("about: x\nseed: 4\nedits: {glow: {azimuth: [-5, 5]}, spots: {chance: 0.5}}", variants=12)
    assert one != draw(recipe, "ac", range(12))
    assert len({picture["glow"]["azimuth"] for picture in one}) == 12


@pytest.mark.usefixtures("toy_edits")
def test_chance_is_the_share_of_pictures() -> None:
    for chance in (0, 0.25, 1):
        drawn = only(f"about: x\nedits: {{glow: {{chance: {chance}}}}}", variants=2000)
        share = sum("glow" in picture for picture in drawn) / 2000
        assert share == pytest.approx(chance, abs=0.04 if 0 < chance < 1 else 0)


def test_drawn_values_make_the_same_picture_again(toy: ModuleType) -> None:
    from faceaug.data.photos import Photo

    recipe = Recipe.parse("about: x\nseed: 3\ncopies: 4\nedits: {glow: {}, spots: {chance: 0.5}}")
    face = toy.decomposition(Photo.from_array(np.full((30, 20, 3), 99, np.uint8)))
    made = recipe.variants(face)
    assert [variant.number for variant in made] == [0, 1, 2, 3]
    assert len({variant.pixels.tobytes() for variant in made}) == 4
    for variant in made:
        closed = Recipe.closed(3, variant.number, variant.drawn)
        again = Recipe.parse(closed.to_yaml()).variants(face)
        assert len(again) == 1
        assert np.array_equal(again[0].pixels, variant.pixels)
        alone = recipe.variants(face, [variant.number])[0]
        assert np.array_equal(alone.pixels, variant.pixels)
        assert alone.drawn == variant.drawn
