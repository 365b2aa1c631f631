"""How a photograph's file was compressed, so that what is made of it can be compressed alike.

A model finds whatever tells renderings from photographs, and a codec of their own tells every one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PIL import JpegImagePlugin

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Jpeg", "jpeg_of"]

SIDE: Final = 8
"""Of a block of the discrete cosine transform (ITU-T T.81)."""

LARGEST: Final = 255
"""Of a step in a baseline file."""

SAMPLINGS: Final = {0, 1, 2}
"""Pillow's numbers for colour at full resolution (4:4:4), at half along the rows (4:2:2), and both ways (4:2:0)."""

TALL: Final = 1
"""The one of them that is no longer itself when a picture is turned by a right angle."""


@dataclass(frozen=True)
class Jpeg:
    """The lossy part of a JPEG file's compression.

    Attributes:
        tables: steps of quantisation, 64 each, row by row: of lightness and, where the file has colour, of colour.
        sampling: 0 for colour at full resolution, 1 at half along the rows, 2 both ways.
    """

    tables: tuple[tuple[int, ...], ...]
    sampling: int

    def turned(self) -> Jpeg:
        """The same for a picture whose rows have become columns; colour that was halved one way is kept whole."""
        tables = tuple(
            tuple(table[SIDE * column + row] for row in range(SIDE) for column in range(SIDE)) for table in self.tables
        )
        return Jpeg(tables, 0 if self.sampling == TALL else self.sampling)

    def saving(self) -> dict[str, Any]:
        """Arguments for Pillow's `save`."""
        return {"qtables": [list(table) for table in self.tables], "subsampling": self.sampling}


def jpeg_of(image: Image.Image) -> Jpeg | None:
    """How an opened picture was compressed; None where it is no JPEG of light and colour in one byte a step."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.mode not in {"RGB", "L"}:
        return None
    if image.info.get("adobe_transform") == 0 and image.mode == "RGB":
        return None  # three channels that are not split into light and colour
    tables = tuple(tuple(table) for _, table in sorted(image.quantization.items()))[:2]
    sampling = JpegImagePlugin.get_sampling(image) if image.mode == "RGB" else 0
    usable = tables and sampling in SAMPLINGS and max(map(max, tables)) <= LARGEST
    return Jpeg(tables, sampling) if usable else None
