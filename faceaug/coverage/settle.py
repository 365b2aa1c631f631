"""Settling what is undecided: counts put right by what a person saw on a sample of the photographs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.sample import open_rows, strata_of
from faceaug.coverage.uncertain import stratified_count
from faceaug.coverage.words import group_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from faceaug.coverage.counts import Table
    from faceaug.coverage.listed import Seen
    from faceaug.coverage.roll import Roll

__all__ = ["settle"]

Flags = npt.NDArray[np.bool_]

Cell = tuple[int, int, int]
"""A part of the photographs: how many there are, how many a person has labelled, how many of those belong."""

OUT, IN, SEEMS_OUT, MAY_BE, SEEMS_IN = range(5)
"""Whether a picture is of a group: it was told; it was measured; nobody knows."""

DOUBTFUL: Final = (SEEMS_IN, MAY_BE, SEEMS_OUT)
"""Those that a person's labels put right."""

ENOUGH: Final = 5
"""Labels from which a part of a stratum is counted apart. Fewer tell less than its neighbour does."""


def settle(document: dict[str, Any], table: Table, seen: Seen, roll: Roll | None = None) -> None:
    """Correct the counts of an audit by what a person saw, and decide what can be decided.

    Every value of every attribute that was filled in is corrected, and every gap over such attributes. A gap's state
    becomes what the corrected count says; those that turn out to be covered are gaps no more.

    What was told is certain, whatever a person saw. Within a stratum, photographs that seem to be of a group, that seem
    not to be, and of which nobody knows are counted apart (post-stratification), each by how many of its labelled ones
    are. That takes the stratum of every photograph, which is found again from the undecided gaps, and only if the audit
    is the one that the list was drawn in; else strata are taken as wholes, and what a measurement says is not used.

    Args:
        document: an audit; gets `settled`, and its gaps new states.
        table: the pictures.
        seen: what a person saw.
        roll: which codes were told, and how surely the others are known; without it nothing counts as told.
    """
    frame = _frame(document, table, seen, roll)
    axes = {axis.name: axis for axis in table.axes if axis.name in seen.codes}
    single = [{name: [value]} for name, axis in axes.items() for value in axis.values]
    wanted = single + [
        gap["where"] for gap in document["gaps"] if set(gap["where"]) <= set(seen.codes) and len(gap["where"]) > 1
    ]
    found = {_key(where): _corrected(table, seen, where, document["at_least"], frame) for where in wanted}
    for gap in document["gaps"]:
        settled = found.get(_key(gap["where"]))
        if settled is not None:
            gap.update(_counts(settled, document["at_least"], seen.name))
    there = {_key(gap["where"]) for gap in document["gaps"]}
    document["gaps"] += [
        _gap(entry, document["at_least"], seen.name)
        for key, entry in found.items()
        if key not in there and entry["state"] == "uncovered"
    ]
    document["settled"] = {"list": seen.name, "labelled": len(seen.strata), "groups": list(found.values())}
    document["settled"]["by_measurement"] = frame.strata is not None
    left = [gap for gap in document["gaps"] if gap["state"] != "covered"]
    document["gaps"] = sorted(left, key=lambda gap: len(gap["where"]))
    if left:
        document["covered_level"] = min(len(gap["where"]) for gap in left) - 1


class Frame(NamedTuple):
    """What is known of the photographs that the list was drawn from.

    Attributes:
        told: (N, A) whether a code was told.
        open: (N,) photographs that could be drawn.
        strata: (N,) stratum of each picture, -1 for those that could not be drawn; None where that is not known.
    """

    told: Flags
    open: Flags
    strata: npt.NDArray[np.int64] | None


def _frame(document: Mapping[str, Any], table: Table, seen: Seen, roll: Roll | None) -> Frame:
    """Find again what the list was drawn from."""
    told = np.zeros(table.codes.shape, np.bool_) if roll is None or roll.told is None else roll.told
    open_ = open_rows(table, roll, set(seen.codes))
    names = [name for name in seen.sizes if name.isdigit()]
    most = max(map(int, names), default=0)
    groups = [gap["where"] for gap in document["gaps"] if gap["state"] == "undecided"][:most]
    asked = {name for group in groups for name in group}
    if roll is None or len(names) < len(seen.sizes) or len(groups) < most or (most and asked != set(seen.codes)):
        return Frame(told, open_, None)
    strata = strata_of(table, roll, groups, set(seen.codes))
    same = all(int((strata == int(name)).sum()) == size for name, size in seen.sizes.items())
    same = same and strata[seen.rows].tolist() == [int(name) for name in seen.strata]
    return Frame(told, open_, strata if same else None)


def _gap(entry: Mapping[str, Any], at_least: int, name: str) -> dict[str, Any]:
    """A group that was counted as covered and is not, as a gap."""
    where = {"where": entry["where"], "words": entry["words"], "photographed": entry["naive"]}
    return _counts(entry, at_least, name) | where


