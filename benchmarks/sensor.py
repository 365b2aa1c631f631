"""Benchmark: are the camera's faults as large as they were asked to be?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.faces import spread_out
from benchmarks.report import Cell, Section, Table, median, progress
from benchmarks.sample import edited, linear_of
from faceaug.data.photos import Photo, read_photo
from faceaug.face.decompose import decompose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.survey import Seen
    from faceaug.face.decomposition import Decomposition

GREYS = (60, 118, 200)
"""sRGB values of the patches; 118 is 18 % grey."""

ISOS = (100.0, 400.0, 1600.0, 6400.0)
BLURS = (1.5, 3.0, 6.0)
FACES = 3

PATCH, DOT, FIELD, LEAK = 60, 7, 100, 12
"""Pixels: side of a grey patch; of the bright dot; of the black field around it, whose
rim catches light from outside."""

PUPILS_MM = 63.0
"""Distance between the pupils that stands for a millimetre scale; adults have 63 mm on average, with a
standard deviation of 3.8 (N. Dodgson, "Variation and extrema of human interpupillary distance", SPIE 5291, 2004)."""


def sensor(seen: Sequence[Seen]) -> Section:
    """Put test patches into photographs and photograph them through the edit."""
    chosen = spread_out([one for one in seen if one.face.dataset == "london" and one.face.scheme == 189], FACES)
    noise: dict[tuple[float, int], list[float]] = {(iso, grey): [] for iso in ISOS for grey in GREYS}
    widths: dict[tuple[str, float], list[float]] = {(k, mm): [] for k in ("defocus", "motion") for mm in BLURS}
    for one in progress(chosen, "sensor"):
        parts = decompose(with_targets(read_photo(one.face.path).pixels))
        for iso in ISOS:
            picture = _taken(parts, iso=iso)
            for index, grey in enumerate(GREYS):
                noise[iso, grey].append(patch_noise(picture, index))
        scale = float(np.linalg.norm(np.diff(one.face.points()[:2], axis=0))) / PUPILS_MM
        for (kind, mm), found in widths.items():
            found.append(_width(parts, kind, mm) / scale)
    rows: list[tuple[Cell, ...]] = [(f"{iso:g}", *_noise_row(noise, iso)) for iso in ISOS]
    blurs = [(kind, mm, median(values), median(values) / mm) for (kind, mm), values in widths.items()]
    heads = [f"grey {grey}: {what}" for grey in GREYS for what in ("measured", "raw")]
    return Section(
        "sensor",
        "Camera",
        f"Flat grey patches and a bright dot, put into the backdrop of {len(chosen)} london photographs and sent "
        "through `sensor` (no codec). Noise: standard deviation in linear light (thousandths of full scale), and *raw* "
        "the shot and read noise of T. Brooks et al. 2019 at that ISO with the rounding to 8 bits, as it is before the "
        "camera's own denoising: the edit leaves less than half of it, less the brighter. Blur: width of the "
        "dot, less its own, as the diameter of a disc or the length of a streak, in millimetres by the pupils "
        "marked by hand.",
        (
            Table(("ISO", *heads), tuple(rows), "Noise."),
            Table(("blur", "asked, mm", "measured, mm", "ratio"), tuple(blurs), "Blur."),
        ),
        (
            "A ratio that is the same at every width is a matter of scale: faceaug takes its millimetres from the "
            f"whole face, this table from the pupils alone ({PUPILS_MM:g} mm apart on average, with a standard "
            "deviation of 3.8 mm). Streaks of few pixels come out longer by up to a pixel, for they lie on a grid.",
        ),
    )


def _noise_row(noise: dict[tuple[float, int], list[float]], iso: float) -> list[float]:
    return [1000 * value for grey in GREYS for value in (median(noise[iso, grey]), predicted(iso, grey))]


def _taken(parts: Decomposition, **settings: float) -> np.ndarray:
    plain = {
        "iso": 0.0,
        "quality": 100.0,
        "defocus": 0.0,
        "motion": 0.0,
        "resolution": 1.0,
        "temperature": 0.0,
        "tint": 0.0,
    }
    return edited(parts, "sensor", plain | settings).pixels[0]


def with_targets(pixels: np.ndarray) -> Photo:
    """The photograph with grey patches down its left edge and a bright dot on black in its upper right corner."""
    made = pixels.copy()
    for index, grey in enumerate(GREYS):
        made[index * PATCH : (index + 1) * PATCH, :PATCH] = grey
    made[:FIELD, -FIELD:] = 0
    low = (FIELD - DOT) // 2
    made[low : low + DOT, -FIELD + low : -FIELD + low + DOT] = 255
    return Photo.from_array(made)


def patch_noise(picture: np.ndarray, index: int) -> float:
    """Standard deviation in linear light of the patch's middle, mean of the three channels' variances."""
    margin = 8
    part = linear_of(picture[index * PATCH + margin : (index + 1) * PATCH - margin, margin : PATCH - margin])
    return float(np.sqrt(part.reshape(-1, 3).var(axis=0).mean()))


def predicted(iso: float, grey: int) -> float:
    """Standard deviation in linear light that a camera's sensor has at that ISO, before any denoising.

    Source:
        T. Brooks et al., CVPR 2019: log shot noise between log 1e-4 and log 0.012 (taken as ISO 100 and 12800), log
        read noise 2.18 of it plus 1.20. Rounding to 8 bits adds a twelfth of a squared step.
    """
    share = np.log(iso / 100) / np.log(12800 / 100)
    shot = np.exp(np.log(1e-4) + share * (np.log(0.012) - np.log(1e-4)))
    read = np.exp(2.18 * np.log(shot) + 1.20)
    light, above, below = (linear_of(np.array([[[v]]], dtype=np.int64))[0, 0, 0] for v in (grey, grey + 1, grey - 1))
    step = (above - below) / 2
    return float(np.sqrt(light * shot + read + step**2 / 12))


def _width(parts: Decomposition, kind: str, mm: float) -> float:
    """Extent of the blur in pixels: a disc's diameter is 4 standard deviations, a streak's length the root of 12."""
    before, after = (
        dot_variance(p) for p in (parts.photos[0].pixels, _taken(parts, **{kind: mm, "motion_angle": 0.0}))
    )
    grown = max(after - before, 0.0)
    return 4 * math.sqrt(grown) if kind == "defocus" else math.sqrt(12 * grown)


def dot_variance(picture: np.ndarray) -> float:
    """Variance along x of the light in the dot's field, pixels squared."""
    field = linear_of(picture[:FIELD, -FIELD:])[LEAK:-LEAK, LEAK:-LEAK, 1].sum(axis=0)
    x = np.arange(len(field)) + 0.5
    middle = (field * x).sum() / field.sum()
    return float((field * (x - middle) ** 2).sum() / field.sum())
