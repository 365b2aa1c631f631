"""Differences of hue and chroma within a face that is made lighter or darker."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.image.color import decode, lab_to_linear, linear_to_lab
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.shades import shades_fitted
from tests.portraits import hopper

SIZE = 60


def two_hues(left: tuple[float, float, float], right: tuple[float, float, float]) -> Tensor:
    """A picture ``(1, 3, 60, 60)``, linear, of lightness, chroma and hue (degrees) in either half, and a fine grain."""
    halves = []
    for lightness, chroma, hue in (left, right):
        halves.append(middle(lightness, chroma, hue).reshape(1, 3, 1, 1).expand(1, 3, SIZE, SIZE // 2))
    lab = torch.cat(halves, dim=3).clone()
    lab[:, 0] += 3 * (torch.arange(SIZE) % 2)
    return lab_to_linear(lab)


def middle(lightness: float, chroma: float, hue: float) -> Tensor:
    return torch.tensor([lightness, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))])


def hue_at(picture: Tensor, column: int) -> float:
    lab = linear_to_lab(picture)[0, :, SIZE // 2, column]
    return math.degrees(math.atan2(float(lab[2]), float(lab[1])))


def test_a_difference_that_grew_is_as_large_as_it_was_and_nothing_else_changes() -> None:
    own, toned = two_hues((55, 30, 48), (60, 30, 53)), two_hues((78, 14, 55), (84, 13, 72))
    cheeks = middle(55, 30, 48), middle(78, 14, 55)
    found = shades_fitted(toned, own, torch.ones(1, 1, SIZE, SIZE), cheeks, 1.0)
    assert hue_at(toned, 50) == pytest.approx(72, abs=0.5)
    assert hue_at(found, 50) == pytest.approx(60, abs=0.5)
    assert hue_at(found, 10) == pytest.approx(55, abs=0.5)
    before, after = linear_to_lab(toned), linear_to_lab(found)
    assert after[:, 0].numpy() == pytest.approx(before[:, 0].numpy(), abs=0.15), "lightness and its grain"
    chroma = [torch.hypot(lab[:, 1], lab[:, 2]).numpy() for lab in (before, after)]
    assert chroma[1] == pytest.approx(chroma[0], abs=0.25)


def test_a_difference_that_did_not_grow_and_what_is_no_skin_stay() -> None:
    own, toned = two_hues((55, 30, 48), (60, 30, 60)), two_hues((78, 14, 55), (84, 13, 66))
    cheeks = middle(55, 30, 48), middle(78, 14, 55)
    assert torch.equal(shades_fitted(toned, own, torch.ones(1, 1, SIZE, SIZE), cheeks, 1.0), toned)
    far = two_hues((78, 14, 55), (84, 13, 90))
    skin = torch.ones(1, 1, SIZE, SIZE)
    skin[..., 40:] = 0
    found = shades_fitted(far, own, skin, cheeks, 1.0)
    assert torch.equal(found[..., 40:], far[..., 40:])
    assert hue_at(found, 34) < 80


def test_what_lost_more_chroma_than_the_cheeks_gets_it_back() -> None:
    """A highlight, whiter than the skin around it, would be grey where skin is made lighter."""
    own, toned = two_hues((55, 30, 50), (70, 24, 50)), two_hues((78, 16, 50), (82, 4, 50))
    cheeks = middle(55, 30, 50), middle(78, 16, 50)
    found = linear_to_lab(shades_fitted(toned, own, torch.ones(1, 1, SIZE, SIZE), cheeks, 1.0))
    chroma = torch.hypot(found[0, 1], found[0, 2])
    assert float(chroma[SIZE // 2, 50]) == pytest.approx(0.9 * 16 * 24 / 30, abs=0.7), (
        "nearly the share it had of the cheeks'"
    )
    assert float(chroma[SIZE // 2, 10]) == pytest.approx(16, abs=0.3)
    assert found[:, 0].numpy() == pytest.approx(linear_to_lab(toned)[:, 0].numpy(), abs=0.15), "lightness stays"


def test_dark_skin_is_more_even_in_hue() -> None:
    """Ears redder than the cheeks and a yellow neck are hardly seen on real dark faces."""
    own, toned = two_hues((66, 16, 46), (60, 16, 66)), two_hues((36, 15, 50), (31, 15, 70))
    skin, cheeks = torch.ones(1, 1, SIZE, SIZE), (middle(66, 16, 46), middle(36, 15, 50))
    found = shades_fitted(toned, own, skin, cheeks, 1.0)
    assert hue_at(found, 10) == pytest.approx(50, abs=0.5)
    assert hue_at(found, 50) == pytest.approx(53.0, abs=0.8), "as much as cheeks of dark faces differ from the rest"
    before, after = linear_to_lab(toned), linear_to_lab(found)
    assert after[:, 0].numpy() == pytest.approx(before[:, 0].numpy(), abs=0.15), "lightness and its grain"
    little = middle(66, 16, 46), middle(60, 16, 47)
    nearly = hue_at(shades_fitted(two_hues((60, 16, 47), (54, 16, 67)), own, skin, little, 1.0), 50)
    assert 62.5 < nearly < 65, "the less, the less darker"


@pytest.mark.parametrize(("apart", "least", "most"), [(10.0, 0.85, 0.9), (18.0, 0.8, 0.75)])
def test_small_differences_of_hue_stay_on_dark_skin_but_for_red_ones(apart: float, least: float, most: float) -> None:
    """Skin of one brown is no skin, but an ear that light shines through is no dark one."""

    def striped(lightness: float, chroma: float) -> Tensor:
        red, yellow = (two_hues(*[(lightness, chroma, 50 + side * apart)] * 2) for side in (-1, 1))
        return torch.where(torch.arange(SIZE) % 20 < 10, red, yellow)

    cheeks, skin = (middle(66, 16, 50), middle(36, 15, 50)), torch.ones(1, 1, SIZE, SIZE)
    found = shades_fitted(striped(36, 15), striped(66, 16), skin, cheeks, 1.0)
    assert hue_at(found, 35) - 50 > least * apart, "yellow"
    assert -most * apart < hue_at(found, 25) - 50 < -0.4 * apart, "red"


def test_highlights_of_darkened_skin_gain_the_chroma_that_they_lack() -> None:
    own, toned = two_hues((66, 16, 50), (80, 14, 50)), two_hues((36, 15, 50), (48, 10, 50))
    cheeks, skin = (middle(66, 16, 50), middle(36, 15, 50)), torch.ones(1, 1, SIZE, SIZE)
    found = linear_to_lab(shades_fitted(toned, own, skin, cheeks, 1.0))
    chroma = torch.hypot(found[0, 1], found[0, 2])[SIZE // 2]
    assert float(chroma[50]) == pytest.approx(15, rel=0.04), "as much as the cheeks"
    assert float(chroma[10]) == pytest.approx(15, rel=0.03)
    deep = linear_to_lab(shades_fitted(two_hues((36, 15, 50), (48, 15, 50)), own, skin, cheeks, 1.0))
    assert float(torch.hypot(deep[0, 1], deep[0, 2])[SIZE // 2, 50]) == pytest.approx(15, rel=0.01), "no more than that"
    shade = two_hues((66, 16, 50), (45, 14, 50)), two_hues((36, 15, 50), (20, 12, 50))
    deep = linear_to_lab(shades_fitted(shade[1], shade[0], skin, cheeks, 1.0))
    assert float(torch.hypot(deep[0, 1], deep[0, 2])[SIZE // 2, 50]) == pytest.approx(12, rel=0.01), (
        "the camera's curve"
    )
    assert deep[:, 0].numpy() == pytest.approx(linear_to_lab(shade[1])[:, 0].numpy(), abs=0.15), "lightness stays"


def test_a_warm_portrait_gets_no_yellow_forehead() -> None:
    face = hopper()
    place = face.surface.position[0]
    forehead = (place[1] > 32) & (place[1] < 50) & (place[0].abs() < 30) & (face.surface.face[0, 0] > 0.9)
    made = render(get_edit("skin_tone")(Scene.of(face), ita=62.0)).pixels[0]
    left, top = face.corners[0]
    height, width = face.linear.shape[-2:]
    after = decode(torch.from_numpy(made[top : top + height, left : left + width].copy())).permute(2, 0, 1)[None]
    hue = [
        math.degrees(math.atan2(*linear_to_lab(picture)[0, :, forehead].median(dim=1).values[[2, 1]].tolist()))
        for picture in (face.linear, after)
    ]
    assert hue[0] < 52
    assert hue[1] < 63, "71 by a layer of one density"
