"""How well glasses sit: pupils inside the lenses, frames level with the head, nothing else changed; and a baseline.

The baseline is what try-on programs do: the front view of the same frame as a flat picture with alpha, scaled by the
distance of the pupils and turned with their line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from faceaug.edit import get_edit
from faceaug.errors import Refusal
from faceaug.face.frame import cut, frame_tables
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.face.worn import worn_glasses
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.eyewear_fitting import worn_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faceaug.face.decomposition import Decomposition

__all__ = ["Row", "flat_glasses", "measure_glasses"]

# Roll of a frame found in its mask: the lenses' middles.
_SURE = 0.5


@dataclass(frozen=True)
class Row:
    """What was measured on one face.

    Attributes:
        ita: Typology angle of the face, degrees.
        refused: Why nothing was drawn, or ''.
        inside: How many pupils lie inside a lens, 0..2.
        roll: Roll of the lenses in the picture against that of the head, degrees.
        outside: Pixels that changed outside the mask.
        found: Whether the glasses are found again in the result.
        width: Width of the frame over that of the head at the temples.
    """

    ita: float
    refused: str
    inside: int = 0
    roll: float = math.nan
    outside: int = 0
    found: bool = False
    width: float = math.nan


def measure_glasses(faces: Iterable[Decomposition]) -> list[Row]:
    """Put one drawn pair on each face and measure it."""
    rows = []
    for index, face in enumerate(faces):
        ita = float(face.skin.ita[0])
        try:
            scene = get_edit("glasses")(Scene.of(face, seed=index))
        except Refusal as refusal:
            rows.append(Row(ita, refusal.reason))
            continue
        rows.append(_measured(face, scene, ita))
    return rows


def _measured(face: Decomposition, scene: Scene, ita: float) -> Row:
    from faceaug.face.decompose import decompose

    made = render(scene)
    lens = made.masks["glasses_lens"][0] / 255
    pupils = made.points[0][[RIGHT_PUPIL, LEFT_PUPIL], :2]
    inside = sum(bool(lens[int(y), int(x)] > _SURE) for x, y in pupils)
    middle = (pupils[0] + pupils[1]) / 2
    along = (pupils[1] - pupils[0]) / np.linalg.norm(pupils[1] - pupils[0])
    y, x = np.nonzero(lens > _SURE)
    left = (np.c_[x, y] - middle) @ along < 0
    first, second = np.c_[x, y][left].mean(axis=0), np.c_[x, y][~left].mean(axis=0)
    roll = math.degrees(math.atan2(second[1] - first[1], second[0] - first[0]))
    # The head's own horizontal axis as the picture shows it.
    axis = face.pose.rotation[0, :, 0]
    head = math.degrees(math.atan2(-float(axis[1]), float(axis[0])))
    changed = (made.pixels[0] != face.photos[0].pixels).any(axis=2)
    outside = int((changed & (made.masks["glasses"][0] == 0)).sum())
    assert scene.eyewear is not None
    frame, _ = worn_frame(scene, scene.eyewear, 0)
    again = worn_glasses(decompose(made.pixels[0])).worn
    return Row(ita, "", inside, roll - head, outside, again, frame.width)


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
