"""The cheeks are the same skin, whichever way the head is turned."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.face.cheeks import find_cheeks
from faceaug.face.geometry import pose_rotation
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL, SURFACE_POINTS, face_model
from faceaug.image.raster import Mesh, interpolate, triangle_ids

SIDE, SCALE = 400, 2.0
MIDDLE = SIDE / 2


def turned(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> tuple[Tensor, Tensor]:
    """Landmarks of the mean face at an angle to the camera, in a window, and the rotation."""
    rotation = pose_rotation(torch.tensor([[yaw, pitch, roll]]))[0]
    camera = SCALE * torch.from_numpy(face_model().points) @ rotation.T
    return camera * torch.tensor([1, -1, -1]) + torch.tensor([MIDDLE, MIDDLE, 0]), rotation


def on_head(places: Tensor, rotation: Tensor) -> Tensor:
    """What of the mean face is seen at places of the window, mm on the head ``(N, 2)``: right, up."""
    model = face_model()
    camera = SCALE * torch.from_numpy(model.points) @ rotation.T
    points = (camera * torch.tensor([1, -1, -1]) + torch.tensor([MIDDLE, MIDDLE, 0]))[None, :SURFACE_POINTS]
    triangles = torch.from_numpy(model.triangles.astype(np.int64))
    ids = triangle_ids(points, triangles, (SIDE, SIDE))
    seen = interpolate(ids, Mesh(points, triangles), torch.from_numpy(model.points[None, :SURFACE_POINTS, :2]))
    return seen[0].flatten(1).T[places]


def bare() -> Tensor:
    return torch.ones(1, SIDE, SIDE)


def test_before_the_camera_they_are_the_squares_of_the_face_sets_labels() -> None:
    points, rotation = turned()
    places = find_cheeks(bare(), points, rotation).places
    apart = float(points[LEFT_PUPIL, 0] - points[RIGHT_PUPIL, 0])
    expected = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    for pupil, outward in ((points[RIGHT_PUPIL], -1), (points[LEFT_PUPIL], 1)):
        x, y = float(pupil[0]) + outward * 0.02 * apart, float(pupil[1]) + 0.62 * apart
        reach = 0.11 * apart
        expected[round(y - reach) : round(y + reach), round(x - reach) : round(x + reach)] = True
    found = torch.zeros(SIDE * SIDE, dtype=torch.bool)
    found[places] = True
    both = found.reshape(SIDE, SIDE) & expected
    assert len(places) == len(set(places.tolist()))
    assert int(both.sum()) > 0.93 * max(len(places), int(expected.sum()))


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(25, 0, 0), (-25, 0, 0), (0, 18, 0), (0, -18, 0), (20, 10, 25)])
def test_a_turned_head_is_measured_on_the_same_skin(yaw: float, pitch: float, roll: float) -> None:
    points, rotation = turned(yaw, pitch, roll)
    straight, straight_rotation = turned()
    sides = {}
    for name, (at, turn) in {"now": (points, rotation), "before": (straight, straight_rotation)}.items():
        place = on_head(find_cheeks(bare(), at, turn).places, turn)
        sides[name] = [place[place[:, 0] < 0].mean(dim=0), place[place[:, 0] > 0].mean(dim=0)]
    for now, before in zip(sides["now"], sides["before"], strict=True):
        assert float((now - before).norm()) < 1.5, "millimetres"


def test_a_cheek_that_is_turned_away_is_left_out() -> None:
    points, rotation = turned(80)
    cheeks = find_cheeks(bare(), points, rotation)
    gaps = (on_head(cheeks.places, rotation) - torch.tensor([-32.8, -37.3])).abs()
    assert float(gaps.max()) < 14, "millimetres: the right cheek's square alone, for it alone faces the camera"


def test_what_is_covered_is_left_out_while_something_is_bare() -> None:
    points, rotation = turned()
    skin = bare()
    skin[:, :, SIDE // 2 :] = 0
    cheeks = find_cheeks(skin, points, rotation)
    assert bool((cheeks.places % SIDE < SIDE // 2).all())
    assert cheeks.bare == pytest.approx(0.5, abs=0.02)
    nothing = find_cheeks(torch.zeros_like(skin), points, rotation)
    assert nothing.bare == 0.0
    assert len(nothing.places) > len(cheeks.places), "then both, covered as they are"


@pytest.mark.parametrize("shift", [-2000.0, 2000.0])
def test_a_face_off_the_window_still_has_a_place_in_it(shift: float) -> None:
    points, rotation = turned()
    places = find_cheeks(bare(), points + torch.tensor([shift, shift, 0]), rotation).places
    assert len(places)
    assert bool(((places >= 0) & (places < SIDE * SIDE)).all())


def test_a_head_seen_from_behind_still_has_a_place() -> None:
    points, rotation = turned(180)
    assert len(find_cheeks(bare(), points, rotation).places)
