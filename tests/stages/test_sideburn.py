"""Hair that was seen edgewise before an ear ends on a slant when turned, in no block; hair that hangs goes on."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from faceaug.face.decomposition import Decomposition
from faceaug.face.worn import WornGlasses
from faceaug.stages.turning import sideburn
from faceaug.stages.turning.sideburn import tapered
from faceaug.stages.turning.unseen import Sight, look_up
from tests.portraits import collins

SIDE = 128
ONES = torch.ones(1, 1, SIDE, SIDE)
HIGH = torch.linspace(40, -60, SIDE)[:, None].expand(1, 1, SIDE, SIDE)
"""Height on the mean face, mm: from the forehead to the lobes of the ears."""
DEEP = torch.linspace(-75, -10, SIDE).expand(1, 1, SIDE, SIDE)
"""Depth there, mm: from behind the face's outline, which lies at -60, to the cheek."""
FACE = (DEEP > -60).float()


def head(aside: float = 62.0) -> Decomposition:
    """The side of a head that was seen edgewise, spread out."""
    face = collins()
    position = torch.cat([torch.full_like(HIGH, aside), HIGH, DEEP], dim=1)
    ahead = torch.cat([0 * HIGH, 0 * HIGH, torch.ones_like(HIGH)], dim=1)
    return replace(face, surface=replace(face.surface, position=position, normal=ahead, depth=DEEP))


def seen(share: float) -> Sight:
    """Each pixel at its own place, but seen with so many pixels for each."""
    xs, ys = torch.arange(SIDE) + 0.5, (torch.arange(SIDE) + 0.5)[:, None]
    place = torch.stack([xs.expand(SIDE, SIDE), ys.expand(SIDE, SIDE)])[None]
    sight = look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], 0 * ONES, scale=1.0)
    return replace(sight, dense=share * ONES)


def block() -> Tensor:
    """Hair from above down to a height before the ear, with a square corner."""
    return ((HIGH > -22) & (DEEP < -20) & (DEEP > -68)).float()


def told(
    hair: Tensor,
    *,
    skin: Tensor | None = None,
    brows: Tensor = 0 * ONES,
    sight: Sight | None = None,
    aside: float = 62.0,
) -> tuple[Tensor, Tensor]:
    """Where hair ends, and what is grown anew, of a head that was seen edgewise."""
    source = head(aside)
    skin, sight = 1 - hair if skin is None else skin, seen(0.4) if sight is None else sight
    on = source.surface.position
    return tapered(source, sight, FACE, skin, hair, brows=brows, on=on)


def at(shown: Tensor, high: float, deep: float) -> float:
    row, column = int((HIGH[0, 0, :, 0] - high).abs().argmin()), int((DEEP[0, 0, 0] - deep).abs().argmin())
    return float(shown[0, 0, row, column])


def test_a_block_of_hair_loses_its_corner() -> None:
    ends, anew = told(block())
    assert at(ends, -18, -28) > 0.9
    assert at(anew, -18, -28) > 0.9
    for high, deep in ((30, -28), (10, -45), (-12, -57)):
        assert at(ends, high, deep) < 0.1


def test_the_line_runs_back_as_it_goes_down() -> None:
    ends = told(block())[0]
    edges = [float(DEEP[0, 0, 0][ends[0, 0, row] > 0.5].min()) for row in range(28, 84)]
    assert all(upper >= lower for upper, lower in pairwise(edges))
    assert edges[0] - edges[-1] > 20


def test_what_was_seen_well_and_the_middle_of_the_face_keep_their_hair() -> None:
    for sight, aside in ((seen(1.0), 62.0), (seen(0.8), 62.0), (seen(0.4), 30.0)):
        assert max(float(each.max()) for each in told(block(), sight=sight, aside=aside)) == 0


def test_hair_that_hangs_before_the_ear_goes_on_as_a_strip() -> None:
    hangs = torch.maximum(block(), (DEEP < -55).float())
    ends = told(hangs)[0]
    assert at(ends, -18, -28) > 0.9
    for high in (-18, -30, -45):
        assert at(ends, high, -57) < 0.1
        assert at(told(block())[0], -54, -57) > 0.9
    assert max(float(each.max()) for each in told(hangs, sight=seen(0.7))) < 0.01


def test_a_beard_on_a_jaw_that_was_seen_goes_on_along_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sideburn, "_JAW", ((-60.0, -50.0), (-40.0, -5.0)))  # the head that is drawn here ends there
    ahead, low = (DEEP > -35).float(), (HIGH < -52).float()
    sight = replace(seen(0.4), dense=0.4 + 0.6 * ahead)
    for skin, stays in ((1 - low, True), (1 - low * (1 - ahead), False)):
        assert (at(told(low, skin=skin, sight=sight)[0], -57, -45) < 0.1) == stays


def test_before_an_ear_that_hair_covers_it_stands_deeper() -> None:
    covered = torch.maximum(block(), (DEEP < -68).float())
    assert at(told(block())[0], -5, -45) < 0.1
    assert at(told(covered)[0], -5, -45) > 0.9


def test_arms_of_glasses_beside_hair_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = [at(told(block())[1], -18, -17)]
    monkeypatch.setattr(sideburn, "worn_glasses", lambda _: WornGlasses("clear", 1.0))
    gone.append(at(told(block())[1], -18, -17))
    assert gone[0] > 0.5
    assert gone[1] == 0


@pytest.mark.parametrize(("skin", "ends"), [(0.0, False), (1.0, True)])
def test_a_beard_that_begins_before_the_ear_stays(skin: float, ends: bool) -> None:
    below = torch.where(HIGH < -30, torch.full_like(HIGH, skin), 1 - block())
    assert (at(told(block(), skin=below)[0], -18, -28) > 0.9) == ends


def test_a_brow_that_runs_to_the_temple_stays() -> None:
    brow = ((HIGH + 18).abs() < 3).float() * ((DEEP + 24).abs() < 3).float()
    assert at(told(block(), brows=brow)[1], -18, -24) == 0
    assert at(told(block(), brows=brow)[1], -18, -34) > 0.9
