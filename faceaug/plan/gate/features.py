"""Checks: landmarks are where they were carried to, and both eyes are still themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt

from faceaug.face.topology import LEFT_EYE, RIGHT_EYE, SURFACE_POINTS
from faceaug.plan.gate.frame import Aligned, Map, apart

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

__all__ = ["drift", "exchange"]

HALF_WIDTH, HALF_HEIGHT = 26, 16
"""Half of the part around an eye that is compared, pixels of the frame: 41 by 25 mm, lids and lashes."""

SHARE: Final = 0.9
"""Share of the landmarks that have to lie within the distance that is reported."""


def drift(after: Decomposition, carried: npt.NDArray[np.float32]) -> float:
    """How far nine in ten landmarks that are found again lie at most from where they were carried to.

    Args:
        after: The picture taken apart anew.
        carried: Landmarks that were carried along ``(478, 3)``, pixels of the picture.

    Returns:
        Share of the distance of the pupils.
    """
    again = after.points[0, :SURFACE_POINTS, :2].double().cpu().numpy()
    gaps = np.hypot(*(again - carried[:SURFACE_POINTS, :2]).T)
    return float(np.quantile(gaps, SHARE)) / apart(after)


def exchange(pair: Aligned) -> float:
    """How much more each eye is like the other eye of the photograph than like itself.

    Returns:
        1 less the mean correlation of each eye with itself, plus that with the other one; 0 for eyes that are
        themselves and quite unlike each other, 1 where they cannot be told apart, above 1 where they seem exchanged.
    """
    eyes = [pair.points[list(points)].mean(axis=0) for points in (RIGHT_EYE, LEFT_EYE)]
    now = [_patch(pair.picture, eye) for eye in eyes]
    own = [_patch(pair.moved, eye) for eye in eyes]
    same = (_correlation(now[0], own[0]) + _correlation(now[1], own[1])) / 2
    other = (_correlation(now[0], own[1]) + _correlation(now[1], own[0])) / 2
    return max(0.0, 1.0 - same + other)


def _patch(picture: Map, middle: npt.NDArray[np.float64]) -> Map:
    """The part around an eye, in lightness, without what is finer than a millimetre."""
    size = (2 * HALF_WIDTH + 1, 2 * HALF_HEIGHT + 1)
    cut = cv2.getRectSubPix(picture, size, (float(middle[0]) - 0.5, float(middle[1]) - 0.5))
    return np.asarray(cv2.GaussianBlur(cut.mean(axis=2), (0, 0), 1.2), np.float32)


def _correlation(a: Map, b: Map) -> float:
    """Correlation of two patches, -1..1; 0 where one of them is flat."""
    x, y = a - a.mean(), b - b.mean()
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / size if size > 1e-6 else 0.0
