"""Turn the head's mesh: the face rigidly, the hull of hair and skull as an ellipsoid, the neck by degrees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.geometry import RINGS, head_vertices, pose_rotation, project, ring_model
from faceaug.face.kept import kept
from faceaug.face.topology import FACE_OVAL, SURFACE_POINTS, face_model

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition, Pose

# Where the head turns: between the ears, at the top of the spine, on the mean face, mm.
_PIVOT = (0.0, -18.0, -78.0)
# The middle of the skull lies before that, mm: the crown swings a little with the face.
_CENTRE_AHEAD = -2.0
# Half width, height and depth of head and hair, mm (ISO/TR 7250-2 adult means, hair added).
_HALF_WIDTH, _HALF_HEIGHT, _HALF_DEPTH = 80.0, 120.0, 98.0
# The skull as an ellipsoid on the mean face: its centre, and half its width, height and depth, mm. It meets the edge of
# the mesh all around from temple to temple within 8 mm.
_SKULL_CENTRE, _SKULL_HALF = (0.0, 20.0, -80.0), (77.0, 97.0, 95.0)
# How much each ring is hull rather than a point of the face: what is seen at the head's edge is another part of it in
# every pose, so the hull keeps its outline where a point would swing by. Beside the ears first, then around the crown:
# an ear is a thing of its own and would be drawn out by a standing outline.
_HULL_BESIDE, _HULL_ABOVE = (0.0, 0.1, 0.4, 1.0), (0.0, 0.1, 0.5, 1.0)
# Heights on the mean face between which the one becomes the other, mm.
_EARS, _CROWN = -30.0, 90.0
# Likewise from the jaw, which lies before the skull, to the temples, mm.
_JAW, _TEMPLE = -45.0, 5.0
# The outline of a real head that turns is another part of it on either side: on the near one the rim of the ear and the
# back of the skull, on the far one the front of the ear and the temple. By so many mm each ring lies farther out on the
# near side than where it turns to by itself, times the sine of the angle, less and less as that grows (by the half at
# the last of these). In 300 official portraits outlines of men lie farther aside of the nose's root by 1.9 to 2.2 mm
# for each degree of yaw to 18 on the near side (1.5 to 1.75 on heads turned without this), less far by 1.3 to 2.1 on
# the other. On the skull, beside whose edge hair is drawn out by turning, it is less than measured, so that no hair is
# drawn out beyond what it shows.
_NEAR, _HALF = ((20.0, 38.0, 44.0, 44.0), (12.0, 18.0, 36.0, 36.0)), 0.5
# All of that between these heights, mm, and to the sides; the crown has none.
_BROAD, _SIDE_MM = (-80.0, -25.0), 80.0
# By so many mm likewise hair lies farther out beside the far temple, from the first heights on, less of it, by the
# share, between the next; and by so many the far temple itself lies farther in, outside of the next, mm aside, and from
# the last heights on: the mesh is fuller there than a skull. In the same portraits, turned by 13, 18 and 22 degrees,
# hair of men ends 61, 54 and 48 mm aside of the nose's root 20 to 35 mm above it, and skin at 49, 42 and 36; on heads
# turned without this at 58, 49 and 43, and at 52, 46 and 41: of 12 mm of hair beside the far brow 3 were seen. Half of
# what would reach that: with all of it thick hair stood out in a lobe beside the brow.
_FAR_MM, _FAR_FROM, _FAR_LESS, _FAR_TO = (14.0, 13.0, 12.0, 12.0), (0.0, 18.0), 0.5, (32.0, 64.0)
_IN_MM, _IN_ASIDE, _IN_FROM = 9.0, (36.0, 60.0), (0.0, 15.0)
# How much each ring moves at all.
_FOLLOWS = (1.0, 1.0, 1.0, 0.15)
# Height on the mean face at which the neck begins to stay behind, ring by ring (the first lies along the jaw), and at
# which it stands still, mm.
_NECK_TOP, _NECK_ROOT = (-104.0, -78.0, -78.0, -78.0), -172.0


@cache
def _ring_weights() -> tuple[Tensor, Tensor, Tensor]:
    """Of each ring vertex ``(R * 36,)``: how much it is hull, how much it follows the head, how much it is skull."""
    ring = torch.from_numpy(ring_model()[0])
    count = len(FACE_OVAL)
    above = _ramp(_EARS, _CROWN, ring[:, 1])
    beside, over = (torch.tensor(share).repeat_interleave(count) for share in (_HULL_BESIDE, _HULL_ABOVE))
    hull = torch.lerp(beside, over, above)
    follows = torch.tensor(_FOLLOWS).repeat_interleave(count)
    top = torch.tensor(_NECK_TOP).repeat_interleave(count)
    neck, skull = _ramp(_NECK_ROOT, top, ring[:, 1]), _ramp(_JAW, _TEMPLE, ring[:, 1])
    return hull, follows * neck * neck * (3 - 2 * neck), skull


@cache
def _growth() -> tuple[Tensor, Tensor]:
    """How far right each vertex of face and rings ``(V,)`` is moved, mm, where the right side is near and far."""
    ring, own = torch.from_numpy(ring_model()[0]), torch.from_numpy(face_model().points[:SURFACE_POINTS])
    size, even, beside = (torch.tensor(each).repeat_interleave(len(FACE_OVAL)) for each in (*_NEAR, _FAR_MM))
    side = (ring[:, 0] / _SIDE_MM).clamp(-1, 1)
    near = torch.lerp(size, even, _ring_weights()[2]) * _ramp(*_BROAD, ring[:, 1]) * side
    far = beside * _ramp(*_FAR_FROM, ring[:, 1]) * (1 - _FAR_LESS * _ramp(*_FAR_TO, ring[:, 1])) * side
    temple = -_IN_MM * _ramp(*_IN_ASIDE, own[:, 0].abs()) * _ramp(*_IN_FROM, own[:, 1]) * own[:, 0].sign()
    near, far, right = (
        torch.cat([torch.zeros_like(temple), near]),
        torch.cat([temple, far]),
        torch.cat([own, ring])[:, 0] > 0,
    )
    return torch.where(right, near, far), torch.where(right, far, near)


def _ramp(low: float, high: float | Tensor, x: Tensor) -> Tensor:
    """From 0 at ``low`` to 1 at ``high``."""
    return ((x - low) / (high - low)).clamp(0, 1)


@kept("points", "pose.rotation", "pose.scale", "pose.centre", "linear")
def head_mesh(source: Decomposition) -> Tensor:
    """The vertices of each face's head ``(B, V, 3)``, window pixels, as `faceaug.face.geometry.head_vertices` tells."""
    corner = torch.tensor(source.corners, dtype=torch.float32, device=source.linear.device)
    return head_vertices(source.points, source.pose, corner, (source.linear.shape[-2], source.linear.shape[-1]))[0]


