"""What tests of exports share: small pictures with points, and an export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from faceaug.data.keypoints import HIDDEN, KEYPOINTS, OUTSIDE, POINTS
from faceaug.data.record import Record
from faceaug.data.versions.opening import Pictures
from faceaug.export.making import Wanted, export

FACE = {"face_x": 0.5, "face_y": 0.5, "face_size": 0.5}

DOTS = {name: [0.5, round(0.01 * number, 2), 2] for number, name in enumerate(POINTS)} | {
    "chin": [0.5, 1.25, OUTSIDE],
    "right_ear": [0.25, 0.5, HIDDEN],
}
"""A column of points, of which one is outside the picture and one turned away."""


def picture(folder: Path, name: str, shade: int, **more: object) -> Record:
    """A small picture whose face is in the middle."""
    path = folder / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((40, 30, 3), shade, np.uint8)).save(path)
    measured = {key: {"value": value, "reliability": 1.0} for key, value in FACE.items()}
    return Record(id=name, photo=f"{name}.png", measured={**measured, KEYPOINTS: DOTS}, **more)  # type: ignore[arg-type]


def exported(pictures: Pictures, out: Path, form: str, **more: object) -> Path:
    made = export(pictures, out, Wanted(form, **more))  # type: ignore[arg-type]
    assert made.new
    assert (out / "README.md").is_file()
    return out
