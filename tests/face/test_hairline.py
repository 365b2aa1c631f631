"""Where hair grows thin over skin, every pixel has the share of skin that its light says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from faceaug.face.classes import Head
from faceaug.face.hairline import thinned

SKIN, HAIR, HIGH, WIDE = 0.4, 0.03, 64, 48
# Pixels over which hair grows thin; two are a millimetre.
THIN = 8


def head(at: float = 60.0) -> Head:
    """Nothing but a place of this height, mm."""
    position = torch.full((3, HIGH, WIDE), at)
    whole = torch.ones(HIGH, WIDE)
    return Head(torch.zeros(3, HIGH, WIDE), position, whole, whole, whole * 0, 2.0)


def hairline(hair: float = HAIR) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Hair above, thin around the middle, skin below: true share, classes' share, hair, photograph."""
    rows = torch.arange(HIGH) + 0.5
    true = ((rows - HIGH / 2 + THIN / 2) / THIN).clamp(0, 1)[None, None, :, None].expand(1, 1, HIGH, WIDE)
    found = (true > 0.5).float()
    return true, found, 1 - found, torch.lerp(torch.tensor(hair), torch.tensor(SKIN), true).expand(1, 3, HIGH, WIDE)


def test_a_pixel_of_both_has_the_share_that_its_light_says() -> None:
    true, found, hair, photograph = hairline()
    settled = thinned(found, hair, torch.zeros_like(found), photograph, head())
    band = slice(HIGH // 2 - THIN // 2, HIGH // 2 + THIN // 2)
    assert float((settled - true)[0, 0, band].abs().max()) < 0.12
    assert float((found - true)[0, 0, band].abs().max()) > 0.4, "the classes alone are farther off"
    assert torch.equal(settled[0, 0, :16], found[0, 0, :16])
    assert torch.equal(settled[0, 0, -16:], found[0, 0, -16:])


@pytest.mark.parametrize("fair", [SKIN, 1.5 * SKIN, 0.75 * SKIN])
def test_hair_as_light_as_skin_says_nothing(fair: float) -> None:
    _, found, hair, photograph = hairline(fair)
    assert torch.equal(thinned(found, hair, torch.zeros_like(found), photograph, head()), found)


def test_what_is_settled_and_what_lies_below_the_ears_stays() -> None:
    _, found, hair, photograph = hairline()
    settled = torch.zeros_like(found)
    settled[..., :12] = 1.0
    after = thinned(found, hair, settled, photograph, head())
    assert torch.equal(after[..., :12], found[..., :12])
    assert not torch.equal(after[..., 12:], found[..., 12:])
    assert torch.equal(thinned(found, hair, torch.zeros_like(found), photograph, head(-50.0)), found)


def test_beside_cloth_or_wall_nothing_is_hair() -> None:
    _, found, hair, photograph = hairline()
    assert torch.equal(thinned(found, 0 * hair, torch.zeros_like(found), photograph, head()), found)


def test_roots_of_glossy_hair_hold_skin() -> None:
    """Hair shines above its dark roots: told by the gloss, roots would be hair alone, a pale band beside dark skin."""
    true, found, hair, photograph = hairline()
    glossy = photograph.clone()
    glossy[..., : HIGH // 2 - THIN, :] = 0.15
    band = slice(HIGH // 2 - THIN // 2 + 1, HIGH // 2)
    plain, shining = (
        thinned(found, hair, torch.zeros_like(found), picture, head())[0, 0, band] for picture in (photograph, glossy)
    )
    assert float((shining - plain).abs().max()) < 0.1
    assert float(plain.mean()) > 0.5 * float(true[0, 0, band].mean())
