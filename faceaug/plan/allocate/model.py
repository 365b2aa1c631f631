"""The model of a plan: what each kind of photograph can become, and the limits, as a matrix."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from faceaug.plan.allocate.kinds import Crowd, Kind, Nature, Outcome, Pool, donors_of, kinds_of
from faceaug.plan.allocate.wanted import Hits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from faceaug.plan.allocate.wanted import Wanted
    from faceaug.plan.donors.facts import Facts
    from faceaug.plan.donors.reach import Reach
    from faceaug.plan.donors.steps import Codes, Way
    from faceaug.plan.limits import Limits

__all__ = ["FREE", "Column", "Model", "build"]

LARGEST: Final = 250_000
"""Columns that are still searched; beyond that, the dearest sources of each outcome are left out."""

FREE: Final = 1 << 30
"""A limit that limits nothing."""


@dataclass(frozen=True)
class Column:
    """What can be decided: how many pictures of one kind become what.

    Attributes:
        kind: number of the kind.
        outcome: what they become.
    """

    kind: int
    outcome: Outcome


@dataclass(frozen=True)
class Model:
    """What can be decided, and within what.

    Attributes:
        wanted: the groups that are too small.
        donors: number of a record -> what matters of the photograph.
        ways: what matters of a photograph -> classes that it can be brought to -> the cheapest way.
        kinds: of photographs.
        columns: what can be decided.
        hits: (wanted, columns) 1 where a picture is of a group.
        within: (limits, columns) 1 where a picture counts for a limit.
        most: (limits,) what is allowed.
        names: (limits,) `per_photo`, `per_subject`, `share` or `group_share`, of each. Those per photograph come first,
            one for each kind.
    """

    wanted: tuple[Wanted, ...]
    donors: Mapping[int, Facts]
    ways: Mapping[Facts, Mapping[Codes, Way]]
    kinds: tuple[Kind, ...]
    columns: tuple[Column, ...]
    hits: sparse.csr_array
    within: sparse.csr_array
    most: npt.NDArray[np.float64]
    names: tuple[str, ...]

    @property
    def missing(self) -> npt.NDArray[np.float64]:
        """(wanted,) pictures that are missing."""
        return np.array([group.missing for group in self.wanted], np.float64)

    @property
    def costs(self) -> npt.NDArray[np.float64]:
        """(columns,) cost of a picture, if it is the first of its photograph."""
        return np.array([column.outcome.cost for column in self.columns], np.float64)


def build(pool: Pool, wanted: Sequence[Wanted], reach: Reach, limits: Limits) -> Model:
    """Set the model up.

    Args:
        pool: the pictures that there are.
        wanted: the groups that are too small.
        reach: what edits can do.
        limits: what the plan may do.
    """
    donors, hits = donors_of(pool, reach), Hits(wanted)
    ways: dict[Facts, dict[Codes, Way]] = {}
    natures: dict[Facts, Nature] = {}
    for facts in donors.values():
        if facts not in ways:
            ways[facts] = _ways(facts, reach, hits, limits)
            natures[facts] = Nature(_useful(ways[facts], hits, every=limits.most_in_group < 1), facts.used)
    useful = {donor: natures[facts] for donor, facts in donors.items() if natures[facts].outcomes}
    kinds, crowds = kinds_of(useful, pool.records)
    every = [Column(number, outcome) for number, kind in enumerate(kinds) for outcome in kind.nature.outcomes]
    columns = sorted(_affordable(every, kinds, wanted, limits), key=lambda column: _lot(column, limits.seed))
    within, most, names = _limits(columns, kinds, crowds, pool, limits)
    places = [(group, place) for place, column in enumerate(columns) for group in column.outcome.hits]
    shape = (len(wanted), len(columns))
    return Model(tuple(wanted), donors, ways, kinds, tuple(columns), _ones(places, *shape), within, most, names)


def _ways(facts: Facts, reach: Reach, hits: Hits, limits: Limits) -> dict[Codes, Way]:
    """The cheapest way to all classes that count."""
    found: dict[Codes, Way] = {}
    for way in (*reach.ways(facts, limits.edits), *(reach.stays(facts) if limits.balance else ())):
        if hits(way.codes) and (way.codes not in found or way.cost < found[way.codes].cost):
            found[way.codes] = way
    return found


def _useful(ways: Mapping[Codes, Way], hits: Hits, *, every: bool) -> tuple[Outcome, ...]:
    """The outcomes that are worth looking at.

    Args:
        ways: to all classes that count.
        hits: which groups a picture is of.
        every: keep all of them, since there are limits on classes that no group is about; otherwise what fills no more
            than something cheaper is left out.
    """
    found = [Outcome(codes, way.edits, way.cost, hits(codes)) for codes, way in ways.items()]
    found.sort(key=lambda one: (one.cost, -len(one.hits), one.codes))
    if every:
        return tuple(found)
    kept: dict[frozenset[int], Outcome] = {}
    for outcome in found:
        fills = frozenset(outcome.hits)
        if not any(fills <= other for other in kept):
            kept[fills] = outcome
    return tuple(kept.values())


def _affordable(
    columns: list[Column], kinds: Sequence[Kind], wanted: Sequence[Wanted], limits: Limits
) -> Iterator[Column]:
    """All columns; where there are too many, the cheapest of each outcome, for four times what could be asked."""
    if len(columns) <= LARGEST:
        yield from columns
        return
    room: dict[tuple[int, ...], float] = {}
    for column in sorted(columns, key=lambda column: column.outcome.cost):
        left = room.setdefault(column.outcome.hits, 4.0 * max(wanted[group].missing for group in column.outcome.hits))
        if left > 0:
            room[column.outcome.hits] = left - limits.per_photo * len(kinds[column.kind].donors)
            yield column


def _lot(column: Column, seed: int) -> bytes:
    """A place that the seed decides: among plans that are equally good the solver takes what it meets first."""
    return hashlib.sha256(f"{seed} {column.kind} {column.outcome.codes}".encode()).digest()


def _limits(
    columns: Sequence[Column], kinds: Sequence[Kind], crowds: Sequence[Crowd], pool: Pool, limits: Limits
) -> tuple[sparse.csr_array, npt.NDArray[np.float64], tuple[str, ...]]:
    """All limits, a row each."""
    rows = [("per_photo", max(0.0, limits.per_photo - kind.nature.used) * len(kind.donors)) for kind in kinds]
    of = [(column.kind, kinds[column.kind].crowd, number) for number, column in enumerate(columns)]
    places = [(kind, number) for kind, _, number in of]
    places += [(len(rows) + crowd, number) for _, crowd, number in of if crowd >= 0]
    rows += [("per_subject", max(0.0, limits.per_subject - crowd.used) * crowd.people) for crowd in crowds]
    counted, table = pool.counted, pool.table
    drawn, real = counted & table.rendered, counted & ~table.rendered
    places += [(len(rows), number) for number in range(len(columns))]
    rows.append(("share", _room(limits.share, int(real.sum()), int(drawn.sum()))))
    codes = np.array([column.outcome.codes for column in columns], np.int16).reshape(len(columns), len(table.axes))
    for place, axis in enumerate(table.axes) if limits.most_in_group < 1 else ():
        for code in range(len(axis.values)):
            shown = table.codes[:, place] == code
            places += [(len(rows), int(number)) for number in np.flatnonzero(codes[:, place] == code)]
            room = _room(limits.most_in_group, int((real & shown).sum()), int((drawn & shown).sum()))
            rows.append(("group_share", room))
    most = np.array([allowed for _, allowed in rows], np.float64)
    return _ones(places, len(rows), len(columns)), most, tuple(name for name, _ in rows)


def _room(share: float, photographed: int, rendered: int) -> float:
    """Renderings that can be added until they are a share of all pictures."""
    return (
        float(FREE) if share >= 1 else float(max(0, math.floor(share / (1 - share) * photographed + 1e-9) - rendered))
    )


def _ones(places: Sequence[tuple[int, int]], rows: int, columns: int) -> sparse.csr_array:
    """A matrix that is 1 at some places."""
    at = np.array(places, np.int64).reshape(-1, 2)
    return sparse.csr_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(rows, columns))
