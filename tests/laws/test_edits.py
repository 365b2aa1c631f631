"""The laws, on every registered edit. A deviation stands in the edit itself, with its reason, and shows as a skip."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from faceaug.data.attributes import VOCABULARY, Value
from faceaug.data.record import Record
from faceaug.edit import Edit, edits
from faceaug.errors import Refusal
from faceaug.face.decomposition import Decomposition
from faceaug.measure import measure
from faceaug.recipe import Recipe
from faceaug.recipe.provenance import rendered
from faceaug.render import render
from tests.laws import laws

every_edit = pytest.mark.parametrize("edit", edits().values(), ids=lambda edit: edit.name)


def keep(number: int, law: Callable[[Edit, Decomposition], None], edit: Edit, face: Decomposition) -> None:
    """Hold an edit to a law, unless it says why it cannot keep it or declines the face."""
    if number in edit.lawful:
        assert len(edit.lawful[number].split()) >= 4, "a deviation needs its reason"
        pytest.skip(f"law {number}: {edit.lawful[number]}")
    try:
        law(edit, face)
    except Refusal as refusal:
        pytest.skip(f"declined: {refusal.reason}")


@every_edit
def test_1_shape_type_and_device_are_kept(edit: Edit, portraits: list[Decomposition]) -> None:
    for face in portraits:
        keep(1, laws.kept, edit, face)


@every_edit
def test_2_the_input_is_untouched(edit: Edit, face: Decomposition) -> None:
    keep(2, laws.untouched, edit, face)


@every_edit
def test_3_neutral_settings_change_not_one_bit(edit: Edit, portraits: list[Decomposition]) -> None:
    for face in portraits:
        keep(3, laws.neutral, edit, face)


@every_edit
def test_3_neutral_settings_change_not_one_bit_at_real_size(edit: Edit, large: Decomposition) -> None:
    keep(3, laws.neutral, edit, large)


@every_edit
def test_4_nothing_changes_outside_the_mask(edit: Edit, portraits: list[Decomposition]) -> None:
    for face in portraits:
        keep(4, laws.confined, edit, face)


@every_edit
def test_4_nothing_changes_outside_the_mask_at_real_size(edit: Edit, large: Decomposition) -> None:
    keep(4, laws.confined, edit, large)


@every_edit
def test_5_a_batch_is_its_rows(edit: Edit, portraits: list[Decomposition], odd: Decomposition) -> None:
    for face in (*portraits, odd):
        keep(5, laws.batched, edit, face)


@every_edit
def test_6_the_order_of_records_is_irrelevant(edit: Edit, face: Decomposition) -> None:
    keep(6, laws.unordered, edit, face)


@every_edit
def test_6_the_order_of_edits_is_irrelevant(edit: Edit, face: Decomposition) -> None:
    keep(6, lambda one, scene: laws.commuting(one, scene, edits()), edit, face)


@every_edit
def test_7_bits_follow_from_the_seed(edit: Edit, face: Decomposition) -> None:
    keep(7, laws.seeded, edit, face)


@every_edit
def test_8_recorded_settings_give_the_same_bits(edit: Edit, face: Decomposition) -> None:
    keep(8, laws.replayed, edit, face)


@pytest.mark.cuda
@every_edit
def test_9_a_gpu_draws_what_the_cpu_draws(edit: Edit, face: Decomposition) -> None:
    if not torch.cuda.is_available():
        pytest.skip("there is no GPU")
    keep(9, laws.portable, edit, face)


@every_edit
def test_10_units_are_of_the_face(edit: Edit, face: Decomposition) -> None:
    keep(10, laws.physical, edit, face)


@every_edit
def test_11_the_mirror_of_the_edit_is_the_edit_of_the_mirror(edit: Edit, face: Decomposition) -> None:
    keep(11, laws.mirrored, edit, face)


@every_edit
def test_12_more_changes_more(edit: Edit, face: Decomposition) -> None:
    keep(12, laws.rising, edit, face)


@every_edit
def test_13_labels_change_as_declared(edit: Edit, face: Decomposition) -> None:
    laws.declared(edit, measure(face))
    recipe = Recipe.parse({"about": "one edit", "edits": {edit.name: {}}})
    told = {name: Value(known.values[0] if known.values else 1.0) for name, known in VOCABULARY.items()}
    before = Record("one", "one.png", subject="somebody", split="train", attributes=told | {"shoes": Value("brown")})
    variant = recipe.variants(face, [0], record=before)[0]
    if edit.name in variant.refused:
        pytest.skip(f"declined: {variant.refused[edit.name]}")
    found = {name: Value(2.0, "measured", 0.9) for name in edit.labels.measures}
    laws.labelled(edit, before, rendered(before, recipe, variant, id="two", measured=found))


@every_edit
def test_14_both_ends_of_every_range_render(edit: Edit, face: Decomposition) -> None:
    keep(14, laws.ranged, edit, face)


@every_edit
def test_14_every_setting_is_explained(edit: Edit) -> None:
    laws.documented(edit)


@every_edit
def test_15_carried_landmarks_are_found_again(edit: Edit, large: Decomposition) -> None:
    keep(15, lambda one, face: laws.carried(render(laws.drawn(one, face))), edit, large)


@every_edit
def test_16_a_photograph_without_colour_stays_without(edit: Edit, grey: Decomposition) -> None:
    keep(16, laws.colourless, edit, grey)


def test_there_are_edits_to_hold_to_the_laws() -> None:
    assert len(edits()) >= 3
