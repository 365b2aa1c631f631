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
from faceaug.stages.film import light_of, picture_of
from faceaug.stages.tone import change_tone
from tests.portraits import collins, window

# In light, what is brighter than the cheeks exceeds them by (Y + 0.2) / Y times a constant, Y what comes from them.
SURFACE = 0.2
NARROW, BROAD = (6.0, 42.0, 54.0), (200.0, 10.0, 200.0)


def lit(over: float, lab: tuple[float, float, float], where: tuple[float, float, float]) -> tuple[float, Tensor]:
    """By how much the light of a spot surpasses the cheeks' after a change of tone, of a face of one colour before.

    Args:
        over: By how much it does before.
        lab: The tone to reach.
        where: How far out on the mean face the spot lies, and from where to where up, mm.

    Returns:
        That share, and the luminance of the cheeks' light before and after ``(2,)``.
    """
    face = collins()
    place, (out, low, high) = face.surface.position[0], where
    spot = (place[1] > low) & (place[1] < high) & (place[0].abs() < out)
    cheeks = (face.regions.skin[0, 0] > 0.9) & (place[1] < -5)
    colour = light_of(lab_to_linear(torch.tensor([60.0, 13.0, 17.0])[None]))[0].reshape(1, 3, 1, 1)
    linear = picture_of(colour.expand_as(face.linear) * (1 + over * spot))
    sheen = torch.zeros_like(face.skin.specular)
    tone = linear_to_lab(picture_of(colour))[:, :, 0, 0]
    plain = replace(
        face,
        linear=linear,
        regions=replace(face.regions, foreground=linear),
        skin=replace(face.skin, tone=tone, specular=sheen),
    )
    picture, _ = change_tone(
        linear, replace(Scene.of(plain), tone=Tone(torch.tensor([lab]), torch.ones(1), torch.zeros(1)))
    )
    bright, before = luminance(light_of(picture))[0, 0], luminance(colour)[0, 0, 0, 0]
    middle = bright[cheeks].median()
    inner = (place[1] > 45) & (place[1] < 51) & (place[0].abs() < 3)
    return float(bright[inner].median() / middle - 1), torch.stack([before, middle])


@pytest.mark.parametrize("lab", [(35.0, 9.2, 11.3), (45.0, 10.7, 16.6), (72.0, 10.5, 10.3)])
def test_highlights_are_as_far_above_the_cheeks_as_on_real_faces_of_that_tone(lab: tuple[float, float, float]) -> None:
    over = 0.4
    found, bright = lit(over, lab, NARROW)
    wanted = over * float((bright[1] + SURFACE) / bright[1] * bright[0] / (bright[0] + SURFACE))
    assert abs(wanted - over) > 0.05, "the law asks for a difference"
    assert found == pytest.approx(wanted, rel=0.12)


def test_half_a_face_in_more_light_does_not_gloss() -> None:
    """A chest in the flash would turn to a pale patch."""
    found, _ = lit(0.6, (35.0, 9.2, 11.3), BROAD)
    assert found == pytest.approx(0.6, abs=0.25)
    narrow, _ = lit(0.6, (35.0, 9.2, 11.3), NARROW)
    assert narrow > 1.1


def test_what_is_no_brighter_than_the_cheeks_keeps_its_contrast() -> None:
    found, _ = lit(-0.4, (35.0, 9.2, 11.3), NARROW)
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
