"""Labeled Faces in the Wild: a folder for each person, `Name_Surname/Name_Surname_0001.jpg`.

Source: G. B. Huang et al., "Labeled Faces in the Wild", University of Massachusetts technical report 07-49, 2007.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from faceaug.data.labels.opened import Opened, looks_like, of_names, photos_in

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.errors import Fault

__all__ = ["is_lfw", "read_lfw"]

NAME: Final = re.compile(r"(?:.*/)?(?P<who>[^/]+)/(?P=who)_\d{4}\.[^/.]+")


def is_lfw(path: Path) -> bool:
    """Whether a folder's photographs are arranged so."""
    return path.is_dir() and looks_like(path, NAME)


def read_lfw(path: Path, _faults: list[Fault]) -> Opened:
    """Read who is shown."""
    photos = photos_in(path)
    found = [NAME.fullmatch(photo) for photo in photos]
    odd = [row for row, match in enumerate(found) if match is None]
    people = [match["who"] if match else None for match in found]
    sentence = "is not named Name/Name_0001.jpg; who it shows counts as unknown"
    return Opened(of_names(path, photos, {"subject": people}), path, odd={sentence: odd} if odd else {})
