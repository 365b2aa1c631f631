"""What the page says of the document's numbers: tiles, cells of heat maps, limits in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["association", "error_lists", "heat", "state_words", "tiles"]

SHADES: Final = 6
"""Steps of a heat map's colour: 0 for nobody, then up to the target, then above it."""

MOST_PAIRS: Final = 100
"""Pairs of attributes whose error rates are on the page."""

STRENGTHS: Final = ((0.5, "strong"), (0.3, "medium"), (0.1, "weak"), (0.0, "none worth the name"))
"""Words for Cramér's V of a table with two values on one side: J. Cohen, Statistical Power Analysis (1988)."""


def tiles(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The numbers at the head of the page, each with its name."""
    gaps = document["gaps"]
    sure = sum(gap["state"] == "uncovered" for gap in gaps)
    open_ = len(gaps) - sure
    named = document["people_named"]
    return [
        (f"{document['photographs']:,}", "photographs"),
        (f"{document['renderings']:,}", "renderings, counted apart"),
        (f"{named:,}" if named else "not told", "people"),
        (f"{sure:,}", f"gaps below {document['at_least']:,} photographs"),
        (f"{open_:,}", "gaps undecided"),
    ]


def state_words(gap: Mapping[str, Any]) -> str:
    """What is known of a gap, in a few words."""
    if gap["state"] == "undecided":
        if gap["missing"]:
            return f"undecided: {gap['might_be']:,} more might be of this group"
        some = {0: "none is", 1: "only 1 is"}.get(gap["surely"], f"only {gap['surely']:,} are")
        return f"undecided: {some} surely of this group"
    return "nobody" if gap["photographed"] == 0 else f"{gap['missing']:,} missing"


def error_lists(errors: Mapping[str, Any]) -> dict[str, Any]:
    """A model's errors as the page lists them.

    Returns:
        slices: of all kinds together, the least likely first. lists: (title, groups, whether unfolded) for the values
        of attributes, and for pairs of them, the worst first.
    """
    slices = sorted((item for family in errors["families"] for item in family["slices"]), key=lambda item: item["p"])
    single = [group for group in errors["groups"] if len(group["where"]) == 1]
    pairs = [group for group in errors["groups"] if len(group["where"]) > 1]
    pairs.sort(key=lambda group: -(group["error"]["low"] or 0))
    lists = [("every value of every attribute", single, True)]
    if pairs:
        lists.append(
            (
                f"pairs of attributes, the worst {min(len(pairs), MOST_PAIRS)} of {len(pairs):,}",
                pairs[:MOST_PAIRS],
                False,
            )
        )
    return {"slices": slices, "lists": lists}


def heat(pair: Mapping[str, Any], at_least: int) -> dict[str, Any]:
    """A pair of attributes as rows of cells.

    Args:
        pair: one of `pairs` in the document.
        at_least: what a cell needs; its colour says how much of that it has.

    Returns:
        by, columns, strength, and rows of (value, cells); a cell has photographed, rendered, people, local, possible
        and shade (0..6).
    """
    rows = []
    for i, value in enumerate(pair["values"][0]):
        cells = [_cell(pair, i, j, at_least) for j in range(len(pair["values"][1]))]
        rows.append((value, cells))
    return {
        "by": pair["by"],
        "columns": pair["values"][1],
        "strength": _strength(pair["cramers_v_corrected"]),
        "rows": rows,
    }


def _cell(pair: Mapping[str, Any], i: int, j: int, at_least: int) -> dict[str, Any]:
    """One cell of a heat map."""
    have = pair["photographed"][i][j]
    local = pair["local"][i][j] if pair.get("local") else None
    return {
        "photographed": have,
        "rendered": pair["rendered"][i][j],
        "people": pair["people"][i][j],
        "local": None if local is None or not math.isfinite(local) else local,
        "possible": pair["possible"][i][j],
        "shade": shade(have, at_least),
    }


def shade(have: int, at_least: int) -> int:
    """0 for nobody, 1..3 below what is needed, 4 for enough, 5 and 6 for three and ten times that."""
    if have == 0:
        return 0
    if have < at_least:
        return 1 + min(2, 3 * have // at_least)
    return 4 + (have >= 3 * at_least) + (have >= 10 * at_least)


def association(pairs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Which attributes go together, the strongest first."""
    known = [pair for pair in pairs if pair["cramers_v"] is not None]
    known.sort(key=lambda pair: -pair["cramers_v_corrected"])
    return [{**pair, "strength": _strength(pair["cramers_v_corrected"])} for pair in known]


def _strength(v: float | None) -> str:
    """Cramér's V in a word."""
    if v is None or not math.isfinite(v):
        return "unknown"
    return next(word for low, word in STRENGTHS if v >= low)
