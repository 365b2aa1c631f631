"""What lenses show besides the eyes: a veil of light from above, its colour, how it differs; how large they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from faceaug.face.frame import cut, rim_widths
from faceaug.face.wearing import PUPIL_AT
from faceaug.stages.eyewear import lenses as eyewear_lenses
from faceaug.stages.eyewear.fitting import Fitting
from faceaug.stages.eyewear.lenses import glare
from tests.spectacles import fitting

SEEDS = range(12)


def veil(fit: Fitting) -> torch.Tensor:
    """Light ``(3, 3)`` that a lens adds 8 mm below the pupil, before it and 8 mm above: three channels of each."""
    fit = replace(fit, small=replace(fit.small, samples=1))
    u, v = (fit.worn.pupils[1, k] + torch.zeros(1, 1, 1, 3) for k in (0, 1))
    return glare(fit, u, v + torch.tensor([-8.0, 0.0, 8.0]))[0][0, :, 0].expand(3, -1).T


def test_lenses_are_veiled_above_the_pupils_more_than_below_and_not_where_they_mirror_nothing() -> None:
    below, before, above = torch.stack([veil(fitting(seed, reflection="surroundings")) for seed in SEEDS]).mean((0, 2))
    assert above > 2 * before > 2.5 * below
    assert above > 0.005
    assert float(veil(fitting(reflection="none")).abs().amax()) == 0.0


def test_most_lenses_are_veiled_little_and_some_much() -> None:
    found = torch.stack([veil(fitting(seed, reflection="surroundings"))[2].mean() for seed in SEEDS])
    assert float(found.amax()) > 4 * float(found.median()) > 0


def rise(seed: int) -> float:
    """How steeply light rises over the lens, by half a millimetre, over all that it rises by."""
    fit = fitting(seed, reflection="surroundings", gloss=1.0)
    fit = replace(fit, small=replace(fit.small, samples=1))
    v = torch.linspace(-16.0, 40.0, 113).reshape(1, 1, -1, 1)
    light = glare(fit, torch.full_like(v, float(fit.worn.pupils[1, 0])), v)[0].mean(dim=1).flatten()
    return float(light.diff().amax() / (light.amax() - light.amin()))


def test_some_veils_have_a_border_and_some_have_none_but_no_border_is_hard() -> None:
    steep = [rise(seed) for seed in SEEDS]
    assert max(steep) > 2.2 * min(steep)
    assert max(steep) < 0.08


def test_a_veil_has_half_of_the_tint_of_a_coating(monkeypatch: pytest.MonkeyPatch) -> None:
    """In stops: of light of which the coating leaves 0.6 of red, a veil keeps 0.77."""
    shown = []
    for coat in (1.0, 0.5):
        monkeypatch.setattr(eyewear_lenses, "_COATINGS", ((coat, 1.0, 1.0),))
        shown.append(veil(fitting(3, reflection="surroundings", gloss=0.2))[2])
    assert float(shown[1][0] / shown[0][0]) == pytest.approx(0.77, abs=0.05)
    assert float(shown[1][1] / shown[0][1]) == pytest.approx(1.0, abs=0.001)


def test_a_veil_is_as_warm_as_the_face_that_it_lies_over() -> None:
    fit, ratio = fitting(3, reflection="surroundings", gloss=1.0), []
    for face in ((0.3, 0.3, 0.3), (0.5, 0.28, 0.2)):
        red, green, blue = veil(replace(fit, face=torch.tensor(face).reshape(1, 3, 1, 1)))[2]
        ratio += [float(red / green), float(blue / green)]
    assert ratio[2] > 1.15 * ratio[0]
    assert ratio[3] < 0.95 * ratio[1]


def test_tinted_lenses_are_veiled_less() -> None:
    dark = {"lens": "tinted", "tint": 0.0}
    clear, tinted = (veil(fitting(3, reflection="surroundings", gloss=1.0, **more))[2] for more in ({}, dark))
    assert float(tinted.mean()) < 0.6 * float(clear.mean())


@pytest.mark.parametrize("style", ["oval", "rectangle", "rimless", "half_rim"])
def test_lenses_are_as_high_as_those_of_wearers(style: str) -> None:
    frame = cut(style, metal=True, width=138.0, pupils=63.0, thickness=1.0)
    above, _, below = (0.0, 0.0, 0.0) if style == "rimless" else rim_widths(frame)
    assert 31.0 < frame.height + above + below < 38.5
    assert 18.0 < frame.height * PUPIL_AT + below < 22.5
