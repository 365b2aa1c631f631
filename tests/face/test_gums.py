"""Gums and the inner side of lips are told from teeth, and go along with the lips."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from faceaug.channels import Tone
from faceaug.face.gums import gums
from faceaug.image.color import lab_to_linear
from faceaug.scene import Scene
from faceaug.stages.tone import change_tone
from tests.portraits import collins

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

LIPS, TEETH = (50.0, 26.0, 14.0), (80.0, 2.0, 10.0)


def mouth(teeth: tuple[float, float, float]) -> tuple[Decomposition, Tensor, Tensor]:
    """A face whose open mouth has gums above and teeth of a colour below: it, and where both are ``(h, w)``."""
    face = collins()
    inside = face.regions.mouth[0, 0] > 0.98
    rows = inside.any(dim=1).nonzero()[:, 0]
    upper = torch.zeros_like(inside)
    upper[: int(rows.float().median())] = True
    linear = face.linear.clone()
    red, white = (lab_to_linear(torch.tensor([lab]))[0][:, None] for lab in (LIPS, teeth))
    for where, colour in ((face.regions.lips[0, 0] > 0.02, red), (inside & upper, red), (inside & ~upper, white)):
        linear[0][:, where] = colour
    return replace(face, linear=linear), inside & upper, inside & ~upper


def test_gums_are_flesh_and_teeth_are_none() -> None:
    face, red, white = mouth(TEETH)
    share = gums(face)[0, 0]
    assert float(share[red].mean()) > 0.9
    assert float(share[white].mean()) < 0.1
    assert float(share[face.regions.mouth[0, 0] <= 0].max()) == 0.0


def test_teeth_in_shade_are_teeth_and_a_mouth_without_any_is_flesh() -> None:
    face, _, shaded = mouth((45.0, 1.0, 7.0))
    assert float(gums(face)[0, 0][shaded].mean()) < 0.35
    face, _, tongue = mouth((46.0, 24.0, 12.0))
    assert float(gums(face)[0, 0][tongue].mean()) > 0.9


def test_gums_of_a_face_made_dark_go_along_and_teeth_stay_if_told_to() -> None:
    face, red, white = mouth(TEETH)
    tone = Tone(torch.tensor([[35.0, 9.3, 11.3]]), torch.ones(1), torch.zeros(1))
    picture, _ = change_tone(face.linear, replace(Scene.of(face), tone=tone))
    change = (picture / face.linear.clamp(min=1e-4))[0].mean(dim=0)
    assert float(change[red].mean()) < 0.6
    assert float(change[white].mean()) > 0.95
