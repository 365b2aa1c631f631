"""What an ear looks like from ahead of its side: its outline, its round ends, and the light in its hollows."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from faceaug.image.shade import smooth_step

# An ear's outline: heights from lobe to top, how far from its front it lies there, of the mean width; it is smooth over
# this share of the height. Between such factors it takes the place of the outline seen, drawn out, whose ends are round
# by the power.
_OUTLINE = (
    (0.0, 0.03, 0.08, 0.15, 0.25, 0.4, 0.55, 0.7, 0.8, 0.88, 0.94, 0.98, 1.0),
    (0.11, 0.36, 0.53, 0.63, 0.69, 0.79, 0.93, 1.05, 1.05, 0.97, 0.8, 0.55, 0.26),
)
_SMOOTH, _SHAPED, _ROUND = 0.03, (1.7, 2.1), 6
# Lobe and top are round, like ellipses of such height (of the ear's) about such a middle, of such a half width across.
_LOBE_END, _TOP_END = (0.15, 0.4, 0.62), (0.22, 0.5, 0.62)
_LOBE_WIDE, _TOP_WIDE = (0.16, 0.3, 0.75), (0.1, 0.5, 0.7)
# Hollows: by how much they are darker; concha: its middle (across, along) and size.
_CONCHA, _CONCHA_AT, _CONCHA_SIZE = 0.42, (0.34, 0.46), (0.13, 0.15)
# The groove within the rim: how deep, where it is farthest out, how far it comes in so far above and below, how wide;
# it begins and ends between these heights.
_GROOVE, _GROOVE_AT, _GROOVE_IN, _GROOVE_WIDE = 0.25, (0.7, 0.62), (0.25, 0.5), 0.08
_GROOVE_FROM, _GROOVE_TO = (0.3, 0.5), (0.85, 0.98)
# The crease before the ear, and the rim, which is lighter, likewise.
_CREASE, _CREASE_AT, _CREASE_WIDE, _CREASE_FROM, _CREASE_TO = 0.16, 0.04, 0.06, (0.05, 0.2), (0.55, 0.8)
_RIM, _RIM_AT, _RIM_WIDE, _RIM_FROM = 0.06, 0.9, 0.08, (0.3, 0.5)
# Of an ear that is drawn out so little its own hollows are seen, of one drawn out so much none.
_HOLLOW = (1.3, 2.0)
# Light that skin throws into hollows of skin is red: shade counts by such powers in red, green and blue.
_REDDER = (0.8, 1.05, 1.1)


def shaped(along: Tensor, reach: Tensor, times: float) -> Tensor:
    """How far the rim lies from the front at each height, of the mean width: as it was seen, or as ears are."""
    round_ends = (1 - (2 * along - 1).abs().clamp(max=1) ** _ROUND).sqrt()
    table = _ear_outline().to(along)
    shape = between(along.clamp(0, 1), table[0], table[1])
    return torch.lerp(reach * round_ends, shape, smooth_step(*_SHAPED, along.new_tensor(times)))


def rounded(along: Tensor, across: Tensor) -> Tensor:
    """How far within round ends each pixel lies ``(h, w)``, of the ear's height; less than 0 beyond them.

    Args:
        along: From its lobe, 0, to its top, 1 ``(h, w)``.
        across: From its front, 0, to its rim, 1, likewise.
    """
    return torch.minimum(_in_end(along, across, _LOBE_END), _in_end(1 - along, across, _TOP_END))


def ended(along: Tensor, over: float, across: Tensor) -> Tensor:
    """Likewise within ends as wide as ears have at most, so much over its top."""
    before = across.clamp(min=_TOP_WIDE[1])
    return torch.minimum(_in_end(along, across, _LOBE_WIDE), _in_end(1 + over - along, before, _TOP_WIDE))


def _in_end(along: Tensor, across: Tensor, end: tuple[float, float, float]) -> Tensor:
    high, middle, wide = end
    outward = (1 - along / high).clamp(min=0)
    return high * (1 - torch.hypot(outward, (across - middle) / wide)) + (along - high).clamp(min=0)


@cache
def _ear_outline() -> Tensor:
    """The outline of an ear without corners ``(2, N)``: heights from lobe to top, and how far it lies out."""
    step, beyond = 0.005, 60
    high = np.arange(-beyond, 1 / step + beyond + 1) * step
    taps = np.exp(-0.5 * (np.arange(-beyond, beyond + 1) * step / _SMOOTH) ** 2)
    out = np.convolve(np.interp(high, *np.array(_OUTLINE)), taps / taps.sum(), mode="valid")
    return torch.from_numpy(np.stack([high[beyond:-beyond], out]).astype(np.float32))


def hollows(across: Tensor, along: Tensor, times: float) -> Tensor:
    """How light an ear is in its hollows and on its rim ``(B, 3, h, w)``, of what it would be if it were flat.

    Args:
        across: From its front, 0, to its rim, 1 ``(B, 1, h, w)``.
        along: From its lobe, 0, to its top, 1, likewise.
        times: How many times wider than it was seen it is drawn.
    """
    concha = _CONCHA * _bell(across, _CONCHA_AT[0], _CONCHA_SIZE[0]) * _bell(along, _CONCHA_AT[1], _CONCHA_SIZE[1])
    course = _GROOVE_AT[0] - _GROOVE_IN[0] * ((along - _GROOVE_AT[1]) / _GROOVE_IN[1]) ** 2
    groove = _GROOVE * _bell(across - course, 0, _GROOVE_WIDE) * smooth_step(*_GROOVE_FROM, along)
    groove = groove * (1 - smooth_step(*_GROOVE_TO, along))
    crease = _CREASE * _bell(across, _CREASE_AT, _CREASE_WIDE) * smooth_step(*_CREASE_FROM, along)
    crease = crease * (1 - smooth_step(*_CREASE_TO, along))
    rim = _RIM * _bell(across, _RIM_AT, _RIM_WIDE) * smooth_step(*_RIM_FROM, along)
    light = (1 - concha) * (1 - groove) * (1 - crease) * (1 + rim)
    return light ** (light.new_tensor(_REDDER) * smooth_step(*_HOLLOW, light.new_tensor(times)))[:, None, None]


def _bell(x: Tensor, middle: float, width: float) -> Tensor:
    return torch.exp(-0.5 * ((x - middle) / width) ** 2)


def between(at: Tensor, knots: Tensor, values: Tensor) -> Tensor:
    """Values that are linear between rising ``knots`` ``(N,)``, and go on so past the ends."""
    place = torch.searchsorted(knots, at.contiguous()).clamp(1, len(knots) - 1)
    low, high = knots[place - 1], knots[place]
    return torch.lerp(values[place - 1], values[place], (at - low) / (high - low))
