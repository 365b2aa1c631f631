"""Which attributes an audit looks at when nobody says: classes that people look for, of which something is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from faceaug.coverage.axes import BINS
from faceaug.data.attributes import VOCABULARY
from faceaug.errors import Fault, RequestError, some_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from faceaug.coverage.axes import Found
    from faceaug.data.attributes import Scalar

__all__ = ["MOST", "usual"]

MOST: Final = 8
"""Attributes that are looked at unasked: as many as still fit on a page."""

FEWEST, MOST_CLASSES = 2, 12
"""Values of a column of the user's own for it to be taken as classes."""

MEASURED: Final = ("skin_tone", "pose", "glasses", "light", "facial_hair", "expression", "covering", "gaze")
"""Attributes of the vocabulary, in the order in which they are taken."""


def usual(found: Found, told: Collection[str]) -> list[str]:
    """The attributes to look at.

    Args:
        found: attribute -> value -> pictures, in the order of the data set.
        told: attributes that the user told.

    Returns:
        Classes that the user told, then what was measured, then what the user told by 0 and 1; at most MOST.

    Raises:
        RequestError: if nothing is known that could be counted.
    """
    mine = [name for name in found if name in told and (_classes(found[name]) or name in BINS)]
    others = [name for name in MEASURED if name in found and name not in mine and name in VOCABULARY]
    flags = [name for name in found if name in told and set(found[name]) == {0, 1} and name not in mine]
    chosen = (mine + others + flags)[:MOST]
    if not chosen:
        names = some_of(found, 12) or "none"
        raise RequestError(
            [Fault("--by", f"is needed: no attribute has classes of its own; known are {names}")], "nothing was counted"
        )
    return chosen


def _classes(values: Mapping[Scalar, int]) -> bool:
    """Whether a column's values are classes."""
    words = all(isinstance(value, str | bool) for value in values)
    often = sum(values.values()) >= 2 * len(values)  # what is different for everybody is a name
    return words and often and FEWEST <= len(values) <= MOST_CLASSES
