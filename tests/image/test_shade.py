from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from faceaug.image.noise import Noise
from faceaug.image.shade import (
    above,
    angles,
    at_least,
    cast_shadow,
    direction,
    normals_of_height,
    sh_basis,
    sh_shading,
    smooth_fall,
    smooth_step,
    soft_lambert,
    unit,
    without,
)

# R. Ramamoorthi and P. Hanrahan (2001): Lambert's factors of the orders 0, 1, 2.
LAMBERT = torch.tensor([math.pi, *[2 * math.pi / 3] * 3, *[math.pi / 4] * 5])


def sphere(count: int = 20_000) -> Tensor:
    """Directions spread evenly over the sphere ``(1, 3, N)`` (Fibonacci's spiral)."""
    index = torch.arange(count, dtype=torch.float64) + 0.5
    z = 1 - 2 * index / count
    turn = index * math.pi * (3 - math.sqrt(5))
    flat = torch.sqrt(1 - z * z)
    return torch.stack([flat * torch.cos(turn), flat * torch.sin(turn), z])[None]


def test_basis_is_orthogonal() -> None:
    basis = sh_basis(sphere())[0]
    gram = basis @ basis.T / basis.shape[1] * 4 * math.pi
    assert torch.allclose(gram, torch.diag(LAMBERT.double() ** 2), atol=2e-3)


def test_even_light_is_even_everywhere() -> None:
    """Radiance 1 from all sides gives the irradiance pi, whatever the normal."""
    coefficients = torch.zeros(1, 9, dtype=torch.float64)
    coefficients[0, 0] = 4 * math.pi * 0.282095
    shading = sh_shading(coefficients, sphere(500))
    assert torch.allclose(shading, torch.full_like(shading, math.pi), atol=1e-4)


@pytest.mark.parametrize("toward", [(0.0, 0.0, 1.0), (0.6, 0.0, 0.8), (0.36, -0.48, 0.8), (-1.0, 0.0, 0.0)])
def test_a_distant_lamp_lights_by_lambert(toward: tuple[float, float, float]) -> None:
    """To the second order, max(0, cosine) is 1/4 + c/2 + 5/32 (3 c^2 - 1): at most 0.0625 away from it at the pole."""
    lamp = torch.tensor([toward], dtype=torch.float64)
    coefficients = sh_basis(lamp[:, :, None])[0, :, 0] / LAMBERT
    normal = sphere(2000)
    shading = sh_shading(coefficients[None], normal)[0, 0]
    cosine = torch.einsum("i,in->n", lamp[0], normal[0])
    assert torch.allclose(shading, 1 / 4 + cosine / 2 + 5 / 32 * (3 * cosine**2 - 1), atol=1e-4)
    assert float((shading - cosine.clamp(min=0)).abs().max()) < 0.1


def test_polynomial_is_the_basis_times_the_coefficients() -> None:
    coefficients = Noise(("a", "b")).uniform("c", 9) * 2 - 1
    normal = sphere(100).float().reshape(1, 3, 10, 10).expand(2, -1, -1, -1)
    expected = torch.einsum("bk,bkhw->bhw", coefficients, sh_basis(normal))[:, None]
    assert torch.allclose(sh_shading(coefficients, normal), expected, atol=1e-5)


@settings(deadline=None)
@given(st.floats(-179, 179), st.floats(-89, 89))
def test_direction_and_angles_are_inverse(azimuth: float, elevation: float) -> None:
    vector = direction(torch.tensor([azimuth], dtype=torch.float64), torch.tensor([elevation], dtype=torch.float64))
    assert float(vector.norm()) == pytest.approx(1)
    back = angles(vector * 3)
    assert float(back[0]) == pytest.approx(azimuth, abs=1e-6)
    assert float(back[1]) == pytest.approx(elevation, abs=1e-6)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "expected"),
    [(0, 0, (0, 0, 1)), (90, 0, (1, 0, 0)), (-90, 0, (-1, 0, 0)), (0, 90, (0, 1, 0)), (180, 0, (0, 0, -1))],
)
def test_directions_are_right_up_toward_the_camera(azimuth: int, elevation: int, expected: tuple[int, ...]) -> None:
    vector = direction(torch.tensor([float(azimuth)]), torch.tensor([float(elevation)]))
    assert vector[0].tolist() == pytest.approx(expected, abs=1e-6)


