"""Shapes held between lamp and face, as outlines in millimetres: leaves, blinds, fingers, a brim, a window's frame.

A gobo is what photographers and stage lighters call such a thing. Every shape is a function of its noise alone; the
plane is the one across the light, x to the right and y up, its origin at the middle of the face.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from faceaug.image.raster import union

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceaug.image.noise import Noise

Outlines = list[np.ndarray]

HALF = 200.0
"""Half the side of the square that hands and brims are drawn on, mm: they go on beyond as they are at its edge."""

# Outline of a leaf of length 1 and width 0.44: distance from the middle vein at steps along it (our own drawing).
_LEAF = ((0.0, 0.0), (0.08, 0.09), (0.22, 0.19), (0.38, 0.22), (0.56, 0.18), (0.74, 0.1), (0.88, 0.035), (1.0, 0.0))
# Twigs and leaves along each, shortest and longest leaf of the nearer and the farther twigs, mm: what is blurred more
# must be larger, or it is no leaf any more. Leaves stand so far apart, in their own lengths; a twig's and a stalk's
# width, and a stalk's length, mm.
_TWIGS, _LEAVES, _LONG = (10, 7), 9, ((36.0, 58.0), (50.0, 70.0))
_APART, _STALK, _STEM = 0.60, (2.5, 1.4), 6.0
# The blade of a leaf fills this much of its length around its middle, which lies so far along it: no other grows there.
_BLADE, _MIDDLE = 0.38, 0.44
# Leaves lean away from their twig by these angles, radians.
_LEAN = (0.6, 1.15)
# Clumps of the crown to each side, the share of places that have one, and their lengths, mm.
_CLUMPS, _THERE, _CLUMP = 7, 0.6, (70.0, 130.0)
# Slats of a blind 25 mm deep, half open, mm apart, and the share that one covers; cords, and how far apart their pairs
# are.
_PITCH, _SLAT, _CORDS, _CORD, _PAIRS = 27.0, 0.52, (-95.0, 70.0), 3.0, 330.0
# Panes of a window with glazing bars, mm, and the bars.
_PANE, _BAR = (66.0, 82.0), 14.0
# The round end of a line, radius 1.
_CAP = np.array([(math.cos(k * math.pi / 8), math.sin(k * math.pi / 8)) for k in range(-4, 5)])
# Lengths and widths of the four fingers, mm, and their fan, degrees (means of adult hands).
_FINGERS = ((78.0, 16.0, -13.0), (88.0, 17.0, -4.0), (83.0, 16.0, 5.0), (66.0, 14.0, 15.0))
# The palm with wrist and forearm, and the thumb's ends and half its width, mm: fingers point along x.
_PALM = (
    (-90.0, -42.0),
    (8.0, -38.0),
    (14.0, 0.0),
    (8.0, 38.0),
    (-90.0, 42.0),
    (-120.0, 31.0),
    (-2 * HALF, 45.0),
    (-2 * HALF, -45.0),
    (-120.0, -31.0),
)
_THUMB = ((-70.0, -36.0), (-8.0, -74.0), 10.0)


def drawn(pattern: str, noise: Noise, cell: float) -> list[np.ndarray]:
    """Draw the layers of a pattern at different distances from the face, nearest first: 1 where light is hidden.

    Args:
        pattern: One of `PATTERNS`.
        noise: One row.
        cell: About the size of a cell, mm; a whole number of them makes up the pattern's `period`.

    Returns:
        Each ``(h, w)``, float32, y down, the plane's origin in the middle.
    """
    return [_filled(outlines, pattern, cell) for outlines in PATTERNS[pattern](noise)]


def period(pattern: str) -> tuple[float, float]:
    """Width and height, mm, of what is drawn of a pattern: it comes again and again, unless it is `ALONE`."""
    return _PERIODS.get(pattern, (2 * HALF, 2 * HALF))


def _filled(outlines: Outlines, pattern: str, cell: float) -> np.ndarray:
    """Union of filled outlines; what leaves a side of a tile enters opposite."""
    wide, high = period(pattern)
    across, down = round(wide / cell), round(high / cell)
    placed = [(outline * (1, -1) / (wide, high) + 0.5) * (across, down) for outline in outlines]
    if pattern not in ALONE:
        placed = [copy for outline in placed for copy in _copies(outline, (across, down))]
    return union(placed, (down, across))


def _copies(outline: np.ndarray, period: tuple[int, int]) -> Outlines:
    """An outline as often as it falls into a tile, whole periods aside."""
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    across, down = (
        [k * step for k in range(-math.ceil(last / step) + 1, math.ceil((step - first) / step))]
        for first, last, step in ((left, right, period[0]), (top, bottom, period[1]))
    )
    return [outline + np.array([x, y]) for x in across for y in down]


def _leaves(noise: Noise) -> list[Outlines]:
    layers: list[Outlines] = []
    taken: list[tuple[float, float, float]] = []
    for layer, (count, long) in enumerate(zip(_TWIGS, _LONG, strict=True)):
        u = noise.uniform(f"twigs {layer}", count * 4).reshape(count, 4).tolist()
        v = noise.uniform(f"leaves {layer}", count * _LEAVES * 3).reshape(count, _LEAVES, 3).tolist()
        layers.append([])
        for number, (place, height, lean, bend) in enumerate(u):
            # Twigs are spread evenly so that no face is left without a shadow.
            start = (-HALF + 2 * HALF * (number + 0.25 + 0.5 * place) / count, HALF * (2 * height - 1))
            angle = math.radians(-90 + 40 * (lean - 0.5) * 2)
            layers[layer] += _twig(start, angle, (bend - 0.5) * 0.25, [[*leaf, *long] for leaf in v[number]], taken)
    return [*layers, _crown(noise)]


def _crown(noise: Noise) -> Outlines:
    """The tree's crown far above: clumps of leaves without form, and gaps between them."""
    u = noise.uniform("crown", _CLUMPS * _CLUMPS * 4).reshape(-1, 4).tolist()
    step = 2 * HALF / _CLUMPS
    found: Outlines = []
    for number, (x, y, size, turn) in enumerate(u):
        middle = (-HALF + step * (number % _CLUMPS + x), -HALF + step * (number // _CLUMPS + y))
        if size < _THERE:
            found.append(_leaf(*middle, 2 * math.pi * turn, _CLUMP[0] + (_CLUMP[1] - _CLUMP[0]) * size / _THERE, 1.5))
    return found


def _twig(
    start: tuple[float, float],
    angle: float,
    bend: float,
    leaves: list[list[float]],
    taken: list[tuple[float, float, float]],
) -> Outlines:
    """A bent stalk with leaves to both sides in turn, and none that would lie over one of those ``taken``."""
    found: Outlines = []
    x, y = start
    for index, (apart, size, turn, shortest, longest) in enumerate(leaves):
        length = shortest + (longest - shortest) * size
        step = _APART * length * (0.8 + 0.4 * apart)
        there = (x + step * math.cos(angle), y + step * math.sin(angle))
        side = 1 if index % 2 else -1
        aside = angle + side * (_LEAN[0] + (_LEAN[1] - _LEAN[0]) * turn)
        way = (math.cos(aside), math.sin(aside))
        base = (there[0] + _STEM * way[0], there[1] + _STEM * way[1])
        blade = (base[0] + _MIDDLE * length * way[0], base[1] + _MIDDLE * length * way[1], _BLADE * length)
        if not _meets(blade, taken):
            taken.append(blade)
            found += [_capsule((x, y), there, _STALK[0] / 2), _capsule(there, base, _STALK[1] / 2)]
            found.append(_leaf(*base, aside, length, 0.8 + 0.4 * apart))
        x, y = there
        angle += bend
    return found


def _meets(blade: tuple[float, float, float], taken: list[tuple[float, float, float]]) -> bool:
    """Whether a disc of the tile (x, y, radius) lies over another, the nearer way round."""
    others = np.array(taken).reshape(-1, 3)
    apart = np.remainder(others[:, :2] - blade[:2] + HALF, 2 * HALF) - HALF
    return bool((np.hypot(apart[:, 0], apart[:, 1]) <= blade[2] + others[:, 2]).any())


def _leaf(x: float, y: float, angle: float, length: float, wide: float) -> np.ndarray:
    upper = np.array(_LEAF)
    whole = np.concatenate([upper, upper[-2:0:-1] * (1, -1)]) * (length, length * wide)
    placed: np.ndarray = _turned(whole, angle) + np.array([x, y])
    return placed


def _blinds(noise: Noise) -> list[Outlines]:
    low = float(noise.uniform("place")[0, 0]) * _PITCH
    cords = [_box(x, 0.0, x + _CORD, _PITCH) for x in _CORDS]
    return [[_box(0.0, low, _PAIRS, low + _PITCH * _SLAT), *cords]]


def _window(noise: Noise) -> list[Outlines]:
    across, down = (noise.uniform("place", 2)[0].double() - 0.5).tolist()
    (wide, high), bar = _PANE, _BAR
    left, low = across * wide * 0.8 - bar / 2, down * high * 0.6 + high * 0.15
    return [[_box(left, 0.0, left + bar, high + bar), _box(0.0, low, wide + bar, low + bar)]]


def _fingers(noise: Noise) -> list[Outlines]:
    across, down, turn, spread = (noise.uniform("place", 4)[0].double() - 0.5).tolist()
    side = 1.0 if across > 0 else -1.0
    # Knuckles lie over cheek or temple; the fingers reach over eyes and nose.
    root = np.array([side * (50 + 30 * abs(across)), 10 + 60 * down])
    toward = math.pi * (1 if side > 0 else 0) + side * math.radians(-12 + 30 * turn)
    found: Outlines = []
    for index, (length, width, fan) in enumerate(_FINGERS):
        angle = toward + math.radians(fan * (0.9 + 0.6 * spread))
        base = root + _turned(np.array([[0.0, (index - 1.5) * 19.0]]), toward)[0]
        tip = base + length * np.array([math.cos(angle), math.sin(angle)])
        found.append(_capsule(tuple(base - 30 * (tip - base) / length), tuple(tip), width / 2))
    return [[*found, *(_turned(part, toward) + root for part in (np.array(_PALM), _capsule(*_THUMB)))]]


def _brim(noise: Noise) -> list[Outlines]:
    height, sag = (noise.uniform("place", 2)[0].double()).tolist()
    x = np.linspace(-HALF * 2, HALF * 2, 65)
    # The edge lies between forehead and tip of the nose, and sags as the front of a round brim does.
    edge = 12 - 45 * height + (0.0003 + 0.0007 * sag) * x**2
    far = [[2 * HALF, edge[-1]], [2 * HALF, 2 * HALF], [-2 * HALF, 2 * HALF], [-2 * HALF, edge[0]]]
    return [[np.concatenate([np.stack([x, edge], axis=1), far])]]


def _box(left: float, low: float, right: float, high: float) -> np.ndarray:
    return np.array([[left, low], [right, low], [right, high], [left, high]])


def _capsule(start: tuple[float, float], end: tuple[float, float], radius: float) -> np.ndarray:
    """A line of some width with round ends."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    cap = _turned(radius * _CAP, angle)
    return np.concatenate([cap + end, start - cap])


def _turned(points: np.ndarray, angle: float) -> np.ndarray:
    sine, cosine = math.sin(angle), math.cos(angle)
    turned: np.ndarray = points @ np.array([[cosine, sine], [-sine, cosine]])
    return turned


PATTERNS: dict[str, Callable[[Noise], list[Outlines]]] = {
    "leaves": _leaves,
    "blinds": _blinds,
    "fingers": _fingers,
    "brim": _brim,
    "window": _window,
}
"""Every pattern by name."""

ALONE = ("fingers", "brim")
"""Patterns of one thing; all others go on and on to every side, so that any part of them may be seen on a wall."""

_PERIODS = {"blinds": (_PAIRS, _PITCH), "window": (_PANE[0] + _BAR, _PANE[1] + _BAR)}
