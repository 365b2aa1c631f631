"""Frames of one style are not all cut to one outline."""

from __future__ import annotations

import pytest

from faceaug.face.frame import STYLES, Whim, cut, lens_outline, rim_widths
from faceaug.face.frame_tables import frame_tables
from tests.spectacles import fitting


def boxy(style: str, whim: Whim) -> tuple[float, float]:
    """How far out the corners of a lens reach above and below, as part of those of a box (a circle: 0.5)."""
    frame = cut(style, metal=True, width=138.0, pupils=63.0, thickness=1.0, whim=whim)
    u, v = lens_outline(frame).double().unbind(dim=1)
    corner = ((u - frame.middle) / (frame.lens / 2)) * (v / (frame.height / 2))
    return float(-corner[u < frame.middle].amin()), float(-corner[u > frame.middle].amin())


def test_a_whim_squares_the_corners_of_a_rectangle_above_and_below() -> None:
    plain = boxy("rectangle", Whim())
    above, below = boxy("rectangle", Whim(upper=2.0)), boxy("rectangle", Whim(lower=2.5))
    assert above[0] > plain[0] + 0.04, "above"
    assert below[1] > plain[1] + 0.04, "below"
    assert above[1] == pytest.approx(plain[1], abs=1e-6)


def test_round_lenses_stay_round() -> None:
    assert boxy("round", Whim(upper=2.0, lower=2.5)) == pytest.approx(boxy("round", Whim()), abs=1e-6)


def test_a_whim_makes_lenses_higher_and_moves_the_tables_with_them() -> None:
    low, high = (
        cut("oval", metal=True, width=138.0, pupils=63.0, thickness=1.0, whim=Whim(aspect=a)) for a in (0.9, 1.1)
    )
    assert high.height == pytest.approx(low.height * 1.1 / 0.9)
    assert frame_tables(high).planes.shape[2] > frame_tables(low).planes.shape[2]


def test_whims_are_drawn_for_every_pair() -> None:
    drawn = [fitting(seed, style="rectangle").frame.whim for seed in range(16)]
    assert len(set(drawn)) == 16
    for values in zip(*((w.upper, w.lower, w.recede) for w in drawn), strict=True):
        assert max(values) > 1.5 * min(values)
    assert 0.95 < sum(w.aspect for w in drawn) / 16 < 1.05


def test_the_bar_of_a_half_rim_is_stouter_than_a_whole_one_and_slimmer_than_a_brow() -> None:
    tops = {}
    for style in STYLES:
        tops[style] = rim_widths(cut(style, metal=True, width=138.0, pupils=63.0, thickness=1.0))[0]
    assert 1.2 * tops["oval"] < tops["half_rim"] < 0.8 * tops["browline"]
