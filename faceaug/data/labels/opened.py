"""What a format gives: a table of labels, where its photographs are, and what its own words mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from faceaug.data.files import spelt
from faceaug.data.labels.sheet import Column, Sheet
from faceaug.data.labels.vocabulary import Vocabulary
from faceaug.data.walking import walk

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["PHOTO", "Opened", "looks_like", "of_names", "photos_in"]

PHOTO: Final = "photo"
"""Column of the file in sheets that are made of file names."""

PEEK: Final = 200
"""Photographs whose names are looked at to tell a format."""

ENOUGH: Final = 0.9
"""Share of those that must have the format's names; the others are doubtful then, and listed."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A data set's labels as its own format has them.

    Attributes:
        sheet: the table.
        root: folder that the photographs' paths are relative to.
        vocabulary: what the format's own words mean.
        odd: photographs whose names are not what the format has: a sentence -> the rows that it is about.
    """

    sheet: Sheet
    root: Path
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    odd: Mapping[str, Sequence[int]] = field(default_factory=dict)


def photos_in(folder: Path) -> list[str]:
    """The photographs in a folder and below it, relative to it, with forward slashes.

    Raises:
        RequestError: there is none.
    """
    from faceaug.data.photos import find_photos  # here, so that a table is read without a picture library

    return [path.relative_to(spelt(folder)).as_posix() for path in find_photos([folder])]


def looks_like(folder: Path, pattern: re.Pattern[str]) -> bool:
    """Whether most of the first photographs in a folder have such paths, relative to it."""
    first = list(islice(_walk(folder), PEEK))
    return bool(first) and sum(pattern.fullmatch(name) is not None for name in first) >= ENOUGH * len(first)


def _walk(folder: Path) -> Iterator[str]:
    """Photographs in a folder, without listing all of it first."""
    from faceaug.data.photos import EXTENSIONS

    for path in walk(folder, []):  # whoever lists the photographs says what cannot be read
        if path.suffix.lower() in EXTENSIONS:
            yield path.relative_to(folder).as_posix()


def of_names(folder: Path, photos: Sequence[str], more: Mapping[str, Sequence[str | int | None]]) -> Sheet:
    """A sheet of what file names tell; a row is written at its file.

    Args:
        folder: of the photographs.
        photos: their paths, relative to it.
        more: further columns; None where a name does not tell.
    """
    columns = {PHOTO: Column.of(photos), **{name: Column.of(cells) for name, cells in more.items()}}
    roles = {PHOTO: PHOTO, **{name: name for name in ("subject", "split") if name in more}}
    return Sheet(columns, lambda row: str(folder / photos[row]), roles)
