"""Find the faces in a photograph.

BlazeFace looks first, because on the 430 photographs of the benchmark it finds every face that MTCNN finds (and one
that MTCNN misses), with no second face anywhere, in a tenth of the time; MTCNN looks where BlazeFace sees nothing
(``docs/decisions/0002-networks.md``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from faceaug.errors import FaceaugError
from faceaug.face.blazeface import FAR, NEAR, OVERLAP, Candidates, Kind, best, joined, overlap, propose
from faceaug.face.region import Pixels, Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Detector = Literal["auto", "blazeface", "mtcnn"]

LEAST_NEAR = 0.6
"""Smallest score of the near network: the 430 benchmark faces score 0.84 or more, anything else there 0.51 or less."""

SURE = 0.8
"""Below this score of the near network a face may be upside down, so that turned photographs are looked at as well."""

LEAST_FAR = 0.6
"""Smallest score of the far network. Source: MediaPipe's full-range graph."""

LEAST_SEARCH = 0.75
"""Smallest score where many turned or small views are searched, each of which is a chance to be wrong."""

LEAST_MTCNN = 0.9
"""Smallest probability of MTCNN's last stage."""

SMALLEST_MTCNN = 20
"""Pixels; MTCNN fails on photographs with a shorter side than its own smallest face."""

ALONE = 0.25
"""A face of at least this fraction of the photograph's long side is taken for the only one at its distance."""

SMALL = 0.15
"""A face below this fraction of the photograph's long side is looked at again: its points are coarse."""

SURROUNDINGS = 3.0
"""Side of that second look, over the width of the box."""

TURNS = (90.0, -90.0, 180.0, 45.0, -45.0)
"""Degrees by which a photograph is turned to look for heads that are not upright."""

TILES = (2, 4)
"""A photograph is searched for small faces in half-overlapping squares of its long side over these."""


@dataclass(frozen=True)
class FaceBox:
    """One face that a detector found.

    Attributes:
        box: ``x0, y0, x1, y1`` in pixels of the photograph (a pixel's centre is at +0.5); may reach beyond its border.
        score: The detector's own confidence, 0..1.
        points: ``(k, 2)`` float32 in pixels, the two eyes first, the one at the smaller x of an upright face before the
            other; then the nose's tip and whatever the detector has.
        found_by: ``blazeface`` or ``mtcnn``.
    """

    box: tuple[float, float, float, float]
    score: float
    points: NDArray[np.float32]
    found_by: str

    @property
    def area(self) -> float:
        """Square pixels of the box."""
        x0, y0, x1, y1 = self.box
        return max(x1 - x0, 0.0) * max(y1 - y0, 0.0)


def detect(pixels: Pixels, *, detector: Detector = "auto", device: str = "cpu") -> list[FaceBox]:
    """The faces of a photograph, the largest first; an empty list where there is none.

    Args:
        pixels: ``(H, W, 3)`` uint8 sRGB.
        detector: ``blazeface``, ``mtcnn``, or ``auto``: BlazeFace, and MTCNN where that finds nothing.
        device: A torch device, as text.

    Raises:
        FaceaugError: There is no such detector, or facenet-pytorch is asked for and not installed.
    """
    if detector not in ("auto", "blazeface", "mtcnn"):
        raise FaceaugError(f"detector is {detector!r}, but must be auto, blazeface or mtcnn")
    found = [] if detector == "mtcnn" else by_blazeface(pixels, device)
    if detector == "mtcnn" or (detector == "auto" and not found):
        found = by_mtcnn(pixels, device)
    return sorted(found, key=lambda face: -face.area)


