"""BlazeFace: two small single-shot networks, one for near faces and one for far ones.

Anchors, decoding and weighted suppression as in MediaPipe's face detection graphs (Apache-2.0); paper: Bazarevsky et
al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from faceaug.face.networks import load
from faceaug.face.region import Pixels, Region, crop

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float32]

POINTS = 6
"""Eye at the smaller x, other eye, tip of the nose, middle of the mouth, both ears."""

OVERLAP = 0.3
"""Intersection over union above which two boxes are one face. Source: MediaPipe's face detection graphs."""


INSIDE = 0.6
"""Intersection over the smaller box above which a box of another view is the same face. Chosen on pasted faces."""


@dataclass(frozen=True)
class Kind:
    """One of the two networks: its input's side, and (stride, anchors per cell) of its anchor grids."""

    network: str
    side: int
    grids: tuple[tuple[int, int], ...]
    boxes: str
    scores: str


NEAR = Kind("faces_near", 128, ((8, 2), (16, 6)), "regressors", "classificators")
FAR = Kind("faces_far", 192, ((4, 1),), "Identity", "Identity_1")


@dataclass(frozen=True)
class Candidates:
    """Faces that one network proposes: boxes ``(n, 4)`` as x0 y0 x1 y1, points ``(n, 6, 2)``, scores ``(n,)``."""

    boxes: Floats
    points: Floats
    scores: Floats


@cache
def anchors(kind: Kind) -> Floats:
    """Centres ``(n, 2)`` of the anchors in 0..1 of the input; all anchors are one input side large."""
    made = []
    for stride, count in kind.grids:
        cells = kind.side // stride
        steps = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        rows, columns = np.meshgrid(steps, steps, indexing="ij")
        made.append(np.repeat(np.stack([columns, rows], -1).reshape(-1, 2), count, axis=0))
    return np.concatenate(made)


def propose(pixels: Pixels, kind: Kind, views: Sequence[Region], least: float, device: str = "cpu") -> Candidates:
    """The faces with at least a score of ``least`` that each view shows, in pixels of the photograph.

    A face that several views show is listed as often; `best` keeps one.

    Args:
        pixels: ``(H, W, 3)`` uint8 sRGB.
        kind: Which network.
        views: Squares to look at, all in one batch.
        least: Smallest score, 0..1.
        device: A torch device, as text.
    """
    crops = np.stack([crop(pixels, view, kind.side, border=cv2.BORDER_CONSTANT) for view in views])
    with torch.inference_mode():
        pictures = torch.from_numpy(crops).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
        made = load(kind.network, device)(pictures)
    logits = made[kind.scores].float().cpu().numpy()[:, :, 0]
    raw = made[kind.boxes].float().cpu().numpy()
    scores = (1 + np.tanh(logits / 2)) / 2
    found = []
    for view, proposed, score in zip(views, raw, scores, strict=True):
        good = score >= least
        boxes, points = decode(proposed[good], anchors(kind)[good], view, kind)
        found.append(merge(Candidates(boxes, points, score[good])))
    return joined(found)


def decode(raw: Floats, centres: Floats, view: Region, kind: Kind) -> tuple[Floats, Floats]:
    """Boxes and points in pixels of the photograph; in a turned view a box keeps its size and moves its centre."""
    matrix = view.matrix()
    places = raw.reshape(-1, 2 + POINTS, 2) / kind.side
    places[:, 0] += centres
    places[:, 2:] += centres[:, None]
    half = places[:, 1] * view.side / 2
    moved = places @ matrix[:, :2].T + matrix[:, 2]
    boxes = np.concatenate([moved[:, 0] - half, moved[:, 0] + half], axis=1)
    return boxes.astype(np.float32), moved[:, 2:].astype(np.float32)


def merge(found: Candidates) -> Candidates:
    """One candidate a face: overlapping ones are averaged, weighted by their scores; the best score stays."""
    left = np.argsort(-found.scores, kind="stable")
    kept: list[tuple[Floats, Floats, float]] = []
    while len(left):
        same = overlap(found.boxes[left[0]], found.boxes[left]) > OVERLAP
        same[0] = True
        group, left = left[same], left[~same]
        weight = found.scores[group] / found.scores[group].sum()
        box = np.tensordot(weight, found.boxes[group], 1)
        kept.append((box, np.tensordot(weight, found.points[group], 1), float(found.scores[group[0]])))
    return Candidates(
        np.array([box for box, _, _ in kept], np.float32).reshape(-1, 4),
        np.array([points for _, points, _ in kept], np.float32).reshape(-1, POINTS, 2),
        np.array([score for _, _, score in kept], np.float32),
    )


def joined(lists: Sequence[Candidates]) -> Candidates:
    """Several lists of candidates as one."""
    return Candidates(
        np.concatenate([one.boxes for one in lists]),
        np.concatenate([one.points for one in lists]),
        np.concatenate([one.scores for one in lists]),
    )


def best(found: Candidates) -> Candidates:
    """Only the best of every group of candidates that overlap or lie in each other.

    Nothing is averaged, since views that are turned differently disagree about which way is up.
    """
    kept: list[int] = []
    for index in np.argsort(-found.scores, kind="stable"):
        others = found.boxes[kept]
        same = (overlap(found.boxes[index], others) > OVERLAP) | (inside(found.boxes[index], others) > INSIDE)
        if not same.any():
            kept.append(int(index))
    return Candidates(found.boxes[kept], found.points[kept], found.scores[kept])


def shared(box: Floats, others: Floats) -> Floats:
    """Square pixels that a box has in common with others ``(n, 4)``."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    return np.asarray(np.clip(high - low, 0, None).prod(1), np.float32)


def overlap(box: Floats, others: Floats) -> Floats:
    """Intersection over union of a box with others ``(n, 4)``."""
    areas = (others[:, 2:] - others[:, :2]).prod(1) + (box[2:] - box[:2]).prod()
    common = shared(box, others)
    return np.asarray(common / np.maximum(areas - common, 1e-6), np.float32)


def inside(box: Floats, others: Floats) -> Floats:
    """Intersection over the smaller of the two areas, of a box with others ``(n, 4)``."""
    smaller = np.minimum((others[:, 2:] - others[:, :2]).prod(1), (box[2:] - box[:2]).prod())
    return np.asarray(shared(box, others) / np.maximum(smaller, 1e-6), np.float32)
