"""Where on a face something lies, and smooth irregular maps over it, in millimetres of the mean face."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.face.kept import kept
from faceaug.face.scatter import triangle_centres
from faceaug.face.topology import FACE_OVAL, LEFT_EYE, LIPS_OUTER, RIGHT_EYE, face_model
from faceaug.image.filter import enlarge, gaussian_weights, reduce, separable
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.face.decomposition import Decomposition
    from faceaug.image.noise import Noise

Mound = tuple[float, float, float, float, float]
"""Centre (x, y) on the mean face, spread (x, y), weight; millimetres, mirrored to both sides."""

# Bare skin beyond the face's outline counts from these heights on, mm above the pupils: forehead, not neck; and
# not beyond these, up and to the sides, where ears begin and the head's shape is only guessed.
_FOREHEAD, _CROWN, _TEMPLE = (18.0, 34.0), (62.0, 76.0), (66.0, 76.0)
# Face and forehead are told apart along the outline, where both masks sink: that seam is closed, above this height,
# over this far, mm.
_SEAM, _SEAM_MM = (34.0, 40.0), 1.5
# The strip along the jaw in which fields fade, mm inside the outline: beyond it lies the neck, which they do not reach.
_JAW, _JAW_TOP = (1.0, 9.0), (5.0, 25.0)
# Fields are worked out on grids of so many samples a period.
_SAMPLES = 4
# Tiles of noise are so many texels wide, so many to a blotch, blurred by this many, and brought to a standard deviation
# of 0.45 (a blur of s texels leaves 1 / (2 s sqrt(pi)) of it).
_TILE, _TEXELS, _BLUR = 64, 5, 1.2
_CONTRAST = 0.45 * 2 * _BLUR * math.pi**0.5
# A cylinder of 75 mm radius, unrolled: x + x^3 / (6 r^2).
_UNROLL = 1 / (6 * 75.0**2)
# Grid on which fades are worked out, pixels a millimetre.
_COARSE = 0.5


@kept("surface.position", "surface.face", "regions.skin", "regions.body", "pose.scale")
def facial_skin(source: Decomposition) -> Tensor:
    """Where skin conditions may lie ``(B, 1, h, w)``, 0..1: the face's bare skin, and the forehead above the mesh."""
    y = source.surface.position[:, 1:2]
    x = source.surface.position[:, :1]
    above = smooth_step(*_FOREHEAD, y) * (1 - smooth_step(*_CROWN, y)) * (1 - smooth_step(*_TEMPLE, x.abs()))
    # Inside its outline the skin mask is final: brows and lips are holes in it that nothing else may fill.
    bare = source.regions.skin + (1 - source.surface.face) * source.regions.body * above
    reach = max(1, round(_SEAM_MM * float(source.pose.scale.mean())))
    return torch.lerp(bare, _closed_down(bare, reach), smooth_step(*_SEAM, y) * above)


def _closed_down(mask: Tensor, reach: int) -> Tensor:
    """Close gaps that have more on both sides within ``reach`` pixels, up and down."""
    height = mask.shape[-2]
    padded = torch.nn.functional.pad(mask, (0, 0, reach, reach))
    over, under = torch.zeros_like(mask), torch.zeros_like(mask)
    for step in range(1, reach + 1):
        over = torch.maximum(over, padded[..., reach - step : reach - step + height, :])
        under = torch.maximum(under, padded[..., reach + step : reach + step + height, :])
    return torch.maximum(mask, torch.minimum(over, under))


def within_jaw(source: Decomposition) -> Tensor:
    """1 on the face, fading to 0 toward the jaw's outline ``(B, 1, h, w)``, where the neck begins."""
    rows = []
    outline = torch.from_numpy(face_model().points[list(FACE_OVAL)]).to(source.linear)
    for row in range(len(source)):
        part = source.surface.position[row : row + 1]
        factor = _factor(source, row, _COARSE)
        small = reduce(part, factor)
        nearest = torch.full_like(small[:, :1], 1e6)
        for point in outline:
            away = small - point[None, :, None, None]
            nearest = torch.minimum(nearest, away[:, :1] ** 2 + away[:, 1:2] ** 2 + away[:, 2:] ** 2)
        low = 1 - smooth_step(*_JAW_TOP, small[:, 1:2])
        fade = 1 - low * (1 - smooth_step(*_JAW, torch.sqrt(nearest)))
        rows.append(enlarge(fade, (part.shape[-2], part.shape[-1]), factor))
    return torch.cat(rows) * source.surface.face + (1 - source.surface.face) * _above(source)


def _above(source: Decomposition) -> Tensor:
    return smooth_step(*_JAW_TOP, source.surface.position[:, 1:2])


