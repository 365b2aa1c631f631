"""The near side of a turned face falls off into shade as far as the photograph's own rim tells, and no other skin."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.face.decomposition import Decomposition
from faceaug.stages.turning.near_side import own_fall, shaded_near_side
from faceaug.stages.turning.unseen import Sight, look_up
from tests.portraits import collins

SIDE, MIDDLE = 160, 80
ONES, NOTHING = torch.ones(1, 1, SIDE, SIDE), torch.zeros(1, 1, SIDE, SIDE)
CHEEK, RIM = MIDDLE + 28, MIDDLE + 62
"""Columns, one a millimetre, of the right cheek and of its rim."""


def face(rim: float = 1.0, hair: float = 0.0, shown: float = 70.0) -> Decomposition:
    """A face as light as 0.4, its right rim ``rim`` times that, whose rims end ``shown`` mm from the middle."""
    made = collins()
    aside = (torch.arange(SIDE) - MIDDLE + 0.5).expand(1, 1, SIDE, SIDE)
    position = torch.cat([aside, torch.full_like(aside, -25.0), 0 * aside], dim=1)
    linear = torch.where(aside > 50, 0.4 * rim, 0.4).expand(1, 3, -1, -1)
    on_rim = (aside > 50).float()
    regions = replace(made.regions, skin=ONES, body=NOTHING, hair=hair * on_rim)
    surface = replace(made.surface, position=position, face=(aside.abs() < shown).float())
    even = replace(made.skin, shade_colour=torch.ones(1, 3))
    pose = replace(made.pose, scale=torch.ones(1))
    return replace(made, linear=linear, regions=regions, surface=surface, skin=even, pose=pose)


def seen(dense: float) -> Sight:
    """All stays where it is; beyond 40 mm to the right it was seen so well."""
    across = (torch.arange(SIDE) + 0.5).expand(SIDE, SIDE)
    place = torch.stack([across, across.T])[None]
    sight = look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], NOTHING, scale=1.0)
    return replace(sight, dense=torch.where(across > MIDDLE + 40, dense, 1.0)[None, None])


def turned(source: Decomposition, dense: float = 0.4, light: Tensor | None = None) -> Tensor:
    """By how much of itself each column is as light as before, where all beyond 40 mm to the right was seen so well."""
    before = torch.full((1, 3, SIDE, SIDE), 0.4) if light is None else light
    return (shaded_near_side(before.clone(), source, source, seen(dense), ONES) / before)[0, 0, MIDDLE]


def test_a_rim_that_is_dark_in_the_photograph_is_dark_when_it_comes_into_sight() -> None:
    dark, light = turned(face(0.5)), turned(face(1.0))
    assert 0.4 < float(dark[RIM]) < 0.65
    assert 0.85 < float(light[RIM]) < 0.95
    steps = dark[CHEEK:RIM].diff()
    assert float(steps.max()) < 1e-4, "it falls off outward"
    assert float(steps.min()) > -0.06, "it has no edge"


def test_skin_beyond_the_face_is_in_that_shade_too_and_its_outline_no_edge() -> None:
    source, before = face(0.5), torch.full((1, 3, SIDE, SIDE), 0.4)
    inside = (source.surface.position[:, :1] < 62).float()
    body = (1 - inside) * (source.surface.position[:, 1:2] < 0)
    for beyond in (body, NOTHING):
        there = replace(source, regions=replace(source.regions, body=beyond))
        found = (shaded_near_side(before.clone(), there, source, seen(0.4), inside) / before)[0, 0, MIDDLE]
        steps = found[RIM - 8 : RIM + 12].diff().abs()
        assert (float(steps.max()) < 0.08) == (beyond is body)
        assert float(found[RIM + 14]) == 1


def test_skin_that_was_seen_well_keeps_its_light_to_the_bit() -> None:
    kept = turned(face(0.5))
    assert torch.equal(kept[: MIDDLE + 20], torch.ones(MIDDLE + 20))
    assert torch.equal(turned(face(0.5), dense=1.0), torch.ones(SIDE))


def test_what_is_as_dark_as_that_already_stays() -> None:
    aside = face().surface.position[:, :1]
    dark = torch.where(aside > 40, 0.12, 0.4).expand(1, 3, -1, -1)
    assert abs(float(turned(face(0.5), light=dark)[RIM]) - 1) < 0.01


def test_burnt_out_skin_keeps_its_light() -> None:
    burnt = torch.full((1, 3, SIDE, SIDE), 0.4)
    burnt[:, 0] = 0.98
    assert torch.equal(turned(face(0.5), light=burnt), torch.ones(SIDE))


def test_temples_keep_their_light() -> None:
    source = face(0.5)
    high = source.surface.position.clone()
    high[:, 1] += 50
    temple = replace(source, surface=replace(source.surface, position=high))
    before = torch.full((1, 3, SIDE, SIDE), 0.4)
    assert torch.equal(shaded_near_side(before.clone(), source, temple, seen(0.4), ONES), before)


@pytest.mark.parametrize(("source", "stops"), [(face(0.5), 1.3), (face(0.8), 0.42), (face(1.5), 0.2), (face(0.1), 1.3)])
def test_the_photograph_tells_how_far(source: Decomposition, stops: float) -> None:
    left, right = own_fall(source)[0].tolist()
    assert abs(left - 0.2) < 0.01
    assert abs(right - stops) < 0.05


def test_hair_and_a_rim_that_is_not_shown_tell_nothing() -> None:
    assert own_fall(face(0.2, hair=1.0))[0, 1] == 0.5
    assert torch.equal(own_fall(face(0.2, shown=52.0)), torch.full((1, 2), 0.5))


def test_shade_takes_the_colour_that_shades_of_this_face_have() -> None:
    source = face(0.5)
    source = replace(source, skin=replace(source.skin, shade_colour=torch.tensor([[0.85, 1.05, 1.3]])))
    before = torch.full((1, 3, SIDE, SIDE), 0.4)
    red, green, blue = shaded_near_side(before, source, source, seen(0.4), ONES)[0, :, MIDDLE, RIM].tolist()
    assert red > 1.05 * green > 1.1 * blue
