"""Benchmark: are the freckles that were drawn there to be found, on every tone and at every size?"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch

from benchmarks.report import Section, Table, mean, median, pearson, progress, quantile
from benchmarks.sample import bright_of, edited, lab_of, stratified
from benchmarks.tone import TONES
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import Refusal
from faceaug.face.decompose import decompose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from benchmarks.survey import Seen
    from faceaug.face.decomposition import Decomposition

SETTINGS = {"density": 5.0, "radius": 0.6, "contrast": 0.45, "spread": 0.2}
"""What is asked for."""

LARGE = 1.5
"""Pixels of radius above which a spot must be found again."""

SMALL_WIDTH = 225
"""Pixels across the reduced photographs."""

FAINT = 0.02
"""Natural logarithm of light by which a blob's middle must stand out of its surroundings: two of 255 in mid-tones."""


@dataclass
class Spotted:
    """One face with freckles; spots are ``(N, 3)``: x, y, radius in pixels of the photograph."""

    seen: Seen
    drawn: np.ndarray
    spurious: int = 0
    blobs: int = 0
    missed: int = 0
    large: int = 0
    alone: int = 0
    alone_missed: int = 0
    outside: float = 0.0
    change: list[float] = field(default_factory=list)
    amount: float = float("nan")
    alike: float = float("nan")


def freckles(seen: Sequence[Seen]) -> Section:
    """Draw freckles on faces of all tones and count them again."""
    made, declined = [], []
    for one in progress(stratified(seen), "freckles"):
        try:
            made.append(_one(one))
        except Refusal as refusal:
            declined.append(f"`{one.face.name}`: refused: {refusal.reason}")
    full = [one for one in made if one.seen.face.dataset == "london"]
    rows = [_counted(name, [one for one in full if one.seen.tone == name]) for name in TONES]
    rows.append(_counted("all at 810 px", full))
    rows.append(_counted("congress225 at 225 px", [one for one in made if one.seen.face.dataset == "congress225"]))
    sizes = [one for one in full if np.isfinite(one.amount)]
    return Section(
        "freckles",
        "Freckles",
        "The spots that `freckles` draws ("
        + ", ".join(f"{name} {value:g}" for name, value in SETTINGS.items())
        + f") on faces of all tones, and blobs counted in the logarithm of result over photograph by differences of "
        f"Gaussians. A drawn spot of more than {LARGE:g} pixels radius counts as found if a blob lies within its "
        "radius; a blob is spurious if no drawn spot of any size is near. Rows of tones are london at 810 pixels. "
        "ΔE is CIE 1976, at the middles of the large spots.",
        (
            Table(
                (
                    "apparent tone",
                    "faces",
                    "spots drawn a face",
                    f"larger than {LARGE:g} px",
                    "of these found",
                    "found of those standing alone",
                    "blobs spurious",
                    "ΔE of spots: median",
                    "p10",
                    "p90",
                    "pixels changed off the skin",
                ),
                tuple(rows),
            ),
            Table(
                ("", "faces", "median", "p10", "p90"),
                (
                    (
                        "pigment of the small over that of the large, reduced",
                        len(sizes),
                        *_three([o.amount for o in sizes]),
                    ),
                    ("correlation of the two pictures of pigment", len(sizes), *_three([o.alike for o in sizes])),
                ),
                f"The same spots on the same photograph at 810 and at {SMALL_WIDTH} pixels: drawn large and then "
                "reduced, against drawn small.",
            ),
        ),
        (
            f"At {SMALL_WIDTH} pixels nearly every spot is smaller than {LARGE:g} pixels; whether those are right is "
            "what the second table shows.",
            "Spots that touch run together into one blob, as they do in life; a spot stands alone if it touches no "
            "other.",
            "On dark skin spots are drawn paler on purpose, as in life; what is missed there is too faint to count.",
            "Off the skin: where the photograph's own skin mask is 0.",
            *declined,
        ),
    )


def _three(values: Sequence[float]) -> tuple[float, float, float]:
    return median(values), quantile(values, 0.1), quantile(values, 0.9)


def _counted(name: str, made: Sequence[Spotted]) -> tuple[str | float | int | None, ...]:
    large, blobs = sum(one.large for one in made), sum(one.blobs for one in made)
    change = [value for one in made for value in one.change]
    found = f"{100 * (1 - sum(one.missed for one in made) / large):.1f} %" if large else None
    single = sum(one.alone for one in made)
    alone = f"{100 * (1 - sum(one.alone_missed for one in made) / single):.1f} %" if single else None
    spurious = f"{100 * sum(one.spurious for one in made) / blobs:.1f} %" if blobs else None
    return (
        name, len(made), mean(len(one.drawn) for one in made), mean(one.large for one in made), found, alone, spurious,
        median(change), quantile(change, 0.1), quantile(change, 0.9),
        f"{100 * max(one.outside for one in made):.3g} %" if made else None,
    )  # fmt: skip


def _one(one: Seen) -> Spotted:
    photo = read_photo(one.face.path)
    parts = decompose(photo)
    with drawn_spots(import_module("faceaug.edits.freckles")) as spots:
        picture = edited(parts, "freckles", SETTINGS).pixels[0]
    skin = _skin(parts)
    drawn = _on_skin(_placed(parts, spots[0]), skin)
    made = Spotted(one, drawn)
    change = np.log((bright_of(photo.pixels) + 2e-3) / (bright_of(picture) + 2e-3))
    big = drawn[drawn[:, 2] > LARGE]
    blobs = find_blobs(change, drawn[:, 2])
    made.large, made.blobs = len(big), len(blobs)
    made.missed = len(big) - matched(big, blobs)
    apart = big[standing_alone(big, drawn)]
    made.alone, made.alone_missed = len(apart), len(apart) - matched(apart, blobs)
    made.spurious = len(blobs) - matched(np.c_[blobs, np.full(len(blobs), 2.0)], drawn[:, :2], least=3.0)
    made.outside = float((picture != photo.pixels).any(axis=2)[skin == 0].mean())
    moved = np.linalg.norm(lab_of(picture) - lab_of(photo.pixels), axis=2)
    chosen = big if len(big) else drawn
    made.change = [float(moved[int(y), int(x)]) for x, y, _ in chosen]
    if one.face.dataset == "london":
        made.amount, made.alike = _against_small(photo, picture)
    return made


