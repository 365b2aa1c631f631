"""What is wanted: for every group that is too small, how many pictures there are and how many there shall be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.rules import possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Table
    from faceaug.coverage.rules import Rule
    from faceaug.coverage.targets import Demand

__all__ = ["Hits", "Wanted", "every_group", "of_demands"]


@dataclass(frozen=True)
class Wanted:
    """A group, and how many pictures of it there shall be.

    Attributes:
        codes: place of an axis -> codes that are meant, ascending.
        photographed: photographs of it.
        rendered: renderings of it that there are already.
        need: how many pictures there shall be.
    """

    codes: tuple[tuple[int, tuple[int, ...]], ...]
    photographed: int
    rendered: int
    need: int

    @property
    def missing(self) -> int:
        """How many pictures are missing, from 0."""
        return max(0, self.need - self.photographed - self.rendered)

    def holds(self, codes: Sequence[int]) -> bool:
        """Whether a picture of some classes is of the group."""
        return all(codes[place] in meant for place, meant in self.codes)

    def where(self, axes: Sequence[Axis]) -> dict[str, tuple[str, ...]]:
        """The group in words."""
        return {axes[place].name: tuple(axes[place].values[code] for code in meant) for place, meant in self.codes}


def every_group(table: Table, at_least: int, *, level: int, rules: Sequence[Rule] = ()) -> tuple[Wanted, ...]:
    """At least so many pictures of every combination of up to `level` attributes that can be.

    Unlike the gaps of an audit, which name the widest group that is too small, these are all of them: filling a wide
    group may leave a narrower one in it empty. Renderings that there are already count: it is they that a plan adds to.

    Args:
        table: the pictures that are counted.
        at_least: pictures of every combination.
        level: the most attributes of a combination, from 1.
        rules: combinations that cannot be.

    Returns:
        The groups that are too small, those of fewest attributes first.
    """
    axes = tuple(replace(axis, ordered=False) for axis in table.axes)
    able = possible(rules, axes) if rules else None
    found = []
    for count in range(1, min(level, len(axes)) + 1):
        for places in combinations(range(len(axes)), count):
            photographed, rendered = (_cells(table, places, drawn=drawn) for drawn in (False, True))
            few = photographed + rendered < at_least
            if able is not None:
                flags = able.over(places)
                few &= flags[tuple(slice(0, -1) if length > 1 else slice(None) for length in flags.shape)]
            for cell in zip(*np.nonzero(few), strict=True):
                codes = tuple((place, (int(code),)) for place, code in zip(places, cell, strict=True))
                found.append(Wanted(codes, int(photographed[cell]), int(rendered[cell]), at_least))
    return tuple(found)


def of_demands(table: Table, demands: Iterable[Demand]) -> tuple[Wanted, ...]:
    """The groups of some demands that are too small; pictures are counted anew, renderings too."""
    names = {axis.name: place for place, axis in enumerate(table.axes)}
    found = []
    for demand in demands:
        codes = sorted(
            (names[name], tuple(sorted(table.axes[names[name]].values.index(value) for value in values)))
            for name, values in demand.where.items()
        )
        rows = np.ones(len(table), np.bool_)
        for place, meant in codes:
            rows &= np.isin(table.codes[:, place], meant)
        drawn = int((rows & table.rendered).sum())
        found.append(Wanted(tuple(codes), int(rows.sum()) - drawn, drawn, demand.need))
    return tuple(wanted for wanted in found if wanted.missing)


def _cells(table: Table, places: Sequence[int], *, drawn: bool) -> npt.NDArray[np.int64]:
    """Pictures of every combination of some attributes."""
    shape = tuple(len(table.axes[place].values) for place in places)
    codes = table.codes[:, list(places)].astype(np.int64)
    rows = (codes != UNKNOWN).all(axis=1) & (table.rendered == drawn)
    flat = np.ravel_multi_index(tuple(codes[rows].T), shape)
    return np.asarray(np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape), np.int64)


class Hits:
    """Which groups a picture of some classes is of; every question is answered once.

    Args:
        wanted: the groups.
    """

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = wanted
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._groups: dict[tuple[int, ...], dict[tuple[int, ...], list[int]]] = {}
        for number, group in enumerate(wanted):
            named = self._groups.setdefault(tuple(place for place, _ in group.codes), {})
            for codes in product(*(meant for _, meant in group.codes)):
                named.setdefault(codes, []).append(number)

    def __call__(self, codes: tuple[int, ...]) -> tuple[int, ...]:
        """Places of the groups, ascending."""
        if codes not in self._known:
            self._known[codes] = tuple(sorted(self._of(codes)))
        return self._known[codes]

    def _of(self, codes: tuple[int, ...]) -> Iterator[int]:
        for places, named in self._groups.items():
            yield from named.get(tuple(codes[place] for place in places), ())
