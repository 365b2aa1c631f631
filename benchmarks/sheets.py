"""Contact sheets of every edit on faces of all tones, to be looked at; they are never committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from benchmarks.report import progress
from benchmarks.sample import LOOKED_AT, stratified
from faceaug.data.photos import read_photo
from faceaug.edit import edits, get_edit
from faceaug.errors import Refusal
from faceaug.face.decompose import decompose
from faceaug.render import render
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.survey import Seen
    from faceaug.face.decomposition import Decomposition

ASKED: dict[str, tuple[dict[str, Any], ...]] = {
    "pose": (
        {"yaw": 30.0}, {"yaw": -30.0}, {"yaw": 20.0, "pitch": 10.0}, {"pitch": 15.0},
        {"yaw": -20.0, "roll": 8.0}, {"pitch": -15.0}, {"yaw": 35.0}, {"yaw": -12.0, "pitch": -8.0},
    ),
    "skin_tone": ({"ita": 60.0}, {"ita": -30.0}, {"ita": 20.0}, {"ita": -55.0}, {"ita": 40.0}, {"ita": -5.0}),
}  # fmt: skip
"""What the faces are asked for in turn; the other edits draw their usual settings."""

SIDE, COLUMNS, FACES = 380, 4, 8
"""Pixels along a tile, faces in a row and on a sheet: each stands above its edited picture."""


def write_sheets(folder: Path, seen: Sequence[Seen], only: Sequence[str] = ()) -> None:
    """Write the sheets of every edit, or of those named; ``<edit>_1.png`` and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in edits() if name in (only or edits())]
    rows: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for index, one in enumerate(progress(stratified(seen, LOOKED_AT), "sheets")):
        parts = decompose(read_photo(one.face.path))
        for name in names:
            rows[name].append(_pair(one, parts, name, index))
    for name, pairs in rows.items():
        for start in range(0, len(pairs), FACES):
            sheet = _grid(pairs[start : start + FACES])
            cv2.imwrite(str(folder / f"{name}_{start // FACES + 1}.png"), sheet[:, :, ::-1])
    print(f"contact sheets in {folder}")


def _grid(pairs: Sequence[np.ndarray]) -> np.ndarray:
    """The pairs in rows, the last one filled up with black."""
    lacking = -len(pairs) % COLUMNS
    padded = [*pairs, *[np.zeros_like(pairs[0])] * lacking]
    lines = [np.concatenate(padded[k : k + COLUMNS], axis=1) for k in range(0, len(padded), COLUMNS)]
    return np.concatenate(lines)


def _pair(one: Seen, parts: Decomposition, edit: str, index: int) -> np.ndarray:
    """The photograph above the edited picture, cut alike around the head."""
    asked = ASKED.get(edit, ({},))
    settings = asked[index % len(asked)]
    before = parts.photos[0].pixels
    low, high = parts.points[0, :, :2].amin(dim=0), parts.points[0, :, :2].amax(dim=0)
    x, y = ((low + high) / 2).tolist()
    half = 0.85 * float((high - low).max())
    try:
        scene = get_edit(edit)(Scene.of(parts, seed=index), **settings)
    except Refusal as refusal:
        after, title = np.zeros_like(before), refusal.reason
    else:
        after, title = render(scene).pixels[0], _told(settings or _first(scene, edit))
    name = f"{one.face.path.stem} {one.tone} {(one.values or {})['ita']:.0f}"
    return np.concatenate([_tile(before, x, y - 0.1 * half, half, name), _tile(after, x, y - 0.1 * half, half, title)])


def _first(scene: Scene, edit: str) -> dict[str, Any]:
    """The first settings that the edit used, as many as a tile has room for."""
    return {name: _plain(values) for name, values in list(scene.applied[edit].items())[:3]}


def _plain(values: Any) -> Any:
    first = values[0]
    return first if isinstance(first, str) else float(first)


def _told(settings: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value if isinstance(value, str) else f'{value:.3g}'}" for name, value in settings.items()
    )


def _tile(pixels: np.ndarray, x: float, y: float, half: float, title: str) -> np.ndarray:
    scale = SIDE / (2 * half)
    matrix = np.array([[scale, 0, SIDE / 2 - scale * x], [0, scale, SIDE / 2 - scale * y]])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    tile = cv2.warpAffine(pixels, matrix, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    cv2.putText(tile, title, (6, SIDE - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(tile, title, (6, SIDE - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return np.asarray(tile, np.uint8)