@contextmanager
def drawn_spots(module: ModuleType) -> Iterator[list[Any]]:
    """Note the spots that an edit's module hands to `draw_spots`, the only place where they exist as a list."""
    true: Callable[..., Any] = module.draw_spots
    noted: list[Any] = []

    def noting(source: Any, spots: Any, *rest: Any) -> Any:
        noted.append((spots, source.corners[0]))  # the edit works on the face cut out of its window
        return true(source, spots, *rest)

    vars(module)["draw_spots"] = noting
    try:
        yield noted
    finally:
        vars(module)["draw_spots"] = true
    if not noted:
        print("  the edit drew no spots through draw_spots: nothing can be recounted", file=sys.stderr)


def _placed(parts: Decomposition, spots: Any) -> np.ndarray:
    """Spots that are there, as x, y, radius in pixels of the photograph."""
    spots, corner = spots
    there = spots.depth[0] > 0
    place = spots.place[0][there].numpy() + np.array(corner)
    return np.asarray(np.c_[place, spots.radius[0][there].numpy() * float(parts.pose.scale[0])])


def _skin(parts: Decomposition) -> np.ndarray:
    """The skin's soft mask over the photograph ``(H, W)``."""
    left, top = parts.corners[0]
    window = torch.maximum(parts.regions.skin, parts.regions.body)[0, 0].numpy()  # the forehead goes on above the mesh
    mask = np.zeros(parts.photos[0].pixels.shape[:2], np.float32)
    mask[top : top + window.shape[0], left : left + window.shape[1]] = window
    return np.asarray(mask)


def _on_skin(spots: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """Spots whose middle lies on bare skin."""
    height, width = skin.shape
    x, y = spots[:, 0].astype(int), spots[:, 1].astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    kept = spots[inside]
    return np.asarray(kept[skin[y[inside], x[inside]] > 0.5])


def find_blobs(change: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Middles ``(N, 2)`` of dark blobs: peaks of differences of Gaussians over the scales of the radii.

    Args:
        change: ``(H, W)`` optical density that was added (natural logarithm).
        radii: Radii to look for, pixels.

    Source:
        D. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 60 (2004), section 3.
    """
    if not len(radii):
        return np.empty((0, 2))
    low, high = max(0.5, float(radii.min()) / 2**0.5), max(1.0, float(radii.max()) / 2**0.5)
    steps = max(2, int(np.ceil(np.log(high / low) / np.log(1.4))) + 1)
    strongest = np.zeros(change.shape, np.float32)
    source = change.astype(np.float32)
    for sigma in np.geomspace(low, high, steps):
        # Outer blur 1.6 times the inner, so that a disc of radius sigma * sqrt(2) answers most.
        answer = cv2.GaussianBlur(source, (0, 0), sigma) - cv2.GaussianBlur(source, (0, 0), 1.6 * sigma)
        strongest = np.maximum(strongest, answer)
    near = cv2.dilate(strongest, np.ones((3, 3), np.uint8))
    peaks = ((strongest >= near) & (strongest > FAINT / 2)).astype(np.uint8)
    # A peak between two pixels is one peak.
    middles = cv2.connectedComponentsWithStats(peaks, connectivity=8)[3][1:]
    return np.asarray(middles + 0.5)


def matched(spots: np.ndarray, points: np.ndarray, least: float = 1.5) -> int:
    """How many spots ``(N, 3)`` have a point ``(M, 2)`` within their radius, or ``least`` pixels if that is more."""
    if not len(spots) or not len(points):
        return 0
    gap = np.linalg.norm(spots[:, None, :2] - points[None], axis=2).min(axis=1)
    return int((gap <= np.maximum(spots[:, 2], least)).sum())


def standing_alone(spots: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Which of the spots ``(N, 3)`` touch none of all that were drawn ``(M, 3)``, themselves apart."""
    gap = np.linalg.norm(spots[:, None, :2] - drawn[None, :, :2], axis=2)
    touching = (gap > 1e-9) & (gap < spots[:, None, 2] + drawn[None, :, 2])
    return np.asarray(~touching.any(axis=1))


def _against_small(photo: Photo, picture: np.ndarray) -> tuple[float, float]:
    """Pigment drawn on a reduced photograph against the large picture reduced: ratio of the sums, and correlation."""
    height = round(photo.height * SMALL_WIDTH / photo.width)

    def reduced(pixels: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.resize(pixels, (SMALL_WIDTH, height), interpolation=cv2.INTER_AREA))

    # The same key as the large one, so that the same spots are drawn.
    small = replace(Photo.from_array(reduced(photo.pixels)), sha256=photo.sha256)
    again = edited(decompose(small), "freckles", SETTINGS).pixels[0]
    before = bright_of(small.pixels) + 2e-3
    large = np.log(before / (bright_of(reduced(picture)) + 2e-3))
    own = np.log(before / (bright_of(again) + 2e-3))
    touched = (np.abs(large) > 1e-3) | (np.abs(own) > 1e-3)
    return float(own.sum() / large.sum()), pearson(large[touched], own[touched])
