"""Where a turned head's neck ends on the neck behind it no edge is seen; hair and jaw keep theirs."""

from __future__ import annotations

import torch

from faceaug.stages.seams import before_neck

SIDE, EDGE = 96, 48
ONES = torch.ones(1, 1, SIDE, SIDE)


def half(edge: int = EDGE) -> torch.Tensor:
    """A matte that ends at a column."""
    return (torch.arange(SIDE) < edge).float() * ONES


def test_neck_passes_into_neck_and_jaw_ends_where_it_ends() -> None:
    person = half()
    soft, hard = (before_neck(person, ONES, part * ONES, 1.0)[0][0, 0, EDGE] for part in (1.0, 0.0))
    assert float(soft[EDGE - 2]) < 0.3
    assert float(soft[EDGE - 20]) > 0.99
    assert float((soft[1:EDGE] - soft[: EDGE - 1]).abs().max()) < 0.2
    assert torch.equal(hard[: EDGE - 1], person[0, 0, EDGE, : EDGE - 1])
    assert float(hard[EDGE - 1 :].max()) == 0  # wall shines through the outermost pixel


def test_nothing_fades_where_no_neck_is_behind_nor_right_at_its_outline() -> None:
    person = half()
    assert torch.equal(before_neck(person, 0 * ONES, ONES, 1.0)[0], person)
    narrow = half(EDGE + 2)
    kept, _ = before_neck(person, 1 - narrow, ONES, 1.0)  # the neck behind begins beyond the matte's edge
    torch.testing.assert_close(kept, person)
    begins = 1 - half(EDGE - 4)
    assert float(before_neck(person, begins, ONES, 1.0)[0][0, 0, EDGE, EDGE - 4]) > 0.9


def test_what_moves_past_the_outline_of_the_neck_is_told() -> None:
    cover = half()
    wider, narrower = (before_neck(half(EDGE + more), cover, ONES, 1.0)[1][0, 0, EDGE] for more in (20, -10))
    assert float(wider[EDGE - 1]) > 0.9
    assert float(wider[EDGE - 20]) == 0
    assert float(narrower.max()) == 0
