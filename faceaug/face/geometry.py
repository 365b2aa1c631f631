"""Head geometry: pose, millimetres per pixel, and the mesh of face, head rings and border."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import torch
from torch import Tensor

from faceaug.face.decomposition import Pose
from faceaug.face.topology import FACE_OVAL, SURFACE_POINTS, face_model

# Rings around the face's outline, on the way from the face to the silhouette of the head: how much wider than the
# outline, and which share of the way back to the silhouette's plane. Ears lie hardly behind the outline beside them,
# the crown far.
RINGS = ((1.12, 0.3), (1.26, 0.65), (1.40, 1.0), (1.9, 1.15))
# The plane in which the head is widest, on the mean face, mm: between the ears; a head is 190 mm deep (ISO/TR 7250-2).
_WIDEST = -80.0
# How far past the border the border loop lies: enough for its straight edges to clear the window's corners.
_PAST_CORNERS = 3.0
_DEGENERATE = 1e-6


def fit_pose(points: Tensor) -> Pose:
    """Fit the mean face to landmarks by a weighted similarity (weak perspective).

    Args:
        points: ``(B, 478, 3)`` photo pixels, z smaller = closer.

    Source:
        S. Umeyama, "Least-squares estimation of transformation parameters", PAMI 13 (1991).
    """
    weight, centre_model, here, variance = _rigid(points.dtype, points.device)
    camera = points * flip(points.dtype, points.device)
    centre_camera = (camera * weight).sum(dim=1, keepdim=True)
    there = camera - centre_camera
    covariance = ((there * weight).mT @ here).double()
    u, s, vt = torch.linalg.svd(covariance)
    mirrored = torch.ones_like(s)
    mirrored[:, 2] = torch.sign(_determinant(u @ vt))
    rotation = (u * mirrored[:, None, :]) @ vt
    scale = (s * mirrored).sum(dim=1) / variance
    origin = centre_camera[:, 0].double() - scale[:, None] * (rotation @ centre_model[0, 0].double())
    rotation = rotation.to(points.dtype)
    centre = torch.stack([origin[:, 0], -origin[:, 1]], dim=1).to(points.dtype)
    return Pose(pose_angles(rotation), rotation, scale.to(points.dtype), centre)


@cache
def _rigid(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Weights ``(1, 478, 1)``, middle ``(1, 1, 3)``, offsets and variance of the mean face; not to be changed."""
    model = face_model()
    canonical = torch.from_numpy(model.points).to(device, dtype)[None]
    weight = torch.from_numpy(model.rigid).to(device, dtype)
    weight = (weight / weight.sum())[None, :, None]
    centre = (canonical * weight).sum(dim=1, keepdim=True)
    here = canonical - centre
    return weight, centre, here, (here * here * weight).sum(dim=(1, 2)).double()


def _determinant(matrix: Tensor) -> Tensor:
    """The determinants ``(B,)`` of matrices ``(B, 3, 3)``, written out: that takes a quarter of the time."""
    x, y, z = matrix.unbind(dim=1)
    volume: Tensor = (x * torch.linalg.cross(y, z)).sum(dim=1)
    return volume


@cache
def flip(dtype: torch.dtype, device: torch.device) -> Tensor:
    """Between photo axes (y down, z away) and the camera's (y up, z toward us) ``(3,)``; not to be changed."""
    return torch.tensor([1.0, -1.0, -1.0], dtype=dtype, device=device)


def pose_angles(rotation: Tensor) -> Tensor:
    """Return yaw, pitch, roll ``(B, 3)`` in degrees of rotations ``(B, 3, 3)``; inverse of `pose_rotation`."""
    aside, forward = rotation[:, :, 0], rotation[:, :, 2]
    yaw = torch.atan2(forward[:, 0], forward[:, 2])
    pitch = torch.asin(forward[:, 1].clamp(-1, 1))
    # What is left of `aside` once the head faces the camera again.
    cos, sin = torch.cos(yaw), torch.sin(yaw)
    across = cos * aside[:, 0] - sin * aside[:, 2]
    up = torch.cos(pitch) * aside[:, 1] - torch.sin(pitch) * (sin * aside[:, 0] + cos * aside[:, 2])
    roll = -torch.atan2(up, across)
    return torch.rad2deg(torch.stack([yaw, pitch, roll], dim=1))


def pose_rotation(angles: Tensor) -> Tensor:
    """Return rotations ``(B, 3, 3)`` of yaw, pitch, roll ``(B, 3)`` in degrees: roll first, then pitch, then yaw."""
    turned = [_rotation(*map(math.radians, row)) for row in angles.tolist()]
    kind = angles.dtype if angles.is_floating_point() else torch.float32
    return torch.tensor(turned, dtype=kind, device=angles.device)


def _rotation(yaw: float, pitch: float, roll: float) -> list[list[float]]:
    """The rotation (radians) that turns the nose right by ``yaw`` and up by ``pitch``, of a head tilted by ``roll``."""
    cy, sy, cp, sp, cr, sr = (f(angle) for angle in (yaw, pitch, roll) for f in (math.cos, math.sin))
    return [
        [cy * cr + sy * sp * sr, cy * sr - sy * sp * cr, sy * cp],
        [-cp * sr, cp * cr, sp],
        [cy * sp * sr - sy * cr, -cy * sp * cr - sy * sr, cy * cp],
    ]


