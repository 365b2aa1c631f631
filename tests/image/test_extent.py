"""The part of a window that is not 0."""

from __future__ import annotations

import pytest
import torch

from faceaug.image import extent as module
from faceaug.image import planes
from faceaug.image.extent import extent


@pytest.mark.parametrize("faint", [1e-30, -1e-30, 255.0])
def test_it_holds_all_that_is_not_nought_and_nothing_else(faint: float) -> None:
    channel = torch.zeros(2, 30, 40)
    channel[1, 7, 11] = faint
    channel[0, 12, 30] = -0.5
    assert extent(channel) == (slice(7, 13), slice(11, 31))
    assert extent(channel, 3) == (slice(4, 16), slice(8, 34))
    assert extent(channel, 20) == (slice(0, 30), slice(0, 40))


def test_what_is_nought_has_none() -> None:
    assert extent(torch.zeros(1, 5, 6), 2) is None


def test_opposites_do_not_cancel() -> None:
    channel = torch.zeros(1, 20, 20)
    channel[0, 4, 5], channel[0, 4, 9], channel[0, 9, 5] = 1.0, -1.0, -1.0
    assert extent(channel) == (slice(4, 10), slice(5, 10))


def test_every_device_finds_the_same() -> None:
    channel = torch.zeros(3, 30, 40)
    for found in (planes.bounds, module._bounds):
        assert found(channel) == (0, 0, 0, 0)
    channel[2, 7, 11], channel[0, 12, 30] = -1e-30, 1.0
    for part in (channel, channel[..., 2:, 3:-2], channel[2], channel[None]):
        for over in (None, 0.0, -0.5, 0.5):
            assert planes.bounds(part, over) == module._bounds(part, over)


def test_what_lies_above_a_limit_counts_alone() -> None:
    channel = torch.zeros(1, 20, 20)
    channel[0, 4, 5], channel[0, 9, 9], channel[0, 12, 3] = 0.2, 0.7, -3.0
    assert extent(channel, over=0) == (slice(4, 10), slice(5, 10))
    assert extent(channel, 1, over=0.5) == (slice(8, 11), slice(8, 11))
    assert extent(channel, over=0.7) is None
