from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.face.decomposition import Decomposition, Pose
from faceaug.face.geometry import head_triangles, head_vertices, pose_rotation, project, vertex_normals
from faceaug.face.surface import find_surface, head_normals, outline_coverage
from faceaug.face.topology import CHIN, FACE_OVAL, FOREHEAD, NOSE_TIP, SURFACE_POINTS, face_model
from faceaug.image.raster import Mesh, triangle_ids
from tests.portraits import collins, hopper, inside

every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])
Portrait = Callable[[], Decomposition]


@every_portrait
def test_normals_have_length_one_and_face_us(portrait: Portrait) -> None:
    surface = portrait().surface
    assert torch.allclose(surface.normal.norm(dim=1), torch.ones(1), atol=1e-3)
    face = inside(surface.face, 0.99)
    assert float(surface.normal[0, 2].numpy(force=True)[face].min()) > -0.1


@every_portrait
def test_maps_fit_the_window(portrait: Portrait) -> None:
    face = portrait()
    height, width = face.size[1]
    for part, channels in (("face", 1), ("position", 3), ("normal", 3), ("depth", 1)):
        maps = getattr(face.surface, part)
        assert maps.shape == (1, channels, height, width)
        assert torch.isfinite(maps).all()
    assert float(face.surface.face.min()) >= 0
    assert float(face.surface.face.max()) == 1


@every_portrait
def test_coverage_is_the_outline_s(portrait: Portrait) -> None:
    face = portrait()
    corner = torch.tensor(face.corners, dtype=torch.float32)
    outline = (face.points[0, list(FACE_OVAL), :2] - corner).double()
    x, y = outline.T
    area = float((x * y.roll(-1) - y * x.roll(-1)).sum().abs() / 2)
    assert float(face.surface.face.sum()) == pytest.approx(area, rel=0.01)
    assert torch.equal(outline_coverage(face.points, corner, face.size[1]), face.surface.face)


@every_portrait
def test_a_mesh_that_is_drawn_already_has_the_same_surface(portrait: Portrait) -> None:
    face = portrait()
    corner, size = torch.tensor(face.corners, dtype=torch.float32), face.size[1]
    vertices, _ = head_vertices(face.points, face.pose, corner, size)
    mesh = Mesh(vertices, torch.from_numpy(head_triangles()))
    ids = triangle_ids(vertices, mesh.triangles, size)
    again = find_surface(face.points, face.pose, corner, size, face.regions.person, seen=(mesh, ids))
    assert torch.equal(again.face, face.surface.face)
    for name, apart in (("position", 0.15), ("depth", 0.15), ("normal", 0.005)):
        assert float((getattr(again, name) - getattr(face.surface, name)).abs().mean()) < apart, name


@every_portrait
def test_a_surface_that_nobody_asks_for_positions_is_the_same_without(portrait: Portrait) -> None:
    face = portrait()
    corner, size = torch.tensor(face.corners, dtype=torch.float32), face.size[1]
    lacks = find_surface(face.points, face.pose, corner, size, face.regions.person, placed=False)
    assert lacks.position.shape[1] == 0
    for name in ("face", "normal", "depth"):
        assert torch.equal(getattr(lacks, name), getattr(face.surface, name)), name


@every_portrait
def test_positions_are_millimetres_on_the_mean_face(portrait: Portrait) -> None:
    """Where a landmark lies, the map holds its own point of the mean face."""
    face = portrait()
    left, top = face.corners[0]
    for number in (NOSE_TIP, 50, 280, 151, 199, 168):
        x, y, _ = (face.points[0, number].numpy(force=True) - (left, top, 0)).tolist()
        found = face.surface.position[0, :, int(y), int(x)].numpy(force=True)
        expected = face_model().points[number]
        assert np.linalg.norm(found - expected) < 2.5 + 1.5 / float(face.pose.scale), number


@every_portrait
def test_positions_go_on_beyond_the_outline(portrait: Portrait) -> None:
    position = portrait().surface.position[0]
    person = inside(portrait().regions.person)
    above = position[1].numpy(force=True)[person]
    assert above.max() > face_model().points[FOREHEAD, 1] + 10, "hair lies above the forehead"
    assert above.min() < face_model().points[CHIN, 1] - 10, "the neck lies below the chin"
    steps = position.diff(dim=2).norm(dim=0)[torch.from_numpy(person[:, 1:])]
    assert float(steps.quantile(0.99)) < 12 / float(portrait().pose.scale)


