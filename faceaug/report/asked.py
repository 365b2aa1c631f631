"""What an audit was asked, in its own document: enough for a plan to take up where the audit ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from faceaug.coverage.compare import PAGES, read_audit
from faceaug.data.files import seen_from
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Asked", "Source", "is_audit", "read_asked"]

FILES: Final = frozenset({".csv", ".yaml", ".yml"})
"""Endings of targets that are files; all other targets are words."""

NOTHING: Final = "nothing was planned"


@dataclass(frozen=True)
class Source:
    """Where a data set is, and how it is read; see `faceaug.report.opening.open_data`.

    Attributes:
        path: a folder of photographs, a manifest, or a data set with versions.
        labels: a table of labels for the photographs of a folder, or None.
        kind: format of the labels.
        vocabulary: what their columns mean, or None.
        measure: whether the photographs of a manifest are measured too.
    """

    path: Path
    labels: Path | None = None
    kind: str = "auto"
    vocabulary: Path | None = None
    measure: bool = False

    def but(self, *, labels: Path | None = None, vocabulary: Path | None = None, measure: bool = False) -> Source:
        """The same, read with what the caller gives."""
        return replace(
            self,
            labels=labels or self.labels,
            vocabulary=vocabulary or self.vocabulary,
            measure=measure or self.measure,
        )

    def as_dict(self, folder: Path) -> dict[str, Any]:
        """JSON values, with paths as they are seen from the folder of the document."""
        labels, vocabulary = (None if one is None else seen_from(one, folder) for one in (self.labels, self.vocabulary))
        return {
            "path": seen_from(self.path, folder),
            "labels": labels,
            "format": self.kind,
            "vocabulary": vocabulary,
            "measure": self.measure,
        }


@dataclass(frozen=True)
class Asked:
    """What an audit looked at.

    Attributes:
        source: the data set.
        by: attributes, as `faceaug.coverage.axes.axes_from` reads them.
        at_least: photographs from which a group is covered.
        level: the most attributes of a group.
        impossible: rules, as `faceaug.coverage.rules.read_rules` reads them.
        target: as `faceaug.coverage.against.against` reads it, or ''.
        photographs: how many there were.
    """

    source: Source
    by: tuple[str, ...]
    at_least: int
    level: int
    impossible: tuple[str, ...]
    target: str
    photographs: int

    def as_dict(self, folder: Path) -> dict[str, Any]:
        """JSON values, with paths as they are seen from the folder of the document."""
        target = seen_from(Path(self.target), folder) if _is_file(self.target) else self.target
        return {
            **self.source.as_dict(folder),
            "by": list(self.by),
            "target": target,
        }


def is_audit(path: Path) -> bool:
    """Whether a path is meant as that of an audit: JSON, another form of it, or the folder of a report, without photos.

    `read_asked` refuses a form that holds no data, and names the one that does.
    """
    if path.is_dir():
        return (path / "audit.json").is_file() and (path / "audit.html").is_file()
    return path.suffix.lower() == ".json" or (path.suffix.lower() in PAGES and path.is_file())


def read_asked(path: Path) -> Asked:
    """What an audit was asked.

    Args:
        path: its JSON file, or the folder of its report.

    Raises:
        RequestError: for a file that is no audit, one that does not say where its data set is, and one whose data set
            is no more where it was.
    """
    document = read_audit(path, nothing=NOTHING)
    said = document.get("asked")
    if not isinstance(said, dict) or not isinstance(said.get("path"), str):
        what = "does not say which data set it is about; audit again, or plan from the folder or the manifest"
        raise RequestError([Fault(str(path), what)], NOTHING)
    asked = _read(document, said, path if path.is_dir() else path.parent)
    if not asked.source.path.exists():
        what = f"is about {asked.source.path}, which is not there; plan from the folder or the manifest"
        raise RequestError([Fault(str(path), what)], NOTHING)
    return asked


def _read(document: Mapping[str, Any], said: Mapping[str, Any], folder: Path) -> Asked:
    """From JSON values."""

    def found(name: str) -> Path | None:
        return _located(folder, said[name]) if said.get(name) else None

    target = str(said.get("target") or "")
    source = Source(
        _located(folder, said["path"]),
        found("labels"),
        str(said.get("format") or "auto"),
        found("vocabulary"),
        bool(said.get("measure")),
    )
    return Asked(
        source,
        _words(said.get("by")),
        int(document["at_least"] or 30),
        int(document.get("level") or 2),
        _words(document.get("rules")),
        str(_located(folder, target)) if _is_file(target) else target,
        int(document["photographs"]),
    )


def _located(folder: Path, path: str) -> Path:
    """A path of the document, as seen from here."""
    return Path(path) if Path(path).is_absolute() else folder / path


def _words(values: Sequence[Any] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())


def _is_file(target: str) -> bool:
    """Whether a target is a file."""
    return Path(target).suffix.lower() in FILES
