"""A near ear that was hardly seen is drawn from a model: as wide as ears open, in its place, lit as the photograph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.face.kept import Kept
from faceaug.face.rotate import turned_mesh
from faceaug.face.topology import FACE_OVAL, face_model
from faceaug.image.color import luminance
from faceaug.stages.turning.ears.colour import beside_cheeks, own_hue
from faceaug.stages.turning.ears.ear import Ear
from faceaug.stages.turning.ears.modelled import cheeks, modelled_ears, stands_off
from faceaug.stages.turning.ears.pinna import pinnae
from faceaug.stages.turning.ears.relief import FIRST, LONG, STEP, TALL, relief
from faceaug.stages.turning.ears.seen import seen

EAR = (0.16, 0.8, 0.16)
"""The colour of ears here: no skin has it."""
LOW, HIGH, WIDE = -46.0, 4.0, 16.0
"""From where to where they reach, mm on the mean face, and how far past the outline."""
LINE, BROAD = 1.0, 18.0
"""How far past the outline an ear goes that was hardly seen, and one that was, mm."""


def beyond(face: Decomposition, side: int) -> Tensor:
    """How far each pixel lies past the outline of the face on one side ``(1, 1, h, w)``, mm."""
    inside = (face.surface.face > 0.5).float()
    columns = torch.arange(face.linear.shape[-1])
    edge = (columns * inside).amax(dim=-1) if side > 0 else (columns.flip(0) * inside).amax(dim=-1)
    return ((columns if side > 0 else columns.flip(0)) - edge[..., None]) / round(float(face.pose.scale))


def beside(face: Decomposition, side: int, *, start: float = 0.0, wide: float = WIDE) -> Tensor:
    """A strip beside the outline of the face ``(1, 1, h, w)``, from ``start`` to ``wide`` mm out, as high as an ear."""
    x, y = face.surface.position[:, :1], face.surface.position[:, 1:2]
    out = beyond(face, side)
    there = (out > start) & (out <= wide) & (y > LOW) & (y < HIGH) & (x * side > 0)
    return there.float() * (1 - (face.surface.face > 0.5).float())


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


@pytest.fixture(scope="module")
def face(samples: Path) -> Decomposition:
    return decompose(samples / "eileen_collins.png")


def eared(face: Decomposition, left: float, right: float) -> Decomposition:
    """The face alone, with ears so wide, mm."""
    return with_ears(face, beside(face, -1, wide=left), beside(face, 1, wide=right))


def turned(face: Decomposition, yaw: float, roll: float = 0.0) -> tuple[list[Ear], Tensor, Tensor]:
    """The ears that are drawn on a head turned by so much, its mesh and its angles."""
    angles = face.pose.angles + torch.tensor([[yaw, 0.0, roll]])
    mesh = turned_mesh(face, angles)
    return modelled_ears(face, mesh, angles), mesh, angles


def test_an_ear_has_a_rim_and_hollows_that_lie_in_shade() -> None:
    shape = relief()

    def at(of: Tensor, back: float, up: float) -> float:
        return float(of[round((up - FIRST[1]) / STEP), round((back - FIRST[0]) / STEP)])

    rim, concha, fold, groove = (32.0, 44.0), (13.0, 25.0), (24.5, 36.0), (28.3, 40.0)
    assert at(shape.height, *rim) > at(shape.height, *groove) + 3 > at(shape.height, *concha) + 8
    assert at(shape.height, *fold) > at(shape.height, *groove) + 1
    assert at(shape.lit, *rim) > 1 > at(shape.lit, *groove) > at(shape.lit, *concha) + 0.1
    inside = shape.outside < 0
    assert float(inside.any(dim=1).sum()) * STEP == pytest.approx(TALL, abs=1)
    assert float(inside.any(dim=0).sum()) * STEP == pytest.approx(LONG, abs=1)
    # Ears of portraits are 0.77 and 1.23 times as light as their median at the quartiles.
    light = shape.lit[inside]
    assert 0.6 < float(light.quantile(0.25) / light.median()) < 0.85


def looked_at(angle: float, pixel: float = 0.5) -> Tensor:
    """An ear seen at such an angle in a picture of such pixels, mm: from 6 mm before its front, 70 mm high."""
    up = 66 - pixel * torch.arange(int(70 / pixel))
    aside = -6 + pixel * torch.arange(int(50 / pixel))
    return seen(angle, aside.expand(len(up), -1), up[:, None].expand(-1, len(aside)), pixel)[0]


def test_it_opens_with_the_angle_and_what_is_nearer_hides_what_lies_behind() -> None:
    reach = []
    for angle in (20.0, 40.0, 60.0):
        ear = looked_at(angle)[4]
        reach.append(float((ear[:, 12:] > 0.5).any(dim=0).sum()) * 0.5)
        assert reach[-1] == pytest.approx(LONG * float(torch.tensor(angle).deg2rad().sin()) + 4, abs=3)
    assert reach == sorted(reach)
    # At a narrow angle the tragus hides the dark of the concha, which is open to one who looks from aside.
    dark = [float((each[3] < 0.6)[each[4] > 0.9].float().mean()) for each in (looked_at(20.0), looked_at(60.0))]
    assert dark[1] > 1.5 * dark[0]


def test_its_outline_has_no_steps_and_its_ends_are_round() -> None:
    lines = looked_at(40.0)[4].sum(dim=1) * 0.5
    lines = lines[lines > 0.1]
    assert float((lines[2:] - 2 * lines[1:-1] + lines[:-2])[6:-6].abs().max()) < 1.0
    assert float(lines[:3].max()) < 0.5 * float(lines.max())
    assert float(lines[-3:].max()) < 0.5 * float(lines.max())
    soft = looked_at(40.0, pixel=1.2)[4]
    assert float(((soft > 0.1) & (soft < 0.9)).float().sum()) > 40


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
    assert float(ears.behind.abs().max()) < 1.0


def test_an_ear_that_tells_little_ends_where_the_other_does(face: Decomposition) -> None:
    """A strip beside the face has no ends of its own."""
    y = face.surface.position[:, 1:2]
    strip = (beyond(face, -1) > 0) & (beyond(face, -1) < 6) & (face.surface.position[:, :1] < 0) & (y > -80) & (y < 30)
    lower = round(9 * float(face.pose.scale))
    told = pinnae(with_ears(face, strip.float(), beside(face, 1, wide=BROAD).roll(lower, dims=-2)))
    assert told.ends[0, 0].tolist() == pytest.approx([LOW - 10.5, HIGH - 6], abs=3)


def test_ears_stand_off_as_far_as_both_are_seen_to(face: Decomposition) -> None:
    flat, some, off = (stands_off(eared(face, wide, wide)) for wide in (LINE, 12.0, 30.0))
    assert (flat, off) == (8.0, 35.0)
    assert some == pytest.approx(float(torch.tensor(12 / LONG).arcsin().rad2deg()), abs=8)
    assert flat < stands_off(eared(face, LINE, 12.0)) < stands_off(eared(face, 12.0, 12.0))
    hair = beside(face, 1, start=LINE, wide=30.0)  # what lies in hair is not told
    covered = with_ears(face, beside(face, -1, wide=12.0), beside(face, 1, wide=LINE), gap=hair)
    one_more = stands_off(eared(face, 12.0, LINE))
    assert stands_off(covered) > one_more + 4
    # Near ears of official portraits: 11.4 mm where heads are not turned, 21.5 mm at 12 to 18 degrees.
    assert LONG * torch.tensor(19.0 + 15.0).deg2rad().sin() == pytest.approx(21.5, abs=3)


@pytest.mark.parametrize("side", [-1, 1])
def test_the_near_ear_lies_beside_the_cheek_as_wide_as_it_opens(face: Decomposition, side: int) -> None:
    source = eared(face, 6.0, 6.0)
    (ear,), mesh, angles = turned(source, -20.0 * side, roll=8.0)
    rows, columns = torch.where(ear.skin[0, 0] > 0.5)
    scale, angle = float(face.pose.scale), stands_off(source) - side * float(angles[0, 0])
    high = torch.from_numpy(face_model().points[list(FACE_OVAL), 1])
    outline = mesh[0, list(FACE_OVAL), 0][(high > LOW) & (high < HIGH)]
    edge = float(outline[outline * side > outline.mean() * side].mean())
    middle = float(columns.float().mean()) + ear.box[1].start
    wide = LONG * float(torch.tensor(angle).deg2rad().sin())
    assert side * (middle - edge) / scale == pytest.approx(wide / 2, abs=4.0)
    assert float(rows.max() - rows.min()) / scale == pytest.approx(HIGH - LOW + 2, abs=7)
    assert float(ear.aside[ear.skin > 0.5].max()) == pytest.approx(wide + 2, abs=4)
    assert ear.colour.isfinite().all()


def test_it_is_drawn_only_where_the_mesh_would_draw_it_out(face: Decomposition) -> None:
    flat = eared(face, 4.0, 4.0)
    assert turned(flat, 20.0)[0]
    assert not turned(flat, 5.0)[0]
    assert not turned(eared(face, 4.0, 30.0), 5.0)[0]
    assert not turned(eared(face, 24.0, 24.0), 20.0)[0]  # seen broad
    assert not turned(eared(face, 17.0, 17.0), 42.0)[0]
    assert turned(eared(face, 7.0, 7.0), 25.0)[0]
    assert not turned(eared(face, 9.0, 9.0), 25.0)[0]  # more than 10 mm are seen: the mesh looks better
    hair = beside(face, -1, start=LINE, wide=30.0)
    assert not turned(with_ears(face, beside(face, -1, wide=LINE), beside(face, 1), gap=hair), 20.0)[0]


def test_it_is_lit_by_the_light_of_the_photograph(face: Decomposition) -> None:
    """The light of a face goes along with it, and what it lights is the cheek's colour."""
    source = eared(face, 4.0, 4.0)
    light = []
    for share in (1.0, 0.5):
        (ear,), _, _ = turned(replace(source, linear=source.linear * share), 20.0)
        light.append(float(luminance(ear.colour)[ear.skin > 0.9].median()))
    assert light[1] == pytest.approx(light[0] / 2, rel=0.05)
    # The left ear faces the left, and what is above when its head leans over by 60 degrees.
    left, right, over = (lit_from(source, *how) for how in ((-0.6, 0.0), (0.6, 0.0), (-0.6, 60.0)))
    assert left > 1.2 * right
    assert left > 1.08 * over


