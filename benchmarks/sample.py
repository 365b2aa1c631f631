"""A sample of faces of all tones for benchmarks that make pictures, and what these share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from benchmarks.faces import spread_out
from faceaug.edit import get_edit
from faceaug.render import Rendering, render
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.survey import Seen
    from faceaug.face.decomposition import Decomposition

SHARES = {"london": 22, "canada": 6, "congress225": 12}
"""Faces of each data set in a sample of forty: london has the evenest light and the widest range of tones."""

STRATA = {"london": 24, "canada": 6, "congress225": 34}
"""Faces of each data set in a sample of sixty-four."""

LOOKED_AT = {"london": 12, "canada": 2, "congress225": 10}
"""Faces of each data set in a sample of twenty-four, for the eye."""


WALL = 12
"""Greatest difference from the wall's fitted colour, of 255: its own unevenness and the file's compression."""


def of_all_tones(seen: Sequence[Seen], shares: dict[str, int] | None = None) -> list[Seen]:
    """Photographs in colour, of each data set as evenly over the classes of tone as it has them, nobody twice."""
    chosen = []
    for name, count in (shares or SHARES).items():
        people: dict[str, Seen] = {}
        for one in seen:
            if one.face.dataset == name and one.values is not None and "ita" in one.values:
                people.setdefault(one.face.identity, one)
        classes: dict[str, list[Seen]] = {}
        for one in sorted(people.values(), key=lambda one: -(one.values or {})["ita"]):
            classes.setdefault(one.tone, []).append(one)
        shares_of = quotas([len(members) for members in classes.values()], count)
        for members, share in zip(classes.values(), shares_of, strict=True):
            chosen += spread_out(members, share)
    return chosen


def stratified(seen: Sequence[Seen], shares: Mapping[str, int] | None = None) -> list[Seen]:
    """Photographs in colour over tones, genders, glasses and beards, nobody twice.

    Of each data set each class of tone gives as evenly as it can. Within a class the kinds of people (gender, glasses,
    facial hair) take turns, so that the rare ones come first; within a kind, smiling and neutral pictures alternate.
    """
    chosen: list[Seen] = []
    for name, count in (shares or STRATA).items():
        people: dict[str, list[Seen]] = {}
        for one in seen:
            if one.face.dataset == name and one.values is not None and "ita" in one.values:
                people.setdefault(one.face.identity, []).append(one)
        each = [pictures[k % len(pictures)] for k, pictures in enumerate(people.values())]
        classes: dict[str, list[Seen]] = {}
        for one in sorted(each, key=lambda one: -(one.values or {})["ita"]):
            classes.setdefault(one.tone, []).append(one)
        wanted = quotas([len(members) for members in classes.values()], count)
        for members, share in zip(classes.values(), wanted, strict=True):
            chosen += _in_turn(members)[:share]
    return chosen


def _in_turn(members: Sequence[Seen]) -> list[Seen]:
    """The members so that their kinds take turns, the rarest kind first."""
    kinds: dict[tuple[str, bool, bool], list[Seen]] = {}
    for one in members:
        kind = (one.face.gender, bool(one.face.glasses), one.face.beard not in ("", "none"))
        kinds.setdefault(kind, []).append(one)
    queues = sorted(kinds.values(), key=len)
    longest = max(map(len, queues), default=0)
    return [queue[k] for k in range(longest) for queue in queues if k < len(queue)]


def quotas(sizes: Sequence[int], count: int) -> list[int]:
    """How many to take from each of several groups, as evenly as their sizes allow, ``count`` in all."""
    taken = [0] * len(sizes)
    while sum(taken) < min(count, sum(sizes)):
        room = [k for k, size in enumerate(sizes) if taken[k] < size]
        taken[min(room, key=lambda k: taken[k])] += 1
    return taken


def told_worst(what: str, values: Mapping[str, Any]) -> list[str]:
    """A sentence that names the class with the largest value, and whether it stands out; nothing without values."""
    known = {name: float(value) for name, value in values.items() if value is not None and np.isfinite(value)}
    if len(known) < 2:
        return []
    worst = max(known, key=lambda name: known[name])
    rest = float(np.median([value for name, value in known.items() if name != worst]))
    return [f"Worst tone for {what}: {worst}, {known[worst]:.3g}; the median of the other classes is {rest:.3g}."]


def edited(parts: Decomposition, edit: str, settings: Mapping[str, Any]) -> Rendering:
    """One face with one edit, seed 0."""
    return render(get_edit(edit)(Scene.of(parts), **settings))


def skin_of(parts: Decomposition) -> np.ndarray:
    """Where the photograph shows bare facial skin, ``(H, W)`` bool."""
    return _whole(parts, parts.regions.skin[0, 0].numpy() > 0.8)


def person_of(parts: Decomposition) -> np.ndarray:
    """Where the photograph shows any of the person according to its own matte, ``(H, W)`` bool."""
    return _whole(parts, parts.regions.person[0, 0].numpy() > 0)


def _whole(parts: Decomposition, window: np.ndarray) -> np.ndarray:
    """A mask of the window as one of the photograph."""
    left, top = parts.corners[0]
    mask = np.zeros(parts.photos[0].pixels.shape[:2], dtype=bool)
    mask[top : top + window.shape[0], left : left + window.shape[1]] = window
    return mask


def backdrop_of(pixels: np.ndarray, chin: float) -> np.ndarray:
    """A plain studio wall ``(H, W)`` bool above the chin: what joins the upper corners in the wall's smooth colour.

    It knows nothing of mattes: the wall is a quadratic surface in each channel, fitted to the margins.
    A band next to everything else is left out, so that single hairs do not count.

    Args:
        pixels: ``(H, W, 3)`` uint8.
        chin: Row of the chin; shoulders of the wall's own colour may follow below.
    """
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float64) / max(height, width)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    above = np.arange(height)[:, None] < chin
    margin = above & ((x < 0.06) | (x > x.max() - 0.06) | (y < 0.04))
    surface, *_ = np.linalg.lstsq(terms[margin], pixels[margin].astype(np.float64), rcond=None)
    alike = (np.abs(pixels - terms @ surface).max(axis=2) < WALL) & above
    _, labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)
    wall = alike & np.isin(labels, (labels[2, 2], labels[2, width - 3]))
    band = 2 * max(3, round(0.012 * max(height, width))) + 1
    return cv2.erode(wall.astype(np.uint8), np.ones((band, band), np.uint8), borderValue=255) > 0


def linear_of(pixels: np.ndarray) -> np.ndarray:
    """Linear light ``(H, W, 3)`` float64 in 0..1 of sRGB bytes (IEC 61966-2-1)."""
    encoded = pixels.astype(np.float64) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def bright_of(pixels: np.ndarray) -> np.ndarray:
    """Relative luminance ``(H, W)`` of sRGB bytes."""
    return np.asarray(linear_of(pixels) @ (0.2126729, 0.7151522, 0.0721750))


def lab_of(pixels: np.ndarray) -> np.ndarray:
    """CIELAB ``(H, W, 3)`` (D65; L* 0..100) of sRGB bytes, by OpenCV's own conversion."""
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float64)


def fine_texture(pixels: np.ndarray, mask: np.ndarray, sigma: float = 3.0) -> np.ndarray:
    """Detail finer than ``sigma`` pixels inside a mask: log luminance less its blur, blurred inside the mask only."""
    bright = np.log(bright_of(pixels) + 1e-3)
    inside = mask.astype(np.float64)
    blurred = cv2.GaussianBlur(bright * inside, (0, 0), sigma)
    weight = cv2.GaussianBlur(inside, (0, 0), sigma)
    return np.asarray((bright - blurred / np.maximum(weight, 1e-6))[mask])


def clipped(pixels: np.ndarray, mask: np.ndarray) -> float:
    """Share of the masked pixels that have a channel at 255, or nothing at all."""
    inside = pixels[mask]
    return float(((inside == 255).any(axis=1) | (inside == 0).all(axis=1)).mean()) if len(inside) else 0.0
