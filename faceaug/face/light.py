"""The photograph's own light, read off the skin's shading."""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.face.decomposition import Light, Regions, Skin, Surface, joined
from faceaug.image.color import luminance
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import reduce
from faceaug.image.picked import median, picked, places, quantile
from faceaug.image.shade import direction, sh_basis, sh_shading, soft_lambert, unit

# Skin pixels are thinned to about this many for the fit.
_SAMPLES = 4096
# And to this many for the search of the lamp, whose softness is taken to be this.
_LAMP_SAMPLES, _LAMP = 512, 0.3
# Residual at which a pixel's weight has halved (share of the median), and rounds of reweighting.
_TOLERANCE, _ROUNDS = 0.1, 5
# Ridge on first- and second-order coefficients, since the face shows only part of the sphere. It must be small:
# ten times as much leaves enough of the old light in the picture to turn a new key light at 45 degrees back to 31.
_RIDGE = (0.0, 0.002, 0.002, 0.002, 0.01, 0.01, 0.01, 0.01, 0.01)
# Hair and clothes have normals that no skin has: there the fit is held to what the skin showed, within these quantiles.
_QUANTILES = (0.02, 0.98)
# A fill weaker than this below the key cannot be told from none.
_MOST = 24.0
# Shading below this share of the median is not believed.
_LEAST = 0.15


