from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from torch import Tensor

from faceaug.image.filter import (
    box,
    closing,
    coarseness,
    enlarge,
    fill_outside,
    gaussian,
    gaussian_weights,
    reduce,
    separable,
)
from faceaug.image.noise import Noise

FULL, REDUCED = [0.8, 1.0, 2.0, 3.0], [3.1, 5.0, 6.0, 8.0, 12.0, 25.0]


def picture(*shape: int, rows: int = 1) -> Tensor:
    channels, height, width = shape
    return (
        Noise(tuple(f"row {row}" for row in range(rows))).uniform("p", channels * height * width).reshape(rows, *shape)
    )


def spread(kernel: Tensor) -> tuple[float, float]:
    """Mean and variance of positive weights ``(N,)``."""
    weight = kernel.double() / kernel.double().sum()
    at = torch.arange(len(kernel), dtype=torch.float64)
    mean = float((weight * at).sum())
    return mean, float((weight * (at - mean) ** 2).sum())


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5, 10.0])
def test_taps_sum_to_one_and_are_symmetric(sigma: float) -> None:
    taps = gaussian_weights(sigma)
    assert len(taps) % 2 == 1
    assert float(taps.sum()) == pytest.approx(1, abs=1e-6)
    assert torch.equal(taps, taps.flip(0))


@pytest.mark.parametrize("sigma", FULL + REDUCED)
def test_a_point_spreads_as_wide_as_asked(sigma: float) -> None:
    """The variance is sigma squared and that of a pixel, wherever in a block of the reduced copy the point lies."""
    variances = []
    for shift in range(0, 16, 3):
        point = torch.zeros(1, 1, 5, 401)
        point[..., 190 + shift] = 1
        seen = gaussian(point, sigma)[0, 0, 2]
        assert float(seen.sum()) == pytest.approx(1, abs=1e-4), "light is neither made nor lost"
        mean, variance = spread(seen)
        assert mean == pytest.approx(190 + shift, abs=0.51 * 2 ** max(0, math.ceil(math.log2(sigma / 3))))
        variances.append(variance)
    assert math.sqrt(sum(variances) / len(variances)) == pytest.approx(math.sqrt(sigma**2 + 1 / 12), rel=0.015)


@pytest.mark.parametrize("sigma", [1.5, 3.0, 5.0, 12.0])
def test_blur_is_the_reference_blur(sigma: float) -> None:
    """Against SciPy, away from the edges: within 1/255."""
    smooth = separable(picture(2, 130, 120), gaussian_weights(2.0))
    smooth = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    wide = math.sqrt(sigma**2 + 1 / 12)
    expected = ndimage.gaussian_filter(smooth.double().numpy(), (0, 0, wide, wide), mode="nearest", truncate=4)
    margin = math.ceil(3 * sigma)
    inner = (gaussian(smooth, sigma).double().numpy() - expected)[..., margin:-margin, margin:-margin]
    assert abs(inner).max() < 1 / 255


@pytest.mark.parametrize("sigma", [0.0, -1.0])
def test_no_blur_is_the_picture_itself(sigma: float) -> None:
    x = picture(1, 5, 5)
    assert gaussian(x, sigma) is x


@pytest.mark.parametrize("sigma", [2.0, 7.0])
def test_an_even_picture_stays_even(sigma: float) -> None:
    even = torch.full((1, 3, 33, 45), 0.37)
    assert torch.allclose(gaussian(even, sigma), even, atol=1e-6)
    assert torch.allclose(box(even, 4), even, atol=1e-6)


def halved(x: Tensor) -> Tensor:
    return reduce(x, 2)


@pytest.mark.parametrize("sigma", [0.7, 3.0, 9.0])
def test_rows_are_filtered_alone(sigma: float) -> None:
    """A batch equals its rows to the bit."""
    x = picture(3, 61, 47, rows=5)
    kernels: list[Callable[[Tensor], Tensor]] = [partial(gaussian, sigma=sigma), partial(box, radius=3), halved]
    for kernel in kernels:
        together = kernel(x)
        assert all(torch.equal(together[row : row + 1], kernel(x[row : row + 1].contiguous())) for row in range(5))
    weight = (x[:, :1] > 0.5).float()
    filled = fill_outside(x, weight)
    for row in range(5):
        assert torch.equal(filled[row : row + 1], fill_outside(x[row : row + 1], weight[row : row + 1]))


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 23), st.integers(1, 23), st.sampled_from([2, 3, 4, 8]))
def test_reduce_is_the_mean_of_blocks(height: int, width: int, factor: int) -> None:
    x = picture(1, height, width)
    small = reduce(x, factor)
    assert small.shape[-2:] == (math.ceil(height / factor), math.ceil(width / factor))
    for row in range(small.shape[-2]):
        for column in range(small.shape[-1]):
            ys = [min(row * factor + k, height - 1) for k in range(factor)]
            xs = [min(column * factor + k, width - 1) for k in range(factor)]
            mean = sum(float(x[0, 0, i, j]) for i in ys for j in xs) / factor**2
            assert float(small[0, 0, row, column]) == pytest.approx(mean, abs=1e-6)


