"""Model errors: rates with their own denominators, planted slices found, none found where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from faceaug.coverage import errors
from faceaug.coverage.axes import named_axes
from faceaug.coverage.counts import Table, table_of
from faceaug.coverage.errors import group_errors, worst_slices
from faceaug.coverage.requirements import requirements, write_requirements
from faceaug.coverage.targets import power_size
from tests.coverage.tables import axes_of, published

AXES = named_axes([("glasses", ["none", "clear", "tinted"])])


def test_rates_have_their_own_denominators() -> None:
    codes = np.repeat([0, 1], [8, 4])[:, None]
    label = np.array([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0], bool)
    wrong = np.array([1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1], bool)
    none, clear, tinted = group_errors(table_of(AXES, codes), wrong, label)
    assert (none.count, none.error.value, none.positives, none.negatives) == (8, 3 / 8, 4, 4)
    assert (none.false_negative.value, none.false_positive.value) == (1 / 4, 2 / 4)
    assert (clear.false_negative.value, clear.false_positive.value, clear.negatives) == (0, 1, 1)
    assert clear.false_negative.high == pytest.approx(0.56, abs=0.01)
    assert (tinted.where, tinted.count, tinted.enough, tinted.error[1:]) == ({"glasses": "tinted"}, 0, False, (0, 1))
    assert np.isnan(group_errors(table_of(AXES, codes), wrong)[0].false_positive.value)


@given(st.integers(1, 400), st.data())
def test_the_exact_test_is_fishers(total: int, data: st.DataObject) -> None:
    count, among = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    found = data.draw(st.integers(max(0, count + among - total), min(count, among)))
    p = errors._fisher(np.array([found]), np.array([count]), among, total)[0]
    expected = stats.hypergeom.sf(found - 1, total, among, count)
    assert p == (pytest.approx(expected, rel=1e-6) if found * total > count * among else 1)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 2)), min_size=1, max_size=60))
def test_the_stratified_test_is_the_sum_over_strata(rows: list[tuple[bool, bool, int]]) -> None:
    inside, bad, strata = (np.array(column) for column in zip(*rows, strict=True))
    chances = np.ones(1)
    for stratum in range(3):
        at = strata == stratum
        size, n, k = at.sum(), (at & inside).sum(), (at & bad).sum()
        chances = np.convolve(chances, stats.hypergeom.pmf(np.arange(size + 1), size, k, n) if size else np.ones(1))
    expected = chances[(inside & bad).sum() :].sum()
    assert errors._stratified(inside, bad, strata) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_false_discoveries(p: list[float]) -> None:
    passed = errors._benjamini_hochberg(np.array(p), 0.05)
    assert (
        passed.tolist() == (stats.false_discovery_control(p) <= 0.05 + 1e-15).tolist()
        or np.isclose(stats.false_discovery_control(p), 0.05).any()
    )


def planted(
    seed: int, where: dict[int, int], rate: float
) -> tuple[Table, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    rng = np.random.default_rng(seed)  # noqa: TID251 - a simulation
    sizes = (4, 3, 3, 2)
    codes = published(rng, 6000, sizes)
    inside = np.logical_and.reduce([codes[:, place] == code for place, code in where.items()]) if where else False
    return table_of(axes_of(sizes), codes), rng.random(6000) < np.where(inside, rate, 0.05)


@pytest.mark.parametrize(("where", "rate"), [({0: 1, 2: 1}, 0.25), ({1: 2}, 0.15), ({0: 0, 1: 1, 3: 1}, 0.3)])
def test_a_planted_slice_is_first_and_mostly_alone(where: dict[int, int], rate: float) -> None:
    runs = [worst_slices(*planted(seed, where, rate)) for seed in range(10)]
    expected = {f"a{place}": f"v{code}" for place, code in where.items()}
    assert sum(bool(run.slices) and run.slices[0].where == expected for run in runs) >= 9
    assert sum(len(run.slices) for run in runs) <= 14
    assert sum(run.significant for run in runs) > 2 * sum(len(run.slices) for run in runs)


def test_two_planted_slices_are_both_found() -> None:
    table, wrong = planted(3, {0: 1, 2: 1}, 0.25)
    more, other = planted(4, {1: 2, 3: 1}, 0.25)
    both = table_of(table.axes, np.concatenate([table.codes, more.codes]))
    found = worst_slices(both, np.concatenate([wrong, other])).slices
    assert {"a0": "v1", "a2": "v1"} in [item.where for item in found[:2]]
    assert {"a1": "v2", "a3": "v1"} in [item.where for item in found[:2]]


def test_no_effect_gives_no_alarm() -> None:
    alarms = sum(bool(worst_slices(*planted(seed, {}, 0.05)).slices) for seed in range(60))
    assert alarms <= 3


def test_nothing_wrong_and_nothing_there() -> None:
    table, wrong = planted(0, {}, 0)
    assert worst_slices(table, wrong & False).slices == ()
    assert worst_slices(table_of(AXES, np.zeros((0, 1), int)), []).tested == 0
    with pytest.raises(ValueError, match="6000 pictures"):
        worst_slices(table, wrong[1:])


def test_requirements_are_written(tmp_path: Path) -> None:
    found = worst_slices(*planted(0, {0: 1, 2: 1}, 0.25))
    path = tmp_path / "requirements.yaml"
    write_requirements(path, requirements({"error": found}, model="gate 3"))
    read = yaml.safe_load(path.read_text())
    assert read == requirements({"error": found}, model="gate 3")
    first, item = read["requirements"][0], found.slices[0]
    assert first["where"] == {"a0": "v1", "a2": "v1"}
    assert first["have"] == item.count
    assert first["add_at_least"] == first["need"] - item.count
    # What is certain: some three to five times as many errors as elsewhere, and so times as many photographs.
    assert 2 * item.count < first["need"] < item.count * item.rate.value / item.elsewhere
    assert first["photographs_to_measure"] == power_size(item.rate.value, item.elsewhere)
    assert f"{item.errors} of {item.count} wrong" in first["why"]
    assert read["slices_tested"] == found.tested
