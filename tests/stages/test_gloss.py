"""Highlights of skin of another tone: of dark skin they are the greater part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from faceaug.channels import Tone
from faceaug.edit import get_edit
from faceaug.image.color import lab_to_linear, linear_to_lab, luminance
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.tone import change_tone
from tests.portraits import collins, window

# What is brighter than the cheeks exceeds them by (Y + 0.4) / Y times a constant, Y their luminance.
SURFACE = 0.4


def lit(over: float, lab: tuple[float, float, float]) -> tuple[float, Tensor]:
    """By how much a broad highlight surpasses the cheeks after a change of tone, of a face of one colour before.

    Args:
        over: By how much it does before.
        lab: The tone to reach.

    Returns:
        That share, and the luminance of the cheeks before and after ``(2,)``.
    """
    face = collins()
    place = face.surface.position[0]
    spot = (place[1] > 38) & (place[1] < 58) & (place[0].abs() < 25) & (face.surface.face[0, 0] > 0.9)
    cheeks = (face.regions.skin[0, 0] > 0.9) & (place[1] < -5)
    colour = lab_to_linear(torch.tensor([60.0, 13.0, 17.0])[None])[0].reshape(1, 3, 1, 1)
    linear = colour.expand_as(face.linear) * (1 + over * spot)
    sheen = torch.zeros_like(face.skin.specular)
    tone = linear_to_lab(colour)[:, :, 0, 0]
    plain = replace(
        face,
        linear=linear,
        regions=replace(face.regions, foreground=linear),
        skin=replace(face.skin, tone=tone, specular=sheen),
    )
    picture, _ = change_tone(
        linear, replace(Scene.of(plain), tone=Tone(torch.tensor([lab]), torch.ones(1), torch.zeros(1)))
    )
    bright = luminance(picture)[0, 0]
    middle = bright[cheeks].median()
    inner = (place[1] > 44) & (place[1] < 52) & (place[0].abs() < 15)
    before = luminance(linear)[0, 0][cheeks].median()
    return float(bright[inner].median() / middle - 1), torch.stack([before, middle])


@pytest.mark.parametrize("lab", [(35.0, 9.2, 11.3), (45.0, 10.7, 16.6), (72.0, 10.5, 10.3)])
def test_highlights_are_as_far_above_the_cheeks_as_on_real_faces_of_that_tone(lab: tuple[float, float, float]) -> None:
    over = 0.3
    found, bright = lit(over, lab)
    wanted = over * float((bright[1] + SURFACE) / bright[1] * bright[0] / (bright[0] + SURFACE))
    assert abs(wanted - over) > 0.05, "the law asks for a difference"
    assert found == pytest.approx(wanted, rel=0.1)


def test_what_is_no_brighter_than_the_cheeks_keeps_its_contrast() -> None:
    found, _ = lit(-0.4, (35.0, 9.2, 11.3))
    assert found == pytest.approx(-0.4, abs=0.02)


def test_more_light_makes_no_darkened_skin_darker() -> None:
    """Sheen found on light skin is more light than dark skin has: taken off it, less than nothing would be left."""
    face = collins()
    dark = get_edit("skin_tone")(Scene.of(face), ita=-65.0)
    lamp: dict[str, Any] = {"azimuth": 0.0, "elevation": 20.0, "key_fill": 2.0, "softness": 0.6}
    skin = face.regions.skin[0, 0] > 0.95
    dim, bright = (
        window(render(get_edit("lighting")(dark, exposure=exposure, **lamp)).pixels[0], face)[skin.numpy()]
        for exposure in (-0.5, 0.8)
    )
    brighter = bright.astype(int).sum(axis=1) - dim.astype(int).sum(axis=1)
    assert (brighter > 0).mean() > 0.999
