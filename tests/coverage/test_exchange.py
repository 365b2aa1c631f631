"""Tests by photographs: copies of one photograph are one observation, however alike a model answers on them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from faceaug.coverage.exchange import Clusters, errors_p, scores_p
from faceaug.coverage.paired import flips, shift

COPIES = 6


def drawn(rng: Any, count: int, alike: float, rate: float, after: float | None = None) -> tuple[Any, Any]:
    """Errors of photographs and of their copies, both at a rate; copies correlate by `alike`, 0..1."""
    new = rate if after is None else after
    shared, own = rng.random(count) < alike, rng.random((count, COPIES)) < new
    return rng.random(count) < rate, np.where(shared[:, None], own[:, :1], own)


def chance_of(old: Any, new: Any) -> float:
    """p of photographs (K,) and their copies (K, C)."""
    return flips(np.repeat(old, new.shape[1]), new.ravel(), of=np.repeat(np.arange(len(old)), new.shape[1])).p


def test_two_photographs_in_all_their_copies_are_two_coins() -> None:
    old, new = np.zeros(15, bool), np.zeros((15, COPIES), bool)
    new[[3, 8]] = True
    assert chance_of(old, new) == pytest.approx(0.5)
    assert flips(np.repeat(old, COPIES), new.ravel()).p == pytest.approx(2 / 2**12), "as if copies were photographs"


def test_one_copy_each_is_mcnemars_test_whatever_the_pairs_are_called() -> None:
    rng = np.random.default_rng(1)  # noqa: TID251 - a simulation
    old, new = rng.random(40) < 0.3, rng.random(40) < 0.5
    plain = flips(old, new)
    order = rng.permutation(40)
    named = flips(old[order], new[order], of=[f"p{n}" for n in order])
    assert named.p == pytest.approx(plain.p)
    assert named.change == pytest.approx(plain.change)
    assert plain.p == pytest.approx(errors_p(Clusters.gathered(old, new)))


@pytest.mark.parametrize("seed", range(12))
def test_both_tests_are_those_that_are_counted_out(seed: int) -> None:
    """All flips of signs, and all ways in which photograph and copies may have changed places."""
    rng = np.random.default_rng(seed)  # noqa: TID251 - a simulation
    copies = rng.integers(1, 4, 5)
    old = rng.random(5) < 0.5
    new = [rng.random(count) < 0.3 for count in copies]
    sets = [[bool(first), *rest.tolist()] for first, rest in zip(old, new, strict=True)]

    def change(one: list[bool], place: int) -> int:
        return sum(one) - one[place] - (len(one) - 1) * one[place]

    asked = [change(one, 0) for one in sets]
    total = sum(asked)
    signs = [sum(s * c for s, c in zip(sign, asked, strict=True)) for sign in product((-1, 1), repeat=5)]
    flipped = np.mean([abs(value) >= abs(total) for value in signs])
    places = [
        sum(change(one, n) for one, n in zip(sets, at, strict=True)) for at in product(*map(range, map(len, sets)))
    ]
    exchanged = 2 * min(np.mean([v <= total for v in places]), np.mean([v >= total for v in places]))
    of = np.repeat(np.arange(5), copies)
    found = flips(old[of], np.concatenate(new), of=of)
    assert found.p == pytest.approx(min(1, max(flipped, exchanged)))
    assert found.change.value == pytest.approx(total / copies.sum())


@pytest.mark.parametrize("alike", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.3])
def test_false_alarms_with_six_copies_are_five_in_a_hundred_at_most(alike: float, rate: float) -> None:
    rng = np.random.default_rng(7)  # noqa: TID251 - a simulation
    outcomes = [drawn(rng, 30, alike, rate) for _ in range(500)]
    assert np.mean([chance_of(*one) <= 0.05 for one in outcomes]) <= 0.05
    if alike == 1:
        naive = [flips(np.repeat(old, COPIES), new.ravel()).p <= 0.05 for old, new in outcomes]
        assert np.mean(naive) > 0.2, "as if copies were photographs"


def test_limits_hold_and_what_is_there_is_found() -> None:
    rng = np.random.default_rng(8)  # noqa: TID251 - a simulation
    held, found = [], []
    for alike in (0.0, 0.5, 1.0) * 100:
        old, new = drawn(rng, 40, alike, 0.1, 0.5)
        made = flips(np.repeat(old, COPIES), new.ravel(), of=np.repeat(np.arange(40), COPIES))
        held.append(made.change.low <= 0.4 <= made.change.high)
        found.append(made.p <= 0.05)
    assert np.mean(held) >= 0.95
    assert np.mean(found) >= 0.95


@pytest.mark.parametrize("alike", [False, True])
def test_scores_go_by_photographs_too(alike: bool) -> None:
    """Skewed scores of which copies share all or nothing."""
    rng = np.random.default_rng(9)  # noqa: TID251 - a simulation
    of, alarms = np.repeat(np.arange(30), COPIES), []
    for _ in range(400):
        level, old = rng.random(30), rng.exponential(0.2, 30)
        new = rng.exponential(0.2, (30, 1 if alike else COPIES)) * np.ones((1, COPIES))
        made = shift(np.repeat(level + old, COPIES), (level[:, None] + new).ravel(), of=of)
        alarms.append(made.p <= 0.05)
    assert np.mean(alarms) <= 0.06
    moved = shift(np.repeat(level, COPIES), (level[:, None] + new).ravel(), of=of)
    assert moved.p < 1e-5
    assert (moved.count, moved.clusters) == (180, 30)
    assert moved.after - moved.before == pytest.approx(moved.change.value)


def test_photographs_count_alike_however_many_copies_there_are_of_each() -> None:
    of = [0] * 50 + list(range(1, 12))
    found = flips([False] * 61, [True] * 50 + [False] * 11, of=of)
    assert found.p == 1
    assert found.change.low < 0
    assert scores_p(Clusters.gathered([0.0] * 61, [0.1] * 50 + [0.0] * 11, np.array(of))) > 0.2
    with pytest.raises(ValueError, match="the same for all pairs"):
        flips([True, False], [True, True], of=[0, 0])
    with pytest.raises(ValueError, match="another person"):
        shift([1.0, 1.0], [2.0, 3.0], of=[0, 0])


def test_a_photograph_shows_one_person() -> None:
    with pytest.raises(ValueError, match="of one person"):
        flips([True, True], [True, True], of=[0, 0], who=["anna", "berta"])
    with pytest.raises(ValueError, match="the same length"):
        flips([True, True], [True, True], who=["anna"])


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_false_alarms_with_six_photographs_of_each_person_are_five_in_a_hundred_at_most(alike: float) -> None:
    """A model answers all photographs of a person alike, and all of their edited pictures, in a share of the people."""
    rng = np.random.default_rng(10)  # noqa: TID251 - a simulation
    who, alarms, naive, held = np.repeat(np.arange(30), COPIES), [], [], []
    for _ in range(300):
        same = rng.random(30) < alike
        old, new = (np.where(same[:, None], own[:, :1], own).ravel() for own in (rng.random((2, 30, COPIES)) < 0.1))
        made = flips(old, new, who=who)
        alarms.append(made.p <= 0.05)
        held.append(made.change.low <= 0 <= made.change.high)
        naive.append(flips(old, new).p <= 0.05)
    assert np.mean(alarms) <= 0.05
    assert np.mean(held) >= 0.95
    if alike == 1:
        assert np.mean(naive) > 0.2, "as if photographs were people"


def test_people_count_alike_however_many_photographs_there_are_of_each() -> None:
    who = ["anna"] * 50 + [f"p{n}" for n in range(11)]
    found = flips([False] * 61, [True] * 50 + [False] * 11, who=who)
    assert (found.count, found.clusters, found.p) == (61, 12, 1)
    moved = shift([0.0] * 61, [0.1] * 50 + [0.0] * 11, who=who)
    assert (moved.count, moved.clusters) == (61, 12)
    assert moved.after == pytest.approx(0.1 / 12)
    assert moved.p > 0.2
