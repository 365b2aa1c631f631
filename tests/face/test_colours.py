"""Colours without their shading, and how often each occurs."""

from __future__ import annotations

import pytest
import torch

from faceaug.face.colours import COUNT, bin_colours, bins, frequencies, unshaded
from faceaug.image.color import linear_to_lab


def test_shade_changes_lightness_alone() -> None:
    skin = torch.tensor([0.45, 0.30, 0.22]).reshape(1, 3, 1, 1)
    shades = torch.cat([skin * share for share in (1.0, 0.6, 0.3)], dim=3)
    colour = unshaded(linear_to_lab(shades))[0, :, 0]
    assert float(colour[0, 0] - colour[0, 2]) > 20
    assert colour[1:, 1:].numpy() == pytest.approx(colour[1:, :1].expand(2, 2).numpy(), abs=1e-3)


def test_every_bin_is_where_its_middle_is() -> None:
    assert torch.equal(bins(bin_colours(torch.device("cpu"))), torch.arange(COUNT))
    far = torch.tensor([[-50.0, 500.0], [-500.0, 500.0], [-500.0, 500.0]])
    assert bins(far).tolist() == [0, COUNT - 1], "what lies beyond counts to the last"


def test_a_colour_counts_in_its_bin_most_and_weights_are_shares() -> None:
    colours = torch.tensor([[52.0, 52.0, 82.0], [15.0, 15.0, 15.0], [20.0, 20.0, 20.0]])
    index = bins(colours)
    found, other = frequencies(index, torch.tensor([[1.0, 1.0, 2.0], [0.0, 5.0, 0.0]]))
    assert float(found.sum()) == pytest.approx(1.0, abs=1e-5)
    assert float(found[index[0]]) == pytest.approx(float(found[index[2]]), rel=1e-5)
    assert float(found[index[0]]) == pytest.approx(0.5 * 0.375**3, rel=1e-4)
    assert int((found > 0).sum()) == 2 * 5**3
    assert float(other[index[1]]) == pytest.approx(0.375**3, rel=1e-4)
    assert not frequencies(index, torch.zeros(1, 3)).any()
