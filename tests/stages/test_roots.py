"""Hair beside skin made dark is darker, the less the farther from it; nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.channels import Tone
from faceaug.edit import get_edit
from faceaug.face.bare import bare_skin
from faceaug.image.color import linear_to_lab
from faceaug.scene import Scene
from faceaug.stages.roots import darker_roots
from faceaug.stages.turning.turn import turn
from tests.portraits import collins

LIGHT, DARK = torch.tensor([62.0, 14.0, 16.0]), torch.tensor([33.0, 9.0, 11.0])


def change(before: Tensor, after: Tensor) -> tuple[Tensor, Tensor]:
    """What is left of the light of `collins` ``(h, w)``, 1 where it is black, and the mask."""
    face = collins()
    picture = face.linear.clone()
    touched = darker_roots(picture, Scene.of(face), [(before, after)])
    left = torch.where(face.linear > 1e-3, picture / face.linear.clamp(min=1e-3), 1.0)
    return left.amin(dim=1)[0], touched[0, 0]


def test_hair_is_darker_beside_the_skin_and_keeps_its_colour_away_from_it() -> None:
    face, (left, touched) = collins(), change(LIGHT, DARK)
    x, y = face.surface.position[0, 0].abs(), face.surface.position[0, 1]
    hair = (bare_skin(face)[0, 0] < 0.02) & (face.regions.person[0, 0] > 0.99) & (x < 40)
    beside, away = (hair & (y > low) & (y < low + 6) for low in (38, 85))
    assert int(beside.sum()) > 20
    assert int(away.sum()) > 20
    assert float(left[beside].median()) < 0.75
    assert float(left[away].min()) > 0.95
    assert bool((touched[left < 1] > 0).all()), "the mask says what changed"


def test_skin_eyes_brows_and_all_below_the_cheekbones_stay() -> None:
    face, (left, touched) = collins(), change(LIGHT, DARK)
    regions, y = face.regions, face.surface.position[0, 1]
    pure = (torch.maximum(bare_skin(face), regions.brows)[0, 0] > 0.99) | (regions.eyes[0, 0] > 0.9) | (y < -55)
    assert int(pure.sum()) > 1000
    assert float(left[pure].min()) > 0.96
    assert float(touched[y < -55].max()) == 0


@pytest.mark.parametrize("after", [LIGHT, LIGHT + torch.tensor([10.0, 0.0, 0.0])])
def test_beside_skin_that_is_no_darker_all_hair_stays(after: Tensor) -> None:
    left, touched = change(LIGHT, after)
    assert not touched.any()
    assert float((left - 1).abs().max()) < 1e-5


def test_a_turned_head_has_dark_roots_too() -> None:
    """Where each pixel lies on the mean face is not known of it."""
    face = collins()
    turned = get_edit("pose")(Scene.of(face), yaw=15.0)
    picture, scene = turn(face.linear, replace(turned, tone=Tone(DARK[None], torch.ones(1), torch.zeros(1))))
    before = picture.clone()
    darker_roots(picture, scene, [(LIGHT, DARK)])
    lost = torch.where(before > 1e-3, picture / before.clamp(min=1e-3), 1.0)[0].amin(dim=0) < 0.8
    assert 0.3 < float(lost.sum()) / float((change(LIGHT, DARK)[0] < 0.8).sum()) < 3


def test_hair_of_a_turned_head_lies_where_its_skin_is() -> None:
    """Bare skin that earlier stages left counts, not that of the photograph."""
    face = collins()
    picture = face.linear.clone()
    none = replace(Scene.of(face), bare=torch.zeros_like(face.regions.person))
    assert not darker_roots(picture, none, [(LIGHT, DARK)]).any()
    assert torch.equal(linear_to_lab(picture), linear_to_lab(face.linear))