def test_it_has_the_grain_of_the_cheek(face: Decomposition) -> None:
    """Skin with noise gives an ear with as much of it, skin without gives one without."""
    source, drawn = eared(face, 4.0, 4.0), []
    size = source.linear.shape[-2:]
    smooth = torch.tensor([0.5, 0.35, 0.25])[:, None, None].expand(1, 3, *size)
    down, across = (torch.sin(1.7 * torch.arange(side)) for side in size)
    noise = 1 + 0.1 * down[:, None] * across
    for linear in (smooth, smooth * noise):
        regions = replace(source.regions, foreground=linear)
        (ear,), _, _ = turned(replace(source, linear=linear, regions=regions, kept=(Kept(),)), 20.0)
        drawn.append(ear)
    grain = (drawn[1].colour / drawn[0].colour)[:, 1:2][drawn[0].skin > 0.9]
    assert float(grain.mean()) == pytest.approx(1.0, abs=0.02)
    assert 0.02 < float(grain.std()) < 0.1


def lit_from(face: Decomposition, right: float, roll: float) -> float:
    """How light the left ear of a turned and tilted head is, of a full-lit cheek, if light comes from the right."""
    sh = torch.zeros_like(face.light.sh)
    sh[:, 0], even = 1.0, sh.clone()
    even[:, 0] = 1.0
    sh[:, 3] = right  # the order of `faceaug.image.shade.sh_basis`
    lit = replace(face, light=replace(face.light, sh=sh, rest=even, span=torch.tensor([[0.05, 3.0]])))
    (ear,), _, _ = turned(lit, 20.0, roll=roll)
    return float(luminance(ear.colour)[ear.skin > 0.9].mean() / luminance(cheeks(lit)[:, :, :1, None]))


