"""A few of the random recipes of `benchmarks.combinations`, on the sample portraits."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.combinations import LEAST, MEASURES, MOST, RECIPES, combined, drawn_edits, promised, same
from faceaug.edit import edits
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.render import render
from tests.portraits import collins, hopper

CHOSEN = (3, 14, 15, 92)


def portrait(number: int) -> Decomposition:
    return hopper() if number % 2 else collins()


def measured(face: Decomposition) -> dict[str, object]:
    return {name: value.value for each in MEASURES for name, value in each(face).items()}


def test_recipes_are_as_varied_as_they_say() -> None:
    drawn = [drawn_edits(number) for number in range(RECIPES)]
    assert {len(names) for names in drawn} == set(range(LEAST, MOST + 1))
    assert all(len(set(names)) == len(names) for names in drawn)
    assert {name for names in drawn for name in names} == set(edits())
    assert len({tuple(sorted(names)) for names in drawn}) > RECIPES / 2


@pytest.mark.parametrize("number", CHOSEN)
def test_the_order_of_edits_does_not_matter_to_the_bit(number: int) -> None:
    names = drawn_edits(number)
    forward, refused = combined(portrait(number), names, number)
    backward, refused_backward = combined(portrait(number), names[::-1], number)
    assert refused == refused_backward
    assert same(render(forward), render(backward))


@pytest.mark.parametrize("number", CHOSEN)
def test_labels_agree_with_what_is_measured(number: int) -> None:
    scene, _ = combined(portrait(number), drawn_edits(number), number)
    made = render(scene)
    found = promised(scene, measured(portrait(number)), measured(decompose(made.pixels[0])))
    assert found["yaw"] < 6
    assert found["roll"] < 3
    assert found.get("glasses", 0.0) == 0.0


def test_one_bit_of_difference_is_seen() -> None:
    scene, _ = combined(collins(), ("moles",), 1)
    one, other = render(scene), render(scene)
    assert same(one, other)
    other.pixels[0][0, 0, 0] ^= np.uint8(1)
    assert not same(one, other)
