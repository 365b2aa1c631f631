"""A model's predictions: a table beside the pictures, and which of them are wrong."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.files import undecoded, why_unreadable
from faceaug.data.numeric import number_in, spelt
from faceaug.data.rows import mark_of
from faceaug.data.told import PATHS, is_known
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["NAMES", "POSITIVE", "Predictions", "as_answer", "in_words", "read_predictions"]

NAMES: Final = ("id", *PATHS)
"""Columns that say which picture a row is about."""

POSITIVE: Final = ("1", "true", "yes", "positive", "match", "present", "accept", "live")
"""Labels that mean yes, where a label has two values and nobody says which."""

COLUMNS: Final = ("photo", "label", "prediction", "score")
"""What such a table has, and what a misspelt column may mean."""

MOST_FAULTS: Final = 20
"""A table with more faults than this has one cause; the rest is counted."""

MOST_WORDS: Final = 12
"""Answers or lines that a sentence lists."""

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
        without: rows that were set aside: `label` or the column of the answer -> how many have nothing there.
        faults: the same for a person: `where` and `what`.
    """

    rows: npt.NDArray[np.int64]
    wrong: npt.NDArray[np.bool_]
    label: npt.NDArray[np.bool_] | None
    positive: str
    name: str
    without: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[Mapping[str, str]] = ()


def read_predictions(
    path: Path, ids: Sequence[str], photos: Sequence[str], *, positive: str = "", threshold: float = 0.5
) -> Predictions:
    """Read a CSV with columns for the picture (`id` or `photo`), the true `label`, and `prediction` or `score`.

    Rows that say nothing in one of them are set aside, and told. Equal numbers are the same answer (1 and 1.0), and a
    prediction that is a label but for capitals is that label.

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
    found: dict[int, tuple[int, Row]] = {}
    for line, row in rows:
        place = _place(f"{path}:{line}", row, which, places, faults)
        if place in found:
            faults.append(Fault(f"{path}:{line}", f"{row[which]} was there before"))
        if place is not None:
            found[place] = line, row
    without = {name: [line for line, row in found.values() if not _told(row[name])] for name in ("label", answer)}
    bare = {line for lines in without.values() for line in lines}
    order = sorted(place for place, (line, _) in found.items() if line not in bare)
    truth = [as_answer(found[place][1]["label"]) for place in order]
    said = [(found[place][0], as_answer(found[place][1][answer])) for place in order]
    labels = sorted(set(truth))
    if found and not order and not faults:
        faults.append(Fault(str(path), f"has no row with both a label and a {answer}"))
    yes = _yes(path, labels, as_answer(positive), scored=answer == "score", faults=faults)
    if answer == "score":
        over = [_score(f"{path}:{line}", word, faults) >= threshold for line, word in said]
        wrong = [high != (label == yes) for high, label in zip(over, truth, strict=True)]
    else:
        meant = _meant(path, [word for _, word in said], labels, faults)
        wrong = [word != label for word, label in zip(meant, truth, strict=True)]
    if faults:
        raise _request(faults)
    label = np.array([word == yes for word in truth], np.bool_) if yes and len(labels) <= 2 else None
    told = [_aside(path, name, lines) for name, lines in without.items() if lines]
    counts = {name: len(lines) for name, lines in without.items()}
    return Predictions(np.array(order, np.int64), np.array(wrong, np.bool_), label, yes, path.name, counts, told)


def _told(cell: str) -> bool:
    """Whether a cell says something."""
    return is_known(cell.strip())


def as_answer(cell: str) -> str:
    """An answer as it is compared: numbers that are equal are spelt alike."""
    word = cell.strip()
    number = number_in(word)
    return word if number is None else spelt(number)


def in_words(said: Iterable[str], labels: Collection[str]) -> dict[str, str]:
    """Answers -> the labels that they are but for capitals; what is none stays as it is."""
    folded: dict[str, list[str]] = {}
    for label in labels:
        folded.setdefault(label.casefold(), []).append(label)
    words = {}
    for word in dict.fromkeys(said):
        alike = folded.get(word.casefold(), [])
        words[word] = alike[0] if word not in labels and len(alike) == 1 else word
    return words


def _meant(path: Path, said: Sequence[str], labels: Sequence[str], faults: list[Fault]) -> list[str]:
    """The answers in the words of the labels, where they are the same but for capitals.

    Answers of which not one is a label are of another table, or in other words, and no errors of a model.
    """
    words = in_words(said, labels)
    if said and not faults and not set(words.values()) & set(labels):
        what = f"no prediction is one of the labels: {_some(list(words))} are predicted, {_some(labels)} are true"
        faults.append(Fault(str(path), what))
    return [words[word] for word in said]


def _aside(path: Path, name: str, lines: Sequence[int]) -> dict[str, str]:
    """What to say of rows that say nothing in a column."""
    also = f" (also at line{'s' * (len(lines) > 2)} {_some([str(line) for line in lines[1:]])})" if lines[1:] else ""
    rows = "row is" if len(lines) == 1 else "rows are"
    return {"where": f"{path}:{lines[0]}", "what": f"{name} is empty{also}; {len(lines):,} {rows} set aside"}


def _some(words: Sequence[str]) -> str:
    """The first of many."""
    return ", ".join(words[:MOST_WORDS]) + (", ..." if len(words) > MOST_WORDS else "")


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


def _score(where: str, word: str, faults: list[Fault]) -> float:
    """A score."""
    try:
        score = float(word)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        faults.append(Fault(where, f"score must be a number, not {word!r}"))
    return score


def _request(faults: list[Fault]) -> RequestError:
    """All faults of one table, the first twenty in full."""
    if len(faults) > MOST_FAULTS:
        rest = len(faults) - MOST_FAULTS
        faults = [*faults[:MOST_FAULTS], Fault("", f"... and {rest} more like these")]
    return RequestError(faults, "nothing was counted")
