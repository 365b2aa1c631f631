"""Strands that are drawn run as those run that were seen, as parallel, and depart as far."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from faceaug.image.noise import Noise
from faceaug.stages.turning.strands import strands

SIDE = 120
BOX = (slice(40, 80), slice(40, 80))
ONES = torch.ones(1, 1, SIDE, SIDE)


def combed(degrees: float) -> Tensor:
    """Hair whose strands run so far clockwise from the right ``(1, 3, SIDE, SIDE)``."""
    ys, xs = torch.meshgrid(torch.arange(SIDE) * 1.0, torch.arange(SIDE) * 1.0, indexing="ij")
    turn = math.radians(degrees)
    return (0.1 * torch.sin(1.7 * (math.cos(turn) * ys - math.sin(turn) * xs))).expand(1, 3, -1, -1)


def drawn(texture: Tensor, hair: Tensor = ONES) -> Tensor:
    return strands(texture, hair, ONES, BOX, scale=2.0)[0, 0]


def steps(shown: Tensor, across: int, down: int) -> float:
    return float((shown - shown.roll((down, across), (0, 1)))[4:-4, 4:-4].abs().mean())


@pytest.mark.parametrize(("degrees", "along"), [(0, (2, 0)), (45, (2, 2)), (90, (0, 2)), (135, (-2, 2))])
def test_strands_run_as_they_were_seen_to(degrees: int, along: tuple[int, int]) -> None:
    shown = drawn(combed(degrees))
    assert steps(shown, *along) < 0.4 * steps(shown, -along[1], along[0])


def test_the_edge_of_hair_is_no_strand() -> None:
    hair = ONES.clone()
    hair[..., 60:] = 0
    texture = torch.where(hair > 0, combed(0), torch.ones(()))
    shown = drawn(texture, hair)
    assert steps(shown, 2, 0) < 0.4 * steps(shown, 0, 2)


def test_hair_that_runs_no_way_is_drawn_so() -> None:
    shown = drawn(Noise(("curls",)).normal_grid("curls", (1, SIDE, SIDE)).expand(1, 3, -1, -1))
    assert 0.4 < steps(shown, 1, 0) / steps(shown, 0, 1) < 2.5


@pytest.mark.parametrize("degrees", [0, 30])
def test_strands_depart_by_one_in_the_mean(degrees: int) -> None:
    shown = strands(combed(degrees), ONES, ONES, (slice(0, SIDE), slice(0, SIDE)), scale=2.5)
    assert float(shown.abs().mean()) == pytest.approx(1, abs=0.1)
    assert abs(float(shown.mean())) < 0.1
