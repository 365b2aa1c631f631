"""Making a sample of the renderings again, from their records alone, and comparing the bytes."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from faceaug.errors import FaceaugError
from faceaug.recipe.provenance import made_again

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from faceaug.data.record import Record

__all__ = ["chosen", "file_faults", "replayed"]


@dataclass(frozen=True)
class Differing:
    """A rendering that was not made again as it is.

    Attributes:
        id: of its record.
        why: a sentence.
        levels: largest difference of a pixel, 8-bit levels; None where there is nothing to compare.
    """

    id: str
    why: str
    levels: int | None = None


def chosen(records: Sequence[Record], count: int) -> list[Record]:
    """Take a sample of the renderings: those whose ids have the smallest hashes, so that it is the same every time.

    Args:
        records: of all pictures.
        count: how many; all, where there are no more.
    """
    drawn = [record for record in records if record.origin == "rendered" and record.recipe]
    return sorted(drawn, key=lambda record: hashlib.sha256(f"verify {record.id}".encode()).hexdigest())[:count]


def file_faults(records: Sequence[Record], root: Path) -> list[dict[str, str]]:
    """Files that are missing, or not what their records say; a record without a digest says nothing.

    Args:
        records: of all pictures.
        root: folder that their paths are relative to.
    """
    faults = []
    for record in records:
        path = record.located(root)
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            faults.append({"id": record.id, "what": f"{path} cannot be read: {error.strerror or error}"})
            continue
        if record.sha256 and digest != record.sha256:
            faults.append({"id": record.id, "what": f"{path} has been changed since it was recorded"})
    return faults


def replayed(
    sample: Sequence[Record],
    records: Sequence[Record],
    root: Path,
    *,
    photos: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Make renderings again and compare them with their files.

    Args:
        sample: the renderings.
        records: all records; those of the photographs are among them.
        root: folder of the manifest.
        photos: where the photographs are now, if they have moved.
        progress: called after each picture.

    Returns:
        JSON values: asked, identical, and the differing ones with the reason of each.
    """
    parents = {record.id: record for record in records}
    differing = []
    for done, record in enumerate(sample, 1):
        if (found := _difference(record, parents, root, photos)) is not None:
            differing.append(vars(found))
        if progress is not None:
            progress(done, len(sample))
    return {"asked": len(sample), "identical": len(sample) - len(differing), "differing": differing}


def _difference(record: Record, parents: dict[str, Record], root: Path, photos: Path | None) -> Differing | None:
    """What is different about one rendering that is made again, or None."""
    parent = parents.get(record.parent or "")
    if parent is None:
        return Differing(record.id, f"its photograph {record.parent!r} has no record")
    try:
        data = made_again(record, parent, root, photos)
        stored = record.located(root).read_bytes()
    except FaceaugError as error:
        return Differing(record.id, str(error))
    except OSError as error:
        return Differing(record.id, f"its file cannot be read: {error.strerror or error}")
    if data == stored:
        return None
    return Differing(record.id, f"its bytes differ (faceaug {record.version or '?'} made it)", _levels(data, stored))


def _levels(first: bytes, second: bytes) -> int | None:
    """Largest difference between the pixels of two files."""
    try:
        a, b = (np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.int16) for data in (first, second))
    except OSError:
        return None
    return int(np.abs(a - b).max()) if a.shape == b.shape else None
