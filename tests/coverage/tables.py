"""Small random tables, and the slow way to count them."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from numpy.random import Generator  # noqa: TID251

from faceaug.coverage.axes import UNKNOWN, Axis
from faceaug.coverage.counts import Table, table_of
from faceaug.coverage.patterns import Gap

Where = tuple[tuple[int, ...], ...]
"""For each axis the codes that are meant; empty for anything."""


def axes_of(sizes: tuple[int, ...], ordered: tuple[bool, ...] = ()) -> tuple[Axis, ...]:
    ranks = ordered or (False,) * len(sizes)
    return tuple(
        Axis(f"a{place}", tuple(f"v{value}" for value in range(size)), ordered=rank)
        for place, (size, rank) in enumerate(zip(sizes, ranks, strict=True))
    )


@st.composite
def tables(draw: st.DrawFn, *, ordered: bool = True, most_axes: int = 3) -> Table:
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=most_axes)))
    ranks = tuple(draw(st.booleans()) and ordered for _ in sizes)
    rows = draw(st.integers(0, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))  # noqa: TID251 - a table, not a picture
    holes = draw(st.sampled_from([0.0, 0.2]))
    codes = np.stack([np.minimum(rng.geometric(0.5, rows) - 1, size - 1) for size in sizes], axis=1)
    codes = np.where(rng.random(codes.shape) < holes, UNKNOWN, codes)
    return table_of(
        axes_of(sizes, ranks),
        codes,
        rendered=rng.random(rows) < 0.3,
        subjects=rng.integers(-1, 6, rows),
    )


def published(rng: Generator, rows: int, sizes: tuple[int, ...]) -> npt.NDArray[np.int64]:
    columns = []
    for size in sizes:
        weights = np.arange(1, size + 1) ** -1.2
        columns.append(rng.choice(size, rows, p=weights / weights.sum()))
    return np.stack(columns, axis=1)


def spans(axis: Axis) -> list[tuple[int, ...]]:
    count = len(axis.values)
    if not axis.ordered:
        return [(), *((value,) for value in range(count))]
    ranges = [tuple(range(first, last)) for first in range(count) for last in range(first + 1, count + 1)]
    return [(), *(span for span in ranges if len(span) < count or count == 1)]


def wider(where: Where, axes: tuple[Axis, ...]) -> list[Where]:
    found = []
    for place, span in enumerate(where):
        count = len(axes[place].values)
        steps: list[tuple[int, ...]] = []
        if span and axes[place].ordered and len(span) < count - 1:
            steps += [(span[0] - 1, *span)] if span[0] else []
            steps += [(*span, span[-1] + 1)] if span[-1] < count - 1 else []
        elif span:
            steps = [()]
        found += [(*where[:place], step, *where[place + 1 :]) for step in steps]
    return found


def can_be(where: Where, axes: tuple[Axis, ...], impossible: list[Where]) -> bool:
    full = product(*(span or range(len(axis.values)) for span, axis in zip(where, axes, strict=True)))
    return any(
        not any(all(not span or code in span for code, span in zip(cell, rule, strict=True)) for rule in impossible)
        for cell in full
    )


def slow_gaps(
    table: Table, at_least: int, *, people: bool = False, impossible: list[Where] | None = None
) -> dict[Where, int]:
    """Every maximal uncovered pattern by its definition; the table's own pictures are all counted."""

    rows = range(len(table))
    codes, who = table.codes.tolist(), table.subjects.tolist()
    options = [spans(axis) for axis in table.axes]
    fits = [
        {span: frozenset(row for row in rows if not span or codes[row][place] in span) for span in options[place]}
        for place in range(len(options))
    ]
    counts = {}
    for where in product(*options):
        hit = frozenset(rows).intersection(*(fit[span] for fit, span in zip(fits, where, strict=True)))
        counts[where] = len({who[row] for row in hit} - {UNKNOWN}) if people else len(hit)
    return {
        where: count
        for where, count in counts.items()
        if count < at_least
        and all(counts[up] >= at_least for up in wider(where, table.axes))
        and can_be(where, table.axes, impossible or [])
    }


def as_where(gap: Gap, axes: tuple[Axis, ...]) -> Where:
    return tuple(
        tuple(axis.values.index(value) for value in gap.where[axis.name]) if axis.name in gap.where else ()
        for axis in axes
    )
