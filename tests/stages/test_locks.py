"""Hair and beards that hang beside a neck go along with a head that turns."""

from __future__ import annotations

import torch

from faceaug.stages.turning.locks import bearded

SIDE = 120


def test_a_beard_that_is_told_on_one_side_is_on_both() -> None:
    """One side's lies in the light, and has the colour of skin by a little more than a beard may."""
    ys, xs = torch.meshgrid(torch.arange(SIDE) - SIDE / 2, torch.arange(SIDE) - SIDE / 2, indexing="ij")
    place = (xs.expand(1, 1, SIDE, SIDE), (20 - ys).expand(1, 1, SIDE, SIDE))
    face = (torch.hypot(xs, ys) < 50).float().expand(1, 1, SIDE, SIDE)

    def told(left: float, right: float) -> list[float]:
        share = torch.where(xs < 0, left, right)
        alike = (torch.frac(xs * 0.618 + ys * 0.414).abs() < share).float().expand(1, 1, SIDE, SIDE)
        found: list[float] = bearded(face, alike, place, 1.0).flatten().tolist()
        return found

    assert told(0.4, 0.4) == told(0.4, 0.75) == told(0.75, 0.4) == [1.0, 1.0]
    assert told(0.9, 0.9) == [0.0, 0.0]
