"""One picture made in one way, looked at with all instruments, once; the sections of the report read from that."""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.baselines import BASELINES
from benchmarks.faces import ROOT
from benchmarks.instruments import angles_of_five, cheek_tone, embedding, five_points, missing, pupils_of
from benchmarks.memory import Memory, code, digest
from benchmarks.report import pearson
from benchmarks.sample import clipped, fine_texture, lab_of, person_of, skin_of
from faceaug.data.photos import Photo, read_photo
from faceaug.edit import get_edit
from faceaug.errors import PhotoError, Refusal
from faceaug.face.decompose import decompose
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL, SURFACE_POINTS
from faceaug.measure import measure_glasses, measure_light, measure_pose, measure_tone
from faceaug.render import Rendering, render
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.faces import Face
    from faceaug.face.decomposition import Decomposition

    Extra = Callable[[Decomposition, Rendering], Mapping[str, Any]]

Look = dict[str, Any]

MEMORY = Memory(Path(os.environ.get("FACEAUG_BENCHMARKS") or ROOT / "out" / "benchmarks"))
"""What was measured before; another folder with FACEAUG_BENCHMARKS."""

LOOKING = "1"
"""Version of what is read off a picture here; raised when that changes."""

MEASURES = (measure_pose, measure_tone, measure_light, measure_glasses)
"""What is measured of a picture; the rest is of no use here and costs time."""

READING = ("faceaug.face.decompose", *(each.__module__ for each in MEASURES))
"""What a second look at a picture depends on."""

DRAWING = ("faceaug.face.decompose", "faceaug.render", "faceaug.scene")
"""What an edited picture depends on besides its edit."""

IDLE = ("faceaug.stages.turning.turn",)
"""Stages that hand on the very same picture unless the head is turned, and change too often to measure all anew."""

INSTRUMENTS = ("benchmarks.instruments", "benchmarks.sample")

MARGIN = 16
"""Pixels around the skin that the blur of `fine_texture` can reach."""

TURNING = ("pose", "mesh warp without layers")
"""Ways that move the head: their pictures are shown to MTCNN too."""


@dataclass(frozen=True)
class Case:
    """A way to make a picture of a photograph.

    Attributes:
        way: Name of an edit or of one of `BASELINES`.
        settings: What is asked for; an edit draws the rest.
        seed: Key of what is drawn.
    """

    way: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0

    @property
    def is_edit(self) -> bool:
        """Whether it is one of ours."""
        return self.way not in BASELINES

    @property
    def words(self) -> str:
        """The case as text, the same for the same case."""
        return json.dumps([self.way, self.settings, self.seed], sort_keys=True)


@lru_cache(maxsize=4)
def parts_of(path: Path) -> Decomposition:
    """A photograph taken apart."""
    return decompose(read_photo(path))


def make(parts: Decomposition, case: Case) -> Rendering | np.ndarray:
    """The picture: a rendering of an edit, bare pixels of a baseline.

    Raises:
        Refusal: The edit declines.
    """
    if not case.is_edit:
        return BASELINES[case.way](parts, case.settings)
    return render(get_edit(case.way)(Scene.of(parts, seed=case.seed), **case.settings))


def look(face: Face, case: Case, extra: Extra | None = None) -> Look:
    """Make a picture and look at it, or recall what was seen the last time.

    Args:
        face: Of whom.
        case: How.
        extra: What else to read off a rendering; its module's source is part of the key.

    Returns:
        ``{"refused": reason}``, or what `_seen` lists, and what ``extra`` adds.
    """
    besides = (extra.__module__, extra.__name__, code(extra.__module__)) if extra else ()
    key = (digest(face.path), case.words, LOOKING, drawing(case), code(*READING, *INSTRUMENTS))
    found: dict[str, Any] = MEMORY.recall((*key, *besides, str(missing())), lambda: _looked(face, case, extra))
    return found


def drawing(case: Case) -> str:
    """Digest of the code that makes a case's picture."""
    if not case.is_edit:
        return code("benchmarks.baselines")
    idle = () if case.way in TURNING else IDLE
    return code(*DRAWING, f"faceaug.edits.{case.way}", without=idle)


def before(face: Face) -> Look:
    """The same of the photograph itself, looked at with every instrument."""
    key = ("before", digest(face.path), LOOKING, code(*READING, *INSTRUMENTS))
    found: Look = MEMORY.recall(key, lambda: _read(face, read_photo(face.path).pixels, turned=True))
    return found