def test_hair_beside_the_face_lies_before_its_upper_front(face: Decomposition) -> None:
    source = eared(face, 4.0, 4.0)
    hair = ((beyond(source, -1) > -6) & (source.surface.position[:, 1:2] > -20)).float()
    hair = hair * (source.surface.position[:, :1] < 0)
    (bare,), _, _ = turned(source, 20.0)
    (under,), _, _ = turned(replace(source, regions=replace(source.regions, hair=hair)), 20.0)
    front = (bare.skin > 0.9) & (bare.aside < 4) & (bare.along > 0.7)
    assert int(front.sum()) > 4
    assert float(under.skin[front].mean()) < 0.4
    back = (bare.skin > 0.9) & ((bare.aside > 10) | (bare.along < 0.4))
    assert float((under.skin - bare.skin)[back].abs().max()) < 1e-3


def test_it_is_as_light_as_the_cheek_before_it_lets_expect(face: Decomposition) -> None:
    source = eared(face, 4.0, 4.0)
    (ear,), _, _ = turned(source, 20.0)
    for light, least, most in ((0.1, 0.6, 0.85), (0.3, 0.95, 1.05), (0.9, 1.0, 1.3)):
        picture = torch.full_like(source.linear, 0.3)
        part = picture[ear.there]
        part.copy_(torch.lerp(part, torch.full_like(part, light), ear.skin))
        skin = torch.ones_like(source.regions.skin)
        there = replace(source, regions=replace(source.regions, skin=skin))
        beside_cheeks(picture, [ear], there, source)
        within = (ear.skin > 0.99) & (ear.aside > 8)
        assert least < float(luminance(picture[ear.there])[within].mean()) / 0.3 < most
        front = (ear.skin > 0.99) & (ear.aside < 2)
        assert float(luminance(picture[ear.there])[front].mean()) / 0.3 == pytest.approx(1, abs=0.25)
        far = ear.cover == 0
        assert float((picture[ear.there] - 0.3).abs()[far.expand(-1, 3, -1, -1)].max()) < 1e-6


def test_ears_are_as_red_as_they_were_seen(face: Decomposition) -> None:
    source = eared(face, 12.0, 12.0)
    ears = source.regions.body > 0
    red = torch.where(ears, source.linear.new_tensor((0.5, 0.2, 0.15))[:, None, None], source.linear)
    hue = own_hue(replace(source, linear=red, regions=replace(source.regions, foreground=red)))[0]
    assert float(hue[0]) > 1.1
    assert float(hue[1]) < 1.0
    plain = own_hue(eared(face, 0.0, 0.0))[0]
    assert plain.tolist() == pytest.approx([1, 1, 1])
