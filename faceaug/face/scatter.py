"""Spots scattered over the face's own surface, in millimetres, however the head is turned or large the picture."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.face.geometry import head_triangles, ring_model
from faceaug.face.rotate import head_mesh
from faceaug.face.topology import FACE_OVAL, SURFACE_POINTS, face_model
from faceaug.image.noise import normal_of
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.image.noise import Noise

# At its radius a spot has fallen to exp(-0.7), one half.
_FALL = 0.7
# Blur of a pixel and of a usual lens, as standard deviation in pixels: what is added must be no sharper than the rest.
_PIXEL_SIGMA = 0.45
# Spots are drawn until they have faded to this share, toward their farthest lobe.
_FADED, _FARTHEST = 0.01, 1.2
# Spots are drawn together whose patches differ by less than a 1/_KINDS power of 2 in width, at most so many; those that
# reach no farther than so many pixels always are.
_KINDS, _TOGETHER, _SMALL = 4, 256, 4
# Rings around the face onto which spots are thrown. They fall back more steeply than a forehead does: depth counts this
# much there, from where on the mean face (mm above the pupils).
_RINGS, _STEEP, _ABOVE = 2, 0.35, (46.0, 58.0)
# A spot is in sight where the surface seen at its place is the one it lies on, mm, and is bare skin.
_IN_SIGHT, _BARE = 4.0, 0.6


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


@dataclass(frozen=True)
class Look:
    """How spots look.

    Attributes:
        edge: Steepness of the profile: 2 a bell, 6 a flat spot with a sharp edge.
        wander: Share of its radius by which an outline is drawn in or out.
    """

    edge: float = 2.4
    wander: float = 0.3


@cache
def spot_triangles() -> tuple[np.ndarray, np.ndarray]:
    """Triangles ``(T, 3)`` that spots are thrown onto, and their vertices ``(V, 3)`` in mm.

    The face's own, and the first rings around it: foreheads and temples go on above the mesh.
    """
    around = _RINGS * len(FACE_OVAL)
    count = len(face_model().triangles) + 2 * around
    return head_triangles()[:count], np.concatenate([face_model().points[:SURFACE_POINTS], ring_model()[0][:around]])


@cache
def triangle_areas() -> np.ndarray:
    """Areas ``(T,)`` of `spot_triangles`, mm2."""
    triangles, points = spot_triangles()
    outline = points[list(FACE_OVAL)]
    points = points.copy()
    for ring in range(_RINGS):
        part = slice(SURFACE_POINTS + ring * len(FACE_OVAL), SURFACE_POINTS + (ring + 1) * len(FACE_OVAL))
        points[part, 2] = outline[:, 2] + (points[part, 2] - outline[:, 2]) * _STEEP
    corners = points[triangles]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return np.asarray(np.linalg.norm(cross, axis=1) / 2, dtype=np.float32)


@cache
def triangle_centres() -> np.ndarray:
    """Centres ``(T, 3)`` of `spot_triangles`, mm."""
    triangles, points = spot_triangles()
    return np.asarray(points[triangles].mean(axis=1), dtype=np.float32)


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
    device = source.linear.device
    areas = torch.from_numpy(triangle_areas()).to(device)
    wanted = density.double() * (areas * share).double().sum(dim=1) / 100
    count = max(1, int(torch.ceil(wanted.max())))
    centre, place = _thrown(source, noise, count, share)
    exists = torch.arange(count, device=device)[None] < wanted[:, None]
    return centre, place, exists


def scatter_seen(
    source: Decomposition, noise: Noise, wanted: Tensor, share: Tensor, bare: Tensor, *, tries: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Throw a number of points that are all in sight, on bare skin; the k-th is the same whatever the number.

    Args:
        source: The faces, B rows.
        noise: Keys.
        wanted: How many ``(B,)``; a fraction rounds.
        share: Relative density on each triangle ``(B, T)``, 0..1.
        bare: Where spots may lie ``(B, 1, h, w)``, 0..1.
        tries: Points thrown, of which the first ``wanted`` that are in sight exist.

    Returns:
        As `scatter` does, N being ``tries``.
    """
    centre, place = _thrown(source, noise, tries, share)
    height, width = bare.shape[-2:]
    x = place[..., 0].floor().long().clamp(0, width - 1)
    y = place[..., 1].floor().long().clamp(0, height - 1)
    rows = torch.arange(len(source), device=place.device)[:, None]
    away = source.surface.position[rows, :, y, x] - centre
    away = torch.cat([away[..., :2], away[..., 2:] * _steepness(centre[..., 1:2])], dim=-1)
    seen = (away.square().sum(dim=-1) < _IN_SIGHT**2) & (bare[rows, 0, y, x] > _BARE)
    exists = seen & (torch.cumsum(seen, dim=1) <= torch.round(wanted)[:, None])
    return centre, place, exists


