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
from faceaug.stages.turning.ear_colour import like_cheek
from faceaug.stages.turning.ear_laid import Ear
from faceaug.stages.turning.ear_opened import drawn_ears, opened
from faceaug.stages.turning.ear_shape import hollows, rounded
from faceaug.stages.turning.pinna import pinnae
from tests.portraits import hopper

EAR = (0.16, 0.8, 0.16)
"""The colour of the ear: no skin has it."""
LOW, HIGH, WIDE = -46.0, 4.0, 16.0
"""From where to where it reaches, mm on the mean face, and how far past the outline."""


def beside(face: Decomposition, side: int, *, start: float = 0.0, wide: float = WIDE) -> Tensor:
    """A strip beside the outline of the face ``(1, 1, h, w)``, from ``start`` to ``wide`` mm out, as high as an ear."""
    x, y = face.surface.position[:, :1], face.surface.position[:, 1:2]
    inside = (face.surface.face > 0.5).float()
    step, columns = round(float(face.pose.scale)), torch.arange(face.linear.shape[-1])
    edge = (columns * inside).amax(dim=-1) if side > 0 else (columns.flip(0) * inside).amax(dim=-1)
    out = (columns if side > 0 else columns.flip(0)) - edge[..., None]
    there = (out > start * step) & (out <= wide * step) & (y > LOW) & (y < HIGH) & (x * side > 0)
    return there.float() * (1 - inside)


def with_ears(face: Decomposition, *ears: Tensor, gap: Tensor | None = None) -> Decomposition:
    """The face alone before a dark wall, with these ears; ``gap`` is of the person, but no skin."""
    head = (face.surface.face > 0.5).float()
    ear = torch.stack([*ears, torch.zeros_like(head)]).amax(dim=0)
    nothing = torch.zeros_like(head)
    person = torch.stack([head, ear, nothing if gap is None else gap]).amax(dim=0)
    colour = torch.tensor(EAR)[:, None, None]
    linear = torch.where(ear > 0, colour, torch.where(head > 0, face.linear, 0.02))
    regions = replace(
        face.regions, person=person, body=ear, hair=nothing, clothes=nothing, skin=head, foreground=linear
    )
    return replace(face, linear=linear, regions=regions)


FLAT, BROAD = 7.0, 16.0
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
    return drawn_ears(face, mesh, angles), mesh, angles


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
        assert ears.ends[0, side].tolist() == pytest.approx([LOW - 1.5, HIGH + 3], abs=2.5)  # round ends
    lower = round(8 * float(face.pose.scale))
    low = [torch.maximum(ear, ear.roll(lower, dims=-2)) for ear in (beside(face, side, wide=12.0) for side in (-1, 1))]
    assert pinnae(with_ears(face, *low)).ends[0, :, 0].tolist() == pytest.approx([LOW - 9.5] * 2, abs=2.5)
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


def test_an_ear_that_was_seen_much_narrower_is_the_mirror_image_of_the_other(face: Decomposition) -> None:
    for own, mirrored in ((1.0, True), (0.4 * BROAD, True), (0.9 * BROAD, False)):
        source = eared(face, own, BROAD)
        right = (source.regions.body > 0) & (face.surface.position[:, :1] > 0)
        blue = torch.where(right, torch.tensor((0.25, 0.35, 1.0))[:, None, None], source.linear)
        found = turned(replace(source, linear=blue), 20.0)[0]
        assert bool(found) == mirrored
        for ear in found:
            colour = ear.colour.permute(0, 2, 3, 1)[ear.cover[:, 0] > 0.95].median(dim=0).values
            assert float(colour[2]) > 1.5 * float(colour[1])
            seen = (float(ear.cover.sum()) / float(face.pose.scale) ** 2) / (HIGH - LOW)
            assert seen == pytest.approx(opened(own, 20.0, most=40.0), rel=0.25)


