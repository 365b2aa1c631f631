"""Edges of bare skin at cloth."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.hem import hemmed
from faceaug.image.filter import reduce

SIZE = 64


def covered(place: float) -> Tensor:
    """How much of each pixel lies above a slanted line ``(1, 1, 64, 64)``, that crosses the left border at a row."""
    rows = (torch.arange(SIZE * 8) + 0.5) / 8
    fine = (rows[:, None] < place + 0.15 * rows[None, :]).float()[None, None]
    return F.avg_pool2d(fine, 8)


def scene(cloth: float) -> tuple[Tensor, Tensor, Tensor]:
    """True share of skin, what was found of it a pixel too far, and the picture with cloth of some grey beside skin."""
    true = covered(26.0)
    skin = torch.tensor([0.42, 0.27, 0.20]).reshape(1, 3, 1, 1)
    return true, covered(27.2), true * skin + (1 - true) * cloth


def test_each_pixel_at_a_collar_has_its_own_share() -> None:
    for cloth in (0.01, 0.9):
        true, found, picture = scene(cloth)
        other = reduce(1 - found, 2)
        settled = hemmed(found, other, picture, torch.ones_like(found), 2)
        assert float((found - true).abs().amax()) > 0.9
        assert float((settled - true).abs().amax()) < 0.12, cloth


def test_cloth_as_light_as_skin_hair_and_the_wall_say_nothing() -> None:
    _, found, picture = scene(0.30)
    one = torch.ones_like(found)
    assert torch.allclose(hemmed(found, reduce(1 - found, 2), picture, one, 2), found, atol=1e-6)
    _, found, picture = scene(0.01)
    assert torch.equal(hemmed(found, torch.zeros_like(reduce(found, 2)), picture, one, 2), found), "hair"
    assert torch.equal(hemmed(found, reduce(1 - found, 2), picture, 0.5 * one, 2), found), "a soft edge of the person"
