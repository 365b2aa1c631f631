"""Nose pads and their wires are looked for beside the nose alone: all of them, whatever the frame."""

from __future__ import annotations

import pytest

from faceaug.face.frame import STYLES, cut
from faceaug.face.frame_tables import _FAR, frame_tables


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pupils", [52.0, 63.0, 74.0])
def test_pads_and_wires_lie_well_within_where_they_are_looked_for(style: str, pupils: float) -> None:
    frame = cut(style, metal=True, width=140.0, pupils=pupils, thickness=1.0)
    both = frame_tables(frame).planes[0, 5:7]
    if not frame.pads:
        assert float(both.min()) == _FAR
        return
    looked = (both < _FAR).any(dim=0).any(dim=0).nonzero().flatten()
    assert int(looked.max()) == len(looked) - 1  # one strip, from the middle on
    for shape in both:
        assert float(shape.min()) < 0  # there it is
        assert float(shape[:, len(looked) - 1].min()) > 5.0  # and its end is far from it
