"""The two sample portraits, taken apart once for all tests, and pictures made from them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from faceaug.data.photos import Photo, read_photo
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition

Pixels = npt.NDArray[np.uint8]
SURROUND = (128, 130, 126)
SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"


@cache
def pixels_of(name: str) -> Pixels:
    """A sample photograph."""
    return read_photo(SAMPLES / name).pixels


def resized(pixels: Pixels, factor: float) -> Pixels:
    """A picture at another size."""
    image = Image.fromarray(pixels)
    size = (round(image.width * factor), round(image.height * factor))
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def canvas(height: int, width: int, *placed: tuple[Pixels, int, int]) -> Pixels:
    """A plain wall with pictures hung on it, each at (left, top)."""
    wall = np.full((height, width, 3), SURROUND, np.uint8)
    for picture, left, top in placed:
        wall[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return wall


def two_faces() -> Pixels:
    """Grace Hopper, and Eileen Collins as a smaller face to the left of her."""
    large, small = pixels_of("grace_hopper.jpg"), resized(pixels_of("eileen_collins.png"), 0.7)
    return canvas(620, 1000, (small, 20, 100), (large, 440, 10))


@cache
def collins() -> Decomposition:
    """Eileen Collins, 512 x 512: a smile, a space suit, no glasses."""
    return decompose(SAMPLES / "eileen_collins.png")


@cache
def hopper() -> Decomposition:
    """Grace Hopper, 512 x 600: glasses and a cap."""
    return decompose(SAMPLES / "grace_hopper.jpg")


@cache
def mirrored(name: str) -> Decomposition:
    """A sample photograph seen in a mirror, under the hash of the photograph itself."""
    photo = read_photo(SAMPLES / name)
    return decompose(replace(Photo.from_array(pixels_of(name)[:, ::-1]), sha256=photo.sha256))


def inside(region: Tensor, at_least: float = 0.5) -> npt.NDArray[np.bool_]:
    """Where a region ``(1, 1, h, w)`` is at least so much, over the window."""
    return np.asarray(region[0, 0].numpy(force=True) >= at_least)


def window(pixels: Pixels, face: Decomposition) -> Pixels:
    """The window's part of a photograph of the same size."""
    (left, top), (height, width) = face.corners[0], face.size[1]
    return pixels[top : top + height, left : left + width]


def middle(region: Tensor) -> tuple[float, float]:
    """Column and row of a region's centre of mass, in the window."""
    weight = region[0, 0].double()
    rows = torch.arange(weight.shape[0], dtype=torch.float64) + 0.5
    columns = torch.arange(weight.shape[1], dtype=torch.float64) + 0.5
    total = weight.sum()
    return float((weight.sum(dim=0) * columns).sum() / total), float((weight.sum(dim=1) * rows).sum() / total)
