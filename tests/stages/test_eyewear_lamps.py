"""Lamps in lenses: the photograph's own, above the pupils, smaller where lenses are more curved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from faceaug.edit import get_edit
from faceaug.stages.eyewear import lamps as eyewear_lamps
from faceaug.stages.eyewear.fitting import Fitting
from faceaug.stages.eyewear.lenses import glare
from tests.spectacles import fitting

ABOVE = [[0.0, 0.35, 0.12, 1.0]]


def shine(monkeypatch: pytest.MonkeyPatch, lamps: list[list[float]], seed: int = 0, **given: Any) -> torch.Tensor:
    """Light that lamps add over both lenses: u, v (mm) and light of each place ``(3, n)``."""
    monkeypatch.setattr(eyewear_lamps, "_lamps", lambda _: lamps)
    glasses = {"style": "aviator", "lens": "tinted", "tint": 0.9, "gloss": 1.0, **given}
    lit, plain = (fitting(seed, reflection=word, **glasses) for word in ("lamps", "surroundings"))
    u, v = torch.meshgrid(torch.linspace(-62, 62, 373), torch.linspace(-25, 25, 151), indexing="xy")

    def mirrored(fit: Fitting) -> torch.Tensor:
        fit = replace(fit, small=replace(fit.small, samples=1))
        return glare(fit, u[None, None], v[None, None])[0][0].expand(3, -1, -1).mean(dim=0)

    inside = lit.tables.at(u[None, None], v[None, None], 0, 1)[0, 0] < 0
    return torch.stack([u[inside], v[inside], (mirrored(lit) - mirrored(plain))[inside]])


@pytest.mark.parametrize("seed", range(4))
def test_a_lamp_is_a_bright_spot_above_each_pupil(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    u, v, light = shine(monkeypatch, ABOVE, seed)
    pupil = float(fitting(style="aviator").worn.pupils[:, 1].mean())
    for side in (-1, 1):
        assert float(light[u * side > 0].amax()) > 0.15, "no lamp in this lens"
    assert float(v[light > 0.05].min()) > pupil
    assert float((light > 0.05).float().mean()) < 0.2, "a veil"


def test_a_lamp_to_the_right_lies_farther_right_in_both_lenses(monkeypatch: pytest.MonkeyPatch) -> None:
    middles = []
    for aside in (-0.2, 0.2):
        u, _, light = shine(monkeypatch, [[aside, 0.35, 0.12, 1.0]])
        middles.append([float((u * light)[u * s > 0].sum() / light[u * s > 0].sum()) for s in (-1, 1)])
    assert all(right > left + 6 for left, right in zip(*middles, strict=True))


def test_two_lamps_are_two_spots_as_bright_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    u, _, light = shine(monkeypatch, [[-0.15, 0.35, 0.1, 1.0], [0.15, 0.35, 0.1, 0.4]])
    own = (u > 0) & (light > 0.02)
    first, second = own & (u < u[own].mean()), own & (u > u[own].mean())
    assert float(light[second].amax()) == pytest.approx(0.4 * float(light[first].amax()), rel=0.3)


def test_no_lamp_lies_before_the_eyes_however_low_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    _, v, light = shine(monkeypatch, [[0.1, 0.5, 0.1, 1.0], [-0.1, 0.2, 0.1, 1.0]])
    assert float(v[light > 0.05].min()) > float(fitting(style="aviator").worn.pupils[:, 1].mean())


def test_lenses_against_the_sun_are_more_curved_and_show_lamps_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    widths = []
    for lens in ("clear", "tinted"):
        u, _, light = shine(monkeypatch, [[0.0, 0.2, 0.15, 1.0]], style="round", lens=lens)
        own = u[(light > 0.5 * light.amax()) & (u > 0)]
        widths.append(float(own.amax() - own.amin()))
    assert widths[0] > 1.15 * widths[1] > 0


def test_a_new_light_is_the_lamp_that_lenses_mirror() -> None:
    fit = fitting()
    lit = get_edit("lighting")(fit.scene, azimuth=50.0, elevation=20.0, key_fill=6.0, softness=0.3)
    (lamp,) = eyewear_lamps._lamps(replace(fit, scene=lit))
    assert lamp[:2] == pytest.approx(fit.light.direction[:2].tolist())
    assert lamp[2:] == [0.12, 1.0]
