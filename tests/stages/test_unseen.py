"""What a turned head shows that the photograph did not: from the other half, or grown from beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.face.geometry import head_mirror, head_triangles
from faceaug.face.topology import face_model
from faceaug.image.extent import Box
from faceaug.scene import Scene
from faceaug.stages.turning import turn
from faceaug.stages.turning.correspondence import Correspondence, correspondence
from faceaug.stages.turning.growth import Soil, grown
from faceaug.stages.turning.unseen import Sight, look_up
from tests.portraits import hopper

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


def part_of(places: Tensor, visible: float = 1.0) -> Callable[[Box], Tensor]:
    """What tells of a part where it comes from, and that it was visible."""
    return lambda box: torch.cat([places, visible * ones()], dim=1)[(..., *box)]


def test_a_place_that_was_seen_stays_its_own() -> None:
    sight = look_up(grid(), ones(), part_of(grid().flip(-1)), ones(), scale=1.0)
    assert float(sight.share.max()) == 0
    assert float(sight.seen.min()) == 1
    maps = speckle()
    torch.testing.assert_close(sight.of([maps]), maps, atol=1e-5, rtol=0)


def test_a_drawn_out_place_is_taken_from_its_mirror_image_where_that_was_seen_better() -> None:
    drawn, seen = grid(8.0), grid()
    middle = (..., slice(8, -8), slice(8, -8))
    assert float(look_up(drawn, ones(), part_of(seen), ones(), scale=1.0).share[middle].min()) == 1
    for other, alike in ((drawn, ones()), (seen, 0 * ones())):
        sight = look_up(drawn, ones(), part_of(other), alike, scale=1.0)
        assert float(sight.share.max()) == 0
        assert float(sight.seen.max()) == 0


def test_nothing_beside_the_face_is_taken_from_the_other_half(monkeypatch: pytest.MonkeyPatch) -> None:
    heads, sights = [], []

    def found(source: Decomposition, angles: Tensor) -> Correspondence:
        heads.append(correspondence(source, angles))
        return heads[-1]

    def looked_up(*asked: Any) -> Sight:
        sights.append(look_up(*asked))
        return sights[-1]

    monkeypatch.setattr(turn, "correspondence", found)
    monkeypatch.setattr(turn, "look_up", looked_up)
    source = hopper()
    turn.turn(source.linear, get_edit("pose")(Scene.of(source), yaw=-30.0))
    beside = heads[0].near < 0.5
    assert float(sights[0].share[~beside].sum()) > 10
    assert float(sights[0].share[beside].sum()) == 0


def soil(known: Tensor, hair: Tensor, face: Tensor, slant: float = 0.0) -> Soil:
    """Grow into all that is not known, with no help from the other half; hair was seen slantwise or was not."""
    nothing = 0 * ones()
    whole = torch.ones(1, 3, SIDE, SIDE)
    return Soil(known, 1 - known, ones(), face, hair, slant * hair, nothing, nothing, whole, nothing)


def test_what_was_hidden_is_taken_from_the_other_half_if_that_was_not() -> None:
    middle = (..., slice(8, -8), slice(8, -8))
    sight = look_up(grid(), 0 * ones(), part_of(grid()), ones(), scale=1.0)
    assert float(sight.share[middle].min()) == 1
    assert float(sight.shown[middle].min()) == 1
    both = look_up(grid(), 0 * ones(), part_of(grid(), visible=0.0), ones(), scale=1.0)
    assert float(both.share.max()) == float(both.seen.max()) == 0
    assert float(both.shown.max()) < 0.01
    neck = look_up(grid(), 0 * ones(), part_of(grid()), 0 * ones(), scale=1.0)
    assert float(neck.shown.min()) == 1  # it has no other half, so what was there is better than nothing


@pytest.mark.parametrize("axis", [-1, -2])
def test_the_unseen_goes_on_as_what_is_beside_it(axis: int) -> None:
    known = ones().transpose(-1, -2)
    known[..., 26:38, :] = 0
    known = known if axis == -2 else known.transpose(-1, -2)
    fine = 0.4 + 0.07 * (speckle() - 0.5)
    hole = known == 0
    colour = torch.where(hole, torch.zeros(()), fine).expand(1, 3, -1, -1)
    filled, _ = grown(colour.clone(), ones(), soil(known, 0 * ones(), ones()), scale=1.0)
    assert torch.equal(filled[known.expand_as(filled) == 1], colour[known.expand_as(filled) == 1])
    inside = filled[hole.expand_as(filled)]
    assert float(inside.mean()) == pytest.approx(0.4, abs=0.01)
    assert 0.008 < float(inside.std()) < 0.03


def test_grown_skin_is_calmer_than_what_it_grows_from_and_grown_hair_as_lively() -> None:
    known = ones()
    known[..., 26:38] = 0
    colour = ((0.4 + 0.07 * (speckle() - 0.5)) * known).expand(1, 3, -1, -1)
    spread = [
        float(grown(colour.clone(), ones(), soil(known, hair * ones(), ones()), scale=1.0)[0][..., 26:38].std())
        for hair in (0.0, 1.0)
    ]
    own = float((0.07 * speckle()).std())
    assert 0.68 < spread[0] / own < 0.9
    assert 1.1 < spread[1] / own < 1.4  # of which less is left where pixels are broad


def beside_hair(face: Tensor) -> Tensor:
    """Light skin to the left, dark hair to the right, and what was grown into the gap between them ``(h, 12)``."""
    known, hair = ones(), 0 * ones()
    known[..., 26:38] = 0
    hair[..., 38:] = 1
    colour = torch.where(hair > 0, 0.02, 0.5).expand(1, 3, -1, -1) * known
    filled, _ = grown(colour.clone(), ones(), soil(known, hair, face), scale=1.0)
    return filled[0, 0, :, 26:38]


def test_skin_and_hair_meet_at_a_hairline() -> None:
    between = beside_hair(0 * ones())
    assert float(between[:, 0].min()) > 0.45
    assert float(between[:, -1].max()) < 0.07
    assert float(((between > 0.1) & (between < 0.42)).float().mean()) < 0.3


def test_no_hair_grows_into_a_bare_cheek() -> None:
    cheek = ones()
    cheek[..., 38:] = 0
    assert float(beside_hair(cheek).min()) > 0.45


def test_hair_that_was_seen_slantwise_before_a_temple_goes_on() -> None:
    known, hair = ones(), 0 * ones()
    known[..., 26:38] = 0
    hair[..., 10:24, 23:38] = 1
    colour = torch.where(hair > 0, 0.02, 0.5).expand(1, 3, -1, -1) * known
    grew = [grown(colour.clone(), ones(), soil(known, hair, ones(), slant), scale=1.0)[0][0, 0] for slant in (0.0, 1.0)]
    assert float(grew[0][14:20, 26:34].max()) > 0.3
    assert float(grew[1][14:20, 26:34].max()) < 0.15
    assert float(grew[1][40:, 26:38].min()) > 0.3
    thin = grown(colour.clone(), ones(), soil(known, hair, ones(), 0.5), scale=1.0)[0][0, 0, 14:20, 30:34]
    assert 0.1 < float(thin.min()) <= float(thin.max()) < 0.4  # it thins out to an end


def test_a_ragged_outline_of_the_face_is_no_ragged_hairline() -> None:
    """At few pixels the mesh ends in steps; hair does not."""
    ragged = ones()
    ragged[..., 0::4, 30:] = 0
    ragged[..., 1::4, 30:] = 0
    ragged[..., 2::4, 34:] = 0
    ragged[..., 3::4, 34:] = 0
    edge = (beside_hair(ragged) > 0.25).sum(dim=1)[8:-8]
    assert int(edge.max() - edge.min()) <= 1


def test_strands_beside_the_unseen_are_not_repeated_in_it() -> None:
    """Edges of whatever lies on the skin are no part of its texture, where there is skin without any."""
    known = ones()
    known[..., 16:48, 30:46] = 0
    colour = 0.4 + 0.02 * (speckle().expand(1, 3, -1, -1) - 0.5)
    colour[..., 20:44, ::5] = 0.1
    colour = colour * known
    filled, _ = grown(colour.clone(), ones(), soil(known, 0 * ones(), ones()), scale=1.0)
    columns = filled[0, 0, 20:44, 30:46].mean(dim=0)
    assert float(columns.max() - columns.min()) < 0.03


def test_no_spot_of_skin_returns_in_what_is_grown_of_it() -> None:
    known = ones()
    known[..., 26:38] = 0
    spotted = 0.4 + 0.02 * (speckle().expand(1, 3, -1, -1) - 0.5)
    spotted[..., 3::9, 3::9] *= 0.7
    inside = grown(spotted * known, ones(), soil(known, 0 * ones(), ones()), scale=1.0)[0][..., 26:38]
    assert float((inside - 0.4).abs().max()) < 7 * float((inside - 0.4).abs().mean())


def test_no_line_across_a_piece_of_skin_returns_as_a_band() -> None:
    known = ones()
    known[..., 26:38] = 0
    lines = 0.01 * torch.sin(torch.arange(SIDE) * 1.1)[:, None]
    skin = (0.4 + 0.02 * (speckle() - 0.5) + lines).expand(1, 3, -1, -1)
    inside = grown(skin * known, ones(), soil(known, 0 * ones(), ones()), scale=1.0)[0][0, 0, :, 26:38]
    assert float(inside.std()) > 0.003
    assert float(inside.mean(dim=1).std()) < 0.6 * float(inside.std())


def test_edges_of_hair_beside_it_do_not_roughen_what_is_grown_of_skin() -> None:
    known = ones()
    known[..., 30:38] = 0
    fine = speckle() - 0.5
    edge = (torch.arange(SIDE) >= 38) & (torch.arange(SIDE) < 46)
    skin = (0.4 + torch.where(edge, 0.09, 0.02) * fine).expand(1, 3, -1, -1) * known
    lent = replace(soil(known, 0 * ones(), ones()), lends=ones() * (~edge))
    inside = grown(skin.clone(), ones(), lent, scale=1.0)[0][..., 30:38]
    assert float(inside.std()) < 1.6 * float(skin[..., :24].std())


def test_hair_that_was_taken_for_skin_does_not_roughen_it() -> None:
    known = ones()
    known[..., 30:38] = 0
    wild = ((torch.arange(SIDE) >= 38) & (torch.arange(SIDE) < 50)).float()
    skin = (0.4 + (0.02 + 0.18 * wild) * (speckle() - 0.5)).expand(1, 3, -1, -1) * known
    inside = grown(skin.clone(), ones(), soil(known, 0 * ones(), ones()), scale=1.0)[0][..., 30:38]
    grown_over, beside = (float(part.diff(dim=-2).abs().mean()) for part in (inside, skin[..., :24]))
    assert 0.7 * beside < grown_over < 1.6 * beside


def test_no_hair_grows_where_it_ends() -> None:
    known = ones()
    known[..., 30:46] = 0
    half = ones() * (torch.arange(SIDE) < 38)
    colour = torch.lerp(torch.tensor(0.5), torch.tensor(0.1), half).expand(1, 3, -1, -1) * known
    ground = soil(known, half, ones(), slant=1.0)
    hair, bare = (
        grown(colour.clone(), ones(), replace(ground, ends=ends), scale=1.0)[0] for ends in (0 * ones(), ones())
    )
    assert float(hair[..., 32:36].mean()) < 0.2
    assert float(bare[..., 32:44].min()) > 0.4


def test_folds_are_lent_by_nobody_where_there_is_skin_without_any() -> None:
    known = ones()
    known[..., 30:46] = 0
    fine = 0.02 * (speckle() - 0.5)
    folds = 0.004 * torch.sin(torch.arange(SIDE) * 1.3)[:, None]
    beside = (torch.arange(SIDE) > 40).float()
    colour = (0.4 + torch.lerp(fine, folds.expand(1, 1, SIDE, SIDE), beside)).expand(1, 3, -1, -1) * known
    folded = ((0.4 + folds) * known).expand(1, 3, -1, -1)
    ratios = []
    for hair, seen in ((0.0, colour), (1.0, folded)):
        inside = grown(seen.clone(), ones(), soil(known, hair * ones(), ones()), scale=1.0)[0][0, 0, :, 30:46]
        across, down = (float(inside.diff(dim=dim).abs().mean()) for dim in (1, 0))
        ratios.append(across / down)
    assert ratios[0] > 0.6
    assert ratios[1] < 0.2  # strands run one way


def test_skin_that_was_drawn_out_has_pores_instead_of_streaks() -> None:
    drawn = ones()
    drawn[..., :40] = 0
    colour = 0.4 + 0.07 * (speckle() - 0.5)
    streaks = colour[..., ::8].repeat_interleave(8, dim=-1)
    bright = 1 + 0.4 * (torch.arange(SIDE) > 50).float()
    colour = (torch.where(drawn > 0, streaks, colour) * bright).expand(1, 3, -1, -1)
    lent = replace(soil(ones(), 0 * ones(), ones()), drawn=drawn, lends=1 - drawn)
    pores, _ = grown(colour.clone(), ones(), lent, scale=1.0)
    assert torch.equal(pores[..., :40], colour[..., :40])
    rough = [float((one[0, 0, :, 42:49].diff(dim=-1)).abs().mean()) for one in (colour, pores)]
    assert rough[1] > 2 * rough[0]
    assert 0.008 < float(pores[0, 0, :, 42:49].std()) < 0.03
    assert float(pores[0, 0, :, 56:].mean() / pores[0, 0, :, 42:49].mean()) == pytest.approx(1.4, abs=0.05)
    hair, _ = grown(colour.clone(), ones(), replace(lent, hair=ones()), scale=1.0)
    assert torch.equal(hair, colour)  # strands are drawn out as they are


def test_nothing_wanted_leaves_all_to_the_bit() -> None:
    colour, maps = speckle().expand(1, 3, -1, -1), speckle()
    same, also = grown(colour.clone(), maps.clone(), soil(ones(), 0 * ones(), ones()), scale=1.0)
    assert torch.equal(same, colour)
    assert torch.equal(also, maps)
