"""Lamps told from the catchlights of both eyes: where they stand, how large they are, how bright."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.face.catchlights import lamps
from faceaug.face.decomposition import Decomposition
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from tests.portraits import collins

BOTH = (RIGHT_PUPIL, LEFT_PUPIL)
Spot = tuple[float, float, float, float]


def shone_on(
    *spots: Spot, eyes: tuple[int, ...] = BOTH, slip: float = 0.0, ground: float = 0.05, scale: float = 4.0
) -> Decomposition:
    """Dark eyes in a picture of so many pixels a mm, with spots: right and up of each pupil, radius (mm), light.

    The first eye's pupil is found so far (mm) to the left of where it is.
    """
    face = collins()
    size = 320
    points = face.points.clone()
    for index, pupil in enumerate(BOTH):
        middle = torch.tensor([80.0 + 160.0 * index, 160.0])
        for point, up in ((pupil, 0.0), *zip(((159, 145), (386, 374))[index], (5.0, -5.0), strict=True)):
            points[0, point, :2] = middle - torch.tensor([slip * (pupil == RIGHT_PUPIL), up]) * scale
    down, right = torch.meshgrid(torch.arange(size) + 0.5, torch.arange(size) + 0.5, indexing="ij")
    light = torch.full((size, size), ground)
    for index, pupil in enumerate(BOTH):
        for across, up, radius, bright in spots if pupil in eyes else ():
            x, y = 80 + 160 * index + across * scale, 160 - up * scale
            light += bright * (radius * scale + 0.5 - torch.hypot(right - x, down - y)).clamp(0, 1)
    linear = light.expand(1, 3, -1, -1).contiguous()
    pose = replace(face.pose, scale=torch.tensor([scale]))
    return replace(face, points=points, linear=linear, pose=pose, corners=((0, 0),))


def seen(face: Decomposition) -> Tensor:
    found = lamps(face)[0]
    return found[found[:, 3] > 0]


@pytest.mark.parametrize(("across", "up"), [(0.0, 2.0), (1.75, 1.0), (-1.75, 1.0), (0.0, 0.0)])
def test_a_lamp_stands_where_a_cornea_would_mirror_it(across: float, up: float) -> None:
    (lamp,) = seen(shone_on((across, up, 0.5, 0.9))).tolist()
    out = math.hypot(across, up)
    for found, part in zip(lamp, (across, up), strict=False):
        assert found == pytest.approx(math.sin(2 * math.asin(out / 7.8)) * part / max(out, 1e-9), abs=0.05)


def test_the_larger_lamp_has_the_larger_spot_and_the_brightest_comes_first() -> None:
    found = seen(shone_on((-1.75, 1.0, 0.4, 0.5), (1.75, 1.0, 0.8, 0.9)))
    assert found.shape[0] == 2
    assert float(found[0, 0]) > 0 > float(found[1, 0])
    assert found[0, 2] > 1.5 * found[1, 2]
    assert found[:, 3].tolist() == pytest.approx([1.0, 0.5 / 0.9], abs=0.1)


def test_what_only_one_eye_shows_is_no_lamp_nor_are_pale_irises() -> None:
    assert not len(seen(shone_on((1.0, 1.0, 0.5, 0.9), eyes=BOTH[:1])))
    assert not len(seen(shone_on((0.0, -2.2, 1.0, 0.3))))
    assert not len(seen(shone_on((0.0, 0.5, 2.2, 0.3)))), "a pale iris"
    assert not len(seen(shone_on(ground=0.5)))


@pytest.mark.parametrize("slip", [-1.2, 1.2])
def test_pupils_need_not_be_found_exactly(slip: float) -> None:
    found = seen(shone_on((-1.75, 1.0, 0.4, 0.9), (1.75, 1.0, 0.4, 0.9), slip=slip))
    assert found.shape[0] == 2
    assert float((found[0, 0] - found[1, 0]).abs()) == pytest.approx(0.88, abs=0.12)


def test_lids_end_what_is_looked_at() -> None:
    face = shone_on((0.0, 2.5, 0.5, 0.9))
    points = face.points.clone()
    points[0, [159, 386], 1] = 160 - 2.5 * 4
    assert len(seen(face))
    assert not len(seen(replace(face, points=points)))
