from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from faceaug.face.decomposition import Decomposition, Pose
from faceaug.face.geometry import (
    fit_pose,
    head_triangles,
    head_vertices,
    pose_angles,
    pose_rotation,
    project,
    vertex_normals,
)
from faceaug.face.landmarks import roll_of
from faceaug.face.topology import CHIN, FACE_OVAL, FOREHEAD, NOSE_TIP, SURFACE_POINTS, face_model
from faceaug.image.noise import Noise
from faceaug.image.raster import triangle_ids
from tests.portraits import collins, hopper, mirrored

SIDE = 512
yaws, pitches, rolls = st.floats(-60, 60), st.floats(-40, 40), st.floats(-170, 170)


def posed(yaw: float, pitch: float, roll: float, *, scale: float = 2.0, at: tuple[float, float] = (256, 240)) -> Pose:
    angles = torch.tensor([[yaw, pitch, roll]])
    return Pose(angles, pose_rotation(angles), torch.tensor([scale]), torch.tensor([at], dtype=torch.float32))


def seen(pose: Pose) -> Tensor:
    """The mean face's 478 points in the photograph."""
    return project(torch.from_numpy(face_model().points)[None], pose)


@settings(deadline=None)
@given(yaws, pitches, rolls)
def test_angles_and_rotations_are_inverse(yaw: float, pitch: float, roll: float) -> None:
    rotation = pose_rotation(torch.tensor([[yaw, pitch, roll]], dtype=torch.float64))
    assert torch.allclose(rotation @ rotation.transpose(1, 2), torch.eye(3, dtype=torch.float64), atol=1e-9)
    assert float(torch.linalg.det(rotation)) == pytest.approx(1)
    assert pose_angles(rotation)[0].tolist() == pytest.approx([yaw, pitch, roll], abs=1e-6)


@settings(deadline=None)
@given(yaws, pitches, rolls, st.floats(0.3, 12), st.tuples(st.floats(-50, 3000), st.floats(-50, 3000)))
def test_a_known_pose_is_found(yaw: float, pitch: float, roll: float, scale: float, at: tuple[float, float]) -> None:
    pose = posed(yaw, pitch, roll, scale=scale, at=at)
    points = seen(pose) + torch.tensor([0.0, 0.0, 17.0])
    found = fit_pose(points)
    assert found.angles[0].tolist() == pytest.approx([yaw, pitch, roll], abs=0.05)
    assert float(found.scale) == pytest.approx(scale, rel=1e-3)
    assert found.centre[0].tolist() == pytest.approx(at, abs=0.05 * scale)
    assert torch.allclose(found.rotation, pose.rotation, atol=1e-3)


def test_an_inexact_face_is_fitted_well() -> None:
    """A millimetre of noise on every point moves the pose by less than a degree."""
    pose = posed(20, -10, 8)
    wobble = Noise(("fit",)).normal_grid("p", (478, 1, 3)).reshape(1, 478, 3) * 2.0
    found = fit_pose(seen(pose) + wobble)
    assert found.angles[0].tolist() == pytest.approx([20, -10, 8], abs=1)
    assert float(found.scale) == pytest.approx(2, rel=0.02)


def test_poses_of_a_batch_are_fitted_alone() -> None:
    rows = [seen(posed(yaw, 5, -yaw)) for yaw in (-30.0, 10.0, 45.0)]
    together = fit_pose(torch.cat(rows))
    for row, points in enumerate(rows):
        assert torch.allclose(together.angles[row], fit_pose(points).angles[0], atol=1e-4)


def test_turning_has_the_signs_that_we_say() -> None:
    front = seen(posed(0, 0, 0))[0]
    right, up, tilted = (seen(pose)[0] for pose in (posed(30, 0, 0), posed(0, 30, 0), posed(0, 0, 30)))
    assert right[NOSE_TIP, 0] - front[NOSE_TIP, 0] > 10, "yaw > 0: nose toward the image's right"
    assert up[NOSE_TIP, 1] - front[NOSE_TIP, 1] < -10, "pitch > 0: nose up"
    eyes = tilted[473, :2] - tilted[468, :2]
    assert eyes[1] > 10, "roll > 0: clockwise in the picture, the eye on the right goes down"
    assert front[NOSE_TIP, 2] < front[CHIN, 2], "z: smaller is closer"


@pytest.mark.parametrize(("face", "name"), [(collins, "eileen_collins.png"), (hopper, "grace_hopper.jpg")])
def test_a_mirrored_portrait_has_the_mirrored_pose(face, name: str) -> None:  # type: ignore[no-untyped-def]
    own, other = face(), mirrored(name)
    yaw, pitch, roll = own.pose.angles[0].tolist()
    assert other.pose.angles[0].tolist() == pytest.approx([-yaw, pitch, -roll], abs=2)
    assert float(other.pose.scale) == pytest.approx(float(own.pose.scale), rel=0.02)
    assert roll == pytest.approx(roll_of(own.points[0].numpy(force=True)), abs=4)


