"""Before and after: which gaps an older audit had that a newer one has no more, and the other way round."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.files import why_unreadable
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

__all__ = ["PAGES", "compare", "read_audit"]

PAGES: Final = frozenset({".html", ".htm", ".md", ".jsonld"})
"""Endings of the forms of a report from which nothing can be read back."""


def compare(new: Mapping[str, Any], old: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Compare two audits.

    A gap is closed if no gap of the newer audit holds it, as itself or within a wider one; it has opened if none of
    the older did. What is undecided in the newer audit is not called closed. Gaps over attributes that only one of them
    looked at are left out.

    Args:
        new: an audit.
        old: an older one.
        name: of the older one.

    Returns:
        JSON values: old, photographs and renderings (before, after), closed, opened and still (in words), and the
        photographs of each value of the attributes that both have.
    """
    shared = [name for name in new["attributes"] if name in old["attributes"]]
    now, before = _open(new, shared), _open(old, shared)
    return {
        "old": name,
        "at_least": [old["at_least"], new["at_least"]],
        "photographs": [old["photographs"], new["photographs"]],
        "renderings": [old["renderings"], new["renderings"]],
        "closed": [gap["words"] for gap in before if not _within(gap, now)],
        "opened": [gap["words"] for gap in now if not _within(gap, before)],
        "still": [gap["words"] for gap in now if _within(gap, before)],
        "only_old": [name for name in old["attributes"] if name not in new["attributes"]],
        "only_new": [name for name in new["attributes"] if name not in old["attributes"]],
        "attributes": {name: _values(old["attributes"][name], new["attributes"][name]) for name in shared},
    }


def read_audit(path: Path, *, nothing: str = "nothing was compared") -> dict[str, Any]:
    """Read an older audit: its JSON file, or the folder of its report.

    Args:
        path: the file or the folder.
        nothing: what is said if it is refused.

    Raises:
        RequestError: for a file that is no audit.
    """
    if path.suffix.lower() in PAGES and path.is_file():
        raise _refused(path, _other_than(path), nothing)
    file = path / "audit.json" if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(path, why_unreadable(file, error), nothing) from error
    except ValueError as error:
        raise _refused(path, f"is not JSON: {error}", nothing) from error
    kind = document.get("format") if isinstance(document, dict) else None
    if isinstance(kind, str) and kind.startswith("faceaug plan"):
        raise _refused(path, "is a plan, not an audit; `faceaug augment` carries it out", nothing)
    lacking = (
        [name for name in ("attributes", "gaps", "photographs") if name not in document]
        if isinstance(document, dict)
        else ["gaps"]
    )
    if lacking:
        raise _refused(path, f"is no audit; it lacks {', '.join(lacking)}", nothing)
    return {"renderings": 0, "at_least": None, **document}


def _other_than(page: Path) -> str:
    """What should have been named in place of a page of a report."""
    there = [file for file in (page.with_suffix(".json"), page.with_name("audit.json")) if file.is_file()]
    if there:
        return f"is a page for people; name {there[0].as_posix()}, which lies beside it"
    return f"is a page for people; audit again with -o {page.with_suffix('.json').as_posix()}, and name that"


def _open(audit: Mapping[str, Any], shared: Collection[str]) -> list[Mapping[str, Any]]:
    """Gaps that are not covered, over attributes that both audits looked at; of others the one knows nothing."""
    return [gap for gap in audit["gaps"] if gap["state"] != "covered" and set(gap["where"]) <= set(shared)]


def _within(gap: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a gap is one of the others, or a part of one."""
    return any(
        all(name in gap["where"] and set(gap["where"][name]) <= set(values) for name, values in other["where"].items())
        for other in others
    )


def _values(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[int]]:
    """Photographs of each value, before and after."""
    values = dict.fromkeys([*new["values"], *old["values"]])
    return {value: [audit["values"].get(value, {}).get("photographed", 0) for audit in (old, new)] for value in values}


def _refused(path: Path, what: str, nothing: str) -> RequestError:
    """A file that is no audit."""
    return RequestError([Fault(str(path), what)], nothing)
