"""The photograph's own light, read off the skin's shading."""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.face.decomposition import Light, Regions, Skin, Surface
from faceaug.image.color import luminance
from faceaug.image.filter import reduce
from faceaug.image.shade import sh_basis, sh_shading, unit

# Skin pixels are thinned to about this many for the fit.
_SAMPLES = 4096
# Residual at which a pixel's weight has halved (share of the median), and rounds of reweighting.
_TOLERANCE, _ROUNDS = 0.1, 5
# Ridge on first- and second-order coefficients: the face shows only part of the sphere.
_RIDGE = (0.0, 0.05, 0.05, 0.05, 0.3, 0.3, 0.3, 0.3, 0.3)
# Shading below this share of the median is not believed.
LEAST_SHADING = 0.15


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
    # A matte surface's shading is smooth: average pores and stubble away first.
    bright = reduce(luminance(linear) - skin.specular, factor)
    weight = reduce(regions.skin, factor)
    normal = unit(reduce(surface.normal, factor))
    rows = [_fit(bright[i, 0], weight[i, 0], normal[i]) for i in range(len(linear))]
    sh = torch.stack([row[0] for row in rows])
    confidence = torch.stack([row[1] for row in rows])
    return Light(sh, _dominant(sh), _contrast(sh), confidence)


def _fit(bright: Tensor, weight: Tensor, normal: Tensor) -> tuple[Tensor, Tensor]:
    """Fit one face: coefficients ``(9,)`` of shading with median 1, and the share of variance explained."""
    inside = weight > 0.8
    nothing = torch.zeros(9, device=bright.device)
    nothing[0] = 1 / 0.886227
    if int(inside.sum()) < 64:
        return nothing, torch.zeros((), device=bright.device)
    every = max(1, int(inside.sum()) // _SAMPLES)
    y = bright[inside][::every]
    basis = sh_basis(normal[:, inside][:, ::every][None])[0].T.double()
    y = (y / y.median().clamp(min=1e-4)).double()
    trust = torch.ones_like(y)
    ridge = torch.diag(torch.tensor(_RIDGE, dtype=torch.float64, device=y.device)) * len(y)
    solution = nothing.double()
    for _ in range(_ROUNDS):
        gram = basis.T @ (basis * trust[:, None]) + ridge * trust.mean()
        solution = torch.linalg.solve(gram, basis.T @ (y * trust))
        residual = y - basis @ solution
        trust = 1 / (1 + (residual / _TOLERANCE) ** 2)
    spread = ((y - y.mean()) ** 2 * trust).sum()
    explained = 1 - (residual**2 * trust).sum() / spread.clamp(min=1e-9)
    return solution.float(), explained.clamp(0, 1).float()


def _dominant(sh: Tensor) -> Tensor:
    """Direction of the first-order part ``(B, 3)``: right, up, toward the camera."""
    vector = torch.stack([sh[:, 3], sh[:, 1], sh[:, 2]], dim=1)
    length = vector.norm(dim=1, keepdim=True)
    ahead = torch.tensor([[0.0, 0.0, 1.0]], device=sh.device)
    return torch.where(length > 1e-6, vector / length.clamp(min=1e-6), ahead)


def _contrast(sh: Tensor) -> Tensor:
    """Ratio of the brightest to the darkest shading ``(B,)`` over normals within 75 degrees of the camera."""
    axis = torch.linspace(-0.966, 0.966, 25, device=sh.device)
    x, y = torch.meshgrid(axis, axis, indexing="xy")
    inside = x * x + y * y <= 0.966**2
    z = torch.sqrt((1 - x * x - y * y).clamp(min=0))
    normal = torch.stack([x, y, z])[:, inside]
    shading = sh_shading(sh, normal[None].expand(len(sh), -1, -1))[:, 0].clamp(min=LEAST_SHADING)
    return shading.amax(dim=1) / shading.amin(dim=1)


def source_shading(light: Light, normal: Tensor) -> Tensor:
    """Return the photograph's own shading ``(B, 1, h, w)`` at the given normals, never below `LEAST_SHADING`."""
    return sh_shading(light.sh, normal).clamp(min=LEAST_SHADING)


