"""Small pictures of the photographs that a gap names as its nearest neighbours."""

from __future__ import annotations

import io
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from faceaug.data.photos import read_photo
from faceaug.errors import PhotoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from faceaug.data.record import Record

__all__ = ["boxes_of", "portraits"]

EDGE: Final = 112
"""Pixels of a small picture's edges, of which the page shows as many."""

MOST: Final = 120
"""Small pictures on a page, about 4 kB each, so that it stays light; further neighbours are named in words."""

QUALITY: Final = 82
"""Of the JPEG."""


def portraits(
    document: Mapping[str, Any], root: str | Path, boxes: Mapping[str, tuple[float, float, float]] | None = None
) -> dict[str, bytes]:
    """Small JPEGs of the nearest neighbours of the gaps, the first gaps first.

    Photographs that cannot be read any more are left out; the page names them in words.

    Args:
        document: what `coverage.report.audit` made.
        root: folder that the photographs' paths are relative to.
        boxes: record id -> centre of the face across and down, and its height, as shares of the photograph's width,
            height and height. Without it the upper middle of the photograph is shown.
    """
    wanted = {near["id"]: near["photo"] for gap in document["gaps"] for near in gap.get("nearest", ())}
    found: dict[str, bytes] = {}
    for name, photo in list(wanted.items())[:MOST]:
        try:
            pixels = read_photo(Path(root) / PurePosixPath(photo)).pixels
        except PhotoError:
            continue
        picture = Image.fromarray(pixels)
        picture = picture.crop(_around((boxes or {}).get(name), *picture.size)).resize(
            (EDGE, EDGE), Image.Resampling.BOX
        )
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=QUALITY)
        found[name] = file.getvalue()
    return found


def boxes_of(records: Iterable[Record]) -> dict[str, tuple[float, float, float]]:
    """Where the face is, for the records in which that was measured: what `portraits` takes as `boxes`."""
    found = {}
    for record in records:
        known = [record.attributes.get(name) for name in ("face_x", "face_y", "face_size")]
        numbers = [value.value for value in known if value is not None and isinstance(value.value, int | float)]
        if len(numbers) == 3:
            found[record.id] = (float(numbers[0]), float(numbers[1]), float(numbers[2]))
    return found


def _around(box: tuple[float, float, float] | None, width: int, height: int) -> tuple[int, int, int, int]:
    """The square to show, in pixels: left, upper, right, lower."""
    if box is None:
        side = min(width, height)
        start = (width - side) // 2
        return start, 0, start + side, side
    edge = min(1.6 * box[2] * height, width, height)
    left = min(max(box[0] * width - edge / 2, 0), width - edge)
    upper = min(max(box[1] * height - 0.55 * edge, 0), height - edge)
    return round(left), round(upper), round(left + edge), round(upper + edge)