def _looked(face: Face, case: Case, extra: Extra | None) -> Look:
    parts = parts_of(face.path)
    try:
        made = make(parts, case)
    except Refusal as refusal:
        return {"refused": refusal.reason}
    pixels = made if isinstance(made, np.ndarray) else made.pixels[0]
    carried = None if isinstance(made, np.ndarray) else made.points[0]
    seen = {**_read(face, pixels, turned=case.way in TURNING), **_compared(face.path, pixels)}
    seen |= _distance(face, pixels, seen["points"])
    if carried is not None:
        seen["drift"] = _drift(seen, carried)
    if isinstance(made, Rendering):
        mask = made.masks.get(case.way)
        if mask is not None:
            changed = (pixels != parts.photos[0].pixels).any(axis=2)
            seen["outside_mask"] = int((changed & (mask[0] == 0)).sum())
        if extra is not None:
            seen |= extra(parts, made)
    del seen["points"]
    return seen


def _read(face: Face, pixels: np.ndarray, *, turned: bool) -> Look:
    """What the instruments say of a picture alone; pictures that are the same bytes are read once."""
    name = hashlib.sha256(pixels.tobytes() + str(pixels.shape).encode()).hexdigest()
    again = MEMORY.recall(("again", name, code(*READING)), lambda: _again(pixels))
    five = MEMORY.recall(("five", name, code("benchmarks.instruments")), lambda: _five(pixels)) if turned else None
    pupils = _pupils(face)
    return {**again, "five": five, "cheeks": None if pupils is None else cheek_tone(pixels, pupils)}


def _again(pixels: np.ndarray) -> Look:
    """The picture taken apart anew: numbers and words measured, landmarks."""
    try:
        parts = decompose(Photo.from_array(pixels))
    except PhotoError as error:
        return {"lost": error.reason, "values": {}, "points": None}
    values = {name: value.value for each in MEASURES for name, value in each(parts).items()}
    points = np.round(parts.points[0, :SURFACE_POINTS, :2].numpy().astype(float), 2).tolist()
    return {"lost": "", "values": values, "points": points}


def _five(pixels: np.ndarray) -> list[float] | None:
    found = five_points(pixels)
    return None if found is None else list(angles_of_five(found, (pixels.shape[0], pixels.shape[1])))


def _pupils(face: Face) -> np.ndarray | None:
    key = ("pupils", digest(face.path), code("benchmarks.instruments"))

    def find() -> Any:
        pupils = pupils_of(face, read_photo(face.path).pixels)
        return None if pupils is None else pupils.tolist()

    known = MEMORY.recall(key, find)
    return None if known is None else np.asarray(known)


def _compared(path: Path, pixels: np.ndarray) -> Look:
    """What the picture did to the photograph's pixels."""
    photo = parts_of(path).photos[0].pixels
    plain = _plain(path)
    changed = (pixels != photo).any(axis=2)
    apart = np.linalg.norm(lab_of(pixels) - plain.lab, axis=2)
    seen: Look = {"touched": float(changed.mean()), "off_person": float(apart[~plain.person].mean())}
    if plain.skin.sum() > 200:
        window = pixels[plain.box]
        skin = plain.skin[plain.box]
        seen["texture"] = pearson(plain.texture, fine_texture(window, skin))
        seen["clipped"] = max(0.0, clipped(window, skin) - clipped(photo[plain.box], skin))
    return seen


class _Plain(NamedTuple):
    """What is the same beside every picture of one photograph; ``box`` holds its bare skin and a margin."""

    lab: np.ndarray
    skin: np.ndarray
    person: np.ndarray
    box: tuple[slice, slice]
    texture: np.ndarray


@lru_cache(maxsize=2)
def _plain(path: Path) -> _Plain:
    parts = parts_of(path)
    photo, skin = parts.photos[0].pixels, skin_of(parts)
    y, x = np.nonzero(skin) if skin.any() else (np.zeros(1, int), np.zeros(1, int))
    box = (slice(max(0, y.min() - MARGIN), y.max() + MARGIN), slice(max(0, x.min() - MARGIN), x.max() + MARGIN))
    return _Plain(lab_of(photo), skin, person_of(parts), box, fine_texture(photo[box], skin[box]))


def _distance(face: Face, pixels: np.ndarray, points: list[list[float]] | None) -> Look:
    """How far the picture is from the photograph to dlib's recogniser; nothing where either cannot be had."""
    if points is None or missing():
        return {}
    return {"identity": float(np.linalg.norm(embedding(pixels, np.asarray(points)) - _own(face.path)))}


@lru_cache(maxsize=4)
def _own(path: Path) -> np.ndarray:
    """The photograph's own numbers."""
    parts = parts_of(path)
    return embedding(parts.photos[0].pixels, parts.points[0, :SURFACE_POINTS, :2].numpy())


def _drift(seen: Look, carried: np.ndarray) -> float:
    """Ninth decile of the landmarks' distance from where they were carried to, over the distance of the pupils."""
    if seen["points"] is None:
        return math.nan
    gaps = np.linalg.norm(np.asarray(seen["points"]) - carried[:SURFACE_POINTS, :2], axis=1)
    return float(np.quantile(gaps, 0.9) / np.linalg.norm(carried[LEFT_PUPIL, :2] - carried[RIGHT_PUPIL, :2]))
