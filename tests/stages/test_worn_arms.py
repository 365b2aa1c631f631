"""A temple of worn glasses that the photograph showed foreshortened goes on to the ear when the head turns."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.face.kept import Kept
from faceaug.face.surface import find_surface
from faceaug.face.worn import WornGlasses
from faceaug.scene import Scene
from faceaug.stages.turning import turn as turning
from faceaug.stages.turning.worn import found as worn_found
from faceaug.stages.turning.worn import temples as worn_temples
from tests.portraits import collins

DARK, SKIN, WALL = 0.05, 0.4, 0.8


def wearer(
    *, lower: float = 0.0, inward: float = 0.0, dark: float = DARK, hair: float = 0.0, fair: float = 0.0
) -> Decomposition:
    """A bald head of even skin, or one all under hair, with an end piece on the picture's left, moved so, mm.

    ``fair`` is hair around it that was taken for skin: so much more yellow.
    """
    face = collins()
    x, y, _ = face.surface.position.chunk(3, dim=1)
    piece = ((x < inward - 54) & (x > inward - 69) & ((y + lower).abs() < 1.4)).float() * face.surface.face
    person, nothing = face.regions.person, torch.zeros_like(piece)
    bald = torch.lerp(torch.full_like(face.linear, WALL), torch.full_like(face.linear, SKIN), person)
    bald[:, 1:2] *= 1 + fair * ((x < -46) & (y > -8))
    regions = replace(
        face.regions,
        skin=face.surface.face * (1 - piece) * (1 - hair),
        body=person * (1 - face.surface.face) * (1 - hair),
        hair=nothing,
        clothes=nothing,
        foreground=torch.full_like(face.linear, SKIN),
    )
    linear = torch.lerp(bald, torch.full_like(bald, dark), piece)
    return replace(face, linear=linear, regions=regions, kept=(Kept(),))


def turned(
    face: Decomposition, monkeypatch: pytest.MonkeyPatch, *, yaw: float = 20.0, worn: bool = True
) -> Decomposition:
    monkeypatch.setattr(turning, "aimed", lambda *asked: asked[-1])
    for module in (worn_found, worn_temples):
        monkeypatch.setattr(module, "worn_glasses", lambda _: WornGlasses("clear" if worn else "none", 1.0))
    fresh = replace(face, kept=(Kept(),))
    return turning.turn(face.linear, get_edit("pose")(Scene.of(fresh), yaw=yaw, pitch=0.0, roll=0.0))[1].source


def drawn(face: Decomposition, monkeypatch: pytest.MonkeyPatch, yaw: float = 20.0) -> tuple[Tensor, Decomposition]:
    """How much darker a temple makes each pixel ``(h, w)``, and the turned head."""
    bare, arm = (turned(face, monkeypatch, yaw=yaw, worn=worn) for worn in (False, True))
    return (bare.linear - arm.linear)[0].mean(dim=0), arm


def test_a_temple_goes_on_from_its_end_piece_to_the_ear(monkeypatch: pytest.MonkeyPatch) -> None:
    darker, arm = drawn(wearer(), monkeypatch)
    rows, columns = (darker > 0.15).nonzero().T.float()
    scale = float(arm.pose.scale[0])
    assert 12 * scale < float(columns.max() - columns.min()) < 50 * scale
    line = torch.stack([columns, torch.ones_like(columns)], dim=1)
    fit = torch.linalg.lstsq(line, rows[:, None]).solution
    assert float((line @ fit - rows[:, None]).abs().max()) < 2.5 * scale  # straight
    size, corner = (arm.linear.shape[-2], arm.linear.shape[-1]), torch.tensor(arm.corners, dtype=torch.float32)
    x = find_surface(arm.points, arm.pose, corner, size, arm.regions.person).position[0, 0][darker > 0.15]
    assert float(x.max()) < -45


def test_what_it_covers_is_no_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    darker, arm = drawn(wearer(), monkeypatch)
    core = darker > 0.75 * darker.max()
    assert float((arm.regions.skin + arm.regions.body)[0, 0][core].max()) < 0.5


@pytest.mark.parametrize(
    ("face", "yaw"),
    [({"dark": SKIN}, 20.0), ({"lower": 9.5}, 20.0), ({"inward": 16.0}, 20.0), ({}, -20.0), ({}, 1.0)],
    ids=["no end piece", "a fold of the cheek", "the tail of a brow", "the other way", "hardly"],
)
def test_nothing_is_drawn_where_nothing_goes_on(
    face: dict[str, float], yaw: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert float(drawn(wearer(**face), monkeypatch, yaw)[0].abs().max()) < 1e-3


def test_hair_lies_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, hidden = (int((drawn(wearer(hair=hair), monkeypatch)[0] > 0.15).sum()) for hair in (0.0, 1.0))
    assert hidden < 0.7 * seen


def test_fair_hair_that_was_taken_for_skin_lies_over_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, hidden = (int((drawn(wearer(fair=fair), monkeypatch)[0] > 0.15).sum()) for fair in (0.0, 0.8))
    assert hidden < 0.7 * seen
