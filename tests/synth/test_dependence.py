"""Correlations that are known are found again, behind quantities and behind classes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from faceaug.synth.dependence import classes, correlations, quantity
from tests.plan.crowd import unit


def pair(r: float, count: int, key: object) -> tuple[np.ndarray, np.ndarray]:
    """Two normal variables of correlation r."""
    first, second = (stats.norm.ppf([unit(key, which, n) for n in range(count)]) for which in (0, 1))
    return np.asarray(first), np.asarray(r * first + np.sqrt(1 - r * r) * second)


def cut(values: np.ndarray, *ends: float) -> np.ndarray:
    return np.searchsorted(np.array(ends), values).astype(np.int64)


@pytest.mark.parametrize("r", [-0.8, -0.3, 0.0, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["two quantities", "quantity and classes", "two attributes of classes"])
def test_a_correlation_is_found_again_whatever_it_is_seen_through(r: float, kind: str) -> None:
    x, y = pair(r, 1500, ("pair", r, kind))
    one = classes(cut(x, -0.5, 1.0), 3) if kind.startswith("two attributes") else quantity(np.exp(x))
    other = quantity(y**3) if kind == "two quantities" else classes(cut(y, 0.8), 2)
    assert correlations([one, other])[0, 1] == pytest.approx(r, abs=0.12)


def test_what_chance_explains_and_what_few_know_counts_as_none() -> None:
    x, y = pair(0.1, 60, "few")
    assert correlations([quantity(x), quantity(y)])[0, 1] == 0
    x, y = pair(0.9, 60, "missing")
    y[:40] = np.nan
    assert correlations([quantity(x), quantity(y)])[0, 1] == 0


def test_missing_values_are_left_out_pair_by_pair() -> None:
    x, y = pair(0.7, 900, "gaps")
    x[::3] = np.nan
    y[1::3] = np.nan
    assert correlations([quantity(x), quantity(y)])[0, 1] == pytest.approx(0.7, abs=0.1)


def test_correlations_are_possible_together() -> None:
    x, y = pair(0.9, 400, "psd")
    z = x - y
    found = correlations([quantity(x), quantity(y), quantity(z), classes(cut(z, 0.0), 2)])
    assert np.linalg.eigvalsh(found).min() > -1e-3
    assert np.allclose(np.diag(found), 1)
    assert (found == found.T).all()


def test_an_attribute_that_never_varies_depends_on_nothing() -> None:
    x, _ = pair(0.5, 100, "still")
    assert correlations([quantity(x), classes(np.zeros(100, np.int64), 1)])[0, 1] == pytest.approx(0, abs=0.05)
