"""Where a frame sits on this face: on its nose, before its eyes, reaching to its ears."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.face.frame import STYLES
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL, SURFACE_POINTS, face_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from faceaug.face.decomposition import Pose
    from faceaug.face.frame import Cut

    Numbers = NDArray[np.float64]

# Points of the nose's ridge from the root down, and those where sideburns begin, above the ears' front.
_RIDGE = (9, 8, 168, 6, 197, 195)
_TEMPLES = (127, 356)
# The front leans: its top stands farther out (usual 6 to 12 degrees), and it is bent around the face.
PANTOSCOPIC, BEND = 8.0, 0.0017
# End pieces turn back beside the lens, by so many mm for each: on 9 wearers whose head is turned by 6 to 25 degrees the
# far one is seen to end 2 to 4 mm beyond the lens, where it stood out by 6.
_TURN_BACK = 2.4
# Pupils stand at this share of the lens' height, from below (opticians: 55 to 60 %).
PUPIL_AT = 0.59
# A lens stands this far before the pupil's own point of the mesh, mm (cornea to back of lens 12 to 14 mm).
_NEAREST, _FARTHEST = 11.0, 15.5
# The bridge touches the nose, lenses and rims clear the cheeks and brows by this much, mm.
_ON_NOSE, _CLEAR, _YIELD = 0.8, 0.8, 4.0
# So much less a point of the face counts as in the way for each mm that it lies beside a lens or on the nose, which is
# as broad as this to either side, mm.
_LESS_BESIDE, _NOSE = 4.0, 14.0
# It rests on the nose's ridge at this share of the height of its ends over the lenses' middle.
_ON_RIDGE = 0.7
# From the sideburns' points to where a temple goes behind the ear: outward, up, backward, mm (by looking); and how far
# it follows the height of its hinge, since opticians choose frames whose temples run level.
_TO_EAR, _LEVEL = (7.5, 5.0, -18.0), 0.6
# So many mm over its hinge a temple reaches the ear, in the picture, when the head is held level, and by this share of
# what our guess of it differs from the guess for a level head: 4.7 mm less 0.48 for each degree that the head looks up
# on 17 temples of wearers in official portraits (80 % of them from -3 to 14); the guess goes from -4.4 by 1.2 a degree.
_RISES, _GUESSED, _FOLLOWS, _BOUNDS = 4.7, -4.4, 0.4, (-3.0, 14.0)


def foreshortened(along: float) -> float:
    """How many times as long the far end piece is as it is seen, where rays go ``along`` mm aside for each mm back."""
    return 1 + _TURN_BACK * abs(along)


@dataclass(frozen=True)
class Measures:
    """A face in its own millimetres: right in the picture, up, toward the camera; each row a face.

    Attributes:
        points: ``(B, 478, 3)`` in the head's frame.
        rotation: Head to camera ``(B, 3, 3)``.
        back: Distance ``(B,)`` of the head's origin along the camera's axis, mm, on the scale of surface depths.
    """

    points: Tensor
    rotation: Tensor
    back: Tensor

    @property
    def pupils(self) -> Tensor:
        """Distance of the pupils ``(B,)``, mm."""
        apart = self.points[:, LEFT_PUPIL] - self.points[:, RIGHT_PUPIL]
        return torch.sqrt((apart * apart).sum(dim=1))

    @property
    def temples(self) -> Tensor:
        """Width of the head at the temples ``(B,)``, mm."""
        return (self.points[:, _TEMPLES[1], 0] - self.points[:, _TEMPLES[0], 0]).abs()


def face_measures(points: Tensor, pose: Pose) -> Measures:
    """Turn landmarks ``(B, 478, 3)`` in photo pixels back into the head's own frame."""
    flat = (points[..., :2] - pose.centre[:, None]) / pose.scale[:, None, None]
    camera = torch.cat([flat[..., :1], -flat[..., 1:], -points[..., 2:] / pose.scale[:, None, None]], dim=-1)
    model = face_model()
    weight = torch.from_numpy(model.rigid).to(points)
    mean = _turned(pose.rotation, torch.from_numpy(model.points).to(points).expand(len(points), -1, -1))
    back = ((camera[..., 2] - mean[..., 2]) * weight).sum(dim=1) / weight.sum()
    camera = torch.cat([camera[..., :2], camera[..., 2:] - back[:, None, None]], dim=-1)
    return Measures(_turned(pose.rotation.transpose(1, 2), camera), pose.rotation, back)


def _turned(rotation: Tensor, points: Tensor) -> Tensor:
    """Rotate ``(B, N, 3)``, written out: a matrix product may add in another order in another batch."""
    x, y, z = points[..., None].unbind(dim=-2)
    across, up, ahead = rotation[:, None].unbind(dim=-1)
    return across * x + up * y + ahead * z


