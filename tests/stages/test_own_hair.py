"""Hair on the flank of a face is hair, whatever the regions say, and a sideburn goes down from hair at the temple."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.stages.turning import own_hair as module
from faceaug.stages.turning.own_hair import Flank, own_hair
from faceaug.stages.turning.unseen import look_up
from tests.portraits import collins

SIDE = 128
ONES = torch.ones(1, 1, SIDE, SIDE)
HIGH = torch.linspace(40, -80, SIDE)[:, None].expand(1, 1, SIDE, SIDE)
DEEP = torch.linspace(-105, -10, SIDE).expand(1, 1, SIDE, SIDE)
"""Height and depth on the mean face, mm; the face's outline lies at -60."""
FACE = (DEEP > -60).float()
SIDEBURN = ((HIGH > -35) & (DEEP < -46)).float()


def told(
    monkeypatch: pytest.MonkeyPatch, bare: Tensor, hair: Tensor = 0 * ONES, *, aside: float = 62.0, dense: float = 0.3
) -> Flank:
    """What stands on a flank that the regions take for skin, of which the photograph shows so much bare."""
    monkeypatch.setattr(module, "bare_skin", lambda _: bare)
    steps = torch.arange(SIDE) + 0.5
    place = torch.stack([steps.expand(SIDE, SIDE), steps[:, None].expand(SIDE, SIDE)])[None]
    sight = look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], 0 * ONES, scale=1.0)
    on = torch.cat([torch.full_like(HIGH, aside), HIGH, DEEP], dim=1)
    sight = replace(sight, dense=dense * ONES)
    return own_hair(FACE, hair, collins(), sight, FACE, on=on)


def at(shown: Tensor, high: float, deep: float) -> float:
    row, column = int((HIGH[0, 0, :, 0] - high).abs().argmin()), int((DEEP[0, 0, 0] - deep).abs().argmin())
    return float(shown[0, 0, row, column])


def test_what_is_not_bare_on_a_flank_is_hair_and_no_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch, 1 - SIDEBURN)
    assert at(found.hair, -20, -52) > 0.95
    assert at(found.skin, -20, -52) < 0.05
    assert at(found.hair, -20, -30) == at(found.hair, -50, -52) == 0
    torch.testing.assert_close(found.skin + found.hair, FACE)


@pytest.mark.parametrize(("aside", "dense"), [(30.0, 0.3), (62.0, 1.0)])
def test_the_middle_of_a_face_and_what_faced_the_camera_stay_as_told(
    monkeypatch: pytest.MonkeyPatch, aside: float, dense: float
) -> None:
    found = told(monkeypatch, 1 - SIDEBURN, aside=aside, dense=dense)
    assert torch.equal(found.skin, FACE)
    assert float(found.hair.max()) == float(found.sideburn.max()) == 0


def test_a_beard_is_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at(told(monkeypatch, 1 - (HIGH < -72).float()).hair, -76, -52) == 0


def test_a_sideburn_goes_down_from_hair_at_the_temple(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch, 1 - SIDEBURN).sideburn
    assert at(found, -20, -56) > 0.9
    assert at(found, -20, -30) == at(found, -60, -56) == 0
    assert at(told(monkeypatch, 1 - SIDEBURN, dense=0.6).sideburn, -20, -30) > 0.9, "what was seen stays"


def test_a_dark_patch_without_hair_above_it_is_no_sideburn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert float(told(monkeypatch, 1 - SIDEBURN * (HIGH < -12)).sideburn.max()) == 0


def test_hair_that_covers_the_ear_is_no_sideburn(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch, 1 - SIDEBURN, 1 - FACE)
    assert float(found.sideburn.max()) == float(found.hair[FACE > 0].max()) == 0
