"""Benchmark: skin tone against the cheeks that were measured between pupils marked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.pose import wrapped
from benchmarks.report import Cell, Section, Table, median, quantile
from faceaug.measure.tone import CLASSES, DARKEST, tone_class

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.survey import Seen

TONES = (*(name for name, _ in CLASSES), DARKEST)
"""Classes of apparent skin tone, light to dark."""


def tone(seen: Sequence[Seen]) -> Section:
    """Compare ITA, L* and hue by class of tone."""
    known = [one for one in seen if one.face.ita is not None and one.values is not None and "ita" in one.values]
    rows: list[tuple[Cell, ...]] = []
    for name in (*TONES, "all"):
        chosen = [one for one in known if name in ("all", tone_class(one.face.ita or 0.0))]
        if not chosen:
            rows.append((name, 0, *[None] * 8))
            continue
        ita = [_off(one, "ita", lambda o: o.face.ita) for one in chosen]
        light = [_off(one, "lightness", lambda o: o.face.lightness) for one in chosen]
        hue = [_off(one, "hue", lambda o: o.face.hue) for one in chosen]
        spread = [*_three(ita), *_two(light), *_two(hue)]
        rows.append((name, len(chosen), median(ita), *spread))
    agree = sum(one.tone == tone_class(one.face.ita or 0.0) for one in known)
    worst = sorted(known, key=lambda one: -abs(_off(one, "ita", lambda o: o.face.ita)))[:4]
    return Section(
        "tone",
        "Skin tone",
        "The apparent tone of the cheeks, as faceaug measures it between its own landmarks, less the set's own "
        "value, measured on the same cheek patches between pupils marked by hand. Classes of the individual "
        "typology angle (ITA) are those of the set's own value. An angle in degrees; L* in units of CIELAB.",
        (
            Table(
                (
                    "apparent tone",
                    "photographs",
                    "ITA: median difference",
                    "ITA: median abs.",
                    "p90",
                    "largest",
                    "L*: median abs.",
                    "p90",
                    "hue: median abs.",
                    "p90",
                ),
                tuple(rows),
            ),
        ),
        (
            f"The class of tone is the same on {agree} of {len(known)} photographs.",
            "Both values come from the same photograph, so this says how repeatable the measurement is, not how "
            "true: another place on the cheek gives an ITA up to 15 degrees away.",
            *(
                f"`{one.face.name}`: ITA {(one.values or {})['ita']:.1f}, the set says {one.face.ita:.1f}"
                + (f" ({one.face.beard})" if one.face.beard not in ("", "none") else "")
                for one in worst
            ),
        ),
    )


def _off(one: Seen, name: str, truth: Callable[[Seen], float | None]) -> float:
    known = truth(one)
    assert known is not None
    assert one.values is not None
    return wrapped(one.values[name] - known)


def _two(values: Sequence[float]) -> tuple[float, float]:
    size = [abs(value) for value in values]
    return median(size), quantile(size, 0.9)


def _three(values: Sequence[float]) -> tuple[float, float, float]:
    return *_two(values), max(abs(value) for value in values)
