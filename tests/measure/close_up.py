"""The head of the first sample portrait, three times as large: there the whites of the eyes and spots show."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from faceaug.face.decompose import decompose
from tests.portraits import pixels_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

TIMES = 3


@cache
def close_up() -> Decomposition:
    """Eileen Collins' head at three times its size."""
    head = pixels_of("eileen_collins.png")[20:300, 90:370]
    return decompose(np.asarray(cv2.resize(head, None, fx=TIMES, fy=TIMES, interpolation=cv2.INTER_CUBIC), np.uint8))


def lit(face: Decomposition, change: Callable[[Tensor], Tensor]) -> Decomposition:
    """The same face with other light in its window, and its tone read off that anew."""
    from faceaug.face.skin import find_skin

    linear = change(face.linear).clamp(0, 1)
    corner = torch.tensor(face.corners, dtype=torch.float32)
    skin = find_skin(linear, face.regions, face.points, corner, face.pose)
    return replace(face, linear=linear, skin=skin)


def moved(face: Decomposition, points: tuple[int, ...], right: float = 0.0, up: float = 0.0) -> Decomposition:
    """The same face with some landmarks moved, millimetres in the head's own frame."""
    shift = face.pose.rotation[0] @ torch.tensor([right, up, 0.0]) * face.pose.scale[0]
    changed = face.points.clone()
    changed[0, list(points)] += shift * torch.tensor([1.0, -1.0, -1.0])
    return replace(face, points=changed)
