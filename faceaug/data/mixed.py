"""Attributes that were told in other words than they are measured in: the two must not be counted side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from faceaug.data.attributes import VOCABULARY
from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from faceaug.data.attributes import Scalar
    from faceaug.data.record import Record

__all__ = ["unmixed"]

SHOWN = 6
"""Words that a fault names."""


def unmixed(records: Sequence[Record]) -> tuple[list[Record], list[Fault]]:
    """Take back what was measured of attributes that a user told in words of their own.

    A column `glasses` of 0 and 1 is told; where it is blank, `none` would be measured, and stand beside 0 as if it were
    another class. Such attributes keep what was told alone, and a fault says so. An attribute of which
    some was told in the words of the vocabulary, or nothing was told, is left as it is.

    Args:
        records: the pictures of a data set.

    Returns:
        The records, the same objects where nothing was taken back; and a fault for each attribute.
    """
    told: dict[str, Counter[Scalar]] = {}
    measured: Counter[str] = Counter()
    for record in records:
        for name, value in record.attributes.items():
            if name not in VOCABULARY:
                continue
            if value.how == "told":
                told.setdefault(name, Counter())[value.value] += 1
            elif value.how == "measured":
                measured[name] += 1
    mixed = {name: words for name, words in told.items() if measured[name] and not _same(words, name)}
    if not mixed:
        return list(records), []
    return [_without(record, mixed) for record in records], [_fault(n, w, measured[n]) for n, w in mixed.items()]


def _same(words: Iterable[Scalar], name: str) -> bool:
    """Whether some of the words are the vocabulary's; a further class is the user's right. Numbers go with numbers."""
    values = VOCABULARY[name].values
    if values:
        return any(word in values for word in words)
    return any(isinstance(word, int | float) and not isinstance(word, bool) for word in words)


def _without(record: Record, mixed: Iterable[str]) -> Record:
    """A record without what was measured of some attributes."""
    taken = {name for name in mixed if name in record.attributes and record.attributes[name].how == "measured"}
    if not taken:
        return record
    return replace(record, attributes={n: value for n, value in record.attributes.items() if n not in taken})


def _fault(name: str, words: Counter[Scalar], measured: int) -> Fault:
    """What is wrong, and what to do about it."""
    mine = [str(word) for word, _ in words.most_common(SHOWN)]
    kind = VOCABULARY[name]
    meant = ", ".join(kind.values) if kind.values else "a number"
    return Fault(
        name,
        f"is told as {', '.join(mine)} but measured as {meant}; it was measured where it was not told, on {measured:,} "
        f"photographs, and these count as unknown. A vocabulary (--vocabulary) says which word means which",
    )
