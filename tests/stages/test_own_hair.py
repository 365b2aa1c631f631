"""Hair on the flank of a face is hair, whatever the regions say; what was seen slantwise of it begins on one line."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.face.worn import WornGlasses
from faceaug.stages.turning import flank
from faceaug.stages.turning import own_hair as module
from faceaug.stages.turning.own_hair import own_hair
from faceaug.stages.turning.unseen import look_up
from tests.portraits import collins

SIDE = 128
ONES = torch.ones(1, 1, SIDE, SIDE)
HIGH = torch.linspace(40, -80, SIDE)[:, None].expand(1, 1, SIDE, SIDE)
DEEP = torch.linspace(-105, -10, SIDE).expand(1, 1, SIDE, SIDE)
"""Height and depth on the mean face, mm; the face's outline lies at -60."""
FACE = (DEEP > -60).float()
SIDEBURN = ((HIGH > -35) & (DEEP < -46)).float()
LINE = -40.0
"""Behind this depth hair stands on this side; on the other none does."""
NO_BROWS = 0 * ONES

Told = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


def told(
    monkeypatch: pytest.MonkeyPatch,
    bare: Tensor,
    *,
    aside: float = 62.0,
    dense: float = 0.3,
    body: Tensor = 0 * ONES,
    brows: Tensor = NO_BROWS,
    shown: float = LINE,
) -> Told:
    """Skin, hair, body, what is as told, and what is anew on a flank whose regions tell of skin alone."""
    monkeypatch.setattr(module, "bare_skin", lambda _: bare)
    lines = torch.tensor([-200.0, LINE, -200.0, shown]).view(1, 4, 1).expand(1, 4, 75)
    monkeypatch.setattr(module, "hair_begins", lambda _: lines)
    steps = torch.arange(SIDE) + 0.5
    place = torch.stack([steps.expand(SIDE, SIDE), steps[:, None].expand(SIDE, SIDE)])[None]
    sight = look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], 0 * ONES, scale=1.0)
    on = torch.cat([torch.full_like(HIGH, aside), HIGH, DEEP], dim=1)
    regions = (FACE - brows, 0 * ONES, body.clone(), brows)
    sight = replace(sight, dense=dense * ONES)
    return *regions[:3], *own_hair(regions, collins(), sight, FACE, on=lambda box: on[(..., *box)])


def at(shown: Tensor, high: float, deep: float) -> float:
    row, column = int((HIGH[0, 0, :, 0] - high).abs().argmin()), int((DEEP[0, 0, 0] - deep).abs().argmin())
    return float(shown[0, 0, row, column])


def test_what_is_not_bare_on_a_flank_is_hair_and_no_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    skin, hair, *_ = told(monkeypatch, 1 - SIDEBURN, dense=0.85)
    assert at(hair, -20, -52) > 0.95
    assert at(skin, -20, -52) < 0.05
    assert at(hair, -20, -30) == at(hair, -50, -52) == 0
    torch.testing.assert_close(skin + hair, FACE)


@pytest.mark.parametrize(("aside", "dense"), [(30.0, 0.3), (62.0, 1.0)])
def test_the_middle_of_a_face_and_what_faced_the_camera_stay_as_told(
    monkeypatch: pytest.MonkeyPatch, aside: float, dense: float
) -> None:
    skin, hair, _, _, anew = told(monkeypatch, 1 - SIDEBURN, aside=aside, dense=dense)
    assert torch.equal(skin, FACE)
    assert float(hair.max()) == float(anew.max()) == 0


def test_a_beard_that_was_seen_well_is_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at(told(monkeypatch, 1 - (HIGH < -72).float(), dense=0.85)[1], -76, -52) == 0


def test_what_was_seen_slantwise_is_hair_behind_the_line_of_its_side(monkeypatch: pytest.MonkeyPatch) -> None:
    skin, hair, _, slant, _ = told(monkeypatch, 1 - SIDEBURN)
    for high in (30, -20, -60):
        assert at(hair, high, -50) == at(skin, high, -25) == at(slant, high, -50) == at(slant, high, -25) == 1
        assert at(skin, high, -50) == at(hair, high, -25) == 0
    assert float(told(monkeypatch, 1 - SIDEBURN, aside=-62.0)[1].max()) == 0, "the line of the other side"


def test_what_the_photograph_shows_of_the_other_kind_is_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    patch = ((HIGH > -35) & (DEEP < -20)).float()
    anew = told(monkeypatch, 1 - patch)[4]
    assert at(anew, -20, -30) == at(anew, -60, -50) == 1  # hair before the line, skin behind it
    assert at(anew, -20, -52) == at(anew, -60, -30) == 0


def test_hair_that_was_seen_well_before_a_line_that_lies_far_behind_it_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stood out from the hair behind it as a spike toward the brow."""
    spike = ((HIGH > 0) & (DEEP < -25)).float()
    assert at(told(monkeypatch, 1 - spike, dense=0.8, shown=-25.0)[1], 10, -30) == 0
    assert at(told(monkeypatch, 1 - spike, dense=0.8, shown=LINE)[1], 10, -30) > 0.95


def test_arms_of_worn_glasses_stay_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """They were filled in with skin, and what was left of them was the dark of the hair that grew beside."""
    arm = ((HIGH > 0) & (HIGH < 5)).float()
    assert at(told(monkeypatch, 1 - arm)[4], 2.5, -20) == 1
    monkeypatch.setattr(flank, "worn_glasses", lambda _: WornGlasses("clear", 1.0))
    skin, hair, _, _, anew = told(monkeypatch, 1 - arm)
    assert at(skin, 2.5, -20) == 1
    assert at(hair, 2.5, -20) == at(anew, 2.5, -20) == 0
    assert at(hair, 2.5, -50) == 1
    assert at(told(monkeypatch, 1 - (HIGH > 25).float())[4], 30, -20) == 1, "hair above all glasses"
    assert at(told(monkeypatch, 1 - SIDEBURN, dense=0.85)[1], 2.5, -52) > 0.95, "hair behind that line"


def test_a_brow_that_runs_to_the_temple_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    brow = ((HIGH - 15).abs() < 3).float() * ((DEEP + 24).abs() < 6)
    skin, _, _, _, anew = told(monkeypatch, 1 - brow, brows=brow)
    assert at(skin, 15, -24) == at(anew, 15, -24) == 0


def test_no_skin_is_left_between_hair_and_the_hair_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    past = (..., slice(20, 100), slice(int((DEEP[0, 0, 0] < -60).sum()) - 2, int((DEEP[0, 0, 0] < -60).sum()) + 2))
    assert float(told(monkeypatch, ONES)[1][past].min()) > 0.99


def test_what_is_no_ear_beside_the_temple_is_hair(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regions take fair hair for an ear's skin: what went on before it had the colour of darker strands."""
    ear = (HIGH < 15).float()
    _, hair, body, slant, _ = told(monkeypatch, ear, body=1 - FACE)
    assert at(hair, 30, -80) == at(slant, 30, -80) == at(body, 5, -80) == 1
    assert at(body, 30, -80) == at(hair, 5, -80) == at(hair, -40, -80) == 0
