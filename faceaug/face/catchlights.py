"""The lamps of a photograph, as its eyes mirror them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from faceaug.face.brightness import brightness
from faceaug.face.kept import kept
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Radius of the cornea's front, mm (Gullstrand's schematic eye: 7.7; adults 7.8, 95 % of them 7.3 to 8.3).
_CORNEA = 7.8
# The eye is looked at so far about the pupil, in steps of so many mm; farther out the iris ends.
_ABOUT, _STEP = 4.0, 0.25
# A catchlight is the brightest within so many steps, and brighter than the median of all that is looked at by this, as
# linear light, and by this share of the brightest one; at most so many are told.
_PEAK, _LEAST, _SHARE, _MOST = 2, 0.035, 0.15, 3
# Lower than so many mm below the pupil pale irises shine with light that went through the cornea.
_BELOW = 1.0
# Pupils are found to within so many steps: one eye is shifted against the other until their catchlights agree.
_SHIFT = 6
# It ends within so many mm: so much of a ring from there on has no more than this share of its light.
_ENDS, _RING, _BESIDE = 1.2, 1.9, (0.65, 0.5)
# Pupil, middle of the upper lid and of the lower one of each eye, the picture's left one first; and how near lids
# tears may shine, mm.
_LIDS, _TEAR = ((RIGHT_PUPIL, 159, 145), (LEFT_PUPIL, 386, 374)), 0.6
# Half the angle that a lamp takes up, as tangent: within these bounds, since pictures blur; and by how much, pixels.
_SMALLEST, _LARGEST, _BLUR = 0.06, 0.22, 0.6


@kept("points", "pose.scale", "linear")
def lamps(source: Decomposition) -> Tensor:
    """Lamps that both eyes mirror ``(B, 3, 4)``, the brightest first.

    Each is told by the right and up parts of the direction toward it, seen from a face before the camera, by the
    tangent of half the angle that it takes up, and by its light over the brightest one's, 0..1; 0 where there is none.

    A cornea mirrors a lamp where its normal stands half way between lamp and camera; eyes are taken to look at the
    camera.
    """
    return torch.stack([_of_row(source, row) for row in range(len(source))]).to(source.points)


def _of_row(source: Decomposition, row: int) -> Tensor:
    scale = float(source.pose.scale[row])
    across, up = _grid()
    eyes = [_excess(source, row, lids, scale) for lids in _LIDS]
    both = _laid_over(*eyes)
    around = sliding_window_view(np.pad(both, _PEAK), (2 * _PEAK + 1,) * 2).max(axis=(2, 3))
    tops = np.flatnonzero((both == around) & (both >= max(_LEAST, _SHARE * float(both.max()))))
    found, seen, blur = torch.zeros(_MOST, 4), 0, _BLUR / scale
    taken = np.zeros(both.shape, bool)
    for top in tops[np.argsort(-both.flat[tops])]:
        peak = float(both.flat[top])
        far = np.hypot(across - across.flat[top], up - up.flat[top])
        beside = np.quantile(both[(far > _ENDS) & (far < _RING)], _BESIDE[0])
        if seen == _MOST or taken.flat[top] or beside > _BESIDE[1] * peak:
            continue
        taken |= far < _ENDS
        spot = np.where((far < _ENDS) & (both > peak / 2), both, 0.0)
        x, y = (float((spot * place).sum() / spot.sum()) for place in (across, up))
        area = np.count_nonzero(spot) * _STEP * _STEP
        wide = math.sqrt(max(area / math.pi - 2 * math.log(2) * blur * blur, 0.0))
        ahead = math.sqrt(max(1 - (x * x + y * y) / _CORNEA**2, 0.0))
        half = min(max(2 * wide / _CORNEA, _SMALLEST), _LARGEST)
        found[seen] = torch.tensor([2 * ahead * x / _CORNEA, 2 * ahead * y / _CORNEA, half, peak])
        seen += 1
    found[:, 3] /= found[0, 3].clamp(min=1e-6)
    return found


def _laid_over(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of two eyes ``(n, n)``, as products go, each shifted by half of what makes them agree best."""
    wide = np.pad(other, _SHIFT)
    agree = np.einsum("ij,klij->kl", one, sliding_window_view(wide, one.shape))
    down, right = (int(k) - _SHIFT for k in np.unravel_index(int(agree.argmax()), agree.shape))
    first, second = (
        np.roll(one, (down // 2, right // 2), (0, 1)),
        np.roll(other, (down // 2 - down, right // 2 - right), (0, 1)),
    )
    return np.sqrt(first * second)


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places about a pupil: right and up ``(n, n)``, mm."""
    steps = np.arange(-_ABOUT, _ABOUT + _STEP / 2, _STEP)
    across, down = np.meshgrid(steps, steps)
    return across, -down


def _excess(source: Decomposition, row: int, lids: tuple[int, int, int], scale: float) -> NDArray[np.float64]:
    """How much brighter an eye is at places about its pupil than in their middle ``(n, n)``, linear; 0 at the lids."""
    across, up = _grid()
    bright = brightness(source)[row : row + 1]
    pupil, upper, lower = source.points[row, list(lids), :2].cpu().double().numpy() - source.corners[row]
    place = bright.new_tensor(np.stack([pupil[0] + across * scale, pupil[1] - up * scale]))
    light = sampled(bright, place[None], mode="bicubic")[0, 0].cpu().double().numpy()
    inside = (np.hypot(across, up) < _ABOUT) & (up > -_BELOW)
    inside &= (up < (pupil[1] - upper[1]) / scale - _TEAR) & (up > (pupil[1] - lower[1]) / scale + _TEAR)
    if not inside.any():
        return np.zeros_like(across)
    return np.where(inside, light - np.median(light[inside]), 0.0).clip(min=0)
