"""Where a turned head's neck ends on the neck behind it no edge is seen; hair and jaw keep theirs."""

from __future__ import annotations

import torch

from faceaug.image.extent import Box
from faceaug.stages.turning.seams import before_neck, crisp, shut_beside, soften

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


def edge_of(face: torch.Tensor, deep: float = 60.0) -> torch.Tensor:
    """Where an edge that leans by a pixel in ten rows lies in each row, once it is drawn as a lens would, pixels."""
    ys, xs = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    near = (xs + 0.5 < EDGE + 0.1 * (ys - EDGE)).float() * ONES
    far = 1 - near
    jump = 400.0 * (far - torch.cat([far[..., :1], far[..., :-1]], dim=-1)).roll(-1, dims=-1).abs()

    def behind(box: Box) -> torch.Tensor:
        return torch.cat([deep * far, 0 * far], dim=1)[(..., *box)]

    drawn = (0.1 + 0.6 * far).repeat(1, 3, 1, 1)
    soften([drawn], jump, face, behind, 1.0)
    return ((0.7 - drawn[0, 0]) / 0.6).sum(dim=1)[12 : SIDE - 12] - (EDGE + 0.1 * (torch.arange(12, SIDE - 12) - EDGE))


def test_an_outline_has_no_steps_of_pixels() -> None:
    assert float(edge_of(0 * ONES).std()) < 0.12
    assert float(edge_of(ONES).std()) > 0.2  # within the face it is soften across its course only
    assert float(edge_of(0 * ONES, deep=5.0).std()) > 0.2


def test_what_is_drawn_together_twofold_has_no_dots() -> None:
    """Every second pixel of a line of skin between jaw and collar: it is seen or not as chance will."""
    dots = torch.ones_like(ONES)
    dots[..., ::2, EDGE] = 0.1
    picture = dots.repeat(1, 3, 1, 1)

    def drawn(jump: float, wide: int = 1) -> float:
        told = picture.clone()
        place = ((torch.arange(SIDE) - EDGE).abs() <= wide).float() * ONES
        soften([told], jump * place, ONES, lambda box: torch.zeros(1, 2, SIDE, SIDE)[(..., *box)], 1.0)
        return float(told[0, 0, 12:-12, EDGE].std())

    assert drawn(4.0) < 0.02
    assert drawn(1.0) > 0.4
    assert drawn(4.0, wide=6) > 0.4  # broadly drawn together hair keeps its strands
    assert drawn(16.0, wide=6) < 0.02


def test_a_sliver_at_an_outline_is_not_seen() -> None:
    """A pixel of what lies behind, drawn together to a line beside the edge, is drawn as what is around it."""
    near = half()
    picture = 0.1 * near + 0.7 * (1 - near)
    picture[..., EDGE] = 0.0
    jump = torch.zeros_like(near)
    jump[..., EDGE - 1 : EDGE + 1] = 400.0

    def at(high: float) -> torch.Tensor:
        told = torch.cat([60.0 * (1 - near), high * ONES], dim=1)
        drawn = picture.repeat(1, 3, 1, 1)
        soften([drawn], jump, 0 * ONES, lambda box: told[(..., *box)], 1.0)
        return drawn[0, 0]

    drawn, kept = at(0.0), at(-90.0)
    assert float(drawn.min()) > 0.09
    assert float(drawn[EDGE].diff().min()) > -0.01
    assert float(kept[EDGE, EDGE]) < 0.4 < float(drawn[EDGE, EDGE])  # below the jaw it is the neck


def test_a_strip_of_hair_between_a_far_temple_and_the_wall_stays_a_strip() -> None:
    """Skin, four pixels of dark hair behind it, a bright wall far behind both; places jump at either edge."""
    face, person = half(), half(EDGE + 4)
    picture = 0.6 * face + 0.1 * (person - face) + 0.9 * (1 - person)
    depth = 40.0 * (1 - face) + 60.0 * (1 - person)
    jump = torch.zeros_like(face)
    for edge in (EDGE, EDGE + 4):
        jump[..., edge - 1 : edge + 1] = 400.0

    def line(high: float, face: torch.Tensor) -> torch.Tensor:
        drawn, told = picture.repeat(1, 3, 1, 1), torch.cat([depth, high * ONES], dim=1)
        soften([drawn], jump, face, lambda box: told[(..., *box)], 1.0)
        assert float(drawn[0, 0].std(dim=0).max()) < 1e-6, "all rows are alike"
        return drawn[0, 0, EDGE]

    temple = line(0.0, 0 * ONES)
    assert float(temple[EDGE + 1 : EDGE + 3].max()) < 0.2, "hair"
    torch.testing.assert_close(temple[: EDGE - 3], picture[0, 0, EDGE, : EDGE - 3])
    torch.testing.assert_close(temple[EDGE + 7 :], picture[0, 0, EDGE, EDGE + 7 :])
    torch.testing.assert_close(line(-60.0, 0 * ONES), temple)
    faced = 0.8 * person  # what is face, however high, is skin that turns away: its edge is drawn anew
    for high in (-60.0, 0.0, 30.0):
        assert float((line(high, faced) - temple).abs().max()) > 0.1


def test_slits_beside_the_face_are_closed_wherever_they_count_and_no_others() -> None:
    """A face at the left of a wide matte with a slit beside it and one far off: as if nothing were left out."""
    wide, scale = 512, 4.0
    matte, face = torch.ones(1, 1, SIDE, wide), torch.zeros(1, 1, SIDE, wide)
    face[..., :40] = 1
    near, far = (slice(start, start + 4) for start in (40 + 48, 400))
    matte[..., near] = matte[..., far] = 0
    drawn = shut_beside(face, matte, 0 * matte, 0 * matte, scale)
    assert float(drawn[..., near].min()) > 0.01  # the face blurred by 32 pixels is a fifteenth there
    assert torch.equal(drawn[..., far], matte[..., far])
    other = shut_beside(torch.maximum(face, 1e-6 * torch.ones_like(face)), matte, 0 * matte, 0 * matte, scale)
    torch.testing.assert_close(drawn, other, atol=1e-5, rtol=0)


def test_a_matte_that_was_hardly_seen_is_neither_soft_nor_ragged_and_else_itself() -> None:
    ragged = (torch.arange(SIDE) < EDGE + 3 * (torch.arange(SIDE)[:, None] // 2 % 2)).float() * ONES
    unseen = 1 - half(EDGE - 20)
    drawn = crisp(ragged, 1 - unseen, 2.0)
    assert torch.equal(drawn[unseen == 0], ragged[unseen == 0])
    ends = drawn[0, 0].sum(dim=1)[8:-8]
    assert float(ends.max() - ends.min()) < 0.5
    width = ((drawn > 0.05) & (drawn < 0.95))[0, 0].sum(dim=1)[8:-8]
    assert int(width.max()) <= 6
    assert torch.equal(crisp(ragged, ONES, 2.0), ragged)
