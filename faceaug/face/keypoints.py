"""The named points of a face, from its mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from faceaug.data.keypoints import HIDDEN, OUTSIDE, POINTS, VISIBLE
from faceaug.face.topology import SURFACE_POINTS, face_model

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["keypoints_of"]

DIGITS: Final = 5
"""A hundredth of a pixel of a picture of a thousand."""

PUPILS: Final = {
    "right_pupil": ("right_eye_outer", "right_eye_upper", "right_eye_inner", "right_eye_lower"),
    "left_pupil": ("left_eye_outer", "left_eye_upper", "left_eye_inner", "left_eye_lower"),
}
"""A pupil is no part of the surface; it faces where the rim of its eye does."""


def keypoints_of(points: npt.NDArray[np.floating], width: int, height: int) -> dict[str, list[float | int]]:
    """Where the named points are in a picture, and whether they can be seen.

    A point counts as visible where the mesh around it faces the camera: what hides it otherwise (a hand, hair, dark
    lenses, the nose before the far cheek) is not looked for here.

    Args:
        points: (478, 3) of the mesh, found or carried; pixels, y down, z smaller = closer.
        width: of the picture, pixels.
        height: of the picture, pixels.

    Returns:
        Name -> x, y (shares of width and height), and OUTSIDE, HIDDEN or VISIBLE, as `faceaug.data.keypoints` says.
    """
    toward = _toward_camera(np.asarray(points[:SURFACE_POINTS], np.float64))
    found: dict[str, list[float | int]] = {}
    for name, number in POINTS.items():
        x, y = (float(points[number, 0]) / width, float(points[number, 1]) / height)
        around = [POINTS[one] for one in PUPILS.get(name, (name,))]
        seen = VISIBLE if float(toward[around].sum()) > 0 else HIDDEN
        inside = 0 <= x <= 1 and 0 <= y <= 1
        found[name] = [round(x, DIGITS), round(y, DIGITS), seen if inside else OUTSIDE]
    return found


def _toward_camera(surface: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How much the surface around each point faces the camera: signed area of its triangles in the picture, twice."""
    triangles = face_model().triangles
    first, second, third = (surface[triangles[:, corner], :2] for corner in range(3))
    one, other = second - first, third - first
    area = one[:, 1] * other[:, 0] - one[:, 0] * other[:, 1]  # y points down
    total = np.zeros(len(surface))
    for corner in range(3):
        np.add.at(total, triangles[:, corner], area)
    return total
