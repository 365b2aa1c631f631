"""A picture that was rejected is asked for again nearer to what the photograph shows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from faceaug.data.attributes import Value
from faceaug.plan.augment.milder import milder

MEASURED = {"ita": Value(60.0, "measured", 0.7), "yaw": Value(-40.0, "measured", 0.9)}


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ({"pose": {"yaw": [18.0, 34.0]}}, 0.0),
        ({"pose": {"yaw": [-34.0, -18.0]}}, 0.0),
        ({"skin_tone": {"ita": [13.0, 25.0]}}, 60.0),
        ({"skin_tone": {"ita": [58.0, 70.0]}}, 60.0),
    ],
)
def test_every_attempt_draws_from_a_part_that_lies_nearer(asked: dict[str, dict[str, Any]], own: float) -> None:
    ((edit, settings),) = asked.items()
    ((setting, (low, high)),) = settings.items()
    ranges = [milder(asked, attempt, MEASURED)[edit][setting] for attempt in range(5)]
    assert ranges[0] == [low, high]
    for (one, other), (nearer, next_) in pairwise(ranges[:3]):
        assert low <= nearer <= next_ <= high
        assert next_ - nearer < other - one
        assert max(abs(nearer - own), abs(next_ - own)) < max(abs(one - own), abs(other - own))
        assert max(nearer - own, own - next_, 0) == max(one - own, own - other, 0), "the nearest stays among them"
    assert ranges[2] == ranges[3] == ranges[4], "and then no nearer"


def test_what_is_no_range_of_a_dial_stays() -> None:
    asked: dict[str, dict[str, Any]] = {
        "glasses": {"lens": ["tinted", "gradient"], "size": [0.9, 1.0]},
        "skin_tone": {"ita": 40.0},
        "pose": {"pitch": {"normal": [0, 3]}},
        "freckles": {"density": [2, 4]},
    }
    assert milder(asked, 2, MEASURED) == asked


def test_a_tone_that_nobody_measured_keeps_its_range() -> None:
    asked = {"skin_tone": {"ita": [13.0, 25.0]}}
    assert milder(asked, 2, {}) == asked


def test_nothing_that_was_given_is_changed() -> None:
    asked = {"pose": {"yaw": [18.0, 34.0]}}
    milder(asked, 2, MEASURED)["pose"]["yaw"][0] = 0.0
    milder(asked, 0, MEASURED)["pose"]["yaw"] = []
    assert asked == {"pose": {"yaw": [18.0, 34.0]}}
