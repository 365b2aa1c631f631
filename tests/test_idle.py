"""An edit that draws nothing says nothing: what was known of a photograph stays, and no label is set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.edit import edits, get_edit
from faceaug.labelling import By
from faceaug.recipe import Recipe
from faceaug.recipe.provenance import rendered
from faceaug.recipe.variants import Variant
from tests.portraits import collins

NOTHING: list[tuple[str, dict[str, Any]]] = [
    *((name, dict(edit.neutral)) for name, edit in edits().items()),
    ("glasses", {"strength": 1e-7}),
    ("freckles", {"contrast": 0}),
    ("age_spots", {"contrast": 0}),
    ("moles", {"contrast": 0, "raised": 0}),
    ("vitiligo", {"complete": 0}),
    ("acne", {"redness": 0, "raised": 0, "tips": 0, "marks": 0}),
]
"""Settings at which not one pixel changes: what an edit declares, and what comes to the same."""


def known() -> Record:
    """A photograph of which everything is told that any edit sets, measures or drops."""
    names = {n for e in edits().values() for n in (*e.labels.sets, *e.labels.measures, *e.labels.drops)}
    return Record("one", "one.png", attributes={name: Value("as told") for name in names})


def made(edits: dict[str, Any]) -> tuple[Variant, Record]:
    """A picture and its record; nothing is measured, so that what an edit measures is lost."""
    recipe = Recipe.parse({"about": "x", "seed": 4, "edits": edits})
    variant = recipe.variants(collins(), [0], record=known())[0]
    assert not variant.refused
    return variant, rendered(known(), recipe, variant, id="two")


@pytest.mark.parametrize(("name", "settings"), NOTHING, ids=str)
def test_what_draws_nothing_sets_and_drops_nothing(name: str, settings: dict[str, Any]) -> None:
    variant, record = made({name: settings})
    assert np.array_equal(variant.pixels, collins().photos[0].pixels)
    assert variant.idle == {name}
    assert record.attributes == {n: Value("as told", "inherited") for n in known().attributes}
    assert name in record.drawn, "the record says what was asked for all the same"
    if settings == get_edit(name).neutral:
        assert not variant.flagged


@pytest.mark.parametrize("name", [name for name, edit in edits().items() if edit.labels.sets])
def test_beside_an_edit_that_draws_it_says_nothing_either_and_as_usual_it_does(name: str) -> None:
    other = "sensor" if name != "sensor" else "lighting"
    variant, record = made({name: dict(get_edit(name).neutral), other: {}})
    assert variant.idle == {name}
    bare, _ = made({"freckles": {"contrast": 0}, other: {}})
    assert bare.idle == {"freckles"}
    sets = get_edit(name).labels.sets
    assert all(record.attributes[n] == Value("as told", "inherited") for n in sets)
    drawn, record = made({name: {}, other: {}})
    assert not drawn.idle
    assert all(record.attributes[n].how == "rendered" for n, value in sets.items() if not isinstance(value, By))


@pytest.mark.parametrize(
    ("lens", "tint", "shows"),
    [("tinted", 0.0, "clear"), ("gradient", 0.2, "clear"), ("tinted", 0.3, "tinted"), ("mirrored", 0.0, "tinted")],
)
def test_lenses_without_a_tint_are_clear_and_hide_no_eyes(lens: str, tint: float, shows: str) -> None:
    _, record = made({"glasses": {"lens": lens, "tint": tint}})
    assert record.attributes["glasses"] == Value(shows, "rendered")
    assert ("gaze" in record.attributes) == ("eye_colour" in record.attributes) == (shows == "clear")
