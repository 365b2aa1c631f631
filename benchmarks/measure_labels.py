"""What is measured against what people told of the same photographs."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import Table, median, quantile
from faceaug.data.attributes import RELIABLE, VOCABULARY
from faceaug.measure.tone import colour_class, tone_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.faces import Face
    from benchmarks.report import Cell
    from faceaug.data.attributes import Value

__all__ = ["Look", "confusions", "exposures", "known_shares", "numbers", "ranked", "tones"]

FOLDS = 5
"""Parts into which people are split where something is fitted: nobody stands on both sides."""


@dataclass(frozen=True, eq=False)
class Look:
    """One photograph.

    Attributes:
        face: Which.
        values: What was measured on it.
        told: What people told of it, by attribute.
        unseen: What classifiers that were fitted without its person say, by attribute.
    """

    face: Face
    values: Mapping[str, Value]
    told: Mapping[str, str]
    unseen: Mapping[str, str]


def fold_of(looks: Sequence[Look]) -> dict[str, int]:
    """Person -> fold."""
    return {person: k % FOLDS for k, person in enumerate(sorted({look.face.identity for look in looks}))}


def confusions(looks: Sequence[Look]) -> list[Table]:
    """A confusion table of each word that is labelled."""
    smiles = _smiles(looks)
    tables = [
        _confusion(
            "glasses", "Glasses, classifier fitted anew without the person", looks, _unseen("glasses"), worn=True
        ),
        _confusion(
            "facial_hair", "Facial hair, classifiers fitted anew without the person", looks, _unseen("facial_hair")
        ),
        _confusion("expression", "Expression, threshold of the smile set without the person", looks, smiles.get),
        _confusion("grey", "Grey photographs", looks, lambda look: _word(look, "grey")),
        _confusion(
            "freckles", "Freckles (never counted: see the remarks)", looks, lambda look: _word(look, "freckles")
        ),
    ]
    return [table for table in tables if table.rows]


def _unseen(name: str) -> Callable[[Look], str | None]:
    return lambda look: look.unseen.get(name)


def _word(look: Look, name: str) -> str | None:
    value = look.values.get(name)
    return None if value is None else str(value.value)


def _smiles(looks: Sequence[Look]) -> dict[Look, str]:
    """Neutral or smiling, by the threshold that divides the people of the other folds best."""
    fold = fold_of(looks)
    labelled = [look for look in looks if look.told.get("expression") and "smile" in look.values]
    found: dict[Look, str] = {}
    for held in range(FOLDS):
        others = [look for look in labelled if fold[look.face.identity] != held]
        levels = sorted(_value(look, "smile") for look in others)
        wrong = [sum((_value(o, "smile") > t) != (o.told["expression"] == "smiling") for o in others) for t in levels]
        best = [level for level, count in zip(levels, wrong, strict=True) if count == min(wrong)]
        level = sum(best) / max(len(best), 1)
        for look in labelled:
            if fold[look.face.identity] == held:
                found[look] = "smiling" if _value(look, "smile") > level else "neutral"
    return found


def _value(look: Look, name: str) -> float:
    return float(look.values[name].value)


def _confusion(
    name: str, title: str, looks: Sequence[Look], say: Callable[[Look], str | None], *, worn: bool = False
) -> Table:
    """Rows: what people told; columns: what was measured, and how well that does among those that count."""
    labelled = [(look, look.told[name], say(look)) for look in looks if look.told.get(name)]
    kinds = [kind for kind in VOCABULARY[name].values if any(kind in pair[1:] for pair in labelled)]
    said = ["none", "worn"] if worn else kinds
    rows: list[tuple[Cell, ...]] = []
    for kind in ["none", "worn"] if worn else kinds:
        mine = [(look, guess) for look, truth, guess in labelled if truth == kind]
        if not mine:
            continue
        counts = Counter(guess for _, guess in mine)
        known = [(look, guess) for look, guess in mine if name in look.values and look.values[name].known]
        right = sum(guess == kind for _, guess in known)
        share = f"{right} of {len(known)}" if known else None
        rows.append((kind, len(mine), *(counts[word] for word in said), f"{counts[kind] / len(mine):.0%}", share))
    return Table(
        ("it is", "photographs", *(f"measured {word}" for word in said), "right", "right among the reliable"),
        tuple(rows),
        f"{title}.",
    )


def tones(looks: Sequence[Look]) -> Table:
    """Classes of tone against the set's own values, and neutral against smiling pictures of one person."""
    labelled = [look for look in looks if look.face.ita is not None and "ita" in look.values]
    classes = VOCABULARY["skin_tone"].values
    off = [
        abs(classes.index(str(look.values["skin_tone"].value)) - classes.index(tone_class(look.face.ita or 0.0)))
        for look in labelled
    ]
    colour = [
        look.values["skin_colour"].value == colour_class(look.face.lightness or 0.0, look.face.hue or 0.0)
        for look in labelled
    ]
    pairs = _pairs(looks)
    same = [a.values["skin_tone"].value == b.values["skin_tone"].value for a, b in pairs]
    same_colour = [a.values["skin_colour"].value == b.values["skin_colour"].value for a, b in pairs]
    held = [_holds(a, b, "ita") and _holds(b, a, "ita") for a, b in pairs]
    moved = [abs(_value(a, "ita") - _value(b, "ita")) for a, b in pairs]
    rows: tuple[tuple[Cell, ...], ...] = (
        ("six classes of ITA as the set's own", len(off), _share([o == 0 for o in off]), _share([o <= 1 for o in off])),
        ("light/dark x red/yellow as the set's own", len(colour), _share(colour), None),
        ("six classes, neutral and smiling picture of a person alike", len(same), _share(same), None),
        ("light/dark x red/yellow, the same pair", len(same_colour), _share(same_colour), None),
        (
            f"ITA within each other's interval, the same pair (median {median(moved):.1f} degrees apart)",
            len(held),
            _share(held),
            None,
        ),
    )
    return Table(("apparent skin tone", "photographs or pairs", "alike", "off by one class at most"), rows)


