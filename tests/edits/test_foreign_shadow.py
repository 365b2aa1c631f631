"""The edit of foreign shadows: every pattern, and none at no darkness."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from faceaug.edit import get_edit
from faceaug.image.gobo import PATTERNS
from faceaug.render import render
from faceaug.scene import Scene
from tests.portraits import Pixels, collins, inside, window


def shaded(**given: Any) -> Pixels:
    edit = get_edit("foreign_shadow")
    return render(edit(Scene.of(collins()), **{"darkness": 0.6, "penumbra": 4.0, **given})).pixels[0]


def test_the_edit_offers_every_pattern() -> None:
    assert get_edit("foreign_shadow").settings["pattern"].values == tuple(PATTERNS)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_darkens_part_of_the_face(pattern: str) -> None:
    before, after = (window(p, collins()).astype(float) for p in (collins().photos[0].pixels, shaded(pattern=pattern)))
    skin = inside(collins().regions.skin, 0.9)
    lost = 1 - after[skin].sum(axis=1) / before[skin].sum(axis=1).clip(1)
    assert 0.02 < (lost > 0.15).mean() < 0.98


def test_no_darkness_is_no_change() -> None:
    assert np.array_equal(shaded(pattern="leaves", darkness=0.0), collins().photos[0].pixels)


def test_more_darkness_is_darker() -> None:
    steps = [float(shaded(pattern="brim", darkness=d).mean()) for d in (0.2, 0.5, 0.9)]
    assert steps == sorted(steps, reverse=True)
