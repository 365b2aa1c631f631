"""Collars keep the edge that the photograph shows, and no crumbs of cloth, shade or wall lie beside them."""

from __future__ import annotations

import math
from dataclasses import replace

import torch

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.image.filter import gaussian
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.turning.necks.collar import cloth_beside, one_piece, opened, shut
from faceaug.stages.turning.necks.over import _with_crease
from faceaug.stages.turning.necks.upright import upright
from faceaug.stages.turning.swing import before_wall, ground_of, swung
from faceaug.stages.wall import distance
from tests.portraits import collins

WHITE, SKIN, WALL = 0.8, torch.tensor([0.35, 0.2, 0.12])[:, None, None], torch.tensor([0.1, 0.2, 0.3])[:, None, None]
TOP = 20.0
"""So high white cloth reaches beside the neck, mm."""


def collar(drop: float = 0.0) -> tuple[Decomposition, torch.Tensor]:
    """A face above a neck in a white collar, before a wall; and how much of each pixel is cloth as a lens shows it."""
    face = collins()
    across, up = upright(face)
    scale, head = float(face.pose.scale.mean()), (face.surface.face > 0.5).float()
    inside = torch.minimum(1.5 * (across.abs() - 30) - (up + 20 + drop), TOP - up) / math.hypot(1, 1.5)
    cloth = (inside * scale + 0.5).clamp(0, 1) * (across.abs() < 85) * (1 - head)
    neck = ((across.abs() < 48) & (up < 30)).float() * (1 - head)
    person = torch.maximum(torch.maximum(neck, cloth), head)
    linear = torch.lerp(torch.lerp(WALL, SKIN, torch.maximum(neck, head)), torch.full_like(SKIN, WHITE), cloth)
    body, nothing = neck * (cloth < 0.3), torch.zeros_like(head)
    regions = replace(face.regions, person=person, body=body, hair=nothing, clothes=nothing, skin=head)
    return replace(face, linear=linear, regions=replace(regions, foreground=linear)), cloth


def alike(source: Decomposition) -> torch.Tensor:
    """What has the neck's colour, or nearly."""
    return ((source.linear - SKIN).abs().amax(dim=1, keepdim=True) < 0.3).float()


def beside_neck(source: Decomposition) -> torch.Tensor:
    across, up = upright(source)
    return (
        (across.abs() > 36) & (across.abs() < 44) & (up > -15) & (up < 14) & (distance(source.surface.face < 0.01) > 2)
    )


def test_cloth_ends_where_the_photograph_shows_it_and_is_of_its_own_colour_there() -> None:
    source, cloth = collar()
    found = cloth_beside(source, alike(source))
    there = beside_neck(source)
    edge = there & (cloth > 0.2) & (cloth < 0.8)
    assert int(edge.sum()) > 8
    assert float((found.cloth - cloth)[there].abs().max()) < 0.15
    assert float((found.colour[:, :1][edge] - WHITE).abs().max()) < 0.05
    assert float((source.linear[:, :1][edge] - WHITE).abs().max()) > 0.2


def test_cloth_that_is_half_taken_for_skin_is_whole() -> None:
    """White cloth resembles pale skin: its upper part by half, and a gap in it wholly."""
    source, cloth = collar()
    across, up = upright(source)
    half = torch.where((up > 10) & (cloth > 0.9), 0.55, alike(source))
    gap = ((up + 3).abs() < 2) & (across.abs() > 48) & (across.abs() < 64)
    taken = torch.where(gap & (cloth > 0.9), 1.0, half)
    within = (cloth > 0.99) & (across.abs() > 52) & (across.abs() < 70) & (up < 15) & (up > -15)
    assert int((within & (taken > 0.5)).sum()) > 100
    assert float(cloth_beside(source, taken).cloth[within].min()) > 0.95


def test_cloth_goes_on_toward_the_throat_but_not_into_skin() -> None:
    source, cloth = collar()
    across, up = upright(source)
    pointed = ((across > -2) & (across < 40) & (up < -22) & (up > -48)).float()
    linear = torch.where(pointed > 0, 0.74, source.linear)
    regions = replace(source.regions, body=source.regions.body * (1 - pointed))
    one = replace(source, linear=linear, regions=regions)
    found = cloth_beside(one, (alike(source) * (1 - pointed))).cloth
    inside = (pointed > 0) & (distance(pointed > 0) > 3) & (across > 9)
    assert int((inside & (across < 15)).sum()) > 20
    assert float(found[inside].min()) > 0.9
    pale = torch.where(across < 20, 1.0, alike(source) * (1 - pointed))
    assert float(cloth_beside(one, pale).cloth[inside & (across < 14)].max()) < 0.05, "pale skin"
    assert float(found[(across < -6) & (across > -14) & (up > -36)].max()) < 0.05
    assert float(found[(alike(source) > 0) & (distance(torch.maximum(cloth, pointed) < 0.01) > 3)].max()) < 0.05


def test_shade_in_a_throat_is_no_tie_that_is_as_dark() -> None:
    source, cloth = collar()
    across, up = upright(source)
    shade = (across > -2) & (across < 40) & (up < -22) & (up > -48)
    regions = replace(source.regions, body=source.regions.body * ~shade)
    for light, least, most in ((WHITE, 0.9, 1.0), (0.03, 0.0, 0.05)):
        linear = torch.where(shade | (cloth > 0.5), light, source.linear)
        found = cloth_beside(replace(source, linear=linear, regions=regions), alike(source) * ~shade).cloth
        there = found[shade & (distance(shade) > 3) & (across > 8.5) & (across < 12)]
        assert least <= float(there.min()) <= float(there.max()) <= most