def by_blazeface(pixels: Pixels, device: str = "cpu") -> list[FaceBox]:
    """Look at the whole photograph, then, only as long as nothing is found, turned and in ever smaller parts."""
    high, wide = pixels.shape[:2]
    whole = Region(wide / 2, high / 2, float(max(high, wide)))
    found = propose(pixels, NEAR, [whole], LEAST_NEAR, device)
    if 0 < found.scores.max(initial=0) < SURE:
        turned = propose(pixels, NEAR, turned_views(whole), LEAST_SEARCH, device)
        found = joined([found, turned])
    largest = (found.boxes[:, 2] - found.boxes[:, 0]).max(initial=0)
    if largest < ALONE * whole.side:
        found = joined([found, propose(pixels, FAR, [whole], LEAST_FAR, device)])
    for kind, views in searches(whole, high, wide):
        if len(found.scores):
            break
        found = propose(pixels, kind, views, LEAST_SEARCH, device)
    kept = closer(pixels, best(found), SMALL * whole.side, device)
    return [
        FaceBox((float(x0), float(y0), float(x1), float(y1)), float(score), points, "blazeface")
        for (x0, y0, x1, y1), points, score in zip(kept.boxes, kept.points, kept.scores, strict=True)
    ]


def closer(pixels: Pixels, found: Candidates, small: float, device: str) -> Candidates:
    """Replace boxes below a width by what a look at their surroundings gives, where it finds the face again."""
    sides = found.boxes[:, 2] - found.boxes[:, 0]
    kept = [Candidates(found.boxes[sides >= small], found.points[sides >= small], found.scores[sides >= small])]
    for index in np.flatnonzero(sides < small):
        box = found.boxes[index]
        across = found.points[index, 1] - found.points[index, 0]
        x, y = (float(centre) for centre in (box[:2] + box[2:]) / 2)
        view = Region(x, y, SURROUNDINGS * float(sides[index]), math.atan2(float(across[1]), float(across[0])))
        again = propose(pixels, NEAR, [view], LEAST_NEAR, device)
        same = overlap(box, again.boxes) > OVERLAP
        part = slice(index, index + 1)
        before = Candidates(found.boxes[part], found.points[part], found.scores[part])
        kept.append(Candidates(again.boxes[same], again.points[same], again.scores[same]) if same.any() else before)
    return best(joined(kept))


def turned_views(whole: Region) -> list[Region]:
    """The whole photograph in other directions."""
    return [Region(whole.x, whole.y, whole.side, math.radians(turn)) for turn in TURNS]


def searches(whole: Region, high: int, wide: int) -> Iterator[tuple[Kind, list[Region]]]:
    """What to try, in order, where a look at the whole photograph finds nothing."""
    yield NEAR, turned_views(whole)
    for parts in TILES:
        side = whole.side / parts
        rows, columns = spread(high, side), spread(wide, side)
        yield FAR, [Region(x, y, side) for y in rows for x in columns]


def spread(length: int, side: float) -> list[float]:
    """Centres of half-overlapping spans of ``side`` that cover ``length``."""
    if length <= side:
        return [length / 2]
    count = math.ceil((length - side) / (side / 2) - 1e-6) + 1
    return [side / 2 + (length - side) * k / (count - 1) for k in range(count)]


@cache
def mtcnn(device: str) -> Any:
    """The MTCNN of facenet-pytorch, which carries its weights; imported on first use, since it imports torchvision.

    Raises:
        FaceaugError: It is not installed.
    """
    try:
        from facenet_pytorch import MTCNN
    except ImportError as error:
        raise FaceaugError("the detector mtcnn needs the package facenet-pytorch (>=2.5.3,<2.6)") from error
    return MTCNN(keep_all=True, device=torch.device(device))


def by_mtcnn(pixels: Pixels, device: str = "cpu") -> list[FaceBox]:
    """The faces that MTCNN is sure of, with its five points: eyes, nose, corners of the mouth."""
    if min(pixels.shape[:2]) < SMALLEST_MTCNN:
        return []
    with torch.inference_mode():
        boxes, scores, points = mtcnn(device).detect(pixels, landmarks=True)
    if boxes is None:
        return []
    return [
        FaceBox(
            (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
            float(score),
            np.asarray(five, np.float32),
            "mtcnn",
        )
        for box, score, five in zip(boxes, scores, points, strict=True)
        if score >= LEAST_MTCNN
    ]
