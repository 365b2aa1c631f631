"""Shapes held between lamp and face, as outlines in millimetres: leaves, blinds, fingers, a brim, a window's frame.

A gobo is what photographers and stage lighters call such a thing. Every shape is a function of its noise alone; the
plane is the one across the light, x to the right and y up, its origin at the middle of the face.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceaug.image.noise import Noise

Outlines = list[np.ndarray]

HALF = 200.0
"""Half the side of the square that shapes are drawn on, mm: head and shoulders fit in from any side."""

# Outline of a leaf of length 1 and width 0.44: distance from the middle vein at steps along it (our own drawing).
_LEAF = ((0.0, 0.0), (0.08, 0.09), (0.22, 0.19), (0.38, 0.22), (0.56, 0.18), (0.74, 0.1), (0.88, 0.035), (1.0, 0.0))
# Twigs and leaves along each, shortest and longest leaf of the nearer and the farther twigs, mm: what is blurred more
# must be larger, or it is no leaf any more. Leaves stand so far apart, in their own lengths; a twig's and a stalk's
# width, and a stalk's length, mm.
_TWIGS, _LEAVES, _LONG = (8, 5), 9, ((36.0, 58.0), (50.0, 70.0))
_APART, _STALK, _STEM = 0.60, (2.5, 1.4), 6.0
# The blade of a leaf fills this much of its length around its middle, which lies so far along it: no other grows there.
_BLADE, _MIDDLE = 0.38, 0.44
# Leaves lean away from their twig by these angles, radians.
_LEAN = (0.6, 1.15)
# Slats of a blind 25 mm deep, half open, mm apart; cords.
_SLATS, _PITCH, _CORDS, _CORD = 17, 27.0, (-95.0, 70.0), 3.0
# Panes of a window with glazing bars, mm, and the bars; so many of them to each side.
_PANE, _BAR, _BARS = (66.0, 82.0), 14.0, 2
# Lengths and widths of the four fingers, mm, and their fan, degrees (means of adult hands).
_FINGERS = ((78.0, 16.0, -13.0), (88.0, 17.0, -4.0), (83.0, 16.0, 5.0), (66.0, 14.0, 15.0))


def shapes(pattern: str, noise: Noise) -> list[Outlines]:
    """Return the outlines of a pattern as layers at different distances from the face, nearest first.

    Args:
        pattern: One of `PATTERNS`.
        noise: One row.
    """
    return PATTERNS[pattern](noise)


def _leaves(noise: Noise) -> list[Outlines]:
    layers: list[Outlines] = []
    taken: list[tuple[float, float, float]] = []
    for layer, (count, long) in enumerate(zip(_TWIGS, _LONG, strict=True)):
        u = noise.uniform(f"twigs {layer}", count * 4).reshape(count, 4).tolist()
        v = noise.uniform(f"leaves {layer}", count * _LEAVES * 3).reshape(count, _LEAVES, 3).tolist()
        layers.append([])
        for number, (place, height, lean, bend) in enumerate(u):
            # Twigs hang in from above, spread evenly so that no face is left without a shadow.
            start = (-HALF + 2 * HALF * (number + 0.25 + 0.5 * place) / count, HALF * (0.5 + 0.5 * height))
            angle = math.radians(-90 + 40 * (lean - 0.5) * 2)
            layers[layer] += _twig(start, angle, (bend - 0.5) * 0.25, [[*leaf, *long] for leaf in v[number]], taken)
    return layers


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
        if all(math.dist(blade[:2], other[:2]) > blade[2] + other[2] for other in taken):
            taken.append(blade)
            found += [_capsule((x, y), there, _STALK[0] / 2), _capsule(there, base, _STALK[1] / 2)]
            found.append(_leaf(*base, aside, length, 0.8 + 0.4 * apart))
        x, y = there
        angle += bend
    return found


def _leaf(x: float, y: float, angle: float, length: float, wide: float) -> np.ndarray:
    upper = np.array(_LEAF)
    whole = np.concatenate([upper, upper[-2:0:-1] * (1, -1)]) * (length, length * wide)
    placed: np.ndarray = _turned(whole, angle) + np.array([x, y])
    return placed


def _blinds(noise: Noise) -> list[Outlines]:
    start = float(noise.uniform("place")[0, 0]) * _PITCH
    tops = [start + _PITCH * (k - _SLATS / 2) for k in range(_SLATS)]
    slats = [_box(-HALF * 2, top, HALF * 2, top + _PITCH * 0.52) for top in tops]
    return [slats + [_box(x, -HALF * 2, x + _CORD, HALF * 2) for x in _CORDS]]


def _window(noise: Noise) -> list[Outlines]:
    across, down = (noise.uniform("place", 2)[0].double() - 0.5).tolist()
    (wide, high), bar = _PANE, _BAR
    left, low = across * wide * 0.8 - bar / 2, down * high * 0.6 + high * 0.15
    there = range(-_BARS, _BARS + 1)
    bars = [_box(left + k * (wide + bar), -HALF * 2, left + k * (wide + bar) + bar, HALF * 2) for k in there]
    bars += [_box(-HALF * 2, low + k * (high + bar), HALF * 2, low + k * (high + bar) + bar) for k in there]
    outer = (_BARS + 0.5) * (wide + bar)
    return [
        [*bars, _box(left + outer, -HALF * 2, HALF * 3, HALF * 2), _box(-HALF * 3, -HALF * 2, left - outer, HALF * 2)]
    ]


def _fingers(noise: Noise) -> list[Outlines]:
    across, down, turn, spread = (noise.uniform("place", 4)[0].double() - 0.5).tolist()
    side = 1.0 if across > 0 else -1.0
    # The palm stays off the middle of the face, to one side and a little above; the fingers reach over cheek and eye.
    root = np.array([side * (72 + 24 * abs(across)), 10 + 60 * down])
    toward = math.pi * (1 if side > 0 else 0) + side * math.radians(-12 + 30 * turn)
    found: Outlines = []
    for index, (length, width, fan) in enumerate(_FINGERS):
        angle = toward + math.radians(fan * (0.9 + 0.6 * spread))
        base = root + _turned(np.array([[0.0, (index - 1.5) * 19.0]]), toward)[0]
        tip = base + length * np.array([math.cos(angle), math.sin(angle)])
        found.append(_capsule(tuple(base - 30 * (tip - base) / length), tuple(tip), width / 2))
    palm = np.array([[-90.0, -42.0], [8.0, -38.0], [14.0, 0.0], [8.0, 38.0], [-90.0, 42.0]])
    return [[*found, _turned(palm, toward) + root]]


def _brim(noise: Noise) -> list[Outlines]:
    height, sag = (noise.uniform("place", 2)[0].double()).tolist()
    x = np.linspace(-HALF * 2, HALF * 2, 65)
    # The edge lies between forehead and tip of the nose, and sags as the front of a round brim does.
    edge = 12 - 45 * height + (0.0008 + 0.0016 * sag) * x**2
    return [[np.concatenate([np.stack([x, edge], axis=1), [[HALF * 2, HALF * 4], [-HALF * 2, HALF * 4]]])]]


def _box(left: float, low: float, right: float, high: float) -> np.ndarray:
    return np.array([[left, low], [right, low], [right, high], [left, high]])


def _capsule(start: tuple[float, float], end: tuple[float, float], radius: float) -> np.ndarray:
    """A line of some width with round ends."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    half = np.linspace(-math.pi / 2, math.pi / 2, 9)
    cap = radius * np.stack([np.cos(half), np.sin(half)], axis=1)
    return np.concatenate([_turned(cap, angle) + end, _turned(-cap, angle) + start])


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
