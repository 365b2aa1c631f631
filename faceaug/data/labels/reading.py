"""Reading labels: find the format, say the columns in the words of a vocabulary, and list what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from faceaug.data.files import why_missing
from faceaug.data.labels.celeba import is_celeba, read_celeba
from faceaug.data.labels.fairface import is_fairface, read_fairface
from faceaug.data.labels.findings import Finding, doubts, missing_files
from faceaug.data.labels.imagefolder import is_imagefolder, read_imagefolder, read_plain
from faceaug.data.labels.lfw import is_lfw, read_lfw
from faceaug.data.labels.opened import Opened
from faceaug.data.labels.sheet import Column
from faceaug.data.labels.tables import is_own_table, read_table
from faceaug.data.labels.utkface import is_utkface, read_utkface
from faceaug.data.labels.vocabulary import Vocabulary
from faceaug.data.labels.vocabulary_file import read_vocabulary
from faceaug.data.labels.wording import no_numbers, worded
from faceaug.data.manifest import crowded, read_manifest
from faceaug.data.rows import KINDS
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from faceaug.data.labels.columns import Columns
    from faceaug.data.record import Record

__all__ = ["FORMATS", "Labels", "read_labels"]

OUTCOME: Final = "nothing was read"

MANIFESTS: Final = ("manifest.parquet", "manifest.jsonl", "manifest.csv")
"""What a folder is asked for: the table that lists its photographs."""

Reader = tuple["Callable[[Path], bool]", "Callable[[Path, list[Fault]], Opened]"]


def _is_table(path: Path) -> bool:
    return (not path.is_dir() and path.suffix.lower() in KINDS) or _table_of(path) != path


def _table_of(path: Path) -> Path:
    """The table itself; of a folder, the manifest in it."""
    return next((path / name for name in MANIFESTS if (path / name).is_file()), path)


def _read_table(path: Path, faults: list[Fault]) -> Opened:
    """A table of the user's own."""
    table = _table_of(path)
    return Opened(read_table(table, faults), table.parent)


FORMATS: Final[Mapping[str, Reader]] = {
    "celeba": (is_celeba, read_celeba),
    "fairface": (is_fairface, read_fairface),
    "table": (_is_table, _read_table),
    "utkface": (is_utkface, read_utkface),
    "lfw": (is_lfw, read_lfw),
    "imagefolder": (is_imagefolder, read_imagefolder),
    "folder": (Path.is_dir, read_plain),
}
"""The formats, in the order in which they are tried: how each is told by its shape, and how it is read."""


@dataclass(frozen=True, eq=False)
class Labels:
    """What a user tells about a data set.

    Attributes:
        format: one of FORMATS, or `manifest` for one that faceaug wrote.
        root: folder that the photographs' paths are relative to.
        columns: the labels, column by column; None for a manifest of faceaug's own, which holds more than labels.
        own: the records of such a manifest.
        vocabulary: what the columns mean: the order of classes, and which are sensitive.
        findings: all that is doubtful, with every line; the audit can go on.
    """

    format: str
    root: Path
    columns: Columns | None = None
    own: tuple[Record, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    findings: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.own) if self.columns is None else len(self.columns)

    def records(self) -> list[Record]:
        """A record for each picture."""
        return list(self.own) if self.columns is None else self.columns.records()

    def warnings(self) -> list[Fault]:
        """The findings for a person: the first line, what, and the other lines."""
        return [finding.fault() for finding in self.findings]


def read_labels(
    path: str | Path,
    *,
    format: str = "auto",  # noqa: A002 - as users call it
    vocabulary: str | Path | Vocabulary | None = None,
    check_files: bool = False,
) -> Labels:
    """Read what is told about the photographs of a data set; the photographs themselves are not opened.

    Args:
        path: a table (.csv, .tsv, .jsonl, .parquet), the table of a public face set, or a folder of photographs; one
            that holds a `manifest.csv`, `.jsonl` or `.parquet` is read by that.
        format: one of FORMATS; `auto` finds it by the shape of names and columns.
        vocabulary: what the columns mean: a YAML file, or one that was read.
        check_files: whether to look for every photograph; those that are missing are findings.

    Raises:
        RequestError: whatever makes it useless, all faults together with their lines: unreadable, no column for the
            file, rows of the wrong length, columns that the vocabulary names and the table lacks.
    """
    path = Path(path)
    words = read_vocabulary(vocabulary) if isinstance(vocabulary, str | Path) else vocabulary or Vocabulary()
    name = _format(path, format)
    faults: list[Fault] = []
    table = _table_of(path)
    if name == "table" and is_own_table(table):
        own = tuple(read_manifest(table, check_files=False))
        return Labels("manifest", table.parent, own=own, vocabulary=words, findings=tuple(_odd_in(own)))
    opened = FORMATS[name][1](path, faults)
    if faults:
        raise crowded(faults)
    words = words.over(opened.vocabulary)
    columns, photos, findings = worded(opened.sheet, words, faults)
    if columns is None:
        raise crowded(faults)
    findings += [
        Finding("odd_name", what, np.array(rows, np.int64), columns.place) for what, rows in opened.odd.items()
    ]
    findings += doubts(columns, photos)
    findings += missing_files(columns, opened.root, photos) if check_files else []
    return Labels(name, opened.root, columns, (), words, tuple(findings))


def _odd_in(records: Sequence[Record]) -> Iterator[Finding]:
    """Words among the numbers of a manifest that faceaug wrote, as they once were told."""
    names = dict.fromkeys(n for record in records for n, value in record.attributes.items() if value.how == "told")
    for name in names:
        told = (record.attributes.get(name) for record in records)
        cells = Column.of(value.value if value is not None and value.how == "told" else None for value in told)
        yield from no_numbers(name, cells, lambda row: records[row].photo)


def _format(path: Path, asked: str) -> str:
    """The format that is asked for, or that a path has by its shape.

    Raises:
        RequestError: there is no such format, nothing is there, or it has the shape of none.
    """
    if asked not in {"auto", *FORMATS}:
        near = did_you_mean(asked, FORMATS)
        hint = f"did you mean {near!r}?" if near else f"there is auto, {', '.join(FORMATS)}"
        raise RequestError([Fault("--format", f"is {asked!r}; {hint}")], OUTCOME)
    if not path.exists():
        raise RequestError([Fault(str(path), why_missing(path))], OUTCOME)
    if asked in {"utkface", "lfw", "imagefolder", "folder"} and not path.is_dir():
        raise RequestError([Fault(str(path), f"must be a folder to be read as {asked}")], OUTCOME)
    if asked == "table" and path.is_dir() and not _is_table(path):
        raise RequestError([Fault(str(path), f"is a folder without {' or '.join(MANIFESTS)}")], OUTCOME)
    found = asked if asked != "auto" else next((name for name, (fits, _) in FORMATS.items() if fits(path)), "")
    if not found:
        from faceaug.data.photos import EXTENSIONS  # here, so that a table is read without a picture library

        what = f"is neither a folder nor a table ({', '.join(KINDS)}, or one of {', '.join(FORMATS)})"
        if path.suffix.lower() in EXTENSIONS:
            what = f"is a photograph; name its folder, {path.parent.as_posix()}, or a table that lists it"
        raise RequestError([Fault(str(path), what)], OUTCOME)
    return found