def test_what_opens_ends_as_a_lens_draws_it() -> None:
    source, _ = collar()
    opens = ground_of(source).opens[:, :1]
    beside = (opens > 0.9) & ((opens.roll(1, dims=3) < 0.1) | (opens.roll(-1, dims=3) < 0.1))
    assert float(opens.max()) > 0.99
    assert int(beside.sum()) == 0


def test_what_is_small_is_no_cloth() -> None:
    source, cloth = collar()
    across, up = upright(source)
    for side, there in ((10.0, False), (30.0, True)):
        patch = ((across - 60).abs() < side) & ((up + 50).abs() < side)
        linear = torch.where(patch, 0.8, torch.where(cloth > 0, SKIN, source.linear))
        regions = replace(source.regions, body=source.regions.person * ~patch)
        one = replace(source, linear=linear, regions=regions)
        assert float(cloth_beside(one, (~patch).float()).cloth.max()) == float(there)


def test_a_fold_in_the_shade_between_neck_and_collar_is_neck() -> None:
    source, cloth = collar(drop=35.0)
    across, up = upright(source)
    over = up - (1.5 * (across.abs() - 30) - 55)
    fold = (over > -2) & (over < 6) & (cloth < 0.5)
    linear = torch.where(fold, 0.004, source.linear)
    dark = replace(source, linear=linear, regions=replace(source.regions, body=source.regions.body * ~fold))
    opens = ground_of(dark).opens[:, :1]
    there = (over > 2) & (over < 5) & fold & (across < -34) & (across > -46) & (up < 5)
    there &= distance(source.surface.face < 0.5) > 5
    assert int(there.sum()) > 10
    assert float(opens[there].mean()) > 0.9
    assert float(opens[(cloth > 0.99) & (across < -60)].max()) < 0.05


def test_shade_within_a_neck_is_neck() -> None:
    source, _ = collar(drop=55.0)
    across, up = upright(source)
    deep = torch.hypot(across + 22, up + 38)
    spot = deep < 9
    linear = torch.where(spot, 0.004, source.linear)
    dark = replace(source, linear=linear, regions=replace(source.regions, body=source.regions.body * ~spot))
    assert float(ground_of(dark).opens[:, :1][deep < 4].min()) > 0.9


def test_shade_beside_cloth_that_moved_goes_with_it() -> None:
    cloth, neck = torch.zeros(1, 1, 40, 40), torch.full((1, 3, 40, 40), 0.3)
    cloth[..., 20:] = 1
    colour = neck.clone()
    colour[..., 17:20] = 0.05
    colour[..., :6] = 0.05
    found = _with_crease(cloth, colour, neck, 1.0)[0, 0, 20]
    assert float(found[18:].min()) > 0.6
    assert float(found[:15].max()) < 0.05  # light skin, and shade that is far from it


def test_before_the_wall_cloth_stays_to_the_bit_where_no_neck_is() -> None:
    source, cloth = collar()
    across, up = upright(source)
    turned = source.pose.angles + torch.tensor([[20.0, 0.0, 0.0]])
    nothing = torch.zeros_like(cloth)
    asides = [swung(torch.zeros_like(source.linear[:, :2]), source, nothing, turned)[1] for _ in range(3)]
    edge = (cloth > 0.1) & (cloth < 0.9) & (across < -62) & (across > -80) & ((up - TOP).abs() < 2)
    assert int(edge.sum()) > 10
    bare = before_wall(asides[0], nothing)
    assert float(bare.stays[edge].min()) == float(bare.rim[edge].min()) == 1
    necked = before_wall(asides[1], nothing + 1)
    assert torch.equal(necked.stays, asides[2].stays)
    assert float(necked.rim.max()) == 0
    assert float(necked.stays[edge].min()) < 0.5


def test_pieces_gaps_and_corners() -> None:
    some = torch.zeros(1, 1, 60, 60)
    some[..., 10:50, 10:50] = 1
    some[..., 20:22, 50:58] = 1
    found = opened(some, 5.0)
    assert float(found[..., 51:].max()) < 0.6  # no strip
    assert float(found[0, 0, 10, 10]) == 0  # a round corner
    assert float(found[0, 0, 30, 10]) > 0.5
    assert float(found[0, 0, 30, 30]) == 1
    gap = some.clone()
    gap[..., 28:32, :] = 0
    assert float(shut(gap, 3.0)[0, 0, 30, 30]) == 1
    assert float(shut(gap, 1.0)[0, 0, 30, 30]) == 0
    low = torch.zeros_like(some, dtype=torch.bool)
    low[..., 45:, :] = True
    assert torch.equal(one_piece(gap, low)[..., :28, :], 0 * gap[..., :28, :])
    assert torch.equal(one_piece(gap, low)[..., 32:, :], gap[..., 32:, :])
    assert float(one_piece(gap, low, 5000.0).max()) == 0


def test_the_ring_of_a_suit_leaves_no_line_in_the_wall() -> None:
    """Its rim is of another colour than what it holds; the jaw that turns away from it lifts none of it."""
    made = render(get_edit("pose")(Scene.of(collins()), yaw=30.0, pitch=0.0, roll=14.0)).pixels[0]
    bright = torch.from_numpy(made).double().mean(dim=2)[None, None]
    beside = (gaussian(bright, 4.0) - bright)[0, 0, 118:146, 148:172]
    assert float(beside.flatten().quantile(0.98)) < 15
