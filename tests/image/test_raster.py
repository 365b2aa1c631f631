from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from faceaug.face.geometry import head_triangles, head_vertices
from faceaug.image import raster
from faceaug.image.noise import Noise
from faceaug.image.raster import Mesh, interpolate, polygon, triangle_ids
from tests.portraits import collins, hopper

Outline = npt.NDArray[np.float64]


def soup(count: int, size: int, name: str = "soup") -> tuple[Tensor, Tensor]:
    """Triangles anywhere, of any winding, each in a plane of its own depth."""
    xy = Noise((name,)).uniform("xy", count * 6).reshape(count, 3, 2) * size * 1.2 - size * 0.1
    z = torch.linspace(5, -5, count)[Noise((name,)).uniform("z", count)[0].argsort()]
    vertices = torch.cat([xy, z[:, None, None].expand(-1, 3, 1)], dim=-1).reshape(1, -1, 3)
    return vertices, torch.arange(count * 3).reshape(count, 3)


def margins(vertices: Tensor, triangles: Tensor, size: int) -> Tensor:
    """How far inside each triangle each pixel's centre lies, in pixels ``(T, size, size)``; brute force."""
    at = torch.stack(torch.meshgrid(torch.arange(size), torch.arange(size), indexing="xy"), dim=-1).double() + 0.5
    corners = vertices[0, triangles, :2].double()
    turn = torch.sign(torch.linalg.det(corners[:, 1:] - corners[:, :1]))[:, None, None]
    found = torch.full((len(triangles), size, size), torch.inf, dtype=torch.float64)
    for k in range(3):
        a, edge = corners[:, k], corners[:, (k + 1) % 3] - corners[:, k]
        away = at[None] - a[:, None, None]
        side = (edge[:, None, None, 0] * away[..., 1] - edge[:, None, None, 1] * away[..., 0]) * turn
        found = torch.minimum(found, side / edge.norm(dim=-1)[:, None, None])
    return found


@pytest.mark.parametrize("way", ["_paint", "_test_edges"])
def test_the_nearest_triangle_is_seen(way: str) -> None:
    """Against brute force, on triangles that cross the border, away from their edges."""
    vertices, triangles = soup(12, 48)
    ids = getattr(raster, way)(vertices[0], triangles, (48, 48))
    inside = margins(vertices, triangles, 48)
    clear = (inside.abs() > 1).all(dim=0)
    depth = torch.where(inside > 0, vertices[0, triangles[:, 0], 2][:, None, None].double(), torch.inf)
    expected = torch.where(torch.isfinite(depth.amin(dim=0)), depth.argmin(dim=0), -1)
    assert float(clear.float().mean()) > 0.4
    assert torch.equal(ids[clear], expected[clear])
    assert len(ids[clear].unique()) > 5


@pytest.mark.parametrize("which", ["collins", "hopper"])
def test_both_rasterisers_see_the_same_head(which: str) -> None:
    face = {"collins": collins, "hopper": hopper}[which]()
    size = (face.size[1][0] // 2, face.size[1][1] // 2)
    corner = torch.tensor(face.corners, dtype=torch.float32)
    vertices, positions = head_vertices(face.points, face.pose, corner, face.size[1])
    triangles = torch.from_numpy(head_triangles())
    half = vertices / 2
    ids = [one(half[0], triangles, size)[None] for one in (raster._paint, raster._test_edges)]
    maps = [interpolate(one, Mesh(half, triangles), positions) for one in ids]
    apart = (maps[0] - maps[1]).norm(dim=1)[0] * float(face.pose.scale) / 2
    assert float((apart < 0.5).float().mean()) > 0.98, "pixels: OpenCV's triangles own their edges, too"
    nearby = unfold(ids[1][0])
    clear = (nearby == nearby[4]).all(dim=0)
    assert float(clear.float().mean()) > 0.3
    assert float((apart[clear] == 0).float().mean()) > 0.995, "away from edges they agree"


def unfold(ids: Tensor) -> Tensor:
    """Each pixel's 3 x 3 neighbours ``(9, H, W)``."""
    padded = torch.nn.functional.pad(ids[None, None].float(), (1, 1, 1, 1), mode="replicate")
    return torch.nn.functional.unfold(padded, 3)[0].reshape(9, *ids.shape)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.tuples(*[st.floats(-3, 3)] * 3))
