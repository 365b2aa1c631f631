"""Paths that end alike: which picture a table means that names it by more or fewer folders than we do."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["EndsAlike"]


class EndsAlike:
    """Pictures by their paths and by the ends of these.

    Attributes:
        places: path -> place of its picture.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        """Look paths over; '' is none."""
        self.places: Mapping[str, int] = {path: place for place, path in enumerate(paths)}
        self._ends: dict[str, list[int]] = {}
        for place, path in enumerate(paths):
            for end in _ends(path):
                self._ends.setdefault(end, []).append(place)

    def meant(self, path: str) -> Sequence[int]:
        """The places of all pictures that a path may mean.

        The one whose whole path is its longest end, else all whose paths end as it does: `001.jpg` may mean each
        `*/001.jpg`, and `set/anna/001.jpg` means `anna/001.jpg`.
        """
        longest = next((self.places[end] for end in _ends(path) if end in self.places), None)
        return self._ends.get(path, ()) if longest is None else (longest,)


def _ends(path: str) -> list[str]:
    """A path, and what is left of it without its first folder, its first two, and so on."""
    parts = PurePosixPath(path).parts
    return [path, *("/".join(parts[first:]) for first in range(1, len(parts)))] if path else []
