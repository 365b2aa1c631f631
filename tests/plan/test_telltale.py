"""The two-sample test sees what a careless edit disturbs, and sees nothing where there is nothing."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from faceaug.plan.verify.telltale import FEATURES, auc_of, local_statistics, told_apart

SIDE = 96


def picture(key: int) -> np.ndarray:
    """A grainy picture of soft blobs, another one for each key."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    waves = [np.sin((0.03 + 0.011 * ((key * 7 + k * 3) % 13)) * (x * (k + 1) + y * (3 - k)) + key) for k in range(3)]
    grain = np.sin(x * 12.9898 + y * 78.233 + key * 37.719) * 43758.5453
    pixels = 128 + 40 * np.stack(waves, axis=-1) + 6 * ((grain % 1)[..., None] - 0.5)
    return np.asarray(np.clip(pixels, 0, 255), np.uint8)


def described(pixels: np.ndarray) -> np.ndarray:
    features = local_statistics(pixels)
    assert features is not None
    return features


def compared(change: Callable[[np.ndarray], np.ndarray], people: int = 40) -> tuple[np.ndarray, np.ndarray, list[str]]:
    plain = [picture(key) for key in range(people)]
    changed = [change(picture(key)) for key in range(people, 2 * people)]
    features = np.stack([described(pixels) for pixels in (*plain, *changed)])
    return features, np.arange(2 * people) >= people, [f"{key}" for key in range(2 * people)]


def test_the_description_has_its_length() -> None:
    features = described(picture(1))
    assert features.shape == (FEATURES,)
    assert np.isfinite(features).all()


def test_no_patch_in_the_region_is_no_description() -> None:
    assert local_statistics(picture(1), np.zeros((SIDE, SIDE), dtype=bool)) is None


def test_only_the_region_counts() -> None:
    region = np.zeros((SIDE, SIDE), dtype=bool)
    region[:48, :48] = True
    other = picture(1)
    other[48:] = 0
    other[:, 48:] = 255
    first, second = local_statistics(picture(1), region), local_statistics(other, region)
    assert first is not None
    assert second is not None
    assert np.array_equal(first, second)


def test_blur_gives_a_picture_away() -> None:
    told = told_apart(*compared(lambda pixels: cv2.GaussianBlur(pixels, (0, 0), 0.8)))
    assert told.auc > 0.95
    assert (told.pictures, told.people) == (80, 80)
    assert told.low <= told.auc <= told.high


def test_what_is_alike_cannot_be_told_apart() -> None:
    told = told_apart(*compared(lambda pixels: pixels))
    assert told.low < 0.5 < told.high


def test_a_person_is_never_on_both_sides() -> None:
    """With random features and two pictures a person, one of each kind, nothing can be learnt about the others."""
    features = np.repeat(np.stack([described(picture(key)) for key in range(40)]), 2, axis=0)
    told = told_apart(features, np.arange(80) % 2 == 0, [f"{key // 2}" for key in range(80)])
    assert told.auc == pytest.approx(0.5)


def test_a_collection_of_its_own_is_no_telltale_by_itself() -> None:
    """One collection is far brighter and has fewer renderings; within collections nothing differs."""
    features, _, people = compared(lambda pixels: pixels)
    groups = ["a" if key < 40 else "b" for key in range(80)]
    features[40:] += 10.0
    rendered = np.array([key % 4 == 0 if key < 40 else key % 4 != 0 for key in range(80)])
    assert told_apart(features, rendered, people, None).auc > told_apart(features, rendered, people, groups).auc


def test_one_kind_alone_is_refused() -> None:
    features, rendered, people = compared(lambda pixels: pixels, people=4)
    with pytest.raises(ValueError, match="both kinds"):
        told_apart(features, np.zeros_like(rendered), people)


def test_auc_against_counting() -> None:
    assert auc_of(np.array([3.0, 1.0, 2.0, 2.0]), np.array([True, False, True, False])) == pytest.approx(0.875)
