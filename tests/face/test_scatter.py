from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from faceaug.face.decomposition import Decomposition
from faceaug.face.scatter import Spots, draw_spots, leanings, scatter, triangle_areas, triangle_centres
from faceaug.face.topology import face_model
from faceaug.image.noise import Noise
from tests.portraits import collins, hopper


def even() -> Tensor:
    """The same density everywhere ``(1, T)``."""
    return torch.ones(1, len(triangle_areas()))


def own() -> Tensor:
    """The face's own triangles alone ``(1, T)``: they come first, whatever is added around them."""
    share = torch.zeros(1, len(triangle_areas()))
    share[:, : len(face_model().triangles)] = 1
    return share


def thrown(density: float, key: str = "spots", share: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
    return scatter(collins(), Noise((key,)), torch.tensor([density]), even() if share is None else share)


def spot(face: Decomposition, number: int, radius: float, depth: float = 1.0) -> Spots:
    """One spot on a landmark."""
    place = face.points[:, number, :2] - torch.tensor(face.corners, dtype=torch.float32)
    centre = torch.from_numpy(face_model().points[number])
    lean = leanings(Noise(("lean",)), 1, torch.device("cpu"))
    return Spots(centre[None, None], place[:, None], torch.tensor([[radius]]), torch.tensor([[depth]]), lean)


def test_areas_and_centres_are_the_mesh_s() -> None:
    model = face_model()
    areas = [np.linalg.norm(np.cross(b - a, c - a)) / 2 for a, b, c in model.points[model.triangles].astype(np.float64)]
    assert np.allclose(triangle_areas()[: len(areas)], areas, rtol=1e-3)
    assert 20_000 < sum(areas) < 60_000, "mm2 of a face's skin"
    assert np.allclose(triangle_centres()[: len(areas)], model.points[model.triangles].mean(axis=1), atol=1e-4)
    assert len(triangle_centres()) == len(triangle_areas())


@pytest.mark.parametrize("density", [0.5, 2.0, 10.0])
def test_there_are_as_many_as_asked(density: float) -> None:
    _, _, exists = thrown(density)
    assert int(exists.sum()) == pytest.approx(density * triangle_areas().sum() / 100, abs=1)


def test_none_where_none_is_asked() -> None:
    assert int(thrown(0.0)[2].sum()) == 0


def test_more_density_only_adds() -> None:
    few, many = thrown(2.0), thrown(7.0)
    count = int(few[2].sum())
    for one, other in zip(few[:2], many[:2], strict=True):
        assert torch.equal(one[:, :count], other[:, :count])


def test_points_are_spread_by_area() -> None:
    """Each region gets points in proportion to its area (chi-squared over slices across and down)."""
    centre, _, exists = thrown(25.0, share=own())
    points = centre[exists].numpy()
    model = face_model()
    corners = model.points[model.triangles][:, None]
    steps = [(i, j) for i in range(12) for j in range(12 - i)]
    inner = np.array([[(i + 1 / 3) / 12, (j + 1 / 3) / 12, 1 - (i + j + 2 / 3) / 12] for i, j in steps])
    within = (corners * inner[None, :, :, None]).sum(axis=2)
    areas = np.repeat(triangle_areas()[: len(model.triangles), None], len(steps), axis=1)
    for axis in (0, 1):
        edges = np.quantile(within[..., axis], np.linspace(0, 1, 9)[1:-1])
        expected = np.bincount(np.digitize(within[..., axis].ravel(), edges), weights=areas.ravel(), minlength=8)
        counts = np.bincount(np.digitize(points[:, axis], edges), minlength=8)
        assert stats.chisquare(counts, expected * counts.sum() / expected.sum()).pvalue > 0.001


def test_points_fill_a_triangle_evenly() -> None:
    largest = int(triangle_areas()[: len(face_model().triangles)].argmax())
    share = torch.zeros(1, len(triangle_areas()))
    share[0, largest] = 1
    centre, _, exists = thrown(1000.0, share=share)
    points = centre[exists].double().numpy()
    assert len(points) > 500
    assert np.abs(points.mean(axis=0) - triangle_centres()[largest]).max() < 0.6, "mm"
    a, b, c = face_model().points[face_model().triangles[largest]].astype(np.float64)
    weights = np.linalg.lstsq(np.stack([a, b, c], axis=1), points.T, rcond=None)[0]
    assert weights.min() > -1e-4
    for corner in weights:
        assert stats.kstest(corner, lambda w: 1 - (1 - w) ** 2).pvalue > 0.001, "a corner's weight falls off linearly"


def test_points_stay_where_there_is_a_share() -> None:
    share = torch.from_numpy((triangle_centres()[:, 0] > 20).astype(np.float32))[None]
    centre, _, exists = thrown(10.0, share=share)
    assert int(exists.sum()) > 50
    assert float(centre[exists][:, 0].min()) > 0


def test_a_point_lies_on_its_place_in_the_picture() -> None:
    """The map of positions holds, at each point's place, its point on the mean face, unless that is hidden."""
    face = collins()
    centre, place, exists = thrown(3.0, share=own())
    found = []
    for at, where in zip(place[exists], centre[exists], strict=True):
        x, y = (int(v) for v in at.floor())
        found.append(float((face.surface.position[0, :, y, x] - where).norm()))
    assert np.median(found) < 2


def test_rows_are_alone() -> None:
    """The same numbers for a row whatever stands beside it, of whatever density."""
    pair = Noise(("one", "other"))
    share = even().expand(2, -1)
    both = scatter(collins().repeated(2), pair, torch.tensor([2.0, 8.0]), share)
    for row, density in ((0, 2.0), (1, 8.0)):
        alone = scatter(collins(), pair.row(row), torch.tensor([density]), even())
        count = int(alone[2].sum())
        assert int(both[2][row].sum()) == count
        assert torch.equal(both[0][row, :count], alone[0][0, :count])
        assert torch.equal(both[1][row, :count], alone[1][0, :count])


def test_leanings_are_unit_vectors_and_know_nothing_of_the_count() -> None:
    noise = Noise(("a", "b"))
    many, few = leanings(noise, 50, torch.device("cpu")), leanings(noise, 20, torch.device("cpu"))
    assert many.shape == (2, 50, 2, 3)
    assert torch.allclose(many.norm(dim=-1), torch.ones(1), atol=1e-5)
    assert torch.equal(many[:, :20], few)
    assert torch.equal(many[1:], leanings(noise.row(1), 50, torch.device("cpu")))
    assert float(many.mean(dim=1).norm(dim=-1).max()) < 0.35, "they lean everywhere"


@pytest.mark.parametrize("face", [collins(), hopper()], ids=["collins", "hopper"])
@pytest.mark.parametrize("radius", [3.0, 5.0])
def test_a_spot_has_its_size_in_millimetres(face: Decomposition, radius: float) -> None:
    """The area in which it is at least half as deep as in its middle, on a cheek that turns away a little."""
    drawn = draw_spots(face, spot(face, 50, radius))[0, 0]
    assert float(drawn.max()) == pytest.approx(1, abs=0.12)
    area = int((drawn > 0.5).sum()) / float(face.pose.scale) ** 2
    assert 0.35 * math.pi * radius**2 < area < 1.3 * math.pi * radius**2
    row, column = divmod(int(drawn.argmax()), drawn.shape[1])
    place = spot(face, 50, radius).place[0, 0]
    assert abs(column + 0.5 - float(place[0])) < 2 * float(face.pose.scale)
    assert abs(row + 0.5 - float(place[1])) < 2 * float(face.pose.scale)


def test_a_spot_smaller_than_a_pixel_keeps_its_weight() -> None:
    face = collins()
    sums = [float(draw_spots(face, spot(face, 50, radius)).sum()) / radius**2 for radius in (0.4, 0.8, 3.0)]
    assert max(sums) / min(sums) < 2.2, "weight goes with the area"
    small = draw_spots(face, spot(face, 50, 0.3))
    assert 0 < float(small.max()) < 0.5, "pale, since the pixel is mostly skin"


def test_no_depth_no_spot() -> None:
    assert float(draw_spots(collins(), spot(collins(), 50, 2.0, depth=0.0)).abs().max()) == 0


def test_spots_add_up() -> None:
    face = collins()
    one, two = spot(face, 50, 2.0), spot(face, 280, 2.0)
    both = Spots(*(torch.cat([getattr(one, n), getattr(two, n)], dim=1) for n in Spots.__dataclass_fields__))
    apart = draw_spots(face, one) + draw_spots(face, two)
    assert torch.allclose(draw_spots(face, both), apart, atol=1e-6)


@pytest.mark.parametrize("corner", [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_what_lies_beyond_the_picture_is_not_drawn_at_its_edge(corner: tuple[float, float]) -> None:
    """A flat surface: in a corner a quarter of a spot is seen, its deepest pixel in the corner itself."""
    face, pixels = collins(), round(3 * float(collins().pose.scale))
    height, width = face.linear.shape[-2:]
    there = torch.tensor([corner[0] * width, corner[1] * height])
    ys, xs = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    at = torch.stack([xs - there[0], there[1] - ys, torch.zeros_like(xs)]) / face.pose.scale
    flat = replace(face, surface=replace(face.surface, position=at[None]))
    one = replace(spot(face, 50, 3.0), centre=torch.zeros(1, 1, 3), place=there[None, None])
    drawn = draw_spots(flat, one)[0, 0].rot90(0 if corner == (0.0, 0.0) else 2 if corner == (1.0, 1.0) else 3)
    assert float(drawn[0, 0]) == float(drawn.max()) == pytest.approx(0.9, abs=0.1)
    assert float(drawn[4 * pixels :].max()) == float(drawn[:, 4 * pixels :].max()) == 0
