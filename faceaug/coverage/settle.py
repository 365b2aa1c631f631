"""Settling what is undecided: the list of photographs read back, with what a person saw."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.sample import FIXED
from faceaug.coverage.uncertain import stratified_count
from faceaug.coverage.words import group_words
from faceaug.data.files import undecoded, why_unreadable
from faceaug.data.rows import mark_of
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Table

__all__ = ["Seen", "read_sample", "settle"]

MOST_FAULTS: Final = 20
"""A list with more faults than this has one cause; the rest is counted."""


@dataclass(frozen=True)
class Seen:
    """What a person saw.

    Attributes:
        strata: stratum of each photograph of the list.
        sizes: stratum -> photographs of the data set in it.
        codes: attribute -> code of each photograph of the list, UNKNOWN where nothing was filled in.
        name: of the file.
    """

    strata: tuple[str, ...]
    sizes: Mapping[str, int]
    codes: Mapping[str, np.ndarray]
    name: str


def read_sample(path: Path, table: Table, ids: Sequence[str]) -> Seen:
    """Read a list that `--sample` wrote and that a person has filled in.

    Cells that were left empty count as not labelled.

    Args:
        path: the list.
        table: the pictures, with the axes that are counted.
        ids: of the pictures.

    Raises:
        RequestError: all faults together, with their lines.
    """
    rows = _rows(path)
    faults: list[Fault] = []
    names = [name for name in rows[0] if name not in FIXED] if rows else []
    axes = {axis.name: axis for axis in table.axes if axis.name in names}
    lacking = [name for name in FIXED if rows and name not in rows[0]]
    if lacking or not axes:
        also = f"; it lacks {', '.join(lacking)}" if lacking else ", with an attribute that is counted filled in"
        raise _request([Fault(str(path), f"must be a list that --sample wrote{also}")])
    known = set(ids)
    codes: dict[str, list[int]] = {name: [] for name in axes}
    sizes: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        place = f"{path}:{line}"
        if row["id"] not in known:
            faults.append(Fault(place, f"{row['id']!r} is not in the data set"))
        if not row["stratum_size"].isdigit() or sizes.setdefault(row["stratum"], int(row["stratum_size"])) != int(
            row["stratum_size"]
        ):
            faults.append(Fault(place, f"stratum_size must stay as it was written, not {row['stratum_size']!r}"))
        for name, axis in axes.items():
            codes[name].append(_code(axis, row[name].strip(), place, faults))
    if not faults and all(code == UNKNOWN for column in codes.values() for code in column):
        faults.append(Fault(str(path), f"has nothing filled in; the columns to fill in are {', '.join(axes)}"))
    if faults:
        raise _request(faults)
    strata = tuple(row["stratum"] for row in rows)
    return Seen(strata, sizes, {name: np.array(column) for name, column in codes.items()}, path.name)


def settle(document: dict[str, Any], table: Table, seen: Seen) -> None:
    """Correct the counts of an audit by what a person saw, and decide what can be decided.

    Every value of every attribute that was filled in is corrected, and every gap over such attributes. A gap's state
    becomes what the corrected count says; those that turn out to be covered are gaps no more.

    Args:
        document: an audit; gets `settled`, and its gaps new states.
        table: the pictures.
        seen: what a person saw.
    """
    single = [{name: [value]} for name, axis in _axes(table, seen).items() for value in axis.values]
    wanted = single + [
        gap["where"] for gap in document["gaps"] if set(gap["where"]) <= set(seen.codes) and len(gap["where"]) > 1
    ]
    found = {_key(where): _corrected(table, seen, where, document["at_least"]) for where in wanted}
    for gap in document["gaps"]:
        settled = found.get(_key(gap["where"]))
        if settled is not None:
            gap["state"], gap["settled_by"] = settled["state"], seen.name
    there = {_key(gap["where"]) for gap in document["gaps"]}
    document["gaps"] += [
        _gap(entry, seen.name) for key, entry in found.items() if key not in there and entry["state"] == "uncovered"
    ]
    document["settled"] = {"list": seen.name, "labelled": len(seen.strata), "groups": list(found.values())}
    left = [gap for gap in document["gaps"] if gap["state"] != "covered"]
    document["gaps"] = sorted(left, key=lambda gap: len(gap["where"]))
    if left:
        document["covered_level"] = min(len(gap["where"]) for gap in left) - 1


def _gap(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A group that was counted as covered and is not, as a gap."""
    return {
        "state": entry["state"],
        "surely": 0,
        "might_be": 0,
        "where": entry["where"],
        "words": entry["words"],
        "photographed": entry["naive"],
        "missing": 0,
        "settled_by": name,
    }


