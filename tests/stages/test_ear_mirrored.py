"""A near ear that was hardly seen is the mirror image of the other: as wide as ears are, in its place, lit as there."""

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
from faceaug.stages.turning.ears.colour import like_cheek
from faceaug.stages.turning.ears.laid import Ear
from faceaug.stages.turning.ears.mirrored import _ended, mirrored_ears, opened
from faceaug.stages.turning.ears.pinna import pinnae
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


LINE, BROAD = 1.0, 16.0
"""How far past the outline an ear goes that was hardly seen, and one that was, mm."""


def shaded(face: Decomposition, side: int, light: float = 0.6) -> Decomposition:
    """The face with so much of the light on one side."""
    return replace(face, linear=face.linear * torch.where(side * face.surface.position[:, :1] > 0, light, 1.0))


@pytest.fixture(scope="module")
def face(samples: Path) -> Decomposition:
    """A face whose left ear may be the mirror image of the right: not in more light."""
    return shaded(decompose(samples / "eileen_collins.png"), -1)


def eared(face: Decomposition, left: float, right: float) -> Decomposition:
    """The face alone, with ears so wide, mm."""
    return with_ears(face, beside(face, -1, wide=left), beside(face, 1, wide=right))


def turned(face: Decomposition, yaw: float, roll: float = 0.0) -> tuple[list[Ear], Tensor, Tensor]:
    """The ears that are mirrored on a head turned by so much, its mesh and its angles."""
    angles = face.pose.angles + torch.tensor([[yaw, 0.0, roll]])
    mesh = turned_mesh(face, angles)
    return mirrored_ears(face, mesh, angles), mesh, angles


def test_flat_ears_open_more_and_none_closes() -> None:
    assert opened(12.0, 0.0) == pytest.approx(12.0)
    assert opened(12.0, 20.0) > opened(12.0, 10.0) > 12.0
    assert opened(8.0, 15.0) - 8.0 > opened(24.0, 15.0) - 24.0
    assert opened(40.0, 15.0) == 40.0
    # Near ears of official portraits: 11.4 mm where heads are not turned, 21.5 mm at 12 to 18 degrees.
    assert opened(11.4, 15.0) == pytest.approx(21.5, abs=3.0)


def test_ears_are_told_from_their_lobes_to_their_tops(face: Decomposition) -> None:
    narrow = 7.0
    ears, area = pinnae(eared(face, narrow, BROAD)), float(face.pose.scale) ** 2 * (HIGH - LOW)
    painted = [float(beside(face, side, wide=wide).sum()) / area for side, wide in ((-1, narrow), (1, BROAD))]
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
    source = eared(face, LINE, BROAD) if side < 0 else eared(shaded(face, 1, 0.36), BROAD, LINE)
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
    assert not turned(source, -2.0 * side)[0]


def test_ears_that_were_seen_and_ears_in_hair_are_left_to_the_mesh(face: Decomposition) -> None:
    for wide in (LINE, 7.0, BROAD):
        assert not turned(eared(face, wide, wide), 20.0)[0]
    hair = beside(face, -1, start=LINE, wide=30.0)
    behind = with_ears(face, beside(face, -1, wide=LINE), beside(face, 1), gap=hair)
    assert not turned(behind, 20.0)[0]
    assert turned(eared(face, LINE, BROAD), 20.0)[0]


def test_an_ear_lends_itself_only_where_it_is_bare_and_no_strand_hangs_beside_it(face: Decomposition) -> None:
    line, whole, y = beside(face, -1, wide=LINE), beside(face, 1), face.surface.position[:, 1:2]
    lock = whole * ((y > -14.0) & (y < -4.0))
    source = with_ears(face, line, whole * (1 - lock), gap=lock)
    assert not turned(replace(source, regions=replace(source.regions, hair=lock)), 20.0)[0]
    strand = beside(face, 1, start=BROAD, wide=BROAD + 3.0)
    assert not turned(with_ears(face, line, whole, gap=strand), 20.0)[0]


def test_an_ear_that_was_seen_much_narrower_is_the_mirror_image_of_the_other(face: Decomposition) -> None:
    for own, other, mirrored in ((LINE, BROAD, True), (0.35 * BROAD, BROAD, True), (6.0, 9.0, False)):
        source = eared(face, own, other)
        right = (source.regions.body > 0) & (face.surface.position[:, :1] > 0)
        blue = torch.where(right, torch.tensor((0.25, 0.35, 1.0))[:, None, None], source.linear)
        found = turned(replace(source, linear=blue), 20.0)[0]
        assert bool(found) == mirrored
        for ear in found:
            colour = ear.colour.permute(0, 2, 3, 1)[ear.cover[:, 0] > 0.95].median(dim=0).values
            assert float(colour[2]) > 1.5 * float(colour[1])
            seen = (float(ear.cover.sum()) / float(face.pose.scale) ** 2) / (HIGH - LOW)
            assert seen == pytest.approx(opened(own, 20.0), rel=0.25)


def test_a_mirrored_ear_is_lit_as_the_cheek_beside_it_and_never_brightened(face: Decomposition) -> None:
    source = eared(face, LINE, BROAD)
    (even,), _, _ = turned(source, 20.0)
    (half,), _, _ = turned(shaded(source, -1), 20.0)
    light = [float(each.colour[(each.cover > 0.9).expand_as(each.colour)].median()) for each in (even, half)]
    assert light[1] / light[0] == pytest.approx(0.6, abs=0.06)
    assert not turned(shaded(source, -1, 0.2), 20.0)[0]
    assert not turned(shaded(source, 1), 20.0)[0]


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


def test_its_outline_has_no_steps(face: Decomposition) -> None:
    (ear,), _, _ = turned(eared(face, LINE, BROAD), 20.0, roll=8.0)
    lines = ear.cover[0, 0].sum(dim=1)
    lines = lines[lines > 0.5]
    middle = lines[round(0.3 * len(lines)) : round(0.7 * len(lines))]
    assert float((middle[2:] - 2 * middle[1:-1] + middle[:-2]).abs().max()) < 0.4


def test_its_lobe_and_top_are_round() -> None:
    place = torch.linspace(0, 1, 41)
    inside = _ended(place[:, None].expand(41, 41), 0.0, place.expand(41, 41)) > 0
    assert bool(inside[12:30].all())
    assert bool(inside[[2, -3], [16, 18]].all())
    assert not bool(inside[[2, -4], [-1, -1]].any())


def widths(ear: Ear, low: float, high: float) -> float:
    """How wide an ear is between such shares of its height from its top, of how wide it is at most."""
    lines = (ear.cover[0, 0] > 0.5).sum(dim=1)
    lines = lines[lines > 0].float()
    return float(lines[round(low * len(lines)) : round(high * len(lines))].mean() / lines.max())


def test_a_mirrored_ear_keeps_the_outline_that_was_seen_and_the_hair_before_it(face: Decomposition) -> None:
    y, whole = face.surface.position[:, 1:2], beside(face, 1)
    low, lone = ((y > -32.0) & (y < -16.0)).float(), beside(face, -1, wide=LINE)
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
    assert share == pytest.approx(10.0 * opened(LINE, 20.0) / 3, rel=0.5)


def test_what_stands_apart_before_a_flag_is_no_ear_to_mirror() -> None:
    """Beside the ear on its left hangs a cord, which the matte takes for person."""
    assert not turned(hopper(), -25.0)[0]
