"""Contact sheets of the benchmark's pictures, to be looked at; they are never committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.report import progress
from benchmarks.sample import edited, of_all_tones
from faceaug.data.photos import read_photo
from faceaug.errors import Refusal
from faceaug.face.decompose import decompose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.survey import Seen

COLUMNS: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("key left", "lighting", {"azimuth": -60.0, "elevation": 20.0, "key_fill": 4.0, "softness": 0.4}),
    ("key right", "lighting", {"azimuth": 60.0, "elevation": 20.0, "key_fill": 4.0, "softness": 0.4}),
    ("key above", "lighting", {"azimuth": 0.0, "elevation": 45.0, "key_fill": 4.0, "softness": 0.4}),
    ("freckles", "freckles", {"density": 6.0, "radius": 0.6, "contrast": 0.45, "spread": 0.2}),
    ("sensor", "sensor", {"iso": 1600.0, "quality": 60.0, "defocus": 0.6}),
)
SIDE, ROWS = 300, 8
"""Pixels along a tile, and faces on a sheet."""


def write_sheets(folder: Path, seen: Sequence[Seen]) -> None:
    """Write the sample of forty faces with each edit, eight faces a sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(one) for one in progress(of_all_tones(seen), "sheets")]
    for start in range(0, len(rows), ROWS):
        sheet = np.concatenate(rows[start : start + ROWS])
        cv2.imwrite(str(folder / f"sheet_{start // ROWS + 1}.png"), sheet[:, :, ::-1])
    print(f"contact sheets in {folder}")


def _row(one: Seen) -> np.ndarray:
    photo = read_photo(one.face.path)
    parts = decompose(photo)
    low, high = parts.points[0, :, :2].amin(dim=0), parts.points[0, :, :2].amax(dim=0)
    x, y = ((low + high) / 2).tolist()
    half = 0.95 * float((high - low).max())
    tiles = [_tile(photo.pixels, x, y, half, one.face.name)]
    for title, edit, settings in COLUMNS:
        try:
            tiles.append(_tile(edited(parts, edit, settings).pixels[0], x, y, half, title))
        except Refusal as refusal:
            tiles.append(_tile(np.zeros_like(photo.pixels), x, y, half, refusal.reason))
    return np.concatenate(tiles, axis=1)


def _tile(pixels: np.ndarray, x: float, y: float, half: float, title: str) -> np.ndarray:
    scale = SIDE / (2 * half)
    matrix = np.array([[scale, 0, SIDE / 2 - scale * x], [0, scale, SIDE / 2 - scale * y]])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    tile = cv2.warpAffine(pixels, matrix, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    cv2.putText(tile, title, (6, SIDE - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(tile, title, (6, SIDE - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return np.asarray(tile, np.uint8)
