"""The two patches of the cheeks on which tone is measured: the same skin, whichever way the head is turned."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from faceaug.face.geometry import flip
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL, SURFACE_POINTS, face_model

Points = NDArray[np.float32]
Places = NDArray[np.int64]

# In pupil distances of a face that looks at the camera: how far below each pupil, how far outward, half their width.
# There they are the patches of the shared face set's labels, so that tones can be compared.
_BELOW, _OUTWARD, _HALF = 0.62, 0.02, 0.11
# So many of the mesh's points around a patch say how it lies in the picture.
_AROUND = 12
# A patch of whose area less than this is seen, for it is turned away, says nothing.
_EDGE_ON = 0.15
# From such a share on a pixel is skin.
_BARE = 0.5
# Pupils, and their distance on the mean face, mm.
_SIDES = ((RIGHT_PUPIL, -1.0), (LEFT_PUPIL, 1.0))
_PUPILS_MM = 63.0


@dataclass(frozen=True)
class Cheeks:
    """Where the tone of one face is measured.

    Attributes:
        places: Flat places in the window ``(N,)``: bare skin, or what covers it where no skin is bare.
        bare: Share of the patches that is bare, 0..1.
    """

    places: Tensor
    bare: float


def find_cheeks(skin: Tensor, points: Tensor, rotation: Tensor) -> Cheeks:
    """Find the patches of one face.

    Each is a square on the head as it would look at the camera, laid into the picture by the affine map that the
    landmarks around it follow: a turned head is measured on the same skin. What is covered or turned away is left out
    as long as something is bare.

    Args:
        skin: Soft region of bare skin ``(1, h, w)``, 0..1.
        points: Landmarks ``(478, 3)``, window pixels, z smaller = closer.
        rotation: Of the head ``(3, 3)``.
    """
    size = (skin.shape[-2], skin.shape[-1])
    turned = (points * flip(points.dtype, points.device)) @ rotation * flip(points.dtype, points.device)
    # A few numbers: numpy works them out in a third of torch's time.
    here, there = (each.cpu().numpy() for each in (points, turned))
    patches = [_patch(here, there, side, size) for side in range(len(_SIDES))]
    if not sum(map(len, patches)):  # seen from above or from behind
        patches = [_nearest(here[:SURFACE_POINTS, :2].mean(axis=0), size)]
    flat, found = skin[0].flatten(), [torch.from_numpy(patch).to(skin.device) for patch in patches]
    bare = [place[flat.index_select(0, place) > _BARE] for place in found]
    total, left = (sum(len(place) for place in some) for some in (found, bare))
    return Cheeks(torch.cat(bare if left else found), left / max(total, 1))


def _patch(points: Points, unturned: Points, side: int, size: tuple[int, int]) -> Places:
    """Flat places of one patch ``(N,)``, of landmarks as they are and before the camera; none where turned away."""
    apart = float(np.linalg.norm((unturned[LEFT_PUPIL] - unturned[RIGHT_PUPIL])[:2]))
    pupil, outward = _SIDES[side]
    middle = unturned[pupil, :2] + np.float32(apart) * np.array([outward * _OUTWARD, _BELOW], np.float32)
    near = list(_around()[side])
    there = np.ones((len(near), 3))
    there[:, :2] = unturned[near, :2] - middle
    affine = np.linalg.lstsq(there, points[near, :2].astype(np.float64), rcond=None)[0]
    (a, b), (c, d), shift = affine.tolist()
    if a * d - b * c < _EDGE_ON:
        return np.empty(0, np.int64)
    return _covered((a, b, c, d), shift, max(1.0, _HALF * apart), size)


def _covered(
    linear: tuple[float, float, float, float], shift: list[float], reach: float, size: tuple[int, int]
) -> Places:
    """Flat places whose centres lie in a square of half width ``reach`` that an affine map lays into the window."""
    (height, width), (a, b, c, d), (x, y) = size, linear, shift
    wide, high = reach * (abs(a) + abs(c)), reach * (abs(b) + abs(d))
    left, top = max(math.floor(x - wide), 0), max(math.floor(y - high), 0)
    columns = np.arange(left + 0.5, max(left + 0.5, min(x + wide, width)))
    rows = np.arange(top + 0.5, max(top + 0.5, min(y + high, height)))[:, None]
    area = a * d - b * c
    u, v = ((columns - x) * d - (rows - y) * c) / area, ((rows - y) * a - (columns - x) * b) / area
    inside = (np.abs(u) <= reach) & (np.abs(v) <= reach)
    return np.asarray((rows.astype(np.int64) * width + columns.astype(np.int64))[inside])


def _nearest(point: Points, size: tuple[int, int]) -> Places:
    """Flat place ``(1,)`` of the window's pixel that is nearest to a point."""
    column, row = (min(max(int(at), 0), most - 1) for at, most in zip(point.tolist(), size[::-1], strict=True))
    return np.array([row * size[1] + column])


@cache
def _around() -> tuple[tuple[int, ...], ...]:
    """The mesh's points nearest to the middle of each patch, right and left, by the mean face."""
    model = torch.from_numpy(face_model().points).double()
    found = []
    for pupil, outward in _SIDES:
        middle = model[pupil, :2] + _PUPILS_MM * model.new_tensor([outward * _OUTWARD, -_BELOW])
        gaps = (model[:SURFACE_POINTS, :2] - middle).norm(dim=1)
        found.append(tuple(gaps.argsort(stable=True)[:_AROUND].tolist()))
    return tuple(found)
