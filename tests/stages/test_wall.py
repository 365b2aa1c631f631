"""The wall behind a turned head goes on at the head's old outline; strands of hair before it are no part of it."""

from __future__ import annotations

import torch

from faceaug.stages.layers import cleared, unfolded
from faceaug.stages.wall import Wall, find_wall, wall_behind

SIDE, SCALE = 256, 1.5
MIDDLE = SIDE // 2


def disc(radius: float) -> torch.Tensor:
    place = torch.arange(SIDE) + 0.5 - SIDE / 2
    return ((place[None] ** 2 + place[:, None] ** 2).sqrt() < radius).float()[None, None]


def ring(inner: float, outer: float) -> torch.Tensor:
    return (disc(outer) - disc(inner))[0, 0] > 0


def dark() -> torch.Tensor:
    return torch.full((1, 3, SIDE, SIDE), 0.05)


NO_CLOTH = torch.zeros(1, 1, SIDE, SIDE)


def behind(linear: torch.Tensor, person: torch.Tensor) -> torch.Tensor:
    return wall_behind(linear, person, find_wall(linear, person, SCALE), SCALE)


def coloured() -> Wall:
    """A wall of many colours, before which nothing can be told by colour."""
    nothing = torch.zeros(1, 1, 1, 1)
    return Wall(dark(), 0 * dark(), nothing.expand(1, 1, SIDE, SIDE), nothing)


def test_a_striped_wall_goes_on_behind_the_head() -> None:
    stripes = (0.5 + 0.4 * torch.sin(torch.arange(SIDE) / 2.5)).expand(1, 3, SIDE, SIDE)
    person = disc(60)
    wall = behind(torch.where(person > 0, 0.05, stripes), person)
    assert torch.equal(wall[..., :40], stripes[..., :40])
    uncovered = ring(35, 56)
    assert float(wall[0, 0][uncovered].std()) > 0.8 * float(stripes[0, 0][uncovered].std())
    assert float(wall[0, 0][ring(0, 58)].mean()) > 0.4  # nothing of the dark head is left


def test_an_even_wall_stays_even() -> None:
    person = disc(60)
    wall = behind(torch.where(person > 0, 0.05, torch.full((1, 3, SIDE, SIDE), 0.3)), person)
    assert torch.allclose(wall, torch.tensor(0.3), atol=2e-3)


def test_a_wall_that_darkens_upward_does_so_behind_the_head_too() -> None:
    root = torch.linspace(0.3, 0.9, SIDE)[:, None].expand(1, 3, SIDE, SIDE)
    person = disc(60)
    wall = behind(torch.where(person > 0, 0.05, root * root), person)
    assert float((wall.sqrt() - root).abs().max()) < 0.01


def test_grain_goes_on_and_a_strand_does_not() -> None:
    grain = 0.02 * (torch.frac(torch.arange(SIDE * SIDE) * 0.61803).reshape(1, 1, SIDE, SIDE) - 0.5)
    room = (0.5 + grain).expand(1, 3, SIDE, SIDE)
    person = disc(60)
    bare = torch.where(person > 0, 0.05, room)
    hairy = bare.clone()
    hairy[..., MIDDLE - 70, :] = 0.1
    uncovered = ring(35, 56)
    assert float(behind(bare, person)[0, 0][uncovered].std()) > 0.5 * float(grain.std())
    assert float(behind(hairy, person)[0, 0][uncovered].min()) > 0.45


def test_haze_far_from_the_person_is_taken_off_and_a_clean_outline_stays() -> None:
    head = disc(60)
    assert torch.equal(cleared(coloured(), head, dark(), NO_CLOTH, scale=SCALE), head)
    hazy = torch.maximum(head, 0.4 * disc(85))
    clear = cleared(coloured(), hazy, dark(), NO_CLOTH, scale=SCALE)[0, 0]
    assert float(clear[ring(76, 84)].max()) == 0
    assert float(clear[ring(0, 58)].min()) == 1


