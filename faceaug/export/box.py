"""Where the face is in a picture, from what was measured on it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["WIDE", "face_box", "size_of"]

WIDE: Final = 0.8
"""Width of a face over its height, brow to chin."""


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture's file, pixels; nothing is decoded."""
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def face_box(measured: Mapping[str, Any], width: int, height: int) -> tuple[float, float, float, float] | None:
    """Box around the face: left, upper edge, width, height in pixels, within the picture; None where nobody measured.

    Args:
        measured: of the record.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """
    found = [_number(measured, name) for name in ("face_x", "face_y", "face_size")]
    x, y, size = found
    if x is None or y is None or size is None:
        return None
    tall = size * height
    left, right = (min(max(x * width + sign * WIDE * tall / 2, 0.0), width) for sign in (-1, 1))
    upper, lower = (min(max(y * height + sign * tall / 2, 0.0), height) for sign in (-1, 1))
    return round(left, 2), round(upper, 2), round(right - left, 2), round(lower - upper, 2)


def _number(measured: Mapping[str, Any], name: str) -> float | None:
    """A number that was measured."""
    reading = measured.get(name)
    value = reading.get("value") if isinstance(reading, dict) else None
    return float(value) if isinstance(value, int | float) else None
