"""How surely glasses are told: those that people wear on photographs are a scale for those that are drawn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.realism import FEWEST_WORN, UNTOUCHED, _worn
from faceaug.plan.verify.telltale import FEATURES

PEOPLE = 40


def found(drawn: float, people: int = PEOPLE) -> Any:
    """Half of the people wear glasses, which shift their features by 1; drawn ones shift them by ``drawn``."""
    random = np.random.default_rng(3)  # noqa: TID251 - a simulation
    pairs, edited = [], []
    for k in range(people + 20):
        wears = k < people / 2
        face = SimpleNamespace(identity=f"{k}", dataset="portraits" if k < people else "studio", glasses=wears)
        own = random.normal(size=FEATURES) + wears + 5.0 * (k >= people)
        pairs.append((SimpleNamespace(face=face), {"photo face": own.tolist()}))
        if not wears:
            edited.append((SimpleNamespace(face=face), {"edited face": (own + drawn).tolist()}))
    return {UNTOUCHED: pairs, "`glasses`": edited}


def test_worn_glasses_are_told_from_none_and_drawn_ones_from_worn_where_they_differ() -> None:
    (_, count, *_, scale, _), (_, _, *_, alike, _) = _worn(found(1.0))
    (_, _, *_, unlike, _) = _worn(found(3.0))[1]
    assert count == PEOPLE, "a data set in which nobody wears glasses is compared"
    assert isinstance(scale, float)
    assert isinstance(alike, float)
    assert isinstance(unlike, float)
    assert scale > 0.9
    assert 0.2 < alike < 0.8
    assert unlike > 0.9


def test_too_few_wearers_tell_nothing() -> None:
    assert [row[-2:] for row in _worn(found(1.0, people=2 * FEWEST_WORN - 2))] == [(None, None), (None, None)]
