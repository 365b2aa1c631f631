"""Letters on pictures that we draw: one font for all, the same on every machine."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PIL import ImageFont

FONT: Final = "mpl-data/fonts/ttf/DejaVuSans.ttf"
"""DejaVu Sans, which matplotlib carries: file names and labels hold Latin, Greek and Cyrillic letters with accents, and
Pillow's own font has the plain ones alone."""


@cache
def lettering(size: int) -> ImageFont.FreeTypeFont:
    """The font of captions, titles and names, ``size`` pixels high.

    Raises:
        FileNotFoundError: matplotlib, which faceaug depends on, is not installed or lacks its fonts.
    """
    found = find_spec("matplotlib")  # not imported: a contact sheet plots nothing
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        if (path := Path(folder, FONT)).is_file():
            return ImageFont.truetype(str(path), size)
    msg = f"matplotlib's {FONT} is missing; pip install matplotlib brings it back"
    raise FileNotFoundError(msg)
