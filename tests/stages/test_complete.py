"""A turned head is completed where it was never seen: hair is hair on both sides of the mesh's outline, noses stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.kept import Kept
from faceaug.scene import Scene
from faceaug.stages.turning import complete, slant, turn
from faceaug.stages.turning.growth import Soil
from tests.portraits import collins


@pytest.fixture(autouse=True)
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bare skin is what the regions say, so that what they are told here counts."""
    monkeypatch.setattr(slant, "bare_skin", lambda source: torch.zeros_like(source.surface.depth))


def test_hair_before_the_temple_and_hair_beside_it_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the face's outline the regions tell of no hair, only of what is nothing else."""
    face = collins()
    nothing = torch.zeros_like(face.surface.depth)
    left = (torch.arange(nothing.shape[-1]) + 0.5 + face.corners[0][0] < face.points[0, 33, 0]).float()
    regions = replace(
        face.regions,
        person=nothing + 1,
        **{name: getattr(face.regions, name) * (1 - left) for name in ("skin", "body", "eyes", "brows", "clothes")},
        hair=left * (1 - face.surface.face),
    )
    found: list[Tensor] = []

    def grown(colour: Tensor, moved: Tensor, soil: Soil, _: float) -> tuple[Tensor, Tensor]:
        found.append(soil.hair)
        return colour, moved

    monkeypatch.setattr(complete, "grown", grown)
    monkeypatch.setattr(complete, "_around", lambda _, whole: tuple(slice(0, side) for side in whole.shape[-2:]))
    monkeypatch.setattr(complete, "faced", lambda colour, _, skin, *__: (colour, 0 * skin, 0 * skin))
    hairy = replace(face, regions=regions, kept=tuple(Kept() for _ in face.kept))
    turn.turn(face.linear, get_edit("pose")(Scene.of(hairy), yaw=1.0, pitch=0.0, roll=0.0, gaze="head"))
    x, y = (int(face.points[0, 127, axis]) - face.corners[0][axis] for axis in (0, 1))
    assert float(found[0][..., y - 4 : y + 4, x - 12 : x + 8].min()) > 0.8


def test_the_edges_of_a_nose_are_no_streaks(monkeypatch: pytest.MonkeyPatch) -> None:
    face, drawn = collins(), list[Tensor]()

    def grown(colour: Tensor, moved: Tensor, soil: Soil, _: float) -> tuple[Tensor, Tensor]:
        drawn.append(soil.drawn)
        return colour, moved

    monkeypatch.setattr(complete, "grown", grown)
    monkeypatch.setattr(complete, "_around", lambda _, whole: tuple(slice(0, side) for side in whole.shape[-2:]))
    there = turn.turn(face.linear, get_edit("pose")(Scene.of(face), yaw=25.0, pitch=0.0, roll=0.0, gaze="head"))[1]
    x, y = (int(there.source.points[0, 1, axis]) - face.corners[0][axis] for axis in (0, 1))
    assert float(drawn[0].max()) > 0.9
    assert float(drawn[0][..., y - 12 : y + 12, x - 14 : x + 14].max()) < 0.2