def turned_points(points: Tensor, pose: Pose, angles: Tensor) -> Tensor:
    """Turn landmarks ``(B, N, 3)`` (photo pixels) from their pose to yaw, pitch, roll ``(B, 3)`` in degrees."""
    return _rigid(points, pose, pose_rotation(angles.double()), _pivot(points, pose))


def _rigid(points: Tensor, pose: Pose, rotation: Tensor, pivot: Tensor) -> Tensor:
    """Turn points ``(B, N, 3)`` from their pose to a rotation ``(B, 3, 3)``, float64, about a pivot ``(B, 1, 3)``."""
    delta, flipped = rotation @ pose.rotation.double().mT, _flip(points)
    camera = ((points - pivot) * flipped).double()
    return ((camera @ delta.mT).to(points) * flipped) + pivot


@dataclass(frozen=True)
class _Rest:
    """A head as the photograph shows it, in its pixels.

    Attributes:
        points: Face and rings of `head_mesh`, rings on the skull ``(B, N, 3)``.
        pivot: Where it turns ``(B, 1, 3)``.
        upright: Of the rings, how far from the middle of the outline each lies, the head's roll undone ``(B, R, 3)``.
        outline: That outline, as `_outline` tells, float64.
        wider: How much farther aside each vertex lies than if it looked ahead ``(B, N)``, mm.
    """

    points: Tensor
    pivot: Tensor
    upright: Tensor
    outline: Tensor
    wider: Tensor