def test_soft_light_limits() -> None:
    cosine = torch.linspace(-1, 1, 201)
    hard = soft_lambert(cosine, torch.tensor(0.0))
    assert torch.allclose(hard, cosine.clamp(min=0), atol=1e-6), "a point lights by Lambert"
    for softness in (0.0, 0.3, 1.0):
        lit = soft_lambert(cosine, torch.tensor(softness))
        assert float(lit[-1]) == pytest.approx(1)
        assert (lit.diff() >= -1e-6).all()
        assert (lit >= 0).all()
    at_terminator = [float(soft_lambert(torch.tensor(0.0), torch.tensor(s))) for s in (0.0, 0.2, 0.6, 1.0)]
    assert at_terminator == sorted(at_terminator)
    assert at_terminator[-1] > 0.1, "a wall of light wraps round"


def shadow(azimuth: float, elevation: float, softness: float = 0.0, height: float = 12.0) -> Tensor:
    """What a floor that faces us sees of a lamp past a post of some height in the middle of 129 x 129 pixels."""
    floor = torch.zeros(1, 1, 129, 129)
    post = floor.clone()
    post[..., 62:67, 62:67] = height
    toward = direction(torch.tensor([azimuth]), torch.tensor([elevation]))
    return cast_shadow(floor, torch.maximum(floor, post), toward, torch.tensor([softness]), reach=90.0, steps=96)[0, 0]


# Lamps that stand 30 degrees over the floor: the shadow of a post is its height over tan 30 degrees long.
LAMPS = [(60.0, 0.0, (0, -1)), (-60.0, 0.0, (0, 1)), (0.0, 60.0, (1, 0)), (0.0, -60.0, (-1, 0))]


@pytest.mark.parametrize(("azimuth", "elevation", "away"), LAMPS)
def test_a_post_throws_its_shadow(azimuth: float, elevation: float, away: tuple[int, int]) -> None:
    """Away from the lamp, and as long as the sun's height says; ``away`` is down and right in the picture."""
    dark = shadow(azimuth, elevation) < 0.5
    dark[62:67, 62:67] = False
    rows, columns = torch.nonzero(dark, as_tuple=True)
    assert len(rows) > 20
    down, right = float(rows.double().mean()) - 64, float(columns.double().mean()) - 64
    assert down * away[0] + right * away[1] > 5
    assert abs(down * away[1]) + abs(right * away[0]) < 0.6, "straight away from the lamp"
    length = max(int((rows - 64).abs().max()), int((columns - 64).abs().max())) - 2
    assert length == pytest.approx(12 / math.tan(math.radians(30)), rel=0.15)


def test_no_shadow_without_need() -> None:
    assert float(shadow(0.0, 0.0).min()) > 0.99, "a lamp at the camera throws none that we see"
    assert float(shadow(60.0, 0.0, height=0.0).min()) > 0.9, "a flat floor shades nothing"
    seen = shadow(60.0, 0.0)
    assert float(seen.min()) >= 0
    assert float(seen.max()) <= 1
    assert float(seen[:, 75:].min()) > 0.99, "the side of the lamp is lit"


def test_a_larger_lamp_blurs_the_shadow() -> None:
    hard, soft = shadow(60.0, 0.0), shadow(60.0, 0.0, softness=1.0)
    between = [int(((s > 0.1) & (s < 0.9)).sum()) for s in (hard, soft)]
    assert between[1] > 1.5 * between[0]