def mottle(source: Decomposition, noise: Noise, name: str, period: float, *, symmetry: Tensor | None = None) -> Tensor:
    """Irregular smooth map ``(B, 1, h, w)`` in -1..1 on the face's own surface: white noise, blurred, in a tile.

    Args:
        source: The faces.
        noise: Keys.
        name: The quantity drawn.
        period: Size of the blotches, mm.
        symmetry: Share ``(B,)`` in which left and right agree; none where not given.
    """
    rows = []
    for row in range(len(source)):
        part = source.surface.position[row : row + 1, :2]
        factor = _factor(source, row, _SAMPLES / period)
        small = reduce(part, factor)
        # Unrolled like a cylinder as wide as a face, to third order: else the sides would show drawn-out blotches.
        across = small[:, :1] * (1 + _UNROLL * small[:, :1] * small[:, :1])
        down = small[:, 1:] * (_TEXELS / period)
        own = _looked_up(noise.row(row), name, across * (_TEXELS / period), down)
        if symmetry is not None:
            both = _looked_up(noise.row(row), f"{name} both", across.abs() * (_TEXELS / period), down)
            own = torch.lerp(own, both, symmetry[row])
        rows.append(enlarge(own, (part.shape[-2], part.shape[-1]), factor))
    return torch.cat(rows)


def _looked_up(noise: Noise, name: str, x: Tensor, y: Tensor) -> Tensor:
    """Sample the tile of that name at ``(1, 1, h, w)`` coordinates in texels, bilinearly; it repeats."""
    tile = noise.normal_grid(name, (1, _TILE, _TILE), x.device)
    rim = math.ceil(3 * _BLUR)
    index = torch.arange(-rim, _TILE + rim + 1, device=x.device) % _TILE
    smooth = separable(tile.index_select(-1, index).index_select(-2, index), gaussian_weights(_BLUR))
    side = _TILE + 1
    flat = (smooth[..., rim : rim + side, rim : rim + side] * _CONTRAST).clamp(-1, 1).reshape(-1)
    left, top = torch.floor(x), torch.floor(y)
    corner = (top.to(torch.int64) % _TILE) * side + left.to(torch.int64) % _TILE
    at = [flat.index_select(0, (corner + step).reshape(-1)).reshape(x.shape) for step in (0, 1, side, side + 1)]
    upper, lower = torch.lerp(at[0], at[1], x - left), torch.lerp(at[2], at[3], x - left)
    return torch.lerp(upper, lower, y - top)


def _factor(source: Decomposition, row: int, samples: float) -> int:
    """Whole factor by which a window may be reduced and still hold so many samples a millimetre."""
    return max(1, int(float(source.pose.scale[row]) / samples))


def mounds(source: Decomposition, table: Sequence[Mound]) -> Tensor:
    """The greatest of some bell-shaped bumps on the mean face ``(B, 1, h, w)``."""
    rows = []
    for row in range(len(source)):
        part = source.surface.position[row : row + 1]
        factor = _factor(source, row, _COARSE)
        small = reduce(part, factor)
        x, y = small[:, :1].abs(), small[:, 1:2]
        total = torch.zeros_like(x)
        for across, up, wide, high, weight in table:
            far = ((x - across) / wide) ** 2 + ((y - up) / high) ** 2
            total = torch.maximum(total, weight * torch.exp(-far / 2))
        rows.append(enlarge(total, (part.shape[-2], part.shape[-1]), factor))
    return torch.cat(rows)


@cache
def spread_of(table: tuple[Mound, ...]) -> np.ndarray:
    """Relative density ``(T,)`` on the triangles that spots are thrown onto, 0..1."""
    centres = triangle_centres()
    reach = np.zeros(len(centres), dtype=np.float32)
    for x, y, wide, high, weight in table:
        for side in (-1, 1):
            bump = np.exp(-(((centres[:, 0] - side * x) / wide) ** 2 + ((centres[:, 1] - y) / high) ** 2) / 2)
            reach = np.maximum(reach, weight * bump)
    return reach


@cache
def free_of_features(eyes: float = 7.0, lips: float = 3.0, jaw: float = 12.0) -> np.ndarray:
    """0 on eyelids, lips and the jaw's outline, rising to 1 so many mm away, on the same triangles ``(T,)``."""
    points = face_model().points
    centres = triangle_centres()
    free = np.ones(len(centres), dtype=np.float32)
    low = tuple(number for number in FACE_OVAL if points[number, 1] < _JAW_TOP[1])
    for contour, clear in ((RIGHT_EYE, eyes), (LEFT_EYE, eyes), (LIPS_OUTER, lips), (low, jaw)):
        distance = np.linalg.norm(centres[:, None] - points[list(contour)][None], axis=2).min(axis=1)
        free *= np.clip(distance / clear - 0.3, 0, 1)
    below = (centres[:, 1] < _JAW_TOP[1]) & (np.arange(len(centres)) >= len(face_model().triangles))
    return np.asarray(np.where(below, 0, free), dtype=np.float32)
