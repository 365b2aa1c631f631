"""Labels of a rendering: which reading takes the place of which."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.recipe import Recipe
from faceaug.recipe.draw import Drawn
from faceaug.recipe.provenance import rendered
from faceaug.recipe.variants import Variant

BEFORE = Record("one", "one.png", attributes={"skin_tone": Value("tan", "measured", 0.6)})


def label(edit: str, reading: Value | None) -> Value | None:
    """The tone of a picture that was made with one edit, after that reading."""
    recipe = Recipe.parse({"about": "one edit", "edits": {edit: {}}})
    blank = np.zeros((2, 2, 3), np.uint8)
    drawn: Drawn = {edit: {"lens": "clear"}}
    made = Variant(0, blank, np.zeros((478, 3), np.float32), MappingProxyType({}), drawn, drawn, {}, 1.0, None)
    found = {} if reading is None else {"skin_tone": reading}
    return rendered(BEFORE, recipe, made, id="two", measured=found).attributes.get("skin_tone")


@pytest.mark.parametrize("edit", ["pose", "glasses"])
def test_an_unreliable_reading_takes_no_known_ones_place(edit: str) -> None:
    kept = label(edit, Value("light", "measured", 0.1))
    assert kept == Value("tan", "inherited", 0.6)


def test_a_reliable_reading_does() -> None:
    assert label("pose", Value("light", "measured", 0.5)) == Value("light", "measured", 0.5)


def test_what_an_edit_claims_to_change_is_as_read_however_unreliable() -> None:
    assert label("skin_tone", Value("light", "measured", 0.1)) == Value("light", "measured", 0.1)
    assert label("skin_tone", None) is None
