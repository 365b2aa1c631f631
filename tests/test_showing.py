"""What a notebook shows: objects in brief, pictures as pictures, help on edits, and errors that say what to do."""

from __future__ import annotations

import inspect
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import faceaug
from faceaug.edit import edits
from faceaug.edits.freckles import freckles
from faceaug.edits.glasses import glasses
from faceaug.recipe.carry import carry
from faceaug.render import render

LONG = 600
"""Characters that a line or two of a notebook hold."""


@pytest.fixture(scope="module")
def face(samples: Path) -> Any:
    """A photograph, taken apart."""
    return faceaug.decompose(samples / "eileen_collins.png")


def test_objects_are_shown_in_brief(face: Any) -> None:
    scene = freckles(faceaug.Scene.of(face), density=6)
    made = faceaug.Recipe.parse("about: x\nedits: {freckles: {density: 6}}")(image=face.photos[0])
    parts = (face.pose, face.light, face.skin, face.regions, face.surface)
    for thing in (face, *parts, scene, render(scene), made["variant"], made["record"], face.photos[0], freckles):
        assert len(repr(thing)) < LONG, repr(thing)
        assert "array(" not in repr(thing)
        assert "tensor(" not in repr(thing)
    assert repr(face.photos[0]).startswith("Photo(512 x 512, RGB, path=")
    assert "skin=float32 (1, 1, " in repr(face.regions)
    assert "angles=[[-1.5" in repr(face.pose)
    assert repr(freckles) == "<edit freckles: density, radius, contrast, spread>"
    record = faceaug.Record("a", "a.jpg", subject="her")
    assert repr(record) == "Record(id='a', photo='a.jpg', subject='her')", "what is at its default is left out"


def test_a_data_set_says_what_it_holds(samples: Path) -> None:
    recipe = faceaug.Recipe.parse("about: Freckles\ncopies: 3\nedits: {freckles: {}}")
    shown = repr(faceaug.Dataset(samples / "manifest.csv", recipe))
    assert shown == "Dataset(2 photographs x 3 variants: Freckles)"
    assert repr(faceaug.Dataset(samples / "manifest.csv")) == "Dataset(2 photographs as they are)"


def test_photographs_and_variants_are_shown_as_pictures(face: Any) -> None:
    made = faceaug.Recipe.parse("about: x\nedits: {}")(image=face.photos[0])["variant"]
    for thing in (face.photos[0], made):
        assert np.array_equal(np.asarray(Image.open(BytesIO(thing._repr_png_()))), thing.pixels)
    large = faceaug.Photo.from_array(np.zeros((1000, 3000, 3), np.uint8))
    assert Image.open(BytesIO(large._repr_png_())).size == (640, 213)


@pytest.mark.parametrize("name", edits())
def test_help_on_an_edit_tells_its_own_words_and_settings(name: str) -> None:
    edit = edits()[name]
    assert (inspect.getdoc(edit) or "").startswith(edit.summary)
    parameters = inspect.signature(edit).parameters
    assert list(parameters) == ["scene", *edit.settings]


def test_signatures_tell_what_is_drawn() -> None:
    assert "density=4..14 spots/cm2" in str(inspect.signature(freckles))
    assert "material=acetate|metal|" in str(inspect.signature(glasses))
    assert "lens='clear'" in str(inspect.signature(glasses))


def test_mistakes_in_python_say_what_to_do(face: Any) -> None:
    with pytest.raises(TypeError, match=r"freckles edits a Scene, not a Decomposition; make one by faceaug.Scene.of"):
        freckles(face, density=6)
    with pytest.raises(TypeError, match=r"a Scene is drawn, not a Decomposition"):
        render(face)
    with pytest.raises(ValueError, match=r"must have the shape \(N, 2\), pixels, not \(3,\)"):
        carry(np.array([1, 2, 3]), face.points[0].numpy(), face.points[0].numpy())
    with pytest.raises(AttributeError, match="did you mean 'decompose'"):
        _ = faceaug.decompos
