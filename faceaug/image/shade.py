"""Light on surfaces: spherical harmonics, soft directional lights and shadows cast over a height field.

Normals and directions are ``(right, up, toward the camera)``; all light is linear.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

# Real spherical harmonics times the Lambert factors (pi, 2 pi / 3, pi / 4) over pi:
# R. Ramamoorthi and P. Hanrahan, "An efficient representation for irradiance environment maps", SIGGRAPH 2001.
_C0, _C1, _C2, _C20, _C22 = 0.886227, 1.023328, 0.858086, 0.247708, 0.429043


def sh_basis(normal: Tensor) -> Tensor:
    """Return the nine irradiance basis functions ``(B, 9, ...)`` at unit normals ``(B, 3, ...)``."""
    x, y, z = normal[:, 0], normal[:, 1], normal[:, 2]
    return torch.stack(
        [
            torch.full_like(x, _C0),
            _C1 * y,
            _C1 * z,
            _C1 * x,
            _C2 * x * y,
            _C2 * y * z,
            _C20 * (3 * z * z - 1),
            _C2 * x * z,
            _C22 * (x * x - y * y),
        ],
        dim=1,
    )


def sh_shading(coefficients: Tensor, normal: Tensor) -> Tensor:
    """Return the shading ``(B, K, ...)`` of coefficients ``(B, K, 9)``, or ``(B, 9)``, at unit normals ``(B, 3, ...)``.

    The same as `sh_basis` times the coefficients, their constants put into those; row by row, as a product may add in
    another order in another batch.
    """
    sets = coefficients[:, None] if coefficients.ndim == 2 else coefficients
    weights = sets * sets.new_tensor((_C0, _C1, _C1, _C1, _C2, _C2, 3 * _C20, _C2, _C22))
    weights[..., 0] -= _C20 * sets[..., 6]
    shading = normal.new_empty(len(normal), sets.shape[1], *normal.shape[2:])
    for row, own in enumerate(weights.to(normal)):
        torch.mm(own, _products(normal[row].reshape(3, -1)), out=shading[row].view(len(own), -1))
    return shading


def _products(normal: Tensor) -> Tensor:
    """``1, y, z, x, x y, y z, z z, x z, x x - y y`` of normals ``(3, N)``, in the order of `sh_basis`: ``(9, N)``."""
    x, y, z = normal
    made = torch.empty(9, len(x), dtype=normal.dtype, device=normal.device)
    made[0] = 1.0
    made[1:3], made[3] = normal[1:], x
    torch.mul(x, y, out=made[4])
    torch.mul(made[1:4], z, out=made[5:8])
    torch.mul(x, x, out=made[8]).addcmul_(y, y, value=-1)
    return made


def direction(azimuth: Tensor, elevation: Tensor) -> Tensor:
    """Return unit vectors ``(B, 3)`` toward a light at azimuth (positive: from the picture's right) and elevation.

    Both in degrees, ``(B,)``; (0, 0) is at the camera. Worked out in double precision: the float32 sine of a number
    may differ in its last bit with the length of the tensor that it stands in.
    """
    a, e = torch.deg2rad(azimuth.double()), torch.deg2rad(elevation.double())
    vector = torch.stack([torch.sin(a) * torch.cos(e), torch.sin(e), torch.cos(a) * torch.cos(e)], dim=1)
    return vector.to(azimuth.dtype)


def angles(vector: Tensor) -> tuple[Tensor, Tensor]:
    """Return azimuth and elevation in degrees ``(B,)`` of vectors ``(B, 3)``; inverse of `direction`."""
    azimuth = torch.rad2deg(torch.atan2(vector[:, 0], vector[:, 2]))
    elevation = torch.rad2deg(torch.atan2(vector[:, 1], torch.hypot(vector[:, 0], vector[:, 2])))
    return azimuth, elevation


def soft_lambert(cosine: Tensor, softness: Tensor) -> Tensor:
    """Return the irradiance of a light of some angular size, 1 where the surface faces it.

    A smooth ramp in place of ``max(0, cosine)``: at softness 0 it is the hard one, at 1 light wraps a quarter round.

    Args:
        cosine: Cosine between normal and light ``(B, ...)``.
        softness: ``(B, ...)``, broadcastable, 0..1.
    """
    wide = (softness * 0.5).square_()
    lit = (wide + cosine * cosine).sqrt_().add_(cosine)
    return lit.div_(wide.add_(1).sqrt_().add_(1))


def cast_shadow(
    height: Tensor, caster: Tensor, light: Tensor, softness: Tensor, *, reach: float, steps: int = 20
) -> Tensor:
    """March over a height field toward the light and return how much of it is seen.

    Args:
        height: Height toward the camera of what receives the shadow ``(B, 1, H, W)``, in pixels of the same grid.
        caster: Height of what throws it ``(B, 1, H, W)``; the same, or far below where there is nothing.
        light: Unit vectors toward the light ``(B, 3)``.
        softness: ``(B,)`` 0..1; the penumbra widens with it and with the distance of the occluder.
        reach: How far an occluder may be, pixels.
        steps: Samples of the march.

    Returns:
        Visibility ``(B, 1, H, W)``, 0 (in shadow) to 1.

    Source:
        Percentage-closer soft shadows in the manner of I. Quilez, "Soft shadows in raymarched SDFs" (2010):
        clearance over distance gives the penumbra.
    """
    return torch.cat(
        [
            _march(
                height[row : row + 1], caster[row : row + 1], light[row], float(softness[row]), reach=reach, steps=steps
            )
            for row in range(len(height))
        ]
    )


def _march(height: Tensor, caster: Tensor, light: Tensor, softness: float, *, reach: float, steps: int) -> Tensor:
    """One row of `cast_shadow`: every pixel looks the same way, so each sample is the caster shifted."""
    x, y, z = (float(part) for part in light)
    flat = max(math.hypot(x, y), 1e-3)
    rise = z / flat
    # Half angle of the light: 2 degrees at softness 0 (a flash), 32 degrees at 1.
    spread = math.tan(math.radians(2 + 30 * softness)) * (1 + rise * rise)
    least, margin, tall = torch.zeros_like(height), math.ceil(reach) + 1, float(caster.amax() - height.amin())
    wide = torch.nn.functional.pad(caster, (margin, margin, margin, margin), mode="replicate")
    for index in range(1, steps + 1):
        distance = reach * (index / steps) ** 1.5
        if rise * distance >= tall:  # from there on nothing stands in the way
            break
        before = height + rise * distance
        clearance = before.sub_(_moved(wide, margin, x / flat * distance, -y / flat * distance))
        torch.minimum(least, clearance.div_(spread * distance + 0.5), out=least)
    return smooth_step(-1.0, 0.0, least)


def _moved(wide: Tensor, margin: int, right: float, down: float) -> Tensor:
    """Sample a picture at every pixel moved by (right, down), at most ``margin`` pixels; ``wide`` is it and as much."""
    height, width = wide.shape[-2] - 2 * margin, wide.shape[-1] - 2 * margin
    left, top = math.floor(right), math.floor(down)
    columns = slice(left + margin, left + margin + width + 1)
    part = wide[..., top + margin : top + margin + height + 1, columns]
    across = torch.lerp(part[..., :-1], part[..., 1:], right - left)
    return torch.lerp(across[..., :-1, :], across[..., 1:, :], down - top)


def normals_of_height(height: Tensor) -> Tensor:
    """Return unit normals ``(B, 3, H, W)`` of a height field ``(B, 1, H, W)`` in pixels (toward the camera)."""
    padded = torch.nn.functional.pad(height, (1, 1, 1, 1), mode="replicate")
    dx = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) / 2
    dy = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) / 2
    return unit(torch.cat([-dx, dy, torch.ones_like(dx)], dim=1))


def unit(vector: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Scale vectors ``(B, 3, ...)`` to length 1; into ``out``, which may be themselves, where that is given."""
    x, y, z = vector[:, 0:1], vector[:, 1:2], vector[:, 2:3]
    return torch.mul(vector, (x * x).addcmul_(y, y).addcmul_(z, z).clamp_(min=1e-12).rsqrt_(), out=out)


def dot(direction: Tensor, normal: Tensor) -> Tensor:
    """Cosine ``(B, 1, ...)`` between one direction a row ``(B, 3)`` and unit normals ``(B, 3, ...)``.

    Written out: a matrix product may add in another order in another batch.
    """
    x, y, z = (direction[:, k].reshape(-1, *([1] * (normal.ndim - 1))) for k in range(3))
    return x * normal[:, 0:1] + y * normal[:, 1:2] + z * normal[:, 2:3]


def above(x: Tensor, limit: float) -> Tensor:
    """1 where ``x`` lies above a limit, else 0, as numbers of its own type.

    On a CPU eight times as fast as to compare and to convert; as a weight of `torch.lerp` ten times as `torch.where`.
    """
    return torch.gt(x, limit, out=torch.empty_like(x))


def at_least(x: Tensor, limit: float) -> Tensor:
    """1 where ``x`` lies at a limit or above, else 0, as `above`."""
    return torch.ge(x, limit, out=torch.empty_like(x))


def between(ends: tuple[float, float], x: Tensor) -> Tensor:
    """1 where ``x`` lies between two ends, else 0, as `above`."""
    return above(x, ends[0]).mul_(above(ends[1] - x, 0))


def piecewise(at: Tensor, knots: Tensor, values: Tensor) -> Tensor:
    """Values that are linear between rising ``knots`` ``(N,)``, and go on so past the ends."""
    place = torch.searchsorted(knots, at.contiguous()).clamp_(1, len(knots) - 1)
    low, high = knots[place - 1], knots[place]
    return torch.lerp(values[place - 1], values[place], (at - low) / (high - low))


def smooth_step(low: float, high: float, x: Tensor) -> Tensor:
    """Hermite ramp from 0 at ``low`` to 1 at ``high``, both met exactly."""
    if x.dtype != torch.float32:
        t = ((x - low) * (1 / (high - low))).clamp_(0, 1)
        return t.mul_(t).mul_(torch.rsub(t, 3, alpha=2))
    start, steep = _ramp(low, high)
    t = torch.add(start, x, alpha=steep).clamp_(0, 1)
    rest = torch.sub(_number(3.0), t, alpha=2)
    return t.mul_(t).mul_(rest)


def smooth_fall(low: float, high: float, x: Tensor) -> Tensor:
    """What `smooth_step` leaves of 1: from 1 at ``low`` to 0 at ``high``."""
    step = smooth_step(low, high, x)
    return torch.sub(_number(1.0), step, out=step)


def without(x: Tensor, share: Tensor) -> Tensor:
    """What is left of ``x`` where such a share is taken of it: ``x * (1 - share)``, in half the time."""
    left = torch.sub(_number(1.0), share)
    return left.mul_(x) if left.shape == x.shape else x * left


@lru_cache(maxsize=1024)
def _number(value: float) -> Tensor:
    """A number as a tensor ``()``, not to be changed: torch takes it twice as fast as a number of Python's."""
    with torch.inference_mode(mode=False):
        return torch.tensor(value, dtype=torch.float32)


@lru_cache(maxsize=1024)
def _ramp(low: float, high: float) -> tuple[Tensor, float]:
    """A number and a factor on x whose sum, in float32, is 0 or hardly less at ``low``, 1 or hardly more at ``high``.

    However it is rounded, once or twice: a processor's lanes and what is left over may do it differently.
    """
    ends, more = np.array([low, high], np.float32), 0.0
    while True:
        steep = np.float32((1 + 2 * more) / float(ends[1] - ends[0]))
        start = np.float32(-more - float(ends[0]) * float(steep))
        rounded = np.stack([float(start) + float(steep) * ends.astype(np.float64), start + steep * ends])
        if rounded[:, 0].max() <= 0 and rounded[:, 1].min() >= 1:
            return _number(float(start)), float(steep)
        more = 2 * more or float(np.spacing(np.float32(1) + abs(start)))
