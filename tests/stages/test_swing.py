"""Shoulders and collars stay where they are under a head that turns, and keep their light."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from faceaug.face.decomposition import Decomposition
from faceaug.stages.turning import turn
from faceaug.stages.turning.necks.upright import upright
from faceaug.stages.turning.swing import _rounded, swung
from faceaug.stages.turning.unseen import Sight
from faceaug.stages.wall import distance
from tests.portraits import collins

FAR = 9.0
"""How far a head moves to the left here, pixels."""


def still(face: Decomposition) -> torch.Tensor:
    """The middle of each pixel."""
    ys, xs = torch.meshgrid(*(torch.arange(n) + 0.5 for n in face.linear.shape[-2:]), indexing="ij")
    return torch.stack([xs, ys])[None]


def moved(face: Decomposition, **regions: Any) -> torch.Tensor:
    """How far each pixel of a head that was moved comes from, to the right."""
    nothing = torch.zeros_like(face.surface.face)
    source = replace(face, regions=replace(face.regions, body=nothing, **regions))
    shift = torch.tensor([FAR, 0.0])[None, :, None, None]
    return (swung(still(face) + shift, source, face.surface.face, face.pose.angles)[0] - still(face))[:, :1]


def apart(face: Decomposition) -> torch.Tensor:
    """How far each pixel lies from the face, mm."""
    return distance(face.surface.face < 0.5) / float(face.pose.scale)


def test_shoulders_stay_and_what_is_beside_the_face_goes_along() -> None:
    face = collins()
    nothing = torch.zeros_like(face.surface.face)
    found, (across, up) = moved(face, clothes=nothing), upright(face)
    shoulders = (across.abs() > 86) & (up < -8) & (apart(face) > 58)
    assert int(shoulders.sum()) > 1000
    assert float(found[shoulders].abs().max()) < 1e-3
    for goes in (apart(face) < 9, up > 46, (across.abs() < 42) & (up < -2)):
        assert float((found[goes] - FAR).abs().max()) < 1e-2
    steps = (found[..., 1:] - found[..., :-1]).abs().amax(), (found[..., 1:, :] - found[..., :-1, :]).abs().amax()
    assert max(float(step) for step in steps) < 1.0  # nothing is shown twice


def test_a_collar_stays_where_a_bare_neck_would_go_along() -> None:
    face = collins()
    across, up = upright(face)
    place = (across.abs() < 40) & (up < -8) & (apart(face) > 58)
    assert int(place.sum()) > 100
    cloth = torch.ones_like(face.surface.face)
    assert float(moved(face, clothes=cloth)[place].abs().max()) < 1e-3
    assert float((moved(face, clothes=0 * cloth)[place] - FAR).abs().max()) < 1e-2


def test_the_view_opens_where_the_face_was_on_the_near_side_unless_hair_hangs_there() -> None:
    face = collins()
    across, up = upright(face)
    nothing = torch.zeros_like(face.surface.face)
    jaw = (distance(face.surface.face > 0.5) > 5) & (across.abs() > 40) & (up < 31) & (up > 5)
    assert int(jaw.sum()) > 40
    for hair in (0.0, 1.0):
        person = face.regions.person.clamp(min=hair)
        source = replace(face, regions=replace(face.regions, hair=nothing + hair, body=nothing, person=person))
        for yaw, side in ((20.0, -1), (-20.0, 1)):
            angles = face.pose.angles + torch.tensor([[yaw, 0.0, 0.0]])
            left = swung(still(face), source, nothing, angles)[1].left
            near = jaw & (side * across > 0)
            assert float((left[near] - (1 - hair)).abs().max()) < 0.01
            assert float(left[~jaw & (apart(face) > 11) & (face.regions.person == 0)].max()) == 0
            beyond = (distance(face.surface.face > 0.5) > 5) & (up < 31) & (up > 5) & (side * across < -8)
            assert float((left[beyond & (side * across > -18)] - (1 - hair)).abs().max()) < 0.01
            assert float(left[side * across <= -33].max()) < 0.01
    nodding = swung(still(face), source, nothing, face.pose.angles + torch.tensor([[0.0, 10.0, 5.0]]))[1]
    assert float(nodding.left.max()) == float(nodding.stays.max()) == 0


def dressed(**regions: Any) -> tuple[Decomposition, torch.Tensor]:
    """Collins, with blue cloth beside and below her jaw, which was found to be hair; and where that is."""
    face = collins()
    across, up = upright(face)
    coat = (across.abs() > 35) & (across.abs() < 80) & (up < 22) & (up > -40) & (face.surface.face == 0)
    blue = torch.tensor([0.02, 0.02, 0.4])[None, :, None, None]
    nothing = torch.zeros_like(face.surface.face)
    made = {"body": nothing, "clothes": nothing, "hair": coat.float()} | regions
    person = torch.maximum(face.regions.person, coat.float())
    regions_ = replace(face.regions, person=person, **made)
    return replace(face, linear=torch.where(coat, blue, face.linear), regions=regions_), coat


def test_cloth_stays_where_a_jaw_leaves_it_behind_whatever_it_was_found_to_be() -> None:
    source, coat = dressed()
    across, up = upright(source)
    inside = (distance(coat) > 3) & (up < 18) & (across.abs() > 40)
    assert int(inside.sum()) > 200
    nothing = torch.zeros_like(source.surface.face)
    for yaw, side in ((20.0, -1), (-20.0, 1)):
        aside = swung(still(source), source, nothing, source.pose.angles + torch.tensor([[yaw, 0.0, 0.0]]))[1]
        assert float(aside.stays[inside & (side * across > 0)].min()) > 0.95
        assert float(aside.stays[side * across < -30].max()) == 0
        assert float(aside.left[inside].max()) < 0.05
        assert float(aside.stays[distance(source.surface.face > 0.5) > 1].max()) < 0.05


def test_what_touches_the_turned_face_goes_along() -> None:
    source, coat = dressed()
    whole = torch.ones_like(source.surface.face)
    aside = swung(still(source), source, whole, source.pose.angles + torch.tensor([[20.0, 0.0, 0.0]]))[1]
    assert float(aside.cloth[coat].max()) > 0.95
    assert float(aside.stays.max()) < 0.01


def test_no_beard_hair_or_grey_picture_is_taken_for_cloth() -> None:
    source, _ = dressed()
    turned = source.pose.angles + torch.tensor([[20.0, 0.0, 0.0]])
    _, up = upright(source)
    nothing, whole = torch.zeros_like(source.surface.face), torch.ones_like(source.surface.face)
    dark = torch.tensor([0.02, 0.02, 0.02])[None, :, None, None]
    rim = (source.surface.face > 0.5) & (up < 45) & (distance(source.surface.face > 0.5) < 12 * source.pose.scale)
    bearded = replace(
        source,
        linear=torch.where(rim, dark, source.linear),
        regions=replace(source.regions, skin=source.regions.skin * ~rim),
    )
    locks = replace(source, regions=replace(source.regions, hair=whole, person=whole))
    grey = replace(source, grey=torch.ones_like(source.grey))
    for one in (bearded, locks, grey):
        aside = swung(still(one), one, nothing, turned)[1]
        assert float(aside.stays.max()) == float(aside.left.max()) == 0


def test_a_coat_that_was_found_to_be_hair_stays_where_wall_is_seen_above_it() -> None:
    """It touches the jaw, and narrows toward the ear as no hair does that hangs."""
    source, coat = dressed()
    across, up = upright(source)
    turned = source.pose.angles + torch.tensor([[20.0, 0.0, 0.0]])
    high = coat | ((across.abs() < 80 - 0.5 * (up - 22).clamp(min=0)) & (up > -40) & (up < 70))
    cloth = (high & (source.surface.face == 0)).float()
    regions = replace(source.regions, hair=cloth, person=torch.maximum(source.surface.face, cloth))
    linear = torch.where(cloth > 0, torch.tensor([0.02, 0.02, 0.4])[None, :, None, None], source.linear)
    coated = replace(source, linear=linear, regions=regions)
    hangs = replace(coated, regions=replace(regions, person=torch.ones_like(cloth)))
    nothing = torch.zeros_like(cloth)
    assert float(swung(still(coated), coated, nothing, turned)[1].stays[coat & (across < -40)].mean()) > 0.5
    assert float(swung(still(hangs), hangs, nothing, turned)[1].stays.max()) == 0


def test_skin_that_stays_keeps_its_light() -> None:
    face = collins()
    whole = torch.ones_like(face.surface.face)
    normal = torch.tensor([0.8, 0.0, 0.6])[None, :, None, None].expand_as(face.surface.normal)
    there = replace(face, surface=replace(face.surface, normal=normal), regions=replace(face.regions, body=whole))
    picture = torch.full_like(face.linear, 0.3)

    def relit(shift: float, off: float) -> torch.Tensor:
        nothing = 0 * whole
        sight = Sight(still(face) + shift, still(face), nothing, whole, whole, whole, nothing, float(face.pose.scale))
        return turn._relit(picture.clone(), there, whole, sight, off * whole)

    assert torch.equal(relit(0.0, 0.0), picture)
    for moves in (relit(20.0, 0.0), relit(0.0, 1.0)):
        assert float((moves - picture).abs().amin(dim=1).median()) > 0.01


def test_movement_that_is_rounded_is_not_changed_where_it_is_told() -> None:
    """In a picture so small that nothing is halved faces stayed where they were, and their hair turned."""
    away = torch.full((1, 2, 32, 32), FAR)
    _rounded(away, torch.ones(1, 1, 32, 32), 0.5)
    assert float(away.min()) == FAR
