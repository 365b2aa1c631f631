"""Paired tests: exact values, limits that hold, and no alarm where nothing changes."""

from __future__ import annotations

import numpy as np
import pytest

from faceaug.coverage.paired import flips, shift


def test_mcnemar_by_hand() -> None:
    # 10 pairs one way, 2 the other: 2 (C(12,0) + C(12,1) + C(12,2)) / 2^12.
    before = np.repeat([True, True, False, False], [20, 2, 10, 30])
    after = np.repeat([True, False, True, False], [20, 2, 10, 30])
    found = flips(before, after)
    assert (found.gained, found.lost, found.count) == (10, 2, 62)
    assert found.p == pytest.approx(2 * (1 + 12 + 66) / 4096)
    assert found.change.value == pytest.approx(8 / 62)
    assert found.change.low < 8 / 62 < found.change.high
    assert found.change.low > 0  # as the test says


def test_nothing_changes() -> None:
    found = flips([True, False, True], [True, False, True])
    assert found.p == 1
    assert found.change.low <= 0 <= found.change.high
    moved = shift([0.1, 0.5], [0.1, 0.5])
    assert (moved.p, moved.change) == (1.0, (0.0, 0.0, 0.0))


@pytest.mark.parametrize("total", [40, 200])
def test_limits_of_a_paired_change_hold_the_truth(total: int) -> None:
    rng = np.random.default_rng(4)  # noqa: TID251 - a simulation
    held = []
    for _ in range(1500):
        a, b = rng.uniform(0.02, 0.3, 2)
        u = rng.random(total)  # the same luck before and after, as pairs have
        old, new = u < a, np.where(rng.random(total) < 0.7, u, rng.random(total)) < b
        change = flips(old, new).change
        held.append(change.low <= b - a <= change.high)
    assert 0.93 <= np.mean(held) <= 0.985


def test_false_alarms_are_rare() -> None:
    rng = np.random.default_rng(5)  # noqa: TID251 - a simulation
    alarms = [flips(rng.random(100) < 0.2, rng.random(100) < 0.2).p <= 0.05 for _ in range(600)]
    assert np.mean(alarms) <= 0.06
    scores = [shift(rng.random(40), rng.random(40)) for _ in range(400)]
    assert np.mean([found.p <= 0.05 for found in scores]) <= 0.08
    assert np.mean([found.change.low <= 0 <= found.change.high for found in scores]) >= 0.92


def test_a_planted_shift_is_found() -> None:
    rng = np.random.default_rng(6)  # noqa: TID251 - a simulation
    old = rng.random(60)
    found = shift(old, old - 0.1 + rng.normal(0, 0.05, 60))
    assert found.p < 1e-6
    assert found.change.low < -0.1 < found.change.high


def test_what_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same length"):
        flips([True], [])
    with pytest.raises(ValueError, match="two pairs"):
        shift([1.0], [2.0])
