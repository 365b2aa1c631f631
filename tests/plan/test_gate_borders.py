"""Borders of an edit: what a turned head takes along is neither seam nor spill, and both are found beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from faceaug.face.decomposition import REGIONS
from faceaug.plan.gate.borders import seam, spill
from faceaug.plan.gate.frame import SIDE, Aligned

Map = npt.NDArray[np.float32]

ROWS, COLUMNS = np.mgrid[0:SIDE, 0:SIDE]
FACE = np.hypot((ROWS - 190) / 1.3, COLUMNS - 192) < 70
CLOTHES = ROWS > 290
HAIR = (ROWS < 90) & (abs(COLUMNS - 192) < 90)


def scene(shift: int = 0, *, turned: bool = False, striped: bool = True) -> Aligned:
    """A face over a striped shirt; on the picture the shirt lies so many pixels farther right."""
    person = FACE | CLOTHES | HAIR
    regions = {name: np.zeros((SIDE, SIDE), np.float32) for name in REGIONS}
    regions |= {"person": _float(person), "clothes": _float(CLOTHES), "hair": _float(HAIR & ~FACE)}
    regions |= {"skin": _float(FACE)}
    still = np.full((SIDE, SIDE, 3), 140, np.float32)
    still[FACE] = (190, 150, 130)
    still[HAIR & ~FACE] = 60
    stripes = np.where(COLUMNS // 12 % 2, 90, 200) if striped else np.full_like(COLUMNS, 120)
    still[CLOTHES] = stripes[CLOTHES, None]
    picture = still.copy()
    picture[CLOTHES] = np.roll(still, shift, axis=1)[CLOTHES]
    points = np.zeros((478, 2))
    whole = np.ones((SIDE, SIDE), bool)
    known = FACE if turned else whole
    return Aligned(picture, still, still, known, turned, points, FACE, regions, regions, {}, whole)


def _float(where: npt.NDArray[np.bool_]) -> Map:
    return where.astype(np.float32)


def tinted(pair: Aligned, where: npt.NDArray[np.bool_], by: Iterable[float] = (-25, -20, -18)) -> Aligned:
    """The same with its picture's colour changed somewhere."""
    picture = pair.picture.copy()
    picture[where] += np.array([*by], np.float32)
    return replace(pair, picture=picture)


def test_a_collar_that_goes_along_with_a_turned_head_is_no_spill() -> None:
    assert spill(scene(5, turned=True)) < 1.5
    assert spill(scene(5)) > 10.0, "where nothing was turned nothing may move"


def test_colour_spilt_beside_a_turned_head_is_found() -> None:
    for striped in (False, True):
        pair = scene(5, turned=True, striped=striped)
        assert spill(tinted(pair, CLOTHES)) > 5.0
        assert spill(tinted(pair, ~(FACE | CLOTHES | HAIR))) > 5.0


def test_what_a_codec_does_to_texture_is_no_spill() -> None:
    """Brighter here and darker there, by 6 levels a pixel; a tint of the same size is seen."""
    pair = scene()
    grain = 6.0 * (np.indices((SIDE, SIDE)).sum(axis=0)[..., None] // 2 % 2 * 2 - 1)
    shaken = pair.picture + grain.astype(np.float32)
    assert spill(replace(pair, picture=shaken)) < 1.0
    assert spill(tinted(pair, HAIR & ~FACE, (6, 6, 6))) > 1.5


def test_hair_counts_only_where_it_stayed() -> None:
    assert spill(tinted(scene(), HAIR & ~FACE)) > 5.0
    assert spill(tinted(scene(turned=True), HAIR & ~FACE)) < 1.0


def test_a_seam_on_a_turned_face_is_found() -> None:
    for turned in (False, True):
        pair = scene(turned=turned)
        assert seam(pair) == 0.0
        assert seam(tinted(pair, FACE & (COLUMNS < 192))) > 5.0


def test_an_edge_that_was_there_may_lie_a_little_elsewhere_on_a_turned_face() -> None:
    line = FACE & (abs(COLUMNS - 192) < 2)
    for turned, far, too_far in ((False, 1, 4), (True, 3, 9)):
        for shift in (far, too_far):
            pair = scene(turned=turned)
            was = tinted(pair, line, (-60, -60, -60)).picture
            now = tinted(pair, np.roll(line, shift, axis=1) & FACE, (-60, -60, -60)).picture
            found = seam(replace(pair, moved=was, picture=now))
            assert (found < 0.5) == (shift == far), (turned, shift, found)


def test_a_collar_that_stands_out_more_is_no_seam() -> None:
    """The neck reaches down into an open collar; darker skin makes the collar's edge steeper."""
    neck = (ROWS > 270) & (ROWS < 330) & (abs(COLUMNS - 192) < 40) & ~FACE
    pair = scene(striped=False)
    regions = {**pair.before, "body": _float(neck), "clothes": _float(CLOTHES & ~neck)}
    still = pair.still.copy()
    still[neck] = (190, 150, 130)
    pair = replace(pair, before=regions, after=regions, still=still, moved=still, picture=still)
    assert seam(tinted(pair, neck | FACE, (-70, -60, -50))) < 0.5
