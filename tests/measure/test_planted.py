"""The checks of this folder see the bugs that are planted for them."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from tests.measure import test_attributes as checks

if TYPE_CHECKING:
    from collections.abc import Callable

BUGS: dict[str, tuple[str, str, object, Callable[[], None]]] = {
    "stops counted in tens": (
        "reference", "math", type("Log", (), {"log2": math.log10, "sqrt": math.sqrt}),
        checks.test_the_whites_of_the_eyes_follow_the_exposure,
    ),
    "any iris is large enough": ("reference", "_IRIS_PIXELS", 1.0, checks.test_small_irises_are_no_reference),
    "light taken for known": (
        "reference", "_USUAL_EXPOSURE", 0.0, checks.test_a_reference_leaves_less_unknown_and_is_named,
    ),
    "mixed light overlooked": ("tone", "_MIXED", 200.0, checks.test_blown_cheeks_and_mixed_light_are_believed_less),
    "clipping overlooked": ("tone", "_CLIPPED", (), checks.test_blown_cheeks_and_mixed_light_are_believed_less),
    "another bound of light skin": (
        "tone", "LIGHT_FROM", 50.0, lambda: checks.test_colour_classes(60, 55, "dark_red"),
    ),
    "lamps aside only behind": ("light", "_ASIDE", 90.0, lambda: checks.test_light_in_a_word(60, 50, 3, "right")),
    "skin taken for a grey card": ("light", "_BY_SKIN", 0.5, checks.test_exposure_by_skin_alone_does_not_count),
    "any mouth smiles": ("expression", "_SMILE", -9.0, checks.test_drawn_up_corners_smile_and_hanging_ones_do_not),
    "eyes never shut": (
        "expression", "_EYE_SHUT", -9.0, checks.test_shut_lids_close_the_eyes_and_hide_the_gaze,
    ),
    "an eyeball twice as large": (
        "gaze", "_EYEBALL", 22.0, lambda: checks.test_pupils_that_move_take_the_gaze_along(2, 0),
    ),
    "every beard is stubble": ("facial_hair", "_STUBBLE", -1.0, checks.test_a_painted_beard_is_a_beard),
    "nothing is ever covered": ("occlusion", "COVERED", 1.1, checks.test_a_hidden_mouth_is_named),
    "spots must be black": ("spots", "_DEEP", 3.0, checks.test_spots_that_are_drawn_are_counted),
    "freckles believed": ("spots", "_FRECKLES_SURE", 1.0, checks.test_spots_that_are_drawn_are_counted),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_seen(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, wrong, check = BUGS[bug]
    check()
    monkeypatch.setattr(import_module(f"faceaug.measure.{module}"), name, wrong)
    with pytest.raises(AssertionError):
        check()