def test_rows_of_shadows_are_alone() -> None:
    height = Noise(("a", "b")).uniform("h", 40 * 40).reshape(2, 1, 40, 40) * 6
    light = direction(torch.tensor([50.0, -20.0]), torch.tensor([10.0, 40.0]))
    soft = torch.tensor([0.1, 0.8])
    both = cast_shadow(height, height, light, soft, reach=20.0)
    for row in range(2):
        part = slice(row, row + 1)
        assert torch.equal(both[part], cast_shadow(height[part], height[part], light[part], soft[part], reach=20.0))


def test_normals_of_a_sphere() -> None:
    radius = 40.0
    at = torch.arange(101) - 50.0
    x, y = at[None, :].expand(101, -1), at[:, None].expand(-1, 101)
    inside = x * x + y * y < (0.8 * radius) ** 2
    height = torch.sqrt((radius**2 - x * x - y * y).clamp(min=1))[None, None]
    expected = torch.stack([x, -y, height[0, 0]]) / radius
    found = normals_of_height(height)[0]
    assert float((found - expected).norm(dim=0)[inside].max()) < 0.02


def test_unit_vectors() -> None:
    vector = torch.tensor([[[3.0], [0.0], [4.0]], [[0.0], [0.0], [0.0]]])
    assert unit(vector)[0, :, 0].tolist() == pytest.approx([0.6, 0, 0.8])
    assert torch.isfinite(unit(vector)).all()


def test_smooth_step() -> None:
    x = torch.tensor([-1.0, 2.0, 3.0, 4.0, 9.0])
    assert smooth_step(2, 4, x).tolist() == [0, 0, 0.5, 1, 1]
    assert smooth_step(4, 2, x).tolist() == [1, 1, 0.5, 0, 0], "falling, if low is above high"


def test_a_step_meets_its_ends_wherever_a_pixel_lies() -> None:
    """In the lanes of a processor sums are rounded once, in what is left over perhaps twice."""
    for low, high in ((0.62, 0.85), (0.85, 0.62), (0.0, 0.3), (-72.0, -58.0), (0.999, 1.0), (35.0, 25.0), (1e-3, 4.1)):
        ends = torch.tensor([low, high])
        for count in (1, 7, 16, 37):
            assert not smooth_step(low, high, ends[:1].expand(count).contiguous()).any()
            assert bool((smooth_step(low, high, ends[1:].expand(count).contiguous()) == 1).all())
        x = torch.lerp(ends[0], ends[1], torch.linspace(0, 1, 401))
        t = (x.double() - low) / (high - low)
        expected = (t * t * (3 - 2 * t)).clamp(0, 1)
        assert float((smooth_step(low, high, x) - expected).abs().max()) < 1e-6 * (1 + abs(low / (high - low)))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_above_and_at_least_are_comparisons_as_numbers(dtype: torch.dtype) -> None:
    x = torch.tensor([[-1.0, -0.0, 0.0, 1e-30, 0.5, 0.75, math.inf, math.nan]], dtype=dtype).expand(3, -1)
    before = x.clone()
    for limit in (0, 0.5):
        assert torch.equal(above(x, limit), (x > limit).to(dtype))
        assert torch.equal(at_least(x, limit), (x >= limit).to(dtype))
    assert torch.equal(x[:, :-1], before[:, :-1])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_what_falls_and_what_is_left_are_one_less_the_rest(dtype: torch.dtype) -> None:
    x = torch.linspace(-1, 2, 91, dtype=dtype).reshape(1, 1, 7, 13)
    for low, high in ((0.0, 1.0), (0.2, 0.7), (0.9, 0.1), (0.9, 1.3)):
        assert smooth_step(low, high, torch.tensor([low], dtype=dtype)).item() == 0
        step = smooth_step(low, high, x)
        assert step.dtype == dtype
        assert torch.equal(smooth_fall(low, high, x), 1 - step)
        for other in (x, x.expand(-1, 3, -1, -1), x[..., :1, :1]):
            kept = x.clone()
            assert torch.equal(without(x, step), x * (1 - step))
            assert torch.equal(without(other, step), other * (1 - step))
            assert torch.equal(x, kept)
