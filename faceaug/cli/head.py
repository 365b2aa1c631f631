"""The part of a photograph that is worth looking at when a face is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

__all__ = ["frame", "head"]

Number = TypeVar("Number", bound=np.generic)

ASIDE: Final = 0.85
ABOVE: Final = 0.9
BELOW: Final = 0.8
"""How far the frame goes from the middle of the face, in heights of the face: hair and neck are in it."""


def frame(face: Decomposition) -> tuple[int, int, int, int]:
    """A box around head and neck, inside the photograph.

    Args:
        face: one face.

    Returns:
        Left, top, right, bottom, whole pixels.
    """
    height, width = face.photos[0].pixels.shape[:2]
    points = face.points[0, :, :2].numpy(force=True)
    low, high = points.min(axis=0), points.max(axis=0)
    (x, y), reach = (low + high) / 2, float((high - low).max())
    left, right = max(0, round(x - ASIDE * reach)), min(width, round(x + ASIDE * reach))
    top, bottom = max(0, round(y - ABOVE * reach)), min(height, round(y + BELOW * reach))
    return left, top, right, bottom


def head(face: Decomposition, pixels: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Cut head and neck out of a photograph.

    Args:
        face: one face of the photograph.
        pixels: (H, W, C), the photograph, a rendering or a map of it.
    """
    left, top, right, bottom = frame(face)
    return np.ascontiguousarray(pixels[top:bottom, left:right])
