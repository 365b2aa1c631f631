"""Do the labels agree with what people say they see? Counted as equal, as neighbours, and beyond chance."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.alike import EndsAlike
from faceaug.data.attributes import VOCABULARY
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.image.noise import Noise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.data.record import Record

__all__ = ["agreement", "kappa", "paired"]

Floats = npt.NDArray[np.float64]

ROUNDS: Final = 1000
"""Resamples of people that an interval is taken from: its ends lie within about a tenth of its half width."""

LIMITS: Final = (0.025, 0.975)
"""Quantiles between which 95 % of them lie."""

TITLES: Final = {"both": "", "photographed": "camera", "rendered": "rendered"}
"""Which pictures are compared -> their origin."""

Pair = tuple["Record", "Record"]


def paired(records: Sequence[Record], people: Sequence[Record], where: str) -> list[Pair]:
    """Find for each row that a person filled in the picture that it is about.

    Args:
        records: of the data set.
        people: rows of a table: the picture is named by its id, its path, its hash, or the end of its path, where one
            picture alone may be meant and by one path alone; `other/one.png` is not `mine/one.png`.
        where: the table, for messages.

    Raises:
        RequestError: a row names no picture, or no row has a label that the data set has too.
    """
    places = {key: n for n, record in enumerate(records) for key in (record.sha256, record.photo) if key}
    places |= {record.id: n for n, record in enumerate(records)}
    exact = [next((places[key] for key in (row.id, row.photo, row.sha256) if key in places), None) for row in people]
    alike = EndsAlike([_plain(record.photo) for record in records])
    ends = (alike.meant(_plain(row.photo)) for row in people)
    only = (found[0] if len(found) == 1 else None for found in ends)
    meant = [end if found is None else found for end, found in zip(only, exact, strict=True)]
    rivals: dict[int, set[str]] = {}
    for row, place in zip(people, meant, strict=True):
        if place is not None:
            rivals.setdefault(place, set()).add(row.photo)
    pairs: list[Pair] = []
    strange: list[Record] = []
    for row, found, place in zip(people, exact, meant, strict=True):
        if place is None or (found is None and len(rivals[place]) > 1):
            strange.append(row)
        else:
            pairs.append((records[place], row))
    if strange:
        near = did_you_mean(strange[0].id, [record.id for record in records])
        hint = f"; did you mean {near!r}?" if near else ""
        raise _refused(where, f"{len(strange)} rows are about no picture here, such as {strange[0].photo!r}{hint}")
    if not any(row.attributes.keys() & record.attributes.keys() for record, row in pairs):
        labels = dict.fromkeys(name for row in people for name in row.attributes)
        has = dict.fromkeys(name for record in records for name in record.attributes)
        raise _refused(where, f"has {', '.join(labels) or 'no labels'}; none is among {', '.join(list(has)[:12])}")
    return pairs


def _plain(photo: str) -> str:
    """A path without its extension."""
    return PurePosixPath(photo).with_suffix("").as_posix() if photo else ""


def agreement(pairs: Sequence[Pair]) -> dict[str, dict[str, Any]]:
    """How far labels agree with people.

    Args:
        pairs: (record of the data set, the person's row about it).

    Returns:
        Attribute -> `both`, `photographed`, `rendered` -> JSON values. Words: pictures, people, exact, neighbour (equal
        or next to each other, of ordered words), kappa (quadratic weights for ordered words, none otherwise), each a
        value with its 95 % limits, and `confusion` (label -> person's word -> pictures). Numbers: pictures, people and
        `difference` (median of label less person's). Limits are those of resampled people.
    """
    names = dict.fromkeys(name for record, row in pairs for name in row.attributes if name in record.attributes)
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        rows: dict[str, Any] = {}
        for title, origin in TITLES.items():
            chosen = [
                (_person(record), record.attributes[name].value, row.attributes[name].value)
                for record, row in pairs
                if name in record.attributes and name in row.attributes and origin in {"", record.origin}
                and record.attributes[name].known
            ]  # fmt: skip
            if chosen:
                rows[title] = _agreed(name, chosen)
        if rows:
            found[name] = rows
    return found


def kappa(confusion: Floats, *, ordered: bool) -> Floats:
    """Agreement beyond chance: 1 is perfect, 0 what chance would give; NaN where all say the same word.

    Args:
        confusion: (..., K, K) pictures by label and by the person's word.
        ordered: whether a miss by two weighs four times a miss by one; otherwise all misses weigh the same.

    Source: J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968).
    """
    size = confusion.shape[-1]
    gap = np.abs(np.arange(size)[:, None] - np.arange(size)[None])
    weights = (gap**2).astype(np.float64) if ordered else (gap > 0).astype(np.float64)
    total = confusion.sum((-2, -1))
    chance = confusion.sum(-1)[..., :, None] * confusion.sum(-2)[..., None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(1 - (weights * confusion).sum((-2, -1)) * total / (weights * chance).sum((-2, -1)))


def _agreed(name: str, rows: Sequence[tuple[str, Any, Any]]) -> dict[str, Any]:
    """One attribute on some pictures."""
    people = sorted({person for person, _, _ in rows})
    size = {"pictures": len(rows), "people": len(people)}
    if all(isinstance(v, int | float) and not isinstance(v, bool) for _, *both in rows for v in both):
        gaps = [np.array([float(a) - float(b) for who, a, b in rows if who == person]) for person in people]
        medians = np.array(
            [np.median(np.concatenate([gaps[i] for i in taken])) for taken in _resampled(name, len(people))]
        )
        return size | {"difference": _limits(np.median(np.concatenate(gaps)), medians)}
    said = {str(value) for _, *both in rows for value in both}
    words, ordered = _words(name, said)
    place = {word: number for number, word in enumerate(words)}
    each = np.zeros((len(people), len(words), len(words)))
    number = {person: index for index, person in enumerate(people)}
    for person, label, human in rows:
        each[number[person], place[str(label)], place[str(human)]] += 1
    drawn = np.array([np.bincount(taken, minlength=len(people)) for taken in _resampled(name, len(people))])
    many = np.tensordot(drawn.astype(np.float64), each, 1)
    whole = each.sum(0)
    gap = np.abs(np.arange(len(words))[:, None] - np.arange(len(words))[None])
    result: dict[str, Any] = {**size, "exact": _limits(_share(whole, gap == 0), _share(many, gap == 0))}
    if ordered:
        result["neighbour"] = _limits(_share(whole, gap <= 1), _share(many, gap <= 1))
    result["kappa"] = _limits(kappa(whole, ordered=ordered), kappa(many, ordered=ordered))
    result["weights"] = "quadratic" if ordered else "none"
    table = {label: {human: int(whole[place[label], place[human]]) for human in words} for label in words}
    return result | {"confusion": table}


def _words(name: str, said: set[str]) -> tuple[list[str], bool]:
    """The words in their order, and whether they have one; strangers to the vocabulary have none."""
    known = VOCABULARY[name].values if name in VOCABULARY else ()
    if name in ORDERED and said <= set(known):
        return list(known), True
    return sorted(said), False


ORDERED: Final = frozenset({"pose", "skin_tone"})
"""Attributes of which neighbouring words are near each other; those of the others are merely listed."""


def _share(confusion: Floats, cells: npt.NDArray[np.bool_]) -> Floats:
    return np.asarray((confusion * cells).sum((-2, -1)) / confusion.sum((-2, -1)))


def _resampled(name: str, people: int) -> npt.NDArray[np.int64]:
    """(ROUNDS, people): people drawn with replacement, the same every time."""
    drawn = Noise((f"agreement of {name}",)).uniform("people", ROUNDS * people)[0].double().numpy()
    return np.minimum((drawn * people).astype(np.int64), people - 1).reshape(ROUNDS, people)


def _limits(value: Any, drawn: Floats) -> dict[str, float | None]:
    """A value and its limits; None for what nobody knows."""
    known = drawn[np.isfinite(drawn)]
    low, high = np.quantile(known, LIMITS).tolist() if len(known) else (None, None)
    return {"value": float(value) if np.isfinite(value) else None, "low": low, "high": high}


def _person(record: Record) -> str:
    """Who is shown; pictures of nobody named are of one person as far as they stem from one photograph."""
    return record.subject or f"{record.parent or record.id} (unnamed)"


def _refused(where: str, what: str) -> RequestError:
    return RequestError([Fault(where, what)], "nothing was verified")