def _counts(entry: Mapping[str, Any], at_least: int, name: str) -> dict[str, Any]:
    """What a gap says once its count is corrected: how many are missing, surely there, or might be, by that count."""
    return {
        "state": entry["state"],
        "surely": math.ceil(entry["low"]),
        "might_be": max(0, math.floor(entry["high"]) - entry["naive"]),
        "missing": max(0, math.ceil(at_least - entry["estimate"])),
        "corrected": {"value": entry["estimate"], "low": entry["low"], "high": entry["high"]},
        "settled_by": name,
    }


def _corrected(
    table: Table, seen: Seen, where: Mapping[str, Sequence[str]], at_least: int, frame: Frame
) -> dict[str, Any]:
    """The corrected count of one group."""
    known = _known(table, where, frame.told)
    own = {axis.name: seen.codes[axis.name] for axis in table.axes if axis.name in where}
    filled = np.all([codes != UNKNOWN for codes in own.values()], axis=0)
    labelled, belongs = _answers(table, seen, where, frame.told)
    photos = ~table.rendered
    if frame.strata is None:
        # Which stratum a photograph is of that was not drawn is not known: strata alone, and what is told beside them.
        kinds = [(seen.sizes[name], np.array([one == name for one in seen.strata])) for name in seen.sizes]
        cells = [_cell(size, labelled[rows], belongs[rows]) for size, rows in kinds]
        told = int(((known == IN) & photos & ~frame.open).sum())
    else:
        numbers = range(int(frame.strata.max(initial=0)) + 1)
        strata = [(frame.strata == number, frame.strata[seen.rows] == number) for number in numbers]
        cells = []
        for there, listed in strata:
            parts = [(there & (known == kind), listed & (known[seen.rows] == kind)) for kind in DOUBTFUL]
            cells += _merged([_cell(int(all_.sum()), labelled[rows], belongs[rows]) for all_, rows in parts])
        told = int(((known == IN) & photos).sum())
    sizes, counts, hits = np.array([*cells, (told, told, told)], np.int64).T
    naive = int((photos & table.within(where)).sum())
    made = stratified_count(sizes, counts, hits, naive)
    return {
        "where": {name: list(values) for name, values in where.items()},
        "words": group_words(where),
        "naive": made.naive,
        "told": told,
        "estimate": round(made.value, 2),
        "low": round(made.low, 2),
        "high": round(made.high, 2),
        "labelled": int(filled.sum()),
        "state": made.state(at_least),
    }


def _codes(table: Table, where: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, list[int]]]:
    """The axes of a group, and the codes that are meant."""
    for place, axis in enumerate(table.axes):
        if axis.name in where:
            yield place, [axis.values.index(value) for value in where[axis.name]]


def _known(table: Table, where: Mapping[str, Sequence[str]], told: Flags) -> npt.NDArray[np.int64]:
    """What is known of each picture and a group: IN, OUT, or how it seems (DOUBTFUL)."""
    inside, outside, sure_in, sure_out = (np.full(len(table), first) for first in (True, False, True, False))
    for place, codes in _codes(table, where):
        column = table.codes[:, place]
        hit, there = np.isin(column, codes), column != UNKNOWN
        inside &= hit
        outside |= there & ~hit
        sure_in &= hit & told[:, place]
        sure_out |= there & ~hit & told[:, place]
    kinds = np.select([sure_out, sure_in, outside, inside], [OUT, IN, SEEMS_OUT, SEEMS_IN], MAY_BE)
    return np.asarray(kinds, np.int64)


def _answers(table: Table, seen: Seen, where: Mapping[str, Sequence[str]], told: Flags) -> tuple[Flags, Flags]:
    """Of which photographs of the list it is known whether they are of a group, and which are; what is told wins."""
    labelled, belongs, out = (np.full(len(seen.rows), first) for first in (True, True, False))
    for place, codes in _codes(table, where):
        sure = told[seen.rows, place]
        said = np.where(sure, table.codes[seen.rows, place], seen.codes[table.axes[place].name])
        labelled &= said != UNKNOWN
        belongs &= np.isin(said, codes)
        out |= sure & ~np.isin(said, codes)
    return labelled | out, belongs & ~out


def _cell(size: int, labelled: Flags, belongs: Flags) -> Cell:
    """A part of the photographs: how many, how many of them are labelled, and how many of those belong."""
    return size, int(labelled.sum()), int((labelled & belongs).sum())


def _merged(cells: Sequence[Cell]) -> list[Cell]:
    """The parts of one stratum, in order of how a picture seems; what has few labels goes with its neighbour."""
    kept = [cell for cell in cells if cell[0]]
    while len(kept) > 1:
        least, at = min((cell[1], place) for place, cell in enumerate(kept))
        if least >= ENOUGH or least == kept[at][0]:
            break
        other = at + 1 if at + 1 < len(kept) and (at == 0 or kept[at + 1][1] < kept[at - 1][1]) else at - 1
        joined = tuple(map(sum, zip(kept[at], kept[other], strict=True)))
        kept[min(at, other) : max(at, other) + 1] = [(joined[0], joined[1], joined[2])]
    return kept


def _key(where: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A group that can be looked up."""
    return tuple(sorted((name, tuple(values)) for name, values in where.items()))
