"""The report of an audit: one document of plain values, from which pages and files are made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import faceaug
from faceaug.coverage.compare import compare
from faceaug.coverage.counts import count_groups
from faceaug.coverage.cube import LARGEST_CUBE
from faceaug.coverage.gaps import gaps_of
from faceaug.coverage.headlines import headlines
from faceaug.coverage.integrity import effective_pictures, integrity
from faceaug.coverage.intervals import Interval, share
from faceaug.coverage.lattice import cube_size
from faceaug.coverage.metrics import effective_groups, evenness, imbalance_ratio, level_coverage
from faceaug.coverage.pairs import pairs
from faceaug.coverage.patterns import find_gaps
from faceaug.coverage.ranges import continuous
from faceaug.coverage.rules import contradictions
from faceaug.coverage.settle import settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.coverage.counts import Table
    from faceaug.coverage.listed import Seen
    from faceaug.coverage.roll import Roll
    from faceaug.coverage.rules import Rule

__all__ = ["FORMAT", "audit", "limits"]

FORMAT: Final = "faceaug audit 1"
"""What an audit document calls itself."""

METHOD: Final = (
    "A gap is a combination that too few photographs show while enough show everything wider (a maximal uncovered "
    "pattern; Asudeh, Jin and Jagadish 2019). All of them up to the level that was asked for are found.",
    "Renderings are listed apart and never counted as photographs. A photograph of which an attribute is unknown "
    "counts in no group of it.",
    "A gap is uncovered if even with every photograph that might be of it there are too few, and undecided if there "
    "might be enough: a label is missing, or the limits of a measurement reach into the group.",
    "A word that was measured (such as glasses) is taken for certain from a reliability of 0.7 on; labels by hand for "
    "a sample of the photographs test that, and correct the counts.",
    "Limits are 95 % Wilson limits for a population that these photographs were drawn from by chance; several "
    "photographs of one person make them too narrow.",
    "Under-represented means in this data set. Labels are as they were told or measured; nothing is guessed about "
    "anybody's origin.",
)


def audit(
    table: Table,
    at_least: int,
    *,
    level: int | None = 2,
    rules: Sequence[Rule] = (),
    roll: Roll | None = None,
    seen: Seen | None = None,
    old: tuple[str, Mapping[str, Any]] | None = None,
    parts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Count a table and say who and what is missing.

    Args:
        table: the pictures.
        at_least: photographs from which a combination is covered.
        level: the most attributes of a combination; None for all.
        rules: combinations that cannot be.
        roll: which pictures they are and how surely they are known; without it all that is known is certain, and
            neighbours, duplicates and continuous ranges are left out.
        seen: what a person saw on a sample of the photographs; corrects the counts and decides what was undecided.
        old: name and document of an older audit, to compare with.
        parts: further sections, such as `target`, `errors` and `faults`, as JSON values.

    Returns:
        JSON values: headlines (sentences); photographs, renderings, people; attributes (each with its values, their
        shares with limits, and how even they are); gaps (words, where, counts, state, nearest photographs); levels;
        pairs; continuous; integrity; the further sections; method. Numbers that nobody knows are None.
    """
    gaps = find_gaps(table, at_least, level=level, rules=rules)
    drawn = int(table.rendered.sum())
    people = int(np.count_nonzero(np.bincount(table.subjects[~table.rendered & (table.subjects >= 0)])))
    document: dict[str, Any] = {
        "format": FORMAT,
        "faceaug": faceaug.__version__,
        "headlines": [],
        "photographs": len(table) - drawn,
        "renderings": drawn,
        "people_named": people,
        "photographs_of_nobody_named": int(((table.subjects < 0) & ~table.rendered).sum()),
        "worth_pictures_of_different_people": effective_pictures(table),
        "at_least": at_least,
        "level": gaps.level,
        "covered_level": gaps.covered_level,
        "rules": [rule.text for rule in rules],
        "attributes": {axis.name: _attribute(table.by([axis.name]), roll) for axis in table.axes},
        "gaps": gaps_of(table, gaps, roll, level=level, rules=rules),
        "levels": _levels(table, at_least, gaps.level, rules),
        "pairs": pairs(table, rules),
        "continuous": continuous(roll.numbers, ~table.rendered) if roll else [],
        "integrity": integrity(table, roll) if roll else None,
        "contradictions": {text: rows.tolist() for text, rows in contradictions(rules, table).items()},
        **(parts or {}),
        "method": list(METHOD),
    }
    if seen is not None:
        settle(document, table, seen, roll)
    if old is not None:
        document["compare"] = compare(document, old[1], old[0])
    document["headlines"] = headlines(document)
    return document


def _attribute(table: Table, roll: Roll | None) -> dict[str, Any]:
    """The values of one attribute."""
    counts, axis = count_groups(table), table.axes[0]
    total = int(counts.photographed.sum())
    rows = {}
    for place, value in enumerate(axis.values):
        have = int(counts.photographed[place])
        rows[value] = {
            "photographed": have,
            "rendered": int(counts.rendered[place]),
            "people": int(counts.photographed_people[place]),
            "share": limits(share(have, total)),
        }
    imbalance = imbalance_ratio(counts.photographed) if total else math.inf
    return {
        "values": rows,
        "n": total,
        "unknown": counts.unknown[0],
        "unknown_rendered": counts.unknown[1],
        "unreliable": roll.unreliable.get(axis.name, 0) if roll else 0,
        "how": dict(roll.how.get(axis.name, {})) if roll else {},
        "effective_groups": effective_groups(counts.photographed) if total else None,
        "evenness": evenness(counts.photographed) if total else None,
        "imbalance": imbalance if math.isfinite(imbalance) else None,
    }


def limits(interval: Interval) -> dict[str, float | None]:
    """A share and its limits as JSON values; the value of nothing out of nothing is None."""
    return {
        "value": interval.value if math.isfinite(interval.value) else None,
        "low": interval.low,
        "high": interval.high,
    }


def _levels(table: Table, at_least: int, deepest: int, rules: Sequence[Rule]) -> list[dict[str, int]]:
    """How many combinations of each number of attributes are covered; empty for more than can be counted."""
    if cube_size(table.axes) > LARGEST_CUBE:
        return []
    found = level_coverage(table, at_least, rules=rules)
    return [
        {"level": entry.level, "possible": entry.possible, "covered": entry.covered}
        for entry in found
        if 1 <= entry.level <= deepest
    ]
