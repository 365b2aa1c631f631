"""A near ear of which little more than the rim was seen opens: as wide as ears are, in its place, of its own colour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.face.rotate import turned_mesh
from faceaug.face.topology import FACE_OVAL, face_model
from faceaug.stages.ear import Ear
from faceaug.stages.ear_opened import drawn_ears, opened, opened_ears
from faceaug.stages.ear_shape import hollows, rounded
from faceaug.stages.pinna import pinnae
from tests.stages.test_ear import EAR, HIGH, LOW, beside, with_ears

FLAT, BROAD = 8.0, 16.0
"""How far past the outline an ear goes that opens much, and one that does not, mm."""


@pytest.fixture(scope="module")
def face(samples: Path) -> Decomposition:
    return decompose(samples / "eileen_collins.png")


def eared(face: Decomposition, left: float, right: float) -> Decomposition:
    """The face alone, with ears so wide, mm."""
    return with_ears(face, beside(face, -1, wide=left), beside(face, 1, wide=right))


def turned(face: Decomposition, yaw: float, roll: float = 0.0) -> tuple[list[Ear], Tensor, Tensor]:
    """The ears that are opened on a head turned by so much, its mesh and its angles."""
    angles = face.pose.angles + torch.tensor([[yaw, 0.0, roll]])
    mesh = turned_mesh(face, angles)
    return opened_ears(face, mesh, angles), mesh, angles


def test_flat_ears_open_more_and_none_closes() -> None:
    assert opened(12.0, 0.0) == pytest.approx(12.0)
    assert opened(12.0, 20.0) > opened(12.0, 10.0) > 12.0
    assert opened(8.0, 15.0) - 8.0 > opened(24.0, 15.0) - 24.0
    assert opened(40.0, 15.0) == 40.0
    # Near ears of official portraits: 11.4 mm where heads are not turned, 21.5 mm at 12 to 18 degrees.
    assert opened(11.4, 15.0) == pytest.approx(21.5, abs=3.0)


def test_ears_are_told_from_their_lobes_to_their_tops(face: Decomposition) -> None:
    ears, area = pinnae(eared(face, FLAT, BROAD)), float(face.pose.scale) ** 2 * (HIGH - LOW)
    painted = [float(beside(face, side, wide=wide).sum()) / area for side, wide in ((-1, FLAT), (1, BROAD))]
    assert ears.width[0].tolist() == pytest.approx(painted, rel=0.12)
    for side in (0, 1):
        assert ears.ends[0, side].tolist() == pytest.approx([LOW, HIGH], abs=2.5)
    lower = round(8 * float(face.pose.scale))
    low = [torch.maximum(ear, ear.roll(lower, dims=-2)) for ear in (beside(face, side, wide=12.0) for side in (-1, 1))]
    assert pinnae(with_ears(face, *low)).ends[0, :, 0].tolist() == pytest.approx([LOW - 8] * 2, abs=2.5)
    assert float(ears.bare.min()) > 0.9
    assert float(ears.behind.abs().max()) < 1.0


@pytest.mark.parametrize("side", [-1, 1])
def test_the_near_ear_lies_beside_the_cheek_as_wide_as_it_opens(face: Decomposition, side: int) -> None:
    source = eared(face, FLAT, FLAT)
    (ear,), mesh, _ = turned(source, -20.0 * side, roll=8.0)
    rows, columns = torch.where(ear.cover[0, 0] > 0.5)
    scale = float(face.pose.scale)
    high = torch.from_numpy(face_model().points[list(FACE_OVAL), 1])
    outline = mesh[0, list(FACE_OVAL), 0][(high > LOW) & (high < HIGH)]
    edge = float(outline[outline * side > outline.mean() * side].mean())
    middle = float(columns.float().mean()) + ear.box[1].start
    wide = opened(float(pinnae(source).width[0, (side + 1) // 2]), 20.0)
    assert side * (middle - edge) / scale == pytest.approx(wide / 2, abs=4.0)
    tall = float(rows.max() - rows.min()) / scale
    assert float(ear.cover.sum()) / scale**2 / tall == pytest.approx(wide, rel=0.25)
    assert not turned(source, -4.0 * side)[0]


def test_an_opened_ear_has_its_own_colour_and_no_wall(face: Decomposition) -> None:
    (ear,), _, _ = turned(eared(face, FLAT, FLAT), 20.0)
    inside = ear.colour.permute(0, 2, 3, 1)[ear.cover[:, 0] > 0.95]
    grey = torch.tensor(EAR)
    assert float((inside / grey).amax()) < 1.3
    assert float((inside / grey).amin()) > 0.25
    assert float((inside[:, 1] / inside[:, 0]).min()) > 3.0


def test_broad_ears_and_ears_in_hair_are_left_to_the_mesh(face: Decomposition) -> None:
    assert not turned(eared(face, BROAD, BROAD), 20.0)[0]
    hair = beside(face, -1, start=FLAT, wide=30.0)
    behind = with_ears(face, beside(face, -1, wide=FLAT), beside(face, 1, wide=FLAT), gap=hair)
    assert not turned(behind, 20.0)[0]
    assert turned(behind, -20.0)[0]


def test_a_hidden_ear_is_the_other_one_where_that_was_seen_broad(face: Decomposition) -> None:
    for wide, alike in ((BROAD, False), (BROAD / 2, True)):
        source = eared(face, 3.0, wide)
        own, mesh, angles = turned(source, 20.0)
        (ear,) = drawn_ears(source, mesh, angles)
        assert bool(own)
        assert (ear.cover.shape == own[0].cover.shape and torch.equal(ear.cover, own[0].cover)) == alike


def test_hollows_are_dark_and_reddish_and_the_rim_is_not() -> None:
    across = torch.linspace(0, 1, 41).expand(1, 1, 41, 41)
    light = hollows(across, across.transpose(-1, -2))
    assert float(light.amin()) > 0.4
    assert float(light[..., 18, 14].amax()) < 0.8
    assert float(light[0, 0, 18, 14]) > float(light[0, 2, 18, 14])
    assert float(light[..., 30, 37].amin()) > 0.97


def test_lobe_and_top_are_round() -> None:
    place = torch.linspace(0, 1, 41)
    inside = rounded(place[:, None].expand(41, 41), place.expand(41, 41)) > 0
    assert bool(inside[12:30].all())
    corners = inside[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert not bool(corners.any())
    assert bool(inside[2, 16])
    assert bool(inside[-3, 20])


def test_hair_lies_over_an_ear_and_wall_is_none(face: Decomposition) -> None:
    source, y = eared(face, FLAT, FLAT), face.surface.position[:, 1:2]
    there = beside(face, -1, wide=FLAT) * ((y > -18.0) & (y < -8.0)).float()
    hair = replace(source.regions, hair=there, body=source.regions.body * (1 - there))
    (whole,), _, _ = turned(source, 20.0)
    (ear,), _, _ = turned(replace(source, regions=hair), 20.0)
    before, after = (float(each.cover.sum()) / float(face.pose.scale) ** 2 for each in (whole, ear))
    wide = opened(float(pinnae(source).width[0, 0]), 20.0)
    assert (before - after) / (10.0 * wide) == pytest.approx(1.0, abs=0.35)
    there = beside(face, -1, start=1.0, wide=0.6 * FLAT) * ((y > -18.0) & (y < -8.0)).float()
    person, body = (each * (1 - there) for each in (source.regions.person, source.regions.body))
    linear = torch.lerp(source.linear, torch.tensor(0.02), there)
    wall = replace(source.regions, person=person, body=body, foreground=linear)
    (ear,), _, _ = turned(replace(source, linear=linear, regions=wall), 20.0)
    line = (ear.cover[0, 0] > 0.5).float()
    between = torch.minimum(line.cummax(dim=1).values, line.flip(1).cummax(dim=1).values.flip(1)) - line
    assert float(between.sum()) > 10
