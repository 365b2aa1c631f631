"""Carrying a user's own keypoints along with the face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["carry"]

NEAREST: Final = 8
"""Landmarks that move a point; about the neighbours of one mesh vertex and their own edges."""

REACH: Final = 1.0
"""Face widths beyond the face at which a point no longer moves (our own choice: the head's rings end there)."""


def carry(points: npt.NDArray[Any], before: npt.NDArray[Any], after: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Move points as the landmarks around them have moved.

    Shepard's inverse-distance weighting of the eight nearest landmarks' displacements; exact at a landmark and for a
    common shift, unchanged where nothing moved, fading to nothing one face width away from the face.

    Args:
        points: (N, 2 or more) pixels; further columns (angle, scale, ...) are kept.
        before: (L, 2 or more) landmarks of the photograph, pixels.
        after: (L, 2 or more) landmarks of the picture, pixels.

    Returns:
        (N, the same columns) float32.

    Raises:
        ValueError: for points of another shape.

    Source:
        D. Shepard, "A two-dimensional interpolation function for irregularly-spaced data", ACM 1968 (power 2).
    """
    if np.ndim(points) != 2 and np.size(points) not in {0, 2}:
        msg = f"points must have the shape (N, 2), pixels, not {np.shape(points)}"
        raise ValueError(msg)
    moved = np.array(points, dtype=np.float32).reshape(-1, np.shape(points)[-1] if np.ndim(points) > 1 else 2)
    shift = np.asarray(after, np.float64)[:, :2] - np.asarray(before, np.float64)[:, :2]
    if not moved.size or not np.any(shift):
        return moved
    anchors = np.asarray(before, np.float64)[:, :2]
    span = float(np.ptp(anchors[:, 0]))
    gap = np.linalg.norm(moved[:, None, :2].astype(np.float64) - anchors[None], axis=2)
    nearest = np.argsort(gap, axis=1, kind="stable")[:, :NEAREST]
    distance = np.take_along_axis(gap, nearest, axis=1)
    weight = 1.0 / (distance**2 + 1e-9)
    weight /= weight.sum(axis=1, keepdims=True)
    inside = (anchors.min(axis=0) <= moved[:, :2]) & (moved[:, :2] <= anchors.max(axis=0))
    fade = np.where(inside.all(axis=1), 1.0, np.clip(1.0 - distance[:, 0] / (REACH * span), 0.0, 1.0))
    moved[:, :2] += ((weight[..., None] * shift[nearest]).sum(axis=1) * fade[:, None]).astype(np.float32)
    return moved