def test_haze_beside_the_outline_is_steepened_and_a_strand_far_away_stays_behind() -> None:
    hazy = torch.maximum(disc(60), 0.4 * disc(85))
    assert float(cleared(coloured(), hazy, dark(), NO_CLOTH, scale=SCALE)[0, 0][ring(63, 65)].max()) < 0.05
    strand = disc(60)
    strand[..., MIDDLE, :] = 1.0  # one pixel wide, to both sides of the head
    clear = cleared(coloured(), strand, dark(), NO_CLOTH, scale=SCALE)[0, 0, MIDDLE]
    assert float(clear[:40].max()) == 0
    assert float(clear[MIDDLE - 50 : MIDDLE + 50].min()) == 1


def test_before_a_plain_wall_a_strand_is_the_person_and_haze_is_not() -> None:
    """The matte knows nothing of the strand, and takes a ring of wall for person."""
    head = torch.where(disc(60) > 0, 0.05, torch.full((1, 3, SIDE, SIDE), 0.5))
    head[..., MIDDLE, MIDDLE + 60 : MIDDLE + 80] = 0.05
    hazy = torch.maximum(disc(60), 0.4 * disc(70))
    clear = cleared(find_wall(head, hazy, SCALE), hazy, dark(), NO_CLOTH, scale=SCALE)[0, 0]
    assert float(clear[MIDDLE, MIDDLE + 62 : MIDDLE + 78].min()) > 0.9
    assert float(clear[MIDDLE + 5 :, MIDDLE + 62 :].max()) < 0.01
    assert float(clear[ring(0, 59)].min()) > 0.99


def test_white_cloth_before_a_light_wall_is_told_by_a_contrast_that_is_small_but_no_grain() -> None:
    root = torch.where(disc(60) > 0, 0.98, torch.full((1, 3, SIDE, SIDE), 0.86))
    hazy, white = torch.maximum(disc(60), 0.5 * disc(66)), torch.full_like(root, 0.98**2)
    clear = cleared(find_wall(root * root, hazy, SCALE), hazy, white, 1 - NO_CLOTH, scale=SCALE)[0, 0]
    assert float(clear[ring(61, 90)].max()) < 0.02
    assert float(clear[ring(0, 59)].min()) > 0.98


def test_a_fold_in_cloth_is_no_gap_and_a_gap_in_hair_is() -> None:
    matte = disc(60)
    matte[..., MIDDLE - 2 : MIDDLE + 2, MIDDLE - 40 : MIDDLE + 40] = 0.2
    assert torch.equal(unfolded(matte, disc(60), SCALE), disc(60))
    assert torch.equal(unfolded(matte, 0 * matte, SCALE), matte)


def test_rows_do_not_depend_on_their_batch() -> None:
    head, other = disc(60), disc(40)
    waves = torch.sin(torch.arange(2 * 3 * SIDE * SIDE) * 0.7).reshape(2, 3, SIDE, SIDE)
    picture, both = 0.5 + 0.4 * waves, torch.cat([head, other])
    wall, alone = find_wall(picture, both, SCALE), find_wall(picture[1:], other, SCALE)
    assert torch.equal(wall.even[1:], alone.even)
    assert torch.equal(
        cleared(wall, both, picture, NO_CLOTH.expand(2, -1, -1, -1), scale=SCALE)[1:],
        cleared(alone, other, picture[1:], NO_CLOTH, scale=SCALE),
    )
    assert torch.equal(wall_behind(picture, both, wall, SCALE)[1:], wall_behind(picture[1:], other, alone, SCALE))


def test_a_flag_far_from_the_head_does_not_float_beside_it() -> None:
    wall = torch.full((1, 3, SIDE, SIDE), 0.1)
    wall[..., :40] = 0.9  # 28 pixels to the left of the head
    person = disc(60)
    there = behind(torch.where(person > 0, 0.05, wall), person)
    assert float(there[0, 0, MIDDLE, 80 : MIDDLE + 40].max()) < 0.4
