"""Opening a data set for an audit: a manifest by its labels, or a folder whose photographs are measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from faceaug.coverage.axes import strangers, values_of
from faceaug.coverage.columnar import column_roll, column_table, column_values
from faceaug.coverage.counts import tabulate
from faceaug.coverage.roll import roll_of
from faceaug.data.attributes import VOCABULARY
from faceaug.data.labels.reading import read_labels
from faceaug.data.manifest import read_manifest
from faceaug.data.versions import Versions
from faceaug.data.versions.version import VERSIONS
from faceaug.errors import Fault, RequestError
from faceaug.report.asked import Source
from faceaug.report.marks import asked
from faceaug.report.naming import labelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from faceaug.coverage.axes import Axis, Found
    from faceaug.coverage.counts import Table
    from faceaug.coverage.roll import Roll
    from faceaug.data.labels.columns import Columns
    from faceaug.data.labels.findings import Finding
    from faceaug.data.labels.reading import Labels
    from faceaug.data.record import Record
    from faceaug.survey import Progress

__all__ = ["Measuring", "Opened", "open_data", "open_source"]

OWN: Final = ("manifest.csv", "manifest.jsonl", "manifest.parquet")
"""What a folder that faceaug wrote holds: it says which of the pictures are rendered, and by what."""

COUNTED: Final = frozenset({"same_file", "several_splits"})
"""Findings about labels that an audit has a section of its own for."""

LISTED: Final = 200
"""Skipped photographs and faults of labels that are listed one by one."""

NOTHING: Final = "nothing was counted"


@dataclass(frozen=True)
class Measuring:
    """How photographs are measured.

    Attributes:
        cache: where measurements are kept; the usual place unless given.
        workers: further processes.
        progress: called after every photograph.
        by: attributes that will be asked for, as `faceaug.coverage.axes.axes_from` reads them: what neither a label
            tells nor a measurement could is refused before anything is measured.
    """

    cache: Path | None = None
    workers: int = 0
    progress: Callable[[Progress], None] | None = None
    by: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Opened:
    """A data set that can be audited.

    Attributes:
        root: folder that the pictures' paths are relative to.
        records: the pictures; empty where there are columns.
        columns: the labels of very many pictures, or None.
        orders: attribute -> its values in their order, and whether neighbours are alike, as a vocabulary says.
        skipped: of a survey, as JSON values: how many, reasons, and which.
        faults: what is doubtful about the labels: `where` and `what`.
        repeated: the same of files and people that are there more than once, which an audit counts.
        read_as: format that the labels were read in.
        source: where it is, and how it was read, or None where records came from elsewhere.
    """

    root: Path
    records: Sequence[Record] = ()
    columns: Columns | None = None
    orders: Mapping[str, tuple[tuple[str, ...], bool]] = field(default_factory=dict)
    skipped: Mapping[str, Any] | None = None
    faults: Sequence[Mapping[str, str]] = ()
    read_as: str = ""
    source: Source | None = None
    repeated: Sequence[Mapping[str, str]] = ()

    @property
    def doubtful(self) -> list[Mapping[str, str]]:
        """All that a person should look at in the labels: `where` and `what`."""
        return [*self.faults, *self.repeated]

    def values(self) -> Found:
        """The values of every attribute, as far as they are known."""
        return values_of(self.records) if self.columns is None else column_values(self.columns)

    @property
    def photographs(self) -> int:
        """Pictures that a camera made."""
        if self.columns is not None:
            return len(self.columns) - int(self.columns.rendered.sum())
        return sum(record.origin == "camera" for record in self.records)

    def told(self) -> set[str]:
        """The attributes that the user told."""
        if self.columns is not None:
            return set(self.columns.attributes)
        return {name for record in self.records for name, value in record.attributes.items() if value.how == "told"}

    def counted(self, axes: Sequence[Axis]) -> tuple[Table, Roll]:
        """The table over some axes, and who its rows are."""
        if self.columns is not None:
            table = column_table(self.columns, axes)
            return table, column_roll(self.columns, table)
        table = tabulate(self.records, axes)
        return table, roll_of(self.records, table)


def open_data(
    path: Path,
    *,
    labels: Path | None = None,
    kind: str = "auto",
    vocabulary: Path | None = None,
    measure: bool = False,
    measuring: Measuring | None = None,
) -> Opened:
    """Open a data set.

    Args:
        path: a manifest, a data set with versions, of which the newest is meant, or a folder of photographs, which are
            measured.
        labels: a table of labels for the photographs of a folder; what it tells wins over what is measured.
        kind: format of the labels in `path`, as `read_labels` knows them; `folder` for photographs alone.
        vocabulary: what the columns of the labels mean, as YAML.
        measure: measure the photographs of a manifest too.
        measuring: how.

    Raises:
        RequestError: for what is no data set.
    """
    return open_source(Source(path, labels, kind, vocabulary, measure), measuring or Measuring())


def open_source(source: Source, how: Measuring) -> Opened:
    """Open a data set; see `open_data`."""
    return replace(_opened(source, how), source=source)


def _opened(source: Source, how: Measuring) -> Opened:
    """Open a data set, without a word of where it is."""
    path, labels, kind, vocabulary = _newest(source.path), source.labels, source.kind, source.vocabulary
    if not path.is_dir():
        if labels is not None:
            raise _refused("--labels", "is for a folder of photographs; a manifest has its labels in it")
        told = read_labels(path, format=kind, vocabulary=vocabulary, check_files=source.measure)
        if not source.measure:
            rows, columns, doubts = asked(told, path)
            faults = [*_doubts(told), *doubts]
            return Opened(told.root, rows, columns, _orders(told), None, faults, told.format, repeated=_repeated(told))
        found = _measured(told.records(), told.root, how, path)
        faults = [*_doubts(told), *found.faults]
        return replace(found, orders=_orders(told), faults=faults, read_as=told.format, repeated=_repeated(told))
    own = next((path / name for name in OWN if _is_own(path / name)), None)
    shown = read_labels(path, format=kind, vocabulary=vocabulary if labels is None else None)
    records = read_manifest(own) if own is not None else shown.records()  # whoever measures them asks what they are
    orders, faults, repeated = _orders(shown), _doubts(shown), _repeated(shown)
    read_as = "manifest" if own is not None else shown.format
    if labels is not None:
        told = read_labels(labels, vocabulary=vocabulary)
        places = [str(labels)] * len(told) if told.columns is None else [*map(told.columns.place, range(len(told)))]
        orders, faults, read_as = {**orders, **_orders(told)}, faults + _doubts(told), told.format
        repeated = repeated + _repeated(told)
        records, doubts, strange = labelled(records, list(zip(places, told.records(), strict=True)), labels, path)
        if strange == len(told):
            raise _refused(str(labels), f"no row names a photograph of the folder: {doubts[0]['what']}")
        faults = [*faults, *doubts]
    found = _measured(records, path, how, path)
    return replace(found, orders=orders, faults=[*faults, *found.faults], read_as=read_as, repeated=repeated)


def _newest(path: Path) -> Path:
    """The manifest of the newest version of a data set; any other path as it is."""
    head = Versions.open(path).head if (path / VERSIONS).is_dir() else None
    return path / VERSIONS / head / OWN[0] if head else path


def _orders(told: Labels) -> dict[str, tuple[tuple[str, ...], bool]]:
    """The orders of the classes that a vocabulary knows."""
    return {name: (term.values, term.ordered) for name, term in told.vocabulary.terms.items() if term.values}


def _doubts(told: Labels) -> list[Mapping[str, str]]:
    """What is doubtful about labels; duplicates and leaks aside, which are counted."""
    return _listed([finding for finding in told.findings if finding.kind not in COUNTED])


def _repeated(told: Labels) -> list[Mapping[str, str]]:
    """Duplicates and leaks."""
    return _listed([finding for finding in told.findings if finding.kind in COUNTED])


def _listed(doubts: Sequence[Finding]) -> list[Mapping[str, str]]:
    """The first of many."""
    found = [doubt.fault().as_dict() for doubt in doubts[:LISTED]]
    rest = len(doubts) - len(found)
    return [*found, *([{"where": "", "what": f"... and {rest:,} more like these"}] if rest else [])]


def _is_own(path: Path) -> bool:
    """Whether this is a manifest that faceaug wrote: its first line names every field of a record."""
    if path.suffix == ".parquet" or not path.is_file():
        return False  # it is never written without the others
    with path.open("rb") as file:
        first = file.readline(100_000)
    return all(name.encode() in first for name in ("sha256", "origin", "parent", "drawn", "refused"))


def _measured(records: Sequence[Record], root: Path, how: Measuring, path: Path) -> Opened:
    """Measure the photographs of a folder or a table, which errors name."""
    from faceaug.survey import survey

    strange = strangers(how.by, {*VOCABULARY, *(name for record in records for name in record.attributes)})
    if strange:
        raise RequestError(strange, NOTHING)
    found = survey(records, root=root, cache=how.cache, workers=how.workers, progress=how.progress)
    skips = [{"photo": s.photo, "reason": s.reason, "sentence": s.sentence} for s in found.skipped[:LISTED]]
    skipped = {"photographs": len(found.skipped), "reasons": found.reasons, "listed": skips}
    if not found.records:
        reasons = ", ".join(f"{reason} ({count})" for reason, count in found.reasons.items())
        holds = "holds" if path.is_dir() else "lists"
        first = f"; the first: {found.skipped[0].sentence}" if found.skipped else ""
        raise _refused(str(path), f"{holds} no photograph that could be measured: {reasons}{first}")
    faults = [fault.as_dict() for fault in found.faults]
    return Opened(root, found.records, skipped=skipped if found.skipped else None, faults=faults)


def _refused(where: str, what: str) -> RequestError:
    """A data set that is none."""
    return RequestError([Fault(where, what)], NOTHING)