def _thrown(source: Decomposition, noise: Noise, count: int, share: Tensor) -> tuple[Tensor, Tensor]:
    """Positions on the mean head ``(B, count, 3)`` in mm and places in the window ``(B, count, 2)``, by ``share``."""
    device = source.linear.device
    triangles, points = spot_triangles()
    areas = torch.from_numpy(triangle_areas()).to(device)
    mass = torch.cumsum((areas * share).double(), dim=1).contiguous()
    which = torch.searchsorted(mass, noise.uniform("triangle", count, device).double() * mass[:, -1:])
    u, v = noise.uniform("u", count, device), noise.uniform("v", count, device)
    root = torch.sqrt(u)
    weights = torch.stack([1 - root, root * (1 - v), root * v], dim=-1)
    corners = torch.from_numpy(triangles).to(device)[which.clamp(max=len(areas) - 1)]
    mean = torch.from_numpy(points).to(device)
    centre = (mean[corners] * weights[..., None]).sum(dim=2)
    own = head_mesh(source)[..., :2]
    rows = torch.arange(len(source), device=device)[:, None, None]
    place = (own[rows, corners] * weights[..., None]).sum(dim=2)
    return centre, place


def leanings(noise: Noise, count: int, device: torch.device) -> Tensor:
    """Draw the vectors ``(B, count, 2, 3)`` that `Spots.lean` wants."""
    parts = torch.stack([noise.uniform(f"lean {axis}", count * 2, device) for axis in "xyz"], dim=-1)
    lean = normal_of(parts).reshape(len(noise.rows), count, 2, 3)
    return torch.nn.functional.normalize(lean, dim=-1).float()


def draw_spots(source: Decomposition, spots: Spots, look: Look | None = None, warp: Tensor | None = None) -> Tensor:
    """Add the spots up over the window ``(B, 1, h, w)``: optical density of one pigment, or height.

    Each pixel is measured against a spot's centre along the surface, so spots foreshorten with it and vanish behind its
    outline. Spots smaller than a pixel keep their total weight.

    Args:
        source: The faces.
        spots: What to draw.
        look: Their profile and outline; that of freckles where not given.
        warp: Factor on all distances ``(B, 1, h, w)``, for outlines that wander.
    """
    height, width = source.linear.shape[-2:]
    total = torch.zeros(len(source), height * width, device=source.linear.device)
    for row in range(len(source)):
        there = spots.depth[row].nonzero()[:, 0]
        if len(there):
            own = Spots(*(getattr(spots, item.name)[row].index_select(0, there) for item in fields(spots)))
            bent = None if warp is None else warp[row].reshape(-1)
            _draw_row(total[row], source.row(row), own, look or Look(), bent)
    return total.reshape(len(source), 1, height, width)


