"""The frame in which a picture and its photograph are compared: upright, centred on the eyes, of one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.interpolate import LinearNDInterpolator

from faceaug.face.decomposition import REGIONS
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.face.decomposition import Decomposition

__all__ = ["EYES_APART_MM", "SIDE", "Aligned", "Map", "aligned", "apart"]

Map = npt.NDArray[np.float32]

SIDE: Final = 384
"""Pixels along the frame: about 30 cm on the face, the whole head and its collar."""

SCALE: Final = 1.27
"""Pixels of the frame per millimetre on the face: pupils are 80 pixels apart, about as in a small photograph."""

EYES_APART_MM: Final = 63.0
"""What the pose's scale takes for the distance of the pupils (see the design, 3)."""

HEIGHT: Final = 0.42
"""Where in the frame the eyes are, from above."""

STILL: Final = 0.6
"""Landmarks that are carried by no more than this, in pixels of the frame, have not been moved."""


@dataclass(frozen=True, eq=False)
class Aligned:
    """A picture and the photograph it was made from, in the frame; all maps ``(SIDE, SIDE)``.

    Attributes:
        picture: Encoded sRGB of the picture ``(SIDE, SIDE, 3)``, 0..255.
        still: The photograph at the same place.
        moved: The photograph carried along with the face's landmarks.
        known: Where ``moved`` can be compared with ``picture``: everywhere if the face was not moved, else on it.
        turned: Whether the face was moved at all.
        points: Landmarks found again on the picture ``(478, 2)``, pixels of the frame.
        face: The face's own hull, 0 or 1.
        before: Regions of the photograph at the same place, 0..1.
        after: Regions found again on the picture.
        masks: Masks that came with the picture, 0..1.
        inside: Where the frame shows the photograph and not what lies beyond its edges.
    """

    picture: Map
    still: Map
    moved: Map
    known: npt.NDArray[np.bool_]
    turned: bool
    points: npt.NDArray[np.float64]
    face: npt.NDArray[np.bool_]
    before: Mapping[str, Map]
    after: Mapping[str, Map]
    masks: Mapping[str, Map]
    inside: npt.NDArray[np.bool_]


def apart(face: Decomposition) -> float:
    """Distance of the pupils of one face if it faced the camera, pixels."""
    return EYES_APART_MM * float(face.pose.scale[0])


def aligned(
    before: Decomposition,
    after: Decomposition,
    carried: npt.NDArray[np.float32],
    masks: Mapping[str, npt.NDArray[np.uint8]],
) -> Aligned:
    """Bring a picture and its photograph into the frame.

    Args:
        before: The photograph taken apart, one face.
        after: The picture taken apart anew, the same face.
        carried: Landmarks that were carried along ``(478, 3)``, pixels of the picture.
        masks: Label masks of the picture, ``(H, W)`` uint8.
    """
    matrix = _placing(after)
    photo, picture = before.photos[0].pixels, after.photos[0].pixels
    own = before.points[0, :, :2].double().cpu().numpy()
    there = carried[:, :2].astype(np.float64)
    face = _hull(_moved(there, matrix))
    source, turned = _source(own, there, matrix)
    inside = _warped(np.full(picture.shape[:2], 255, np.uint8), matrix) > 254
    return Aligned(
        picture=_warped(picture, matrix),
        still=_warped(photo, matrix),
        moved=_looked_up(photo, source) if turned else _warped(photo, matrix),
        known=(face if turned else np.ones_like(face)) & inside,
        turned=turned,
        points=_moved(after.points[0, :, :2].double().cpu().numpy(), matrix),
        face=face,
        before=_regions(before, matrix),
        after=_regions(after, matrix),
        masks={name: _warped(mask, matrix) / np.float32(255) for name, mask in masks.items()},
        inside=inside,
    )


def _placing(face: Decomposition) -> npt.NDArray[np.float64]:
    """The similarity ``(2, 3)`` from picture to frame: eyes level and between the sides, of the frame's scale."""
    points = face.points[0, :, :2].double().cpu().numpy()
    right, left = points[RIGHT_PUPIL], points[LEFT_PUPIL]
    angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    scale = SCALE / float(face.pose.scale[0])
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.array([[cos, sin], [-sin, cos]])
    shift = np.array([SIDE / 2, SIDE * HEIGHT]) - linear @ ((right + left) / 2)
    return np.hstack([linear, shift[:, None]])


def _moved(points: npt.NDArray[np.float64], matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points of the picture in the frame."""
    moved: npt.NDArray[np.float64] = points @ matrix[:, :2].T + matrix[:, 2]
    return moved


def _warped(picture: npt.NDArray[np.uint8] | Map, matrix: npt.NDArray[np.float64]) -> Map:
    """A picture in the frame; averaged first where it has more pixels than the frame. Pixel centres lie at .5."""
    shrink = float(np.hypot(matrix[0, 0], matrix[0, 1]))
    given = _averaged(picture, 1 / shrink)
    centred = matrix.copy()
    centred[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return np.asarray(
        cv2.warpAffine(given, centred, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if picture.ndim == 3
        else cv2.warpAffine(given, centred, (SIDE, SIDE), flags=cv2.INTER_LINEAR),
        np.float32,
    )


def _source(
    own: npt.NDArray[np.float64], there: npt.NDArray[np.float64], matrix: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], bool]:
    """Where in the photograph each pixel of the frame comes from ``(SIDE, SIDE, 2)``, and whether that is elsewhere."""
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float64)
    columns, rows = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    place = np.stack([columns, rows], axis=-1) @ back[:, :2].T + back[:, 2]
    shift = own - there
    far = float(np.abs(shift @ matrix[:, :2].T).max())
    if far <= STILL:
        return place, False
    found = np.asarray(LinearNDInterpolator(_moved(there, matrix), shift)(columns, rows), np.float64)
    return np.asarray(place + np.nan_to_num(found), np.float64), True


def _looked_up(photo: npt.NDArray[np.uint8], place: npt.NDArray[np.float64]) -> Map:
    """The photograph at given places ``(SIDE, SIDE, 2)``, pixels with centres at .5."""
    step = float(np.hypot(*(place[SIDE // 2, SIDE // 2 + 20] - place[SIDE // 2, SIDE // 2 - 20]))) / 40
    given = _averaged(photo, step)
    columns, rows = (place[..., axis].astype(np.float32) - 0.5 for axis in (0, 1))
    return np.asarray(cv2.remap(given, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _averaged(picture: npt.NDArray[np.uint8] | Map, step: float) -> Map:
    """A picture that may be sampled every so many pixels: finer detail would alias."""
    given = picture.astype(np.float32)
    return np.asarray(cv2.GaussianBlur(given, (0, 0), 0.45 * step), np.float32) if step > 1.25 else given


def _hull(points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """The inside of the landmarks' hull."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    outline = cv2.convexHull(points.astype(np.float32)).round().astype(np.int32)
    return np.asarray(cv2.fillConvexPoly(canvas, outline, 1) > 0)


def _regions(face: Decomposition, matrix: npt.NDArray[np.float64]) -> dict[str, Map]:
    """The soft regions of one face in the frame."""
    left, top = face.corners[0]
    placed = matrix.copy()
    placed[:, 2] += matrix[:, :2] @ (left, top)
    return {name: _warped(getattr(face.regions, name)[0, 0].cpu().numpy(), placed) for name in REGIONS}
