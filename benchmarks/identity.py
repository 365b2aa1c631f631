"""Benchmark: is it still the same person to a face recogniser? Needs the extra ``identity``; else skipped, visibly."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from benchmarks.faces import spread_out
from benchmarks.report import Cell, Section, Table, median, progress, quantile
from benchmarks.sample import edited, of_all_tones
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import PhotoError, Refusal
from faceaug.face.decompose import decompose
from faceaug.face.landmarks import find_faces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.survey import Seen

SAME = 0.6
"""Distance below which dlib's model takes two photographs for one person (its author's threshold)."""

GOAL = 0.45

EDITS: dict[str, tuple[str, dict[str, float]]] = {
    "lighting, 45 degrees, 3:1": ("lighting", {"azimuth": 45.0, "elevation": 20.0, "key_fill": 3.0, "softness": 0.4}),
    "lighting, 60 degrees, 6:1": ("lighting", {"azimuth": -60.0, "elevation": 20.0, "key_fill": 6.0, "softness": 0.4}),
    "freckles, dense": ("freckles", {"density": 8.0, "radius": 0.7, "contrast": 0.5, "spread": 0.4}),
    "sensor, ISO 1600, JPEG 60": ("sensor", {"iso": 1600.0, "quality": 60.0}),
}

CHIP, PADDING = 150, 0.25
# fmt: off
CHIP_POINTS = (
    (263, 0.8595674595992, 0.2134981538014), (362, 0.6460604764104, 0.2289674387677),
    (33, 0.1205750620789, 0.2137274526848), (133, 0.3340850613712, 0.2290642403242),
    (94, 0.4901123135679, 0.6277975316475),
)
# fmt: on
"""Our point, and where dlib's five-point face has it (dlib, `get_face_chip_details`, Boost licence): corners of the
eyes, base of the nose. Its 68-point model, whose data forbid commercial use, is not touched."""


def identity(seen: Sequence[Seen]) -> Section:
    """Distances between photographs and their edited pictures."""
    about = (
        "Distance between the 128 numbers of dlib's face recogniser (weights in the CC0 package "
        f"face-recognition-models) for a photograph and its edited picture; below {SAME} its author takes two "
        f"photographs for one person. Goal: at most {GOAL} (median). For scale: the same sitter neutral and smiling, "
        "and different sitters."
    )
    missing = [name for name in ("dlib", "face_recognition_models") if find_spec(name) is None]
    if missing:
        row = (f"skipped: {' and '.join(missing)} not installed; pip install 'faceaug[identity]'", *[None] * 5)
        return Section("identity", "Identity", about, (Table(HEAD, (row,)),))
    return Section("identity", "Identity", about, (Table(HEAD, tuple(_rows(seen))),), (FROZEN,))


HEAD = ("picture", "pairs", "median distance", "p90", "largest", f"taken for one person (< {SAME})")
FROZEN = "One recogniser is one opinion, and this one is from 2017."


def _rows(seen: Sequence[Seen]) -> list[tuple[Cell, ...]]:
    model = recogniser()
    distances: dict[str, list[float]] = {name: [] for name in EDITS}
    for one in progress(of_all_tones(seen), "identity"):
        photo = read_photo(one.face.path)
        parts = decompose(photo)
        before = embedding(model, photo)
        for name, (edit, settings) in EDITS.items():
            try:
                picture = Photo.from_array(edited(parts, edit, settings).pixels[0])
                distances[name].append(float(np.linalg.norm(before - embedding(model, picture))))
            except (Refusal, PhotoError):
                continue
    sitters: dict[str, dict[str, Any]] = {}
    for one in seen:
        if one.face.dataset == "london":
            sitters.setdefault(one.face.identity, {})[one.face.expression] = one.face.path
    pairs = spread_out([both for both in sitters.values() if len(both) == 2], 20)
    known = [{name: embedding(model, read_photo(path)) for name, path in both.items()} for both in pairs]
    same = [float(np.linalg.norm(both["neutral"] - both["smiling"])) for both in known]
    other = [float(np.linalg.norm(a["neutral"] - b["neutral"])) for k, a in enumerate(known) for b in known[:k]]
    rows = [_row(name, values) for name, values in distances.items()]
    return [*rows, _row("*same sitter, neutral and smiling*", same), _row("*two sitters*", other)]


def _row(name: str, values: Sequence[float]) -> tuple[Cell, ...]:
    share = f"{100 * sum(value < SAME for value in values) / len(values):.0f} %" if values else None
    return name, len(values), median(values), quantile(values, 0.9), max(values, default=None), share


def recogniser() -> Any:
    """The model of dlib. Its package's own import needs something long gone, so the file is found by path."""
    import dlib

    spec = find_spec("face_recognition_models")
    assert spec is not None
    assert spec.origin is not None
    weights = Path(spec.origin).parent / "models" / "dlib_face_recognition_resnet_model_v1.dat"
    return dlib.face_recognition_model_v1(str(weights))


def embedding(model: Any, photo: Photo) -> np.ndarray:
    """128 numbers of the largest face.

    Raises:
        PhotoError: There is none.
    """
    found = find_faces(photo.pixels)
    if not found:
        raise PhotoError("no_face", "no face was found")
    return np.array(model.compute_face_descriptor(chip(photo.pixels, found[0][1].points[:, :2])))


def chip(pixels: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The upright cut of 150 pixels that the model expects, by a similarity of five points."""
    wanted = (np.array([place[1:] for place in CHIP_POINTS]) + PADDING) / (1 + 2 * PADDING) * CHIP
    given = points[[place[0] for place in CHIP_POINTS]].astype(np.float64)
    matrix, _ = cv2.estimateAffinePartial2D(given, wanted, method=cv2.LMEDS)
    shrink = float(np.hypot(matrix[0, 0], matrix[0, 1]))
    if shrink < 0.5:  # average first, or fine patterns alias
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.4 / shrink)
    return np.asarray(cv2.warpAffine(pixels, matrix, (CHIP, CHIP), flags=cv2.INTER_LINEAR), np.uint8)
