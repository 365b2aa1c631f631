"""The work on one photograph: read, decompose once, render its variants, write them, and say what was done."""

from __future__ import annotations

import hashlib
import io
import json
import re
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from faceaug.data.files import seen_from
from faceaug.data.origin import as_its_file_says
from faceaug.data.photos import Photo, read_photo, write_atomic
from faceaug.data.record import Record
from faceaug.data.skip import DECLINED, INTERNAL, Skip
from faceaug.errors import FaceaugError, PhotoError
from faceaug.recipe.provenance import encoded, face_again, faces_of, photographed, rendered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition
    from faceaug.recipe.options import RunOptions
    from faceaug.recipe.schema import Recipe
    from faceaug.recipe.variants import Variant

__all__ = ["INTERNAL", "Job", "Outcome", "Skip", "do", "jobs_of"]

SUFFIX: Final = re.compile(r"_[fv]\d+$")
"""What a run puts behind a photograph's name; names that end like this by themselves get a hash, so that none meet."""

HASH_LENGTH: Final = 8
"""Hexadecimal digits that tell photographs of the same name apart: 32 bits."""

HASHED: Final = re.compile(rf"-[0-9a-f]{{{HASH_LENGTH}}}(-\d+)?$")
"""What is put behind such a name."""


@dataclass(frozen=True)
class Job:
    """One photograph of a run.

    Attributes:
        key: what its pictures are called, unique in the run without regard to case.
        path: its file.
        record: what is known about it.
        name: what its pictures would be called if no other photograph were called the same.
    """

    key: str
    path: Path
    record: Record
    name: str = ""

    @property
    def given(self) -> str:
        """Digest of everything that was known beforehand; when it changes, the photograph is done again."""
        return hashlib.sha256(f"{self.key}\n{self.record.to_json()}".encode()).hexdigest()[:16]

    def was(self, key: str, sha256: str | None) -> bool:
        """Whether an earlier run may have called this photograph otherwise, because others of its name were not there.

        Args:
            key: of the earlier run.
            sha256: digest of its file then; None if that is not known.
        """
        name = self.name.casefold()
        called = {key.casefold(), HASHED.sub("", key).casefold()}
        return key != self.key and name in called and sha256 in {None, _digest(self.path)}

    def check(self, sha256: str) -> None:
        """Refuse a photograph that is not the one that was recorded."""
        if self.record.sha256 and self.record.sha256 != sha256:
            raise PhotoError("changed", f"{self.path} is not the file that its record describes: the digests differ")