@dataclass(frozen=True)
class Worn:
    """A frame on one face, in camera millimetres: right, up, toward the camera; origin at the pose's centre.

    Attributes:
        origin: Middle of the front, between the lenses ``(3,)``.
        rotation: Frame to camera ``(3, 3)``.
        pupils: Where the eyes look through the front, straight ahead ``(2, 2)``: u, v; the picture's left one first.
        ears: Where the temples end, camera millimetres ``(2, 3)``, the picture's left one first.
    """

    origin: Tensor
    rotation: Tensor
    pupils: Tensor
    ears: Tensor

    def camera(self, point: Tensor) -> Tensor:
        """Points of the frame ``(N, 3)`` in camera millimetres."""
        return _turned(self.rotation[None], point[None])[0] + self.origin


def wear(face: Measures, row: int, frame: Cut, lowered: float, roll: float = 0.0) -> Worn:
    """Put a frame on one face.

    Args:
        face: The face's own millimetres.
        row: Which face.
        frame: The frame.
        lowered: How far it has slipped down the nose, mm.
        roll: How far its right end in the picture is higher than its left one, degrees.
    """
    own = face.points[row].double().cpu().numpy()  # some hundred numbers: numpy takes a fourth of the time
    right, left = own[RIGHT_PUPIL], own[LEFT_PUPIL]
    ridge = own[list(_RIDGE)]
    level = float((right[1] + left[1]) / 2) - (PUPIL_AT - 0.5) * frame.height - lowered
    bridge = level + STYLES[frame.style].bridge * frame.height * _ON_RIDGE
    across = float((right[0] + left[0]) / 2) * 0.5 + _along(ridge, bridge, 0) * 0.5
    eye = float((right[2] + left[2]) / 2)
    ahead = min(max(_along(ridge, bridge, 2) + _ON_NOSE + lowered * 0.3, eye + _NEAREST), eye + _FARTHEST)
    lean = math.radians(PANTOSCOPIC)
    tilt = np.array([[1.0, 0.0, 0.0], [0.0, math.cos(lean), -math.sin(lean)], [0.0, math.sin(lean), math.cos(lean)]])
    straight = tilt.copy()
    side, up = straight[:, 0], straight[:, 1]
    cos, sin = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    tilt[:, 0], tilt[:, 1] = cos * side + sin * up, cos * up - sin * side
    middle = np.array([across, level, ahead])
    flat = (own - middle) @ tilt
    middle = middle + tilt[:, 2] * _in_the_way(flat, frame)
    flat = (own - middle) @ tilt
    turn = face.rotation[row].double().cpu().numpy()
    origin = turn @ middle
    origin[2] += float(face.back[row])
    ears = own[list(_TEMPLES)] + np.array([[-1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]) * _TO_EAR
    hinge = float(middle[1]) + frame.hinge
    ears[:, 1] += (hinge - ears[:, 1]) * _LEVEL
    ears = ears @ turn.T
    ears[:, 2] += float(face.back[row])
    ears = _as_worn(ears, turn @ straight, origin, frame)
    device, kind = face.points.device, face.points.dtype

    def back(value: Numbers) -> Tensor:
        return torch.from_numpy(value).to(device=device, dtype=kind)

    looking = flat[[RIGHT_PUPIL, LEFT_PUPIL]]
    pupils = looking[:, :2] - looking[:, 2:] * tilt[2, :2] / tilt[2, 2]
    return Worn(back(origin), back(turn @ tilt), back(pupils), back(ears))


def _as_worn(ears: Numbers, rotation: Numbers, origin: Numbers, frame: Cut) -> Numbers:
    """Ears ``(2, 3)``, camera millimetres, as high over the hinges, in the picture, as temples of wearers rise."""
    hinges = np.array([[-frame.width / 2, frame.hinge, 0.0], [frame.width / 2, frame.hinge, 0.0]])
    up = np.array([-rotation[1, 0], rotation[0, 0]]) / np.hypot(*rotation[:2, 0])
    rises = (ears - origin - hinges @ rotation.T)[:, :2] @ up
    more = np.clip(_RISES + (rises - _GUESSED) * _FOLLOWS, *_BOUNDS) - rises
    return np.concatenate([ears[:, :2] + more[:, None] * up, ears[:, 2:]], axis=1)


def _along(ridge: Numbers, height: float, axis: int) -> float:
    """A coordinate of the nose's ridge at a height, interpolated between its points."""
    heights = ridge[:, 1].tolist()
    values = ridge[:, axis].tolist()
    if height >= heights[0]:
        return float(values[0])
    for above, below, one, two in zip(heights, heights[1:], values, values[1:], strict=False):
        if height >= below:
            share = (above - height) / max(above - below, 1e-6)
            return float(one + (two - one) * share)
    return float(values[-1])


def _in_the_way(flat: Numbers, frame: Cut) -> float:
    """How far the front must move forward so that cheeks and brows clear its back, mm, within reason.

    Points beside the lenses count less the farther they are, so that none comes in at a leap.
    """
    u, v, w = flat[:SURFACE_POINTS].T
    aside = np.abs(u)
    lens = np.maximum(np.abs(aside - frame.middle) - frame.lens / 2, np.abs(v) - frame.height / 2)
    beside = np.maximum(lens, _NOSE - aside).clip(min=0)
    into = (w + BEND * u * u + _CLEAR + frame.depth * 0.5 - _LESS_BESIDE * beside).max()
    return min(max(float(into), 0.0), _YIELD)
