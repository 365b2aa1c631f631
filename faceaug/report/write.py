"""Writing a report: the form follows from the name of the file, and a folder takes all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.files import write_atomic
from faceaug.errors import Fault, RequestError
from faceaug.report.croissant import as_croissant
from faceaug.report.markdown import as_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["FORMS", "beside", "check_report", "has_page", "is_folder", "write_report"]

FORMS: Final = {
    ".html": "one page that needs nothing else",
    ".md": "Markdown",
    ".json": "the whole document",
    ".jsonld": "Croissant metadata",
}
"""Extension -> what a report of that name is."""

NAMES: Final = ("audit.html", "audit.md", "audit.json", "croissant.jsonld")
"""Files of a report that is a folder."""


def check_report(path: Path) -> None:
    """Refuse a report that could not be written, before anything is counted.

    Raises:
        RequestError: for another extension, or a folder that is a file.
    """
    if is_folder(path):
        if path.is_file():
            raise _refused(path, "is a file; give it one of the endings " + ", ".join(FORMS))
        return
    if _form(path) not in FORMS:
        raise _refused(path, f"must end in {', '.join(FORMS)}, or be a folder, which takes all of them")


def write_report(
    path: Path, document: Mapping[str, Any], title: str, portraits: Mapping[str, bytes] | None = None
) -> list[Path]:
    """Write an audit.

    Args:
        path: a file, whose ending says the form (see FORMS), or a folder.
        document: what `coverage.report.audit` made.
        title: what was audited.
        portraits: record id -> small JPEG, for the page.

    Returns:
        The files.
    """
    files = [path / name for name in NAMES] if is_folder(path) else [path]
    return [write_atomic(file, _text(file, document, title, portraits).encode()) for file in files]


def is_folder(path: Path) -> bool:
    """Whether a report of this name is a folder, which holds all the forms."""
    return path.is_dir() or not path.suffix


def has_page(path: Path) -> bool:
    """Whether a report of this name holds the page."""
    return is_folder(path) or _form(path) == ".html"


def beside(path: Path, name: str) -> Path:
    """Where a further file of a report goes: into its folder, or next to it under its name.

    >>> beside(Path("faces.html"), "requirements.yaml").name
    'faces.requirements.yaml'
    """
    return path / name if is_folder(path) else path.with_name(f"{path.stem}.{name}")


def _form(path: Path) -> str:
    """The ending; `.json-ld` is spelt both ways."""
    return ".jsonld" if path.suffix.lower() == ".json-ld" else path.suffix.lower()


def _text(path: Path, document: Mapping[str, Any], title: str, portraits: Mapping[str, bytes] | None) -> str:
    """The report in the form of a file."""
    form = _form(path)
    if form == ".html":
        from faceaug.report.page import as_page

        return as_page(document, title, portraits)
    if form == ".md":
        return as_markdown(document, title)
    if form == ".jsonld":
        return as_croissant(document, title)
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _refused(path: Path, what: str) -> RequestError:
    """A report that cannot be written."""
    return RequestError([Fault(str(path), what)], "nothing was counted")
