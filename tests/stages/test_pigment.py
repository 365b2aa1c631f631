"""Pigment filters what comes out of the skin; melanin that is taken away leaves skin, not paint."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.face.depigment import bleaching
from faceaug.image.color import lab_to_linear, linear_to_lab, luminance
from faceaug.scene import Scene
from faceaug.stages.pigment import add_pigment
from tests.portraits import collins

DARK, LIGHT = (36.0, 9.8, 11.0), (72.0, 10.5, 10.5)


def swatch(lab: tuple[float, float, float]) -> Decomposition:
    """A face whose every pixel has one colour, without sheen."""
    face = collins()
    tone = torch.tensor([lab])
    colour = lab_to_linear(tone[:, :, None, None]).expand_as(face.linear).contiguous()
    skin = replace(face.skin, tone=tone, specular=torch.zeros_like(face.skin.specular))
    return replace(face, linear=colour, skin=skin)


def with_pigment(face: Decomposition, melanin: float, blood: float = 0.0) -> torch.Tensor:
    """Median CIELAB ``(3,)`` after adding so much."""
    amount = torch.tensor([melanin, blood])[None, :, None, None].expand(1, 2, *face.size[1]).contiguous()
    picture = add_pigment(face.linear, Scene(face, pigment=amount))[0]
    return linear_to_lab(picture)[0].flatten(1).median(dim=1).values


def test_no_pigment_no_work() -> None:
    face = collins()
    assert add_pigment(face.linear, Scene(face))[0] is face.linear


def test_only_where_there_is_pigment() -> None:
    face = collins()
    amount = torch.zeros(1, 2, *face.size[1])
    amount[0, 0, 40:60, 50:90], amount[0, 1, 100:110, 20:30], amount[0, 0, 5:9, 5:9] = 0.5, 0.3, -0.4
    picture = add_pigment(face.linear, Scene(face, pigment=amount))[0]
    assert bool(((picture != face.linear).any(dim=1) <= (amount != 0).any(dim=1)).all())


@pytest.mark.parametrize("tone", [DARK, LIGHT])
def test_blood_reddens_and_melanin_browns(tone: tuple[float, float, float]) -> None:
    face = swatch(tone)
    red, brown = with_pigment(face, 0.0, 0.4), with_pigment(face, 0.6)
    assert red[1] > tone[1] + 1
    assert red[0] < tone[0]
    assert brown[0] < tone[0] - 3
    assert brown[2] - tone[2] > brown[1] - tone[1], "more yellow than red"


def test_dense_melanin_is_dark_rather_than_orange() -> None:
    """A mole on light skin: chroma stays within that of skin."""
    mole = with_pigment(swatch(LIGHT), 3.0)
    assert mole[0] < 46
    assert float(torch.hypot(mole[1], mole[2])) < 32


@pytest.mark.parametrize(
    ("edit", "settings", "red", "blue"),
    [
        ("moles", {"contrast": 1.0, "radius": 1.5}, (0.55, 0.72), (1.0, 1.2)),
        ("age_spots", {"contrast": 0.8, "radius": 2.0}, (0.55, 0.72), (1.0, 1.3)),
        ("freckles", {"contrast": 0.45, "radius": 0.9}, (0.58, 0.75), (1.1, 1.4)),
    ],
)
def test_spots_take_colours_as_real_ones_do(
    edit: str, settings: dict[str, Any], red: tuple[float, float], blue: tuple[float, float]
) -> None:
    """Of their green, fourteen real moles take 0.64 from red and 1.09 from blue, eight freckles 0.70 and 1.1."""
    face = swatch(LIGHT)
    pigment = get_edit(edit)(Scene.of(collins()), **settings).pigment
    assert pigment is not None
    taken = torch.log(face.linear / add_pigment(face.linear, Scene(face, pigment=pigment))[0])[0]
    deep = taken[:, taken[1] > 0.5 * taken[1].max()]
    share = (deep / deep[1]).median(dim=1).values
    assert red[0] < float(share[0]) < red[1]
    assert blue[0] < float(share[2]) < blue[1]


def test_bleached_skin_is_light_pinkish_skin_whatever_it_was() -> None:
    for tone in (DARK, (50.0, 10.5, 17.0), (62.0, 13.0, 17.0), LIGHT):
        amount = float(bleaching(torch.tensor([tone]))[1])
        lightness, a, b = with_pigment(swatch(tone), -amount).tolist()
        assert 64 < lightness < 80, f"from {tone}: L* {lightness:.0f}"
        assert 4 < a < 20, f"from {tone}: a* {a:.0f}"
        assert 4 < b < 22, f"from {tone}: b* {b:.0f}"


def test_the_more_is_taken_the_lighter_and_no_more_than_there_is() -> None:
    face = swatch(DARK)
    amount = float(bleaching(torch.tensor([DARK]))[1])
    steps = [float(with_pigment(face, -amount * part)[0]) for part in (0.0, 0.25, 0.5, 0.75, 1.0, 3.0)]
    assert all(low < high - 2 for low, high in itertools.pairwise(steps[:5]))
    assert steps[5] == pytest.approx(steps[4], abs=0.1)


def test_light_skin_has_little_to_lose() -> None:
    amounts = bleaching(torch.tensor([DARK, (56.0, 14.5, 19.5), LIGHT]))[1]
    assert amounts[0] > 2 * amounts[1] > 4 * amounts[2]


def test_texture_stays_under_bleaching() -> None:
    face = swatch(DARK)
    grain = 1 + 0.1 * torch.sin(torch.arange(face.size[1][1]) * 1.3)
    face = replace(face, linear=face.linear * grain)
    pale = torch.zeros(1, 2, *face.size[1])
    pale[:, 0] = -float(bleaching(torch.tensor([DARK]))[1])
    picture = luminance(add_pigment(face.linear, Scene(face, pigment=pale))[0])[0, 0]
    own = luminance(face.linear)[0, 0]
    assert np.corrcoef(own.flatten(), picture.flatten())[0, 1] > 0.98
    assert 0.4 < float((picture.std() / picture.mean()) / (own.std() / own.mean())) <= 1.0


def test_a_grey_photograph_stays_grey() -> None:
    face = collins()
    grey = luminance(face.linear).expand_as(face.linear).contiguous()
    face = replace(face, linear=grey, grey=torch.ones_like(face.grey))
    amount = torch.full((1, 2, *face.size[1]), 0.4)
    picture = add_pigment(grey, Scene(face, pigment=amount))[0][0]
    assert float((picture[0] - picture[2]).abs().max()) < 1e-5
    assert bool((picture < grey[0])[grey[0] > 0.01].all())


def test_stubble_and_sheen_do_not_turn_blue_where_skin_is_bleached() -> None:
    """Grey light mixed with that of the skin has met no melanin: the mixture may not end bluer than grey."""
    face = swatch(DARK)
    skin = lab_to_linear(torch.tensor([DARK])[:, :, None, None])
    for share, level in ((0.5, 0.03), (0.8, 0.015), (0.3, 0.5)):
        mixed = (1 - share) * skin + share * level
        dim = replace(face, linear=mixed.expand_as(face.linear).contiguous())
        _, a, b = with_pigment(dim, -5.0).tolist()
        before = linear_to_lab(mixed)[0].flatten().tolist()
        assert b > -1, f"b* {before[2]:.1f} became {b:.1f}"
        assert a > -1, f"a* {before[1]:.1f} became {a:.1f}"
