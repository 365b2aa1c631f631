"""Where the named points of the face are in a picture, and which of them can be seen."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from faceaug.data.keypoints import HIDDEN, LINES, POINTS, VISIBLE, keypoints_in

if TYPE_CHECKING:
    from faceaug.data.record import Record

__all__ = ["NAMES", "SKELETON", "face_points"]

NAMES: Final = tuple(POINTS)
"""The points, in their order."""

SKELETON: Final = tuple((NAMES.index(one), NAMES.index(other)) for line in LINES for one, other in pairwise(line))
"""Which of them are joined by a line, by their places from 0."""

EYES: Final = ("right_eye", "right_pupil", "left_eye", "left_pupil")
"""How the names of points begin that dark lenses hide."""


def face_points(record: Record) -> list[tuple[float, float, int]] | None:
    """The points of a picture in the order of NAMES: x, y (shares of its width and height), and whether seen.

    Where the glasses are tinted, no eye is seen; what else may cover a face is not looked for.

    Args:
        record: of the picture.

    Returns:
        None where the face was not measured.
    """
    found = keypoints_in(record.measured)
    if found is None:
        return None
    glasses = record.attributes.get("glasses")
    dark = glasses is not None and glasses.known and glasses.value == "tinted"
    return [
        (x, y, HIDDEN if dark and seen == VISIBLE and name.startswith(EYES) else seen)
        for name, (x, y, seen) in found.items()
    ]
