"""The wall behind a turned head goes on at the head's old outline, and haze of the matte does not turn along."""

from __future__ import annotations

import torch

from faceaug.stages.wall import wall_behind, without_haze

SIDE, SCALE = 256, 1.5


def disc(radius: float) -> torch.Tensor:
    place = torch.arange(SIDE) + 0.5 - SIDE / 2
    return ((place[None] ** 2 + place[:, None] ** 2).sqrt() < radius).float()[None, None]


def ring(inner: float, outer: float) -> torch.Tensor:
    return (disc(outer) - disc(inner))[0, 0] > 0


def test_a_striped_wall_goes_on_behind_the_head() -> None:
    stripes = (0.5 + 0.4 * torch.sin(torch.arange(SIDE) / 2.5)).expand(1, 3, SIDE, SIDE)
    person = disc(60)
    wall = wall_behind(torch.where(person > 0, 0.05, stripes), person, SCALE)
    assert torch.equal(wall[..., :40], stripes[..., :40])
    uncovered = ring(35, 56)
    assert float(wall[0, 0][uncovered].std()) > 0.8 * float(stripes[0, 0][uncovered].std())
    assert float(wall[0, 0][ring(0, 58)].mean()) > 0.4  # nothing of the dark head is left


def test_an_even_wall_stays_even() -> None:
    person = disc(60)
    wall = wall_behind(torch.where(person > 0, 0.05, torch.full((1, 3, SIDE, SIDE), 0.3)), person, SCALE)
    assert torch.allclose(wall, torch.tensor(0.3), atol=2e-3)


def test_haze_far_from_the_person_is_taken_off_and_a_clean_outline_stays() -> None:
    head = disc(60)
    assert torch.equal(without_haze(head, SCALE), head)
    hazy = torch.maximum(head, 0.4 * disc(85))
    clear = without_haze(hazy, SCALE)[0, 0]
    assert float(clear[ring(76, 84)].max()) == 0
    assert float(clear[ring(0, 58)].min()) == 1


def test_haze_beside_the_outline_is_steepened_and_a_strand_far_away_stays_behind() -> None:
    hazy = torch.maximum(disc(60), 0.4 * disc(85))
    assert float(without_haze(hazy, SCALE)[0, 0][ring(63, 65)].max()) < 0.05
    strand = disc(60)
    strand[..., SIDE // 2, :] = 1.0  # one pixel wide, to both sides of the head
    clear = without_haze(strand, SCALE)[0, 0, SIDE // 2]
    assert float(clear[:40].max()) == 0
    assert float(clear[SIDE // 2 - 50 : SIDE // 2 + 50].min()) == 1


def test_rows_do_not_depend_on_their_batch() -> None:
    head, other = disc(60), disc(40)
    both = without_haze(torch.cat([head, other]), SCALE)
    assert torch.equal(both[1:], without_haze(other, SCALE))
    waves = torch.sin(torch.arange(2 * 3 * SIDE * SIDE) * 0.7).reshape(2, 3, SIDE, SIDE)
    picture = 0.5 + 0.4 * waves
    walls = wall_behind(picture, torch.cat([head, other]), SCALE)
    assert torch.equal(walls[1:], wall_behind(picture[1:], other, SCALE))


def test_a_flag_far_from_the_head_does_not_float_beside_it() -> None:
    wall = torch.full((1, 3, SIDE, SIDE), 0.1)
    wall[..., :40] = 0.9  # 28 pixels to the left of the head
    person = disc(60)
    behind = wall_behind(torch.where(person > 0, 0.05, wall), person, SCALE)
    middle = SIDE // 2
    assert float(behind[0, 0, middle, 80 : middle + 40].max()) < 0.4