@settings(deadline=None, max_examples=25)
@given(st.integers(9, 40), st.integers(9, 40), st.sampled_from([1, 2, 4]))
def test_a_slope_survives_reduction_and_enlargement(height: int, width: int, factor: int) -> None:
    """No shift by a fraction of a pixel creeps in."""
    slope = (torch.arange(height)[:, None] * 0.03 + torch.arange(width) * 0.02)[None, None]
    back = enlarge(reduce(slope, factor), (height, width), factor)
    assert back.shape == slope.shape
    edge = 2 * factor
    assert torch.allclose(back[..., edge:-edge, edge:-edge], slope[..., edge:-edge, edge:-edge], atol=1e-5)


def test_box_is_the_mean_of_the_square() -> None:
    x = picture(1, 9, 12)
    expected = ndimage.uniform_filter(x.numpy(), (0, 0, 5, 5), mode="nearest")
    assert torch.allclose(box(x, 2), torch.from_numpy(expected), atol=1e-6)
    assert box(x, 0) is x


def disc(size: int, radius: float) -> Tensor:
    """1 outside a disc in the middle, 0 within ``(1, 1, size, size)``."""
    at = torch.arange(size) - (size - 1) / 2
    return ((at[:, None] ** 2 + at[None] ** 2) > radius**2).float()[None, None]


@pytest.mark.parametrize("radius", [3, 15, 30])
def test_filling_keeps_what_is_known_and_spreads_it(radius: int) -> None:
    x, known = picture(3, 80, 80), disc(80, radius)
    filled = fill_outside(x * known + (1 - known) * 1e3, known)
    assert torch.equal(torch.where(known > 0, filled, 0), torch.where(known > 0, x, 0))
    hole = filled[(known == 0).expand_as(filled)]
    assert float(hole.min()) >= float(x.min()) - 1e-4
    assert float(hole.max()) <= float(x.max()) + 1e-4


def test_a_hole_takes_the_colour_around_it() -> None:
    known = disc(96, 36)
    even = torch.tensor([0.2, 0.5, 0.8]).reshape(1, 3, 1, 1).expand(1, 3, 96, 96)
    assert torch.allclose(fill_outside(even * known, known), even, atol=1e-4)
    halves = (torch.arange(96) < 48).float().expand(1, 1, 96, 96)
    filled = fill_outside(halves * known, known)[0, 0]
    assert float(filled[48, 20]) > 0.8
    assert float(filled[48, 75]) < 0.2
    assert float(filled[48, 20:76].diff().abs().max()) < 0.2, "no step inside the hole"


def test_nothing_known_is_no_accident() -> None:
    assert torch.isfinite(fill_outside(picture(1, 16, 16), torch.zeros(1, 1, 16, 16))).all()


def test_what_is_smooth_is_worked_out_coarsely_where_there_are_pixels_enough() -> None:
    assert [coarseness(size) for size in ((191, 500), (192, 192), (500, 191))] == [1, 2, 1]
    assert coarseness(torch.zeros(1, 3, 200, 300).shape[-2:], 4) == 4
    assert coarseness((100, 300), 4) == 1


def test_that_size_has_one_home(root: Path) -> None:
    spelt = re.compile(r"if min\([^)]*\) >= \d+ else 1")
    named = [path.name for path in (root / "faceaug").rglob("*.py") if spelt.search(path.read_text())]
    assert not named
    assert spelt.search("factor = 2 if min(size) >= 192 else 1")


def test_closing_fills_what_is_narrower_than_its_square_and_nothing_else() -> None:
    x = torch.ones(1, 1, 30, 30)
    x[..., 10:14, :] = x[..., 20:26, :] = 0
    filled = closing(x, 2)
    assert bool((filled[..., 10:14, :] == 1).all())
    assert bool((filled[..., 20:26, :] == 0).all())
    assert torch.equal(closing(filled, 2), filled)
