"""478 points on a face, found by the attention network in two passes.

Point numbers, and "left" for the eye at the smaller x, are MediaPipe's: 33 and 263 are the outer corners of the eyes,
468 and 473 the centres of the irises, 1 the tip of the nose, 61 and 291 the corners of the mouth, 152 the chin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from faceaug.face.detect import Detector, FaceBox, detect
from faceaug.face.networks import load
from faceaug.face.region import Pixels, Region, crop

if TYPE_CHECKING:
    from collections.abc import Sequence

Points = NDArray[np.float32]

COUNT = 478
LEFT_CORNER, RIGHT_CORNER = 33, 263
LEFT_PUPIL, RIGHT_PUPIL = 468, 473

SIDE = 192
"""Pixels along the network's square input."""

MARGIN = 1.5
"""Side of the region of interest over the long side of the points' box. Source: MediaPipe's face landmark graph."""

PASSES = 2
"""The first pass starts at the detector's box, each further one at the points of the one before."""

MESH = "output_mesh_identity"
"""The network's output of all points but the irises."""

PRESENT = 0.5
"""Least presence of a face: the benchmark's faces have above 0.99, what detectors mistake for faces below 0.3."""

LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
    *(76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408),
    *(62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407),
)
LEFT_EYE = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190),
    *(226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189),
    *(35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55, 193),
)
RIGHT_EYE = (
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    *(359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414),
    *(446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413),
    *(
        265,
        353,
        276,
        283,
        282,
        295,
        372,
        340,
        346,
        347,
        348,
        349,
        350,
        357,
        465,
        383,
        300,
        293,
        334,
        296,
        336,
        285,
        417,
    ),
)
"""Mesh points that the network's finer outputs replace in x and y, in the order of those outputs."""

LID = 16
"""Points of each eye, from the first, that are the edges of its lids; an iris, having no z, takes their mean z."""


@dataclass(frozen=True)
class Landmarks:
    """The points of one face.

    Attributes:
        points: ``(478, 3)`` float32 in pixels of the photograph: x right, y down (a pixel's centre is at +0.5), and
            z in the same unit, smaller = closer to the camera, zero near the plane of the head's centre.
        presence: The network's own probability that the region holds a face, 0..1.
        drift: Mean distance in the picture between the points of the last two passes, as a fraction of the face's
            long side; large where the network is unsure.
        roll: Degrees by which the outer corners of the eyes are turned clockwise, as seen in the picture.
    """

    points: Points
    presence: float
    drift: float
    roll: float


def region_of_box(box: FaceBox) -> Region:
    """The first region: around a detector's box, turned so that its two eyes are level."""
    x0, y0, x1, y1 = box.box
    (ax, ay), (bx, by) = box.points[:2]
    side = MARGIN * max(x1 - x0, y1 - y0)
    return Region((x0 + x1) / 2, (y0 + y1) / 2, side, math.atan2(by - ay, bx - ax))


def region_of_points(points: Points) -> Region:
    """The region around points ``(478, 3)``: their box in the turned frame, so that it turns with the face."""
    turn = math.radians(roll_of(points))
    cosine, sine = math.cos(turn), math.sin(turn)
    frame = np.array([[cosine, -sine], [sine, cosine]])
    level = points[:, :2].astype(np.float64) @ frame
    low, high = level.min(0), level.max(0)
    x, y = frame @ ((low + high) / 2)
    return Region(float(x), float(y), MARGIN * float((high - low).max()), turn)


def roll_of(points: Points) -> float:
    """Clockwise turn of the outer eye corners, degrees."""
    across = points[RIGHT_CORNER] - points[LEFT_CORNER]
    return math.degrees(math.atan2(float(across[1]), float(across[0])))


def find_landmarks(pixels: Pixels, box: FaceBox, *, device: str = "cpu") -> Landmarks:
    """The points of one face.

    Args:
        pixels: ``(H, W, 3)`` uint8 sRGB.
        box: Where `faceaug.face.detect.detect` found the face.
        device: A torch device, as text.
    """
    return find_landmarks_batch([(pixels, box)], device=device)[0]


def find_faces(pixels: Pixels, *, detector: Detector = "auto", device: str = "cpu") -> list[tuple[FaceBox, Landmarks]]:
    """Every face of a photograph with its points, the largest first; what the landmark network denies is left out.

    Args:
        pixels: ``(H, W, 3)`` uint8 sRGB.
        detector: See `faceaug.face.detect.detect`.
        device: A torch device, as text.
    """
    boxes = detect(pixels, detector=detector, device=device)
    found = find_landmarks_batch([(pixels, box) for box in boxes], device=device)
    return [(box, marks) for box, marks in zip(boxes, found, strict=True) if marks.presence >= PRESENT]


