"""One pass over the whole set: every photograph taken apart once, and what the other benchmarks need kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.looks import MEMORY, READING
from benchmarks.memory import code, digest
from benchmarks.report import progress
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import PhotoError
from faceaug.face.decompose import decompose
from faceaug.measure import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.faces import Face


@dataclass(frozen=True)
class Seen:
    """What was found in one photograph.

    Attributes:
        face: Which one.
        reason: Word by which it was refused, or nothing.
        sentence: The same as a sentence.
        faces_found: How many faces the photograph is said to show.
        points: Landmarks ``(478, 2)``, pixels; of a refused photograph none.
        pose: Yaw, pitch, roll, degrees.
        mirrored: The same of the mirrored photograph, if it was looked at and a face found.
        values: Numbers measured, by attribute.
        tone: Class of the skin's tone, or nothing on a grey photograph.
    """

    face: Face
    reason: str = ""
    sentence: str = ""
    faces_found: int = 0
    points: np.ndarray | None = None
    pose: tuple[float, float, float] | None = None
    mirrored: tuple[float, float, float] | None = None
    values: dict[str, float] | None = None
    tone: str = ""


def survey(faces: Sequence[Face]) -> list[Seen]:
    """Take every photograph apart, and its mirror image too for the pose, or recall what was seen the last time."""
    source = code(__name__, *READING)
    return [_recalled(face, source) for face in progress(faces, "survey")]


def _recalled(face: Face, source: str) -> Seen:
    kept = MEMORY.recall(("survey", digest(face.path), source), lambda: _plain(look(face)))
    points = None if kept["points"] is None else np.asarray(kept["points"])
    angles = {name: None if kept[name] is None else tuple(kept[name]) for name in ("pose", "mirrored")}
    return Seen(**{**kept, **angles, "points": points, "face": face})


def _plain(seen: Seen) -> dict[str, Any]:
    """What JSON can hold, without the face."""
    points = None if seen.points is None else seen.points.tolist()
    return {k: v for k, v in vars(seen).items() if k != "face"} | {"points": points}


def look(face: Face) -> Seen:
    """Take one photograph apart."""
    try:
        photo = read_photo(face.path)
        parts = decompose(photo)
    except PhotoError as error:
        return Seen(face, error.reason, error.sentence)
    known = measure(parts)
    numbers = {name: float(value.value) for name, value in known.items() if isinstance(value.value, int | float)}
    return Seen(
        face=face,
        faces_found=parts.faces_found[0],
        points=parts.points[0, :, :2].numpy().astype(np.float64),
        pose=_pose(numbers),
        mirrored=_mirrored(photo),
        values=numbers,
        tone=str(known["skin_tone"].value) if "skin_tone" in known else "",
    )


def _pose(numbers: dict[str, float]) -> tuple[float, float, float]:
    return numbers["yaw"], numbers["pitch"], numbers["roll"]


def _mirrored(photo: Photo) -> tuple[float, float, float] | None:
    """Pose in the mirror image: detector, landmarks and fit anew."""
    import torch

    from faceaug.face.geometry import fit_pose
    from faceaug.face.landmarks import find_faces

    found = find_faces(np.ascontiguousarray(photo.pixels[:, ::-1]))
    if not found:
        return None
    yaw, pitch, roll = fit_pose(torch.from_numpy(found[0][1].points)[None]).angles[0].tolist()
    return yaw, pitch, roll
