"""Colour's grain: what an edit changed of a JPEG loses some of it, lightness and all else stays."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceaug.image.chroma import calmed
from faceaug.image.noise import Noise


def _grainy(size: int = 64) -> NDArray[np.uint8]:
    """Skin whose colour has a grain of two levels, and lightness one of three ``(size, size, 3)``."""
    drawn = Noise.of(1, ["any"], [0], "test").normal_grid("grain", (3, size, size), "cpu")[0].numpy()
    ycc = np.array([120, 150, 110], np.float32) + drawn.transpose(1, 2, 0) * np.array([3, 2, 2], np.float32)
    return np.asarray(cv2.cvtColor(ycc.round().clip(0, 255).astype(np.uint8), cv2.COLOR_YCrCb2RGB))


def _split(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32), cv2.COLOR_RGB2YCrCb))


def test_colour_loses_part_of_its_grain_and_lightness_stays() -> None:
    before = _grainy()
    after = before.copy()
    calmed(after, np.zeros_like(before))
    old, new = _split(before), _split(after)
    shares = new.std(axis=(0, 1)) / old.std(axis=(0, 1))
    assert 0.98 < shares[0] < 1.02
    assert all(0.6 < share < 0.8 for share in shares[1:]), "0.66 of an even grain, and what rounding adds"
    assert np.abs(new - old)[..., 0].max() <= 1.0
    assert np.allclose(new.mean(axis=(0, 1)), old.mean(axis=(0, 1)), atol=0.1)


def test_what_is_as_it_was_keeps_its_bytes() -> None:
    before = _grainy()
    after = before.copy()
    calmed(after, before)
    assert np.array_equal(after, before)
    for part in ((slice(20, 30), slice(40, 50)), (slice(40, 50), slice(5, 20))):
        after[part] = 255 - after[part]
    edited = after.copy()
    calmed(after, before)
    changed = (edited != before).any(axis=2)
    assert np.array_equal(after[~changed], before[~changed])
    assert (after != edited).any()


def test_a_part_of_a_picture_is_changed_where_it_lies() -> None:
    before = _grainy()
    whole = before.copy()
    part = (slice(5, 50), slice(7, 40))
    whole[part] = 255 - whole[part]
    alone = np.ascontiguousarray(whole[part])
    calmed(alone, np.ascontiguousarray(before[part]))
    calmed(whole[part], before[part])
    assert np.array_equal(whole[part], alone)
