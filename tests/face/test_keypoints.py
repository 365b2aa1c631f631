"""Named points: on their own side of the face, seen where they face the camera, and carried where the head goes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from faceaug.data.keypoints import HIDDEN, KEYPOINTS, LINES, OUTSIDE, POINTS, VISIBLE, keypoints_in
from faceaug.face.keypoints import keypoints_of
from faceaug.face.topology import face_model
from faceaug.recipe import Recipe
from faceaug.recipe.run import run
from faceaug.survey import survey

SIZE = 400
"""Pixels of a square picture."""


def mean_face(yaw: float = 0.0, shift: float = 0.0) -> npt.NDArray[np.float64]:
    """The mean face in the middle of a picture, 1.5 pixels a millimetre, turned to its own left by degrees of yaw."""
    angle = np.radians(yaw)
    right, up, toward = face_model().points.astype(np.float64).T
    turned = np.stack([np.cos(angle) * right + np.sin(angle) * toward, np.cos(angle) * toward - np.sin(angle) * right])
    x, z = 1.5 * turned
    return np.stack([SIZE / 2 + shift + x, SIZE / 2 - 1.5 * up, -z], axis=1)


def test_names_are_of_the_subjects_own_sides() -> None:
    found = keypoints_of(mean_face(), SIZE, SIZE)
    assert found.keys() == POINTS.keys()
    assert {name for line in LINES for name in line} | {"right_pupil", "left_pupil"} == set(POINTS)
    for name, (x, y, seen) in found.items():
        assert seen == VISIBLE, name
        if "right" in name or "left" in name:
            assert (x < 0.5) == ("right" in name), f"{name}: the subject's right is at the picture's left"
            other = found[name.replace("right", "x").replace("left", "right").replace("x", "left")]
            assert (1 - other[0], other[1]) == pytest.approx((x, y), abs=1e-3)
    order = ["forehead", "nose_root", "nose_tip", "nose_base", "upper_lip_top", "upper_lip_bottom"]
    order += ["lower_lip_top", "lower_lip_bottom", "chin"]
    assert [found[name][1] for name in order] == sorted(found[name][1] for name in order)
    assert found["right_brow_middle"][1] < found["right_eye_upper"][1] < found["right_pupil"][1]
    assert found["right_pupil"][1] < found["right_eye_lower"][1]


def test_the_mirrored_face_has_the_mirrored_points() -> None:
    points = mean_face(25)
    mirrored = points[face_model().mirror] * [-1, 1, 1] + [SIZE, 0, 0]
    one, other = keypoints_of(points, SIZE, SIZE), keypoints_of(mirrored, SIZE, SIZE)
    for name, (x, y, seen) in one.items():
        twin = other[name.replace("right", "x").replace("left", "right").replace("x", "left")]
        assert (1 - twin[0], twin[1]) == pytest.approx((x, y), abs=2e-5), name
        assert twin[2] == seen, name


def test_what_is_turned_away_is_not_seen() -> None:
    left, right = (keypoints_of(mean_face(yaw), SIZE, SIZE) for yaw in (75, -75))
    assert {left[name][2] for name in ("left_ear", "left_eye_outer")} == {HIDDEN}
    assert {left[name][2] for name in ("right_ear", "right_eye_outer", "right_pupil", "right_nostril")} == {VISIBLE}
    assert {right[name][2] for name in ("right_ear", "right_eye_outer")} == {HIDDEN}
    assert {name for name, dot in left.items() if dot[2] == HIDDEN}.isdisjoint(
        name for name in POINTS if name.startswith("right_")
    )


def test_what_is_outside_the_picture() -> None:
    found = keypoints_of(mean_face(shift=SIZE / 2), SIZE, SIZE)
    assert found["left_ear"][2] == OUTSIDE
    assert found["left_ear"][0] > 1
    assert found["right_ear"][2] == VISIBLE


def test_records_have_them_found_and_carried(samples: Path, tmp_path: Path) -> None:
    recipe = Recipe.parse({"about": "turned", "edits": {"pose": {"yaw": 20}}})
    run(recipe, [samples / "eileen_collins.png"], tmp_path / "out")
    lines = (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()
    photograph, drawn = (keypoints_in(json.loads(line)["measured"]) for line in lines)
    assert photograph is not None
    assert drawn is not None
    assert keypoints_in({KEYPOINTS: {"nose": [0, 0, 2]}}) is None, "of another set of points"

    look = (
        survey([path], root=tmp_path, cache=tmp_path / "cache") for path in (samples, tmp_path / "out" / "pictures")
    )
    before, after = (next(iter(seen.records)).measured for seen in look)
    assert keypoints_in(before) == photograph
    again = survey([samples], root=tmp_path, cache=tmp_path / "cache")
    assert again.cached == 2
    assert again.records[0].measured == before, "kept, they are the same"

    found = keypoints_in(after)
    assert found is not None
    eyes = np.hypot(*np.subtract(drawn["right_pupil"][:2], drawn["left_pupil"][:2]))
    moved = [np.hypot(*np.subtract(drawn[name][:2], photograph[name][:2])) / eyes for name in POINTS]
    apart = [np.hypot(*np.subtract(drawn[name][:2], found[name][:2])) / eyes for name in POINTS]
    assert float(np.median(moved)) > 0.15
    assert float(np.median(apart)) < 0.05, "where they were carried they are found again"