def _draw_row(total: Tensor, source: Decomposition, spots: Spots, look: Look, warp: Tensor | None) -> None:
    """Add the spots of one face up. Their patches are large tables: all is worked out in place."""
    scale = float(source.pose.scale[0])
    position = source.surface.position[0].reshape(3, -1)
    blur = _PIXEL_SIGMA / scale
    extent = _FARTHEST * (-math.log(_FADED) / _FALL) ** (1 / look.edge)
    wide = torch.sqrt(spots.radius**2 + 2 * blur**2)
    reach, order = torch.sort(torch.ceil(wide * extent * scale).clamp(min=2), stable=True)
    radius, depth, wide = (x.index_select(0, order) for x in (spots.radius, spots.depth, wide))
    strength, lean = depth * (radius / wide) ** 2, spots.lean.index_select(0, order)
    centre = spots.centre.index_select(0, order).T[:, :, None]
    steep = _steepness(centre[1])
    place = spots.place.index_select(0, order).floor().to(torch.int32)
    for group, far in _alike(reach.cpu().numpy()):
        index, weight = _patches(place[group], far, (source.linear.shape[-2], source.linear.shape[-1]))
        flat = index.reshape(-1)
        away = position.index_select(1, flat).reshape(3, *index.shape).sub_(centre[:, group])
        away[2] *= steep[group]
        x, y, z = away
        offset = (x * x).addcmul_(y, y).addcmul_(z, z).sqrt_()
        offset.mul_(_irregular(away, offset, lean[group]).mul_(look.wander).add_(1))
        if warp is not None:
            offset.mul_(warp.index_select(0, flat).reshape(index.shape))
        profile = offset.div_(wide[group, None]).pow_(look.edge).mul_(-_FALL).exp_()
        total.index_add_(0, flat, profile.mul_(weight).mul_(strength[group, None]).reshape(-1))


def _patches(place: Tensor, far: int, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Flat places ``(N, P)`` of all pixels around some ``(N, 2)``, and 1 where they lie in the picture, else 0."""
    side = torch.arange(-far, far + 1, device=place.device, dtype=place.dtype)
    x, y = place[:, :1] + side, place[:, 1:] + side
    there = [((at >= 0) & (at < most)).float() for at, most in ((x, size[1]), (y, size[0]))]
    index = (y.clamp_(0, size[0] - 1) * size[1])[:, :, None] + x.clamp_(0, size[1] - 1)[:, None, :]
    return index.flatten(1), (there[1][:, :, None] * there[0][:, None, :]).flatten(1)


def _alike(reach: np.ndarray) -> list[tuple[slice, int]]:
    """Spots of like reach together, of which these are in order, and the farthest: a few large make no other large."""
    kind = np.ceil(_KINDS * np.log2(np.maximum(reach, _SMALL).astype(np.float64)))
    ends = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    groups = [
        slice(first, min(first + _TOGETHER, end))
        for start, end in itertools.pairwise(ends)
        for first in range(start, end, _TOGETHER)
    ]
    return [(group, int(reach[group.stop - 1])) for group in groups]


def _steepness(y: Tensor) -> Tensor:
    """How much depth counts at a height on the mean face."""
    return 1 - (1 - _STEEP) * smooth_step(*_ABOVE, y)


def _irregular(away: Tensor, offset: Tensor, lean: Tensor) -> Tensor:
    """How far the outline is drawn in or out toward each pixel ``(N, P)``, -1..1: an oval and a three-lobed part.

    The Chebyshev polynomials of the cosines are cos 2 phi and cos 3 phi about the two leaning vectors.
    """
    near = offset.clamp(min=1e-4)
    x, y, z = away
    first, second = (
        (x * toward[:, :1]).addcmul_(y, toward[:, 1:2]).addcmul_(z, toward[:, 2:]).div_(near)
        for toward in lean.unbind(dim=1)
    )
    lobes: Tensor = (second * second).mul_(4).sub_(3).mul_(second)
    return lobes.addcmul_(first, first, value=2).sub_(1).div_(2)
