"""The two sample portraits, taken apart once for all tests, and pictures made from them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from faceaug.data.photos import Photo, read_photo
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition

Pixels = npt.NDArray[np.uint8]
SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"


@cache
def pixels_of(name: str) -> Pixels:
    """A sample photograph."""
    return read_photo(SAMPLES / name).pixels


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
