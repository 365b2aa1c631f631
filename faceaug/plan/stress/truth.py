"""The right answers for a stress test: a table of labels, joined to the photographs that were edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from faceaug.data.rows import read_rows
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.plan.stress.stress import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from faceaug.plan.stress.pairs import Pair

__all__ = ["read_truth"]

NAMES: Final = ("id", "photo", "path", "file", "filename", "image")
"""Columns that say which photograph a row is about."""


def read_truth(path: Path, pairs: Sequence[Pair], *, positive: str = "", threshold: float = 0.5) -> Truth:
    """Read a table with a column for the photograph (`id` or `photo`) and one for the `label`.

    Photographs that the table lists and that were not edited are passed over; a photograph is found by its id, or by
    the name of its file where that is unique.

    Args:
        path: a .csv, .tsv, .jsonl or .parquet file.
        pairs: what was edited.
        positive: the label that scores are for, or ''.
        threshold: score from which the answer is that.

    Raises:
        RequestError: for missing columns, a label that there is not, or a table about other photographs.
    """
    faults: list[Fault] = []
    rows = read_rows(path, faults)
    if faults:
        raise RequestError(faults, "nothing was compared")
    columns = list(rows[0][1]) if rows else []
    which = next((name for name in NAMES if name in columns), "")
    if not which or "label" not in columns:
        near = next(
            (f"; is {name!r} meant?" for name in columns if did_you_mean(name, ["label"]) not in {"", name}), ""
        )
        raise _refused(
            str(path), f"needs a column id or photo and one label; it has {', '.join(columns) or 'none'}{near}"
        )
    told: dict[str, str] = {}
    twice: set[str] = set()
    for _, row in rows:
        if row[which] and row["label"] not in {None, ""}:
            for key in {_path(str(row[which])), _name(str(row[which]))}:
                twice |= {key} if key in told else set()
                told[key] = str(row["label"]).strip()
    known = {key: label for key, label in told.items() if key not in twice}
    labels = {
        pair.name: known[key]
        for pair in pairs
        for key in (_name(pair.photo.name), _name(pair.name), _path(pair.name))  # what is found last counts
        if key in known
    }
    kinds = sorted(set(labels.values()))
    if not labels:
        raise _refused(str(path), "names none of the photographs that were edited")
    if positive and positive not in kinds:
        near = did_you_mean(positive, kinds)
        hint = f"did you mean {near!r}?" if near else f"they are {', '.join(kinds[:12])}"
        raise _refused("--positive", f"no label is {positive!r}; {hint}")
    return Truth(labels, positive, threshold)


def _path(name: str) -> str:
    """A photograph's path without its ending."""
    folder, sign, file = name.replace("\\", "/").rpartition("/")
    return f"{folder}{sign}{file.rpartition('.')[0] or file}"


def _name(name: str) -> str:
    """A photograph's name without folders and ending."""
    return _path(name).rpartition("/")[2]


def _refused(where: str, what: str) -> RequestError:
    """Labels that are none."""
    return RequestError([Fault(where, what)], "nothing was compared")