@kept("points", "pose.angles", "pose.rotation", "pose.scale", "pose.centre", "linear")
def _at_rest(source: Decomposition) -> _Rest:
    vertices, rings = head_mesh(source), slice(SURFACE_POINTS, SURFACE_POINTS + len(RINGS) * len(FACE_OVAL))
    skull, pose = _ring_weights()[2].to(vertices)[None, :, None], source.pose
    photo, pivot = vertices[:, : rings.stop] + _shift(source), _pivot(vertices, pose)
    points = torch.cat([photo[:, :SURFACE_POINTS], _on_skull(photo[:, rings], pose, skull)], dim=1)
    roll, middle = -torch.deg2rad(pose.angles[:, 2].double()), _ahead(pose, pose.rotation) * _flat(photo)
    upright = _rolled(points[:, rings] - pivot - middle, roll)
    return _Rest(points, pivot, upright, _outline(pose.angles), _wider(pose.angles))


def _shift(source: Decomposition) -> Tensor:
    """From the window to the photograph ``(B, 1, 3)``, pixels."""
    return torch.tensor([[(*corner, 0)] for corner in source.corners], dtype=torch.float32, device=source.linear.device)


def turned_mesh(source: Decomposition, angles: Tensor) -> Tensor:
    """The vertices of `head_mesh` ``(B, V, 3)``, window pixels, turned to yaw, pitch, roll ``(B, 3)``, degrees."""
    rest, pose = _at_rest(source), source.pose
    photo, rings = rest.points, slice(SURFACE_POINTS, rest.points.shape[1])
    hull, follows = (weight.to(photo)[None, :, None] for weight in _ring_weights()[:2])
    rotation = pose_rotation(angles.double())
    rigid = _rigid(photo, pose, rotation, rest.pivot)
    outline = _hull(rest, pose, angles, rotation.to(photo))
    face, beside = _broader(rest, pose, angles).split_with_sizes((SURFACE_POINTS, hull.shape[1]), dim=1)
    moved = torch.lerp(photo[:, rings], torch.lerp(rigid[:, rings], outline, hull) + beside, follows)
    turned = torch.cat([rigid[:, :SURFACE_POINTS] + face, moved], dim=1) - _shift(source)
    return torch.cat([turned, head_mesh(source)[:, photo.shape[1] :]], dim=1)


def _on_skull(photo: Tensor, pose: Pose, share: Tensor) -> Tensor:
    """Give points ``(B, N, 3)`` the depth at which their view rays meet the skull, or pass it nearest, by ``share``."""
    centre = project(torch.tensor([[_SKULL_CENTRE]]).to(photo).expand(len(photo), 1, 3), pose)
    half = torch.tensor(_SKULL_HALF).to(photo)
    # In units of the half axes the skull is a ball: rays start in the plane of its centre and run away from us.
    into = pose.rotation.transpose(1, 2) / half[None, :, None]
    aside = (photo - centre) * _flat(photo) * _flip(photo) / pose.scale[:, None, None]
    start = torch.einsum("bij,bnj->bni", into, aside)
    ray = into[:, None, :, 2].expand_as(start)
    length, along = (ray * ray).sum(dim=-1), (ray * start).sum(dim=-1)
    inside = (along * along - length * ((start * start).sum(dim=-1) - 1)).clamp(min=0)
    nearer = (torch.sqrt(inside) - along) / length * pose.scale[:, None]
    depth = torch.lerp(photo[..., 2], centre[..., 2] - nearer, share[..., 0])
    return torch.cat([photo[..., :2], depth[..., None]], dim=-1)