def test_planes_are_exact(name: int, plane: tuple[float, float, float]) -> None:
    """A function that is linear over the picture stays it, whatever triangle carries it."""
    a, b, c = plane
    vertices, triangles = soup(9, 40, str(name))
    attributes = vertices[..., :1] * a + vertices[..., 1:2] * b + c
    ids = triangle_ids(vertices, triangles, (40, 40))
    seen = interpolate(ids, Mesh(vertices, triangles), attributes)[0, 0]
    at = torch.arange(40) + 0.5
    expected = at[None, :] * a + at[:, None] * b + c
    area, longest = sizes(vertices, triangles)
    sound = (area > 0.7 * longest)[ids.clamp(min=0)][0] & (ids[0] >= 0)
    assert torch.allclose(seen[sound], expected[sound], atol=1e-3)
    assert (seen[ids[0] < 0] == 0).all()


def sizes(vertices: Tensor, triangles: Tensor) -> tuple[Tensor, Tensor]:
    """Twice the area, and the longest edge."""
    corners = vertices[0, triangles, :2]
    edges = [corners[:, (k + 1) % 3] - corners[:, k] for k in range(3)]
    twice = (edges[0][:, 0] * edges[1][:, 1] - edges[0][:, 1] * edges[1][:, 0]).abs()
    return twice, torch.stack([edge.norm(dim=1) for edge in edges]).amax(dim=0)


def test_a_sliver_does_not_explode() -> None:
    """A triangle seen edge-on must not shoot its attributes beyond what its corners have."""
    for thin in (0.0, 1e-6, 0.01, 0.3):
        vertices = torch.tensor([[[2.0, 10.0, 0.0], [30.0, 10.0 + thin, 0.0], [17.0, 10.5, 0.0]]])
        triangles = torch.tensor([[0, 1, 2]])
        attributes = torch.tensor([[[0.0], [100.0], [-50.0]]])
        seen = interpolate(torch.zeros(1, 21, 33, dtype=torch.int64), Mesh(vertices, triangles), attributes)
        assert torch.isfinite(seen).all()
        near = interpolate(triangle_ids(vertices, triangles, (21, 33)), Mesh(vertices, triangles), attributes)
        assert float(near.min()) >= -51
        assert float(near.max()) <= 101


def test_rows_have_their_own_triangles() -> None:
    vertices, triangles = soup(8, 32)
    both = torch.cat([vertices, vertices.flip(-1).roll(1, -1) * 0.7])
    attributes = torch.cat([both[..., :2], both[..., :1] ** 2], dim=-1)
    ids = triangle_ids(both, triangles, (30, 32))
    maps = interpolate(ids, Mesh(both, triangles), attributes)
    assert maps.shape == (2, 3, 30, 32)
    for row in range(2):
        part = slice(row, row + 1)
        assert torch.equal(ids[part], triangle_ids(both[part], triangles, (30, 32)))
        assert torch.equal(maps[part], interpolate(ids[part], Mesh(both[part], triangles), attributes[part]))


def test_a_part_is_what_the_whole_is_there() -> None:
    vertices, triangles = soup(30, 48)
    attributes = Noise(("part",)).uniform("p", vertices.shape[1] * 2).reshape(1, -1, 2).float()
    ids = triangle_ids(vertices, triangles, (48, 48))
    whole = interpolate(ids, Mesh(vertices, triangles), attributes)
    part = (..., slice(7, 40), slice(11, 30))
    assert torch.equal(interpolate(ids[part], Mesh(vertices, triangles), attributes, first=(7, 11)), whole[part])


def test_squares_of_pixels_are_told_in_their_middles() -> None:
    vertices, triangles = soup(30, 48)
    attributes = Noise(("step",)).uniform("p", vertices.shape[1] * 5).reshape(1, -1, 5).float()
    ids = triangle_ids(vertices / 2, triangles, (24, 24))
    area, longest = sizes(vertices, triangles)
    sound = ((area > 2 * longest)[ids.clamp(min=0)] & (ids >= 0)).expand(5, -1, -1)
    squares = interpolate(ids, Mesh(vertices, triangles), attributes, step=2)[0]
    assert int(sound.sum()) > 100
    assert torch.allclose(
        squares[sound], interpolate(ids, Mesh(vertices / 2, triangles), attributes)[0][sound], atol=1e-4
    )


def ring(radius: float, count: int = 60, centre: tuple[float, float] = (70.3, 64.8)) -> Outline:
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius + centre


