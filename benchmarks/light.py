"""Benchmark: is the light found again where it was asked, and what else did it change?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import Section, Table, mean, median, pearson, progress, quantile, spearman
from benchmarks.sample import (
    backdrop_of,
    bright_of,
    clipped,
    edited,
    fine_texture,
    person_of,
    skin_of,
    stratified,
    told_worst,
)
from benchmarks.tone import TONES
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import PhotoError
from faceaug.face.decompose import decompose
from faceaug.measure import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.survey import Seen
    from faceaug.face.decomposition import Decomposition

LAMPS = ((-60.0, 20.0), (-30.0, 10.0), (30.0, 10.0), (60.0, 20.0), (0.0, 40.0))
"""Azimuth and elevation asked for, degrees, at a key:fill of 3."""

RAMPED = ((-60.0, 20.0), (60.0, 20.0))
"""Those that the baseline is asked for too."""

KEY_FILL, LADDER, LADDER_LAMP = 3.0, (1.25, 1.75, 2.5, 3.5, 5.0, 7.0), (45.0, 20.0)
SOFTNESS, AMBIENT = 0.4, 0.7

CHEEKS = (50, 280)
"""Mesh points on the cheekbones, left and right in the picture."""

RAMP_REACH = 0.5
"""The baseline makes one side of the face this much brighter and the other as much darker: 3:1, as asked of ours."""


@dataclass
class Effects:
    """What one way of lighting did to one face, one entry a picture."""

    angle: list[float] = field(default_factory=list)
    azimuth: list[float] = field(default_factory=list)
    sided: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)
    backdrop: list[float] = field(default_factory=list)
    texture: list[float] = field(default_factory=list)
    clipped: list[float] = field(default_factory=list)
    cheeks: list[float] = field(default_factory=list)
    lost: int = 0


@dataclass
class Lit:
    """One face of the sample."""

    seen: Seen
    ours: Effects = field(default_factory=Effects)
    ramp: Effects = field(default_factory=Effects)
    ladder: float = float("nan")
    own: float = float("nan")


def light(seen: Sequence[Seen]) -> Section:
    """Light faces from all sides, and measure."""
    lit = [_one(one) for one in progress(stratified(seen), "light")]
    ways = [("faceaug `lighting`", [one.ours for one in lit]), ("ramp in sRGB (baseline)", [one.ramp for one in lit])]
    groups = [(name, [one for one in lit if one.seen.tone == name]) for name in TONES]
    rows = [_directions(name, own) for name, own in [*groups, ("all", lit)]]
    datasets = sorted({one.seen.face.dataset for one in lit})
    rows += [_directions(name, [one for one in lit if one.seen.face.dataset == name]) for name in datasets]
    worst = sorted(lit, key=lambda one: -median(one.ours.angle))[:4]
    lost = sum(one.ours.lost for one in lit)
    return Section(
        "light",
        "Light",
        f"{len(lit)} faces, of each data set as evenly over the classes of tone as it has them, each lit by "
        f"{len(LAMPS)} lamps (azimuth, elevation: {', '.join(f'{a:g}, {e:g}' for a, e in LAMPS)}; key:fill "
        f"{KEY_FILL:g}, softness {SOFTNESS:g}); the result is taken apart anew, detector and all, and its lamp "
        "measured. The baseline brightens one side of the face and darkens the other by a straight ramp on the sRGB "
        "values, as brightness augmentations do; it knows left and right only, and was asked for the lamps at 60 "
        "degrees. Goals: direction within 15 degrees, Spearman at least 0.95, nothing changed outside the person.",
        (
            Table(
                (
                    "apparent tone or data set",
                    "faces",
                    "angle to the lamp asked: median",
                    "p90",
                    "azimuth: median abs.",
                    "key:fill, Spearman: median",
                    "worst",
                    "angle of the photograph's own lamp",
                ),
                tuple(rows),
                "The lamp found again (degrees), and the rank correlation of measured with asked key:fill over "
                f"{', '.join(f'{step:g}' for step in LADDER)}. Last column: where the lamp was before, to the lamps "
                "asked for.",
            ),
            Table(
                (
                    "",
                    "lamp on the side asked",
                    "azimuth: median abs.",
                    "lit over shaded cheek: median",
                    "changed outside the matte",
                    "backdrop changed by > 2",
                    "texture correlation: median",
                    "p10",
                    "skin pixels newly clipped",
                ),
                tuple(_effects(name, effects) for name, effects in ways),
                "What else changed. *Lit over shaded cheek*: ratio of their linear luminances for lamps from the "
                f"side, over what the photograph itself had; asked is a key:fill of {KEY_FILL:g} over the whole "
                "face. *Outside the matte*: share of the pixels that the photograph's own matte calls no part of "
                "the person and that differ in any bit. *Backdrop*: share of the plain studio wall of london "
                "photographs, found without any matte, that changed by more than 2 of 255. *Texture*: correlation "
                "with the photograph's of log luminance less its blur of 3 pixels, on bare skin.",
            ),
        ),
        (
            "The lamp is read off the result by faceaug itself, so this shows that editing and measuring agree; "
            "that they agree with the eye is for the contact sheets.",
            *told_worst("the angle to the lamp", {str(row[0]): row[2] for row in rows[: len(TONES)]}),
            "The lamp is sought on a grid of 2.5 degrees; six steps of key:fill allow few rank correlations.",
            f"{lost} of {len(lit) * len(LAMPS)} results were refused when taken apart again.",
            *(
                f"Farthest from what was asked: `{o.seen.face.name}` ({o.seen.tone}), {median(o.ours.angle):.0f} "
                "degrees."
                for o in worst
            ),
        ),
    )


def _directions(name: str, lit: Sequence[Lit]) -> tuple[str | float | int | None, ...]:
    angle = [value for one in lit for value in one.ours.angle]
    azimuth = [abs(value) for one in lit for value in one.ours.azimuth]
    ladder = [one.ladder for one in lit]
    least = min(ladder) if ladder else None
    return (name, len(lit), median(angle), quantile(angle, 0.9), median(azimuth), median(ladder), least,
            median(one.own for one in lit))  # fmt: skip


def _effects(name: str, faces: Sequence[Effects]) -> tuple[str | float, ...]:
    def every(what: str) -> list[float]:
        return [value for one in faces for value in getattr(one, what)]

    return (
        name,
        _share(mean(every("sided"))),
        median(abs(value) for value in every("azimuth")),
        median(every("cheeks")),
        _share(mean(every("outside"))),
        _share(mean(every("backdrop"))),
        median(every("texture")),
        quantile(every("texture"), 0.1),
        _share(mean(every("clipped"))),
    )


def _share(value: float) -> str:
    return f"{100 * value:.3g} %"


def _one(one: Seen) -> Lit:
    photo = read_photo(one.face.path)
    parts = decompose(photo)
    made = Lit(one)
    values = one.values or {}
    own = (values["light_azimuth"], values["light_elevation"])
    made.own = median(between(own, lamp) for lamp in LAMPS)
    backdrop = backdrop_of(photo.pixels, float(parts.points[0, 152, 1])) if one.face.dataset == "london" else None
    for lamp in LAMPS:
        picture = edited(parts, "lighting", _settings(lamp, KEY_FILL)).pixels[0]
        _note(made.ours, parts, picture, lamp, backdrop)
        if lamp in RAMPED:
            _note(made.ramp, parts, ramp(parts, np.sign(lamp[0])), lamp, backdrop)
    found = []
    for step in LADDER:
        result = _measured(edited(parts, "lighting", _settings(LADDER_LAMP, step)).pixels[0])
        found.append(result["key_fill"] if result else float("nan"))
    kept = [k for k, value in enumerate(found) if np.isfinite(value)]
    made.ladder = spearman([LADDER[k] for k in kept], [found[k] for k in kept]) if len(kept) > 2 else float("nan")
    return made


def _settings(lamp: tuple[float, float], key_fill: float) -> dict[str, float]:
    return {"azimuth": lamp[0], "elevation": lamp[1], "key_fill": key_fill, "softness": SOFTNESS, "ambient": AMBIENT}


def _measured(picture: np.ndarray) -> dict[str, float] | None:
    try:
        values = measure(decompose(Photo.from_array(picture)))
    except PhotoError:
        return None
    return {name: float(value.value) for name, value in values.items() if isinstance(value.value, int | float)}


def _note(
    effects: Effects, parts: Decomposition, picture: np.ndarray, lamp: tuple[float, float], backdrop: np.ndarray | None
) -> None:
    before = parts.photos[0].pixels
    if lamp[0] != 0:
        side = float(np.sign(lamp[0]))
        effects.cheeks.append((cheek_ratio(picture, parts) / cheek_ratio(before, parts)) ** side)
    found = _measured(picture)
    if found is None:
        effects.lost += 1
    else:
        effects.angle.append(between((found["light_azimuth"], found["light_elevation"]), lamp))
        effects.azimuth.append(found["light_azimuth"] - lamp[0])
        if lamp[0] != 0:
            effects.sided.append(float(np.sign(found["light_azimuth"]) == np.sign(lamp[0])))
    away = ~person_of(parts)
    if away.any():
        effects.outside.append(float((picture != before).any(axis=2)[away].mean()))
    if backdrop is not None and backdrop.any():
        change = np.abs(picture.astype(int) - before).max(axis=2)
        effects.backdrop.append(float((change > 2)[backdrop].mean()))
    skin = skin_of(parts)
    if skin.sum() > 200:
        effects.texture.append(pearson(fine_texture(before, skin), fine_texture(picture, skin)))
        effects.clipped.append(max(0.0, clipped(picture, skin) - clipped(before, skin)))


def cheek_ratio(pixels: np.ndarray, parts: Decomposition) -> float:
    """Mean linear luminance of the cheek on the right in the picture over that on the left; knows of no lamp."""
    points = parts.points[0, :, :2].numpy()
    reach = 0.12 * float(np.linalg.norm(points[473] - points[468]))
    bright = bright_of(pixels)
    y, x = np.mgrid[: bright.shape[0], : bright.shape[1]] + 0.5
    left, right = (bright[np.hypot(x - points[k, 0], y - points[k, 1]) < max(reach, 2)].mean() for k in CHEEKS)
    return float(right / max(left, 1e-4))


def ramp(parts: Decomposition, side: float) -> np.ndarray:
    """The baseline: sRGB values times a straight ramp over the width of the face, brighter on the given side."""
    pixels = parts.photos[0].pixels
    x = parts.points[0, :, 0].numpy()
    middle, reach = (x.max() + x.min()) / 2, (x.max() - x.min()) / 2
    across = np.clip((np.arange(pixels.shape[1]) + 0.5 - middle) / reach, -1, 1)
    gain = 1 + RAMP_REACH * side * across
    return np.asarray(np.clip(np.rint(pixels * gain[None, :, None]), 0, 255), np.uint8)


def between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Angle between two directions given as azimuth and elevation, all in degrees."""
    return float(np.degrees(np.arccos(np.clip(float(_unit(*a) @ _unit(*b)), -1, 1))))


def _unit(azimuth: float, elevation: float) -> np.ndarray:
    a, e = np.radians(azimuth), np.radians(elevation)
    return np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
