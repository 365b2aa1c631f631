"""Noisy labels: a sample puts counts right, certain where all is known, careful where nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceaug.coverage.uncertain import corrected_count, state, stratified_count


def test_three_states() -> None:
    assert [state(low, high, 30) for low, high in ((30, 50), (10, 29), (10, 30), (29, 99))] == [
        "covered",
        "uncovered",
        "undecided",
        "undecided",
    ]


def test_by_hand() -> None:
    predicted = np.repeat([0, 1], [100, 900])
    rows = np.concatenate([np.arange(50), np.arange(100, 200)])
    belongs = np.concatenate([np.arange(50) < 30, np.arange(100) < 2])
    made = corrected_count(predicted, 0, rows, belongs)
    assert (made.naive, made.labelled) == (100, 150)
    assert made.value == pytest.approx(100 * 0.6 + 900 * 0.02)
    assert made.sure_low <= made.low + 5 < made.value < made.high <= made.sure_high + 5
    assert made.state(30) == "covered"
    assert made.state(200) == "uncovered"
    assert made.state(78) == "undecided"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=60), st.data())
def test_limits_never_leave_what_is_possible(pictures: list[tuple[int, bool]], data: st.DataObject) -> None:
    predicted = np.array([place for place, _ in pictures])
    truth = np.array([belongs for _, belongs in pictures])
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, len(pictures) - 1)))), np.int64)
    made = corrected_count(predicted, 0, rows, truth[rows])
    known, rest = truth[rows].sum(), len(pictures) - len(rows)
    for low, high in ((made.low, made.high), (made.sure_low, made.sure_high)):
        assert known - 1e-9 <= low <= made.value + 1e-9
        assert made.value - 1e-9 <= high <= known + rest + 1e-9
    everything = corrected_count(predicted, 0, np.arange(len(pictures)), truth)
    assert everything.low == everything.value == everything.high == truth.sum()


def test_what_nobody_looked_at_may_be_anything() -> None:
    predicted = np.repeat([0, 1], [100, 900])
    made = corrected_count(predicted, 0, np.arange(100), np.ones(100, bool))
    assert (made.low, made.high) == (100, 1000)
    made = corrected_count(predicted, 0, [], [])
    assert (made.low, made.high, made.state(1), made.state(1001)) == (0, 1000, "undecided", "uncovered")


@pytest.mark.parametrize(("labelled", "stratified"), [(300, False), (300, True)])
def test_a_rare_class_is_not_taken_for_covered(labelled: int, *, stratified: bool) -> None:
    rng = np.random.default_rng(5)  # noqa: TID251 - a simulation
    held, covered, value, naive = [], [], [], []
    for _ in range(400):
        truth = rng.random(3000) < 0.03
        predicted = np.where(rng.random(3000) < np.where(truth, 0.8, 0.03), 0, 1)
        count = int(truth.sum())
        if stratified:
            groups = [np.flatnonzero(predicted == place) for place in (0, 1)]
            half = min(len(groups[0]), labelled // 2)
            rows = np.concatenate(
                [rng.choice(groups[0], half, replace=False), rng.choice(groups[1], labelled - half, replace=False)]
            )
        else:
            rows = rng.choice(3000, labelled, replace=False)
        made = corrected_count(predicted, 0, rows, truth[rows])
        held.append(made.low <= count <= made.high)
        covered.append(made.state(count + 1) == "covered")
        value.append(made.value / count)
        naive.append(made.naive / count)
    assert np.mean(naive) > 1.4
    assert np.mean(value) == pytest.approx(1, abs=0.05)
    assert 0.93 <= np.mean(held) <= 0.985
    assert np.mean(covered) <= 0.05


def test_senseless_samples() -> None:
    for rows, belongs in (([0, 0], [True, True]), ([5], [True]), ([-1], [True]), ([0, 1], [True])):
        with pytest.raises(ValueError, match=r"must be"):
            corrected_count([0, 1, 1], 0, rows, belongs)


@pytest.mark.parametrize(("size", "seen"), [(1000, 900), (1000, 500), (200, 150)])
def test_a_sample_that_is_most_of_its_class_leaves_little_open(size: int, seen: int) -> None:
    """Draws without putting back: the standard error has the factor sqrt((N - n) / (N - 1)), here by hand."""
    made = stratified_count([size], [seen], [seen // 3], 0)
    share = (seen // 3) / seen
    error = size * np.sqrt(share * (1 - share) / seen * (size - seen) / (size - 1))
    assert (made.high - made.low) / 2 == pytest.approx(1.96 * error, rel=0.03)


def test_limits_of_a_large_sample_hold_as_often_as_they_say() -> None:
    """Hypergeometric draws of three quarters of a class; limits that forget the factor hold always."""
    rng = np.random.default_rng(9)  # noqa: TID251 - a simulation
    hits = rng.hypergeometric(80, 320, 300, 4000)
    made = {k: stratified_count([400], [300], [k], 0) for k in set(hits.tolist())}
    held = np.mean([made[k].low <= 80 <= made[k].high for k in hits.tolist()])
    assert 0.93 <= held <= 0.98