def _hull(rest: _Rest, pose: Pose, angles: Tensor, rotation: Tensor) -> Tensor:
    """Move points of the head's outline as the outline of a turning ellipsoid moves."""
    stretch = (_outline(angles) / rest.outline).to(rotation)[:, None]
    middle = _ahead(pose, rotation) * _flat(rotation)
    return _rolled(rest.upright * stretch, torch.deg2rad(angles[:, 2].double())) + rest.pivot + middle


def _ahead(pose: Pose, rotation: Tensor) -> Tensor:
    """How far from the pivot the middle of a skull lies that is turned so ``(B, 1, 3)``, pixels."""
    return rotation[:, None, :, 2] * (_CENTRE_AHEAD * pose.scale[:, None, None]) * _flip(rotation)


def _outline(degrees: Tensor) -> Tensor:
    """Half width and height of the outline of head and hair turned so ``(B, 3)``, and 1, float64."""
    angles = torch.deg2rad(degrees.double())
    turned = [
        [
            math.hypot(_HALF_WIDTH * math.cos(yaw), _HALF_DEPTH * math.sin(yaw)),
            math.hypot(_HALF_HEIGHT * math.cos(pitch), _HALF_DEPTH * math.sin(pitch)),
            1.0,
        ]
        for yaw, pitch, _ in angles.tolist()
    ]
    return torch.tensor(turned, dtype=angles.dtype, device=angles.device)


def _broader(rest: _Rest, pose: Pose, angles: Tensor) -> Tensor:
    """How much farther aside than by turning each vertex of face and rings comes to lie ``(B, V, 3)``, pixels."""
    aside, roll = (_wider(angles) - rest.wider) * pose.scale[:, None], angles[:, 2:].deg2rad()
    return torch.stack([aside * torch.cos(roll), aside * torch.sin(roll), torch.zeros_like(aside)], dim=-1)


def _wider(angles: Tensor) -> Tensor:
    """How much farther aside each vertex of a head that is turned so lies than one that looks ahead ``(B, V)``, mm."""
    right, left = (weight.to(angles)[None] for weight in _growth())
    sine = torch.sin(torch.deg2rad(angles[:, :1]))
    toward = -sine / (1 + sine.abs() / _HALF)
    return right * toward.clamp(min=0) + left * (-toward).clamp(min=0)


def _flat(like: Tensor) -> Tensor:
    """Movement in the picture's plane alone."""
    return _axes((1.0, 1.0, 0.0), like.dtype, like.device)


def _rolled(offset: Tensor, roll: Tensor) -> Tensor:
    """Turn offsets ``(B, N, 3)`` (x right, y down) clockwise in the picture by ``roll`` (radians)."""
    cos, sin = torch.cos(roll).to(offset)[:, None], torch.sin(roll).to(offset)[:, None]
    x, y, z = offset.unbind(dim=-1)
    return torch.stack([x * cos - y * sin, x * sin + y * cos, z], dim=-1)


def _pivot(like: Tensor, pose: Pose) -> Tensor:
    """The pivot ``(B, 1, 3)`` in photo pixels."""
    return project(_axes(_PIVOT, like.dtype, like.device).expand(len(like), 1, 3), pose)


def _flip(like: Tensor) -> Tensor:
    """Between photo axes (y down, z away) and the camera's (y up, z toward us)."""
    return _axes((1.0, -1.0, -1.0), like.dtype, like.device)


@cache
def _axes(numbers: tuple[float, float, float], dtype: torch.dtype, device: torch.device) -> Tensor:
    """A number for each axis ``(3,)``, made once; not to be changed."""
    return torch.tensor(numbers, dtype=dtype, device=device)
