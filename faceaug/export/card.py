"""The data card: what a person should know before using a data set, in Markdown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import faceaug
from faceaug.data.attributes import VOCABULARY
from faceaug.report.words import OUTLOOK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.export.items import Item

__all__ = ["data_card", "value_counts"]

MOST_WORDS: Final = 40
"""An attribute with more different words than this is free text, and is not tabulated."""

FEW_WORDS: Final = 8
"""So many words are tabulated however few pictures there are; above it, one for every four pictures."""

LONGEST_WORD: Final = 40
"""Letters of the longest word that is a class and no sentence."""

Counts = dict[str, dict[str, list[int]]]
"""Attribute -> word -> photographed, rendered."""


def value_counts(items: Sequence[Item]) -> Counts:
    """How many photographs and renderings show each word of each attribute."""
    counts: Counts = {}
    for item in items:
        for name, value in item.record.attributes.items():
            if value.known and isinstance(value.value, str | bool):
                word = str(value.value).lower() if isinstance(value.value, bool) else value.value
                row = counts.setdefault(name, {}).setdefault(word, [0, 0])
                row[item.record.origin == "rendered"] += 1
    most = min(MOST_WORDS, max(FEW_WORDS, len(items) // 4))
    return {
        name: dict(sorted(rows.items()))
        for name, rows in sorted(counts.items())
        if len(rows) <= most and all(len(word) <= LONGEST_WORD and word.isprintable() for word in rows)
    }


def data_card(
    items: Sequence[Item], *, title: str, pin: str | None, licence: str, left_out: Sequence[str], use: str
) -> str:
    """The card of an export.

    Args:
        items: the pictures.
        title: name of the data set.
        pin: of its version, or None.
        licence: of the photographs, as the user says; '' if they did not.
        left_out: what is not in the export, in sentences.
        use: lines of Python that load it.
    """
    drawn = sum(item.record.origin == "rendered" for item in items)
    people = len({item.record.subject for item in items if item.record.subject})
    lines = [
        f"# {title}",
        "",
        f"{len(items) - drawn:,} photographs and {drawn:,} renderings of {people or 'unnamed'} people. "
        "Renderings are photographs of the same people, changed by faceaug; they are marked `rendered` and are never "
        "counted as photographed.",
        "",
        "| | |",
        "| --- | --- |",
        f"| version | {pin or 'not kept in versions'} |",
        f"| made by | faceaug {faceaug.__version__} |",
        f"| licence | {licence or 'not stated; ask whoever made the photographs'} |",
        *_left_out(left_out),
        "",
        "## Splits",
        "",
        *_splits(items),
        "",
        "## Who and what is shown",
        "",
        *_values(value_counts(items)),
        "",
        "## How it is known",
        "",
        *_hows(items),
        "",
        "## How renderings were made",
        "",
        *_edits(items),
        "",
        "## What it is not",
        "",
        *(f"- {sentence}" for sentence in OUTLOOK[:1]),
        "- Appearance words say how somebody looks in a photograph, never where they come from.",
        "- Faces are personal data: keep to what the people who are shown have agreed to.",
        "",
        "## Load it",
        "",
        "From within this folder:",
        "",
        "```python",
        use,
        "```",
    ]
    return "\n".join(lines) + "\n"


def _left_out(sentences: Sequence[str]) -> list[str]:
    return [f"| left out | {sentence} |" for sentence in sentences]


def _splits(items: Sequence[Item]) -> list[str]:
    """A table of splits."""
    rows = [("split", "photographs", "renderings", "people"), ("---", "---:", "---:", "---:")]
    for split in dict.fromkeys(item.split for item in items):
        own = [item.record for item in items if item.split == split]
        drawn = sum(record.origin == "rendered" for record in own)
        people = len({record.subject for record in own if record.subject})
        rows.append((split, f"{len(own) - drawn:,}", f"{drawn:,}", f"{people:,}"))
    return [f"| {' | '.join(row)} |" for row in rows]


def _values(counts: Mapping[str, Mapping[str, Sequence[int]]]) -> list[str]:
    """A table of words."""
    if not counts:
        return ["Nothing that could be counted is known."]
    rows = ["| attribute | value | photographs | renderings |", "| --- | --- | ---: | ---: |"]
    rows += [
        f"| {_cell(name)} | {_cell(word)} | {photographed:,} | {rendered:,} |"
        for name, words in counts.items()
        for word, (photographed, rendered) in words.items()
    ]
    named = [n for n in counts if n in VOCABULARY]
    return [*rows, "", *(f"- `{name}`: {VOCABULARY[name].means}." for name in named)]


def _cell(word: str) -> str:
    """A word that may stand in a table."""
    return word.replace("\\", "\\\\").replace("|", "\\|")


def _hows(items: Sequence[Item]) -> list[str]:
    """Which labels were told, measured, rendered, inherited."""
    hows: dict[str, Counter[str]] = {}
    for item in items:
        for name, value in item.record.attributes.items():
            hows.setdefault(name, Counter())[value.how] += 1
    return [f"- `{n}`: " + ", ".join(f"{how} {c:,}" for how, c in sorted(hows[n].items())) for n in sorted(hows)] or [
        "Nothing is known."
    ]


def _edits(items: Sequence[Item]) -> list[str]:
    """How often each edit was made."""
    used: Counter[str] = Counter(name for item in items for name in _drawn(item.record.drawn))
    told = [f"- `{name}` in {count:,} pictures" for name, count in sorted(used.items())]
    return (
        [*told, "", "Recipe, seed and drawn values of each picture stand in its record."]
        if told
        else ["There are none."]
    )


def _drawn(drawn: Mapping[str, Any]) -> list[str]:
    return list(drawn)
