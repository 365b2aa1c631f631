"""Along the outline of an eye skin is told from white, iris and lashes by its colour."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.face.bare import bare_skin
from faceaug.face.decomposition import Decomposition
from faceaug.face.lids import lid_margins
from faceaug.image.color import lab_to_linear
from faceaug.image.filter import largest
from tests.portraits import collins


def with_eyes(colour: Tensor) -> Decomposition:
    """The portrait, of which both eyes are all of one colour (CIELAB)."""
    face = collins()
    linear = lab_to_linear(colour.reshape(1, 3, 1, 1)).expand_as(face.linear)
    return replace(face, linear=torch.lerp(face.linear, linear, face.regions.eyes))


def painted(colour: Tensor) -> Tensor:
    """Margins of the lids of such eyes."""
    return lid_margins(with_eyes(colour))


@pytest.mark.parametrize(("lightness", "colourful", "share"), [(1.0, 1.0, 0.9), (1.1, 0.25, 0.0), (0.3, 0.4, 0.0)])
def test_skin_within_the_outline_is_skin_and_white_and_iris_are_not(
    lightness: float, colourful: float, share: float
) -> None:
    """As light and colourful as the skin; white of the eye; a brown iris."""
    face = collins()
    skin = face.skin.tone[0] * torch.tensor([lightness, colourful, colourful])
    made, eyes = painted(skin), face.regions.eyes
    assert float((made * eyes).sum() / eyes.sum()) <= 1
    edge = (eyes > 0.98) & (-largest(-eyes, 1) < 0.5)
    assert edge.sum() > 10
    assert float(made[edge].mean()) == pytest.approx(share, abs=0.12)
    assert float((made - eyes).max()) <= 0, "no more than there is of the eye"


def test_the_middle_of_an_eye_is_eye_whatever_its_colour() -> None:
    face = collins()
    made = painted(face.skin.tone[0])
    for pupil in (468, 473):
        x, y = (int(face.points[0, pupil, axis]) - face.corners[0][axis] for axis in (0, 1))
        assert float(made[0, 0, y, x]) == 0


def test_margins_of_lids_are_bare_skin() -> None:
    face = with_eyes(collins().skin.tone[0])
    edge = (face.regions.eyes > 0.98) & (-largest(-face.regions.eyes, 1) < 0.5)
    assert float(bare_skin(face)[edge].mean()) > 0.75
    assert float(bare_skin(collins())[edge].mean()) < 0.3
