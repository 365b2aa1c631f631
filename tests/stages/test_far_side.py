"""The far side of a turned face falls off into shade at its outline; the rest, and heads that turn back, do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.face.decomposition import Decomposition
from faceaug.stages.turning.far_side import shaded_far_side
from faceaug.stages.turning.unseen import Sight, look_up
from tests.portraits import collins

SIDE, MIDDLE, EDGE = 160, 80, 130
"""Columns, one a millimetre, of the middle of the face and of its right outline."""
ONES, NOTHING = torch.ones(1, 1, SIDE, SIDE), torch.zeros(1, 1, SIDE, SIDE)
ACROSS = (torch.arange(SIDE) + 0.5).expand(1, 1, SIDE, SIDE)
FACE = ((ACROSS < EDGE) & (ACROSS > SIDE - EDGE)).float()


def head(yaw: float, high: float = -15.0) -> Decomposition:
    """A face between two upright outlines, so high on the mean face all over, before a wall; all of one light."""
    made = collins()
    position = torch.cat([ACROSS - MIDDLE, torch.full_like(ACROSS, high), 0 * ACROSS], dim=1)
    surface = replace(made.surface, face=FACE, position=position)
    regions = replace(made.regions, person=FACE, skin=FACE, body=NOTHING)
    pose = replace(made.pose, scale=torch.ones(1), angles=torch.tensor([[yaw, 0.0, 0.0]]))
    skin = replace(made.skin, shade_colour=torch.ones(1, 3))
    return replace(
        made, linear=torch.full((1, 3, SIDE, SIDE), 0.4), surface=surface, regions=regions, pose=pose, skin=skin
    )


def sight() -> Sight:
    """All stays where it is."""
    place = torch.cat([ACROSS, ACROSS.mT], dim=1)
    return look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], NOTHING, scale=1.0)


def stops(yaw: float, was: float = 0.0, high: float = -15.0) -> Tensor:
    """By how many stops each column ``(w,)`` is darker than before."""
    there, source = head(yaw, high), head(was, high)
    drawn = shaded_far_side(there.linear.clone(), there, source, sight(), FACE)
    return torch.log2(there.linear / drawn)[0, 0, SIDE // 2]


def test_a_far_cheek_falls_off_toward_its_outline_and_nothing_else_does() -> None:
    dark = stops(20.0)
    assert float(dark[MIDDLE : EDGE - 18].abs().max()) < 0.01, "the cheek keeps its light"
    assert 0.15 < float(dark[EDGE - 9]) < float(dark[EDGE - 5]) < float(dark[EDGE - 1]) < 0.45
    assert float(dark[EDGE:].abs().max()) < 1e-6, "so does the wall"
    assert float(dark[:MIDDLE].abs().max()) < 1e-6, "and the near side"
    assert float(dark[: EDGE - 1].diff().abs().max()) < 0.06, "it has no edge"


def test_the_other_side_is_far_when_the_nose_goes_left() -> None:
    torch.testing.assert_close(stops(-20.0), stops(20.0).flip(0), atol=0.02, rtol=0)


@pytest.mark.parametrize("high", [-60.0, 30.0])
def test_jaw_and_brow_have_their_own(high: float) -> None:
    assert torch.equal(stops(20.0, high=high), torch.zeros(SIDE))


@pytest.mark.parametrize(("yaw", "was"), [(0.0, 0.0), (20.0, 20.0), (0.0, -20.0)])
def test_heads_that_do_not_turn_away_keep_their_light(yaw: float, was: float) -> None:
    assert torch.equal(stops(yaw, was), torch.zeros(SIDE))


def test_a_head_that_turns_less_falls_off_less() -> None:
    less, more = stops(6.0), stops(20.0)
    assert 0.01 < float(less[EDGE - 2]) < 0.6 * float(more[EDGE - 2])
