"""Skin that is grown varies as skin beside it does, and shows no pattern: nothing returns, mirrored or not."""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.image.filter import gaussian
from faceaug.image.noise import Noise
from faceaug.stages.turning.growth import laid_out

SCALE, SIDE = 1.0, 96


def wrinkled(fine: float) -> Tensor:
    """Texture of slanting wrinkles and pores so fine, pixels ``(1, 3, SIDE, SIDE)``, 0 on average."""
    along = torch.arange(SIDE, dtype=torch.float32)
    lines = torch.sin((along[:, None] + 0.9 * along) * 0.7)[None, None]
    pores = gaussian(Noise(("pores",)).normal_grid("pores", (1, SIDE, SIDE)), fine)
    grain = lines * 0.05 + pores / pores.std() * 0.05
    return (grain - grain.mean()).expand(1, 3, -1, -1)


def laid(texture: Tensor) -> Tensor:
    """What is grown of it, where all of it lends ``(SIDE, SIDE)``."""
    everywhere = torch.ones_like(texture[:, :1])
    return laid_out(texture, everywhere, everywhere, SCALE)[0, 0]


def alike(one: Tensor, other: Tensor) -> float:
    return float(torch.corrcoef(torch.stack([one.flatten(), other.flatten()]))[0, 1])


def test_no_piece_returns_as_its_mirror_image() -> None:
    grown = laid(wrinkled(0.8))
    for turned in (grown, grown.T):
        for axis in range(16, SIDE - 16):
            left, right = turned[:, axis - 12 : axis].flip(1), turned[:, axis : axis + 12]
            assert abs(alike(left, right)) < 0.35


def test_wrinkles_of_a_piece_leave_no_streaks() -> None:
    grown = laid(wrinkled(0.8))
    falling, rising = (
        float((grown[1:, 1:] - grown[:-1, :-1]).square().mean()),
        float((grown[1:, :-1] - grown[:-1, 1:]).square().mean()),
    )
    assert 0.8 < falling / rising < 1.25


def test_grain_keeps_its_size_and_strength() -> None:
    fine, coarse = laid(wrinkled(0.7)), laid(wrinkled(2.5))
    for grown in (fine, coarse):
        assert abs(float(grown.abs().mean()) - 1) < 0.1
    steps = [float((grown[:, 1:] - grown[:, :-1]).abs().mean()) for grown in (fine, coarse)]
    assert steps[0] > 1.3 * steps[1]
