"""Continuous coverage: planted holes are found, with their size, and angles go around."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceaug.coverage.continuous import Dimension, covered_grid, spread

YAW = Dimension("yaw", -45, 45, 5)
PITCH = Dimension("pitch", -30, 30, 5)


def grid(step: float = 2) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    yaw, pitch = np.meshgrid(np.arange(-60, 61, step), np.arange(-45, 46, step))
    return np.stack([yaw.ravel(), pitch.ravel()], axis=1)


@pytest.mark.parametrize("centre", [(20.0, -5.0), (-28.0, 12.0)])
def test_a_planted_hole_is_found_with_its_size(centre: tuple[float, float]) -> None:
    points = grid(1)
    points = points[np.hypot(*(points - centre).T) >= 15]
    made = spread(points, [YAW, PITCH])
    area = math.pi * 10**2 / (90 * 60)  # uncovered is what lies 5 degrees or more inside the hole
    assert made.uncovered.low <= area <= made.uncovered.high
    assert len(made.balls) == 1
    assert made.balls[0].centre == pytest.approx({"yaw": centre[0], "pitch": centre[1]}, abs=1)
    assert made.balls[0].radius == pytest.approx(3, abs=0.1)
    assert made.outside == (np.abs(points) > [45, 30]).any(axis=1).sum() == len(points) - made.inside


def test_a_centre_is_better_than_the_probe_that_found_it() -> None:
    points = grid(1)
    points = points[np.hypot(*(points - (20.0, -5.0)).T) >= 15]
    ball = spread(points, [YAW, PITCH], probes=64).balls[0]
    assert ball.centre == pytest.approx({"yaw": 20, "pitch": -5}, abs=1)
    assert ball.radius == pytest.approx(3, abs=0.1)


def test_several_holes_the_largest_first() -> None:
    points = grid(1)
    for centre, radius in (((-25, 0), 15), ((10, 12), 10), ((30, -15), 8)):
        points = points[np.hypot(*(points - centre).T) >= radius]
    balls = spread(points, [YAW, PITCH]).balls
    assert [ball.radius for ball in balls] == pytest.approx([3, 2, 1.6], abs=0.15)
    assert balls[2].centre == pytest.approx({"yaw": 30, "pitch": -15}, abs=1)
    assert len(spread(points, [YAW, PITCH], balls=2).balls) == 2


def test_angles_go_around() -> None:
    points = np.arange(-170, 171, 2.0)[:, None]
    straight = spread(points, [Dimension("azimuth", -180, 180, 5)])
    around = spread(points, [Dimension("azimuth", -180, 180, 5, around=True)])
    assert straight.uncovered.value == pytest.approx(10 / 360, abs=0.002)
    assert len(straight.balls) == 2
    assert len(around.balls) == 1
    assert abs(around.balls[0].centre["azimuth"]) == pytest.approx(180, abs=0.5)
    assert around.balls[0].radius == pytest.approx(2, abs=0.05)
    assert spread(points + 360, [Dimension("azimuth", -180, 180, 5, around=True)]) == around
    assert (around.inside, around.outside) == (171, 0)


def test_more_neighbours_are_harder_to_have() -> None:
    points = grid(4)
    shares = [spread(points, [YAW, PITCH], k=k).uncovered.value for k in (1, 4, 5, 12)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    twice = np.concatenate([points, points])
    assert spread(twice, [YAW, PITCH], k=2).uncovered == spread(points, [YAW, PITCH], k=1).uncovered


def test_nothing_is_near_nothing() -> None:
    made = spread(np.empty((0, 2)), [YAW, PITCH])
    assert made.uncovered.value == 1
    assert made.balls[0].centre == {"yaw": 0, "pitch": 0}
    assert spread([[math.nan, 0.0], [0.0, 0.0]], [YAW, PITCH]).inside == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-45, 45), st.floats(-30, 30)), min_size=1, max_size=20), st.integers(1, 3))
def test_balls_are_empty_and_order_does_not_matter(points: list[tuple[float, float]], k: int) -> None:
    made = spread(points, [YAW, PITCH], k=k, probes=256)
    assert spread(np.array(points)[::-1], [YAW, PITCH], k=k, probes=256) == made
    for number, ball in enumerate(made.balls):
        centre = np.array([ball.centre["yaw"], ball.centre["pitch"]])
        away = np.sort(np.hypot(*(np.array(points) - centre).T)) / 5
        assert ball.radius == (pytest.approx(away[k - 1], abs=1e-6) if len(points) >= k else math.inf)
        assert ball.radius > 1
        for other in made.balls[:number]:
            apart = np.hypot(*(centre - [other.centre["yaw"], other.centre["pitch"]])) / 5
            assert apart > min(other.radius, ball.radius) - 1e-9


def test_senseless_requests() -> None:
    with pytest.raises(ValueError, match="low < high"):
        Dimension("yaw", 5, 5, 1)
    with pytest.raises(ValueError, match="shape"):
        spread([[1.0, 2.0, 3.0]], [YAW, PITCH])
    for k, probes in ((0, 16), (1, 15)):
        with pytest.raises(ValueError, match="power of two"):
            spread([[1.0, 2.0]], [YAW, PITCH], k=k, probes=probes)


def test_the_map_is_covered_where_enough_pictures_lie_and_nowhere_else() -> None:
    """Down goes the second quantity; from place to place as far as the two scales say."""
    yaw, pitch = Dimension("yaw", -60, 60, 10), Dimension("pitch", -30, 30, 7.5)
    points = [(-30.0, 15.0)] * 3 + [(40.0, -20.0)] * 2 + [(math.nan, 0.0)] * 3
    found = covered_grid(points, [yaw, pitch], k=3, steps=24)
    across, down = -60 + (np.arange(24) + 0.5) * 5, -30 + (np.arange(24) + 0.5) * 2.5
    away = np.hypot((across[None] + 30) / 10, (down[:, None] - 15) / 7.5)
    assert np.array_equal(found, away <= 1)
    assert found.any()


def test_the_map_goes_around_where_its_ends_are_the_same() -> None:
    turn, high = Dimension("turn", -180, 180, 30, around=True), Dimension("high", 0, 10, 5)
    found = covered_grid([(175.0, 5.0)], [turn, high], steps=12)
    assert found[5].tolist() == [True] + [False] * 10 + [True]
    level = Dimension("turn", -180, 180, 30)
    assert covered_grid([(175.0, 5.0)], [level, high], steps=12)[5].tolist() == [False] * 11 + [True]
