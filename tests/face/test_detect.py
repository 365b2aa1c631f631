from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from faceaug.errors import FaceaugError
from faceaug.face.blazeface import FAR, NEAR, Candidates, anchors, best, merge, overlap
from faceaug.face.detect import FaceBox, detect, spread
from faceaug.face.landmarks import find_faces
from faceaug.face.region import Pixels
from tests.face.conftest import read

EILEEN_EYES = ((203.5, 100.8), (246.7, 103.3))
"""Read off the photograph by eye, pixels."""


def near(face: FaceBox, eyes: tuple[tuple[float, float], ...], within: float) -> bool:
    return bool(np.abs(face.points[:2] - np.array(eyes)).max() < within)


def pasted(background: Pixels, face: Pixels, x: int, y: int) -> Pixels:
    made = background.copy()
    made[y : y + len(face), x : x + face.shape[1]] = face
    return made


@pytest.mark.parametrize("detector", ["auto", "blazeface", "mtcnn"])
def test_finds_the_one_face(eileen: Pixels, detector: str) -> None:
    (face,) = detect(eileen, detector=detector)  # type: ignore[arg-type]
    assert near(face, EILEEN_EYES, 6)
    assert face.found_by == ("mtcnn" if detector == "mtcnn" else "blazeface")
    assert 0.6 <= face.score <= 1
    x0, y0, x1, y1 = face.box
    assert x0 < EILEEN_EYES[0][0] < EILEEN_EYES[1][0] < x1
    assert y0 < EILEEN_EYES[0][1] < y1


def test_finds_a_face_of_60_pixels_in_1024(eileen: Pixels) -> None:
    shrunk = 60 / 95
    small = cv2.resize(eileen[:300, 60:400], None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA).astype(np.uint8)
    rows, columns = np.mgrid[:1024, :1024]
    background = np.stack([rows // 8, columns // 8, (rows + columns) // 16], -1).astype(np.uint8)
    for x, y in ((20, 30), (700, 120), (400, 800)):
        (face,) = detect(pasted(background, small, x, y), detector="blazeface")
        eyes = tuple((x + (ex - 60) * shrunk, y + ey * shrunk) for ex, ey in EILEEN_EYES)
        assert near(face, eyes, 6)


def test_several_faces_come_largest_first(eileen: Pixels, grace: Pixels) -> None:
    wide = np.full((600, 1100, 3), 128, np.uint8)
    wide = pasted(pasted(wide, eileen, 0, 50), grace, 560, 0)
    faces = detect(wide)
    assert len(faces) == 2
    assert faces[0].area > 2 * faces[1].area
    assert faces[0].box[0] > 560
    assert faces[1].box[2] < 512


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_finds_which_way_is_up(eileen: Pixels, quarters: int) -> None:
    turned = np.ascontiguousarray(np.rot90(eileen, -quarters))
    ((_, marks),) = find_faces(turned)
    roll = (marks.roll - 90 * quarters + 180) % 360 - 180
    assert abs(roll - 3.5) < 3


@pytest.mark.parametrize("shape", [(400, 300, 3), (8, 8, 3), (1, 1, 3), (30, 900, 3)])
def test_finds_nothing_where_nothing_is(shape: tuple[int, int, int]) -> None:
    assert detect(np.full(shape, 90, np.uint8)) == []


def test_grey_and_dim_photographs(grace: Pixels) -> None:
    grey = np.repeat(grace.mean(2, keepdims=True), 3, 2).astype(np.uint8)
    assert len(detect(grey)) == 1
    assert len(detect(grace // 5)) == 1


def test_what_is_not_a_face_is_left_out(eileen: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = FaceBox((330.0, 380.0, 450.0, 500.0), 0.9, np.array([[370, 420], [410, 420]], np.float32), "blazeface")
    right = detect(eileen)[0]
    monkeypatch.setattr("faceaug.face.landmarks.detect", lambda *_args, **_options: [wrong, right])
    assert [box for box, _ in find_faces(eileen)] == [right]


def test_an_unknown_detector_is_refused(eileen: Pixels) -> None:
    with pytest.raises(FaceaugError, match="auto, blazeface or mtcnn"):
        detect(eileen, detector="haar")  # type: ignore[arg-type]


def test_anchor_grids() -> None:
    assert anchors(NEAR).shape == (896, 2)
    assert anchors(FAR).shape == (2304, 2)
    np.testing.assert_allclose(anchors(NEAR)[[0, 1, 2, 511, 512, 517, 518]][:, 0] * 128, [4, 4, 12, 124, 8, 8, 24])
    np.testing.assert_allclose(anchors(NEAR)[[0, 31, 32, 512]][:, 1] * 128, [4, 4, 12, 8])


def test_suppression() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30], [22, 22, 27, 27]], np.float32)
    found = Candidates(boxes, np.zeros((4, 6, 2), np.float32), np.array([0.6, 0.8, 0.9, 0.7], np.float32))
    assert overlap(boxes[0], boxes[1:2])[0] == pytest.approx(90 / 110)
    merged = merge(found)
    np.testing.assert_allclose(merged.scores, [0.9, 0.8, 0.7])
    np.testing.assert_allclose(merged.boxes[1], [0.8 / 1.4, 0, 10 + 0.8 / 1.4, 10], rtol=1e-6)
    np.testing.assert_allclose(best(found).boxes, boxes[[2, 1]])


def test_tiles_cover_the_photograph() -> None:
    for length, side in ((1024, 256.0), (1000, 333.0), (200, 256.0), (257, 256.0)):
        centres = spread(length, side)
        assert centres[0] - side / 2 <= 0
        assert centres[-1] + side / 2 >= length
        assert np.diff(centres, prepend=centres[0]).max() <= side / 2 + 1e-9


@pytest.mark.faces
def test_all_benchmark_faces_are_found_once(faces: Path) -> None:
    with (faces / "manifest.csv").open() as file:
        paths = [row["path"] for row in csv.DictReader(file)]
    assert len(paths) >= 430
    found = {path: [face.found_by for face in detect(read(faces / path), detector="blazeface")] for path in paths}
    assert {path: names for path, names in found.items() if names != ["blazeface"]} == {}