def find_landmarks_batch(faces: Sequence[tuple[Pixels, FaceBox]], *, device: str = "cpu") -> list[Landmarks]:
    """The points of many faces, in their order; the same face gives the same points to float accuracy in any batch."""
    if not faces:
        return []
    regions = [region_of_box(box) for _, box in faces]
    before: list[Points] = []
    for _ in range(PASSES):
        crops = np.stack([crop(pixels, region, SIDE) for (pixels, _), region in zip(faces, regions, strict=True)])
        raw, presence = run_network(crops, device)
        after = [to_photo(points, region) for points, region in zip(raw, regions, strict=True)]
        drifts = [drift_of(old, new) for old, new in zip(before, after, strict=True)] if before else []
        before, regions = after, [region_of_points(points) for points in after]
    return [
        Landmarks(points, float(flag), drift, roll_of(points))
        for points, flag, drift in zip(before, presence, drifts, strict=True)
    ]


def run_network(crops: Pixels, device: str = "cpu") -> tuple[Points, Points]:
    """One pass over upright crops ``(B, 192, 192, 3)``: points ``(B, 478, 3)`` in crop pixels, presence ``(B,)``."""
    made = _outputs(crops, device)
    count = len(crops)
    points = np.zeros((count, COUNT, 3), np.float32)
    points[:, :LEFT_PUPIL] = made[MESH].reshape(count, LEFT_PUPIL, 3)
    finer = {"output_lips": LIPS, "output_left_eye": LEFT_EYE, "output_right_eye": RIGHT_EYE}
    for name, numbers in finer.items():
        points[:, numbers, :2] = made[name].reshape(count, len(numbers), 2)
    for first, eye, lids in ((LEFT_PUPIL, "left", LEFT_EYE), (RIGHT_PUPIL, "right", RIGHT_EYE)):
        points[:, first : first + 5, :2] = made[f"output_{eye}_iris"].reshape(count, 5, 2)
        points[:, first : first + 5, 2] = points[:, lids[:LID], 2].mean(1, keepdims=True)
    presence = 1 / (1 + np.exp(-made["conv_faceflag"].reshape(count)))
    return points, presence.astype(np.float32)


def run_mesh(crops: Pixels, device: str = "cpu") -> Points:
    """The mesh alone of upright crops ``(B, 192, 192, 3)``, three times as fast: points ``(B, 478, 3)`` in crop pixels.

    Lips, lids and brows are not looked at closely, and an iris lies amid its lids: good for poses, which differ by 0.2
    degrees (standard deviation over 117 turned heads) from those of `run_network`.
    """
    points = np.zeros((len(crops), COUNT, 3), np.float32)
    points[:, :LEFT_PUPIL] = _outputs(crops, device, MESH)[MESH].reshape(len(crops), LEFT_PUPIL, 3)
    for first, lids in ((LEFT_PUPIL, LEFT_EYE), (RIGHT_PUPIL, RIGHT_EYE)):
        points[:, first : first + 5] = points[:, lids[:LID]].mean(1, keepdims=True)
    return points


def _outputs(crops: Pixels, device: str, *names: str) -> dict[str, NDArray[np.float32]]:
    """The network's outputs of these names, or all."""
    with torch.inference_mode():
        pictures = torch.from_numpy(crops).to(device).permute(0, 3, 1, 2).float() / 255
        return {name: value.float().cpu().numpy() for name, value in load("landmarks", device)(pictures, names).items()}


def to_photo(points: Points, region: Region) -> Points:
    """Points in crop pixels to pixels of the photograph."""
    matrix = region.matrix()
    flat = points[:, :2] / SIDE @ matrix[:, :2].T + matrix[:, 2]
    return np.column_stack([flat, points[:, 2] * (region.side / SIDE)]).astype(np.float32)


def drift_of(old: Points, new: Points) -> float:
    """Mean distance in the picture between two sets of points, over the long side of the second's box."""
    moved = np.linalg.norm(new[:, :2] - old[:, :2], axis=1).mean()
    return float(moved / max(float(np.ptp(new[:, :2], axis=0).max()), 1e-6))
