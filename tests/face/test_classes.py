"""Skin, hair or anything else: found on portraits, and on portraits that were painted over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from faceaug.face import classes
from faceaug.face.bare import head_of
from faceaug.face.classes import HAIR, OTHER, SKIN, find_classes
from faceaug.face.decompose import decompose
from faceaug.image.filter import reduce
from tests.face.painting import own, painted
from tests.portraits import collins, hopper

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("portrait", [collins, hopper])
def test_every_pixel_is_something(portrait) -> None:  # type: ignore[no-untyped-def]
    head = head_of(portrait())
    found = find_classes(head)
    assert found.shape == (3, *head.face.shape)
    assert found.sum(dim=0).numpy() == pytest.approx(1.0, abs=1e-5)
    x, y = head.position[0].abs(), head.position[1]
    cheeks = (head.face > 0.9) & (head.features < 0.05) & (x < 45) & (y > -45) & (y < -15)
    assert float(found[SKIN][cheeks].mean()) > 0.95
    assert float(found[OTHER][(head.person > 0.9) & (y < -135) & (x > 70)].mean()) > 0.9


def test_hair_is_hair_and_so_is_a_fringe() -> None:
    face = collins()
    head = head_of(face)
    crown = (head.person > 0.95) & (head.position[1] > 90) & (head.face < 0.05)
    assert float(find_classes(head)[HAIR][crown].mean()) > 0.9
    place = face.surface.position[0]
    hair = face.linear[0][:, (place[1] > 95) & (face.regions.person[0, 0] > 0.95)]
    fringe = (place[1] > 26) & (place[1] < 75) & (place[0].abs() < 40) & (face.surface.face[0, 0] > 0.5)
    strands = hair[:, torch.arange(int(fringe.sum())) % hair.shape[1]]
    under, bare = painted(face, fringe, strands), painted(face, fringe, own(face))
    inside = (under.position[1] > 45) & (under.position[1] < 68) & (under.position[0].abs() < 30) & (under.face > 0.9)
    assert float(find_classes(bare)[SKIN][inside].mean()) > 0.9
    assert float(find_classes(under)[SKIN][inside].mean()) < 0.28


def test_clothes_are_learnt_where_they_lie_and_light_on_skin_is_no_cloth() -> None:
    """A shirt so pale that skin in the light comes near it: in the opening of the shirt the light is on skin."""
    face = collins()
    place = face.surface.position[0]
    body = (place[1] < -125) & (face.surface.face[0, 0] < 0.1) & (face.regions.person[0, 0] > 0.5)
    opening = body & (place[0].abs() < 45)
    shirt = torch.tensor([0.80, 0.83, 0.88])[:, None]
    bright = 0.7 * torch.ones(3, 1) * 0.6 + 0.4 * own(face) * 1.6
    foreground = face.regions.foreground.clone()
    foreground[0][:, body] = shirt
    foreground[0][:, opening] = bright
    head = head_of(replace(face, regions=replace(face.regions, foreground=foreground)))
    found = find_classes(head)
    below = (head.position[1] < -135) & (head.person > 0.9)
    assert float(found[SKIN][below & (head.position[0].abs() < 35)].mean()) > 0.9
    assert float(found[OTHER][below & (head.position[0].abs() > 60)].mean()) > 0.9


def test_bare_shoulders_are_skin_and_a_pullover_of_another_colour_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A neck and shoulders paler than the face, without a collar between: they were learnt as cloth."""
    face = collins()
    place = face.surface.position[0]
    body = (place[1] < -122) & (face.surface.face[0, 0] < 0.1) & (face.regions.person[0, 0] > 0.5)
    pale, grain = torch.tensor([0.78, 0.90, 0.98])[:, None], 1 + 0.05 * torch.sin(torch.arange(int(body.sum())) * 1.7)
    bare = painted(face, body, pale * own(face) * grain)
    shoulder = (bare.position[1] < -140) & (bare.position[0].abs() > 75) & (bare.person > 0.9)
    assert float(find_classes(bare)[SKIN][shoulder].mean()) > 0.9
    dressed = torch.where((place[0].abs() < 45)[body], pale, torch.tensor([0.55, 0.80, 1.25])[:, None])
    assert float(find_classes(painted(face, body, dressed * own(face) * grain))[OTHER][shoulder].mean()) > 0.9
    grey = replace(bare, colour=bare.colour * torch.tensor([1.0, 0.0, 0.0])[:, None, None])
    found = find_classes(grey)
    monkeypatch.setattr(classes, "_TOLD_ODDS", 0.0)
    assert torch.equal(found, find_classes(grey)), "without colour a coat as dark as the throat would be skin"


def test_a_deep_fold_in_the_middle_of_the_face_is_skin() -> None:
    face = collins()
    place = face.surface.position[0]
    fold = (place[0] - 28).abs() < 2.5
    fold &= (place[1] < -20) & (place[1] > -50) & (face.surface.face[0, 0] > 0.9)
    head = painted(face, fold, 0.12 * own(face) * torch.tensor([1.2, 0.8, 0.7])[:, None])
    inside = ((head.position[0] - 28).abs() < 2) & (head.position[1] < -23) & (head.position[1] > -47)
    assert float(find_classes(head)[SKIN][inside].mean()) > 0.9


def test_the_shade_of_a_chin_is_skin() -> None:
    head = head_of(hopper())
    shade = (head.position[0].abs() < 15) & (head.position[1] > -128) & (head.position[1] < -112)
    assert float(find_classes(head)[SKIN][shade].mean()) > 0.9


def test_a_bald_crown_may_shine() -> None:
    face = collins()
    place = face.surface.position[0]
    top = (place[1] > 28) & (face.regions.person[0, 0] > 0.5)
    height = ((place[1][top] - 60) / 60).clamp(0, 1)
    head = painted(face, top, own(face) * (1 - 0.5 * height) + 0.5 * height * 0.95)
    crown = (head.position[1] > 80) & (head.position[1] < 115) & (head.person > 0.95) & (head.position[0].abs() < 50)
    assert float(find_classes(head)[SKIN][crown].mean()) > 0.9


def test_smooth_grey_hair_is_hair() -> None:
    face = collins()
    place = face.surface.position[0]
    top = (place[1] > 60) & (face.surface.face[0, 0] < 0.1) & (face.regions.person[0, 0] > 0.5)
    grey = own(face).mean() * torch.tensor([1.06, 1.0, 0.86])[:, None]
    head = painted(face, top, grey)
    crown = (head.position[1] > 85) & (head.position[1] < 115) & (head.person > 0.95) & (head.position[0].abs() < 50)
    assert float(find_classes(head)[HAIR][crown].mean()) > 0.9


@pytest.mark.parametrize("name", ["A000022", "D000432"])
def test_a_white_collar_below_the_chin_is_not_learnt_as_skin(faces: Path, name: str) -> None:
    """Nor by the second one's forehead, which glares."""
    head = head_of(decompose(faces / "congress225" / f"{name}.jpg"))
    pale = (head.colour[0] > 60) & (head.colour[1:].abs() < 16).all(0)
    white = (head.person > 0.9) & (head.position[1] < -100) & pale
    assert int(white.sum()) > 400
    assert float(find_classes(head)[SKIN][white].mean()) < 0.05


def test_size_does_not_matter() -> None:
    head = head_of(collins())
    whole, half = find_classes(head), find_classes(head.reduced(2))
    there = reduce(head.person[None, None], 2)[0, 0] > 0.95
    same = reduce(whole[None], 2)[0].argmax(dim=0) == half.argmax(dim=0)
    assert float(same[there].float().mean()) > 0.95
