"""Opening a data set for an audit: a manifest by its labels, or a folder whose photographs are measured."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from faceaug.coverage.axes import values_of
from faceaug.coverage.counts import tabulate
from faceaug.coverage.roll import roll_of
from faceaug.data.manifest import list_photos, read_manifest
from faceaug.errors import Fault, PhotoError, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faceaug.coverage.axes import Axis, Found
    from faceaug.coverage.counts import Table
    from faceaug.coverage.roll import Roll
    from faceaug.data.record import Record
    from faceaug.survey import Progress

__all__ = ["Opened", "open_data"]

OWN: Final = ("manifest.parquet", "manifest.jsonl", "manifest.csv")
"""What a folder that faceaug wrote holds: it says which of the pictures are rendered, and by what."""

MADE: Final = frozenset(
    {
        "algorithmicallyEnhanced",
        "compositeCapture",
        "compositeSynthetic",
        "compositeWithTrainedAlgorithmicMedia",
        "algorithmicMedia",
        "trainedAlgorithmicMedia",
    }
)
"""IPTC digital source types of pictures that are not as a camera made them."""

LISTED: Final = 200
"""Skipped photographs that are listed one by one."""

MOST_NEAR: Final = 5000
"""Names among which the nearest one is looked for."""

NOTHING: Final = "nothing was counted"


@dataclass(frozen=True)
class Opened:
    """A data set that can be audited.

    Attributes:
        records: the pictures.
        root: folder that their paths are relative to.
        skipped: of a survey, as JSON values: how many, reasons, and which.
        faults: labels that fit no photograph: `where` and `what`.
    """

    records: Sequence[Record]
    root: Path
    skipped: Mapping[str, Any] | None = None
    faults: Sequence[Mapping[str, str]] = ()

    def values(self) -> Found:
        """The values of every attribute, as far as they are known."""
        return values_of(self.records)

    def told(self) -> set[str]:
        """The attributes that the user told."""
        return {name for record in self.records for name, value in record.attributes.items() if value.how == "told"}

    def counted(self, axes: Sequence[Axis]) -> tuple[Table, Roll]:
        """The table over some axes, and who its rows are."""
        table = tabulate(self.records, axes)
        return table, roll_of(self.records, table)


def open_data(
    path: Path,
    *,
    labels: Path | None = None,
    measure: bool = False,
    cache: Path | None = None,
    workers: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Opened:
    """Open a data set.

    Args:
        path: a manifest, or a folder; the photographs of a folder are measured.
        labels: a table of labels for the photographs of a folder; what it tells wins over what is measured.
        measure: measure the photographs of a manifest too.
        cache: where measurements are kept; the usual place unless given.
        workers: further processes that measure.
        progress: called after every photograph that is measured.

    Raises:
        RequestError: for what is no data set.
    """
    if not path.is_dir():
        if labels is not None:
            raise _refused("--labels", "is for a folder of photographs; a manifest has its labels in it")
        records, root = read_manifest(path, check_files=measure), path.parent
        return _measured(records, root, cache, workers, progress) if measure else Opened(records, root)
    own = next((path / name for name in OWN if _is_own(path / name)), None)
    records = read_manifest(own) if own is not None else _found(path)
    faults: list[dict[str, str]] = []
    if labels is not None:
        records = _labelled(records, read_manifest(labels, check_files=False), labels, faults)
    return replace(_measured(records, path, cache, workers, progress), faults=faults)


def _found(folder: Path) -> list[Record]:
    """The photographs of a folder; a file that says of itself that it was made or composed is a rendering."""
    from faceaug.data.encoding import read_source_type
    from faceaug.data.photos import find_photos

    paths = find_photos([folder])
    records = list_photos(paths, folder)
    return [
        replace(record, origin="rendered") if _source(read_source_type, path) in MADE else record
        for record, path in zip(records, paths, strict=True)
    ]


def _source(read: Callable[[Path], str | None], path: Path) -> str | None:
    """How a picture came to be; what cannot be opened is skipped later, with its reason."""
    try:
        return read(path)
    except PhotoError:
        return None


def _is_own(path: Path) -> bool:
    """Whether this is a manifest that faceaug wrote: its first line names every field of a record."""
    if not path.is_file():
        return False
    if path.suffix == ".parquet":
        return path.with_suffix(".csv").is_file() and _is_own(path.with_suffix(".csv"))
    with path.open("rb") as file:
        first = file.readline(100_000)
    return all(f.encode() in first for f in ("sha256", "origin", "parent", "drawn", "refused"))


def _measured(
    records: Sequence[Record],
    root: Path,
    cache: Path | None,
    workers: int,
    progress: Callable[[Progress], None] | None,
) -> Opened:
    """Measure the photographs."""
    from faceaug.survey import survey

    found = survey(records, root=root, cache=cache, workers=workers, progress=progress)
    skips = [{"photo": s.photo, "reason": s.reason, "sentence": s.sentence} for s in found.skipped[:LISTED]]
    skipped = {"photographs": len(found.skipped), "reasons": found.reasons, "listed": skips}
    if not found.records:
        reasons = ", ".join(f"{reason} ({count})" for reason, count in found.reasons.items())
        raise _refused(str(root), f"holds no photograph that could be measured: {reasons}")
    return Opened(found.records, root, skipped if found.skipped else None)


def _labelled(
    records: Sequence[Record], told: Sequence[Record], labels: Path, faults: list[dict[str, str]]
) -> list[Record]:
    """Give the photographs their labels: by path, or by the file's name where that is unique."""
    names = Counter(PurePosixPath(record.photo).name for record in records)
    places = {record.photo: number for number, record in enumerate(records)}
    places |= {
        PurePosixPath(record.photo).name: number
        for number, record in enumerate(records)
        if names[PurePosixPath(record.photo).name] == 1 and PurePosixPath(record.photo).name not in places
    }
    made = list(records)
    for label in told:
        place = places.get(label.photo, places.get(PurePosixPath(label.photo).name))
        if place is None:
            near = did_you_mean(label.photo, places) if len(places) < MOST_NEAR else ""
            hint = f"; did you mean {near!r}?" if near else ""
            faults.append({"where": str(labels), "what": f"{label.photo} is not among the photographs{hint}"})
        else:
            known = {**made[place].attributes, **label.attributes}
            made[place] = replace(made[place], subject=label.subject, split=label.split, attributes=known)
    if len(faults) == len(told):
        raise RequestError(
            [Fault(str(labels), f"no row names a photograph of the folder: {faults[0]['what']}")], NOTHING
        )
    return made


def _refused(where: str, what: str) -> RequestError:
    """A data set that is none."""
    return RequestError([Fault(where, what)], NOTHING)
