"""What spoils a count: pictures that are there twice, people on both sides of a split, renderings in a test."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.data.splits import one_spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.counts import Table
    from faceaug.coverage.roll import Roll

__all__ = ["integrity"]

LISTED: Final = 200
"""Entries of each kind in the document; how many there are in all is said beside them."""

HELD_OUT: Final = frozenset({"test", "val", "validation", "eval", "holdout", "audit"})
"""Splits that measure, and that therefore take no renderings."""


def integrity(table: Table, roll: Roll) -> dict[str, Any]:
    """Look for duplicates and leaks.

    Returns:
        JSON values: pictures with a digest; files that occur more than once (`duplicates`, of which some lie in
        several splits); people in more than one split (`leaks`); renderings in splits that measure; pictures by
        split, photographed and rendered.
    """
    spelt = one_spelling(dict.fromkeys(roll.splits))
    names = [spelt[name] for name in roll.splits]
    twice = _repeated(roll.sha256)
    copies = [{"sha256": digest, "ids": [roll.ids[row] for row in rows]} for digest, rows in twice[:LISTED]]
    across = sum(len({names[row] for row in rows} - {""}) > 1 for _, rows in twice)
    leaks = _leaks(table, roll, names)
    drawn = table.rendered.tolist() if table.rendered.any() else [False] * len(table)
    splits = Counter(zip(names, drawn, strict=True))
    held = sum(count for (name, rendered), count in splits.items() if rendered and name.lower() in HELD_OUT)
    return {
        "digests": sum(map(bool, roll.sha256)),
        "duplicates": copies,
        "duplicate_files": len(twice),
        "superfluous_pictures": sum(len(rows) - 1 for _, rows in twice),
        "duplicates_across_splits": across,
        "leaks": leaks[:LISTED],
        "leaking_people": len(leaks),
        "renderings_held_out": held,
        "splits": {
            name or "no split": {"photographed": splits[name, False], "rendered": splits[name, True]}
            for name in sorted({name for name, _ in splits})
        },
    }


def _repeated(digests: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Digests that occur more than once, with their rows; first come first."""
    found = [(digest, count) for digest, count in Counter(digests).items() if digest and count > 1]
    if not found:
        return []
    wanted: dict[str, list[int]] = {digest: [] for digest, _ in found}
    for row, digest in enumerate(digests):
        if digest in wanted:
            wanted[digest].append(row)
    return list(wanted.items())


def _leaks(table: Table, roll: Roll, of: Sequence[str]) -> list[dict[str, Any]]:
    """People who are in more than one split, and with how many pictures."""
    names = list(dict.fromkeys(of))
    people = int(table.subjects.max(initial=-1)) + 1
    if len([name for name in names if name]) < 2 or not people:
        return []
    place = {name: number for number, name in enumerate(names)}
    splits = np.fromiter(map(place.__getitem__, of), np.int64, len(of))
    known = table.subjects >= 0
    pairs = table.subjects[known] * len(names) + splits[known]
    often = np.bincount(pairs, minlength=people * len(names)).reshape(people, len(names))
    if "" in place:
        often[:, place[""]] = 0
    several = np.flatnonzero((often > 0).sum(axis=1) > 1)
    rows = np.zeros(people, np.int64)
    rows[table.subjects[known][::-1]] = np.flatnonzero(known)[::-1]  # the first row of each person
    return [
        {
            "person": roll.people[int(rows[person])],
            "splits": {name: int(n) for name, n in zip(names, often[person].tolist(), strict=True) if n},
        }
        for person in several.tolist()
    ]


def effective_pictures(table: Table) -> float | None:
    """How many photographs of different people would tell as much, if a person's pictures were all alike.

    Returns:
        n over the mean number of pictures of a person, met from a picture (n_eff = n / (1 + (m - 1) icc) with
        icc = 1); None where nobody is named.
    """
    people = table.subjects[~table.rendered]
    named = people[people >= 0]
    if not len(named):
        return None
    often = np.bincount(named)
    return float(len(named) ** 2 / (often.astype(np.float64) ** 2).sum())
