"""A turned square of a photograph, and the small upright picture of it that a network sees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Matrix = NDArray[np.float64]

FINEST = 4
"""A grid of at most this multiple of the wanted size is looked up; a larger photograph is shrunk by areas first."""


@dataclass(frozen=True)
class Region:
    """A turned square of a photograph: centre and side in pixels, clockwise turn in radians."""

    x: float
    y: float
    side: float
    turn: float = 0.0

    def matrix(self) -> Matrix:
        """``(2, 3)``: from the square's own 0..1 coordinates to pixels of the photograph."""
        along, across = self.side * math.cos(self.turn), self.side * math.sin(self.turn)
        turned = np.array([[along, -across], [across, along]])
        return np.column_stack([turned, np.array([self.x, self.y]) - turned @ (0.5, 0.5)])


def crop(pixels: Pixels, region: Region, side: int, *, border: int = cv2.BORDER_REPLICATE) -> Pixels:
    """A region as an upright ``(side, side, 3)`` picture, without aliasing.

    Args:
        pixels: ``(H, W, 3)`` uint8.
        region: Which square.
        side: Pixels along the result.
        border: What lies beyond the photograph: its edge pixels going on, or cv2.BORDER_CONSTANT for black.
    """
    pixels = np.ascontiguousarray(pixels)
    matrix = region.matrix()
    factor = region.side / side
    if factor > FINEST:
        pixels, matrix = shrink(pixels, matrix, factor / 2)
        factor = 2
    fine = side * max(math.ceil(factor - 1e-6), 1)
    matrix[:, :2] /= fine
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    if pixels.shape[:2] == (fine, fine) and np.array_equal(matrix, np.eye(2, 3)):
        made = pixels if fine > side else pixels.copy()  # all of a square, pixel by pixel
    else:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        made = np.asarray(cv2.warpAffine(pixels, matrix, (fine, fine), flags=flags, borderMode=border), np.uint8)
    if fine > side:
        made = np.asarray(cv2.resize(made, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    return made


def shrink(pixels: Pixels, matrix: Matrix, factor: float) -> tuple[Pixels, Matrix]:
    """The part of a photograph that a region needs, smaller by about ``factor``, and the matrix to look it up with."""
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]) @ matrix[:, :2].T + matrix[:, 2]
    limit = np.array([pixels.shape[1], pixels.shape[0]])
    low = np.clip(np.floor(corners.min(0) - factor), 0, limit - 1).astype(int)
    high = np.clip(np.ceil(corners.max(0) + factor), low + 1, limit).astype(int)
    size = np.maximum(np.round((high - low) / factor), 1).astype(int)
    part = pixels[low[1] : high[1], low[0] : high[0]]
    small = cv2.resize(part, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    scale = size / (high - low)
    moved = matrix * scale[:, None]
    moved[:, 2] -= low * scale
    return np.asarray(small, np.uint8), moved
