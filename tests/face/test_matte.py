from __future__ import annotations

import cv2
import numpy as np
import pytest

from faceaug.face.landmarks import Landmarks, find_faces
from faceaug.face.matte import (
    FLOOR,
    SIDE,
    close_holes,
    close_up,
    coefficients,
    face_inside,
    feather,
    person_matte,
    refine,
)
from faceaug.face.region import Pixels


@pytest.fixture(scope="module")
def marks(grace: Pixels) -> Landmarks:
    return find_faces(grace)[0][1]


def test_head_and_shoulders(grace: Pixels, marks: Landmarks) -> None:
    matte = person_matte(grace, marks)
    assert matte.shape == grace.shape[:2]
    assert matte.dtype == np.float32
    assert 0 <= matte.min() <= matte.max() <= 1
    inside = np.round(marks.points[:468, :2] - 0.5).astype(int)
    assert matte[inside[:, 1], inside[:, 0]].mean() > 0.98
    assert matte[540:, 150:400].min() > 0.95
    assert matte[20:250, 440:].max() < 0.05
    assert matte[20:60, 20:60].max() < 0.05
    assert 0.3 < matte.mean() < 0.7


def test_the_outline_follows_the_photograph(grace: Pixels, marks: Landmarks) -> None:
    """Across the cheek, sky blue turns to skin within a few pixels, and the matte with it."""
    row = grace[int(marks.points[454, 1])].astype(np.float64)
    matte = person_matte(grace, marks)[int(marks.points[454, 1])]
    start = int(marks.points[454, 0]) - 15
    bluish = row[start:, 2] - row[start:, 0]
    edge = start + int(np.argmax(bluish > 40))
    half = start + int(np.argmax(matte[start:] < 0.5))
    assert abs(edge - half) <= 6


