"""Kinds: photographs that are alike, and crowds of people whose photographs are alike.

Within a kind and a crowd it makes no difference who is chosen, and any total can be dealt out evenly: the totals are a
flow from people to kinds, so what is whole for the crowd is whole for its people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from faceaug.plan.donors.facts import facts_of, unusable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.coverage.counts import Table
    from faceaug.data.record import Record
    from faceaug.plan.donors.facts import Facts
    from faceaug.plan.donors.reach import Reach
    from faceaug.plan.donors.steps import Codes

__all__ = ["Crowd", "Kind", "Nature", "Outcome", "Pool", "donors_of", "kinds_of"]


@dataclass(frozen=True)
class Pool:
    """The pictures that there are.

    Attributes:
        records: photographs and renderings.
        table: the same, as codes.
        split: whose photographs are counted and edited, or '' for all.
    """

    records: Sequence[Record]
    table: Table
    split: str = ""

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """(N,) which pictures are of the split."""
        return np.array([not self.split or record.split == self.split for record in self.records], np.bool_)


@dataclass(frozen=True)
class Outcome:
    """What a photograph can become.

    Attributes:
        codes: the classes afterwards.
        edits: that it takes.
        cost: of the picture.
        hits: numbers of the wanted groups that such a picture is of.
    """

    codes: Codes
    edits: tuple[str, ...]
    cost: float
    hits: tuple[int, ...]


@dataclass(frozen=True)
class Nature:
    """What matters of a photograph to a plan; photographs of one nature are alike.

    Attributes:
        outcomes: what it can become, the cheapest first.
        used: pictures that were made of it before.
    """

    outcomes: tuple[Outcome, ...]
    used: int


@dataclass(frozen=True)
class Kind:
    """Photographs that are alike.

    Attributes:
        nature: of each.
        crowd: number of the crowd, or -1 where nobody says who is shown.
        donors: numbers of the records.
    """

    nature: Nature
    crowd: int
    donors: tuple[int, ...]

    @property
    def fresh(self) -> int:
        """Photographs that no picture was made of before."""
        return 0 if self.nature.used else len(self.donors)


@dataclass(frozen=True)
class Crowd:
    """People whose photographs are alike.

    Attributes:
        people: how many.
        used: pictures that were made of each of them before.
    """

    people: int
    used: int


def donors_of(pool: Pool, reach: Reach) -> dict[int, Facts]:
    """The photographs that pictures can be made of: number of the record -> what matters of it."""
    asked = (reach.quantities, reach.asks)
    used = Counter(record.parent for record in pool.records if record.parent is not None)
    return {
        n: facts_of(record, tuple(pool.table.codes[n].tolist()), pool.table.axes, asked, used[record.id])
        for n, record in enumerate(pool.records)
        if unusable(record, pool.split) is None
    }


def kinds_of(donors: Mapping[int, Nature], records: Sequence[Record]) -> tuple[tuple[Kind, ...], tuple[Crowd, ...]]:
    """Sort photographs into kinds and people into crowds, in the order of the records."""
    numbers: dict[Nature, int] = {}
    people: dict[str, list[int]] = {}
    for donor, nature in donors.items():
        numbers.setdefault(nature, len(numbers))
        people.setdefault(records[donor].subject, []).append(donor)
    natures = list(numbers)
    alone = people.pop("", [])
    alike: dict[tuple[tuple[int, int], ...], list[list[int]]] = {}
    for shown in people.values():
        often = Counter(numbers[donors[donor]] for donor in shown)
        alike.setdefault(tuple(sorted(often.items())), []).append(shown)
    kinds: list[Kind] = []
    crowds: list[Crowd] = []
    for signature, members in alike.items():
        of = [(donor, numbers[donors[donor]]) for shown in members for donor in shown]
        for kind, _ in signature:
            kinds.append(Kind(natures[kind], len(crowds), tuple(donor for donor, number in of if number == kind)))
        crowds.append(Crowd(len(members), sum(natures[kind].used * often for kind, often in signature)))
    nobody: dict[int, list[int]] = {}
    for donor in alone:
        nobody.setdefault(numbers[donors[donor]], []).append(donor)
    kinds += [Kind(natures[kind], -1, tuple(of)) for kind, of in nobody.items()]
    return tuple(kinds), tuple(crowds)
