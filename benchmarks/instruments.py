"""Instruments that share nothing with the edits: five points of another network, patches placed by hand, a recogniser.

Pose: MTCNN (facenet-pytorch) finds two pupils, the nose's tip and the corners of the mouth; a rigid fit of the mean
face's five points (perspective-n-point) gives angles. Tone: the set's own cheek patches, between pupils marked by hand
or, where nobody marked any, between MTCNN's. Identity: dlib's recogniser.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.sample import lab_of
from faceaug.face.detect import by_mtcnn
from faceaug.face.topology import (
    LEFT_MOUTH_CORNER,
    LEFT_PUPIL,
    NOSE_TIP,
    RIGHT_MOUTH_CORNER,
    RIGHT_PUPIL,
    face_model,
)
from faceaug.plan.gate.identity import recogniser

if TYPE_CHECKING:
    from benchmarks.faces import Face

FAR = 20.0
"""Focal length over the photograph's width: as good as no perspective, which five points cannot tell."""

HALF, BELOW, OUTWARD = 0.11, 0.62, 0.02
"""The set's cheek patches: half-width, distance below each pupil and outward from it, over the pupils' distance."""


def five_points(pixels: np.ndarray) -> np.ndarray | None:
    """Pupils, nose, corners of the mouth ``(5, 2)`` of the largest face that MTCNN finds, or None."""
    found = sorted(by_mtcnn(pixels), key=lambda face: -face.area)
    return np.asarray(found[0].points[:5], np.float64) if found else None


@cache
def _five_of_model() -> np.ndarray:
    """The five points of the mean face ``(5, 3)``, mm: right, down, away from the camera."""
    five = [RIGHT_PUPIL, LEFT_PUPIL, NOSE_TIP, RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER]
    return np.ascontiguousarray(face_model().points[five].astype(np.float64) * [1, -1, -1])


def angles_of_five(points: np.ndarray, size: tuple[int, int]) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees, signed as in `faceaug.face.geometry`, of five points on a picture of that size.

    The mean face's pitch in these five is not that of one person's: only differences of pitch between two pictures of
    one person mean something, and those of yaw mean more than its value.
    """
    height, width = size
    focal = FAR * width
    camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]], np.float64)
    model = _five_of_model()
    _, turn, shift = cv2.solvePnP(model, points, camera, None, flags=cv2.SOLVEPNP_SQPNP)
    turn, _ = cv2.solvePnPRefineLM(model, points, camera, None, turn, shift)
    rotation, _ = cv2.Rodrigues(turn)
    flip = np.diag([1.0, -1.0, -1.0])
    return _angles(flip @ rotation @ flip)


def _angles(rotation: np.ndarray) -> tuple[float, float, float]:
    import torch

    from faceaug.face.geometry import pose_angles

    yaw, pitch, roll = pose_angles(torch.from_numpy(rotation)[None])[0].tolist()
    return yaw, pitch, roll


def pupils_of(face: Face, pixels: np.ndarray) -> np.ndarray | None:
    """Both pupils ``(2, 2)``: marked by hand where they are, else MTCNN's; None where neither is known."""
    if face.scheme in (106, 189):
        return face.points()[:2]
    five = five_points(pixels)
    return None if five is None else five[:2]


def cheek_tone(pixels: np.ndarray, pupils: np.ndarray) -> dict[str, float]:
    """Median L*, typology angle and hue (degrees) of both cheek patches, as the set defines them."""
    right, left = pupils
    apart = float(np.linalg.norm(left - right))
    along = (left - right) / apart
    down = np.array([-along[1], along[0]])
    patches = []
    for pupil, side in ((right, -1), (left, 1)):
        x, y = pupil + down * BELOW * apart + along * side * OUTWARD * apart
        reach = HALF * apart
        patch = pixels[max(0, round(y - reach)) : round(y + reach), max(0, round(x - reach)) : round(x + reach)]
        patches.append(lab_of(patch).reshape(-1, 3))
    lightness, a, b = np.median(np.concatenate(patches), axis=0)
    return {
        "lightness": float(lightness),
        "ita": float(np.degrees(np.arctan2(lightness - 50, b))),
        "hue": float(np.degrees(np.arctan2(b, a))),
    }


SAME = 0.6
"""Distance below which dlib's model takes two photographs for one person (its author's threshold)."""


def missing() -> list[str]:
    """Packages of the extra ``identity`` that are not installed."""
    return [name for name in ("dlib", "face_recognition_models") if find_spec(name) is None]


def embedding(pixels: np.ndarray, points: np.ndarray) -> np.ndarray:
    """128 numbers of the face with these landmarks ``(468 or more, 2)``.

    Raises:
        ModuleNotFoundError: see `missing`.
    """
    known = recogniser()
    if known is None:
        msg = f"{' and '.join(missing())} not installed"
        raise ModuleNotFoundError(msg)
    return known(pixels, points)
