"""Jaws turn away into shade before a neck in their shade; what is dark enough, wall and cloth keep their light."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.face.decomposition import Decomposition
from faceaug.stages.turning import jaw
from faceaug.stages.turning.jaw import own_shade, shaded_jaw
from faceaug.stages.turning.necks.neck import neck_of
from faceaug.stages.turning.unseen import Sight, look_up
from tests.portraits import collins

SIDE, MIDDLE, JAW = 160, 80, 70
ONES, NOTHING = torch.ones(1, 1, SIDE, SIDE), torch.zeros(1, 1, SIDE, SIDE)
NEAR, FAR = MIDDLE - 45, MIDDLE + 45
"""Columns, one a millimetre, of the near jaw and of the far one, when the nose goes to the right."""


def rows(above: float, below: float) -> Tensor:
    """A map that is so much above the edge of the jaw and so much below it."""
    return torch.where(torch.arange(SIDE) < JAW, float(above), float(below))[:, None].expand(1, 1, SIDE, SIDE)


def head(cheek: float = 0.4, neck: float = 0.4, yaw: float = 0.0, high: float = -95.0) -> Decomposition:
    """A face above a straight jaw, so high on the mean face all along, before a neck; each as light as that."""
    made = collins()
    aside = (torch.arange(SIDE) - MIDDLE + 0.5).expand(1, 1, SIDE, SIDE)
    surface = replace(
        made.surface, face=rows(1, 0), position=torch.cat([aside, torch.full_like(aside, high), 0 * aside], dim=1)
    )
    empty = dict.fromkeys(("lips", "eyes", "brows", "mouth", "hair", "clothes"), NOTHING)
    regions = replace(made.regions, person=ONES, skin=rows(1, 0), body=rows(0, 1), **empty)
    pose = replace(made.pose, scale=torch.ones(1), angles=torch.tensor([[yaw, 0.0, 0.0]]))
    skin = replace(made.skin, shade_colour=torch.ones(1, 3))
    linear = rows(cheek, neck).expand(1, 3, -1, -1)
    return replace(made, linear=linear, surface=surface, regions=regions, pose=pose, skin=skin)


def sight() -> Sight:
    """All stays where it is."""
    across = (torch.arange(SIDE) + 0.5).expand(SIDE, SIDE)
    place = torch.stack([across, across.T])[None]
    return look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], NOTHING, scale=1.0)


def stops(there: Decomposition, source: Decomposition | None = None, bared: Tensor = NOTHING) -> Tensor:
    """By how many stops each pixel ``(h, w)`` is darker than before, when the nose has gone to the right."""
    source = source or replace(there, pose=head().pose)
    drawn = shaded_jaw(there.linear.clone(), there, source, sight(), (rows(1, 0), bared))
    return torch.log2(there.linear / drawn)[0, 0]


def test_a_jaw_as_light_as_its_neck_falls_off_into_shade_on_the_near_side() -> None:
    dark = stops(head(yaw=20.0))[:, NEAR]
    within, edge, beneath, below = (float(dark[JAW + mm]) for mm in (-20, 0, 4, 18))
    assert abs(within) < 0.01, "the cheek keeps its light"
    assert 0.5 < edge < beneath < 0.9
    assert below < 0.3, "and so does the neck farther down"
    assert 0.28 < float(dark[JAW + 2] - dark[JAW - 3]) < 0.45, "it has the step that portraits show"
    assert float(dark.diff().abs().max()) < 0.2, "but no edge"


def test_the_near_cheek_falls_off_broadly_before_its_border() -> None:
    dark = stops(head(yaw=20.0))[:, NEAR]
    for mm, least, most in ((-17, -0.01, 0.05), (-8, 0.28, 0.5), (-4, 0.42, 0.65)):
        assert least < float(dark[JAW + mm]) < most


def test_the_far_jaw_falls_off_nearer_to_its_outline() -> None:
    dark = stops(head(yaw=20.0))
    near, far = dark[:, NEAR], dark[:, FAR]
    assert float(far[JAW - 13]) < 0.02
    assert float(near[JAW - 13]) > 0.05
    assert 0.3 < float(far[JAW - 2]) < 0.6
    assert float(far.diff().abs().max()) < 0.12, "it has no edge"
    turned = stops(head(yaw=-20.0))
    assert float((turned[:, FAR] - near).abs().max()) < 0.02, "that side is near when the nose goes to the left"


def test_the_far_jaw_ends_before_the_wall_without_a_step() -> None:
    there = head(yaw=20.0)
    there = replace(there, regions=replace(there.regions, person=rows(1, 0), body=NOTHING))
    far = stops(there)[:, FAR]
    assert 0.3 < float(far[JAW - 3]) < 0.6
    assert float(far[JAW + 3 :].abs().max()) < 0.01
    assert float(far.diff().abs().max()) < 0.3


def test_a_head_that_does_not_turn_is_the_same_to_the_bit() -> None:
    assert torch.equal(stops(head()), torch.zeros(SIDE, SIDE))
    assert torch.equal(stops(head(yaw=20.0), head(yaw=20.0)), torch.zeros(SIDE, SIDE))


def test_cloth_of_a_grey_picture_lies_in_no_shade_of_a_jaw(monkeypatch: pytest.MonkeyPatch) -> None:
    there, skin = head(yaw=20.0), ONES.clone()
    skin[..., MIDDLE:] = 0  # of the body, that on the right is cloth
    monkeypatch.setattr(jaw, "neck_of", lambda source: replace(neck_of(source), alike=skin * rows(0, 1)))
    colour, grey = (stops(replace(there, grey=torch.tensor([each]))) for each in (False, True))
    assert float(colour[JAW + 4, FAR]) > 0.3
    assert float(grey[JAW + 4, FAR]) < 0.01
    assert float(grey[JAW + 4, NEAR]) > 0.3


def test_what_lies_in_such_shade_already_stays() -> None:
    beneath = stops(head(neck=0.1, yaw=20.0))[JAW + 4 : JAW + 12, NEAR]
    assert float(beneath.abs().max()) < 0.02


def test_a_cheek_is_not_darkened_before_the_ear() -> None:
    assert torch.equal(stops(head(yaw=20.0, high=-40.0)), torch.zeros(SIDE, SIDE))


@pytest.mark.parametrize("over", ["clothes", "hair", "wall"])
def test_what_is_no_neck_keeps_its_light(over: str) -> None:
    there = head(yaw=20.0)
    changed = {"person": rows(1, 0)} if over == "wall" else {over: rows(0, 1)}
    there = replace(there, regions=replace(there.regions, **changed))
    assert float(stops(there)[JAW + 4 :, NEAR].abs().max()) < 1e-4
    assert float(stops(there)[JAW + 5 :].abs().max()) < 1e-2


def test_a_rim_beneath_the_jaw_that_was_taken_for_nothing_is_in_its_shade_too() -> None:
    there, row = head(yaw=20.0), torch.arange(SIDE)[:, None]
    rim = ((row > JAW) & (row < JAW + 4)).float().expand(1, 1, SIDE, SIDE)
    told = replace(there, regions=replace(there.regions, body=there.regions.body * (1 - rim)))
    assert float((stops(told) - stops(there))[:, NEAR].abs().max()) < 0.15


def test_neck_that_was_taken_for_hair_but_has_its_colour_is_in_the_shade(monkeypatch: pytest.MonkeyPatch) -> None:
    there = head(yaw=20.0)
    hairy = replace(there, regions=replace(there.regions, hair=rows(0, 1)))
    alike = replace(neck_of(collins()), alike=ONES)
    monkeypatch.setattr(jaw, "neck_of", lambda _: alike)
    assert float((stops(hairy) - stops(there))[:, NEAR].abs().max()) < 0.01


def test_neck_that_comes_into_sight_is_as_dark_beneath_the_jaw_as_what_moved_beside_it() -> None:
    across = torch.arange(SIDE).expand(1, 1, SIDE, SIDE)
    new = (across < NEAR).float() * rows(0, 1)
    there = head(yaw=20.0)
    deep = torch.where(across < NEAR, 0.4, 0.12) * rows(0, 1) + 0.4 * rows(1, 0)
    there = replace(there, linear=deep.expand(1, 3, -1, -1))
    beside = stops(there, bared=new)[JAW + 4, NEAR - 4]
    usual = stops(head(yaw=20.0), bared=new)[JAW + 4, NEAR - 4]
    assert float(beside) > float(usual) + 0.2


@pytest.mark.parametrize(("neck", "depth"), [(0.4, 0.67), (0.4 / 2**1.5, 1.0), (0.05, 1.35)])
def test_the_photograph_tells_how_deep(neck: float, depth: float) -> None:
    assert abs(float(own_shade(head(neck=neck))) - depth) < 0.02


def test_without_a_neck_the_shade_is_as_usual() -> None:
    dressed = head(neck=0.02)
    dressed = replace(dressed, regions=replace(dressed.regions, body=NOTHING))
    assert float(own_shade(dressed)) == 1.0


def test_the_shade_has_the_colour_that_shades_of_this_face_have() -> None:
    there = head(yaw=20.0)
    there = replace(there, skin=replace(there.skin, shade_colour=torch.tensor([[0.85, 1.05, 1.3]])))
    source = replace(there, pose=head().pose)
    drawn = shaded_jaw(there.linear.clone(), there, source, sight(), (rows(1, 0), NOTHING))
    red, green, blue = drawn[0, :, JAW + 4, NEAR].tolist()
    assert red > 1.05 * green > 1.1 * blue
