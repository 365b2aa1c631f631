"""The labels of a data set, column by column: what a million records would say, in a few arrays."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.attributes import Value
from faceaug.data.labels.sheet import NOTHING, Column
from faceaug.data.record import Record
from faceaug.data.told import ids_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.data.labels.sheet import Place

__all__ = ["Columns", "names_of", "paths_of"]

UNPLAIN: Final = re.compile(r"^[./]|/[./]|/$|\\", re.MULTILINE)
"""What is in a path (of many, a line each) that is not its own shortest form: absolute, hidden, doubled or climbing."""

EXTENSION: Final = re.compile(r"\.[^./\n]+$", re.MULTILINE)
"""The extension of a path, of many, a line each."""


@dataclass(frozen=True, eq=False)
class Columns:
    """What a user tells about the photographs of a data set.

    Attributes:
        ids: name of each row, unique.
        photos: file of each row, relative to the data set's folder, with forward slashes.
        subjects: who is shown.
        splits: train, test, ...
        sha256: digests of the files.
        origins: `camera` or `rendered`; who says nothing tells of a photograph.
        attributes: everything else that is told: words, or numbers, beside which there may be a word that is none.
        place: where a row, counted from 0, is written.
    """

    ids: Sequence[str]
    photos: Sequence[str]
    subjects: Column
    splits: Column
    sha256: Column
    origins: Column
    attributes: Mapping[str, Column]
    place: Place

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.photos)

    @property
    def rendered(self) -> npt.NDArray[np.bool_]:
        """(N,): whether each row is a rendering."""
        return np.array([*(value == "rendered" for value in self.origins.values), False], np.bool_)[self.origins.codes]

    def records(self) -> list[Record]:
        """A record for each row."""
        told = {
            name: Column([Value(value) for value in column.values], column.codes).cells()
            for name, column in self.attributes.items()
        }
        subjects, splits, digests = self.subjects.texts(), self.splits.texts(), self.sha256.texts()
        drawn = self.rendered.tolist()
        return [
            Record(
                id=name,
                photo=self.photos[row],
                sha256=digests[row],
                subject=subjects[row],
                split=splits[row],
                origin="rendered" if drawn[row] else "camera",
                attributes={key: cells[row] for key, cells in told.items() if cells[row] is not None},
            )
            for row, name in enumerate(self.ids)
        ]


def paths_of(column: Column) -> Column:
    """A column of files with forward slashes, each in its shortest form."""
    texts = [str(value) for value in column.values]
    if not UNPLAIN.search("\n".join(texts)):
        return Column(texts, column.codes)
    short = [PurePath(text).as_posix() for text in texts]
    places: dict[str, int] = {}
    codes = [places.setdefault(text, len(places)) for text in short]
    return column.mapped(codes, list(places))


def names_of(photos: Column, told: Column | None) -> list[str]:
    """Unique names of rows: those that are told, else the file without its extension; a number behind what recurs."""
    texts = photos.texts()
    names = _short(photos)
    if told is not None:
        names = [mine or other for mine, other in zip(told.texts(), names, strict=True)]
    if len(set(names)) == len(names):
        return names
    often = Counter(names)
    names = [name if often[name] == 1 else text for name, text in zip(names, texts, strict=True)]
    seen: Counter[str] = Counter()
    taken = set(names)
    unique = []
    for name in names:
        seen[name] += 1
        new = name if seen[name] == 1 else f"{name}#{seen[name]}"
        while new != name and new in taken:
            seen[name] += 1
            new = f"{name}#{seen[name]}"
        taken.add(new)
        unique.append(new)
    return unique


def _short(photos: Column) -> list[str]:
    """The files without their extensions, as `ids_for` has them; all at once where no path is odd."""
    lines = "\n".join(photos.values)
    stems = EXTENSION.sub("", lines).split("\n")
    if not UNPLAIN.search(lines) and len(set(stems)) == len(photos.values):
        return Column(stems, photos.codes).cells("")
    return ids_for(photos.texts())


def empty(count: int) -> Column:
    """A column that says nothing."""
    return Column([], np.full(count, NOTHING, np.int32))
