"""Which photograph of a folder each row of a table of labels is about; a row of which that is not certain is none's."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from faceaug.data.alike import EndsAlike
from faceaug.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.data.record import Record

__all__ = ["Told", "labelled"]

SHOWN: Final = 3
"""Photographs that are named where many have the same fault."""

MOST_NEAR: Final = 5000
"""Names among which the nearest one is looked for."""

MOST_HINTS: Final = 200
"""Rows without a photograph for which the nearest one is looked for."""

Told = tuple[str, "Record"]
"""Where a row is written, and what it tells."""


@dataclass(frozen=True)
class _Photos:
    """The photographs of a folder by what a row may call them.

    Attributes:
        photos: their paths.
        alike: the same, to be found by their ends.
        folder: that the paths are relative to, as it is seen from the table; '' where that is the same.
    """

    photos: Sequence[str]
    alike: EndsAlike
    folder: str

    @classmethod
    def of(cls, records: Sequence[Record], root: Path, labels: Path) -> _Photos:
        """Look the photographs over."""
        folder = os.path.relpath(root.absolute(), labels.absolute().parent).replace(os.sep, "/")
        photos = [record.photo for record in records]
        return cls(photos, EndsAlike(photos), f"{folder}/")

    def meant(self, photo: str) -> tuple[bool, Sequence[int]]:
        """Whether a path is certain, and the photographs that it may mean.

        Certain is the very path of a photograph, as it is seen from the folder or from the table; otherwise it may mean
        those whose paths are longer or shorter and end alike.
        """
        inside = os.path.normpath(photo).replace(os.sep, "/").removeprefix(self.folder)
        exact = self.alike.places.get(photo, self.alike.places.get(inside))
        return (True, (exact,)) if exact is not None else (False, self.alike.meant(photo))

    def doubt(self, photo: str, places: Sequence[int], others: Sequence[str], *, hint: bool) -> str:
        """What to say of a row that labels no photograph."""
        if not places:
            near = did_you_mean(photo, self.alike.places) if hint and len(self.alike.places) < MOST_NEAR else ""
            return "is not among the photographs" + (f"; did you mean {near!r}?" if near else "")
        if len(places) > 1:
            why = f"may be any of {len(places):,} photographs: {_some([self.photos[place] for place in places])}"
        else:
            why = f"may be {self.photos[places[0]]}, but so may {_some(others)}"
        return f"{why}; it labels none; write the whole path, as it is seen from the folder"


def labelled(
    records: Sequence[Record], told: Sequence[Told], labels: Path, root: Path
) -> tuple[list[Record], list[Mapping[str, str]], int]:
    """Give the photographs of a folder their labels.

    A row is about the photograph of its path, as it is seen from the folder or from the table. A row of which there is
    no such photograph is about the one whose path ends as its own does, or whose path is the end of its own: `001.jpg`
    names `anna/001.jpg`, and `photos/anna/001.jpg` does, but `berta/001.jpg` does not. That holds only where one
    photograph may be meant, and no other row names or may mean it.

    What a row does not say stays as the folders tell it.

    Args:
        records: the photographs, relative to the folder.
        told: the rows.
        labels: the table.
        root: the folder.

    Returns:
        The photographs with their labels; what is doubtful: `where` and `what`; how many rows are of no photograph.
    """
    photos = _Photos.of(records, root, labels)
    meant = [photos.meant(label.photo) for _, label in told]
    rivals: dict[int, dict[str, str]] = {}
    for (where, label), (_, places) in zip(told, meant, strict=True):
        for place in places:
            rivals.setdefault(place, {}).setdefault(label.photo, where)
    made, faults, named = list(records), list[dict[str, str]](), set[int]()
    strange = 0
    for (where, label), (certain, places) in zip(told, meant, strict=True):
        if certain or (len(places) == 1 and len(rivals[places[0]]) == 1):
            made[places[0]] = _with(made[places[0]], label)
            named.add(places[0])
        else:
            strange += 1
            others = [other for photo, other in rivals[places[0]].items() if photo != label.photo] if places else []
            what = photos.doubt(label.photo, places, others, hint=strange <= MOST_HINTS)
            faults.append({"where": where, "what": f"{label.photo} {what}"})
    bare = [record.photo for number, record in enumerate(made) if number not in named]
    if bare:
        what = f"has no row for {len(bare):,} of {len(made):,} photographs: {_some(bare)}"
        faults.append({"where": str(labels), "what": what})
    return made, list(faults), strange


def _with(record: Record, label: Record) -> Record:
    """A photograph with what a row tells of it; whoever calls a picture rendered is believed."""
    return replace(
        record,
        subject=label.subject or record.subject,
        split=label.split or record.split,
        origin=record.origin if label.origin == "camera" else label.origin,
        attributes={**record.attributes, **label.attributes},
    )


def _some(words: Sequence[str]) -> str:
    """The first of many."""
    return ", ".join(words[:SHOWN]) + (", ..." if len(words) > SHOWN else "")
