"""Where skin passes into hair."""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.face.bare import _matted

SIZE = 48


def forehead(hair: float, brows: float = 30.0) -> tuple[Tensor, Tensor, Tensor]:
    """Hair above, a strip where it grows thin over the scalp, skin below, and brows: CIELAB, first estimate, zones."""
    lab = torch.tensor([55.0, 18.0, 14.0]).reshape(1, 3, 1, 1).repeat(1, 1, SIZE, SIZE)
    lab[:, 0, :12] = hair
    lab[:, 0, 12:16] = 0.5 * (hair + 55)
    lab[:, 0, 36:40, 4:44] = brows
    share, zones = torch.zeros(1, 1, SIZE, SIZE), torch.zeros(1, 5, SIZE, SIZE)
    share[:, :, 16:] = 1.0
    share[:, :, 36:40, 4:44] = 0.0
    zones[:, 0] = 1.0
    zones[:, 1, 36:40, 4:44] = 1.0
    zones[:, 2, 20:] = 1.0
    zones[:, 3, :16] = 1.0
    return lab, share, zones


def test_scalp_under_thin_hair_darker_than_the_brows_has_its_share() -> None:
    """By the darkest of the brows it would be hair: a pale band along the hairline of a darkened face."""
    lab, share, zones = forehead(15.0, brows=22.0)
    settled = _matted(lab, share, torch.zeros_like(share), zones, 0.5)
    assert 0.3 < float(settled[0, 0, 13, 24]) < 0.8
    assert float(settled[0, 0, 4, 24]) < 0.1
    assert float(settled[0, 0, 38, 24]) < 0.1, "brows are told by their own"


def test_hair_lighter_than_the_brows_gains_nothing() -> None:
    lab, share, zones = forehead(32.0)
    settled = _matted(lab, share, torch.zeros_like(share), zones, 0.5)
    assert float(settled[0, 0, 4, 24]) < 0.15


def test_skin_in_the_shade_of_dark_hair_is_skin_though_deeper_in_colour_and_red_cloth_is_none() -> None:
    """Else an orange rim stays along the hairline of a darkened face, as steep curves of a camera deepen shades."""
    lab, share, zones = forehead(8.0)
    lab[:, :, 12:16] = torch.tensor([26.0, 26.0, 22.0]).reshape(1, 3, 1, 1)
    settled = _matted(lab, share, torch.zeros_like(share), zones, 0.5)
    assert float(settled[0, 0, 15, 24]) > 0.25
    zones[:, 4, :16] = 1.0
    assert float(_matted(lab, share, torch.zeros_like(share), zones, 0.5)[0, 0, 15, 24]) < 0.1
