"""Benchmark: do the cheeks have the tone that was asked for, where people marked them? Beside a colour transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from benchmarks.cases import SWEEPS, TARGETS, asked
from benchmarks.looks import before
from benchmarks.pose import wrapped
from benchmarks.report import Cell, Section, Table, median, quantile
from benchmarks.sample import stratified, told_worst
from benchmarks.tone import TONES
from faceaug.face.locus import expected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.looks import Case, Look
    from benchmarks.survey import Seen

FAR = 90.0
"""Degrees between the photograph's tone and the one asked for beyond which results are told apart."""


BURNT = 0.05
"""Share of the skin newly clipped above which a picture is burnt."""


class Toned(NamedTuple):
    """One face at one tone; angles in degrees."""

    seen: Seen
    case: Case
    refused: str
    shift: float
    own: float | None
    patch: float | None
    hue: float | None
    texture: float | None
    outside: float
    clipped: float
    identity: float | None


def toning(seen: Sequence[Seen]) -> Section:
    """Give faces other tones, and measure between pupils that were marked by hand."""
    chosen = stratified(seen)
    made = [_one(*each) for each in asked(seen, "tone", "transfer")]
    ours = [m for m in made if m.case.way == "skin_tone"]
    baseline = [m for m in made if m.case.way != "skin_tone"]
    rows = [_row(f"ITA {ita:g}", [m for m in ours if m.case.settings["ita"] == ita]) for ita in TARGETS]
    rows += [_row("all", ours), _row("all, Lab mean and spread (baseline)", baseline)]
    tones = [_row(name, [m for m in ours if m.seen.tone == name]) for name in TONES]
    near = [m for m in ours if abs(m.shift) <= FAR]
    tones += [
        _row("all", ours),
        _row(f"all, shifts up to {FAR:g} degrees", near),
        _row("all, larger shifts", [m for m in ours if abs(m.shift) > FAR]),
    ]
    marked = [one for one in chosen if one.face.scheme == 189 and one.face.ita is not None]
    bias = [abs(wrapped(before(one.face)["cheeks"]["ita"] - (one.face.ita or 0.0))) for one in marked]
    burnt = sorted((m for m in ours if m.clipped > BURNT), key=lambda m: -m.clipped)
    declined = sorted({m.refused for m in ours if m.refused})
    return Section(
        "toning",
        "Skin given another tone",
        f"{len(chosen)} faces of all tones, each asked for {SWEEPS['tone'][1]} of {len(TARGETS)} typology "
        "angles. *Own*: the result taken apart anew by faceaug, which also corrects its aim by that measurement. "
        "*Patches*: the set's own cheek patches, "
        f"between the pupils marked by hand on {len(marked)} of these photographs and MTCNN's on the rest; on the "
        f"untouched marked photographs they give the set's own ITA to {median(bias):.2f} degrees (median). *Hue*: "
        "against that of real London faces as light as the result. *Texture*: correlation with the photograph's fine "
        "detail (3 pixels) on bare skin. *Outside*: mean colour difference (CIE 1976) off the person. Goals: ITA 1 "
        "degree, hue 6 degrees, texture 0.9, outside 0.",
        (
            Table(("asked", *HEAD), tuple(rows), "By the tone asked for."),
            Table(("photograph's tone", *HEAD), tuple(tones), "By the photograph's own tone."),
        ),
        (
            *told_worst("ITA by the patches", {str(row[0]): row[4] for row in tones[: len(TONES)]}),
            *told_worst("hue", {str(row[0]): row[6] for row in tones[: len(TONES)]}),
            "Patches lie elsewhere on the cheek than where the edit measures, so a cheek that is not even misses by as "
            f"much as its own unevenness: {_uneven(chosen)}.",
            f"The untouched photographs are off the hue of London faces of their lightness by {_own_hue(chosen):.1f} "
            "degrees (median): their light and camera, which stay.",
            f"{len(burnt)} of {len(ours)} pictures have more than {100 * BURNT:.0f} % of the skin newly clipped"
            + "".join(f"; `{m.seen.face.name}` ({m.seen.tone}) at ITA {m.case.settings['ita']:g}" for m in burnt[:4])
            + ".",
            *(f"Declined: {reason} ({sum(m.refused == reason for m in ours)} of {len(ours)})." for reason in declined),
        ),
    )


def _uneven(chosen: Sequence[Seen]) -> str:
    """How far the two measurements are apart on the untouched photographs."""
    apart: dict[str, list[float]] = {}
    for one in chosen:
        cheeks, own = before(one.face)["cheeks"], (one.values or {}).get("ita")
        if cheeks and own is not None:
            apart.setdefault(one.tone, []).append(abs(wrapped(cheeks["ita"] - own)))
    middles = {name: median(apart[name]) for name in TONES if name in apart}
    told = ", ".join(f"{name} {value:.2g}" for name, value in middles.items())
    return f"on the untouched photographs the two are apart by (median, degrees) {told}"


def _own_hue(chosen: Sequence[Seen]) -> float:
    """Median distance of the untouched photographs from the hue of real faces of their lightness, degrees."""
    values = [one.values for one in chosen if one.values is not None and "hue" in one.values]
    return median([abs(wrapped(each["hue"] - hue_of(each["lightness"]))) for each in values])


HEAD = ("pictures", "declined", "own, ITA: median abs.", "patches, ITA: median abs.", "p90", "hue: median abs.", "p90",
        "texture: median", "p10", "outside: largest", "newly clipped: mean, %", "identity: median")  # fmt: skip


def _one(one: Seen, case: Case, now: Look) -> Toned:
    target = float(case.settings["ita"])
    shift = target - float((one.values or {})["ita"])
    if "refused" in now:
        return Toned(one, case, now["refused"], shift, None, None, None, None, 0.0, 0.0, None)
    values, cheeks = now["values"], now["cheeks"]
    own = wrapped(values["ita"] - target) if "ita" in values else None
    patch = wrapped(cheeks["ita"] - target) if cheeks else None
    hue = wrapped(values["hue"] - hue_of(values["lightness"])) if "hue" in values else None
    return Toned(
        one, case, "", shift, own, patch, hue, now.get("texture"), now["off_person"], now.get("clipped", 0.0),
        now.get("identity"),
    )  # fmt: skip


def hue_of(lightness: float) -> float:
    """Hue of real faces of that lightness, degrees."""
    from faceaug.image.color import hue_angle

    return float(hue_angle(expected(torch.tensor([lightness])))[0])


def _row(name: str, made: Sequence[Toned]) -> tuple[Cell, ...]:
    drawn = [m for m in made if not m.refused]
    own, patch, hue = (
        [abs(value) for m in drawn if (value := getattr(m, what)) is not None] for what in ("own", "patch", "hue")
    )
    texture = [m.texture for m in drawn]
    return (
        name, len(drawn), len(made) - len(drawn), median(own), median(patch), quantile(patch, 0.9), median(hue),
        quantile(hue, 0.9), median(texture), quantile(texture, 0.1), max((m.outside for m in drawn), default=None),
        100 * sum(m.clipped for m in drawn) / max(len(drawn), 1), median(m.identity for m in drawn),
    )  # fmt: skip
