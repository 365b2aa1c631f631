"""Shoulders that the network took for wall: cloth below the face, coloured as the person's and unlike the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from faceaug.face.region import Pixels, Plane

SIDE = 64
"""Pixels along the copy that is looked at: a shoulder is large."""

SURE = (0.1, 0.9)
"""What the network says of surely wall and surely person; below the middle, only what is not surely person is amiss."""

BESIDE = 0.25
"""The wall counts from so much of the square above the face's middle on: many are lit from dark to bright."""

SAMPLES = 96
"""Colours of wall and of cloth, evenly picked, among which the nearest counts."""

UNLIKE, LIKE = 20.0, 0.35
"""CIELAB distance by which a colour must differ from all of the wall's, and the share of it by which it may differ from
cloth. Of 300 official portraits 43 mattes change by more than 0.001 on average: 39 lacked a shoulder or were unsure of
a part of one, to four a flag, a bright field or a shade beside a neck are added."""

EDGE = 12.0
"""A wall changes by less than this, CIELAB, from one neighbour of a pixel to the other: where it gets there from beside
the face without an edge it is wall, however bright it has become."""

NEAR_EDGE = 2
"""What is even ends so many pixels before an edge."""

LEAST = 0.002
"""A shoulder is at least this fraction of the square."""


def with_shoulders(seen: Pixels, coarse: Plane, photo: NDArray[np.bool_], middle: float) -> Plane:
    """The network's matte with the cloth that it missed.

    Args:
        seen: What the network saw ``(S, S, 3)``, sRGB.
        coarse: What it made of it ``(S, S)``, 0..1.
        photo: Where that is photograph, and not what was added around it ``(S, S)``.
        middle: Row of the face's middle; nothing above it changes.

    Returns:
        ``(S, S)``, nowhere less than `coarse`, of which it is the very same where nothing was missed.
    """
    size = len(coarse)
    small = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    inside = cv2.resize(photo.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA) > 0.99
    row = np.arange(SIDE)[:, None] + 0.5
    below, beside = row > middle * SIDE / size, row > (middle / size - BESIDE) * SIDE
    missed = inside & below & (small < SURE[1])
    cloth, wall = inside & below & (small > SURE[1]), inside & beside & ~below & (small < SURE[0])
    if not (missed.any() and cloth.any() and wall.any()):
        return coarse
    picture = cv2.resize(seen, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lab = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2Lab), np.float32)
    core = missed & ~_wall_goes_on(lab, wall, missed)
    if core.sum() < LEAST * SIDE * SIDE:
        return coarse
    sure = _as_cloth(lab, core, lab[wall], lab[cloth])
    if not sure.any():
        return coarse
    # Without an edge around it cloth is found only beside what has one.
    found = sure | _as_cloth(lab, missed & _grown(sure, NEAR_EDGE) & ~core, lab[wall], lab[cloth])
    person = small >= 0.5
    found &= _joined(found | person, cloth)
    if found.sum() < LEAST * SIDE * SIDE:
        return coarse
    found |= person & _grown(found, 1)  # no seam where it joins what was there
    filled = cv2.resize(found.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(coarse, filled), np.float32)


def _wall_goes_on(lab: Plane, wall: NDArray[np.bool_], open_to_it: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where one gets from the wall without crossing an edge, through what may be wall."""
    around = np.ones((3, 3), np.uint8)
    lightness, red, yellow = cv2.split(cv2.dilate(lab, around) - cv2.erode(lab, around))
    even = cv2.max(cv2.max(lightness, red), yellow) < EDGE
    return _grown(_joined((wall | open_to_it) & even, wall & even) & even, NEAR_EDGE)


def _joined(some: NDArray[np.bool_], to: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pieces of a region (and of what is none) of which a part is this."""
    count, parts = cv2.connectedComponents(some.astype(np.uint8), connectivity=4)
    held = np.zeros(count, bool)
    held[parts[to]] = True
    return np.asarray(held[parts])


def _grown(some: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """A region and what lies within so many pixels of it."""
    return np.asarray(cv2.dilate(some.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=by) > 0)


def _as_cloth(lab: Plane, where: NDArray[np.bool_], wall: Plane, cloth: Plane) -> NDArray[np.bool_]:
    """Where the colours of a place are unlike those of the wall ``(N, 3)`` and like those of cloth."""
    alike = np.zeros(where.shape, bool)
    from_wall = _nearest(lab[where], wall)
    unlike = from_wall > UNLIKE
    alike[where] = unlike
    unlike[unlike] = _nearest(lab[alike], cloth) < LIKE * from_wall[unlike]
    alike[where] = unlike
    return alike


def _nearest(colours: Plane, among: Plane) -> Plane:
    """CIELAB distance ``(N,)`` of every colour ``(N, 3)`` to the nearest of some."""
    picked = among[np.linspace(0, len(among) - 1, min(SAMPLES, len(among))).astype(int)]
    lightness, red, yellow = (np.subtract.outer(one, other) for one, other in zip(colours.T, picked.T, strict=True))
    lightness *= lightness
    lightness += np.square(red, out=red)
    lightness += np.square(yellow, out=yellow)
    return np.asarray(np.sqrt(lightness.min(axis=1)), np.float32)
