"""Metrics: values worked out by hand, bounds, and levels counted one by one."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from faceaug.coverage import metrics
from faceaug.coverage.axes import named_axes
from faceaug.coverage.counts import Table, table_of
from faceaug.coverage.patterns import find_gaps
from faceaug.coverage.rules import read_rules
from tests.coverage.tables import spans, tables

groups = st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any)
grids = (
    st.integers(1, 4)
    .flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 50), min_size=width, max_size=width), min_size=1, max_size=4)
    )
    .filter(lambda rows: any(map(any, rows)))
)


def test_values_by_hand() -> None:
    assert metrics.effective_groups([5, 5, 5, 5]) == pytest.approx(4)
    assert metrics.effective_groups([1, 1, 2]) == pytest.approx(2 * math.sqrt(2))
    assert metrics.evenness([1, 1, 2, 0]) == pytest.approx(0.75)
    assert (metrics.evenness([7]), metrics.evenness([7, 0])) == (1, 0)
    assert metrics.imbalance_ratio([10, 2, 5]) == 5
    assert metrics.imbalance_ratio([10, 0]) == math.inf
    assert metrics.total_variation([3, 1], [1, 1]) == pytest.approx(0.25)
    assert metrics.representation_ratio([3, 1, 0], [1, 1, 0]).tolist()[:2] == [1.5, 0.5]
    assert metrics.representation_ratio([1, 1], [1, 0])[1] == math.inf
    assert metrics.cramers_v([[10, 0], [0, 20]]) == pytest.approx(1)
    assert metrics.cramers_v([[2, 4], [3, 6]]) == pytest.approx(0)
    assert metrics.cramers_v([[2, 4], [0, 0]]) == 0
    assert metrics.local_association([[10, 0], [0, 20]]) == pytest.approx(np.array([[1, -1], [-1, 1]]))
    assert np.abs(metrics.local_association([[2, 4], [3, 6]])).max() < 1e-9
    # 80 % and 70 % cannot meet in less than half of the cases.
    assert metrics.local_association([[5, 3], [2, 0]]) == pytest.approx(np.array([[-1, 1], [1, -1]]))


@given(groups)
def test_bounds_and_order(counts: list[int]) -> None:
    effective, even = metrics.effective_groups(counts), metrics.evenness(counts)
    assert 1 - 1e-9 <= effective <= sum(count > 0 for count in counts) + 1e-9
    assert -1e-9 <= even <= 1 + 1e-9
    turned = counts[::-1]
    assert metrics.effective_groups(turned) == pytest.approx(effective)
    assert metrics.imbalance_ratio(turned) == metrics.imbalance_ratio([3 * count for count in counts]) or any(
        count == 0 for count in counts
    )
    assert metrics.total_variation(counts, counts) == 0
    assert 0 <= metrics.total_variation(counts, [1] * len(counts)) < 1


@given(grids)
def test_association_stays_within_bounds_and_agrees_with_scipy(grid: list[list[int]]) -> None:
    value = metrics.cramers_v(grid)
    assert 0 <= value <= 1
    assert metrics.cramers_v(np.array(grid).T) == pytest.approx(value)
    z = metrics.local_association(grid)
    assert (np.abs(z) <= 1).all()
    table = np.array(grid)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) > 1:
        assert value == pytest.approx(stats.contingency.association(table, method="cramer"), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(tables(), st.integers(1, 8))
def test_levels_equal_counting_one_by_one(table: Table, at_least: int) -> None:
    found = metrics.level_coverage(table, at_least, of="both")
    expected = [[0, 0] for _ in range(len(table.axes) + 1)]
    for where in product(*(spans(axis) for axis in table.axes)):
        hit = np.ones(len(table), np.bool_)
        for column, span in zip(table.codes.T, where, strict=True):
            hit &= np.isin(column, span) if span else True
        level = sum(bool(span) for span in where)
        expected[level][0] += int(hit.sum()) >= at_least
        expected[level][1] += 1
    assert [[entry.covered, entry.possible] for entry in found] == expected
    full = [entry.level for entry in found if entry.share == 1]
    covered = find_gaps(table, at_least, of="both").covered_level
    assert covered == next((level for level, entry in enumerate(found) if entry.share < 1), len(found)) - 1
    assert covered in {-1, *full}


def test_impossible_patterns_are_not_asked_for() -> None:
    axes = named_axes([("glasses", ["none", "clear"]), ("frame", ["none", "round"])])
    rules = read_rules(["glasses=none & frame=round", "glasses=clear & frame=none"], axes)
    levels = metrics.level_coverage(table_of(axes, np.array([[0, 0], [1, 1]])), 1, rules=rules)
    assert [(entry.covered, entry.possible) for entry in levels] == [(1, 1), (4, 4), (2, 2)]


@pytest.mark.parametrize("counts", [[], [0, 0], [1, -1], [1, math.nan]])
def test_senseless_counts(counts: list[float]) -> None:
    with pytest.raises(ValueError, match="counts must be"):
        metrics.effective_groups(counts)


def test_targets_of_another_length() -> None:
    with pytest.raises(ValueError, match="2 groups, but 3"):
        metrics.total_variation([1, 1], [1, 1, 1])
