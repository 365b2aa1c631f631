from __future__ import annotations

import csv
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceaug.face import blazeface
from faceaug.face.blazeface import NEAR, propose
from faceaug.face.detect import FaceBox, detect
from faceaug.face.landmarks import (
    LEFT_EYE,
    LEFT_PUPIL,
    LIPS,
    RIGHT_EYE,
    RIGHT_PUPIL,
    Landmarks,
    find_landmarks,
    find_landmarks_batch,
    region_of_box,
    run_mesh,
    run_network,
    to_photo,
)
from faceaug.face.region import Pixels, Region, crop
from tests.face.conftest import read

MANUAL = dict(
    zip(
        (0, 1, 18, 22, 23, 27, 87, 93, 89, 90, 91, 96, 106, 55),
        (468, 473, 33, 133, 362, 263, 61, 291, 37, 0, 267, 14, 17, 2),
        strict=True,
    )
)
"""Manual point (webmorph's 189) to ours: pupils, eye corners, lip corners and outline, base of the nose."""


def errors(points: NDArray[np.float32], truth: NDArray[np.float32]) -> NDArray[np.float64]:
    """Distances in the picture, in per cent of the distance between the pupils."""
    eyes = np.linalg.norm(truth[RIGHT_PUPIL, :2] - truth[LEFT_PUPIL, :2])
    return np.asarray(np.linalg.norm(points[:, :2] - truth[:, :2], axis=1) / eyes * 100)


def first(pixels: Pixels) -> Landmarks:
    return find_landmarks(pixels, detect(pixels)[0])


def corner_crop(pixels: Pixels, region: Region, side: int, *, border: int = cv2.BORDER_REPLICATE) -> Pixels:
    """The crop of the reference runtime, which takes pixel corners for centres and does not average."""
    matrix = region.matrix()
    matrix[:, :2] /= side
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(pixels, matrix, (side, side), flags=flags, borderMode=border).astype(np.uint8)


