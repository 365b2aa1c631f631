"""Limits of shares: published values, duality with the tests they come from, and how often they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from faceaug.coverage.intervals import clopper_pearson, newcombe, share, wilson


@pytest.mark.parametrize(
    ("rate", "total", "half"), [(0.5, 30, 16.8), (0.9, 30, 11.1), (0.5, 385, 5.0), (0.9, 1000, 1.9)]
)
def test_half_widths(rate: float, total: int, half: float) -> None:
    low, high = wilson(rate * total, total)
    assert 50 * float(high - low) == pytest.approx(half, abs=0.06)


@pytest.mark.parametrize(("total", "percent"), [(10, 25.9), (30, 9.5), (100, 3.0), (1000, 0.3)])
def test_no_errors_seen_says_little(total: int, percent: float) -> None:
    assert 100 * float(clopper_pearson(0, total, 0.9)[1]) == pytest.approx(percent, abs=0.06)


@given(st.integers(1, 500), st.data(), st.floats(0.5, 0.99))
def test_limits_are_the_rates_that_a_test_just_rejects(total: int, data: st.DataObject, confidence: float) -> None:
    hits = data.draw(st.integers(0, total))
    low, high = (float(limit) for limit in clopper_pearson(hits, total, confidence))
    tail = (1 - confidence) / 2
    assert low == 0 if hits == 0 else stats.binom.sf(hits - 1, total, low) == pytest.approx(tail, rel=1e-6)
    assert high == 1 if hits == total else stats.binom.cdf(hits, total, high) == pytest.approx(tail, rel=1e-6)
    for limit in (float(limit) for limit in wilson(hits, total, confidence)):
        if 0 < limit < 1:
            z = (hits / total - limit) / np.sqrt(limit * (1 - limit) / total)
            assert abs(z) == pytest.approx(stats.norm.ppf(1 - tail), rel=1e-6)


@given(st.integers(0, 300), st.data())
def test_limits_hold_the_share_and_are_mirrored(total: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, total))
    for limits in (wilson, clopper_pearson):
        low, high = limits(hits, total)
        assert 0 <= low <= (hits / total if total else 0.5) <= high <= 1
        other_low, other_high = limits(total - hits, total)
        assert (float(low), float(high)) == pytest.approx((1 - float(other_high), 1 - float(other_low)), abs=1e-9)


@pytest.mark.parametrize("total", [30, 385])
def test_limits_hold_as_often_as_they_say(total: int) -> None:
    rates = np.linspace(0.02, 0.98, 481)
    hits = np.arange(total + 1)
    chance = stats.binom.pmf(hits[:, None], total, rates)
    held = {}
    for limits in (wilson, clopper_pearson):
        low, high = limits(hits, total)
        inside = (low[:, None] <= rates) & (rates <= high[:, None])
        held[limits] = (chance * inside).sum(axis=0)
    assert 0.94 <= held[wilson].mean() <= 0.96
    assert held[clopper_pearson].min() >= 0.95


def test_differences() -> None:
    # Newcombe 1998, table II, 56/70 against 48/80: 0.0524 to 0.3339.
    gap = newcombe((56, 70), (48, 80))
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_words_and_wrong_numbers() -> None:
    assert str(share(3, 30)) == "10.0 % (3.5..25.6)"
    assert np.isnan(share(0, 0).value)
    assert share(0, 0)[1:] == (0, 1)
    for hits, total, confidence in ((3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0)):
        with pytest.raises(ValueError, match="must lie within"):
            wilson(hits, total, confidence)
