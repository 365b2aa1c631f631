"""What is of another hue than skin at the rim of a face lay behind it, as a flag; no beard or blush did."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import pytest
import torch

from faceaug.face.decomposition import Decomposition
from faceaug.stages.turning import slant
from faceaug.stages.turning.unseen import Sight, look_up
from tests.portraits import collins

SIDE, RIM = 128, 88
"""From the second column on the face was seen slantwise."""
ONES = torch.ones(1, 1, SIDE, SIDE)
SKIN = torch.tensor([0.6, 0.4, 0.3])[:, None, None]


def lit(high: float) -> Decomposition:
    """A head of which all lies 60 mm aside and so high, mm, in even light."""
    face, position = collins(), torch.full((1, 3, SIDE, SIDE), high)
    normal, even = torch.zeros(1, 3, SIDE, SIDE), torch.zeros(1, 9)
    normal[:, 2], position[:, 0], even[:, 0] = 1.0, 60.0, 1 / 0.886227
    light = replace(face.light, sh=even, rest=even, span=torch.tensor([[0.1, 3.0]]))
    surface = replace(face.surface, normal=normal, position=position, depth=position[:, :1])
    return replace(face, light=light, surface=surface)


def seen() -> Sight:
    """A face whose right part was seen at 0.4 of its width."""
    xs = torch.where(torch.arange(SIDE) < RIM, 1.0, 0.4).cumsum(0).sub(0.5).expand(SIDE, SIDE)
    place = torch.stack([xs, (torch.arange(SIDE) + 0.5)[:, None].expand(SIDE, SIDE)])[None]
    return look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], 0 * ONES, scale=1.0)


@pytest.mark.parametrize(
    ("colour", "high", "least", "most"),
    [
        ((0.4, 0.05, 0.08), -85.0, 0.95, 1.0),  # a red flag beside the jaw
        ((0.05, 0.08, 0.3), -85.0, 0.95, 1.0),
        ((0.3, 0.36, 0.42), -85.0, 0.0, 0.1),  # a grey beard
        ((0.66, 0.36, 0.28), -85.0, 0.0, 0.1),  # a blush
        ((0.4, 0.05, 0.08), -5.0, 0.0, 0.1),  # the arm of glasses
    ],
)
def test_what_is_of_another_hue_at_the_rim_lay_behind_it_but_no_beard_or_blush(
    monkeypatch: pytest.MonkeyPatch, colour: tuple[float, ...], *, high: float, least: float, most: float
) -> None:
    monkeypatch.setattr(slant, "bare_skin", lambda source: torch.zeros_like(source.surface.depth))
    picture = SKIN.expand(1, -1, SIDE, SIDE).clone()
    picture[..., 40:90, RIM + 10 :] = torch.tensor(colour)[:, None, None]
    strands = slant.faced(picture, lit(high), ONES, ONES, seen())[1][..., 50:80, RIM + 18 : -14]
    assert least <= float(strands.min()) <= float(strands.max()) <= most


def test_what_is_dark_behind_the_jaw_of_a_shaven_cheek_gives_way_but_no_beard_or_lock_that_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare, beard, none = ONES.clone(), ONES.clone(), torch.zeros(1, 2, 1, 1)
    bare[..., 40:90, RIM + 2 :], beard[..., 40:90, 40:] = 0, 0
    picture = SKIN.expand(1, -1, SIDE, SIDE).clone()
    picture[..., 40:90, RIM + 10 :] = 0.08
    for skin, high, hangs, least, most in (
        (bare, -85.0, none, 0.95, 1.0),
        (beard, -85.0, none, 0.0, 0.1),
        (bare, -85.0, none + torch.tensor([0.0, 1.0])[:, None, None], 0.0, 0.1),
        (bare, -85.0, none + torch.tensor([1.0, 0.0])[:, None, None], 0.95, 1.0),
        (ONES, -85.0, none, 0.0, 0.1),  # bare skin in deep shade
    ):
        monkeypatch.setattr(slant, "bare_skin", Mock(return_value=skin))
        monkeypatch.setattr(slant, "hair_hangs", Mock(return_value=hangs))
        strands = slant.faced(picture, lit(high), skin, ONES, seen())[1][..., 50:80, RIM + 18 : -14]
        assert least <= float(strands.min()) <= float(strands.max()) <= most
