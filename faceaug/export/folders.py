"""Words of the user's that name folders and files of an export: each a plain name of its own, or refused."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["class_word", "classes_at", "classes_faults", "split_faults"]

LONGEST: Final = 100
"""Letters of a folder's name: file systems end at 255 bytes, and numbers and endings come behind."""

PLAIN: Final = re.compile(r"\w+(?:[ .-]+\w+)*")
"""Words between single signs: no separator of folders, nothing that leads out of a folder or hides it."""

TAKEN: Final = frozenset(
    {
        "readme.md",
        "export.json",
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789"),
    }
)
"""Files that every export has, and names that Windows keeps for devices."""


def split_faults(splits: Iterable[str], own: Sequence[str] = ()) -> list[Fault]:
    """What keeps splits from being names of folders.

    Args:
        splits: as the user names them.
        own: names that the export itself uses for something else.
    """
    words = dict.fromkeys(splits)
    faults = [Fault(f"split {word!r}", _cannot(word)) for word in words if not _plain(word)]
    mine = set(map(_key, own))
    faults += [
        Fault(f"split {word!r}", "is what the export calls a split of its own; rename it")
        for word in words
        if _key(word) in mine
    ]
    return faults + _same("split", {word: word for word in words if _plain(word)})


def _plain(word: str) -> bool:
    return PLAIN.fullmatch(word) is not None and len(word) <= LONGEST and word.casefold() not in TAKEN


def _cannot(word: str) -> str:
    shown = "is too long for" if len(word) > LONGEST else "cannot be"
    return f"{shown} the name of a folder; name it with letters, digits, '_', and single ' ', '.' or '-' between them"


def classes_at(values: Iterable[Any]) -> dict[str, str]:
    """The folder of each class, by its word: signs that some file system does not take become `_`.

    >>> classes_at(["none", 1.0, 2.5, "20 - 29"])
    {'none': 'none', '1': '1', '2.5': '2.5', '20 - 29': '20_-_29'}
    """
    words = dict.fromkeys(map(class_word, values))
    return {word: re.sub(r"[^\w.-]+", "_", word)[:LONGEST].strip(".") or "_" for word in words}


def class_word(value: Any) -> str:
    """A value as a word; 1 and 1.0 are one."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def classes_faults(label: str, values: Iterable[Any]) -> list[Fault]:
    """What keeps the values of an attribute from having a folder each."""
    return _same(label, classes_at(values))


def _same(what: str, folders: Mapping[str, str]) -> list[Fault]:
    """Words whose folders would be one, on a file system that does not tell capitals apart as well."""
    found: dict[str, list[str]] = {}
    for word, folder in folders.items():
        found.setdefault(_key(folder), []).append(word)
    return [
        Fault(
            f"{what} {words[0]!r}", f"would share the folder {folders[words[0]]!r} with {_listed(words[1:])}; rename it"
        )
        for words in found.values()
        if len(words) > 1
    ]


def _key(folder: str) -> str:
    """What two names have in common that some file system takes for one."""
    return unicodedata.normalize("NFKC", folder).casefold()


def _listed(words: Sequence[str]) -> str:
    return ", ".join(map(repr, words))
