"""Can renderings be told from photographs by their pixels, overall and within groups?"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.photos import Photo, read_photo
from faceaug.errors import PhotoError
from faceaug.export.box import face_box
from faceaug.plan.verify.telltale import FEATURES, local_statistics, told_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from faceaug.data.record import Record

__all__ = ["TARGET", "giveaway"]

TARGET: Final = 0.6
"""AUC up to which renderings count as hard to tell (our choice; 0.5 is a toss-up)."""

FEW: Final = 10
"""A group with fewer photographs, renderings or people than this says nothing."""


def giveaway(
    records: Sequence[Record],
    root: Path,
    *,
    most: int = 400,
    by: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Train a small classifier on edges, grain and colour of the faces, and try it on people it has not seen.

    The files are compared as a training would see them: a photograph that came as an 8-bit JPEG of another quality than
    the renderings is told by that too.

    Args:
        records: of all pictures.
        root: folder that their paths are relative to.
        most: pictures of each kind that are looked at; those whose ids have the smallest hashes.
        by: attributes of words whose values are groups.
        progress: called after each picture.

    Returns:
        JSON values: `overall` (auc, low, high, pictures, people; or `why` there is none), `groups` (attribute, value,
        and the same), `target`, and how many pictures could not be read.
    """
    kinds = [_some(records, origin, most) for origin in ("camera", "rendered")]
    chosen = [record for kind in kinds for record in kind]
    if min(map(len, kinds)) < FEW:  # no file has to be read to say so
        features, rows = np.zeros((len(chosen), FEATURES)), chosen
    else:
        features, rows = _described(chosen, root, progress)
    groups = []
    for name in by:
        words = sorted({str(_word(record, name)) for record in rows if _word(record, name) is not None})
        for word in words:
            mask = np.array([_word(record, name) == word for record in rows])
            found = _apart(features[mask], [record for record, own in zip(rows, mask, strict=True) if own])
            groups.append({"attribute": name, "value": word, **found})
    return {
        "overall": _apart(features, rows),
        "groups": groups,
        "target": TARGET,
        "unreadable": len(chosen) - len(rows),
    }


def _described(
    chosen: Sequence[Record], root: Path, progress: Callable[[int, int], None] | None
) -> tuple[npt.NDArray[np.float64], list[Record]]:
    """Statistics of the pictures that can be read, (N, FEATURES), and which those are."""
    described, rows = [], []
    for done, record in enumerate(chosen, 1):
        if (features := _features(record, root)) is not None:
            described.append(features)
            rows.append(record)
        if progress is not None:
            progress(done, len(chosen))
    return np.stack(described) if described else np.zeros((0, FEATURES)), rows


def _some(records: Sequence[Record], origin: str, most: int) -> list[Record]:
    """A sample of one kind."""
    own = [record for record in records if record.origin == origin]
    return sorted(own, key=lambda record: hashlib.sha256(f"giveaway {record.id}".encode()).hexdigest())[:most]


def _features(record: Record, root: Path) -> npt.NDArray[np.float64] | None:
    """Statistics of the face in a picture's file; None where it cannot be read or is too small."""
    try:
        photo = read_photo(record.located(root))
    except PhotoError:
        return None
    return local_statistics(photo.pixels, _face(record, photo))


def _face(record: Record, photo: Photo) -> npt.NDArray[np.bool_] | None:
    """Where the face is, as it was measured; None for the whole picture where that is not known."""
    box = face_box(record.measured, photo.width, photo.height)
    if box is None:
        return None
    left, upper, width, height = (round(value) for value in box)
    region = np.zeros((photo.height, photo.width), np.bool_)
    region[upper : upper + height, left : left + width] = True
    return region


def _word(record: Record, name: str) -> str | None:
    """A word that is known about a picture."""
    value = record.attributes.get(name)
    return value.value if value is not None and value.known and isinstance(value.value, str) else None


def _apart(features: npt.NDArray[np.float64], rows: Sequence[Record]) -> dict[str, Any]:
    """How well the renderings of a group are told apart, or why that cannot be said."""
    rendered = np.array([record.origin == "rendered" for record in rows], np.bool_)
    people = [record.subject or record.parent or record.id for record in rows]
    sizes = (int((~rendered).sum()), int(rendered.sum()), len(set(people)))
    if min(sizes) < FEW:
        told = f"{sizes[0]} photographs and {sizes[1]} renderings of {sizes[2]} people"
        return {"why": f"too few: {told}, but {FEW} of each are needed"}
    found = told_apart(features, rendered, people)
    return {
        "auc": found.auc,
        "low": found.low,
        "high": found.high,
        "pictures": found.pictures,
        "people": found.people,
    }
