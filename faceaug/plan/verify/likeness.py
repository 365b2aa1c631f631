"""Are the renderings distributed as the photographs are? Attribute by attribute, as far as both are known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.data.record import Record

__all__ = ["likeness"]

FEW: Final = 2
"""Fewer values of one kind than this have no distribution."""

MANY: Final = 20
"""More words than this, and than one for four pictures, are free text and no classes."""


def likeness(records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Compare the two kinds of pictures.

    A plan that fills gaps makes them differ on purpose, in what it fills; in everything else they should not.

    Args:
        records: of all pictures.

    Returns:
        Attribute -> JSON values. Words: `shares` (word -> photographed, rendered) and `distance`, the total variation:
        the share of pictures that would have to change. Numbers: `quartiles` of both kinds and `distance`, the largest
        difference of their cumulative distributions (Kolmogorov and Smirnov). Both lie within 0 (alike) .. 1.
        `pictures` says how many of each kind were known.
    """
    names = dict.fromkeys(name for record in records for name in record.attributes)
    found = {name: _compared(*_both(records, name)) for name in sorted(names)}
    return {name: row for name, row in found.items() if row is not None}


def _both(records: Sequence[Record], name: str) -> tuple[list[Any], list[Any]]:
    """The values of photographs, and of renderings."""
    kinds: dict[str, list[Any]] = {"camera": [], "rendered": []}
    for record in records:
        value = record.attributes.get(name)
        if value is not None and value.known:
            kinds[record.origin].append(value.value)
    return kinds["camera"], kinds["rendered"]


def _compared(photographed: list[Any], rendered: list[Any]) -> dict[str, Any] | None:
    """One attribute; None where one kind is hardly known, or where words and numbers are mixed."""
    if min(len(photographed), len(rendered)) < FEW:
        return None
    pictures = [len(photographed), len(rendered)]
    both = [*photographed, *rendered]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in both):
        quartiles = [np.quantile(values, (0.25, 0.5, 0.75)).tolist() for values in (photographed, rendered)]
        distance = float(stats.ks_2samp(photographed, rendered).statistic)
        return {"pictures": pictures, "distance": distance, "quartiles": quartiles}
    words = [str(value) for value in both]
    if len(set(words)) > max(MANY, len(words) // 4):
        return None  # free text, such as a file's name
    counts = [Counter(str(value) for value in values) for values in (photographed, rendered)]
    shares = {w: [counts[k][w] / pictures[k] for k in (0, 1)] for w in sorted(set(words))}
    return {
        "pictures": pictures,
        "distance": sum(abs(a - b) for a, b in shares.values()) / 2,
        "shares": shares,
    }
