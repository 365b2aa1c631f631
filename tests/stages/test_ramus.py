"""Near cheeks go on to the jaw's border, over neck that came into sight, with their grain; nothing else does."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from faceaug.stages.turning.ramus import with_ramus

SIDE, EDGE = 96, 48
CHEEK, NECK = 0.5, 0.2
SINE = math.sin(math.radians(24.0))
COLUMN = torch.arange(SIDE).expand(1, 1, SIDE, SIDE)
FACE, BESIDE = (COLUMN >= EDGE).float(), (COLUMN < EDGE).float()
OFF = EDGE - 0.5 - COLUMN.float()
"""How far each pixel, one a millimetre, lies outside of a face whose outline runs straight down."""


def drawn(
    picture: Tensor | None = None, bared: Tensor = BESIDE, high: float = -60.0, sine: float = SINE, near: float = 1.0
) -> tuple[Tensor, Tensor, Tensor]:
    """A cheek before a darker neck, with its jaw; the picture, the jaw and how far outside of it pixels lie."""
    picture = (CHEEK * FACE + NECK * BESIDE).expand(1, 3, -1, -1) if picture is None else picture
    about = torch.full_like(FACE, near), torch.full_like(FACE, high), torch.full((1, 1, 1, 1), sine)
    return with_ramus(picture, (FACE, bared), OFF, about, 1.0)


def middle(of: Tensor) -> Tensor:
    """The middle row, outward from the face's outline."""
    return of[0, 0, SIDE // 2, :EDGE].flip(0)


def test_a_cheek_goes_on_to_the_border_of_the_jaw() -> None:
    own, jaw, off = drawn()
    assert float((middle(own)[:5] - CHEEK).abs().max()) < 0.01
    assert float((middle(own)[9:] - NECK).abs().max()) < 0.01
    assert torch.equal(middle(jaw)[:5] > 0.9, torch.ones(5, dtype=torch.bool))
    assert abs(float(middle(off)[6])) < 1.0, "that is where the neck lies in the jaw's shade"


def test_it_does_so_the_farther_the_more_the_head_is_turned_and_not_on_the_chin() -> None:
    wide = [int((middle(drawn(sine=sine)[1]) > 0.5).sum()) for sine in (0.0, SINE / 2, SINE, -SINE)]
    assert wide[0] == wide[3] == 0
    assert 2 <= wide[1] < wide[2] <= 8
    for same in (drawn(high=-100.0), drawn(near=0.0)):
        assert torch.equal(same[1], FACE)
        assert torch.equal(same[2], OFF)


def test_only_neck_that_came_into_sight_becomes_cheek() -> None:
    own, jaw, off = drawn(bared=torch.zeros_like(FACE))
    assert float((middle(own) - NECK).abs().max()) == 0
    assert torch.equal(jaw, FACE)
    assert torch.equal(off, OFF)
    bared = BESIDE * (torch.arange(SIDE) < SIDE // 2)[:, None]
    own, jaw, _ = drawn(bared=bared)
    assert float((own[..., SIDE // 2 + 3 :, :EDGE] - NECK).abs().max()) < 1e-6, "what hangs beside the jaw stays"
    assert float(jaw[..., SIDE // 2 + 3 :, :EDGE].max()) == 0


def test_a_dark_line_along_the_mesh_goes() -> None:
    line = (OFF.abs() < 2).float()
    own, _, _ = drawn((CHEEK * FACE + NECK * BESIDE).expand(1, 3, -1, -1) * (1 - 0.7 * line))
    assert float((middle(own)[:5] - CHEEK).abs().max()) < 0.03
    assert float((own[0, 0, SIDE // 2, EDGE : EDGE + 2] - CHEEK).abs().max()) < 0.06


def test_it_has_the_grain_of_the_cheek() -> None:
    rows = torch.arange(SIDE)[:, None]
    grain = 1 + 0.1 * torch.sin(2.1 * COLUMN + 3.7 * rows + 0.3 * COLUMN * rows) * FACE
    own, _, _ = drawn((CHEEK * FACE + NECK * BESIDE).expand(1, 3, -1, -1) * grain)
    new = own[0, 0, 24:72, EDGE - 5 : EDGE - 1].std() / own[0, 0, 24:72, EDGE + 12 :].std()
    assert 0.6 < float(new) < 1.2


def test_a_jaw_of_one_column_is_drawn_too() -> None:
    """A small head at the window's border shows no more; slopes want two."""
    face, off = (COLUMN <= SIDE - 2).float(), COLUMN - (SIDE - 2) - 0.5
    about = (COLUMN > SIDE - 3).float(), torch.full_like(face, -60.0), torch.full((1, 1, 1, 1), 0.06)
    own, jaw, _ = with_ramus((0.5 * face).expand(1, 3, -1, -1), (face, 1 - face), off, about, 1.0)
    assert bool(own.isfinite().all())
    assert float((jaw - face).min()) >= 0