@every_portrait
def test_normals_within_the_face_are_the_mesh_s(portrait: Portrait) -> None:
    """Nose and lips are there, not only a round head."""
    face = portrait()
    left, top = face.corners[0]
    own = torch.from_numpy(face_model().triangles.astype(np.int64))
    expected = vertex_normals(face.points[:, :SURFACE_POINTS], own)[0]
    inner = [4, 5, 45, 275, 48, 278, 50, 280, 36, 266, 151, 9, 168, 6, 195, 0, 17, 200]
    x, y = ((face.points[0, inner, k] - (left, top)[k]).long() for k in (0, 1))
    found = face.surface.normal[0][:, y, x].T
    cosine = (found * expected[inner]).sum(dim=1)
    assert float(torch.rad2deg(torch.acos(cosine.clamp(max=1))).mean()) < 7
    wings = face.surface.normal[0, 0, y, x][[inner.index(278), inner.index(48)]]
    assert float(wings[0] - wings[1]) > 1.4, "the wings of the nose look apart"


@every_portrait
def test_the_nose_comes_nearest(portrait: Portrait) -> None:
    face = portrait()
    depth = torch.where(face.surface.face > 0.9, face.surface.depth, -1e3)
    row, column = divmod(int(depth.argmax()), depth.shape[-1])
    left, top = face.corners[0]
    tip = face.points[0, NOSE_TIP, :2] - torch.tensor([left, top])
    apart = float((torch.tensor([column, row]) + 0.5 - tip).norm() / face.pose.scale)
    assert apart < 10, "mm"


def ball(yaw: float = 0.0) -> tuple[Tensor, Pose]:
    angles = torch.tensor([[yaw, 0.0, 0.0]])
    pose = Pose(angles, pose_rotation(angles), torch.tensor([1.2]), torch.tensor([[150.0, 130.0]]))
    return project(torch.from_numpy(face_model().points)[None], pose), pose


@pytest.mark.parametrize("yaw", [-30.0, 0.0, 30.0])
def test_a_turned_head_has_turned_normals(yaw: float) -> None:
    """The middle of the forehead looks where the head looks."""
    points, pose = ball(yaw)
    surface = find_surface(points, pose, torch.zeros(1, 2), (300, 300), torch.ones(1, 1, 300, 300))
    x, y = surface.position[:, :1], surface.position[:, 1:2]
    forehead = (surface.face > 0.99) & (x.abs() < 8) & (y > 20) & (y < 40)
    normal = surface.normal.permute(1, 0, 2, 3)[:, forehead[:, 0]].mean(dim=1)
    assert math.degrees(math.atan2(float(normal[0]), float(normal[2]))) == pytest.approx(yaw, abs=6)


def test_the_frontal_face_is_symmetrical() -> None:
    points, pose = ball()
    surface = find_surface(points, pose, torch.zeros(1, 2), (300, 300), torch.ones(1, 1, 300, 300))
    mirrored = surface.normal.flip(3) * torch.tensor([-1.0, 1.0, 1.0]).reshape(1, 3, 1, 1)
    face = (surface.face > 0.99)[0, 0]
    assert float((surface.normal - mirrored).norm(dim=1)[0][face].mean()) < 0.06


@pytest.mark.parametrize("size", [(180, 191), (300, 301), (513, 420)])
def test_any_size_of_window_will_do(size: tuple[int, int]) -> None:
    """Small windows are worked out whole, large ones at half size; odd sides too."""
    points, pose = ball()
    surface = find_surface(points, pose, torch.zeros(1, 2), size, torch.ones(1, 1, *size))
    assert surface.normal.shape == (1, 3, *size)
    x, y = points[0, NOSE_TIP, :2].tolist()
    assert surface.position[0, :, int(y), int(x)].tolist() == pytest.approx(face_model().points[NOSE_TIP], abs=4)


def test_a_head_is_round() -> None:
    """Of a disc of a matte the normals point outward at the rim and at us in the middle."""
    at = torch.arange(200) + 0.5 - 100
    far = torch.hypot(at[:, None], at[None])
    person = (far < 80).float()[None, None]
    nothing = torch.zeros(1, 1, 200, 200)
    normal = head_normals(person, nothing, torch.zeros(1, 3, 200, 200))[0]
    assert torch.allclose(normal.norm(dim=0), torch.ones(200, 200), atol=0.15)
    rim = (far > 70) & (far < 79)
    outward = torch.stack([at[None].expand(200, -1), -at[:, None].expand(-1, 200)]) / far
    assert float((normal[:2] * outward).sum(dim=0)[rim].min()) > 0.5
    assert float(normal[2, 95:105, 95:105].min()) > 0.9
