"""An ear that was drawn is the only one on its side, joins hair and neck, and is skin to all that follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.face.rotate import turned_mesh
from faceaug.image.color import lab_to_linear
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.turning import turn
from faceaug.stages.turning.ears.colour import beside_cheeks
from faceaug.stages.turning.ears.ear import Ear
from faceaug.stages.turning.ears.laid import put_on, with_ears
from faceaug.stages.turning.ears.modelled import modelled_ears
from faceaug.stages.turning.ears.pinna import pinnae
from faceaug.stages.turning.unseen import Sight
from tests.stages.test_ear_modelled import HIGH, LOW, WIDE, beside, beyond
from tests.stages.test_ear_modelled import with_ears as with_painted

HAIR, NEW = 0.07, 0.6
"""How light hair is here, and the ear that is laid on."""


@pytest.fixture(scope="module")
def face(samples: Path) -> Decomposition:
    return decompose(samples / "eileen_collins.png")


def still(face: Decomposition) -> Sight:
    """A head that did not turn."""
    ys, xs = torch.meshgrid(*(torch.arange(n) + 0.5 for n in face.linear.shape[-2:]), indexing="ij")
    nothing = torch.zeros_like(face.surface.face)
    place, all_ = torch.stack([xs, ys])[None], nothing + 1
    return Sight(place, torch.zeros_like(place), nothing, all_, all_, all_, nothing, float(face.pose.scale))


def on_the_left(face: Decomposition, cover: Tensor, colour: Tensor) -> Ear:
    """An ear in the left half of the window."""
    part = (..., slice(0, cover.shape[-2]), slice(0, cover.shape[-1] // 2))
    along = (face.surface.position[:, 1:2] - LOW) / (HIGH - LOW)
    ys, xs = torch.meshgrid(*(torch.arange(n) + 0.5 for n in cover.shape[-2:]), indexing="ij")
    maps = (cover, colour, torch.stack([xs, ys])[None], beyond(face, -1), along)
    cover, colour, itself, aside, along = (each[part] for each in maps)
    return Ear(0, part[1:], cover, colour, itself, cover, aside, along)


def laid(
    face: Decomposition, room: Tensor, hair: Tensor | None = None, *, told: bool = True, skin: bool = True
) -> tuple[Tensor, dict[str, Tensor]]:
    """Colour and maps after an ear that is where ``room`` is was laid on the face, beside which there is ``hair``.

    Which is ``told`` to be hair, or to be nothing; and the ear that the mesh carried to be ``skin``.
    """
    nothing = torch.zeros_like(face.surface.face)
    hair = nothing if hair is None else hair
    carried = {name: getattr(face.regions, name).clone() for name in ("person", "body", "skin", "clothes")}
    carried["person"] = torch.maximum(carried["person"], hair)
    carried["body"] *= skin
    carried |= {"clear": carried["person"].clone(), "hair": hair * told, "bare": carried["body"].clone()}
    flesh = lab_to_linear(face.skin.tone[..., None, None]).expand_as(face.linear)
    colour = torch.lerp(face.linear, flesh, face.regions.body)
    colour, far = torch.lerp(colour, torch.tensor(HAIR), hair), nothing.clone()
    ear = on_the_left(face, room, torch.full_like(colour, NEW))
    put_on([ear], colour, carried, still(face), faces=(face.surface.face, far), source=face)
    return colour, {**carried, "far": far}


def test_the_old_ear_is_gone_where_the_new_one_is_not(face: Decomposition) -> None:
    source = with_painted(face, beside(face, -1), beside(face, 1))
    old = pinnae(source).cover * (face.surface.position[:, :1] < 0)
    inner = beside(face, -1, wide=WIDE / 2)
    colour, carried = laid(source, inner)
    there = inner > 0
    assert float(carried["person"][there].min()) == float(carried["bare"][there].min()) == 1
    assert float((colour[there.expand_as(colour)] - NEW).abs().max()) < 1e-6
    outer = (old > 0.7) & (beside(face, -1, start=WIDE / 2, wide=WIDE) > 0)
    assert int(outer.sum()) > 100
    assert float(carried["person"][outer].max()) < 0.05
    assert float(carried["far"][outer].min()) > 0.95
    other = beside(face, 1) > 0
    assert float(carried["person"][other].min()) == 1  # the ear on the far side stays


def test_an_old_ear_goes_too_that_is_not_told_as_skin_once_it_is_turned(face: Decomposition) -> None:
    """Ears in red shade often are not."""
    source, inner = with_painted(face, beside(face, -1), beside(face, 1)), beside(face, -1, wide=WIDE / 2)
    _, carried = laid(source, inner, skin=False)
    y, outer = face.surface.position[:, 1:2], beside(face, -1, start=WIDE / 2 + 1, wide=WIDE) > 0
    assert float(carried["person"][outer & (y > LOW + 5) & (y < HIGH - 5)].max()) < 0.05


def test_a_line_of_hair_at_the_old_ear_goes_and_a_lock_stays(face: Decomposition) -> None:
    """The outline of an ear is often taken for hair."""
    y, inner = face.surface.position[:, 1:2], beside(face, -1, wide=WIDE / 2)
    middle = ((y > LOW + 12) & (y < HIGH - 8)).float()
    source = with_painted(face, beside(face, -1), beside(face, 1))
    for wide, stays in ((3.0, False), (16.0, True)):
        hair = beside(face, -1, start=WIDE - 2, wide=WIDE - 2 + wide) * middle
        _, carried = laid(source, inner, hair)
        there = (beside(face, -1, start=WIDE, wide=WIDE + 1) * middle * ((y > -25) & (y < -15))) > 0
        assert int(there.sum()) > 4
        assert (float(carried["person"][there].mean()) > 0.8) == stays


def test_hair_that_is_not_told_stays_behind_an_ear(face: Decomposition) -> None:
    """Only skin, and what is close to it, may be of the old ear."""
    y, source = face.surface.position[:, 1:2], with_painted(face, beside(face, -1), beside(face, 1))
    hair = beside(face, -1, start=WIDE, wide=WIDE + 12.0)
    _, carried = laid(source, beside(face, -1, wide=WIDE / 2), hair, told=False)
    there = (beside(face, -1, start=WIDE + 4.5, wide=WIDE + 6.5) > 0) & (y > LOW + 15) & (y < HIGH - 15)
    assert int(there.sum()) > 10
    assert float(carried["person"][there].min()) > 0.95


def test_what_the_mesh_carried_far_over_a_shoulder_goes_and_a_neck_close_under_an_ear_stays(
    face: Decomposition,
) -> None:
    y, old = face.surface.position[:, 1:2], beside(face, -1)
    room = old * (y > LOW + 14)
    below = (old > 0).any(dim=-2, keepdim=True) * (1 - (face.surface.face > 0.5).float())
    for gap, stays in ((2.0, True), (40.0, False)):
        neck = below * (y < LOW - gap) * (face.surface.position[:, :1] < 0) * (beyond(face, -1) < WIDE)
        _, carried = laid(with_painted(face, old, beside(face, 1)), room, neck)
        there = (old > 0) & (y > LOW + 4) & (y < LOW + 8) & (beyond(face, -1) > 4) & (beyond(face, -1) < 10)
        assert int(there.sum()) > 4
        assert (float(carried["person"][there].mean()) > 0.8) == stays


@pytest.mark.parametrize("told", ["skin", "hair"])
def test_what_stands_out_over_an_ear_draws_in_toward_it(face: Decomposition, told: str) -> None:
    """It does not end in a level edge over the wall; but under hair skin is of the old ear."""
    y, old, inner = face.surface.position[:, 1:2], beside(face, -1), beside(face, -1, wide=WIDE / 2)
    there = (beside(face, -1, start=WIDE * 0.6, wide=WIDE * 0.75) > 0) & (y > HIGH - 8)
    low = (beside(face, -1, start=WIDE * 0.6, wide=WIDE * 0.75) > 0) & (y < LOW + 25)
    out = (beyond(face, -1) > 0) & (face.surface.position[:, :1] < 0) & (y > HIGH) & (y < HIGH + 24)
    for wide, far in ((WIDE, True), (WIDE / 4, False)):
        over = (out & (beyond(face, -1) < wide)).float() * (1 - (face.surface.face > 0.5).float())
        source = with_painted(face, old, beside(face, 1))
        source = replace(source, regions=replace(source.regions, person=torch.maximum(source.regions.person, over)))
        if told == "skin":
            source = replace(source, regions=replace(source.regions, body=torch.maximum(source.regions.body, over)))
        _, carried = laid(source, inner, over if told == "hair" else None)
        stays = far and told == "skin"
        assert (float(carried["person"][there].mean()) > 0.6) == stays
        assert float(carried["person"][low].mean()) < 0.2


def test_no_wall_shows_between_an_ear_and_the_hair_over_it(face: Decomposition) -> None:
    y, old = face.surface.position[:, 1:2], beside(face, -1)
    columns = (beside(face, -1, start=4.0, wide=12.0) > 0).any(dim=-2, keepdim=True)
    column = columns.float() * (1 - (face.surface.face > 0.5).float()) * (face.surface.position[:, :1] < 0)
    for gap, joined in ((3.0, True), (18.0, False)):
        room, hair = old * (y < HIGH - gap), column * ((y > HIGH) & (y < HIGH + 16.0))
        colour, carried = laid(with_painted(face, room, beside(face, 1)), room, hair)
        middle = (columns & ~columns.roll(2, -1).logical_not() & ~columns.roll(-2, -1).logical_not()) & (column > 0)
        between = middle & (y > HIGH - gap) & (y < HIGH) & (room == 0)
        assert int(between.sum()) > 2
        solid = float(carried["person"][between].mean())
        assert (solid > 0.9) if joined else (solid < 0.5)
        if joined:
            assert float(colour[between.expand_as(colour)].median()) == pytest.approx(HAIR, abs=0.02)
            assert float(carried["hair"][between].mean()) > 0.9


def test_the_head_comes_down_to_an_ear_in_a_bow(face: Decomposition) -> None:
    """In the corner between an outline and the ear that stands out under it there is head, and no wall."""
    y, out = face.surface.position[:, 1:2], beyond(face, -1)
    left = (face.surface.position[:, :1] < 0) * (1 - (face.surface.face > 0.5).float())
    room, edge = beside(face, -1, wide=24.0), 10.0
    corner = (left * (out > edge) * (out < edge + 6) * (y > HIGH) * (y < HIGH + 8) * (1 - room)) > 0
    for inner, joined in ((-20.0, True), (edge, False)):  # the second is no head at all
        hair = left * (out <= edge) * (out > inner) * (y > HIGH) * (y < HIGH + 40)
        colour, carried = laid(with_painted(face, beside(face, 1)), room, hair)
        head = (carried["person"] > 0.5) & corner
        assert (int(head.sum()) > 2) == joined
        if joined:
            assert float(colour[head.expand_as(colour)].max()) < 1.2 * HAIR


def test_nothing_of_the_head_ends_before_an_ear(face: Decomposition) -> None:
    source = with_painted(face, beside(face, -1), beside(face, 1))
    y, room = face.surface.position[:, 1:2], beside(face, -1, start=6.0, wide=10.0)
    level = (y > LOW + 15) & (y < HIGH - 15)
    _, carried = laid(source, room)
    before = (beside(face, -1, start=1.5, wide=4.5) > 0) & level
    behind = (beside(face, -1, start=12.5, wide=15.0) > 0) & level
    assert min(int(before.sum()), int(behind.sum())) > 10
    assert float(carried["person"][before].min()) > 0.9
    assert float(carried["person"][behind].max()) < 0.1


def test_what_is_before_an_ear_goes_on_to_it_and_what_is_behind_lies_in_its_shade(face: Decomposition) -> None:
    nothing, y = torch.zeros_like(face.surface.face), face.surface.position[:, 1:2]
    strip = beside(face, -1, wide=4.0)
    ear = on_the_left(face, strip, torch.full_like(face.linear, NEW))
    ear = replace(ear, skin=torch.zeros_like(ear.skin), before=ear.before + torch.tensor([12.0, 0.0])[:, None, None])
    colour, carried = torch.full_like(face.linear, HAIR), {}
    carried = {name: nothing.clone() for name in ("person", "clear", "body", "skin", "hair", "clothes")}
    colour += torch.arange(colour.shape[-1]) * 1e-2
    was = colour.roll(-12, dims=-1)
    put_on([ear], colour, carried, still(face), faces=(nothing, nothing.clone()), source=face)
    front = (strip > 0) & (beyond(face, -1) < 2)
    assert int(front.sum()) > 10
    assert torch.allclose(colour[front.expand_as(colour)], was[front.expand_as(colour)], rtol=0.05)
    colour = torch.full_like(face.linear, HAIR)
    put_on([replace(ear, skin=ear.cover)], colour, carried, still(face), faces=(nothing, nothing), source=face)
    level = (y > LOW + 15) & (y < HIGH - 15)
    near, far = ((beside(face, -1, start=start, wide=start + 2) > 0) & level for start in (4.0, 14.0))
    assert float(colour[near.expand_as(colour)].mean()) < 0.93 * HAIR
    assert float(colour[far.expand_as(colour)].mean()) == pytest.approx(HAIR, rel=0.01)


def test_an_ear_casts_shade_as_the_face_does(face: Decomposition) -> None:
    cover = beside(face, -1)
    both = with_ears(face.surface.face, [on_the_left(face, cover, face.linear)])
    assert float(both[cover > 0].min()) == 1
    assert torch.equal(both[cover == 0], face.surface.face[cover == 0])
    assert with_ears(face.surface.face, []) is face.surface.face


def hidden(face: Decomposition) -> Decomposition:
    """A face whose left ear is not seen."""
    return with_painted(face, beside(face, 1))


def centre(face: Decomposition, source: Decomposition, roll: float = 0.0) -> tuple[Ear, tuple[int, int]]:
    """The ear of a head turned by 20 degrees, and its middle in the photograph."""
    angles = source.pose.angles + torch.tensor([[20.0, 0.0, roll]])
    (ear,) = modelled_ears(source, turned_mesh(source, angles), angles)
    rows, columns = torch.where(ear.cover[0, 0] > 0.5)
    left, top = face.corners[0]
    down, across = (float(each.float().mean()) for each in (rows, columns))
    return ear, (top + ear.box[0].start + round(down), left + ear.box[1].start + round(across))


def test_a_turned_head_shows_it_and_a_tone_reaches_it(face: Decomposition) -> None:
    source = hidden(face)
    scene = get_edit("pose")(Scene.of(source), yaw=20.0)
    plain, dark = (
        torch.from_numpy(render(each).pixels[0]).float() for each in (scene, get_edit("skin_tone")(scene, ita=-30.0))
    )
    _, there = centre(face, source)
    assert float(plain[there].mean()) > 80  # the wall is dark
    assert float(plain[there][0]) > float(plain[there][2])
    assert float(dark[there].mean()) < 0.8 * float(plain[there].mean())


def test_its_light_is_settled_when_all_else_is_lit(face: Decomposition, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turned head whose cheeks lie in shade has no bright ear."""
    scene, seen = get_edit("pose")(Scene.of(hidden(face)), yaw=20.0), []

    def settled(picture: Tensor, ears: list[Ear], there: Decomposition, source: Decomposition) -> Tensor:
        seen.append(len(ears))
        return beside_cheeks(picture, ears, there, source)

    monkeypatch.setattr(turn, "beside_cheeks", settled)
    render(scene)
    assert seen == [1]


def test_it_tilts_with_the_head(face: Decomposition) -> None:
    leans = []
    for roll in (-20.0, 20.0):
        ear, _ = centre(face, hidden(face), roll)
        rows, columns = torch.where(ear.cover[0, 0] > 0.5)
        spread = torch.cov(torch.stack([columns.float(), rows.float()]))
        leans.append(float(torch.rad2deg(torch.atan2(2 * spread[0, 1], spread[1, 1] - spread[0, 0]) / 2)))
    # Its long side leans clockwise with the head: what is higher lies farther to the right.
    assert leans[0] - leans[1] == pytest.approx(40, abs=8)