def test_a_mirrored_ear_is_lit_as_the_cheek_beside_it(face: Decomposition) -> None:
    source = eared(face, 1.0, BROAD)
    dark = torch.where(face.surface.position[:, :1] < 0, 0.6, 1.0)
    (even,), _, _ = turned(source, 20.0)
    (half,), _, _ = turned(replace(source, linear=source.linear * dark), 20.0)
    light = [float(each.colour[(each.cover > 0.9).expand_as(each.colour)].median()) for each in (even, half)]
    assert light[1] / light[0] == pytest.approx(0.6, abs=0.06)
    white = torch.where(dark < 1, source.linear, 0.1 * source.linear)
    assert not turned(replace(source, linear=white), 20.0)[0]


def test_the_front_of_a_mirrored_ear_is_as_light_as_the_cheek_unless_it_is_hair() -> None:
    cheek, shade = torch.full((1, 3, 60, 60), 0.4), torch.full((1, 3, 60, 60), 0.2)
    across, hair = torch.linspace(-0.1, 1.1, 60).expand(60, 60), torch.zeros(60, 60)
    hair[:20] = 1
    light = (like_cheek(cheek, shade, across, hair, 1.0) * shade)[0, 0]
    assert float(light[25:, :8].min()) == pytest.approx(0.4, abs=0.01)
    assert float(light[:, 40:].max()) == pytest.approx(0.2, abs=1e-6)
    assert float(light[:20].max()) == pytest.approx(0.2, abs=1e-6)
    assert float((light[40, 1:] - light[40, :-1]).abs().max()) < 0.03


def test_hair_before_the_upper_half_of_an_ear_is_part_of_its_place(face: Decomposition) -> None:
    high = beside(face, -1, start=12.0, wide=18.0)
    hair = beside(face, -1, wide=12.0)
    cover, y = pinnae(with_ears(face, high, beside(face, 1), gap=hair)).cover, face.surface.position[:, 1:2]
    inner = beside(face, -1, start=1.0, wide=5.0) > 0
    assert float(cover[inner & (y > -15.0) & (y < HIGH - 4)].min()) > 0.8
    assert float(cover[inner & (y > LOW + 4) & (y < -38.0)].max()) < 0.2


def widths(ear: Ear, low: float, high: float) -> float:
    """How wide an ear is between such shares of its height from its top, of how wide it is at most."""
    lines = (ear.cover[0, 0] > 0.5).sum(dim=1)
    lines = lines[lines > 0].float()
    return float(lines[round(low * len(lines)) : round(high * len(lines))].mean() / lines.max())


def test_a_mirrored_ear_keeps_the_outline_that_was_seen_and_the_hair_before_it(face: Decomposition) -> None:
    y, whole = face.surface.position[:, 1:2], beside(face, 1)
    low, lone = ((y > -32.0) & (y < -16.0)).float(), beside(face, -1, wide=1.0)
    notched = whole * (1 - low * beside(face, 1, start=BROAD / 2, wide=2 * BROAD))
    (plain,), _, _ = turned(with_ears(face, lone, whole), 20.0)
    (cut,), _, _ = turned(with_ears(face, lone, notched), 20.0)
    assert widths(plain, 0.45, 0.65) > 0.9
    assert widths(cut, 0.45, 0.65) < 0.7
    hair = beside(face, 1, wide=BROAD / 3) * ((y > -12.0) & (y < -2.0))
    strand = with_ears(face, lone, whole * (1 - hair), gap=hair)
    (ear,), _, _ = turned(replace(strand, regions=replace(strand.regions, hair=hair)), 20.0)
    assert float(ear.cover.sum()) == pytest.approx(float(plain.cover.sum()), rel=0.1)
    share = float((ear.hair * ear.cover).sum()) / float(face.pose.scale) ** 2
    assert share == pytest.approx(10.0 * opened(1.0, 20.0, most=40.0) / 3, rel=0.5)


def test_hollows_are_dark_and_reddish_and_the_rim_is_not() -> None:
    across = torch.linspace(0, 1, 41).expand(1, 1, 41, 41)
    light = hollows(across, across.transpose(-1, -2), 3.0)
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


def test_what_stands_apart_before_a_flag_is_no_ear_to_mirror() -> None:
    """Beside the ear on its left hangs a cord, which the matte takes for person."""
    assert not turned(hopper(), -25.0)[0]
