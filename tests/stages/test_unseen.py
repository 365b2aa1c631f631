"""What a turned head shows that the photograph did not: from the other half, or grown from beside it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.face.geometry import head_mirror, head_triangles
from faceaug.face.topology import face_model
from faceaug.stages.unseen import Soil, grown, look_up

SIDE = 64


def grid(stretch: float = 1.0) -> Tensor:
    """Each pixel's own place, squeezed toward the left by ``stretch``."""
    ys, xs = torch.meshgrid(torch.arange(SIDE) + 0.5, torch.arange(SIDE) + 0.5, indexing="ij")
    return torch.stack([xs / stretch, ys])[None]


def speckle() -> Tensor:
    """Numbers in 0..1 without an order to be seen."""
    steps = torch.arange(SIDE * SIDE, dtype=torch.float64)
    return ((torch.sin(steps * 12.9898) * 43758.5453) % 1).float().reshape(1, 1, SIDE, SIDE)


def ones() -> Tensor:
    return torch.ones(1, 1, SIDE, SIDE)


def test_every_vertex_mirrors_back_and_triangles_mirror_to_triangles() -> None:
    mirror = head_mirror()
    assert (mirror[mirror] == np.arange(len(mirror))).all()
    rings = head_triangles()[len(face_model().triangles) :]
    assert set(np.unique(mirror[rings])) == set(np.unique(rings))


def test_a_place_that_was_seen_stays_its_own() -> None:
    sight = look_up(grid(), grid().flip(-1), ones(), scale=1.0)
    assert float(sight.share.max()) == 0
    assert float(sight.seen.min()) == 1
    maps = speckle()
    torch.testing.assert_close(sight.of(maps), maps, atol=1e-5, rtol=0)


def test_a_drawn_out_place_is_taken_from_its_mirror_image_where_that_was_seen_better() -> None:
    drawn, seen = grid(8.0), grid()
    middle = (..., slice(8, -8), slice(8, -8))
    assert float(look_up(drawn, seen, ones(), scale=1.0).share[middle].min()) == 1
    for other, alike in ((drawn, ones()), (seen, 0 * ones())):
        sight = look_up(drawn, other, alike, scale=1.0)
        assert float(sight.share.max()) == 0
        assert float(sight.seen.max()) == 0


@pytest.mark.parametrize("axis", [-1, -2])
def test_the_unseen_goes_on_as_what_is_beside_it(axis: int) -> None:
    known = ones().transpose(-1, -2)
    known[..., 26:38, :] = 0
    known = known if axis == -2 else known.transpose(-1, -2)
    fine = 0.4 + 0.07 * (speckle() - 0.5)
    hole = known == 0
    colour = torch.where(hole, torch.zeros(()), fine).expand(1, 3, -1, -1)
    soil = Soil(known, 1 - known, ones(), 0 * ones(), 0 * ones(), torch.ones(1, 3, SIDE, SIDE))
    filled, _ = grown(colour.clone(), ones(), soil, scale=1.0)
    assert torch.equal(filled[known.expand_as(filled) == 1], colour[known.expand_as(filled) == 1])
    inside = filled[hole.expand_as(filled)]
    assert float(inside.mean()) == pytest.approx(0.4, abs=0.01)
    assert 0.008 < float(inside.std()) < 0.03


def test_nothing_wanted_leaves_all_to_the_bit() -> None:
    colour, maps = speckle().expand(1, 3, -1, -1), speckle()
    soil = Soil(ones(), 0 * ones(), ones(), 0 * ones(), 0 * ones(), torch.ones(1, 3, SIDE, SIDE))
    same, also = grown(colour.clone(), maps.clone(), soil, scale=1.0)
    assert torch.equal(same, colour)
    assert torch.equal(also, maps)
