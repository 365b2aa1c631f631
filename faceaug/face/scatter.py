"""Spots scattered over the face's own surface, in millimetres, however the head is turned or large the picture."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.face.topology import SURFACE_POINTS, face_model

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.image.noise import Noise

# A spot's outline wanders by this share of its radius.
_WANDER = 0.3
# Blur that a pixel itself is, as standard deviation in pixels (a box one pixel wide).
_PIXEL_SIGMA = 0.29
# Spots are drawn out to this many radii.
_REACH = 2.2


@dataclass(frozen=True)
class Spots:
    """Spots on the mean face.

    Attributes:
        centre: Positions ``(B, N, 3)``, mm on the mean face.
        place: The same places in each photograph's window ``(B, N, 2)``, pixels.
        radius: Radii ``(B, N)``, mm.
        depth: Optical density added at the centre ``(B, N)``; 0 for a spot that is not there.
        lean: Two unit vectors for each spot ``(B, N, 2, 3)``, by which its outline is irregular.
    """

    centre: Tensor
    place: Tensor
    radius: Tensor
    depth: Tensor
    lean: Tensor


@cache
def triangle_areas() -> np.ndarray:
    """Areas ``(T,)`` of the mean face's triangles, mm2."""
    model = face_model()
    corners = model.points[model.triangles]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return np.asarray(np.linalg.norm(cross, axis=1) / 2, dtype=np.float32)


@cache
def triangle_centres() -> np.ndarray:
    """Centres ``(T, 3)`` of the mean face's triangles, mm."""
    model = face_model()
    return np.asarray(model.points[model.triangles].mean(axis=1), dtype=np.float32)


def scatter(source: Decomposition, noise: Noise, density: Tensor, share: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Throw points onto the face, densest where ``share`` says.

    The k-th point of a row is the same whatever the density: more density only adds points.

    Args:
        source: The faces, B rows.
        noise: Keys.
        density: Points per cm2 where ``share`` is 1, ``(B,)``.
        share: Relative density on each triangle ``(B, T)``, 0..1.

    Returns:
        Positions on the mean face ``(B, N, 3)`` in mm, places in the window ``(B, N, 2)`` in pixels, and which of the N
        exist ``(B, N)``.
    """
    model = face_model()
    device = source.linear.device
    areas = torch.from_numpy(triangle_areas()).to(device)
    mass = torch.cumsum((areas * share).double(), dim=1)
    wanted = density.double() * mass[:, -1] / 100
    count = max(1, int(torch.ceil(wanted.max())))
    which = torch.searchsorted(mass, noise.uniform("triangle", count, device).double() * mass[:, -1:])
    u, v = noise.uniform("u", count, device), noise.uniform("v", count, device)
    root = torch.sqrt(u)
    weights = torch.stack([1 - root, root * (1 - v), root * v], dim=-1)
    corners = torch.from_numpy(model.triangles.astype(np.int64)).to(device)[which.clamp(max=len(areas) - 1)]
    mean = torch.from_numpy(model.points[:SURFACE_POINTS]).to(device)
    centre = (mean[corners] * weights[..., None]).sum(dim=2)
    corner = torch.tensor(source.corners, dtype=torch.float32, device=device)
    own = source.points[..., :2] - corner[:, None]
    rows = torch.arange(len(source), device=device)[:, None, None]
    place = (own[rows, corners] * weights[..., None]).sum(dim=2)
    exists = torch.arange(count, device=device)[None] < wanted[:, None]
    return centre, place, exists


def leanings(noise: Noise, count: int, device: torch.device) -> Tensor:
    """Draw the vectors ``(B, count, 2, 3)`` that `Spots.lean` wants."""
    parts = [noise.normal(f"lean {axis}", count * 2, device) for axis in "xyz"]
    lean = torch.stack(parts, dim=-1).reshape(len(noise.rows), count, 2, 3)
    return torch.nn.functional.normalize(lean, dim=-1).float()


def draw_spots(source: Decomposition, spots: Spots) -> Tensor:
    """Add the spots up over the window ``(B, 1, h, w)``: optical density of one pigment.

    Each pixel is measured against a spot's centre along the surface, so spots foreshorten with it and vanish behind its
    outline. Spots smaller than a pixel keep their total weight.
    """
    height, width = source.linear.shape[-2:]
    total = torch.zeros(len(source), height * width, device=source.linear.device)
    for row in range(len(source)):
        there = spots.depth[row] > 0
        if bool(there.any()):
            _draw_row(total[row], source, row, _kept(spots, row, there))
    return total.reshape(len(source), 1, height, width)


def _kept(spots: Spots, row: int, there: Tensor) -> Spots:
    return Spots(*(getattr(spots, item.name)[row][there] for item in fields(spots)))


def _draw_row(total: Tensor, source: Decomposition, row: int, spots: Spots) -> None:
    height, width = source.linear.shape[-2:]
    scale = float(source.pose.scale[row])
    position = source.surface.position[row].reshape(3, -1)
    blur = _PIXEL_SIGMA / scale
    # Spots of like size together, so that a few large ones do not make every patch large.
    reach = torch.ceil((spots.radius * _REACH + 2 * blur) * scale).clamp(min=2).to(torch.int64)
    order = torch.argsort(reach, stable=True)
    for group in torch.split(order, 64):
        side = torch.arange(-int(reach[group].max()), int(reach[group].max()) + 1, device=total.device)
        x = spots.place[group, 0].floor().long()[:, None, None] + side[None, None, :]
        y = spots.place[group, 1].floor().long()[:, None, None] + side[None, :, None]
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        index = (y.clamp(0, height - 1) * width + x.clamp(0, width - 1)).flatten(1)
        at = position[:, index]
        away = at - spots.centre[group].T[:, :, None]
        offset = away.norm(dim=0)
        radius = spots.radius[group][:, None]
        offset = offset * (1 + _WANDER * _irregular(away, offset, spots.lean[group]))
        wide = torch.sqrt(radius**2 + 2 * blur**2)
        profile = torch.exp(-0.7 * (offset / wide) ** 2.4) * (radius / wide) ** 2
        value = spots.depth[group][:, None] * profile * inside.flatten(1)
        total.index_add_(0, index.reshape(-1), value.reshape(-1))


def _irregular(away: Tensor, offset: Tensor, lean: Tensor) -> Tensor:
    """How far the outline is drawn in or out toward each pixel ``(N, P)``, -1..1: an oval and a three-lobed part.

    The Chebyshev polynomials of the cosines are cos 2 phi and cos 3 phi about the two leaning vectors.
    """
    toward = torch.einsum("inp,nki->knp", away, lean) / offset.clamp(min=1e-4)
    oval = 2 * toward[0] ** 2 - 1
    lobes = 4 * toward[1] ** 3 - 3 * toward[1]
    return (oval + lobes) / 2
