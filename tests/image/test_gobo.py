"""Shapes in front of the lamp: sized as in life, where their noise puts them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from faceaug.image.gobo import ALONE, PATTERNS, _filled, drawn, period
from faceaug.image.noise import Noise

KEYS = Noise.of(0, ["a" * 64], (0,), "foreign_shadow")
every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def cover(pattern: str, noise: Noise = KEYS) -> np.ndarray:
    """What is dark of the square of 400 mm around the face, a pixel a millimetre."""
    solid = np.max(drawn(pattern, noise, 1.0), axis=0)
    high, wide = solid.shape
    down, across = 400 // high + 2, 400 // wide + 2
    tiled = np.tile(solid, (2 * down + 1, 2 * across + 1))
    top, left = down * high + high // 2 - 200, across * wide + wide // 2 - 200
    return tiled[top : top + 400, left : left + 400]


@every_pattern
def test_part_of_the_face_is_shaded_and_part_is_not(pattern: str) -> None:
    for variant in range(12):
        face = cover(pattern, Noise.of(0, ["b" * 64], (variant,), "foreign_shadow"))[100:300, 120:280]
        assert 0.03 < face.mean() < 0.9, f"{pattern} {variant} covers {face.mean():.0%} of the face"


@every_pattern
def test_the_same_noise_gives_the_same_shape_and_another_another(pattern: str) -> None:
    assert np.array_equal(cover(pattern), cover(pattern))
    assert not np.array_equal(cover(pattern), cover(pattern, Noise.of(1, ["a" * 64], (0,), "foreign_shadow")))


def test_slats_repeat_every_27_millimetres() -> None:
    column = cover("blinds")[:, 150] > 0.5
    starts = np.flatnonzero(~column[:-1] & column[1:])
    assert np.diff(starts) == pytest.approx(27, abs=1.1)
    assert column.mean() == pytest.approx(0.52, abs=0.05)


def test_a_brim_shades_what_is_above_its_edge() -> None:
    dark = cover("brim") > 0.5
    assert (np.diff(dark.astype(int), axis=0) <= 0).all(), "light lies below the shadow, in every column"
    assert dark[100].all()
    assert not dark[300].any()


def test_fingers_are_as_thick_as_fingers() -> None:
    hand = PATTERNS["fingers"](KEYS)[0]
    assert len(hand) == 6, "four fingers, palm and thumb"
    for finger in hand[:4]:
        middle = finger - finger.mean(axis=0)
        thickness = 2 * np.abs(middle @ np.linalg.svd(middle)[2][1]).max()
        assert 12 < thickness < 20


def test_leaves_lie_side_by_side() -> None:
    """Whatever two twigs do, their leaves do not run together; half a dozen of them fall on a face."""
    for variant in range(6):
        noise = Noise.of(0, ["c" * 64], (variant,), "foreign_shadow")
        leaves = [outline for layer in PATTERNS["leaves"](noise)[:2] for outline in layer if len(outline) < 18]
        alone = [_filled([leaf], "leaves", 1.0)[100:300, 120:280] for leaf in leaves]
        together = np.max(alone, axis=0)
        assert sum(float(leaf.sum()) for leaf in alone) < 1.12 * float(together.sum())
        assert sum(float(leaf.sum()) > 200 for leaf in alone) >= 6, "leaves of which more than 2 cm2 are on the face"


@pytest.mark.parametrize("pattern", [name for name in PATTERNS if name not in ALONE])
def test_what_leaves_a_tile_enters_opposite(pattern: str) -> None:
    """Moved by half a tile, a pattern is the same but for where its tile begins."""
    wide, _ = period(pattern)
    cell = wide / round(wide)
    for outlines in PATTERNS[pattern](KEYS):
        here = _filled(outlines, pattern, cell)
        half = np.array([cell * (here.shape[1] // 2), 0])
        moved = _filled([outline + half for outline in outlines], pattern, cell)
        assert np.abs(np.roll(here, here.shape[1] // 2, axis=1) - moved).mean() < 0.002
        assert here.mean() > 0.03


def test_the_gaps_of_a_crown_let_light_through() -> None:
    for variant in range(12):
        crown = drawn("leaves", Noise.of(0, ["d" * 64], (variant,), "foreign_shadow"), 2.0)[2]
        assert 0.2 < crown.mean() < 0.8


def test_a_window_is_known_by_its_panes_on_every_face() -> None:
    for variant in range(12):
        lit = cover("window", Noise.of(0, ["b" * 64], (variant,), "foreign_shadow"))[100:300, 120:280] < 0.5
        panes, count = ndimage.label(lit)
        largest = float(np.bincount(panes[lit]).max()) / lit.size
        assert count >= 4
        assert largest < 0.25, f"one pane covers {largest:.0%} of the face"


def test_fingers_reach_over_the_face() -> None:
    for variant in range(12):
        hand = PATTERNS["fingers"](Noise.of(0, ["b" * 64], (variant,), "foreign_shadow"))[0][:4]
        reach = [float(np.abs(finger[:, 0]).min()) for finger in hand]
        assert sorted(reach)[2] < 35, "three fingers end before the side of the face"
