"""Targets: what each asks for, checked by adding what is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceaug.coverage import targets
from faceaug.coverage.axes import named_axes
from faceaug.coverage.counts import count_groups, table_of
from faceaug.coverage.metrics import cramers_v, total_variation
from faceaug.coverage.rules import read_rules
from faceaug.errors import RequestError
from tests.coverage.tables import axes_of

AXES = named_axes([("glasses", ["none", "clear"]), ("beard", ["no", "yes"])])
TABLE = table_of(
    AXES,
    np.repeat([[0, 0], [1, 0], [0, 1], [1, 1], [1, 1]], [12, 4, 3, 1, 50], axis=0),
    rendered=np.repeat([False, True], [20, 50]),
)
"""12, 3, 4 and 1 photographs, cell by cell; and 50 renderings, which must not count."""

grids = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=3).filter(
    lambda rows: any(map(any, rows))
)


def filled(
    demands: tuple[targets.Demand, ...], shape: tuple[int, ...]
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array([demand.have + demand.missing for demand in demands]).reshape(shape)


def test_minimum_count_counts_photographs_only() -> None:
    found = {tuple(d.where.items()): (d.have, d.missing) for d in targets.minimum_count(TABLE, 4)}
    assert found == {
        (("glasses", ("none",)), ("beard", ("yes",))): (3, 1),
        (("glasses", ("clear",)), ("beard", ("yes",))): (1, 3),
    }
    assert targets.minimum_count(TABLE, 4, level=1) == ()


def test_uniform_marginals() -> None:
    found = [(d.where, d.have, d.missing) for d in targets.uniform_marginals(TABLE)]
    assert found[:2] == [({"glasses": ("none",)}, 15, 0), ({"glasses": ("clear",)}, 5, 10)]
    assert [d.missing for d in targets.uniform_marginals(TABLE, need=6)] == [0, 1, 0, 2]


def test_uniform_cells() -> None:
    assert [d.missing for d in targets.uniform_cells(TABLE)] == [0, 9, 8, 11]
    rules = read_rules(["glasses=clear & beard=yes"], AXES)
    assert [d.missing for d in targets.uniform_cells(TABLE, rules=rules)] == [0, 9, 8]
    assert [d.missing for d in targets.uniform_cells(TABLE, need=4)] == [0, 1, 0, 3]


@settings(deadline=None)
@given(grids)
def test_a_filled_census_has_its_shares(counts: list[list[int]]) -> None:
    codes = np.argwhere(np.ones((len(counts), 3), bool)).repeat(np.array(counts).ravel(), axis=0)
    table = table_of(axes_of((len(counts), 3)), codes)
    shares = np.arange(1, 3 * len(counts) + 1).reshape(-1, 3)
    demands = targets.census(table, shares)
    made = filled(demands, shares.shape)
    assert (made >= np.array(counts)).all()
    # Numbers are rounded up to whole pictures, each by less than one.
    assert total_variation(made, shares) <= shares.size / made.sum()
    size = max(d.have / share for d, share in zip(demands, (shares / shares.sum()).ravel(), strict=True))
    assert made.sum() < size + shares.size


@settings(deadline=None)
@given(grids.filter(lambda rows: all(map(any, rows)) and all(map(any, zip(*rows, strict=True)))))
def test_filled_parity_leaves_no_association(counts: list[list[int]]) -> None:
    """But for what is rounded up to whole pictures, which is little where there are many."""
    axes = axes_of((3, len(counts)))
    for times in (1, 50):
        grid = times * np.array(counts)
        codes = np.argwhere(np.ones(grid.shape, bool)).repeat(grid.ravel(), axis=0)[:, ::-1]
        demands = targets.parity(table_of(axes, codes), "a0", "a1")
        need = np.array([demand.need for demand in demands]).reshape(grid.shape)
        assert (need >= grid).all()
        expected = grid.sum(axis=0) / grid.sum()
        for row in need:
            assert np.abs(row - row.sum() * expected).max() <= grid.shape[1]
    assert cramers_v(need) < 0.15


@pytest.mark.parametrize(
    ("rates", "size"),
    [
        ((0.05, 0.10), (424, 849, 234)),
        ((0.05, 0.25), (45, 89, 25)),
        ((0.1, 0.2), (195, 391, 108)),
        ((0.01, 0.02), (2254, 4515, 1240)),
    ],
)
def test_published_sizes(rates: tuple[float, float], size: tuple[int, int, int]) -> None:
    made = (targets.power_size(*rates), targets.power_size(*rates, pairs=28), targets.power_size(*rates, ratio=10))
    assert made == pytest.approx(size, abs=1)


def test_more_power_takes_more_pictures() -> None:
    assert targets.power_size(0.1, 0.2, power=0.9) > targets.power_size(0.1, 0.2) == targets.power_size(0.2, 0.1)
    for wrong in ((0.1, 0.1), (-0.1, 0.5)):
        with pytest.raises(ValueError, match="two different rates"):
            targets.power_size(*wrong)


def test_a_census_file(tmp_path: Path) -> None:
    path = tmp_path / "census.csv"
    path.write_text("beard,glasses,share\nno,none,0.5\nyes,none,0.2\nno,clear,0.3\n")
    shares = targets.read_census(path, AXES)
    assert shares.tolist() == [[0.5, 0.2], [0.3, 0.0]]
    assert [d.need for d in targets.census(TABLE, shares, total=100)] == [50, 20, 30, 0]
    assert [d.missing for d in targets.census(TABLE, shares)] == [0, 2, 4, 0]
    path.write_text("glasses,beard,share\nnone,no,1\nnon,no,1\nnone,no,2\nclear,no,many\n")
    with pytest.raises(RequestError) as caught:
        targets.read_census(path, AXES)
    for part in ("census.csv:3", "did you mean 'none'", "census.csv:4", "twice", "not 'many'", "3 faults"):
        assert part in str(caught.value)
    path.write_text("glasses,share\nnone,1\n")
    with pytest.raises(RequestError, match="needs columns glasses, beard and share"):
        targets.read_census(path, AXES)
    with pytest.raises(RequestError, match="cannot be read"):
        targets.read_census(tmp_path / "none.csv", AXES)
    with pytest.raises(ValueError, match="shape"):
        targets.census(TABLE, [1, 2])


def test_counts_of_the_table_are_those_that_targets_use() -> None:
    assert [d.have for d in targets.uniform_cells(TABLE, of="both")] == [12, 3, 4, 51]
    assert count_groups(TABLE).photographed.ravel().tolist() == [12, 3, 4, 1]
