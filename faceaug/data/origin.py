"""Whether a camera made a picture: what a table's columns say, and what the file says of itself.

Every reader asks here, so that no command counts as a photograph what another one counts as a rendering.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from faceaug.errors import PhotoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from faceaug.data.record import Origin, Record

__all__ = ["MADE", "Telling", "as_files_say", "as_its_file_says", "is_made", "origin_columns", "told_origins"]

MADE: Final = (
    "algorithmicallyEnhanced",
    "compositeCapture",
    "compositeSynthetic",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "trainedAlgorithmicMedia",
)
"""IPTC digital source types of pictures that are not as a camera made them."""

WORDS: Final[Mapping[str, Mapping[str, Origin]]] = {
    "origin": {"camera": "camera", "rendered": "rendered"},
    "rendered": {
        **dict.fromkeys(("true", "yes", "1", "1.0"), "rendered"),
        **dict.fromkeys(("false", "no", "0", "0.0"), "camera"),
    },
}
"""Columns that tell where a picture comes from, by what they are called, and what their words mean: `origin` as in our
manifests, `rendered` as in our exports. Case and blanks around a word do not count."""

PROPER: Final = {"origin": ("camera", "rendered"), "rendered": ("true", "false")}
"""What a cell of those columns must be."""

AKIN: Final = {
    **dict.fromkeys(("photo", "photograph", "photographed", "real", "original", "capture", "digitalcapture"), "camera"),
    **dict.fromkeys(("rendering", "render", "synthetic", "synthesised", "synthesized", "generated"), "rendered"),
    **dict.fromkeys(("artificial", "augmented", "edited", "fake", *(word.lower() for word in MADE)), "rendered"),
}
"""What others call the same. It is not guessed that they mean it: it is what they are asked."""


NOTHING: Final = ("unknown", "none", "-", "?", ".")
"""What people write where they mean that nothing is known."""

MEANING: Final = {
    "origin": "which would say where its picture comes from",
    "rendered": "which would say whether its picture is a rendering",
}
"""What the columns are for."""

SLIP: Final = 0.8
"""Likeness (`difflib` ratio) from which a word is a misspelt one: a letter or two."""


@dataclass(frozen=True)
class Telling:
    """What the cells of a column say about where pictures come from.

    Attributes:
        origins: of each cell; None where it says nothing. None where the column is a user's own, about something else.
        strange: place of each cell that cannot be understood -> what is wrong with it. The table cannot be read then.
        own: why the column is taken for a user's own although it is called so, or ''.
    """

    origins: tuple[Origin | None, ...] | None
    strange: Mapping[int, str]
    own: str = ""


def origin_columns(names: Iterable[str]) -> dict[str, str]:
    """The columns that are called as if they told where a picture comes from: `origin` and `rendered` -> column."""
    found: dict[str, str] = {}
    for name in names:
        if (kind := name.strip().lower()) in WORDS:
            found.setdefault(kind, name)
    return found


def told_origins(kind: str, name: str, cells: Sequence[Any]) -> Telling:
    """Read a column that is called as if it told where pictures come from.

    A column of which one cell is such a word must have no other ones: with a word that nobody understands, renderings
    would be counted as photographs. A column without any is a user's own, whatever it is called.

    Args:
        kind: `origin` or `rendered`.
        name: of the column.
        cells: the different ones; '' and None say nothing.
    """
    known = WORDS[kind]
    spelt = ["" if cell is None else str(cell).strip().lower() for cell in cells]
    if not any(spelt):
        return Telling((None,) * len(spelt), {})
    about = any(word in known or (kind == "origin" and _nearest(word) == "rendered") for word in spelt)
    if not about:
        words = " or ".join(PROPER[kind])
        return Telling(None, {}, f"{name} is taken for a column of your own: no cell of it is {words}, {MEANING[kind]}")
    strange = {
        place: f"{name} is {str(cells[place])!r}, but must be {' or '.join(PROPER[kind])}{_hint(kind, word)}"
        for place, word in enumerate(spelt)
        if word and word not in known
    }
    return Telling(tuple(known.get(word) for word in spelt), strange)


def _nearest(word: str) -> str:
    """The word of a column `origin` that was meant, or ''; not every word that begins like a camera is one."""
    if word in AKIN:
        return AKIN[word]
    return "rendered" if _like(word, ("rendered", "rendering", "synthetic")) else ""


def _like(word: str, choices: Sequence[str]) -> str:
    """The choice of which a word is a misspelling, or ''."""
    return next(iter(get_close_matches(word, choices, 1, SLIP)), "")


def _hint(kind: str, word: str) -> str:
    """What was meant, or what to do."""
    near = _nearest(word) or _like(word, PROPER["origin"])
    if kind == "rendered":
        near = {"rendered": "true", "camera": "false"}.get(near, "") or _like(word, PROPER[kind])
    if word in NOTHING:
        return "; leave the cell empty if it is not known"
    return f"; did you mean {near!r}?" if near else "; call the column otherwise if it is about something else"


def is_made(file: Path) -> bool:
    """Whether a file says of itself that it was made or composed; one that cannot be opened says nothing.

    It takes about 0.2 ms where the file has been read before.
    """
    if not file.is_file():
        return False
    from faceaug.data.encoding import read_source_type  # here, so that a table is read without a picture library

    try:
        return read_source_type(file) in MADE
    except PhotoError:
        return False


def as_its_file_says(record: Record, file: Path) -> Record:
    """A record whose file says of itself that it was made or composed is that of a rendering.

    Args:
        record: of a picture.
        file: where its bytes are.
    """
    return replace(record, origin="rendered") if record.origin == "camera" and is_made(file) else record


def as_files_say(records: Sequence[Record], root: Path) -> tuple[list[Record], list[str]]:
    """The same for many records, whose paths are relative to a folder.

    Returns:
        The records, and the ids of those that were taken for photographs.
    """
    found = [as_its_file_says(record, record.located(root)) for record in records]
    return found, [new.id for old, new in zip(records, found, strict=True) if new is not old]
