"""Pictures side by side with captions; our own drawing, so that the same pictures give the same bytes."""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from faceaug.data.encoding import marked
from faceaug.image.lettering import lettering

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["GROUND", "INK", "Tile", "fitted", "png", "strip"]

Pixels = npt.NDArray[np.uint8]

GROUND: Final = (250, 250, 250)
"""Colour of the page: nearly white, so that white picture borders stay visible."""

INK: Final = (40, 40, 40)
"""Colour of words."""

GAP: Final = 6
"""Space between pictures and around them, pixels."""

TEXT: Final = 12
"""Height of the words, pixels."""

LINE: Final = 18
"""Distance between lines of words, pixels."""


@dataclass(frozen=True)
class Tile:
    """One picture of a strip.

    Attributes:
        pixels: (h, w, 3) uint8, sRGB.
        caption: a few words below it.
    """

    pixels: Pixels
    caption: str = ""


def fitted(pixels: Pixels, height: int) -> Image.Image:
    """A picture, shrunk or enlarged to a height.

    Args:
        pixels: (h, w, 3) uint8.
        height: pixels.
    """
    image = Image.fromarray(pixels)
    if image.height == height:
        return image
    width = max(1, round(image.width * height / image.height))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def strip(rows: Sequence[Sequence[Tile]], *, title: str = "", footnote: str = "", height: int = 320) -> Pixels:
    """Lay tiles out in rows under a title.

    Args:
        rows: the tiles, row by row; at least one.
        title: words above them.
        footnote: words below them; wrapped to the width.
        height: height that every picture is brought to, pixels.

    Returns:
        The page, (H, W, 3) uint8.
    """
    pictures = [[fitted(tile.pixels, height) for tile in row] for row in rows]
    width = max(sum(image.width + GAP for image in row) for row in pictures) + GAP
    notes = textwrap.wrap(footnote, max(20, (width - 2 * GAP) * 2 // TEXT))
    captioned = any(tile.caption for row in rows for tile in row)
    row_heights = [max(image.height for image in row) + GAP + (LINE if captioned else 0) for row in pictures]
    top = GAP + (LINE + GAP if title else 0)
    page = Image.new("RGB", (width, top + sum(row_heights) + LINE * len(notes) + (GAP if notes else 0)), GROUND)
    draw = ImageDraw.Draw(page)
    if title:
        draw.text((GAP, GAP), title, INK, lettering(TEXT + 2))
    for row, images, row_height in zip(rows, pictures, row_heights, strict=True):
        _lay(page, draw, top, row, images)
        top += row_height
    for note in notes:
        draw.text((GAP, top), note, INK, lettering(TEXT))
        top += LINE
    return np.asarray(page)


def _lay(
    page: Image.Image, draw: ImageDraw.ImageDraw, top: int, row: Sequence[Tile], images: list[Image.Image]
) -> None:
    """Paste one row of pictures and write their captions, centred."""
    left = GAP
    below = top + max(image.height for image in images) + 2
    for tile, image in zip(row, images, strict=True):
        page.paste(image, (left, top))
        words = tile.caption
        while words and draw.textlength(words, lettering(TEXT)) > image.width:
            words = words[:-2].rstrip() + "…" if len(words) > 2 else ""
        draw.text((left + image.width / 2, below), words, INK, lettering(TEXT), anchor="ma")
        left += image.width + GAP


def png(pixels: Pixels) -> bytes:
    """A page as a PNG file, small enough for a repository; it says of itself that it is no photograph.

    Args:
        pixels: (H, W, 3) uint8.
    """
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True, pnginfo=marked("compositeSynthetic"))
    return buffer.getvalue()
