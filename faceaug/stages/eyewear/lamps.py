"""The photograph's lamps, mirrored in lenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.catchlights import lamps
from faceaug.image.shade import smooth_fall

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.stages.eyewear.fitting import Fitting

# A lamp's radiance, a white card being 1, follows from its size and its share of the light, within these bounds: beyond
# them every lens would show the same white.
_DULLEST, _BRIGHTEST = 5.0, 16.0
# Where no eye shows a lamp, one as large as this (tangent of half its angle) stands in the direction of the light.
_SIZE = 0.12
# Its edge is so soft, as a share of its size, and it is darker there by this share; this part of all is square, with
# rounded corners, and stands askew by at most so much (tangent); the others are round.
_SOFT, _FADES, _SQUARES, _ASKEW = 0.35, 0.40, 0.35, 0.25
# Lenses lean and heads nod as nobody measures: the brightest lamp is seen no higher than at this part of half the
# lens' height over its middle, drawn, and no lower than clear of the pupils.
_HIGHEST = (0.55, 1.0)


def mirrored_lamps(fit: Fitting, seen: Tensor, radius: float, clear_of: float) -> Tensor:
    """Radiance ``(1, 1, h, w)`` of the lamps that lenses mirror.

    Args:
        fit: The fitting.
        seen: Directions that the lenses mirror ``(1, 3, h, w)``.
        radius: Curvature radius of the lenses, mm.
        clear_of: How far over the pupils the lower edge of the brightest one keeps, mm.
    """
    noise, all_of_them = fit.asked.noise, _lamps(fit)
    shared = sum(share * half * half for _, _, half, share in all_of_them)
    bright = min(max(fit.light.key / shared, _DULLEST), _BRIGHTEST)
    least, lifted = _lifted(fit, all_of_them[0], radius, clear_of)
    square = noise.first("lamp shape")[0] < _SQUARES
    low, high = ((1 + side * _SOFT) ** (4 if square else 2) for side in (-1, 1))
    askew = _ASKEW * (2 * noise.first("lamp askew")[0] - 1)
    light = torch.zeros_like(seen[:, :1])
    for x, y, half, share in all_of_them:
        across, up = ((seen[:, k : k + 1] - at) / half for k, at in ((0, x), (1, max(y + lifted, least))))
        aside, above = (across + askew * up).square(), (up - askew * across).square()
        # How far out it is, as parts of half its size, to the second power, or, where it is square, the fourth.
        far = aside.square() + above.square() if square else aside + above
        light = light + smooth_fall(low, high, far) * (1 - _FADES * far.clamp(max=1)) * (bright * share)
    return light


def _lamps(fit: Fitting) -> list[list[float]]:
    """Right and up part of each lamp's direction, tangent of half its angle, its light over the brightest one's."""
    if fit.scene.light is None:
        found = [lamp for lamp in lamps(fit.scene.source)[0].tolist() if lamp[3] > 0]
        if found:
            return found
    return [[*fit.light.direction[:2].tolist(), _SIZE, 1.0]]


def _lifted(fit: Fitting, lamp: list[float], radius: float, clear_of: float) -> tuple[float, float]:
    """How high lamps stand at least, and by how much higher than they should, for the lenses to mirror this one.

    Both are parts of a direction.
    """
    axis = fit.worn.rotation[:, 2]
    look = float(2 * axis[2] * axis[1])
    low, high = _HIGHEST
    top = (low + (high - low) * fit.asked.noise.first("lamp height")[0]) * fit.frame.height / 2
    least = look + 2 * (float(fit.worn.pupils[:, 1].mean()) + clear_of) / radius + (1 + _SOFT) * lamp[2]
    return least, min(max(lamp[1], least), max(look + 2 * top / radius, least)) - lamp[1]
