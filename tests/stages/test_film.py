"""Pigment takes light, which a camera shows the less, the more there is of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from faceaug.channels import Tone
from faceaug.image.color import luminance
from faceaug.scene import Scene
from faceaug.stages.film import light_of, picture_of
from faceaug.stages.tone import change_tone
from tests.portraits import collins


def test_light_is_shown_as_the_picture_it_was_told_from() -> None:
    picture = torch.linspace(0.0, 1.0, 33)
    assert torch.allclose(picture_of(light_of(picture)), picture, atol=1e-6)
    assert float(light_of(torch.tensor(1.5))) == pytest.approx(float(light_of(torch.tensor(1.0)))), "no more than white"


@pytest.mark.parametrize(("lab", "more"), [((35.0, 9.2, 11.3), True), ((76.0, 9.3, 9.0), False)])
def test_skin_made_darker_shows_its_shading_better_and_lighter_skin_less(
    lab: tuple[float, float, float],
    more: bool,
) -> None:
    """As real faces in one studio do: a light one lies on the flat part of the camera's curve."""
    face = collins()
    skin = face.regions.skin[0, 0] > 0.95
    tone = Tone(torch.tensor([lab]), torch.ones(1), torch.zeros(1))
    picture, _ = change_tone(face.linear, replace(Scene.of(face), tone=tone))
    spread = [
        float(ends[1] - ends[0])
        for ends in (
            torch.log(luminance(plane)[0, 0][skin].clamp(min=1e-4)).quantile(torch.tensor([0.1, 0.5]))
            for plane in (face.linear, picture)
        )
    ]
    assert (spread[1] > 1.1 * spread[0]) if more else (spread[1] < 0.95 * spread[0])
