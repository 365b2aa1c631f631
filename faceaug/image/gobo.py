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

# Outline of a leaf of length 1 and width 0.5: distance from the middle vein at steps along it (our own drawing).
_LEAF = ((0.0, 0.0), (0.08, 0.09), (0.22, 0.2), (0.4, 0.25), (0.6, 0.21), (0.8, 0.11), (0.93, 0.03), (1.0, 0.0))
# Twigs, leaves along each, their distance and length, mm; a twig's own width.
_TWIGS, _LEAVES, _APART, _LONG, _STALK = 13, 8, 23.0, (28.0, 52.0), 2.5
# Slats of a blind 25 mm deep, half open, mm apart; cords.
_SLATS, _PITCH, _CORDS, _CORD = 17, 27.0, (-95.0, 70.0), 3.0
# Panes of a window, mm, and its bars.
_PANE, _BAR = (105.0, 125.0), 22.0
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
    u = noise.uniform("twigs", _TWIGS * 4).reshape(_TWIGS, 4).tolist()
    v = noise.uniform("leaves", _TWIGS * _LEAVES * 3).reshape(_TWIGS, _LEAVES, 3).tolist()
    layers: list[Outlines] = [[], []]
    for number, (place, height, lean, bend) in enumerate(u):
        # Twigs hang in from the sides and from above, spread evenly so that no face is left without a shadow.
        x, y = -HALF + 2 * HALF * (number + place) / _TWIGS, HALF * (0.8 * height - 0.05)
        angle = math.radians(-90 + 70 * (lean - 0.5) * 2)
        layers[number % 2] += _twig(x, y, angle, (bend - 0.5) * 0.12, v[number])
    return layers


def _twig(x: float, y: float, angle: float, bend: float, leaves: list[list[float]]) -> Outlines:
    """A bent stalk with leaves to both sides."""
    found: Outlines = []
    for index, (apart, long, turn) in enumerate(leaves):
        step = _APART * (0.7 + 0.6 * apart)
        there = (x + step * math.cos(angle), y + step * math.sin(angle))
        found.append(_capsule((x, y), there, _STALK / 2))
        x, y = there
        angle += bend
        length = _LONG[0] + (_LONG[1] - _LONG[0]) * long
        side = 1 if index % 2 else -1
        found.append(_leaf(x, y, angle + side * (0.5 + 0.7 * turn), length, 0.75 + 0.5 * apart))
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
    bars = [_box(left + k * (wide + bar), -HALF * 2, left + k * (wide + bar) + bar, HALF * 2) for k in (-1, 0, 1)]
    bars += [_box(-HALF * 2, low + k * (high + bar), HALF * 2, low + k * (high + bar) + bar) for k in (-1, 0, 1)]
    outer = 1.5 * (wide + bar)
    return [
        [*bars, _box(left + outer, -HALF * 2, HALF * 3, HALF * 2), _box(-HALF * 3, -HALF * 2, left - outer, HALF * 2)]
    ]


def _fingers(noise: Noise) -> list[Outlines]:
    across, down, turn, spread = (noise.uniform("place", 4)[0].double() - 0.5).tolist()
    side = 1.0 if across > 0 else -1.0
    # The palm stays off the face, to one side and a little above; the fingers reach over the cheek and the eye.
    root = np.array([side * (92 + 30 * abs(across)), 10 + 60 * down])
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