def _pairs(looks: Sequence[Look]) -> list[tuple[Look, Look]]:
    by_person: dict[str, list[Look]] = {}
    for look in looks:
        if look.face.dataset == "london" and "ita" in look.values:
            by_person.setdefault(look.face.identity, []).append(look)
    return [(pair[0], pair[1]) for pair in by_person.values() if len(pair) == 2]


def _holds(one: Look, other: Look, name: str) -> bool:
    low, high = one.values[name].low, one.values[name].high
    return low is not None and high is not None and low <= _value(other, name) <= high


def _share(flags: Sequence[bool]) -> str | None:
    return f"{sum(flags) / len(flags):.0%}" if flags else None


def exposures(looks: Sequence[Look]) -> Table:
    """How much references differ where the light does not: London and Canada were each taken in one studio."""
    rows: list[tuple[Cell, ...]] = []
    for dataset in ("london", "canada", "congress225"):
        own = [look for look in looks if look.face.dataset == dataset]
        for kind in VOCABULARY["tone_reference"].values:
            by = [look for look in own if _word(look, "tone_reference") == kind]
            if not by:
                continue
            stops = [_value(look, "exposure") for look in by] if kind == "eyes" else []
            kelvin = [_value(look, "colour_temperature") for look in by if "colour_temperature" in look.values]
            half = [(look.values["ita"].high or 0.0) - (look.values["ita"].low or 0.0) for look in by]
            rows.append((
                dataset, kind, len(by),
                float(np.std(stops)) if stops else None,
                median(kelvin), quantile(kelvin, 0.9) - quantile(kelvin, 0.1) if kelvin else None,
                median(half) / 2,
            ))  # fmt: skip
    head = ("data set", "light told by", "photographs", "exposure, EV: standard deviation",
            "colour temperature, K: median", "K: p10 to p90", "ITA, degrees: half of the interval")  # fmt: skip
    return Table(head, tuple(rows), "What tells the light, and how much it differs within one studio.")


def numbers(looks: Sequence[Look]) -> Table:
    """Numbers whose truth is known without a label: who sits for a portrait looks into the camera with open eyes."""
    rows: list[tuple[Cell, ...]] = []
    for dataset in ("london", "canada", "congress225"):
        own = [look for look in looks if look.face.dataset == dataset]
        gazing = [look for look in own if look.values["gaze"].known]
        turn = [abs(_value(look, "gaze_yaw")) for look in gazing]
        lift = [abs(_value(look, "gaze_pitch")) for look in gazing]
        lids = [look for look in own if look.values["eyes_closed"].known]
        rows.append((
            dataset, len(own), len(gazing), _share([_word(look, "gaze") == "camera" for look in gazing]),
            median(turn), quantile(turn, 0.95), median(lift), quantile(lift, 0.95),
            quantile([_value(look, "eyes_closed") for look in lids], 0.95),
            quantile([_value(look, "occlusion") for look in own], 0.5),
            _share([_word(look, "covered_part") == "none" for look in own]),
        ))  # fmt: skip
    head = ("data set", "photographs", "gaze known", "looks into the camera", "gaze_yaw: median abs.", "p95",
            "gaze_pitch: median abs.", "p95", "eyes_closed: p95", "occlusion: median", "nothing covered")  # fmt: skip
    title = "Portraits, whose sitters look into the camera with open eyes. Angles in degrees."
    return Table(head, tuple(rows), title)


def ranked(looks: Sequence[Look]) -> float:
    """Share of pairs (freckled, not freckled) of the London photographs in which the freckled shows more spots."""
    own = [look for look in looks if look.face.dataset == "london" and "spots" in look.values]
    more = [_value(look, "spots") for look in own if look.told.get("freckles") == "present"]
    less = [_value(look, "spots") for look in own if look.told.get("freckles") == "none"]
    pairs = [(a > b) + 0.5 * (a == b) for a in more for b in less]
    return sum(pairs) / len(pairs) if pairs else math.nan


def known_shares(looks: Sequence[Look]) -> Table:
    """How much of each data set is reliable enough to be counted, attribute by attribute."""
    datasets = ("london", "canada", "lisa_zoom", "congress225")
    names = [name for name in VOCABULARY if any(name in look.values for look in looks)]
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        cells: list[Cell] = [name]
        for dataset in datasets:
            own = [look for look in looks if look.face.dataset == dataset]
            cells.append(_share([name in look.values and look.values[name].known for look in own]))
        notes = Counter(look.values[name].note for look in looks if name in look.values and not look.values[name].known)
        cells.append(notes.most_common(1)[0][0] if notes else "")
        rows.append(tuple(cells))
    title = f"Share of photographs on which each attribute counts (reliability of at least {RELIABLE:g})."
    return Table(("attribute", *datasets, "most frequent reason why not"), tuple(rows), title)
