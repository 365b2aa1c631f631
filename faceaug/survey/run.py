"""Measure photographs on disk, in several processes, and keep what was read."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from faceaug.data.attributes import MEASURING
from faceaug.data.files import unread
from faceaug.data.manifest import list_photos
from faceaug.data.mixed import unmixed
from faceaug.data.origin import as_its_file_says
from faceaug.data.photos import find_photos
from faceaug.data.record import Record
from faceaug.data.skip import Skip
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.survey.cache import Cache, cache_folder
from faceaug.survey.joining import joined
from faceaug.survey.reading import Detector, Faces, Look, Reading, look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Progress", "Survey", "survey"]


@dataclass(frozen=True)
class Progress:
    """How far a survey is; given to the callback at the start and after every photograph.

    Attributes:
        done: photographs that are done, skipped ones included.
        total: photographs in all.
        cached: those of them that had been measured before.
        skipped: those of them that could not be measured.
    """

    done: int
    total: int
    cached: int
    skipped: int


@dataclass(frozen=True)
class Survey:
    """What is known about the photographs of a data set.

    Attributes:
        records: one for each photograph (with `faces="all"`, one for each face), in the order of the sources. A
            photograph that was skipped is among them only if the user told something about it: its labels still
            count, and `refused["measure"]` says why nothing was measured.
        skipped: photographs that could not be measured: the path, a machine word and a sentence.
        photographs: how many were asked for.
        cached: how many of them had been measured before.
        faults: attributes that were told in other words than they are measured in; of these what was told counts alone.
    """

    records: tuple[Record, ...]
    skipped: tuple[Skip, ...]
    photographs: int
    cached: int
    faults: tuple[Fault, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Reason of a skip -> photographs."""
        return dict(sorted(Counter(skip.reason for skip in self.skipped).items()))


def survey(
    sources: Sequence[str | Path | Record],
    *,
    root: str | Path = ".",
    cache: str | Path | None = None,
    workers: int = 0,
    faces: Faces = "largest",
    detector: Detector = "auto",
    device: str = "cpu",
    progress: Callable[[Progress], None] | None = None,
) -> Survey:
    """Measure photographs: each is taken apart once, ever, as long as its file does not change.

    What is read is kept by (digest of the file, version of the measurements, faces, detector, device), so that a
    second survey only computes digests, and one that was killed goes on where it was. The result depends neither on
    workers nor on what was kept.

    What the user told wins over what was measured; what was measured is always in `record.measured`, too. Labels of
    a photograph are about its largest face: the records of further faces keep its split, but neither its subject nor
    its labels.

    Args:
        sources: folders, patterns and files, or records; not both.
        root: folder of the records' manifest; their paths, also those of the result, are relative to it.
        cache: folder where readings are kept; `cache_folder()` unless given.
        workers: further processes; 0 for this process alone.
        faces: measure the largest face of a photograph, or each one.
        detector: which face detector to use; `auto` takes the fast one, and the other one where it finds nothing.
        device: where to compute: cpu, cuda, cuda:1, ...
        progress: called at the start and after every photograph.

    Raises:
        RequestError: nothing was found, or `faces` or `detector` is another word.
        FaceaugError: the cache cannot be used, or a worker died.
    """
    _check(faces, detector)
    records, root = _records(sources, Path(root)), Path(root)
    how = f"{faces} {detector} {device.split(':', maxsplit=1)[0]}"
    place = Path(cache) if cache is not None else cache_folder()
    with Cache.opened(place, measuring=MEASURING, how=how) as kept:
        work = _Work(records, root, kept, progress)
        jobs = [Look(path, sha256, faces, detector, device) for sha256, path in work.look_up()]
        if jobs:
            from faceaug.recipe.pool import finished  # what takes photographs apart is loaded only if there are any

            with closing(finished(look, jobs, workers, lambda _: None)) as readings:
                for sha256, reading in readings:
                    work.finish(sha256, reading)
    return work.outcome()


def _check(faces: str, detector: str) -> None:
    """Refuse words that mean nothing."""
    asked = (("faces", faces, get_args(Faces)), ("detector", detector, get_args(Detector)))
    faults = []
    for name, word, words in asked:
        if word not in words:
            near = did_you_mean(word, words)
            hint = f"; did you mean {near!r}?" if near else ""
            faults.append(Fault("", f"{name} is {word!r}, but must be one of {', '.join(words)}{hint}"))
    if faults:
        raise RequestError(faults, "nothing was measured")


def _records(sources: Sequence[str | Path | Record], root: Path) -> list[Record]:
    """A record for each photograph."""
    paths = [source for source in sources if not isinstance(source, Record)]
    if not paths:
        return [source for source in sources if isinstance(source, Record)]
    if len(paths) < len(sources):
        msg = "sources must be all records or all paths"
        raise ValueError(msg)
    return list_photos(find_photos(paths), root)


class _Work:
    """The photographs of a survey: those that are done, and those that are left."""

    def __init__(
        self, records: Sequence[Record], root: Path, cache: Cache, callback: Callable[[Progress], None] | None
    ) -> None:
        self.records = records
        self.paths = [record.located(root) for record in records]
        self.cache = cache
        self.callback = callback
        self.readings: dict[int, Reading] = {}
        self.left: dict[str, list[int]] = {}
        self.cached = self.skipped = 0

    def look_up(self) -> list[tuple[str, Path]]:
        """Take what has been measured before; the digests and files that have not, each content once."""
        self.tell()
        for number, path in enumerate(self.paths):
            sha256, known = self._known(path, self.records[number].sha256)
            if known is None:
                self.left.setdefault(sha256, []).append(number)
            else:
                self.note([number], known)
        return [(sha256, self.paths[numbers[0]]) for sha256, numbers in self.left.items()]

    def _known(self, path: Path, told: str) -> tuple[str, Reading | None]:
        """Digest of a file, and what is known about it without taking it apart."""
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            why = f"{path} {unread(path, error)}"
            return "", Reading("", reason="unreadable", sentence=why, lasting=False)
        if told not in {"", sha256}:
            why = f"{path} is not the file that its record describes: the digests differ"
            return sha256, Reading("", reason="changed", sentence=why, lasting=False)
        found = self.cache.get(sha256)
        self.cached += found is not None
        return sha256, found

    def finish(self, sha256: str, reading: Reading) -> None:
        """Keep a reading, and take it for every photograph of this content."""
        self.cache.put(reading)
        self.note(self.left[sha256], reading)

    def note(self, numbers: Sequence[int], reading: Reading) -> None:
        """Some photographs are done."""
        first = str(self.paths[numbers[0]])
        for number in numbers:
            own = reading.sentence.replace(first, str(self.paths[number]))  # files of one content share a reading
            self.readings[number] = replace(reading, sentence=own)
            self.skipped += bool(reading.reason)
        self.tell()

    def tell(self) -> None:
        """Call back."""
        if self.callback is not None:
            self.callback(Progress(len(self.readings), len(self.records), self.cached, self.skipped))

    def outcome(self) -> Survey:
        """The records in the order of the photographs."""
        records: list[Record] = []
        skipped: list[Skip] = []
        for number, record in enumerate(self.records):
            reading = self.readings[number]
            records += joined(as_its_file_says(record, self.paths[number]), reading)
            if reading.reason:
                skipped.append(Skip(record.photo, reading.reason, reading.sentence))
        records, faults = unmixed(records)
        return Survey(tuple(records), tuple(skipped), len(self.records), self.cached, tuple(faults))