def find_light(linear: Tensor, surface: Surface, regions: Regions, skin: Skin) -> Light:
    """Fit spherical harmonics to the diffuse luminance of bare skin, robustly.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        surface: Surface of the window.
        regions: Soft regions.
        skin: Skin; its specular layer is taken off first.

    Source:
        Iteratively reweighted least squares with Cauchy weights; basis: see `faceaug.image.shade.sh_basis`.
    """
    factor = max(1, min(linear.shape[-2:]) // 128)
    box = extent(regions.skin)
    where = (..., *(in_blocks(box, factor) if box is not None else (slice(factor), slice(factor))))
    # A matte surface's shading is smooth: average pores and stubble away first.
    bright = reduce(luminance(linear[where]).sub_(skin.specular[where]), factor)
    weight = reduce(regions.skin[where], factor)
    normal = unit(reduce(surface.normal[where], factor))
    return joined([_fit(bright[i, 0], weight[i, 0], normal[i]) for i in range(len(linear))])


def _fit(bright: Tensor, weight: Tensor, normal: Tensor) -> Light:
    """Fit one face, a row of its own: shading with median 1 ``(h, w)`` where ``weight`` says that there is skin."""
    inside = places(weight, 0.8)
    nothing = torch.zeros(9, device=bright.device)
    nothing[0] = 1 / 0.886227
    if len(inside) < 64:
        ahead = bright.new_tensor([[0.0, 0.0, 1.0]])
        nothing = nothing[None]
        return Light(nothing, nothing, bright.new_ones(1, 2), ahead, bright.new_ones(1), bright.new_zeros(1))
    place = inside[:: max(1, len(inside) // _SAMPLES)]
    y, seen = picked(bright[None], place)[0], picked(normal, place)
    basis = sh_basis(seen[None])[0].double()
    y = (y / median(y).clamp(min=1e-4)).double()
    solution, trust = _solved(basis, y)
    fitted = solution @ basis
    spread = ((y - y.mean()) ** 2 * trust).sum()
    explained = 1 - ((y - fitted) ** 2 * trust).sum() / spread.clamp(min=1e-9)
    # A face is no ball, and its skin no chalk: what one set of coefficients leaves is smooth again.
    left = y / fitted.clamp(min=_LEAST)
    rest, _ = _solved(basis, left / median(left).clamp(min=1e-4))
    whole = (fitted * (rest @ basis)).float()
    span = torch.stack([quantile(whole, share) for share in _QUANTILES]).clamp(min=_LEAST)
    few = max(1, len(y) // _LAMP_SAMPLES)
    lamp = _dominant(y[::few].float(), seen[:, ::few])
    key_fill, confidence = _key_fill(y.float(), seen, lamp), explained.clamp(0, 1).float()
    found = (solution.float(), rest.float(), span, lamp, key_fill, confidence)
    return Light(*(part[None] for part in found))


def _solved(basis: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Coefficients ``(9,)`` of ``y`` ``(N,)`` in a basis ``(9, N)``, and the trust that each sample was given."""
    trust = torch.ones_like(y)
    ridge = torch.diag(torch.tensor(_RIDGE, dtype=torch.float64, device=y.device)) * len(y)
    solution = torch.zeros_like(basis[:, 0])
    for _ in range(_ROUNDS):
        trusted = basis * trust
        solution = torch.linalg.solve(trusted @ basis.T + ridge * trust.mean(), trusted @ y)
        trust = (y - solution @ basis).div_(_TOLERANCE).square_().add_(1).reciprocal_()
    return solution, trust


def _dominant(bright: Tensor, normal: Tensor) -> Tensor:
    """Direction ``(3,)`` (right, up, toward the camera) of the one lamp plus even fill that explains the skin best.

    Every direction of a grid is tried, then a finer grid around the best. The spherical harmonics themselves cannot
    tell: on the half of the sphere that a face shows, the toward-camera part and the mean are nearly the same function.

    Args:
        bright: Shading with median 1 ``(N,)``.
        normal: Unit normals ``(3, N)``.
    """
    azimuth, elevation = torch.arange(-120.0, 121.0, 15.0), torch.arange(-45.0, 76.0, 15.0)
    best = torch.zeros(2)
    for step in (15.0, 3.75):
        grid = torch.cartesian_prod(azimuth, elevation)
        lamps = direction(grid[:, 0], grid[:, 1]).to(normal)
        best = grid[_misfit(bright, soft_lambert(lamps @ normal, bright.new_tensor(_LAMP))).argmin()]
        near = torch.arange(-step, step + 0.1, step / 4)
        azimuth, elevation = best[0] + near, best[1] + near
    return direction(best[:1], best[1:])[0].to(normal)


def _misfit(bright: Tensor, lit: Tensor) -> Tensor:
    """Robust misfit ``(K,)`` of ``bright`` ``(N,)`` by even fill plus a lamp of shading ``lit`` ``(K, N)``."""
    return _even_and_lamp(bright, lit)[0]


def _even_and_lamp(bright: Tensor, lit: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Fit ``bright`` by even light plus a lamp: misfit, even light and lamp ``(K,)``, neither below nothing."""
    trust, scaled = torch.ones_like(lit), bright / _TOLERANCE
    for _ in range(3):
        # Sums of a weighted regression; the light is within 0..1, so that their differences keep their digits.
        trusted = trust * lit
        total, of_lit = trust.sum(dim=1), trusted.sum(dim=1)
        mean_lit, mean_bright = of_lit / total, trust @ bright / total
        covariance = trusted @ bright - of_lit * mean_bright
        variance = (trusted.mul_(lit).sum(dim=1) - of_lit * mean_lit).clamp_(min=1e-6)
        slope = torch.minimum((covariance / variance).clamp_(min=0), mean_bright / mean_lit.clamp(min=1e-6))
        even = mean_bright - slope * mean_lit
        missed = torch.addcmul(scaled, lit, slope[:, None] / _TOLERANCE, value=-1)
        missed.sub_(even[:, None] / _TOLERANCE).square_()
        torch.add(missed, 1, out=trust).reciprocal_()
    return missed.log1p_().sum(dim=1), even, slope


def _key_fill(bright: Tensor, normal: Tensor, lamp: Tensor) -> Tensor:
    """Light where the lamp shines straight on the skin over light where it does not reach, at most `_MOST`."""
    _, even, key = _even_and_lamp(bright, soft_lambert(lamp[None] @ normal, bright.new_tensor(_LAMP)))
    return 1 + key[0] / torch.maximum(even[0], key[0] / (_MOST - 1)).clamp(min=1e-6)


def source_shading(light: Light, normal: Tensor) -> Tensor:
    """Return the photograph's own shading ``(B, 1, h, w)`` at the given normals, within what the skin showed of it."""
    low, high = (light.span[:, k].reshape(-1, 1, 1, 1) for k in (0, 1))
    ball, rest = sh_shading(torch.stack([light.sh, light.rest], dim=1), normal).chunk(2, dim=1)
    return torch.minimum(torch.maximum(ball.clamp_(min=0).mul_(rest), low), high)
