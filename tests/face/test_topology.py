from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from faceaug.face import topology
from faceaug.face.topology import FACE_OVAL, POINTS, SURFACE_POINTS, face_model

# A contour, and the one on the other side of the face.
PAIRS = [
    (topology.RIGHT_EYE, topology.LEFT_EYE),
    (topology.RIGHT_BROW, topology.LEFT_BROW),
    (topology.RIGHT_IRIS, topology.LEFT_IRIS),
    ((topology.RIGHT_PUPIL,), (topology.LEFT_PUPIL,)),
    ((topology.RIGHT_EYE_OUTER,), (topology.LEFT_EYE_OUTER,)),
    ((topology.RIGHT_EYE_INNER,), (topology.LEFT_EYE_INNER,)),
    ((topology.RIGHT_MOUTH_CORNER,), (topology.LEFT_MOUTH_CORNER,)),
    (topology.LIPS_OUTER, topology.LIPS_OUTER),
    (topology.LIPS_INNER, topology.LIPS_INNER),
    (FACE_OVAL, FACE_OVAL),
    ((topology.NOSE_TIP, topology.CHIN, topology.FOREHEAD),) * 2,
]


def test_the_mirror_is_its_own_inverse() -> None:
    mirror = face_model().mirror
    assert sorted(mirror) == list(range(POINTS))
    assert (mirror[mirror] == np.arange(POINTS)).all()


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_mirror_changes_sides(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert {int(face_model().mirror[number]) for number in one} == set(other)


def test_the_mean_face_is_symmetrical() -> None:
    model = face_model()
    assert np.allclose(model.points[model.mirror] * [-1, 1, 1], model.points, atol=1e-4)
    assert np.allclose(model.rigid[model.mirror], model.rigid)


def test_the_mean_face_is_measured_in_millimetres() -> None:
    points = face_model().points
    assert np.linalg.norm(points[topology.RIGHT_PUPIL] - points[topology.LEFT_PUPIL]) == pytest.approx(63, abs=0.01)
    width = np.ptp(points[:SURFACE_POINTS, 0])
    assert 120 < width < 170, "breadth of adult faces (ISO/TR 7250-2: 125 to 157 mm)"
    assert 90 < points[topology.FOREHEAD, 1] - points[topology.CHIN, 1] < 200


def test_the_mean_face_looks_at_us() -> None:
    points = face_model().points
    assert points[topology.RIGHT_PUPIL, 0] < 0 < points[topology.LEFT_PUPIL, 0], "the right eye is on the left"
    assert points[topology.CHIN, 1] < points[topology.NOSE_TIP, 1] < points[topology.FOREHEAD, 1]
    assert points[:SURFACE_POINTS, 2].argmax() in {1, 4, 44, 274, 19, 94}, "the tip of the nose comes nearest"


def test_triangles_face_the_camera_and_use_every_point() -> None:
    model = face_model()
    corners = model.points[model.triangles].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (normal[:, 2] > 0).all()
    assert set(model.triangles.reshape(-1).tolist()) == set(range(SURFACE_POINTS))


def test_the_mesh_has_no_hole_but_its_outline() -> None:
    """Every edge lies between two triangles, and those that do not are the outline: eyes and mouth are closed."""
    triangles = face_model().triangles
    edges = Counter(tuple(sorted((int(t[k]), int(t[(k + 1) % 3])))) for t in triangles for k in range(3))
    assert max(edges.values()) == 2
    border = {edge for edge, count in edges.items() if count == 1}
    loop = {tuple(sorted((a, b))) for a, b in zip(FACE_OVAL, (*FACE_OVAL[1:], FACE_OVAL[0]), strict=True)}
    assert border == loop


@pytest.mark.parametrize("name", ["FACE_OVAL", "LIPS_OUTER", "LIPS_INNER", "RIGHT_EYE", "LEFT_EYE", "RIGHT_BROW"])
def test_contours_do_not_cross_themselves(name: str) -> None:
    """Seen from the front their turns add up to one full turn."""
    loop = face_model().points[list(getattr(topology, name)), :2].astype(np.float64)
    edge = np.roll(loop, -1, axis=0) - loop
    heading = np.arctan2(edge[:, 1], edge[:, 0])
    turns = (np.roll(heading, -1) - heading + np.pi) % (2 * np.pi) - np.pi
    assert abs(turns.sum()) == pytest.approx(2 * np.pi, abs=1e-6)


def test_fits_rest_on_what_does_not_move() -> None:
    rigid = face_model().rigid
    assert (rigid >= 0).all()
    lips = rigid[list(topology.LIPS_INNER)].mean()
    corners = rigid[[topology.RIGHT_EYE_OUTER, topology.RIGHT_EYE_INNER, topology.LEFT_EYE_INNER]].mean()
    assert lips < corners / 2
