"""Bumps are lit where they face the light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.image.shade import direction
from faceaug.scene import Scene
from faceaug.stages.relief import shade_relief, slopes, tilted
from tests.portraits import collins

CHEEK = 50
RADIUS = 6.0


def place(face: Decomposition) -> tuple[float, float]:
    left, top = face.corners[0]
    x, y = face.points[0, CHEEK, :2].tolist()
    return x - left, y - top


def bump(face: Decomposition, height: float = 1.0) -> Tensor:
    """A dome on a cheek, mm."""
    x, y = place(face)
    size = face.size[1]
    rows, columns = torch.meshgrid(torch.arange(size[0]) + 0.5, torch.arange(size[1]) + 0.5, indexing="ij")
    far = torch.hypot(columns - x, rows - y) / RADIUS
    return (height * torch.exp(-far * far * 2) * (far < 2))[None, None]


def lit_from(azimuth: float, elevation: float, height: float = 1.0) -> tuple[float, float]:
    """How much brighter the right and the upper half of a dome are than the other halves, in this light."""
    face = collins()
    lamp = direction(torch.tensor([float(azimuth)]), torch.tensor([float(elevation)]))
    face = replace(face, light=replace(face.light, direction=lamp, key_fill=torch.tensor([4.0])))
    change = shade_relief(face.linear, Scene(face, relief=bump(face, height)))[0] - face.linear
    x, y = (round(v) for v in place(face))
    near = change[0].mean(dim=0)
    reach = int(RADIUS)
    right = float(
        near[y - reach : y + reach, x + 1 : x + reach].mean() - near[y - reach : y + reach, x - reach : x - 1].mean()
    )
    up = float(
        near[y - reach : y - 1, x - reach : x + reach].mean() - near[y + 1 : y + reach, x - reach : x + reach].mean()
    )
    return right, up


def test_no_relief_no_work() -> None:
    face = collins()
    picture, scene = shade_relief(face.linear, Scene(face))
    assert picture is face.linear
    assert scene.relief is None


def test_flat_skin_keeps_its_bits() -> None:
    face = collins()
    relief = bump(face)
    picture, _ = shade_relief(face.linear, Scene(face, relief=relief))
    moved = (picture != face.linear).any(dim=1, keepdim=True)
    assert bool(moved.any())
    assert not bool((moved & (relief == 0)).any())


@pytest.mark.parametrize("height", [1.0, -1.0])
def test_a_bump_is_bright_toward_the_light_and_a_hollow_away_from_it(height: float) -> None:
    assert lit_from(60, 0, height)[0] * height > 0.005
    assert lit_from(-60, 0, height)[0] * height < -0.005
    assert lit_from(0, 60, height)[1] * height > 0.005
    assert lit_from(0, -40, height)[1] * height < -0.005


def test_the_light_asked_for_shades_instead_of_the_photograph_s() -> None:
    face = collins()
    x, y = (round(v) for v in place(face))
    sides = []
    for azimuth in (-70.0, 70.0):
        scene = get_edit("lighting")(Scene.of(face), azimuth=azimuth, elevation=0.0, key_fill=6.0)
        change = shade_relief(face.linear, replace(scene, relief=bump(face)))[0] - face.linear
        near = change[0].mean(dim=0)[y - 6 : y + 6]
        sides.append(float(near[:, x + 1 : x + 6].mean() - near[:, x - 6 : x - 1].mean()))
    assert sides[0] < -0.005 < 0.005 < sides[1]


def test_slopes_are_of_the_face_in_any_size() -> None:
    ramp = torch.arange(40.0)[None, None, None].expand(1, 1, 30, 40)
    across, up = slopes(ramp * 0.1, 2.0)
    assert np.allclose(across[..., 5:-5], 0.2, atol=1e-6)
    assert np.allclose(up[..., 5:-5, :], 0.0, atol=1e-6)
    across, up = slopes(ramp.transpose(2, 3) * 0.1, 2.0)
    assert np.allclose(up[..., 5:-5, :], -0.2, atol=1e-6), "heights rise down the picture"


def test_tilted_normals_are_those_of_the_bumpy_surface() -> None:
    """On a plane seen aslant, against the cross product of the bumpy surface's own tangents."""
    normal = torch.nn.functional.normalize(torch.tensor([0.4, 0.3, 0.9], dtype=torch.float64), dim=0)
    gx, gy = 0.2, -0.1
    x, y, z = normal.tolist()
    tangents = [np.array([1, 0, -x / z]) + gx * normal.numpy(), np.array([0, 1, -y / z]) + gy * normal.numpy()]
    expected = np.cross(tangents[0], tangents[1])
    expected /= np.linalg.norm(expected)
    one = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    found = tilted(normal.reshape(1, 3, 1, 1), one * gx, one * gy).reshape(3).numpy()
    assert np.allclose(found, expected, atol=1e-6)
