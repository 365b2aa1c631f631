"""The contact sheet: originals at the left, their variants at the right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw

from faceaug.data.photos import encode, read_photo, write_atomic
from faceaug.errors import PhotoError
from faceaug.image.lettering import lettering

if TYPE_CHECKING:
    import numpy.typing as npt
    from PIL import ImageFont

    from faceaug.recipe.jobs import Job, Outcome

__all__ = ["Row", "Tile", "contact_sheet", "sheet_rows"]

MOST_ROWS: Final = 12
MOST_VARIANTS: Final = 6
"""Photographs and variants on one sheet: more would be too small to look at."""

TILE: Final = 240
GAP: Final = 10
CAPTION: Final = 18
"""Sizes in pixels: longer side of a picture, distance between pictures, height of a caption."""

PAPER: Final = (250, 250, 249)
INK: Final = (60, 60, 58)
MISSING: Final = (230, 230, 228)
FONT_SIZE: Final = 11

HEAD: Final = 1.9
"""Side of the part that is shown, in face heights: hair, ears and collar are on it."""


@dataclass(frozen=True, eq=False)
class Tile:
    """One picture of a sheet.

    Attributes:
        picture: its file, or (H, W, 3) uint8 sRGB.
        caption: one short line.
        box: left, top, right, bottom of the part to show, pixels; None for all of it.
    """

    picture: Path | npt.NDArray[np.uint8]
    caption: str = ""
    box: tuple[int, int, int, int] | None = None


Row = Sequence[Tile]
"""The original, then its variants."""


def sheet_rows(done: Sequence[tuple[Job, Outcome]], out: Path) -> list[Row]:
    """Choose what a run's sheet shows: heads of up to twelve photographs, spread evenly, and six variants of each."""
    count = min(len(done), MOST_ROWS)
    rows: list[Row] = []
    for index in range(count):
        job, outcome = done[index * len(done) // count]
        variants = outcome.records[1 : MOST_VARIANTS + 1]
        boxes = [_head(out / "landmarks" / f"{record.id}.json") for record in variants]
        made = [
            Tile(out / record.photo, _made(record.applied), box) for record, box in zip(variants, boxes, strict=True)
        ]
        rows.append([Tile(job.path, job.key, boxes[0] if boxes else None), *made])
    return rows


def _head(landmarks: Path) -> tuple[int, int, int, int] | None:
    """A square around the head, inside the picture, from the landmarks on disk; None if they are gone."""
    try:
        known = json.loads(landmarks.read_text(encoding="utf-8"))
        points = np.array(known["points"], dtype=np.float64)[:, :2]
        size = (known["width"], known["height"])
    except (OSError, ValueError, KeyError, IndexError):
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    centre, side = (low + high) / 2, HEAD * float((high - low).max())
    left, top = (max(0, round(middle - side / 2)) for middle in centre)
    right, bottom = (min(most, round(middle + side / 2)) for middle, most in zip(centre, size, strict=True))
    return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None


def _made(applied: object) -> str:
    """Names of the edits of a picture."""
    return ", ".join(applied) if isinstance(applied, dict) and applied else "unchanged"


def contact_sheet(rows: Sequence[Row], path: str | Path) -> Path:
    """Draw pictures in rows, with captions, and write a PNG; a picture that cannot be read leaves its place empty.

    Args:
        rows: at least one row of at least one tile.
        path: where the sheet shall be.

    Raises:
        ValueError: if there are no rows.
        FaceaugError: if it cannot be written.
    """
    if not rows or not all(rows):
        msg = "a contact sheet needs at least one row of at least one picture"
        raise ValueError(msg)
    drawn = [[_thumbnail(tile) for tile in row] for row in rows]
    widths = [max((row[i].width for row in drawn if i < len(row)), default=0) for i in range(max(map(len, drawn)))]
    heights = [max(tile.height for tile in row) for row in drawn]
    size = (GAP + sum(width + GAP for width in widths), GAP + sum(height + CAPTION + GAP for height in heights))
    sheet = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    font = lettering(FONT_SIZE)
    top = GAP
    for row, tiles, height in zip(rows, drawn, heights, strict=True):
        left = GAP
        for tile, thumbnail, width in zip(row, tiles, widths, strict=False):
            sheet.paste(thumbnail, (left, top))
            pen.text((left, top + height + 2), _fitted(tile.caption, width, font), INK, font)
            left += width + GAP
        top += height + CAPTION + GAP
    return write_atomic(path, encode(np.asarray(sheet), "png", source_type="compositeSynthetic"))  # no photograph


def _thumbnail(tile: Tile) -> Image.Image:
    """A picture, cut out and brought to the size of a tile (small ones are enlarged, to at most twice their size)."""
    try:
        pixels = read_photo(tile.picture).pixels if isinstance(tile.picture, Path) else tile.picture
    except PhotoError:
        return Image.new("RGB", (TILE, TILE), MISSING)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image = image if tile.box is None else image.crop(tile.box)
    scale = min(TILE / max(image.size), 2.0)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _fitted(text: str, width: int, font: ImageFont.FreeTypeFont) -> str:
    """A caption, cut where its picture ends."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"