@cache
def ring_model() -> tuple[np.ndarray, np.ndarray]:
    """Ring vertices on the mean head ``(R * 36, 3)`` in mm, and how much of the outline's own offset each keeps."""
    outline = face_model().points[list(FACE_OVAL)].astype(np.float64)
    centre = outline.mean(axis=0)
    rings, keeps = [], []
    for index, (wider, back) in enumerate(RINGS):
        ring = centre + (outline - centre) * wider
        ring[:, 2] = outline[:, 2] + (_WIDEST - outline[:, 2]) * back
        rings.append(ring)
        keeps.append(np.full(len(outline), 1 - (index + 1) / (len(RINGS) + 1)))
    return np.concatenate(rings).astype(np.float32), np.concatenate(keeps).astype(np.float32)


@cache
def head_triangles() -> np.ndarray:
    """Triangles ``(T, 3)`` of face, rings and border; vertices numbered as in `head_vertices`.

    The face's own triangles come first.
    """
    count = len(FACE_OVAL)
    loops = [np.array(FACE_OVAL)]
    loops += [SURFACE_POINTS + ring * count + np.arange(count) for ring in range(len(RINGS) + 1)]
    strips = []
    for inner, outer in itertools.pairwise(loops):
        inner2, outer2 = np.roll(inner, -1), np.roll(outer, -1)
        strips += [np.stack([inner, outer, inner2], axis=1), np.stack([inner2, outer, outer2], axis=1)]
    return np.concatenate([face_model().triangles.astype(np.int64), *strips])


@cache
def head_mirror() -> np.ndarray:
    """Which vertex ``(V,)`` is whose mirror image; vertices numbered as in `head_vertices`."""
    mirror = face_model().mirror.astype(np.int64)
    oval = {point: place for place, point in enumerate(FACE_OVAL)}
    across = np.array([oval[int(mirror[point])] for point in FACE_OVAL])
    loops = [SURFACE_POINTS + loop * len(FACE_OVAL) + across for loop in range(len(RINGS) + 1)]
    return np.concatenate([mirror[:SURFACE_POINTS], *loops])


def head_vertices(points: Tensor, pose: Pose, corner: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Place the whole head's mesh: 468 face points, rings of 36, and a border loop on the window's edge.

    Args:
        points: ``(B, 478, 3)`` photo pixels.
        pose: Their pose.
        corner: Left and top of the windows ``(B, 2)``.
        size: Height and width of the windows.

    Returns:
        Vertices ``(B, V, 3)`` in window pixels, and their positions on the mean head ``(B, V, 3)`` in mm.
    """
    ring, keep = (torch.from_numpy(a).to(points) for a in ring_model())
    canonical = torch.from_numpy(face_model().points[:SURFACE_POINTS]).to(points)
    oval = torch.tensor(FACE_OVAL, device=points.device)
    posed_ring = project(ring.expand(len(points), -1, -1), pose)
    own = points[:, oval] - project(canonical[oval].expand(len(points), -1, -1), pose)
    posed_ring = posed_ring + own.repeat(1, len(RINGS), 1) * keep[None, :, None]
    shift = torch.cat([corner, torch.zeros_like(corner[:, :1])], dim=1)[:, None]
    face = points[:, :SURFACE_POINTS] - shift
    posed_ring = posed_ring - shift
    last = posed_ring[:, -len(FACE_OVAL) :]
    border = _on_border(last, size)
    vertices = torch.cat([face, posed_ring, border], dim=1)
    positions = torch.cat([canonical, ring, ring[-len(FACE_OVAL) :]], dim=0)
    return vertices, positions.expand(len(points), -1, -1)


def project(canonical: Tensor, pose: Pose) -> Tensor:
    """Project points of the canonical frame ``(B, N, 3)`` in mm to photo pixels ``(B, N, 3)`` (z smaller = closer)."""
    camera = (canonical @ pose.rotation.mT) * (pose.scale[:, None, None] * flip(canonical.dtype, canonical.device))
    camera[..., :2] += pose.centre[:, None]
    return camera


def _on_border(ring: Tensor, size: tuple[int, int]) -> Tensor:
    """Move each ring vertex outward along its ray from the ring's centre, past the window's border and its corners."""
    centre = ring[..., :2].mean(dim=1, keepdim=True)
    ray = ring[..., :2] - centre
    low = torch.zeros_like(centre)
    high = torch.tensor([size[1], size[0]], dtype=ring.dtype, device=ring.device).expand_as(centre)
    safe = torch.where(ray.abs() < _DEGENERATE, torch.full_like(ray, _DEGENERATE), ray)
    reach = torch.where(safe > 0, (high - centre) / safe, (low - centre) / safe).amin(dim=-1, keepdim=True)
    return torch.cat([centre + ray * (reach.clamp(min=1.0) * _PAST_CORNERS), ring[..., 2:]], dim=-1)


def vertex_normals(vertices: Tensor, triangles: Tensor) -> Tensor:
    """Return unit normals ``(B, V, 3)`` (right, up, toward the camera), weighted by triangle area.

    ``vertices`` are in pixels, y down, z smaller = closer.
    """
    camera = vertices * flip(vertices.dtype, vertices.device)
    corners = camera.index_select(1, triangles.reshape(-1)).reshape(len(camera), -1, 3, 3)
    face = torch.linalg.cross(corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0])
    total = torch.zeros_like(camera)
    for k in range(3):
        total.index_add_(1, triangles[:, k], face)
    return torch.nn.functional.normalize(total, dim=-1)
