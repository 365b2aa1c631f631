"""Laws that are known are found again, each within what its sample can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from faceaug.synth.candidates import fit_all, goodness
from faceaug.synth.margins import FEWEST, STEPS, Margin, fit_margin
from tests.plan.crowd import unit

KNOWN = {
    "norm": stats.norm(3, 8),
    "uniform": stats.uniform(-20, 60),
    "laplace": stats.laplace(5, 3),
    "skewnorm": stats.skewnorm(6, 0, 10),
    "gumbel_r": stats.gumbel_r(10, 4),
    "lognorm": stats.lognorm(0.6, 0, 20),
    "expon": stats.expon(0, 7),
    "weibull_min": stats.weibull_min(3, 0, 40),
}


def drawn(law: Any, count: int, key: object) -> np.ndarray:
    """A sample, a function of its key."""
    return np.asarray(law.ppf([unit(key, number) for number in range(count)]))


def margin(name: str, known: Any) -> Margin:
    found = fit_margin(name, known)
    assert isinstance(found, Margin), found
    return found


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_law_is_found_again(name: str) -> None:
    law, sample = KNOWN[name], drawn(KNOWN[name], 1500, name)
    fits = fit_all(sample)
    best = next(fit for fit in fits if fit.candidate.name == name)
    assert best.bic - fits[0].bic < 6, f"{fits[0].candidate.name} is no better than chance"
    found = best.candidate.law(*best.parameters)
    shares = np.linspace(0.05, 0.95, 19)
    assert np.abs(found.ppf(shares) - law.ppf(shares)).max() < 0.15 * law.std()
    assert best.p > 0.001
    assert best.distance < 0.04


def test_a_law_is_written_as_recipes_have_it() -> None:
    found = margin("yaw", drawn(stats.norm(3, 8), 400, "yaw").tolist())
    assert list(found.law) == ["normal"]
    assert found.law["normal"]["mean"] == pytest.approx(3, abs=1.2)
    assert found.law["normal"]["sd"] == pytest.approx(8, abs=0.8)


def test_two_humps_are_described_by_quantiles() -> None:
    sample = np.concatenate([drawn(stats.norm(-30, 4), 300, 1), drawn(stats.norm(30, 4), 300, 2)])
    found = margin("yaw", sample.tolist())
    assert found.by_quantiles
    assert len(found.law["quantiles"]) == STEPS + 1
    assert found.law["quantiles"] == sorted(found.law["quantiles"])


def test_pearsons_test_refuses_another_law_and_keeps_the_right_one() -> None:
    often = [goodness(np.sort(drawn(stats.norm, 300, ("p", key))), stats.norm, 0) for key in range(60)]
    assert 0.3 < float(np.mean(often)) < 0.7
    assert goodness(np.sort(drawn(stats.norm, 300, "other")), stats.norm(0.5, 1), 0) < 1e-6


def test_words_are_smoothed_and_what_was_not_seen_is_rare() -> None:
    found = margin("glasses", ["none"] * 90 + ["clear"] * 10)
    assert list(found.law["choice"]) == ["none", "clear", "tinted"]
    assert found.law["choice"]["tinted"] == pytest.approx(0.5 / 101.5, abs=1e-6)
    assert sum(found.law["choice"].values()) == pytest.approx(1, abs=1e-5)


def test_few_numbers_and_truth_values_are_classes() -> None:
    assert list(margin("rating", [1, 2, 10] * 10).law["choice"]) == ["1", "2", "10"]
    assert list(margin("member", [True, False] * 10).law["choice"]) == ["false", "true"]


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (lambda: [1.0] * (FEWEST - 1), "is known of 19 photographs; it takes 20"),
        (lambda: [2.0] * 30, "is 2 of every photograph, which needs no law"),
        (lambda: [f"name {n}" for n in range(50)], "has 50 different values; at most 30 are taken as classes"),
    ],
)
def test_what_needs_or_has_no_law_is_left_out_with_the_reason(known: Callable[[], list[Any]], why: str) -> None:
    assert fit_margin("mine", known()) == why
