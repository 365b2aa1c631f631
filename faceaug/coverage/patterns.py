"""Patterns: the widest combinations of attributes that a data set holds too few pictures, or people, of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from faceaug.coverage.cube import LARGEST_CUBE, count_cube, maximal
from faceaug.coverage.lattice import choices, cube_size
from faceaug.coverage.levels import LARGEST_LEVELS, deepest, level_gaps, level_size
from faceaug.coverage.rules import possible
from faceaug.coverage.words import group_words
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Of, Table
    from faceaug.coverage.lattice import Choices
    from faceaug.coverage.rules import Possible, Rule

__all__ = ["Gap", "Gaps", "find_gaps"]

Unit = Literal["pictures", "people"]


@dataclass(frozen=True)
class Gap:
    """One maximal uncovered pattern.

    Attributes:
        where: attribute -> the values that are meant, neighbours of an ordered attribute together; attributes that
            are not named may be anything.
        count: how many there are.
        missing: how many more it takes.
    """

    where: dict[str, tuple[str, ...]]
    count: int
    missing: int

    @property
    def level(self) -> int:
        """How many attributes the pattern fixes."""
        return len(self.where)

    def __str__(self) -> str:
        """`glasses=tinted & ita=dark..tan`."""
        return group_words(self.where)


@dataclass(frozen=True)
class Gaps:
    """Maximal uncovered patterns, those that fix least first, then by axis and value in their order.

    Attributes:
        axes: A axes.
        at_least: count from which a pattern is covered.
        patterns: (M, A) choice on each axis.
        counts: (M,).
        levels: (M,) how many axes each pattern fixes.
        level: patterns were looked for up to this level.
    """

    axes: tuple[Axis, ...]
    at_least: int
    patterns: npt.NDArray[np.int16]
    counts: npt.NDArray[np.int32]
    levels: npt.NDArray[np.int16]
    level: int

    @property
    def complete(self) -> bool:
        """Whether every level was looked at."""
        return self.level >= len(self.axes)

    @property
    def covered_level(self) -> int:
        """The maximum covered level: all patterns up to it are covered; -1 if there are too few pictures at all."""
        return int(self.levels[0]) - 1 if len(self) else self.level

    def __len__(self) -> int:
        """Number of patterns."""
        return len(self.counts)

    def __getitem__(self, place: int) -> Gap:
        """One pattern in words."""
        where = {}
        for axis, choice in zip(self.axes, self.patterns[place].tolist(), strict=True):
            spans = choices(axis).spans
            if choice < len(spans):
                where[axis.name] = axis.values[spans[choice][0] : spans[choice][1] + 1]
        count = int(self.counts[place])
        return Gap(where, count, self.at_least - count)

    def __iter__(self) -> Iterator[Gap]:
        """The patterns in words."""
        return (self[place] for place in range(len(self)))


def find_gaps(
    table: Table,
    at_least: int,
    *,
    level: int | None = None,
    of: Of = "photographed",
    unit: Unit = "pictures",
    rules: Sequence[Rule] = (),
) -> Gaps:
    """Find every maximal uncovered pattern: too few pictures match it, and enough match everything wider.

    Args:
        table: the pictures.
        at_least: count from which a pattern is covered, 1 or more.
        level: the most attributes that a pattern may fix; None for as deep as memory allows (`Gaps.level` says how
            deep that was: all levels for up to 130 million patterns, and at least level 1 beyond).
        of: which pictures are counted.
        unit: pictures, or different people; pictures of which nobody says who it is count no person.
        rules: combinations that cannot be, and that nobody misses.

    Returns:
        The same patterns in the same order every time.

    Raises:
        ValueError: for a threshold below 1 or a level below 0.
        RequestError: for a level with more than 200 million patterns.

    Source: Asudeh, Jin and Jagadish (ICDE 2019) for the definition; a count cube for the method.
    """
    if at_least < 1 or (level is not None and level < 0):
        msg = f"at_least must be 1 or more and level 0 or more, not {at_least} and {level}"
        raise ValueError(msg)
    rows = table.only(table.rows(of))
    kinds = [choices(axis) for axis in table.axes]
    able = possible(rules, table.axes) if rules else None
    size = cube_size(table.axes)
    top = len(kinds) if level is None else min(level, len(kinds))
    if unit == "people" or size > LARGEST_CUBE:
        deep = _depth(kinds, len(rows), level)
        return _by_level(rows, kinds, at_least, deep, able=able, people=rows.subjects if unit == "people" else None)
    cube = count_cube(rows.codes, rows.axes, kinds)
    flat = maximal(cube < at_least, kinds, able)
    places = np.unravel_index(flat, cube.shape)
    levels = np.zeros(len(flat), np.int16)
    for place, kind in zip(places, kinds, strict=True):
        levels += place != kind.anything
    order = np.argsort(levels, kind="stable")
    order = order[: np.searchsorted(levels[order], top, side="right")]
    patterns = np.empty((len(order), len(kinds)), np.int16)
    for column, place in enumerate(places):
        patterns[:, column] = place[order]
    return Gaps(table.axes, at_least, patterns, cube.reshape(-1)[flat[order]], levels[order], top)


def _depth(kinds: Sequence[Choices], rows: int, level: int | None) -> int:
    """How deep to look where there is no cube."""
    if level is None:
        return deepest(kinds, rows)
    size = level_size(kinds, min(level, len(kinds)))
    if size > LARGEST_LEVELS:
        deep = deepest(kinds, 1)
        message = f"{level} has {size:,} patterns; the most is {LARGEST_LEVELS:,}, which level {deep} stays below"
        raise RequestError([Fault("level", message)], "nothing was counted")
    return min(level, len(kinds))


def _by_level(
    rows: Table,
    kinds: Sequence[Choices],
    at_least: int,
    level: int,
    *,
    able: Possible | None,
    people: npt.NDArray[np.int64] | None,
) -> Gaps:
    """The gaps by group-bys, in the order of the cube."""
    found = list(level_gaps(rows.codes, rows.axes, kinds, at_least, level, able=able, people=people))
    patterns = np.concatenate([np.empty((0, len(kinds)), np.int16), *(part for part, _ in found)])
    counts = np.concatenate([np.empty(0, np.int32), *(count for _, count in found)])
    levels = (patterns != np.array([kind.anything for kind in kinds])).sum(axis=1).astype(np.int16)
    order: npt.NDArray[np.intp] = np.lexsort((*patterns.T[::-1], levels))
    return Gaps(rows.axes, at_least, patterns[order], counts[order], levels[order], level)
