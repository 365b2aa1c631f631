"""Attributes two by two: how many photographs show each pair of values, and how the two hang together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.coverage.counts import count_groups
from faceaug.coverage.lattice import choices
from faceaug.coverage.metrics import association, local_association
from faceaug.coverage.rules import possible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.counts import Table
    from faceaug.coverage.rules import Rule

__all__ = ["pairs"]

LARGEST: Final = 2500
"""Cells of a pair; an attribute of more values than fifty is no class that one looks at against another."""


def pairs(table: Table, rules: Sequence[Rule] = ()) -> list[dict[str, Any]]:
    """Count every pair of attributes.

    Args:
        table: the pictures.
        rules: combinations that cannot be.

    Returns:
        JSON values for each pair, in the order of the axes: counts of photographs, renderings and people; Cramer's V,
        as it is and less what chance makes, with its p; the association of each pair of values (Ducher's Z); and which
        pairs can be at all. Associations are over photographs.
    """
    return [
        _pair(table, places, rules)
        for places in combinations(range(len(table.axes)), 2)
        if len(table.axes[places[0]].values) * len(table.axes[places[1]].values) <= LARGEST
    ]


def _pair(table: Table, places: tuple[int, int], rules: Sequence[Rule]) -> dict[str, Any]:
    """One pair."""
    axes = [table.axes[place] for place in places]
    counts = count_groups(table.by([axis.name for axis in axes]))
    known = int(counts.photographed.sum())
    bond = association(counts.photographed) if known else None
    return {
        "by": [axis.name for axis in axes],
        "values": [list(axis.values) for axis in axes],
        "n": known,
        "photographed": counts.photographed.tolist(),
        "rendered": counts.rendered.tolist(),
        "people": counts.photographed_people.tolist(),
        "possible": _able(table, places, rules),
        "cramers_v": round(bond.v, 4) if bond else None,
        "cramers_v_corrected": round(bond.corrected, 4) if bond else None,
        "p": float(f"{bond.p:.3g}") if bond else None,
        "local": np.round(local_association(counts.photographed), 3).tolist() if known else None,
    }


def _able(table: Table, places: tuple[int, int], rules: Sequence[Rule]) -> list[list[bool]]:
    """Which pairs of values the rules leave."""
    shape = [len(table.axes[place].values) for place in places]
    flags = possible(rules, table.axes).over(places) if rules else np.ones((1, 1), np.bool_)
    # An ordered axis also has its ranges as choices; those of a single value are what a cell is.
    picks = [
        [choices(table.axes[place]).spans.index((value, value)) for value in range(size)] if length > 1 else [0]
        for place, size, length in zip(places, shape, flags.shape, strict=True)
    ]
    able: list[list[bool]] = np.broadcast_to(flags[np.ix_(*picks)], shape).tolist()
    return able
