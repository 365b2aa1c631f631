"""Hair before an ear begins on one line: as it was seen where that was well, else it runs as hairlines do."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from faceaug.face.worn import WornGlasses
from faceaug.stages.turning import flank
from faceaug.stages.turning.flank import hair_begins, on_flanks, unrolled
from tests.portraits import collins

HIGH = torch.arange(65, -85, -2.0)[:, None].expand(75, 30)
DEEP = torch.arange(-59, 1, 2.0).expand(75, 30)
"""Height and depth of the squares of a flank, mm."""
BLOCK = ((HIGH > -12) & (DEEP < -20)).float()
"""Hair that ends in a square corner."""


def line(
    monkeypatch: pytest.MonkeyPatch, hair: Tensor, told: float = 0.1, *, other: Tensor | None = None
) -> dict[int, float]:
    """Where hair begins at each height, mm, on a flank with such hair, of which the photograph shows so much."""
    skin = 1 - torch.stack([0 * hair if other is None else other, hair])[None]
    monkeypatch.setattr(flank, "unrolled", lambda _: (skin, torch.full_like(skin, told)))
    found = hair_begins.__wrapped__(collins())[0, 1]  # type: ignore[attr-defined]  # not what collins' own flank was
    return {int(high): float(deep) for high, deep in zip(HIGH[:, 0], found, strict=True)}


def test_a_block_of_hair_loses_its_corner(monkeypatch: pytest.MonkeyPatch) -> None:
    found = line(monkeypatch, BLOCK)
    steps = torch.tensor([found[high] - found[high - 2] for high in range(33, -11, -2)])
    assert 0 <= float(steps.min()) <= float(steps.max()) < 2 * 1.25
    assert found[-9] < -60
    assert found[51] == pytest.approx(-20, abs=2)


def test_what_was_seen_well_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    found = line(monkeypatch, BLOCK, told=0.8)
    assert all(found[high] == pytest.approx(-20, abs=2) for high in range(-5, 51, 2))
    assert found[-21] < -60


def test_on_a_shaven_face_no_hair_stands_below_the_ear(monkeypatch: pytest.MonkeyPatch) -> None:
    for told in (0.1, 0.8):
        found = line(monkeypatch, ((HIGH < -60) & (DEEP < -40)).float(), told)
        assert all(deep < -60 for high, deep in found.items() if high < -55)


def test_hair_that_hangs_over_the_cheek_stays_and_a_cheek_in_shade_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = (DEEP < -18).float()
    shade = hangs * (HIGH < -35)
    assert line(monkeypatch, hangs)[-21] == pytest.approx(-18, abs=3)
    assert max(deep for high, deep in line(monkeypatch, shade).items() if high > -60) < -60


def test_skin_behind_hair_moves_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ear, or a bright streak."""
    assert line(monkeypatch, BLOCK * (DEEP > -50), 0.8)[21] == pytest.approx(-20, abs=2)


def test_hair_that_hangs_goes_down_the_jaw(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = line(monkeypatch, (DEEP < -18).float())
    assert all(hangs[high] == pytest.approx(-18, abs=4) for high in (-45, -61, -75))


def test_what_lies_behind_a_cheek_that_is_partly_hidden_does_not_hang_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = ((DEEP < -18) & (HIGH > -55)).float()
    assert line(monkeypatch, blob)[-41] == pytest.approx(-18, abs=3)
    assert line(monkeypatch, blob, told=0.0)[-41] < -50


def test_a_beard_is_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    beard = (HIGH < -40).float() * (DEEP < -6)
    assert line(monkeypatch, beard, 0.8, other=beard)[-71] > -10
    assert line(monkeypatch, beard, 0.8)[-71] < -60


def test_arms_of_glasses_are_no_hair(monkeypatch: pytest.MonkeyPatch) -> None:
    arm = ((HIGH > 0) & (HIGH < 7)).float()
    for told in (0.1, 0.8):
        assert max(line(monkeypatch, arm, told).values()) < -60


def test_end_pieces_of_worn_glasses_are_no_hair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of cat-eye glasses are higher than any arm; hair as high may well stand there."""
    end_piece = ((HIGH > -2) & (HIGH < 14) & (DEEP > -40)).float()
    assert line(monkeypatch, end_piece, 0.8)[5] > -10
    monkeypatch.setattr(flank, "worn_glasses", lambda _: WornGlasses("clear", 1.0))
    assert max(line(monkeypatch, end_piece, 0.8).values()) < -60
    assert line(monkeypatch, (DEEP < -20).float() * (HIGH > -8), 0.8)[5] == pytest.approx(-20, abs=2)
    assert line(monkeypatch, end_piece.roll(-15, 0), 0.8)[35] > -10, "above all glasses"


def test_a_height_that_is_all_hair_has_no_skin_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    assert line(monkeypatch, (HIGH > 20).float(), 0.8)[41] > 5


def test_squares_lie_where_the_mean_head_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told of a map of depths, those of the flank are the depths of its squares."""
    face = collins()
    monkeypatch.setattr(flank, "bare_skin", lambda source: (source.surface.position[:, 2:] + 60).clamp(0, 60) / 60)
    depth = unrolled(face)[0][0]
    there = (HIGH < -15) & (HIGH > -60) & (DEEP > -40) & (DEEP < -12)
    for side in depth:
        assert float((60 * side - 60 - DEEP)[there].abs().median()) < 2


def test_each_side_has_its_lines() -> None:
    down, up, flat = torch.linspace(0, -74, 75), torch.linspace(-74, 0, 75), torch.full((75,), -9.0)
    lines = torch.stack([down, up, flat, flat + 1])[None]
    high = torch.tensor([65.0, -9.0, -83.0]).view(1, 1, 3, 1)
    for side, line, shown in ((-60.0, (0, -37, -74), -9.0), (60.0, (-74, -37, 0), -8.0)):
        found = on_flanks(lines, torch.cat([torch.full_like(high, side), high, 0 * high], dim=1))
        torch.testing.assert_close(found[0].flatten(), torch.tensor(line).float(), atol=1e-3, rtol=0)
        torch.testing.assert_close(found[1].flatten(), torch.full((3,), shown), atol=1e-3, rtol=0)