@dataclass(frozen=True)
class Outcome:
    """What became of one photograph.

    Attributes:
        key: of the job.
        given: of the job.
        sha256: digest of the photograph's file, '' if it could not be read.
        records: that of the photograph, then those of its pictures.
        files: path relative to the run's folder -> digest of what was written there.
        skip: why there are no pictures, or None.
        declined: pictures that would be the photograph unchanged, and were not made; others were.
    """

    key: str
    given: str
    sha256: str
    records: tuple[Record, ...] = ()
    files: Mapping[str, str] | None = None
    skip: Skip | None = None
    declined: tuple[Skip, ...] = ()

    def to_json(self) -> str:
        """One line of JSON."""
        values: dict[str, Any] = {"key": self.key, "given": self.given, "sha256": self.sha256}
        if self.skip is not None:
            values["skip"] = self.skip.as_dict()
        else:
            values |= {"records": [record.as_dict() for record in self.records], "files": dict(self.files or {})}
        if self.declined:
            values["declined"] = [skip.as_dict() for skip in self.declined]
        return json.dumps(values, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Outcome:
        """Read what `to_json` wrote."""
        skip = Skip(**values["skip"]) if "skip" in values else None
        records = tuple(Record.from_json(record) for record in values.get("records", ()))
        declined = tuple(Skip(**one) for one in values.get("declined", ()))
        return cls(values["key"], values["given"], values["sha256"], records, values.get("files"), skip, declined)


def jobs_of(sources: Sequence[str | Path | Record], root: Path) -> list[Job]:
    """Name the photographs of a run.

    A photograph is called by its file's name without extension (a record by its id). Where two would be called the
    same, all of them get a part of their content's digest behind the name, so that names do not depend on order, and of
    other photographs only on whether there are any of the same name. When one comes or goes, a run that is started
    again makes the pictures of the others anew, under their new names, as if it had always been there.

    Args:
        sources: files, or records whose photographs lie relative to `root`.
        root: folder of the records' manifest.
    """
    paths = [source.located(root) if isinstance(source, Record) else Path(source) for source in sources]
    names = [
        re.sub(r"[^\w.-]+", "_", source.id if isinstance(source, Record) else path.stem).strip("._") or "photo"
        for source, path in zip(sources, paths, strict=True)
    ]
    often = Counter(name.casefold() for name in names)
    jobs: list[Job] = []
    seen: Counter[str] = Counter()
    for source, path, name in zip(sources, paths, names, strict=True):
        key = name
        if often[name.casefold()] > 1 or SUFFIX.search(name):
            key = f"{name}-{_digest(path)[:HASH_LENGTH]}"
            seen[key.casefold()] += 1
            if seen[key.casefold()] > 1:
                key = f"{key}-{seen[key.casefold()]}"
        record = source if isinstance(source, Record) else Record(id=key, photo=path.name)
        jobs.append(Job(key, path, record, name))
    return jobs


def _digest(path: Path) -> str:
    """SHA-256 of a file; of its path where it cannot be read (it will be skipped by name)."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return hashlib.sha256(path.as_posix().encode()).hexdigest()


def do(job: Job, recipe: Recipe, options: RunOptions, out: Path) -> Outcome:
    """Make all pictures of one photograph.

    Raises:
        FaceaugError: if a file cannot be written. Everything that is wrong with the photograph is in the outcome
            instead.
    """
    sha256, shown = "", seen_from(job.path, out)
    try:
        photo = read_photo(job.path)
        sha256 = photo.sha256
        job.check(sha256)
        return _edited(job, photo, recipe, options, out)
    except PhotoError as error:
        skip = Skip(shown, error.reason, error.sentence)
    except FaceaugError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        skip = Skip(shown, INTERNAL, f"{job.path}: {type(error).__name__}: {error} (at {place}; please report this)")
    return Outcome(job.key, job.given, sha256, skip=skip)


def _edited(job: Job, photo: Photo, recipe: Recipe, options: RunOptions, out: Path) -> Outcome:
    """Decompose a photograph, render and write."""
    faces = faces_of(photo, options)
    files: dict[str, str] = {}
    record = as_its_file_says(job.record, job.path)
    parent = photographed(record, seen_from(job.path, out), photo.sha256, _measured(faces[0], options), faces[0])
    records, declined = [parent], []
    for face in faces:
        index = face.face[0] if options.faces == "all" else 0
        name = f"{job.key}_f{index}" if index else job.key
        known = parent if not index else replace(parent, attributes={**parent.attributes, **_measured(face, options)})
        for variant in recipe.variants(face, record=known, batch=options.batch):
            picture = f"{name}_v{variant.number}"
            if variant.declined:
                declined.append(Skip(parent.photo, DECLINED, f"every edit declined: {variant.declined}", picture))
                continue
            file = f"pictures/{picture}.{options.format}"
            data = encoded(variant, photo, options, picture, recipe.digest)
            files |= _write(out, file, data)
            files |= _write(out, f"landmarks/{picture}.json", _landmarks(variant))
            for mask, pixels in variant.masks.items() if options.masks else ():
                files |= _write(out, f"masks/{picture}_{mask}.png", _png(pixels))
            records.append(
                rendered(
                    known,
                    recipe,
                    variant,
                    id=picture,
                    photo=file,
                    face=index,
                    sha256=files[file],
                    measured=_measured_again(variant, options),
                )
            )
    if declined and len(records) == 1:
        why = "; ".join(dict.fromkeys(skip.sentence for skip in declined))
        return Outcome(job.key, job.given, photo.sha256, skip=Skip(parent.photo, DECLINED, why))
    return Outcome(job.key, job.given, photo.sha256, tuple(records), files, declined=tuple(declined))


def _measured(face: Decomposition, options: RunOptions) -> dict[str, Value]:
    """Attributes read off a face."""
    if not options.measure:
        return {}
    from faceaug.measure import measure

    return dict(measure(face))


def _measured_again(variant: Variant, options: RunOptions) -> dict[str, Value] | None:
    """Attributes read off a picture, found anew; none where no face is found any more."""
    if not options.measure:
        return None
    try:
        return _measured(face_again(Photo.from_array(variant.pixels), variant.points, options), options)
    except PhotoError:
        return {}


def _write(out: Path, name: str, data: bytes) -> dict[str, str]:
    """Write one file of the run; its name and digest."""
    write_atomic(out / PurePosixPath(name), data)
    return {name: hashlib.sha256(data).hexdigest()}


def _landmarks(variant: Variant) -> bytes:
    """Landmarks of one picture as JSON, to a thousandth of a pixel."""
    height, width = variant.pixels.shape[:2]
    points = [[round(float(value), 3) for value in point] for point in variant.points]
    return (json.dumps({"width": width, "height": height, "points": points}) + "\n").encode()


def _png(mask: npt.NDArray[np.uint8]) -> bytes:
    """A label mask as a grey PNG."""
    file = io.BytesIO()
    Image.fromarray(mask).save(file, "PNG")
    return file.getvalue()
