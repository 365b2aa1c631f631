"""OpenCV's kernels and torch's own are one: the same pictures from both, to the rounding of a float."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.image import filter as filters
from faceaug.image import planes
from faceaug.image.color import decode, encode
from faceaug.image.filter import enlarge, gaussian_weights, reduce, separable
from faceaug.image.noise import Noise
from faceaug.image.warp import At, sampled

ALIKE = 1e-6
"""Of values within 0..1: a few roundings of float32."""


def picture(*shape: int) -> Tensor:
    count = int(torch.tensor(shape).prod())
    return Noise(("planes",)).uniform("p", count).reshape(shape)


def places(x: Tensor, size: tuple[int, int], frame: float = 1) -> Tensor:
    """Places all over a picture, ``frame`` times enlarged, and somewhat beyond its borders ``(B, 2, H, W)``."""
    free = Noise(("places",)).uniform("p", len(x) * 2 * size[0] * size[1]).reshape(len(x), 2, *size)
    there = (free * 1.4 - 0.2) * frame * torch.tensor([x.shape[-1], x.shape[-2]], dtype=torch.float32)[:, None, None]
    return there.to(x)


def trust(x: Tensor) -> Tensor:
    """A weight for each pixel: a third of them nothing, some whole ``(B, 1, H, W)``."""
    drawn = Noise(("trust",)).uniform("p", len(x) * x.shape[-2] * x.shape[-1]).reshape(len(x), 1, *x.shape[-2:])
    return (drawn * 2 - 0.6).clamp(0, 1).to(x)


KERNELS: dict[str, Callable[[Tensor], Tensor]] = {
    "narrow blur": lambda x: separable(x, gaussian_weights(0.6)),
    "wide blur": lambda x: separable(x, gaussian_weights(3.0)),
    "box": lambda x: filters.box(x, 4),
    "largest": lambda x: filters.largest(x, 3),
    "smallest": lambda x: filters.smallest(x, 3),
    "half": lambda x: reduce(x, 2),
    "a third": lambda x: reduce(x, 3),
    "twice": lambda x: enlarge(x, (2 * x.shape[-2] - 1, 2 * x.shape[-1]), 2),
    "four times": lambda x: enlarge(x, (4 * x.shape[-2], 4 * x.shape[-1] - 3), 4),
    "twice, cubic": lambda x: enlarge(x, (2 * x.shape[-2] - 1, 2 * x.shape[-1]), 2, "bicubic"),
    "filled": lambda x: filters.fill_outside(x, trust(x), 3),
    "bilinear": lambda x: sampled(x, places(x, (31, 44))),
    "bicubic": lambda x: sampled(x, places(x, (31, 44)), mode="bicubic"),
    "in another frame": lambda x: sampled(x, places(x, (31, 44), 4), (4 * x.shape[-2], 4 * x.shape[-1])),
}


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("shape", [(1, 1, 40, 53), (3, 4, 37, 22), (2, 1, 5, 3)])
def test_both_give_the_same_picture(name: str, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    x, kernel = picture(*shape), KERNELS[name]
    fast = kernel(x)
    monkeypatch.setattr(planes, "fits", lambda _: False)
    exact = kernel(x.double())
    assert fast.shape == exact.shape
    assert fast.dtype == torch.float32
    assert float((fast - exact).abs().max()) < ALIKE


@pytest.mark.parametrize("name", KERNELS)
def test_views_of_a_larger_picture_are_read_where_they_lie(name: str) -> None:
    whole = picture(2, 6, 60, 70)
    for part in (whole[:, 1:4, 10:50, 20:63], whole.transpose(-1, -2)[..., 5:], whole[:, ::2], whole[:, :1, ::2, ::3]):
        before = part.clone()
        assert torch.equal(KERNELS[name](part), KERNELS[name](part.contiguous()))
        assert torch.equal(part, before)


@pytest.mark.parametrize("name", KERNELS)
def test_rows_and_channels_do_not_know_of_each_other(name: str) -> None:
    x = picture(3, 2, 24, 33)
    row = torch.cat([x[1:2]] * 3)
    together, alone = KERNELS[name](row), KERNELS[name](row[:, 1:])
    assert torch.equal(together[:, 1:], alone)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("channels", [(1, 1), (2, 3), (4, 1, 3)])
@pytest.mark.parametrize("size", [(9, 12), (25, 33), (40, 50)])
def test_several_maps_are_looked_up_as_one(
    mode: str, channels: tuple[int, ...], size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = picture(2, sum(channels), 30, 41)
    parts, place = whole.split_with_sizes(channels, dim=1), places(whole, size)
    alone = torch.cat([sampled(whole[:, k : k + 1], place, mode=mode) for k in range(sum(channels))], dim=1)
    assert torch.equal(sampled(parts, place, mode=mode), alone)
    assert torch.equal(sampled(whole, place, mode=mode), alone)
    held = planes.woven(parts[1:], mode)
    beside: list[Tensor | planes.Woven] = [parts[0], held]
    assert torch.equal(sampled(beside, place, mode=mode), alone)
    into = torch.zeros(2, sum(channels), size[0] + 15, size[1] + 17)
    within = into[..., 5 : 5 + size[0], 9 : 9 + size[1]]
    assert torch.equal(sampled(beside, place, mode=mode, out=within), alone)
    assert torch.equal(within, alone)
    assert float(into[..., :5, :].abs().max()) == float(into[..., 9 + size[1] :].abs().max()) == 0
    monkeypatch.setattr(planes, "fits", lambda _: False)
    torch.testing.assert_close(sampled(parts, place, mode=mode), alone, rtol=0, atol=1e-4)
    assert torch.equal(planes.woven(parts[1:], mode).planes, held.planes)
    torch.testing.assert_close(sampled(beside, place, mode=mode), alone, rtol=0, atol=1e-4)


def test_places_are_counted_anew_for_maps_of_another_size() -> None:
    large, small, frame = picture(2, 2, 30, 40), picture(2, 1, 15, 30), (60, 80)
    place = places(large, (25, 33), 2)
    at = At(place, frame)
    for maps in (large, small, large, small):
        assert torch.equal(sampled(maps, at), sampled(maps, place, frame))
    assert torch.equal(sampled(large, At(place)), sampled(large, place))


def test_what_is_zero_stays_zero_and_what_is_one_stays_one() -> None:
    """Masks are asked for exactly 0 and exactly 1: no rounding may leave dust there."""
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 20:40, 20:40] = 1
    place = places(mask, (64, 64))
    for kernel in (KERNELS[name] for name in ("box", "wide blur", "half", "twice", "filled", "bilinear")):
        assert bool((kernel(torch.zeros_like(mask)) == 0).all())
    for mode in ("bilinear", "bicubic"):
        assert bool((sampled(torch.zeros_like(mask), place, mode=mode) == 0).all())
    for kernel in (KERNELS["half"], KERNELS["twice"], KERNELS["largest"]):
        assert bool((kernel(torch.ones_like(mask)) == 1).all())
    assert float((separable(mask, gaussian_weights(2.0))[..., 28:32, 28:32] - 1).abs().max()) < ALIKE


def test_other_types_are_left_to_torch() -> None:
    x = picture(1, 1, 12, 12)
    assert planes.fits(x)
    assert not planes.fits(x.double())
    assert not planes.fits(x[..., :0])
    assert not planes.fits(x[0])
    assert planes.fits(x[:, :, :1].expand(1, 1, 32766, 12))
    assert not planes.fits(x[:, :, :1].expand(1, 1, 32767, 12))
    many = places(x, (1, 40_000))
    torch.testing.assert_close(sampled(x, many)[..., :50], sampled(x, many[..., :50].contiguous()), rtol=0, atol=1e-5)
    assert separable(x.double(), gaussian_weights(1.0)).dtype == torch.float64


def test_bytes_and_light_go_by_the_tables_of_every_device(monkeypatch: pytest.MonkeyPatch) -> None:
    light = torch.cat([picture(1, 3, 40, 50) * 1.4 - 0.2, torch.linspace(0, 1, 6000).reshape(1, 3, 40, 50)])
    pixels = torch.arange(3 * 4 * 64).to(torch.uint8).reshape(3, 4, 64)
    quick, back = encode(light), decode(pixels)
    assert torch.equal(encode(decode(pixels)), pixels)
    assert torch.equal(back, decode(pixels.permute(2, 0, 1)).permute(1, 2, 0))
    monkeypatch.setattr(planes, "WIDE_TABLES", False)
    exact = encode(light)
    assert int((quick.int() - exact.int()).abs().max()) <= 1
    assert float((quick != exact).float().mean()) < 1e-3


def test_masks_become_bytes_and_changed_pixels_are_counted() -> None:
    mask = torch.tensor([[-0.5, 0.0, 0.4 / 255, 0.6 / 255, 0.5, 1.0, 7.0]])
    assert planes.in_bytes(mask.numpy()).tolist() == [[0, 0, 0, 1, 128, 255, 255]]
    one = np.zeros((5, 6, 3), np.uint8)
    other = one.copy()
    other[1, 2, 0], other[3, 4] = 1, (0, 255, 7)
    assert planes.differing(one, other) == 2
    assert planes.differing(one[2:, 1:], other[2:, 1:]) == 1
    assert planes.differing(one, one) == 0
