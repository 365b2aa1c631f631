"""Making the planned pictures of one photograph: render, write, measure again, judge; try again where that fails."""

from __future__ import annotations

import hashlib
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.photos import photo_of, read_photo, write_atomic
from faceaug.data.record import Record
from faceaug.errors import FaceaugError, PhotoError
from faceaug.plan.augment.milder import milder
from faceaug.plan.gate import Expectation, judge
from faceaug.plan.gate.identity import recogniser
from faceaug.recipe.jobs import INTERNAL
from faceaug.recipe.provenance import encoded, face_again, faces_of, rendered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.data.attributes import Value
    from faceaug.data.photos import Photo
    from faceaug.face.decomposition import Decomposition
    from faceaug.plan.plan import Entry
    from faceaug.recipe.options import RunOptions

__all__ = ["Made", "Rejection", "Source", "make"]

AGAIN: Final = 100_000
"""What a further attempt adds to the number of its variant, so that it draws other values than any planned picture."""


@dataclass(frozen=True)
class Source:
    """A photograph, and what is to be made of it.

    Attributes:
        path: its file.
        record: what is known about it.
        entries: of the plan, all with this source.
    """

    path: Path
    record: Record
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Rejection:
    """A picture that was not kept.

    Attributes:
        entry: of the plan.
        attempt: from 0.
        reasons: sentences.
        checks: check -> passed, score, bound, sentence; empty where the picture was not even rendered.
        record: what it would have been, as JSON values.
        kept: where the picture is, in the folder of the work and then in that of the version, or "".
    """

    entry: str
    attempt: int
    reasons: tuple[str, ...]
    checks: Mapping[str, Any]
    record: Mapping[str, Any]
    kept: str = ""

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that it did not pass; `refused` where an edit declined."""
        return tuple(name for name, one in self.checks.items() if not one["passed"]) or ("refused",)


@dataclass(frozen=True)
class Made:
    """What became of one entry.

    Attributes:
        entry: its id.
        given: digest of all that it was made from.
        record: of the picture, or None where every attempt was rejected.
        rejected: the attempts that were, in order.
        skip: reason and sentence where the photograph itself could not be used, or None.
    """

    entry: str
    given: str
    record: Record | None
    rejected: tuple[Rejection, ...] = ()
    skip: tuple[str, str] | None = None


@dataclass(frozen=True)
class Before:
    """A photograph before anything is made of it: taken apart, on record, and measured."""

    face: Decomposition
    record: Record
    measured: Mapping[str, Value]


@dataclass(frozen=True)
class Making:
    """How pictures are made; travels to the workers.

    Attributes:
        folder: where pictures are written: `pictures/<digest>.<format>` and `rejected/...`.
        axes: attributes that were planned for, and their classes.
        attempts: how often a picture is tried, at least 1.
        keep_rejected: store rejected pictures, too.
        options: of a run: format, quality, detector, device.
    """

    folder: Path
    axes: Sequence[Axis]
    attempts: int
    keep_rejected: bool
    options: RunOptions


def make(source: Source, making: Making) -> list[Made]:
    """Make all planned pictures of one photograph.

    Returns:
        One result an entry, in their order. Whatever is wrong with the photograph is in them.

    Raises:
        FaceaugError: a file cannot be written.
    """
    from faceaug.measure import measure

    try:
        face = faces_of(_read(source), making.options)[0]
        before = Before(face, source.record, measure(face))
        return [_one(entry, before, making) for entry in source.entries]
    except PhotoError as error:
        skip = (error.reason, error.sentence)
    except FaceaugError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        skip = (INTERNAL, f"{source.path}: {type(error).__name__}: {error} (at {place}; please report this)")
    return [Made(entry.id, digest_of(entry, source.record), None, skip=skip) for entry in source.entries]


def _read(source: Source) -> Photo:
    """The photograph, if it is the very one that the plan was made for."""
    photo = read_photo(source.path)
    planned = {source.record.sha256, *(entry.sha256 for entry in source.entries)} - {""}
    if planned - {photo.sha256}:
        raise PhotoError("changed", f"{source.path} is not the file that was planned with: the digests differ")
    return photo


def digest_of(entry: Entry, record: Record) -> str:
    """Digest of everything that decides what an entry becomes; when it changes, the picture is made again."""
    return hashlib.sha256(f"{entry.to_json()}\n{record.to_json()}".encode()).hexdigest()[:16]


def _one(entry: Entry, before: Before, making: Making) -> Made:
    """Try until a picture is kept, or often enough."""
    rejected = []
    record = None
    for attempt in range(making.attempts):
        found = _try(entry, attempt, before, making)
        if isinstance(found, Record):
            record = found
            break
        rejected.append(found)
    return Made(entry.id, digest_of(entry, before.record), record, tuple(rejected))


def _try(entry: Entry, attempt: int, before: Before, making: Making) -> Record | Rejection:
    """Render one picture, look at what its file shows, and keep it or say why not."""
    from faceaug.measure import measure

    asked = milder(entry.edits, attempt, before.measured)
    recipe = replace(entry, variant=entry.variant + attempt * AGAIN, edits=asked).recipe()
    variant = recipe.variants(before.face, record=before.record)[0]
    data = encoded(variant, before.face.photos[0], making.options, entry.id, recipe.digest)
    try:
        after = face_again(photo_of(data, entry.id), variant.points, making.options)
    except PhotoError:
        after = None
    found = {} if after is None else measure(after)
    record = rendered(
        before.record, recipe, variant, id=entry.id, measured=found, sha256=hashlib.sha256(data).hexdigest()
    )
    record = replace(record, requested={**record.requested, "expected": dict(entry.expected)})
    if variant.refused:
        reasons = tuple(f"{name}: {why}" for name, why in sorted(variant.refused.items()))
        return Rejection(entry.id, attempt, reasons, {}, record.as_dict())
    expectation = Expectation(making.axes, entry.expected, record.attributes, found, before.measured)
    verdict = judge(before.face, after, variant, expectation, recogniser())
    file = f"{record.sha256}.{making.options.format}"
    if verdict.accepted:
        write_atomic(making.folder / "pictures" / file, data)
        return replace(record, photo=f"pictures/{file}")
    kept = f"rejected/{file}" if making.keep_rejected else ""
    if kept:
        write_atomic(making.folder / kept, data)
    return Rejection(entry.id, attempt, verdict.reasons, verdict.as_dict(), record.as_dict(), kept)