def shoelace(outline: Outline) -> float:
    x, y = outline.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


@pytest.mark.parametrize("oversample", [2, 4])
@pytest.mark.parametrize("count", [3, 5, 60])
def test_a_polygon_covers_its_area(count: int, oversample: int) -> None:
    outline = ring(60, count)
    assert float(polygon([outline], (140, 150), oversample).sum()) == pytest.approx(shoelace(outline), rel=0.01)


@pytest.mark.parametrize("radius", [4.0, 8.0, 20.0])
def test_a_small_polygon_covers_its_area(radius: float) -> None:
    """Eyes and lips of a small face are a few pixels high."""
    outline = ring(radius)
    assert float(polygon([outline], (140, 150)).sum()) == pytest.approx(shoelace(outline), rel=0.02)


@settings(deadline=None, max_examples=30)
@given(st.floats(20, 60), st.floats(20, 60), st.floats(3, 18))
def test_a_polygon_lies_where_it_is(x: float, y: float, radius: float) -> None:
    """Its centre of mass is the outline's, to a tenth of a pixel: pixel j spans j..j+1."""
    cover = polygon([ring(radius, centre=(x, y))], (80, 80))
    at = np.arange(80) + 0.5
    assert (cover.sum(axis=0) @ at) / cover.sum() == pytest.approx(x, abs=0.1)
    assert (cover.sum(axis=1) @ at) / cover.sum() == pytest.approx(y, abs=0.1)


def test_polygons_add_up_and_stop_at_the_border() -> None:
    two = polygon([ring(10, centre=(20, 20)), ring(10, centre=(60, 20))], (40, 80))
    assert two.sum() == pytest.approx(2 * shoelace(ring(10)), rel=0.02)
    assert two.max() == 1.0
    assert two[20, 40] == 0
    cut = polygon([ring(10, centre=(0, 20))], (40, 80))
    assert cut.sum() == pytest.approx(shoelace(ring(10)) / 2, rel=0.03)
    assert polygon([ring(5, centre=(-30, 20))], (40, 80)).sum() == 0
    assert cut.dtype == np.float32


def test_head_pixels_are_the_mesh_s_own() -> None:
    """The landmarks of the portrait, looked up in the map of positions, are the mean face's points."""
    face = collins()
    left, top = face.corners[0]
    positions = face.surface.position[0].permute(1, 2, 0).numpy(force=True)
    for number in (4, 50, 280, 152, 10, 151):
        x, y = (face.points[0, number, :2].numpy(force=True) - (left, top)).tolist()
        found = bilinear(positions, x, y)
        assert np.linalg.norm(found - mean_point(number)) < 4, number


def bilinear(picture: npt.NDArray[np.float32], x: float, y: float) -> npt.NDArray[np.float32]:
    at = [np.full((1, 1), value - 0.5, np.float32) for value in (x, y)]
    return np.asarray(cv2.remap(picture, at[0], at[1], cv2.INTER_LINEAR)[0, 0], np.float32)


def mean_point(number: int) -> npt.NDArray[np.float32]:
    from faceaug.face.topology import face_model

    return np.asarray(face_model().points[number])


@pytest.mark.parametrize("aside", [(0.0, 0.0), (30.0, -25.0), (-44.0, 3.0)])
def test_what_lies_beside_the_picture_is_passed_over_and_nothing_else(aside: tuple[float, float]) -> None:
    """Triangles that are all around and half outside, against filling every one of them."""
    vertices, triangles = soup(400, 48)
    middles = vertices[0].reshape(-1, 3, 3).mean(dim=1, keepdim=True)
    small = (middles * 2 + (vertices[0].reshape(-1, 3, 3) - middles) * 0.2).reshape(-1, 3)
    moved = small + torch.tensor([aside[0] - 24, aside[1] - 24, 0.0])
    corners = moved.numpy()[triangles.numpy()]
    expected = np.full((48, 40), -1, dtype=np.int32)
    for index in np.argsort(-corners[:, :, 2].mean(axis=1), kind="stable").tolist():
        outline = np.round((corners[index, :, :2] - 0.5) * 16).astype(np.int32)
        cv2.fillConvexPoly(expected, outline, index, cv2.LINE_8, 4)
    assert np.array_equal(raster._paint(moved, triangles, (48, 40)).numpy(), expected)
    assert len(np.unique(expected)) > 3
