"""Pictures that are looked up between their pixels keep the fineness of their grain."""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.image.filter import separable
from faceaug.image.noise import Noise
from faceaug.image.warp import pixel_centres, prefiltered, sampled

SIZE = (160, 160)
DRAWN = Noise.of(3, ["any"], [0], "test")


def turned(picture: Tensor) -> Tensor:
    """Looked up by cubics where a turn by some degrees takes it: every place between pixels comes up."""
    xs, ys = pixel_centres(SIZE, picture.device)
    x, y = xs.expand(SIZE), ys.expand(SIZE)
    place = torch.stack([0.995 * x - 0.1 * y + 12.3, 0.1 * x + 0.995 * y - 3.7])[None]
    return sampled(picture, place, mode="bicubic")[..., 16:-16, 16:-16]


def fineness(picture: Tensor) -> float:
    """Size of what differs from pixel to pixel both ways, as grain does."""
    fine = separable(picture, torch.tensor([1.0, -2.0, 1.0]) / 4)
    return float(fine[..., 4:-4, 4:-4].std())


def test_grain_is_as_fine_and_as_strong_after_a_turn() -> None:
    grain = 0.3 + 0.01 * DRAWN.normal_grid("grain", (1, *SIZE), "cpu").expand(-1, 3, -1, -1)
    plain, kept = turned(grain), turned(prefiltered(grain))
    assert fineness(plain) < 0.75 * fineness(grain), "cubics alone make it softer"
    assert 0.9 < fineness(kept) / fineness(grain) < 1.1
    assert 0.97 < float(kept.std() / grain.std()) < 1.03


def test_the_grain_of_colour_alone_stays_as_it_is() -> None:
    """As much red as makes up for green: brightness is even."""
    red = DRAWN.normal_grid("grain", (1, *SIZE), "cpu") * 0.01
    root = torch.cat([0.5 + red, 0.5 - red * (0.2126 / 0.7152), torch.full_like(red, 0.5)], dim=1)
    assert float((prefiltered(root**2) - root**2).abs().max()) < 1e-4


def test_what_is_broad_stays_as_it_is() -> None:
    xs, ys = pixel_centres(SIZE, torch.device("cpu"))
    wave = 0.3 + 0.2 * torch.sin(xs / 6) * torch.cos(ys / 9)
    colour = wave * torch.tensor([1.0, 0.7, 0.5])[None, :, None, None]
    assert float((prefiltered(colour) - colour).abs()[..., 4:-4, 4:-4].max()) < 2e-3
    black = torch.zeros(1, 3, *SIZE)
    black[..., 80:] = 1
    assert float(prefiltered(black)[..., 79].max()) == 0, "no light comes from less than none"
    assert torch.equal(prefiltered(black[..., :60]), black[..., :60])
