"""Numbers of the 478-point mesh: contours, regions and which point is whose mirror image.

The numbering is that of the landmark network (MediaPipe face mesh, Apache-2.0; see ``weights/NOTICE``). *Right* and
*left* are the subject's own: the right eye is on the left in a picture that is not mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from safetensors.numpy import load

if TYPE_CHECKING:
    import numpy as np

POINTS = 478
SURFACE_POINTS = 468

# fmt: off
FACE_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)
LIPS_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
LIPS_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
RIGHT_BROW = (46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
LEFT_BROW = (276, 283, 282, 295, 285, 336, 296, 334, 293, 300)
# fmt: on
RIGHT_PUPIL, LEFT_PUPIL = 468, 473
RIGHT_IRIS, LEFT_IRIS = (469, 470, 471, 472), (474, 475, 476, 477)
RIGHT_EYE_OUTER, RIGHT_EYE_INNER, LEFT_EYE_INNER, LEFT_EYE_OUTER = 33, 133, 362, 263
NOSE_TIP, CHIN, FOREHEAD = 4, 152, 10
RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER = 61, 291


@dataclass(frozen=True)
class FaceModel:
    """The mean face and the mesh that spans it.

    Attributes:
        points: Mean positions ``(478, 3)``, mm: right in the picture, up, toward the camera; pupils 63 mm apart.
        triangles: ``(T, 3)`` of the 468 surface points; eyes and mouth are closed.
        mirror: For each of the 478 points the number of its mirror image.
        rigid: Weight of each point ``(478,)`` in pose fits; small where expression moves it.
    """

    points: np.ndarray
    triangles: np.ndarray
    mirror: np.ndarray
    rigid: np.ndarray


@cache
def face_model() -> FaceModel:
    """Load the mean face, made by ``tools/make_face_model.py`` from photographs with neutral expression."""
    tensors = load((files("faceaug") / "weights" / "face_model.safetensors").read_bytes())
    return FaceModel(tensors["points"], tensors["triangles"], tensors["mirror"], tensors["rigid"])
