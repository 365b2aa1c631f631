"""Benchmark: do skin conditions show, on which skin, and do they stay on it? Spots are counted again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.cases import CONDITIONS, PATTERNS, SWEEPS, asked
from benchmarks.freckles import LARGE, drawn_spots, find_blobs, matched
from benchmarks.looks import MEMORY, make, parts_of
from benchmarks.memory import code
from benchmarks.report import Cell, Section, Table, mean, median
from benchmarks.sample import bright_of, stratified
from benchmarks.shaded import PENUMBRA, WALL
from benchmarks.tone import TONES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.looks import Case, Look
    from benchmarks.survey import Seen

COUNTED = ("moles", "age_spots")
"""Conditions whose spots are all there is: blobs of the difference image can be matched with them."""

FAINT = 2.0
"""Colour difference (CIE 1976) below which hardly anybody sees that something is there."""


def conditions(seen: Sequence[Seen]) -> Section:
    """Give each face some conditions."""
    chosen = stratified(seen)
    looks: dict[str, list[tuple[Seen, Look]]] = {name: [] for name in CONDITIONS}
    again: dict[str, list[list[int]]] = {name: [] for name in COUNTED}
    for one, case, now in asked(seen, "conditions"):
        looks[case.way].append((one, now))
        if case.way in COUNTED and "refused" not in now:
            again[case.way].append(recounted(one, case))
    rows = [_row(name, made, again.get(name)) for name, made in looks.items()]
    empty = {name: sum(look.get("touched", 1) == 0 for _, look in made) for name, made in looks.items()}
    return Section(
        "conditions",
        "Skin conditions",
        f"{SWEEPS['conditions'][1]} of the {len(CONDITIONS)} conditions on each of {len(chosen)} faces of all tones, "
        "usual settings drawn anew. Mean colour difference (CIE 1976) to the photograph where the label mask is at "
        "least half, median over faces, by the "
        "photograph's tone; contrast is multiplicative as in life, so that brown marks pale on dark skin and bleached "
        "ones on light skin. *Hardly seen*: share of pictures with less than "
        f"{FAINT:g}. *Counted again*: spots of more than {LARGE:g} pixels radius found as dark blobs of the difference "
        "image.",
        (Table(HEAD, tuple(rows)),),
        (
            *(
                f"`{name}` changed not one pixel on {count} of {len(looks[name])} faces, and the label says present."
                for name, count in empty.items()
                if count
            ),
            "Off the skin: pixels changed where the photograph's own mask of skin and body is 0.",
        ),
    )


HEAD = ("edit", "pictures", "declined", *TONES, "hardly seen, %", "share of the skin, %: median", "counted again",
        "off the skin: pixels", "identity: median")  # fmt: skip


def _row(name: str, made: Sequence[tuple[Seen, Look]], again: list[list[int]] | None) -> tuple[Cell, ...]:
    drawn = [(one, look) for one, look in made if "refused" not in look]
    tones = [median(look["colour"] for one, look in drawn if one.tone == tone) for tone in TONES]
    faint = mean(float(not look["colour"] >= FAINT) for _, look in drawn)
    found, there = (sum(pair[k] for pair in again) for k in (0, 1)) if again else (0, 0)
    return (
        name, len(drawn), len(made) - len(drawn), *tones, 100 * faint,
        100 * median(look["share"] for _, look in drawn), f"{found} of {there}" if again else None,
        sum(look["off_skin"] for _, look in drawn), median(look.get("identity") for _, look in drawn),
    )  # fmt: skip


def recounted(one: Seen, case: Case) -> list[int]:
    """How many of the large spots that were drawn are found as blobs, and how many there are."""
    key = ("recounted", one.face.name, case.words, code(__name__, f"faceaug.edits.{case.way}", "faceaug.render"))
    return list(MEMORY.recall(key, lambda: _recounted(one, case)))


def _recounted(one: Seen, case: Case) -> list[int]:
    parts = parts_of(one.face.path)
    with drawn_spots(import_module(f"faceaug.edits.{case.way}")) as noted:
        made = make(parts, case)
    assert not isinstance(made, np.ndarray)
    # Halos and bumps are drawn as spots too; the pigment itself is the densest.
    spots, corner = max(noted, key=lambda pair: float(pair[0].depth.sum()))
    there = spots.depth[0] > 0
    place = spots.place[0][there].numpy() + np.array(corner)
    drawn = np.c_[place, spots.radius[0][there].numpy() * float(parts.pose.scale[0])]
    change = np.log((bright_of(parts.photos[0].pixels) + 2e-3) / (bright_of(made.pixels[0]) + 2e-3))
    large = drawn[drawn[:, 2] > LARGE]
    return [matched(large, find_blobs(change, drawn[:, 2])), len(large)]


def shadows(seen: Sequence[Seen]) -> Section:
    """Throw some patterns on each face."""
    made = asked(seen, "shadow")
    rows = [_shadow_row(name, [look for _, c, look in made if c.settings["pattern"] == name]) for name in PATTERNS]
    rows += [_shadow_row(tone, [look for one, _, look in made if one.tone == tone]) for tone in TONES]
    darkness = made[0][1].settings["darkness"]
    return Section(
        "shadows",
        "Foreign shadows",
        f"{SWEEPS['shadow'][1]} of the {len(PATTERNS)} patterns on each of {len(stratified(seen))} faces of all tones, "
        f"darkness {darkness:g} (the share of the key light that is lost; fill remains), penumbra {PENUMBRA:g} mm, the "
        f"wall {WALL:g} mm behind. "
        "*Lost*: median share of the linear light that bare skin in full shadow loses against the photograph. "
        "*Wall*: the same of the wall. *Outside*: of the person where the mask says light. *Edge*: width of the mask's "
        "flank from 10 to 90 per cent by the slope of its middle, where it lies on skin.",
        (Table(SHADOW_HEAD, tuple(rows)),),
        (
            "Leaves hang in two layers before a crown, the farther the softer on purpose. An edge that falls slantwise "
            "onto a cheek is wider there, and the median over all skin with it.",
        ),
    )


SHADOW_HEAD = ("pattern or tone", "pictures", "person in shadow, %", "light lost in full shadow", "wall", "outside",
               "edge, mm: median", "not found again", "identity: median")  # fmt: skip


def _shadow_row(name: str, made: Sequence[Look]) -> tuple[Cell, ...]:
    drawn = [look for look in made if "refused" not in look]
    return (
        name, len(drawn), 100 * median(look["share"] for look in drawn), median(look["dark"] for look in drawn),
        median(look["wall"] for look in drawn), median(look["light"] for look in drawn),
        median(look["edge"] for look in drawn),
        sum(bool(look["lost"]) for look in drawn), median(look.get("identity") for look in drawn),
    )  # fmt: skip
