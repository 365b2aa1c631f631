"""The relief of a human ear: a generic pinna as heights over its plane, from the curves of its ridges and hollows.

Places are mm on an ear seen from its side on an upright head: back from its front, and up from the end of its lobe. Its
measures are those of adults, leaning back as ears do: 62 mm tall and 35 mm long. (Upright, 341 young adults had 59.7 by
31.3 mm, women, and 63.1 by 33.3 mm, men: M. G. Bozkir et al., "Morphometry of the external ear in our adult
population", Aesth. Plast. Surg. 30 (2006); ears go on growing.) The curves, and how deep each hollow lies, follow
drawings of its anatomy.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from faceaug.image.filter import gaussian
from faceaug.image.outline import signed_distance
from faceaug.image.shade import smooth_fall, smooth_step

Curve = tuple[tuple[float, float], ...]

TALL, LONG = 62.0, 35.0
"""How tall and long it is, mm."""
STEP, FIRST, _COUNT = 0.5, (-2.0, -3.0), (80, 138)
"""It is told on a grid of such steps, mm, from such a place on; so many columns and rows."""

_OUTLINE: Curve = (
    *((2, 34), (3, 40), (4.5, 47), (8.5, 54), (14, 59.5), (20.5, 62), (27, 60.5), (32, 56), (34.8, 49), (34.6, 41)),
    *((32, 32), (28, 23.5), (23.5, 15), (20, 7.5), (16, 2.5), (11, 0), (7, 1.5), (5, 6), (4.5, 12), (3.2, 18)),
    *((1.6, 24), (0.6, 29)),
)
_HELIX: Curve = (
    *((12.5, 32.5), (8, 34), (5.5, 38), (6.2, 45), (10, 52.5), (15, 57.3), (20.5, 59.6), (26, 58.3), (30, 54.3)),
    *((32.3, 48.5), (32, 41.5), (29.6, 33), (25.9, 24.5), (22.3, 17)),
)
_ANTIHELIX: Curve = ((13.5, 16), (17.5, 17.5), (21.5, 23), (24, 30), (24.6, 37), (23.6, 42.5))
_UPPER_CRUS: Curve = ((23.6, 42.5), (22.5, 48), (20.5, 53.5))
_LOWER_CRUS: Curve = ((23.6, 42.5), (19, 45), (13.5, 45.8), (8, 45.5))
_TRAGUS: Curve = ((2.2, 31.5), (3.6, 27.5), (4.0, 23.5))
_ANTITRAGUS: Curve = ((15.5, 16), (12.5, 15.2), (9.8, 16))
_CAVUM: Curve = (
    (6, 28),
    (10, 31),
    (15.5, 30.5),
    (19.5, 28),
    (18.5, 23.5),
    (15, 20),
    (11, 18.6),
    (7.5, 20.5),
    (5.5, 24),
)
_CYMBA: Curve = ((8.5, 38), (12, 41.5), (17, 41.5), (21, 38.5), (21.5, 34), (18, 33), (13.5, 35), (10, 35.5))

# Antihelix and crura: how high, how wide, mm, and by how much they end, between such shares of their length.
_FOLDS = (
    (_ANTIHELIX, 4.0, 3.0, 0.0, (0.0, 1.0)),
    (_UPPER_CRUS, 3.6, 3.4, 0.6, (0.3, 1.0)),
    (_LOWER_CRUS, 3.6, 2.2, 0.4, (0.4, 1.0)),
)
# The two parts of the concha: how deep, and how far within their edge that is reached, mm, from so much outside it.
_BOWLS, _BOWL_EDGE = ((_CAVUM, 9.5, 4.5), (_CYMBA, 6.5, 3.5)), 2.0
# The helix: how high at least, before it is free of the head and behind, mm; how wide; it rises from the concha, is
# free, and ends above the lobe between such shares of its length, by so much.
_RIM_LOW, _RIM, _RIM_FREE, _RIM_WIDE = 1.0, 2.4, 2.2, 2.5
_RISES, _FREE, _ENDS, _END = (0.0, 0.22), (0.3, 0.5), (0.78, 1.0), 0.75
# The groove within it: how deep, where and how wide, mm; from and to such shares; nothing so near the outline, mm.
_GROOVE, _GROOVE_FROM, _GROOVE_TO, _GROOVE_IN = (1.6, 5.5, 2.6), (0.25, 0.4), (0.85, 1.0), -3.0
# Tragus, antitragus and lobe: how high, and how wide, mm; the middle of the lobe.
_BUMPS, _LOBE, _LOBE_AT = ((_TRAGUS, 4.2, 2.6), (_ANTITRAGUS, 2.2, 3.0)), (2.2, 7.5), (12.5, 7.0)
# Its edge rolls back so far between such distances from its outline, mm, where it is free: from such places on, farther
# back the higher, by so much for each mm over that height.
_ROLL, _ROLLS, _LOOSE, _LOOSE_UP = 4.0, (-2.6, 0.6), (2.5, 6.5), (0.12, 30.0)
_SMOOTH_MM = 0.5
# Light that lacks in hollows and comes on ridges: what lies deeper, or higher, than the mean over such distances, mm,
# has so much less, log for each mm, or more. Ears of 24 portraits turned by 11 to 22 degrees are 0.37, 0.77, 1.23, 1.60
# times as light as their median (5, 25, 75, 95 %), those that are drawn 0.42, 0.75, 1.20, 1.42.
_HOLLOWS = ((2.0, 0.14, 0.07), (4.5, 0.13, 0.04), (9.0, 0.06, 0.02))


class Relief(NamedTuple):
    """An ear over its plane, rows from its lobe up, columns back.

    Attributes:
        height: How far it stands out ``(V, U)``, mm.
        lit: How many times the light of a free surface reaches it ``(V, U)``.
        outside: How far each place is outside its outline, below 0 within ``(V, U)``, mm.
    """

    height: Tensor
    lit: Tensor
    outside: Tensor


@cache
def relief() -> Relief:
    """The relief of an ear."""
    us, vs = (first + STEP * torch.arange(count) for first, count in zip(FIRST, _COUNT, strict=True))
    u, v = us[None].expand(len(vs), -1), vs[:, None].expand(-1, len(us))
    outside = signed_distance(_closed(_OUTLINE), us, vs)
    height = torch.zeros_like(u)
    for curve, high, wide, less, ends in _FOLDS:
        away, along = _beside(u, v, curve)
        height = torch.maximum(height, high * _bell(away, wide) * (1 - less * smooth_step(*ends, along)))
    for curve, deep, within in _BOWLS:
        height = height - deep * smooth_fall(-within, _BOWL_EDGE, signed_distance(_closed(curve), us, vs))
    height = _with_helix(height, *_beside(u, v, _HELIX), outside)
    for curve, high, wide in _BUMPS:
        height = height + high * _bell(_beside(u, v, curve)[0], wide)
    lobe = ((u - _LOBE_AT[0]) / _LOBE[1]) ** 2 + ((v - _LOBE_AT[1]) / _LOBE[1]) ** 2
    height = height + _LOBE[0] * (1 - lobe).clamp(min=0)
    loose = smooth_step(*_LOOSE, u + _LOOSE_UP[0] * (v - _LOOSE_UP[1]).clamp(min=0))
    height = height - _ROLL * smooth_step(*_ROLLS, outside) * loose
    height = gaussian(height[None, None], _SMOOTH_MM / STEP)
    lacks = torch.zeros_like(height)
    for wide, less, more in _HOLLOWS:
        deeper = gaussian(height, wide / STEP) - height
        lacks += less * deeper.clamp(min=0) + more * deeper.clamp(max=0)
    return Relief(height[0, 0], torch.exp(-lacks)[0, 0], outside)


def _with_helix(height: Tensor, away: Tensor, along: Tensor, outside: Tensor) -> Tensor:
    """The relief with the rim of the ear and the groove within it ``(V, U)``, by how far from it each place is."""
    high = (_RIM + _RIM_FREE * smooth_step(*_FREE, along)) * smooth_step(*_RISES, along)
    high = _RIM_LOW + high * (1 - _END * smooth_step(*_ENDS, along))
    deep, at, wide = _GROOVE
    groove = _bell(away - at, wide) * smooth_step(*_GROOVE_FROM, along) * smooth_fall(*_GROOVE_TO, along)
    height = height - deep * groove * (outside < _GROOVE_IN)
    return torch.lerp(height, torch.maximum(height, high), torch.exp(-((away / _RIM_WIDE) ** 4)))


def _bell(distance: Tensor, wide: float) -> Tensor:
    return torch.exp(-((distance / wide) ** 2))


def _closed(points: Curve) -> Tensor:
    """A smooth closed curve through points ``(N, 2)``."""
    given = torch.tensor(points, dtype=torch.float32)
    return _smooth(torch.cat([given[-1:], given, given[:2]]))


def _open(points: Curve) -> Tensor:
    """A smooth curve through points ``(N, 2)``."""
    given = torch.tensor(points, dtype=torch.float32)
    ends = torch.cat([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    return torch.cat([_smooth(ends), given[-1:]])


def _smooth(points: Tensor, steps: int = 8) -> Tensor:
    """Catmull and Rom's spline through all but the first and last points ``(N, 2)``."""
    t = (torch.arange(steps) / steps)[:, None]
    a, b, c, d = (each[:, None] for each in (points[:-3], points[1:-2], points[2:-1], points[3:]))
    cubic = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    return (cubic / 2).reshape(-1, 2)


def _beside(u: Tensor, v: Tensor, points: Curve) -> tuple[Tensor, Tensor]:
    """How far each place is from a curve, mm, and beside which share of its length, each like ``u``."""
    curve = _open(points)
    start, edge = curve[:-1, :, None, None], (curve[1:] - curve[:-1])[:, :, None, None]
    length = edge.square().sum(dim=1)
    share = (((u - start[:, 0]) * edge[:, 0] + (v - start[:, 1]) * edge[:, 1]) / length).clamp(0, 1)
    away = torch.hypot(u - start[:, 0] - share * edge[:, 0], v - start[:, 1] - share * edge[:, 1])
    near, which = away.min(dim=0)
    long = length.sqrt()[:, 0, 0]
    before = long.cumsum(0) - long
    return near, (before[which] + share.gather(0, which[None])[0] * long[which]) / long.sum()
