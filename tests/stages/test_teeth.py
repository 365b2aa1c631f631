"""Teeth go along with the skin by some of what it changes, unless told not to; flesh beside them does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.channels import Tone
from faceaug.face.decomposition import Decomposition
from faceaug.image.color import lab_to_linear, linear_to_lab
from faceaug.scene import Scene
from faceaug.stages.teeth import followed_teeth
from faceaug.stages.tone import change_tone
from tests.portraits import collins


def smiling(teeth: float = 80.0) -> tuple[Decomposition, Tensor, Tensor]:
    """A face with gums over teeth of a lightness: it, and where both are ``(h, w)``."""
    face = collins()
    inside = face.regions.mouth[0, 0] > 0.98
    lower = torch.zeros_like(inside)
    lower[int(inside.any(dim=1).nonzero().float().median()) :] = True
    linear = face.linear.clone()
    colours = {"red": (50.0, 26.0, 14.0), "white": (teeth, 2.0, 10.0)}
    red, white = (lab_to_linear(torch.tensor([colours[name]]))[0][:, None] for name in ("red", "white"))
    for where, colour in ((face.regions.lips[0, 0] > 0.02, red), (inside, red), (inside & lower, white)):
        linear[0][:, where] = colour
    return replace(face, linear=linear), inside & ~lower, inside & lower


@pytest.mark.parametrize("rise", [-40.0, 20.0])
def test_teeth_change_by_a_share_and_gums_do_not(rise: float) -> None:
    face, gums, teeth = smiling()
    picture = face.linear[0].clone()
    touched = followed_teeth(picture, face, rise)
    light = linear_to_lab(picture[None])[0, 0]
    assert float(light[teeth].median()) == pytest.approx(80 + 0.3 * rise, abs=0.5)
    assert float(light[gums].median()) == pytest.approx(50, abs=0.3)
    assert torch.equal(picture[:, touched[0] == 0], face.linear[0][:, touched[0] == 0])
    assert not touched[0][face.regions.mouth[0, 0] == 0].any()


def test_white_teeth_become_no_whiter_than_teeth_are() -> None:
    face, _, teeth = smiling(91.0)
    picture = face.linear[0].clone()
    followed_teeth(picture, face, 40.0)
    assert float(linear_to_lab(picture[None])[0, 0][teeth].median()) == pytest.approx(92, abs=0.3)


def test_a_mouth_that_is_shut_stays() -> None:
    face = collins()
    shut = replace(face, regions=replace(face.regions, mouth=torch.zeros_like(face.regions.mouth)))
    picture = face.linear[0].clone()
    assert not followed_teeth(picture, shut, -40.0).any()
    assert torch.equal(picture, face.linear[0])


@pytest.mark.parametrize("follow", [0.0, 1.0])
def test_a_face_made_dark_has_darker_teeth_unless_told_not_to(follow: float) -> None:
    face, _, teeth = smiling()
    tone = Tone(torch.tensor([[35.0, 9.3, 11.3]]), torch.ones(1), torch.full((1,), follow))
    picture, scene = change_tone(face.linear, replace(Scene.of(face), tone=tone))
    lost = 0.3 * float(face.skin.tone[0, 0] - 35)
    assert lost > 5
    assert float(linear_to_lab(picture)[0, 0][teeth].median()) == pytest.approx(80 - follow * lost, abs=1)
    assert bool((scene.masks["skin_tone"][0, 0][teeth] > 0).float().mean() > 0.5) == bool(follow)