@pytest.mark.parametrize("name", ["eileen_collins", "grace_hopper"])
def test_the_whole_chain_is_the_references(
    name: str,
    eileen: Pixels,
    grace: Pixels,
    recorded: dict[str, NDArray[np.float32]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the reference's crop and its single pass, its face mesh comes out; points, z, irises and all."""
    pixels = eileen if name.startswith("eileen") else grace
    truth = recorded[f"mesh/{name}"]
    monkeypatch.setattr(blazeface, "crop", corner_crop)
    whole = Region(pixels.shape[1] / 2, pixels.shape[0] / 2, float(max(pixels.shape)))
    found = propose(pixels, NEAR, [whole], 0.5)
    x0, y0, x1, y1 = (float(edge) for edge in found.boxes[0])
    region = region_of_box(FaceBox((x0, y0, x1, y1), 1.0, found.points[0], "blazeface"))
    points = to_photo(run_network(corner_crop(pixels, region, 192)[None])[0][0], region)
    assert errors(points, truth).max() < 0.3
    eyes = float(np.linalg.norm(truth[RIGHT_PUPIL, :2] - truth[LEFT_PUPIL, :2]))
    assert np.abs(points[:, 2] - truth[:, 2]).max() < 0.003 * eyes


def test_our_points_are_near_the_references(
    eileen: Pixels, grace: Pixels, recorded: dict[str, NDArray[np.float32]]
) -> None:
    for pixels, name in ((eileen, "eileen_collins"), (grace, "grace_hopper")):
        assert errors(first(pixels).points, recorded[f"mesh/{name}"]).mean() < 2.5


def test_the_mesh_alone_is_the_mesh_where_nothing_finer_is_looked_at(eileen: Pixels) -> None:
    crops = np.stack([crop(eileen, region_of_box(detect(eileen)[0]), 192)] * 2)
    crops[1] = crops[1, :, ::-1]
    whole, alone = run_network(crops)[0], run_mesh(crops)
    finer = sorted({*LIPS, *LEFT_EYE, *RIGHT_EYE, *range(LEFT_PUPIL, 478)})
    rest = [number for number in range(478) if number not in finer]
    assert np.array_equal(alone[:, rest], whole[:, rest])
    assert np.array_equal(alone[:, :LEFT_PUPIL, 2], whole[:, :LEFT_PUPIL, 2])
    apart = np.linalg.norm(alone[:, finer, :2] - whole[:, finer, :2], axis=-1)
    assert 0 < apart.mean() < 3, "pixels of the crop"
    assert np.linalg.norm(alone[:, [LEFT_PUPIL, RIGHT_PUPIL], :2] - whole[:, [LEFT_PUPIL, RIGHT_PUPIL], :2]) < 8


def test_a_crop_keeps_pixel_centres_and_averages() -> None:
    rows, columns = np.mgrid[:120, :120]
    pixels = np.stack([columns * 2, rows * 2, columns + rows], -1).astype(np.uint8)
    for side, out, turn in ((60.0, 60, 0.0), (80.0, 20, 0.3), (110.0, 20, 0.0), (80.0, 13, 0.2), (20.0, 80, -0.5)):
        region = Region(60.0, 60.0, side, turn)
        made = crop(pixels, region, out).astype(np.float64)
        grid = (np.mgrid[:out, :out] + 0.5) / out
        matrix = region.matrix()
        x = matrix[0, 0] * grid[1] + matrix[0, 1] * grid[0] + matrix[0, 2]
        y = matrix[1, 0] * grid[1] + matrix[1, 1] * grid[0] + matrix[1, 2]
        assert abs((made[:, :, 0] - (x - 0.5) * 2).mean()) < 0.4
        assert abs((made[:, :, 1] - (y - 0.5) * 2).mean()) < 0.4
        assert np.abs(made[:, :, 0] - (x - 0.5) * 2).max() < 1.3
    rows, columns = np.mgrid[:400, :600]
    checks = np.repeat((((rows + columns) % 2) * 255)[:, :, None], 3, 2).astype(np.uint8)
    assert np.ptp(crop(checks, Region(300.0, 200.0, 200.0, 0.1), 50)[5:-5, 5:-5]) < 60


def test_beyond_the_photograph_its_edge_goes_on() -> None:
    pixels = np.zeros((50, 50, 3), np.uint8)
    pixels[:, 49] = 200
    assert (crop(pixels, Region(70.0, 25.0, 20.0), 10) == 200).all()
    assert (crop(pixels, Region(70.0, 25.0, 20.0), 10, border=cv2.BORDER_CONSTANT) == 0).all()


@pytest.mark.parametrize("side", [64, 128])
def test_all_of_a_square_is_cut_as_a_part_of_it_is(side: int) -> None:
    pixels = (np.arange(128 * 128 * 3) ** 2 % 251).reshape(128, 128, 3).astype(np.uint8)
    wide = np.pad(pixels, ((0, 0), (0, 8), (0, 0)))
    made = crop(pixels, Region(64.0, 64.0, 128.0), side)
    assert np.array_equal(made, crop(wide, Region(64.0, 64.0, 128.0), side))
    made[:] = 0
    assert pixels.any(), "the photograph itself is nobody's to write into"


def test_points_move_with_the_photograph(grace: Pixels) -> None:
    still = first(grace).points
    moved = first(np.pad(grace, ((40, 0), (64, 0), (0, 0)), mode="edge")).points - np.array([64, 40, 0], np.float32)
    assert errors(moved, still).mean() < 1.5
    assert abs((moved - still)[:, :2].mean()) < 0.6
    double = first(
        cv2.resize(grace, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    ).points * np.float32(0.5)
    assert errors(double, still).mean() < 1.0
    assert np.abs(double[:, 2] - still[:, 2]).mean() < 0.02 * np.ptp(still[:, 0])


def test_points_turn_with_the_photograph(grace: Pixels) -> None:
    still = first(grace)
    for degrees in (20.0, -35.0):
        centre = (grace.shape[1] / 2 - 0.5, grace.shape[0] / 2 - 0.5)
        matrix = cv2.getRotationMatrix2D(centre, -degrees, 1)
        size = (grace.shape[1], grace.shape[0])
        turned = cv2.warpAffine(grace, matrix, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
        marks = first(turned)
        assert abs(marks.roll - still.roll - degrees) < 1.5
        expected = still.points.copy()
        expected[:, :2] = (still.points[:, :2] - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
        assert errors(marks.points, expected).mean() < 2
        assert np.abs(marks.points[:, 2] - still.points[:, 2]).mean() < 0.03 * np.ptp(still.points[:, 0])


def test_mirrored_pupils_are_where_they_were(grace: Pixels) -> None:
    still = first(grace).points
    mirrored = first(np.ascontiguousarray(grace[:, ::-1])).points
    mirrored[:, 0] = grace.shape[1] - mirrored[:, 0]
    eyes = np.linalg.norm(still[RIGHT_PUPIL] - still[LEFT_PUPIL])
    for ours, theirs in ((LEFT_PUPIL, RIGHT_PUPIL), (RIGHT_PUPIL, LEFT_PUPIL)):
        assert np.linalg.norm((still[ours] - mirrored[theirs])[:2]) < 0.03 * eyes


def test_a_batch_is_its_faces(eileen: Pixels, grace: Pixels) -> None:
    faces = [(pixels, detect(pixels)[0]) for pixels in (eileen, grace, eileen)]
    together = find_landmarks_batch(faces)
    assert find_landmarks_batch([]) == []
    for marks, (pixels, box) in zip(together, faces, strict=True):
        alone = find_landmarks(pixels, box)
        assert np.abs(alone.points - marks.points).max() < 0.01
        assert alone.presence == pytest.approx(marks.presence, abs=1e-4)
        assert alone.drift == pytest.approx(marks.drift, abs=1e-4)


def test_presence_and_drift_tell_a_face_from_none(eileen: Pixels) -> None:
    face = first(eileen)
    assert face.presence > 0.99
    assert face.drift < 0.02
    assert face.points.shape == (478, 3)
    assert face.points.dtype == np.float32
    helmet = FaceBox((330.0, 380.0, 450.0, 500.0), 0.9, np.array([[370, 420], [410, 420]], np.float32), "blazeface")
    assert find_landmarks(eileen, helmet).presence < 0.5


def test_the_nose_is_nearer_than_the_ears(grace: Pixels) -> None:
    depth = first(grace).points[:, 2]
    assert depth[1] < depth[[33, 263]].min() < depth[[234, 454]].min()


def test_a_first_region_turns_with_the_eyes() -> None:
    eyes = np.array([[100, 100], [150, 150]], np.float32)
    region = region_of_box(FaceBox((80.0, 80.0, 180.0, 200.0), 1.0, eyes, "blazeface"))
    assert (region.x, region.y, region.side) == (130.0, 140.0, 180.0)
    assert region.turn == pytest.approx(math.pi / 4)


@pytest.mark.faces
def test_manual_points(faces: Path) -> None:
    with (faces / "manifest.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["landmark_scheme"] == "webmorph-FRL-189"]
    assert len(rows) == 71
    misses = []
    for row in rows:
        truth = np.loadtxt(faces / row["landmarks"], delimiter=",", skiprows=1)
        found = first(read(faces / row["path"])).points[list(MANUAL.values()), :2]
        eyes = np.linalg.norm(truth[1] - truth[0])
        misses.append(np.linalg.norm(found - truth[list(MANUAL)], axis=1).mean() / eyes * 100)
    assert np.median(misses) <= 2.5
    assert np.max(misses) <= 5
