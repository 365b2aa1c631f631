"""An ear that the photograph hid comes into sight as the mirror image of the other: whole, in its place, as lit."""

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
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.ear import Ear, near_ears, seen_ear

EAR = (0.1, 0.5, 0.1)
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


@pytest.fixture(scope="module")
def face(samples: Path) -> Decomposition:
    return decompose(samples / "eileen_collins.png")


def turned(face: Decomposition, yaw: float, roll: float = 0.0) -> tuple[list[Ear], Tensor]:
    """The ears of a head turned by so much, and its mesh."""
    angles = face.pose.angles + torch.tensor([[yaw, 0.0, roll]])
    mesh = turned_mesh(face, angles)
    return near_ears(face, mesh, angles), mesh


def centre(ear: Ear) -> tuple[float, float]:
    """The middle of an ear, window pixels."""
    rows, columns = torch.where(ear.cover[0, 0] > 0.5)
    return float(columns.float().mean()) + ear.box[1].start, float(rows.float().mean()) + ear.box[0].start


@pytest.mark.parametrize("side", [-1, 1])
def test_the_ear_that_is_not_seen_is_the_hidden_one_and_comes_with_a_turn_toward_us(
    face: Decomposition, side: int
) -> None:
    lone = with_ears(face, beside(face, side))
    assert float(seen_ear(lone).hidden) == -side
    (ear,), mesh = turned(lone, 20.0 * side)
    across, _ = centre(ear)
    middle = float(mesh[0, :468, 0].mean())
    assert (across - middle) * side < -60 * float(face.pose.scale)
    solid = ear.colour.flatten(2)[..., ear.cover.flatten() > 0.9].median(dim=-1).values
    assert torch.allclose(solid, torch.tensor([EAR]) * seen_ear(lone).light, rtol=0.01)
    assert turned(lone, -20.0 * side)[0] == []


def test_two_ears_that_are_seen_stay_what_they_are(face: Decomposition) -> None:
    both = with_ears(face, beside(face, -1), beside(face, 1))
    assert float(seen_ear(both).hidden) == 0
    assert turned(both, 20.0)[0] == [] == turned(both, -20.0)[0]


def test_hair_over_an_ear_is_no_ear_and_hides_none(face: Decomposition) -> None:
    assert float(seen_ear(with_ears(face, gap=beside(face, 1))).hidden) == 0
    assert float(seen_ear(with_ears(face, beside(face, 1), gap=beside(face, -1))).hidden) == 0


def test_wall_that_was_taken_for_skin_is_no_ear(face: Decomposition) -> None:
    lone = with_ears(face, beside(face, 1))
    white = torch.where(lone.regions.body > 0, 2.5, lone.linear)
    assert float(seen_ear(replace(lone, linear=white)).hidden) == 0


def test_it_is_as_high_as_the_other_and_stands_beside_the_outline(face: Decomposition) -> None:
    lone = with_ears(face, beside(face, 1))
    (ear,), mesh = turned(lone, 20.0)
    rows = torch.where((seen_ear(lone).cover[0, 0] > 0.5).any(dim=1))[0]
    drawn = torch.where((ear.cover[0, 0] > 0.5).any(dim=1))[0]
    assert len(drawn) == pytest.approx(len(rows), abs=2)
    columns = torch.where((ear.cover[0, 0] > 0.5).any(dim=0))[0] + ear.box[1].start
    edge = float(mesh[0, :468, 0].amin())
    assert float(columns.max()) == pytest.approx(edge, abs=6 * float(face.pose.scale))


def test_it_tilts_with_the_head(face: Decomposition) -> None:
    lone = with_ears(face, beside(face, 1))
    leans = []
    for roll in (-20.0, 20.0):
        (ear,), _ = turned(lone, 20.0, roll)
        rows, columns = torch.where(ear.cover[0, 0] > 0.5)
        spread = torch.cov(torch.stack([columns.float(), rows.float()]))
        leans.append(float(torch.rad2deg(torch.atan2(2 * spread[0, 1], spread[1, 1] - spread[0, 0]) / 2)))
    # Its long side leans clockwise with the head: what is higher lies farther to the right.
    assert leans[0] - leans[1] == pytest.approx(40, abs=4)


def test_what_lies_between_cheek_and_ear_is_no_part_of_it(face: Decomposition) -> None:
    near = with_ears(face, beside(face, 1))
    far = with_ears(face, beside(face, 1, start=12.0, wide=12.0 + WIDE), gap=beside(face, 1, wide=12.0))
    assert float(seen_ear(far).apart) > float(seen_ear(near).apart) + 6
    places = [centre(turned(each, 20.0)[0][0])[0] for each in (near, far)]
    assert places[0] == pytest.approx(places[1], abs=5 * float(face.pose.scale))


def test_it_is_lit_as_the_cheek_beside_it(face: Decomposition) -> None:
    lone = with_ears(face, beside(face, 1))
    dark = torch.where(face.surface.position[:, :1] < 0, 0.5, 1.0)
    shaded = replace(lone, linear=lone.linear * dark)
    even, half = seen_ear(lone).light, seen_ear(shaded).light
    assert torch.allclose(half, even / 2, rtol=0.02)
    (ear,), _ = turned(shaded, 20.0)
    (before,), _ = turned(lone, 20.0)
    solid = (ear.cover > 0.9) & (before.cover > 0.9)
    assert float((ear.colour / before.colour)[solid.expand_as(ear.colour)].mean()) == pytest.approx(0.5, abs=0.03)


def test_a_turned_head_shows_it_and_counts_it_as_skin(face: Decomposition) -> None:
    lone = with_ears(face, beside(face, 1))
    scene = get_edit("pose")(Scene.of(lone), yaw=20.0)
    drawn = torch.from_numpy(render(scene).pixels[0]).float()
    top, left = lone.corners[0][1], lone.corners[0][0]
    (ear,), _ = turned(lone, 20.0)
    across, down = centre(ear)
    pixel = drawn[top + round(down), left + round(across)]
    assert float(pixel[1]) > 1.3 * float(pixel[0])
    assert float(pixel[1]) > 1.3 * float(pixel[2])


def test_a_tone_asked_for_reaches_it(face: Decomposition) -> None:
    lone = with_ears(face, beside(face, 1))
    scene = get_edit("pose")(Scene.of(lone), yaw=20.0)
    plain, dark = (
        torch.from_numpy(render(each).pixels[0]).float() for each in (scene, get_edit("skin_tone")(scene, ita=-30.0))
    )
    (ear,), _ = turned(lone, 20.0)
    across, down = centre(ear)
    there = (lone.corners[0][1] + round(down), lone.corners[0][0] + round(across))
    assert float(dark[there].mean()) < 0.8 * float(plain[there].mean())
