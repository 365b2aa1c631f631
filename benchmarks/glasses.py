"""How well glasses sit: pupils inside the lenses, frames level with the head, nothing else changed; and a baseline.

The baseline is what try-on programs do: the front view of the same frame as a flat picture with alpha, scaled by the
distance of the pupils and turned with their line.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch

from faceaug.face.frame import cut
from faceaug.face.frame_tables import frame_tables
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.render import Rendering

__all__ = ["flat_glasses", "seated"]

LENS = 0.5
"""Share of a lens in a pixel above which it counts as one."""


def seated(parts: Decomposition, made: Rendering) -> dict[str, Any]:
    """How many pupils lie inside a lens, and the roll of the two lenses against the head's own, degrees."""
    lens = made.masks["glasses_lens"][0] / 255
    pupils = made.points[0][[RIGHT_PUPIL, LEFT_PUPIL], :2]
    inside = sum(bool(lens[int(y), int(x)] > LENS) for x, y in pupils)
    middle = (pupils[0] + pupils[1]) / 2
    along = (pupils[1] - pupils[0]) / np.linalg.norm(pupils[1] - pupils[0])
    y, x = np.nonzero(lens > LENS)
    left = (np.c_[x, y] - middle) @ along < 0
    if left.all() or not left.any():
        return {"inside": inside, "roll": math.nan}
    first, second = np.c_[x, y][left].mean(axis=0), np.c_[x, y][~left].mean(axis=0)
    roll = math.degrees(math.atan2(second[1] - first[1], second[0] - first[0]))
    # The head's own horizontal axis as the picture shows it.
    axis = parts.pose.rotation[0, :, 0]
    return {"inside": inside, "roll": roll - math.degrees(math.atan2(-float(axis[1]), float(axis[0])))}


def flat_glasses(face: Decomposition, style: str = "rectangle") -> np.ndarray:
    """The baseline: a flat black frame with alpha over the photograph, by similarity from the pupils alone."""
    frame = cut(style, metal=False, width=136.0, pupils=63.0, thickness=1.0)
    pixels = face.photos[0].pixels
    right, left = (face.points[0, k, :2].double().numpy() for k in (RIGHT_PUPIL, LEFT_PUPIL))
    along = (left - right) / 63.0
    scale = float(np.hypot(*along))
    height, width = pixels.shape[:2]
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    offset = np.stack([x, y], axis=-1) - (left + right) / 2
    u = torch.from_numpy((offset @ along) / scale**2).float()[None, None]
    v = torch.from_numpy(-(offset @ np.array([-along[1], along[0]])) / scale**2).float()[None, None]
    solid = frame_tables(frame).at(u, v - 0.07 * frame.height)[0, 2].numpy()
    alpha = cv2.GaussianBlur((solid < 0).astype(np.float32), (0, 0), 0.5)[..., None]
    return (pixels * (1 - alpha) + 20 * alpha).round().astype(np.uint8)