def _corrected(table: Table, seen: Seen, where: Mapping[str, Sequence[str]], at_least: int) -> dict[str, Any]:
    """The corrected count of one group."""
    axes = _axes(table, seen)
    labelled, belongs = np.ones(len(seen.strata), np.bool_), np.ones(len(seen.strata), np.bool_)
    naive = ~table.rendered
    for place, axis in enumerate(table.axes):
        if axis.name in where:
            codes = [axes[axis.name].values.index(value) for value in where[axis.name]]
            labelled &= seen.codes[axis.name] != UNKNOWN
            belongs &= np.isin(seen.codes[axis.name], codes)
            naive = naive & np.isin(table.codes[:, place], codes)
    strata = list(seen.sizes)
    at = np.array([strata.index(name) for name in seen.strata])
    counts, hits = (np.bincount(at[rows], minlength=len(strata)) for rows in (labelled, labelled & belongs))
    made = stratified_count([seen.sizes[name] for name in strata], counts, hits, int(naive.sum()))
    return {
        "where": {name: list(values) for name, values in where.items()},
        "words": group_words(where),
        "naive": made.naive,
        "estimate": round(made.value, 2),
        "low": round(made.low, 2),
        "high": round(made.high, 2),
        "labelled": made.labelled,
        "state": made.state(at_least),
    }


def _axes(table: Table, seen: Seen) -> dict[str, Axis]:
    """The axes that something was filled in for."""
    return {axis.name: axis for axis in table.axes if axis.name in seen.codes}


def _key(where: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A group that can be looked up."""
    return tuple(sorted((name, tuple(values)) for name, values in where.items()))


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of the list."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _request([Fault(str(path), why_unreadable(path, error))]) from error
    except UnicodeDecodeError as error:
        raise _request([undecoded(path, error)]) from error
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark_of(text), restkey="", restval=""))
    if not rows:
        raise _request([Fault(str(path), "lists no photographs")])
    return rows


def _code(axis: Axis, word: str, place: str, faults: list[Fault]) -> int:
    """The code of what was filled in: one of the classes, or a number where the classes are cut out of one."""
    if not word:
        return UNKNOWN
    if word in axis.values:
        return axis.values.index(word)
    try:
        return axis.code(float(word)) if axis.cuts else _wrong(axis, word, place, faults)
    except ValueError:
        return _wrong(axis, word, place, faults)


def _wrong(axis: Axis, word: str, place: str, faults: list[Fault]) -> int:
    """A word that is none of the classes."""
    near = did_you_mean(word, axis.values)
    hint = f"did you mean {near!r}?" if near else f"it has {', '.join(axis.values)}"
    faults.append(Fault(place, f"{axis.name} is never {word!r}; {hint}"))
    return UNKNOWN


def _request(faults: list[Fault]) -> RequestError:
    """All faults of a list, the first twenty in full."""
    if len(faults) > MOST_FAULTS:
        faults = [*faults[:MOST_FAULTS], Fault("", f"... and {len(faults) - MOST_FAULTS} more like these")]
    return RequestError(faults, "nothing was counted")
