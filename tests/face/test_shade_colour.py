"""What shading does to the colour of skin, found on faces of which it is known, and used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.bare import bare_skin
from faceaug.face.decomposition import Decomposition
from faceaug.face.shade_colour import deepened, find_shade_colour
from faceaug.image.color import luminance
from faceaug.image.shade import direction
from faceaug.render import render
from faceaug.scene import Scene
from tests.portraits import collins, hopper, inside, window

USUAL = torch.tensor([[0.887, 1.075, 1.184]])
EVEN = torch.ones(1, 3)


def found(slopes: Tensor, key: float, azimuth: float = 60.0) -> Tensor:
    """What is found on a face of one colour, lit by a lamp aside, whose channels follow the shading by ``slopes``."""
    face = collins()
    lamp = direction(torch.tensor([azimuth]), torch.zeros(1))
    cosine = torch.einsum("bi,bihw->bhw", lamp, face.surface.normal)[:, None]
    shading = 1 + key * cosine.clamp(min=0)
    matte = torch.tensor([0.20, 0.12, 0.08]).reshape(1, 3, 1, 1) * shading ** slopes[:, :, None, None]
    corner = torch.tensor([[*face.corners[0], 0.0]])
    skin = torch.ones_like(face.regions.skin)
    return find_shade_colour(matte, face.points - corner, skin, float(face.pose.scale[0]))


@pytest.mark.parametrize("azimuth", [60.0, -60.0])
@pytest.mark.parametrize("slopes", [(0.85, 1.1, 1.2), (1.0, 1.0, 1.0)])
def test_a_face_lit_from_one_side_tells_what_its_shades_look_like(slopes: tuple[float, ...], azimuth: float) -> None:
    own = torch.tensor([slopes])
    reckoned = own / luminance(own[..., None, None])[:, 0, 0]  # of red, green and blue for luminance, nearly
    assert torch.allclose(found(own, key=6.0, azimuth=azimuth), reckoned, atol=0.04)


def test_a_face_lit_evenly_is_taken_for_the_usual_one() -> None:
    assert torch.allclose(found(EVEN, key=0.0), USUAL, atol=1e-3)
    assert torch.allclose(found(EVEN, key=0.3), (EVEN + USUAL) / 2, atol=0.08), "half way where hardly anything is told"


def test_lamps_of_two_colours_are_not_taken_for_shades() -> None:
    strange = found(torch.tensor([[0.1, 1.2, 3.0]]), key=6.0)
    assert torch.allclose(strange[:, ::2], (3 * USUAL - 2)[:, ::2], atol=1e-3)


def test_flesh_is_more_saturated_in_the_dark_and_keeps_its_luminance() -> None:
    face = replace(collins(), skin=replace(collins().skin, shade_colour=USUAL))
    size = (1, 1, *face.size[1])
    skin = torch.tensor([0.40, 0.25, 0.18]).reshape(1, 3, 1, 1)
    for light in (0.3, 0.6, 1.4):
        ratio = torch.full(size, light).expand(-1, 3, -1, -1)
        new = deepened(ratio, torch.ones(size), face)
        red, blue = float(new[0, 0].mean()), float(new[0, 2].mean())
        assert (red > blue) == (light < 1)
        assert red / blue == pytest.approx(light ** (0.887 - 1.184), rel=0.01)
        assert float((luminance(skin * new) / luminance(skin)).mean()) == pytest.approx(light, rel=0.06)
        assert torch.equal(deepened(ratio, torch.zeros(size), face), ratio), "what is no flesh is left alone"
    assert torch.equal(deepened(torch.ones(1, 3, *size[2:]), torch.ones(size), face), torch.ones(1, 3, *size[2:]))


@pytest.mark.parametrize("portrait", [collins, hopper])
@pytest.mark.parametrize(
    ("edit", "given"),
    [
        ("lighting", {"azimuth": 60.0, "elevation": 10.0, "key_fill": 6.0}),
        ("foreign_shadow", {"pattern": "brim", "darkness": 0.7, "size": 2.0}),
    ],
)
def test_shades_on_skin_have_their_colour_and_others_not(portrait: Any, edit: str, given: dict[str, Any]) -> None:
    usual, even = (shaded(portrait(), colour, edit, given) for colour in (USUAL, EVEN))
    face = portrait()
    before = window(face.photos[0].pixels, face).astype(float)
    bare = inside(bare_skin(face), 0.99) & inside(face.regions.person, 0.99)
    dark = bare & (even.sum(axis=2) < 0.75 * before.sum(axis=2)) & (even.min(axis=2) > 25)
    assert dark.sum() > 200
    assert warmth(usual, dark) > warmth(even, dark) + 0.04
    no_skin = [inside(1 - bare_skin(with_shades(face, colour)), 1.0) for colour in (USUAL, EVEN)]
    other = no_skin[0] & no_skin[1] & (face.regions.lips[0, 0].numpy() == 0)
    assert np.abs(usual - even)[other].max() <= 1


def shaded(face: Decomposition, colour: Tensor, edit: str, given: dict[str, Any]) -> np.ndarray:
    """The window of a face whose shades have a colour, under an edit of its light."""
    scene = get_edit(edit)(Scene.of(with_shades(face, colour)), **given)
    return window(render(scene).pixels[0], face).astype(float)


def with_shades(face: Decomposition, colour: Tensor) -> Decomposition:
    """The face, shades of whose skin have this colour."""
    return replace(face, skin=replace(face.skin, shade_colour=colour))


def warmth(pixels: np.ndarray, where: np.ndarray) -> float:
    """Mean of log red over blue."""
    chosen = pixels[where]
    return float(np.log(chosen[:, 0] / chosen[:, 2]).mean())
