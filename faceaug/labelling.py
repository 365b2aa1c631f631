"""What an edit does to the labels of its picture: sets, reads back or drops; every other label is inherited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class By:
    """A label that a setting decides; made by `by`.

    Attributes:
        setting: Name of the choice that decides.
        words: The attribute's value for each word of that choice; None: no longer known; missing: inherited.
    """

    setting: str
    words: Mapping[str, str | None]

    def __str__(self) -> str:
        told = (f"{word} -> {value if value is not None else 'unknown'}" for word, value in self.words.items())
        return f"what {self.setting} says ({', '.join(told)})"


def by(setting: str, words: Mapping[str, str | None]) -> By:
    """Let the word of a choice decide a label: clear lenses set ``glasses`` to clear, tinted ones to tinted."""
    return By(setting, dict(words))


@dataclass(frozen=True)
class Labels:
    """What an edit does to the attributes that travel with the picture; every other attribute is inherited.

    Attributes:
        sets: Attribute to the value that it has after the edit, or to what decides it.
        measures: Attributes read back from the result.
        drops: Attributes that are no longer known.
    """

    sets: Mapping[str, str | By] = field(default_factory=dict)
    measures: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()

    def decided(self, used: Mapping[str, object]) -> tuple[dict[str, str], frozenset[str]]:
        """Return what is set and what is dropped when the edit was made with the settings ``used``."""
        sets: dict[str, str] = {}
        drops = set(self.drops)
        for name, value in self.sets.items():
            if isinstance(value, str):
                sets[name] = value
                continue
            word = str(used[value.setting])
            told = value.words.get(word)
            if told is not None:
                sets[name] = told
            elif word in value.words:
                drops.add(name)
        return sets, frozenset(drops)
