"""Slips of the pen in a column of words: `femle` beside thousands of `female`, `Female` beside `female`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from faceaug.data.labels.sheet import NOTHING

if TYPE_CHECKING:
    from faceaug.data.labels.sheet import Column

__all__ = ["alike", "slips"]

MOST_WORDS: Final = 50
"""Columns with more different words hold names or remarks, which may be alike."""

SHORTEST: Final = 4
"""Letters of a word from which one letter more, less or another counts as a slip: `old` and `cold` are two words."""

RARER: Final = 10
"""How many times commoner the right word must be: a slip is rare, and two words of a language are both used."""


def slips(column: Column) -> dict[int, str]:
    """Words that are probably meant as another word of the column.

    Args:
        column: an attribute of which no vocabulary tells the words.

    Returns:
        Code of a value -> the word that was probably meant: one that differs in capitals and blanks alone and is not
        rarer, or one that is a single slip away (a letter too many, too few, another, or two of them swapped) and ten
        times as common.
    """
    words = {code: value for code, value in enumerate(column.values) if isinstance(value, str)}
    if not 1 < len(words) <= MOST_WORDS:
        return {}
    often = np.bincount(column.codes[column.codes != NOTHING], minlength=len(column.values)).tolist()
    by_use = sorted(words, key=lambda code: (-often[code], code))
    found: dict[int, str] = {}
    for place, code in enumerate(by_use):
        for other in by_use[:place]:
            same = _plain(words[code]) == _plain(words[other])
            if same or (often[other] >= RARER * often[code] and _one_slip(words[code], words[other])):
                found[code] = words[other]
                break
    return found


def alike(word: str, other: str) -> bool:
    """Whether two words are the same but for capitals and blanks, or one keystroke apart."""
    return _plain(word) == _plain(other) or _one_slip(word, other)


def _plain(word: str) -> str:
    """A word without capitals and superfluous blanks."""
    return " ".join(word.casefold().split())


def _one_slip(word: str, right: str) -> bool:
    """Whether one keystroke makes the one of the other, numbers aside."""
    short, long = sorted((_plain(word), _plain(right)), key=len)
    if len(short) < SHORTEST or any(letter.isdigit() for letter in short + long):
        return False
    if len(long) == len(short) + 1:
        return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    if len(long) != len(short):
        return False
    apart = [at for at, (one, other) in enumerate(zip(short, long, strict=True)) if one != other]
    swapped = len(apart) == 2 and apart[1] == apart[0] + 1 and short[apart[0]] == long[apart[1]]
    return len(apart) == 1 or (swapped and short[apart[1]] == long[apart[0]])
