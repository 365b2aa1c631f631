"""The right answers for a stress test: a table of labels, joined to the photographs that were edited."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from faceaug.coverage.predictions import NAMES, as_answer
from faceaug.data.alike import EndsAlike
from faceaug.data.photos import EXTENSIONS
from faceaug.data.rows import read_rows
from faceaug.data.told import is_known
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.plan.stress.stress import Truth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.plan.stress.pairs import Pair

__all__ = ["read_truth"]


def read_truth(path: Path, pairs: Sequence[Pair], *, positive: str = "", threshold: float = 0.5) -> Truth:
    """Read a table with a column for the photograph (`id` or `photo`) and one for the `label`.

    Photographs that the table lists and that were not edited are passed over; a photograph is found by its id, or by
    the end of its path where one row alone may mean it, and it alone: `p0.jpg` and `set/p0.jpg` are
    `/data/set/p0.jpg`, and `other/p0.jpg` is not. Equal numbers are the same label (1 and 1.0).

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
        if row[which] and is_known(row["label"]):
            key = _path(str(row[which]))
            twice |= {key} if key in told else set()
            told[key] = as_answer(str(row["label"]))
    labels = _joined({key: label for key, label in told.items() if key not in twice}, pairs)
    positive = as_answer(positive)
    kinds = sorted(set(labels.values()))
    if not labels:
        raise _refused(str(path), "names none of the photographs that were edited")
    if positive and positive not in kinds:
        near = did_you_mean(positive, kinds)
        hint = f"did you mean {near!r}?" if near else f"they are {', '.join(kinds[:12])}"
        raise _refused("--positive", f"no label is {positive!r}; {hint}")
    return Truth(labels, positive, threshold)


def _joined(told: Mapping[str, str], pairs: Sequence[Pair]) -> dict[str, str]:
    """The label of each photograph: of the row of its id, else of the only row whose path ends alike.

    Args:
        told: path -> label.
        pairs: what was edited.
    """
    files = {pair.name: _path(pair.photo.as_posix()) for pair in pairs}
    names, alike = list(files), EndsAlike(list(files.values()))
    ids = {_path(name): name for name in files}
    meant: dict[str, list[str]] = {}
    for path in told:
        places = alike.meant(path)
        if path not in ids and len(places) == 1:
            meant.setdefault(names[places[0]], []).append(path)
    found = {name: told[paths[0]] for name, paths in meant.items() if len(paths) == 1}
    return found | {name: told[path] for path, name in ids.items() if path in told}


def _path(name: str) -> str:
    """A photograph's path without the ending of a picture's file; `p.1` and `p.2` are two names."""
    path = PurePosixPath(name.strip().replace("\\", "/"))
    return (path.with_suffix("") if path.suffix.lower() in EXTENSIONS else path).as_posix()


def _refused(where: str, what: str) -> RequestError:
    """Labels that are none."""
    return RequestError([Fault(where, what)], "nothing was compared")