def test_the_face_is_person_even_where_the_network_does_not_see_it(
    grace: Pixels, marks: Landmarks, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    blind = {"activation_10": torch.zeros(1, 1, SIDE, SIDE)}
    monkeypatch.setattr("faceaug.face.matte.load", lambda *_: lambda _picture: blind)
    x, y = marks.points[1, :2].astype(int)
    assert person_matte(grace, marks)[y, x] == 1
    assert person_matte(grace)[y, x] == 0


def test_a_small_face_gets_a_closer_look(grace: Pixels) -> None:
    wide = np.full((800, 1400, 3), (170, 180, 190), np.uint8)
    small = cv2.resize(grace, (256, 300), interpolation=cv2.INTER_AREA)
    wide[250:550, 900:1156] = small
    marks = find_faces(wide)[0][1]
    region = close_up(marks, 800, 1400)
    assert region is not None
    assert region.x - region.side / 2 >= 0
    assert region.y + region.side / 2 <= 800
    matte = person_matte(wide, marks)
    assert matte[:, :600].max() < 0.05
    x, y = marks.points[1, :2].astype(int)
    assert matte[y, x] == 1
    alone = person_matte(np.ascontiguousarray(small).astype(np.uint8))[:200]
    closely, from_afar = (np.abs(made[250:450, 900:1156] - alone).mean() for made in (matte, person_matte(wide)))
    assert closely < 0.7 * from_afar


def test_a_large_face_needs_none(grace: Pixels, marks: Landmarks) -> None:
    assert close_up(marks, *grace.shape[:2]) is None


def test_holes() -> None:
    solid = np.zeros((SIDE, SIDE), np.float32)
    solid[60:, 60:200] = 1
    for rows, columns, depth, filled in (
        (slice(100, 110), slice(100, 110), 0.0, True),
        (slice(100, 110), slice(100, 110), 0.7, True),
        (slice(100, 150), slice(100, 150), 0.0, False),
        (slice(250, 256), slice(100, 110), 0.0, False),
    ):
        holed = solid.copy()
        holed[rows, columns] = depth
        closed = close_holes(holed)
        expected = solid if filled else holed
        np.testing.assert_array_equal(closed[rows, columns], expected[rows, columns])
        assert (closed[:50] == 0).all()


def test_guided_filter_reproduces_what_the_guide_explains() -> None:
    rows, columns = np.mgrid[:60, :80].astype(np.float32)
    guide = np.stack([np.sin(rows / 5), np.cos(columns / 7), np.sin((rows + columns) / 9)], -1).astype(np.float32)
    matte = guide @ np.array([0.3, -0.2, 0.1], np.float32) + np.float32(0.4)
    planes = coefficients(guide, matte, 6)
    made = sum(plane * guide[:, :, k] for k, plane in enumerate(planes[:3])) + planes[3]
    np.testing.assert_allclose(made, matte, atol=0.01)


@pytest.mark.parametrize(("high", "wide"), [(100, 100), (60, 100), (600, 400)])
def test_the_coarse_matte_lies_where_it_was_seen(high: int, wide: int) -> None:
    side = float(max(high, wide))
    corner = np.array([wide - side, high - side]) / 2
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    for axis, coarse in enumerate((columns, rows)):
        flat = np.full((high, wide, 3), 128, np.uint8)
        made = refine(flat, coarse / SIDE, corner, side) * (1 - 2 * FLOOR) + FLOOR
        centres = np.arange((wide, high)[axis]) + 0.5
        expected = (centres - corner[axis]) / side - 0.5 / SIDE
        line = made[high // 2] if axis == 0 else made[:, wide // 2]
        inner = (expected > 0.1) & (expected < 0.9) & (centres > 0.1 * side) & (centres < centres[-1] - 0.1 * side)
        np.testing.assert_allclose(line[inner], expected[inner], atol=0.2 / SIDE)


def test_guided_filter_averages_where_the_guide_is_flat() -> None:
    matte = np.zeros((41, 41), np.float32)
    matte[:, 20:] = 1
    _, _, _, offset = coefficients(np.full((41, 41, 3), 0.5, np.float32), matte, 3)
    assert offset[20, 5] == pytest.approx(0, abs=1e-5)
    assert offset[20, 35] == pytest.approx(1, abs=1e-5)
    assert 0.3 < offset[20, 20] < 0.7


def test_feather_spares_the_photographs_own_edges() -> None:
    weight = feather(100, 200, slice(20, 100), slice(0, 80), 10.0)
    assert weight[-1, 0] == 1
    assert weight[0, 0] == pytest.approx(0.05)
    assert weight[-1, -1] == pytest.approx(0.05)
    assert weight[40, 40] == 1


def test_inside_of_a_face() -> None:
    angles = np.linspace(0, 2 * np.pi, 40)
    outline = np.stack([100 + 50 * np.cos(angles), 120 + 60 * np.sin(angles)], -1)
    mask = face_inside(outline)
    assert mask[119, 99] == 1
    assert mask[119, 99 + 48] < 0.1
    assert abs(mask.sum() / (np.pi * 50 * 60 * 0.85**2) - 1) < 0.03


@pytest.mark.parametrize("grey", [False, True])
def test_the_network_sees_a_grey_face_in_a_colour_of_skin(
    grace: Pixels, marks: Landmarks, monkeypatch: pytest.MonkeyPatch, grey: bool
) -> None:
    import torch

    shown: list[torch.Tensor] = []

    def network(picture: torch.Tensor) -> dict[str, torch.Tensor]:
        shown.append(picture)
        return {"activation_10": torch.zeros(1, 1, SIDE, SIDE)}

    monkeypatch.setattr("faceaug.face.matte.load", lambda *_: network)
    level = grace.mean(axis=2, keepdims=True).astype(np.uint8).repeat(3, axis=2)
    person_matte(level, marks, grey=grey)
    nose = (marks.points[1, :2] - np.array(level.shape[1::-1]) / 2) * (SIDE / max(level.shape)) + SIDE / 2
    x, y = nose.astype(int).tolist()
    red, _, blue = shown[0][0, :, y, x].tolist()
    assert (red / blue == pytest.approx(1.68, abs=0.1)) if grey else red == blue
    corner_red, _, corner_blue = shown[0][0, :, 20, 40].tolist()
    assert corner_red / corner_blue < 1.12
