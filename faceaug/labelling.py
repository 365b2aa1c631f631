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
        faint: Where words of the choice are hardly meant, or None.
    """

    setting: str
    words: Mapping[str, str | None]
    faint: Faint | None = None

    def __str__(self) -> str:
        told = (f"{word} -> {value if value is not None else 'unknown'}" for word, value in self.words.items())
        return f"what {self.setting} says ({', '.join(told)}{f'; {self.faint}' if self.faint else ''})"

    def word(self, used: Mapping[str, object]) -> str:
        """The word that an edit made with the settings ``used`` shows."""
        said, faint = str(used[self.setting]), self.faint
        level = None if faint is None else used.get(faint.setting)
        if faint is None or not isinstance(level, int | float) or level > faint.most:
            return said
        return faint.words.get(said, said)


@dataclass(frozen=True)
class Faint:
    """Words of a choice that count as others while a number is small: lenses of hardly any tint are clear.

    Attributes:
        setting: Name of the number.
        most: Up to this value.
        words: The word that each counts as.
    """

    setting: str
    most: float
    words: Mapping[str, str]

    def __str__(self) -> str:
        told = (f"{word} counts as {other}" for word, other in self.words.items())
        return f"{', '.join(told)} up to {self.setting} {self.most:g}"


def by(setting: str, words: Mapping[str, str | None], faint: Faint | None = None) -> By:
    """Let the word of a choice decide a label: clear lenses set ``glasses`` to clear, tinted ones to tinted."""
    return By(setting, dict(words), faint)


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
            word = value.word(used)
            told = value.words.get(word)
            if told is not None:
                sets[name] = told
            elif word in value.words:
                drops.add(name)
        return sets, frozenset(drops)
