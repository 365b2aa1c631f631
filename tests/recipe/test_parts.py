"""Carried keypoints and contact sheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceaug.recipe.carry import carry
from faceaug.recipe.sheet import GAP, TILE, Tile, contact_sheet

FACE = np.stack(np.meshgrid(np.linspace(40, 60, 21), np.linspace(40, 64, 22)), axis=-1).reshape(-1, 2)


def test_points_stay_where_nothing_moves() -> None:
    points = np.array([[45.3, 41.7], [0, 0]], dtype=np.float32)
    assert np.array_equal(carry(points, FACE, FACE), points)
    assert carry(np.zeros((0, 2)), FACE, FACE + 1).shape == (0, 2)


def test_points_on_the_face_follow_it_and_distant_ones_do_not() -> None:
    points = np.array([[50.2, 50.9, 7.0], [50, 70, 7], [50, 500, 7]])
    moved = carry(points, FACE, FACE + np.array([3, -2]))
    assert moved[0] == pytest.approx([53.2, 48.9, 7], abs=1e-4)
    assert moved[2] == pytest.approx([50, 500, 7])
    assert 50 < moved[1, 0] < 53, "just outside: part of the way"


def test_points_on_a_landmark_go_where_it_goes() -> None:
    after = FACE + np.stack([np.sin(FACE[:, 1] / 5), FACE[:, 0] / 50], axis=1)
    assert carry(FACE, FACE, after) == pytest.approx(after, abs=1e-3)


def test_a_sheet_shows_rows_and_survives_a_missing_picture(tmp_path: Path) -> None:
    red, blue = np.zeros((100, 50, 3), np.uint8), np.zeros((50, 100, 3), np.uint8)
    red[..., 0], blue[..., 2] = 255, 255
    rows = [
        [Tile(red, "a"), Tile(blue, "b" * 200), Tile(blue)],
        [Tile(tmp_path / "gone.jpg", "gone"), Tile(red, "", (0, 0, 50, 50))],
    ]
    sheet = np.asarray(Image.open(contact_sheet(rows, tmp_path / "deep" / "sheet.png")))
    assert tuple(sheet[GAP + 5, GAP + 5]) == (255, 0, 0)
    assert tuple(sheet[GAP + 5, GAP + TILE + GAP + 5]) == (0, 0, 255), "columns are as wide as their widest picture"
    before = (tmp_path / "deep" / "sheet.png").read_bytes()
    contact_sheet(rows, tmp_path / "deep" / "sheet.png")
    assert (tmp_path / "deep" / "sheet.png").read_bytes() == before
    with pytest.raises(ValueError, match="at least one row"):
        contact_sheet([], tmp_path / "x.png")