@pytest.mark.parametrize("face", [collins, hopper])
def test_millimetres_fit_the_eyes_of_a_portrait(face) -> None:  # type: ignore[no-untyped-def]
    """Both sitters look at the camera: their pupils are about 63 mm apart by definition of the scale."""
    points, scale = face().points[0], float(face().pose.scale)
    apart = float((points[473, :2] - points[468, :2]).norm()) / scale
    assert apart == pytest.approx(63, rel=0.08)
    tall = float((points[CHIN, :2] - points[FOREHEAD, :2]).norm()) / scale
    assert 140 < tall < 200


def head(pose: Pose, size: tuple[int, int] = (SIDE, SIDE)) -> tuple[Tensor, Tensor]:
    return head_vertices(seen(pose), pose, torch.zeros(1, 2), size)


@pytest.mark.parametrize("pitch", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("yaw", [-40.0, -20.0, 0.0, 25.0, 40.0])
def test_no_fold_of_the_head_is_seen(yaw: float, pitch: float) -> None:
    """What turns away lies behind what we see: hardly a pixel shows a triangle from behind."""
    vertices, _ = head(posed(yaw, pitch, 6))
    triangles = torch.from_numpy(head_triangles())
    corners = vertices[0][triangles][:, :, :2]
    edge1, edge2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    signed = edge1[:, 0] * edge2[:, 1] - edge1[:, 1] * edge2[:, 0]
    flat, _ = head(posed(0, 0, 0))
    corners = flat[0][triangles][:, :, :2]
    edge1, edge2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    frontal = edge1[:, 0] * edge2[:, 1] - edge1[:, 1] * edge2[:, 0]
    folded = torch.sign(signed) != torch.sign(frontal)
    ids = triangle_ids(vertices, triangles, (SIDE, SIDE))[0]
    assert float(folded[ids].float().mean()) < 1e-3
    passage = slice(len(triangles) - 2 * len(FACE_OVAL), None)
    assert not folded[passage].any(), "the passage to the border never folds"


@pytest.mark.parametrize("size", [(512, 512), (300, 700), (700, 260)])
@pytest.mark.parametrize("angles", [(0, 0, 0), (40, 20, 10), (-40, -20, -30), (0, 15, 40), (-62, -22, -27)])
def test_the_mesh_covers_the_window(angles: tuple[float, float, float], size: tuple[int, int]) -> None:
    vertices, positions = head(posed(*angles, scale=1.2, at=(size[1] * 0.45, size[0] * 0.4)), size)
    ids = triangle_ids(vertices, torch.from_numpy(head_triangles()), size)
    assert (ids >= 0).all()
    assert vertices.shape == positions.shape


def test_vertices_of_the_face_are_the_landmarks() -> None:
    pose = posed(10, 5, 3)
    points = seen(pose)
    vertices, positions = head_vertices(points, pose, torch.tensor([[40.0, 30.0]]), (400, 400))
    expected = points[:, :SURFACE_POINTS, :2] - torch.tensor([40.0, 30.0])
    assert torch.allclose(vertices[:, :SURFACE_POINTS, :2], expected, atol=1e-4)
    assert np.allclose(positions[0, :SURFACE_POINTS], face_model().points[:SURFACE_POINTS])
    assert int(head_triangles().max()) == vertices.shape[1] - 1


def test_the_head_goes_back_behind_the_face() -> None:
    vertices, _ = head(posed(0, 0, 0))
    count = len(FACE_OVAL)
    oval = vertices[0, list(FACE_OVAL), 2].mean()
    rings = vertices[0, SURFACE_POINTS:, 2].reshape(-1, count).mean(dim=1)
    assert (torch.cat([oval[None], rings]).diff() >= 0).all(), "each ring is farther from the camera"


def test_normals_of_a_ball() -> None:
    """Vertices on a ball have its radii as normals (right, up, toward the camera)."""
    model = face_model()
    flat = model.points[:SURFACE_POINTS, :2] / 150
    toward = np.sqrt(1 - (flat**2).sum(axis=1))
    ball = torch.from_numpy(np.column_stack([flat, toward]).astype(np.float32))
    pixels = ball[None] * 200 * torch.tensor([1.0, -1.0, -1.0]) + torch.tensor([256.0, 256.0, 40.0])
    normal = vertex_normals(pixels, torch.from_numpy(model.triangles.astype(np.int64)))[0]
    assert torch.allclose(normal.norm(dim=1), torch.ones(SURFACE_POINTS), atol=1e-5)
    inner = [k for k in range(SURFACE_POINTS) if k not in FACE_OVAL]
    assert float((normal - ball)[inner].norm(dim=1).max()) < 0.1


def test_fits_are_alike_in_every_sitter() -> None:
    """The mean face lies on the landmarks of both portraits within some millimetres."""
    for face in (collins(), hopper()):
        assert misfit(face) < 4.0


def misfit(face: Decomposition) -> float:
    """Median distance in the picture between landmarks and the fitted mean face, mm."""
    fitted = project(torch.from_numpy(face_model().points)[None], face.pose)
    return float((fitted - face.points)[..., :2].norm(dim=-1).median() / face.pose.scale)
