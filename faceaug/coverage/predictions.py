"""A model's predictions: a table beside the pictures, and which of them are wrong."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.files import undecoded, why_unreadable
from faceaug.data.rows import mark_of
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["NAMES", "POSITIVE", "Predictions", "read_predictions"]

NAMES: Final = ("id", "photo", "path", "file", "filename", "image")
"""Columns that say which picture a row is about."""

POSITIVE: Final = ("1", "true", "yes", "positive", "match", "present", "accept", "live")
"""Labels that mean yes, where a label has two values and nobody says which."""

COLUMNS: Final = ("photo", "label", "prediction", "score")
"""What such a table has, and what a misspelt column may mean."""

MOST_FAULTS: Final = 20
"""A table with more faults than this has one cause; the rest is counted."""

Row = dict[str, str]


@dataclass(frozen=True)
class Predictions:
    """A model's answers.

    Attributes:
        rows: (n,) places of the pictures, each once.
        wrong: (n,) bool.
        label: (n,) bool, whether the true answer is yes; None where there are more than two answers, or nobody says
            which of them is yes.
        positive: the answer that counts as yes, or ''.
        name: of the file.
    """

    rows: npt.NDArray[np.int64]
    wrong: npt.NDArray[np.bool_]
    label: npt.NDArray[np.bool_] | None
    positive: str
    name: str


def read_predictions(
    path: Path, ids: Sequence[str], photos: Sequence[str], *, positive: str = "", threshold: float = 0.5
) -> Predictions:
    """Read a CSV with columns for the picture (`id` or `photo`), the true `label`, and `prediction` or `score`.

    Args:
        path: the file.
        ids: of the pictures.
        photos: their files.
        positive: the label that counts as yes; found among POSITIVE unless given.
        threshold: score from which the answer is yes.

    Raises:
        RequestError: all faults together, with their lines.
    """
    faults: list[Fault] = []
    rows = _read(path, faults)
    columns = _columns(path, rows, faults)
    if faults:
        raise _request(faults)
    which, answer = columns
    places = _places(ids if which == "id" else photos)
    found: dict[int, Row] = {}
    for line, row in rows:
        place = _place(f"{path}:{line}", row, which, places, faults)
        if place in found:
            faults.append(Fault(f"{path}:{line}", f"{row[which]} was there before"))
        if place is not None:
            found[place] = row
    labels = sorted({row["label"].strip() for row in found.values()})
    yes = _yes(path, labels, positive, scored=answer == "score", faults=faults)
    order = sorted(found)
    truth = [found[place]["label"].strip() for place in order]
    said = [found[place][answer].strip() for place in order]
    if answer == "score":
        over = [_score(path, word, faults) >= threshold for word in said]
        wrong = [high != (label == yes) for high, label in zip(over, truth, strict=True)]
    else:
        wrong = [word != label for word, label in zip(said, truth, strict=True)]
    if faults:
        raise _request(faults)
    label = np.array([word == yes for word in truth], np.bool_) if yes and len(labels) <= 2 else None
    return Predictions(np.array(order, np.int64), np.array(wrong, np.bool_), label, yes, path.name)


def _read(path: Path, faults: list[Fault]) -> list[tuple[int, Row]]:
    """The rows of the file, with their lines."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(str(path), why_unreadable(path, error)))
        return []
    except UnicodeDecodeError as error:
        faults.append(undecoded(path, error))
        return []
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark_of(text))
    rows = []
    try:
        for row in reader:
            if None in row or None in row.values():
                faults.append(Fault(f"{path}:{reader.line_num}", "has more or fewer cells than the header"))
            else:
                rows.append((reader.line_num, row))
    except csv.Error as error:
        faults.append(Fault(f"{path}:{reader.line_num}", f"is not CSV: {error}"))
    if not rows and not faults:
        faults.append(Fault(str(path), "holds no prediction"))
    return rows


def _columns(path: Path, rows: Sequence[tuple[int, Row]], faults: list[Fault]) -> tuple[str, str]:
    """The column of the picture and that of the answer."""
    names = list(rows[0][1]) if rows else []
    which = next((name for name in NAMES if name in names), "")
    answer = next((name for name in ("prediction", "score") if name in names), "")
    wanted = (("id or photo", which), ("label", "label" in names), ("prediction or score", answer))
    lacking = [what for what, there in wanted if not there]
    if rows and lacking:
        near = next((f"; is {name!r} meant?" for name in names if did_you_mean(name, COLUMNS) not in {"", name}), "")
        faults.append(Fault(str(path), f"needs a column {' and one '.join(lacking)}; it has {', '.join(names)}{near}"))
    return which, answer


def _places(names: Sequence[str]) -> Mapping[str, int]:
    """Where each picture stands."""
    return {name: place for place, name in enumerate(names)}


def _place(where: str, row: Row, which: str, places: Mapping[str, int], faults: list[Fault]) -> int | None:
    """The picture that a row is about."""
    name = row[which].strip()
    if name in places:
        return places[name]
    near = did_you_mean(name, places) if len(places) < 5000 else ""
    faults.append(Fault(where, f"{name!r} is not in the data set" + (f"; did you mean {near!r}?" if near else "")))
    return None


def _yes(path: Path, labels: Sequence[str], positive: str, *, scored: bool, faults: list[Fault]) -> str:
    """The label that means yes, or '' where there are several kinds of answers."""
    if positive and positive not in labels:
        near = did_you_mean(positive, labels)
        hint = f"did you mean {near!r}?" if near else f"they are {', '.join(labels[:12])}"
        faults.append(Fault("--positive", f"no label is {positive!r}; {hint}"))
    if positive:
        return positive
    usual = [label for label in labels if label.lower() in POSITIVE]
    if len(labels) <= 2 and len(usual) == 1:
        return usual[0]
    if scored and not faults:
        faults.append(
            Fault(str(path), f"has scores, so say which label they are for: --positive {' or '.join(labels[:4])}")
        )
    return ""


def _score(path: Path, word: str, faults: list[Fault]) -> float:
    """A score."""
    try:
        score = float(word)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        faults.append(Fault(str(path), f"score must be a number, not {word!r}"))
    return score


def _request(faults: list[Fault]) -> RequestError:
    """All faults of one table, the first twenty in full."""
    if len(faults) > MOST_FAULTS:
        rest = len(faults) - MOST_FAULTS
        faults = [*faults[:MOST_FAULTS], Fault("", f"... and {rest} more like these")]
    return RequestError(faults, "nothing was counted")
