"""A vocabulary: a small YAML file that says what the columns of a table mean.

```yaml
columns:
  photo: img                # which column is the file, the person, the split, ... where their names do not tell
  subject: person_no
  sensitive: [gender]       # columns about people that must be handled with care
  ignore: [bbox, url]
unknown: ["?", "-1"]        # words that mean that nothing is known
attributes:
  gender:
    values: [female, male]              # in their order
    synonyms: {female: [F, woman], male: [M, man]}
  age_group:
    column: age
    values: [child, adult, older]
    cuts: [18, 65]                      # child is below 18, adult from 18 to below 65
    ordered: yes                        # neighbours may be taken together
```
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.labels.sheet import NOTHING
from faceaug.data.numeric import number_in, spelt

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROLES", "Term", "Vocabulary", "spelt"]

ROLES: Final = ("photo", "id", "subject", "split", "sha256")
"""What a column can be beside an attribute."""

RANGE: Final = re.compile(r"[\[(]?\s*(\d+(?:\.\d+)?)\s*(?:-|\u2013|to|,|\.\.)\s*(\d+(?:\.\d+)?)\s*[\])]?")
OPEN: Final = re.compile(
    r"(?:(?:more than|over|above|>=?)\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:\+|and (?:over|older)))"
)
"""How tables spell ranges of numbers: `20-29`, `(25, 32)`; `more than 70`, `70+`."""


@dataclass(frozen=True)
class Term:
    """An attribute of a vocabulary.

    Attributes:
        name: of the attribute.
        column: that tells it.
        values: the classes in their order; empty for whatever the column says.
        cuts: numbers at which the next class begins, ascending, one fewer than values; empty for words.
        synonyms: other words for a class, in small letters -> the class.
        ordered: whether neighbouring classes may be taken together.
        means: what it says, in words.
        line: where it is written, 0 for a format's own.
        explicit: whether the column was named, and must therefore be there.
    """

    name: str
    column: str
    values: tuple[str, ...] = ()
    cuts: tuple[float, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    ordered: bool = False
    means: str = ""
    line: int = 0
    explicit: bool = False

    def place(self, cell: Any) -> int:
        """The place of a cell among the values; NOTHING if it is none of them."""
        word = spelt(cell).strip()
        lower = word.lower()
        for place, value in enumerate(self.values):
            if lower == value.lower() or self.synonyms.get(lower) == value:
                return place
        return self._bin(word) if self.cuts else NOTHING

    def _bin(self, word: str) -> int:
        """The class of a number, or of a range that lies within one class."""
        low, high = _ends(word)
        if low is None:
            return NOTHING
        first = bisect_right(self.cuts, low)
        last = len(self.cuts) if high is None else bisect_right(self.cuts, high)
        return first if first == last else NOTHING


@dataclass(frozen=True)
class Vocabulary:
    """What the columns of a table mean.

    Attributes:
        name: the path of its file, or what to call it.
        terms: attributes by name.
        roles: `photo`, `id`, `subject`, `split`, `sha256` -> the column that tells it.
        sensitive: attributes about people that must be handled with care.
        ignored: columns that tell nothing.
        unknown: cells that mean that nothing is known, in small letters.
        lines: where a role, and what is sensitive or ignored, is written.
    """

    name: str = ""
    terms: Mapping[str, Term] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unknown: frozenset[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict)

    def over(self, other: Vocabulary) -> Vocabulary:
        """This vocabulary, with what another one says where this one says nothing."""
        return replace(
            self,
            terms={**other.terms, **self.terms},
            roles={**other.roles, **self.roles},
            sensitive=tuple(dict.fromkeys((*other.sensitive, *self.sensitive))),
            ignored=tuple(dict.fromkeys((*other.ignored, *self.ignored))),
            unknown=self.unknown | other.unknown,
        )

    def place(self, key: str) -> str:
        """Where something is written: `file:line`."""
        line = self.terms[key].line if key in self.terms else self.lines.get(key, 0)
        return f"{self.name}:{line}" if line else self.name


def _ends(word: str) -> tuple[float | None, float | None]:
    """Both ends of a number or a range, the upper one None for one without end; (None, None) for anything else."""
    number = number_in(word)
    if number is not None:
        return float(number), float(number)
    closed = RANGE.fullmatch(word)
    if closed:
        low, high = float(closed[1]), float(closed[2])
        return (low, high) if low <= high else (None, None)
    opened = OPEN.fullmatch(word.lower())
    return (float(opened[1] or opened[2]), None) if opened else (None, None)
