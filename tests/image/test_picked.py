"""Pixels picked by a limit: their places in order, on every device alike, and back into their planes."""

from __future__ import annotations

import math

import pytest
import torch

from faceaug.image.picked import median, picked, places, put, quantile


@pytest.mark.parametrize(("low", "high"), [(0.0, math.inf), (0.25, 0.75), (0.999, math.inf), (2.0, 3.0)])
def test_places_are_those_between_the_limits(low: float, high: float) -> None:
    x = (torch.arange(6 * 35).reshape(1, 6, 35) * 1.7).sin()
    x[0, :, :3] = torch.tensor([low, min(high, 9.0), 0.0])
    for plane in (x, x[..., 1:-1]):
        expected = ((plane > low) & (plane < high)).flatten().nonzero()[:, 0]
        assert torch.equal(places(plane, low, high), expected)


def test_what_is_picked_goes_back_where_it_was() -> None:
    x = torch.arange(2 * 5 * 7.0).reshape(2, 5, 7)
    place = places(x[:1], 10.0, 20.0)
    assert picked(x, place).tolist() == [list(range(11, 20)), list(range(46, 55))]
    made = x.clone()
    put(made, place, -picked(x, place))
    assert torch.equal(made.abs(), x)
    assert int((made < 0).sum()) == 18


@pytest.mark.parametrize("count", [1, 2, 7, 5000])
def test_ranks_are_those_of_torch(count: int) -> None:
    values = (torch.arange(3 * count, dtype=torch.float32).reshape(3, count) * 1.7).sin()
    assert torch.equal(median(values), values.median(dim=-1).values)
    assert torch.equal(median(values[0].double()), values[0].double().median())
    for share in (0.0, 0.02, 0.3, 0.98, 1.0):
        torch.testing.assert_close(quantile(values[0], share), torch.quantile(values[0], share), rtol=0, atol=1e-5)
