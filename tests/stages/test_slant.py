"""Skin that was seen slantwise at the rim of a face is, turned to us, as light as the skin beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.face.kept import Kept
from faceaug.scene import Scene
from faceaug.stages.turning import complete, slant, turn
from faceaug.stages.turning.stood import own_shading
from faceaug.stages.turning.unseen import Sight, look_up
from tests.portraits import collins

SIDE, RIM = 128, 88
"""From the second column on the face was seen slantwise."""
ONES = torch.ones(1, 1, SIDE, SIDE)


@pytest.fixture(autouse=True)
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bare skin is what the regions say: the synthetic head has no photograph to tell it from."""
    monkeypatch.setattr(slant, "bare_skin", lambda source: torch.zeros_like(source.surface.depth))


def seen(narrow: float) -> Sight:
    """A face whose right part was seen at ``narrow`` of its width."""
    step = torch.ones(SIDE)
    step[RIM:] = narrow
    xs = (step.cumsum(0) - 0.5).expand(SIDE, SIDE)
    place = torch.stack([xs, (torch.arange(SIDE) + 0.5)[:, None].expand(SIDE, SIDE)])[None]
    return look_up(place, ONES, lambda box: torch.zeros(1, 3, SIDE, SIDE)[(..., *box)], 0 * ONES, scale=1.0)


def lit(side: float = 0.0, high: float = -50.0, aside: float = 60.0) -> Decomposition:
    """A head whose rim looks to the right, ``aside`` and ``high`` mm away, in even light or with more from the left."""
    face = collins()
    normal, position = torch.zeros(1, 3, SIDE, SIDE), torch.full((1, 3, SIDE, SIDE), high)
    normal[:, 2] = 1.0
    position[:, 0] = aside
    rim = seen(0.4).place[0, 0, 0, RIM + 4 :].long()
    normal[..., rim] = torch.tensor([0.8, 0.0, 0.6])[None, :, None, None]
    even = torch.zeros(1, 9)
    even[:, 0] = 1 / 0.886227
    uneven = even.clone()
    uneven[:, 3] = -side
    light = replace(face.light, sh=uneven, rest=even, span=torch.tensor([[0.1, 3.0]]))
    return replace(
        face, light=light, surface=replace(face.surface, normal=normal, position=position, depth=position[:, :1])
    )


def shade(depth: float) -> Tensor:
    """Skin with pores, darker by ``depth`` at the rim."""
    steps = torch.arange(SIDE * SIDE, dtype=torch.float64) * 12.9898
    dark = torch.ones(SIDE)
    dark[RIM + 4 :] = depth
    return (
        torch.tensor([0.6, 0.4, 0.3])[:, None, None] * (1 + 0.1 * torch.sin(steps).float().reshape(ONES.shape)) * dark
    )


def faced(colour: Tensor, source: Decomposition, skin: Tensor, face: Tensor, sight: Sight) -> Tensor:
    return slant.faced(colour, source, skin, face, sight)[0]


def rim(colour: Tensor) -> Tensor:
    return colour[..., 24:-24, RIM + 18 : -14]


def test_a_dark_rim_that_now_faces_us_is_as_light_as_the_skin_beside_it_and_keeps_its_pores() -> None:
    found = faced(shade(0.6), lit(), ONES, ONES, seen(0.4))
    torch.testing.assert_close(rim(found).mean(dim=(2, 3)), rim(shade(1.0)).mean(dim=(2, 3)), rtol=0.03, atol=0)
    assert float(rim(found)[0, 0].std() / rim(found)[0, 0].mean()) > 0.06
    well = slice(0, RIM - 14)
    torch.testing.assert_close(found[..., well], shade(1.0)[..., well], rtol=0.01, atol=0)


@pytest.mark.parametrize("lit_by", [1.35, 0.75])
def test_a_rim_is_as_light_as_skin_that_goes_on_beyond_the_face(lit_by: float) -> None:
    ends, sight, face = RIM + 24, seen(0.4), ONES.clone()
    face[..., ends:] = 0
    sight.dense[..., ends:] = 1.0
    source, colour = lit(high=-40.0), shade(lit_by)
    found, alone = (faced(colour, source, skin, face, sight).mean(dim=(1, 2)) for skin in (ONES, face))
    within, beyond = (slice(at - 3, at) for at in (ends, ends + 3))
    assert abs(float(found[..., within].mean() / found[..., beyond].mean()) - 1) < 0.12
    assert abs(float(alone[..., within].mean() / alone[..., beyond].mean()) - 1) > 0.15


def test_the_hollow_of_an_ear_tells_nothing_of_the_light_of_a_cheek() -> None:
    ends, sight, face = RIM + 24, seen(0.4), ONES.clone()
    face[..., ends:] = 0
    sight.dense[..., ends:] = 1.0
    colour = shade(1.0)
    colour[..., ends:] *= 0.3
    found = faced(colour, lit(high=-40.0), ONES, face, sight)
    assert float((found / colour)[..., :ends].mean(dim=2).min()) > 0.95


def test_what_the_light_explains_is_left_to_it() -> None:
    source = lit(side=0.4)
    depth = float(own_shading(source).min() / own_shading(source).max())
    assert depth < 0.8
    found = faced(shade(depth), source, ONES, ONES, seen(0.4))
    torch.testing.assert_close(rim(found), rim(shade(depth)), rtol=0.05, atol=0)


def test_a_gleaming_rim_gleams_no_more_and_no_pixel_is_brighter_than_pores_of_the_skin_beside() -> None:
    found = faced(shade(1.3), lit(), ONES, ONES, seen(0.4))
    torch.testing.assert_close(rim(found).mean(dim=(2, 3)), rim(shade(1.0)).mean(dim=(2, 3)), rtol=0.03, atol=0)
    beard = shade(1.0)
    beard[..., ::2, RIM + 4 :] *= 0.2
    found = faced(beard, lit(), ONES, ONES, seen(0.4))
    assert float((rim(found) / rim(shade(1.0)).mean(dim=(2, 3), keepdim=True)).max()) < 1.15


def test_a_rim_that_was_seen_from_ahead_and_the_neck_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    dark = shade(0.6)
    assert torch.equal(faced(dark, lit(), ONES, ONES, seen(1.0)), dark)
    assert torch.equal(faced(dark, lit(aside=15.0, high=-30.0), ONES, ONES, seen(0.4)), dark)  # beside the nose
    face = ONES.clone()
    face[..., RIM + 4 :] = 0
    assert torch.equal(rim(faced(dark, lit(), ONES, face, seen(0.4))), rim(dark))
    face[..., : RIM + 20] = 1
    ear, jaw, chin = (
        faced(dark, lit(high=high, aside=aside), face, face, seen(0.4)) - dark
        for high, aside in ((-40.0, 60.0), (-90.0, 60.0), (-100.0, 30.0))
    )
    outline = (..., slice(RIM + 14, RIM + 20))
    assert float(chin[outline].max()) < 0.5 * float(ear[outline].max())
    assert float(jaw[outline].max()) > 0.9 * float(ear[outline].max())  # it ends before a neck that lies behind
    face[..., RIM + 4 :] = 0
    assert torch.equal(faced(dark, lit(high=50.0), ONES, ONES, seen(0.4)), dark)  # a fringe that is taken for skin
    monkeypatch.setattr(slant, "bare_skin", lambda source: torch.ones_like(source.surface.depth))
    temple = faced(dark, lit(high=50.0), ONES, face, seen(0.4))
    assert float((temple - dark)[..., RIM + 6 : RIM + 10].min()) > 0
    neck = faced(dark, lit(high=-80.0), ONES, face, seen(0.4))  # a broad one, into which the jaw goes over
    assert float((neck - dark)[..., RIM + 6 : RIM + 10].min()) > 0


def test_beards_stay_as_they_are_but_not_a_rim_that_is_told_for_skin_in_the_photograph_nor_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dark = shade(0.6)
    part = torch.where(torch.arange(SIDE) < RIM, 1.0, 0.5) * ONES
    assert torch.equal(rim(faced(dark, lit(), part, ONES, seen(0.4))), rim(dark))
    line = ONES.clone()
    line[..., RIM + 22 : RIM + 24] = 0
    torch.testing.assert_close(
        rim(faced(dark, lit(), line, ONES, seen(0.4))),
        rim(faced(dark, lit(), ONES, ONES, seen(0.4))),
        rtol=0.02,
        atol=0,
    )
    monkeypatch.setattr(slant, "bare_skin", lambda source: torch.ones_like(source.surface.depth))
    torch.testing.assert_close(
        rim(faced(dark, lit(), part, ONES, seen(0.4))),
        rim(faced(dark, lit(), ONES, ONES, seen(0.4))),
        rtol=0.02,
        atol=0,
    )


def test_a_strand_before_the_cheek_is_no_cheek_but_a_beard_is_and_hair_above_the_eyes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slant, "bare_skin", lambda source: torch.ones_like(source.surface.depth))
    strand, beard = shade(1.0), shade(1.0)
    strand[..., RIM + 16 : RIM + 20] *= 0.1
    beard[..., RIM + 6 : RIM + 30] *= 0.1
    middle = (..., slice(30, -30), slice(RIM + 16, RIM + 20))

    def strands(colour: Tensor, sight: Sight, high: float = -30.0) -> Tensor:
        return slant.faced(colour, lit(high=high), ONES, ONES, sight)[1]

    found = strands(strand, seen(0.5))
    assert float(found[middle].min()) > 0.9
    assert float(found[..., : RIM + 12].max()) == float(found[..., RIM + 26 :].max()) == 0
    assert float(strands(beard, seen(0.5))[middle].max()) < 0.1
    for nothing in (strands(strand, seen(1.0)), strands(strand, seen(0.5), high=20.0), strands(shade(0.7), seen(0.5))):
        assert float(nothing.max()) == 0


def test_a_strand_is_told_by_the_cheek_ahead_of_it_however_dark_what_lies_behind_is() -> None:
    face, strand = ONES.clone(), shade(1.0)
    face[..., RIM + 24 :] = 0
    strand[..., RIM + 24 :] *= 0.6
    strand[..., RIM + 16 : RIM + 20] *= 0.42
    found = slant.faced(strand, lit(high=-30.0), ONES, face, seen(0.5))[1]
    assert float(found[..., 30:-30, RIM + 16 : RIM + 20].min()) > 0.9


def test_a_nose_is_not_grown_as_cheek_but_cheek_and_chin_are() -> None:
    for aside, high, off in ((10.0, -40.0, 0.0), (50.0, -40.0, 1.0), (10.0, -90.0, 1.0)):
        found = slant.off_nose(lit(aside=aside, high=high), seen(0.4), ONES)
        assert torch.equal(found, off * ONES)
    assert torch.equal(slant.off_nose(lit(aside=10.0, high=-40.0), seen(0.4), 0 * ONES), ONES)


def test_the_light_that_stays_in_the_room_shows_no_facets() -> None:
    face = collins()
    size = (face.linear.shape[-2], face.linear.shape[-1])
    ys, xs = (axis + 0.5 for axis in torch.meshgrid(torch.arange(size[0]), torch.arange(size[1]), indexing="ij"))
    whole = torch.ones_like(face.surface.depth)
    sight = Sight(
        torch.stack([xs, ys])[None], torch.zeros(1, 2, *size), *(0 * whole, whole, whole, whole), 0 * whole, 1.0
    )
    facets = ((xs // 3 + ys // 3) % 2)[None, None]
    normal = torch.cat([0.8 * facets, 0 * facets, 1 - 0.4 * facets], dim=1)
    there = replace(face, surface=replace(face.surface, normal=normal), regions=replace(face.regions, skin=whole))
    picture = torch.full_like(face.linear, 0.3)
    relit = turn._relit(picture, there, whole, sight, whole)[..., 40:-40, 40:-40]
    assert float((relit[..., 1:] - relit[..., :-1]).abs().max()) < 0.01


def taken_for_skin(share: float) -> Callable[..., tuple[Tensor, Tensor, Tensor]]:
    """What stands for `faced`: colours stay, no strands hang, and so much of everything is skin."""
    return lambda colour, _, skin, *__: (colour, 0 * skin, 0 * skin + share)


def test_what_was_made_as_light_as_skin_is_toned_as_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = slant.faced(shade(0.6), lit(), ONES, ONES, seen(0.4))[2]
    assert float(rim(taken).min()) > 0.9
    assert float(taken[..., : RIM - 14].max()) < 0.02
    face = collins()
    nothing = torch.zeros_like(face.surface.depth)
    scene = get_edit("skin_tone")(Scene.of(face), ita=0.0, target="ita")
    scene = get_edit("pose")(scene, yaw=20.0, pitch=0.0, roll=0.0, gaze="head")
    monkeypatch.setattr(turn, "bare_skin", lambda _: nothing)
    for share in (0.0, 1.0):
        monkeypatch.setattr(complete, "faced", taken_for_skin(share))
        bare = turn.turn(face.linear, scene)[1].bare
        assert bare is not None
        assert abs(float(bare[..., 100:200, 100:150].mean()) - share) < 0.2


def test_streaks_are_told_where_skin_is_drawn_out_and_not_at_its_edges() -> None:
    skin = ONES.clone()
    skin[..., : SIDE // 2, :] = 0
    streaks, shown = slant.drawn_out(skin, seen(0.5))
    assert float(streaks[..., SIDE // 2 + 8 : -8, RIM + 8 : -8].min()) > 0.9
    assert float(streaks[..., : RIM - 8].max()) == 0
    assert float(streaks[..., SIDE // 2, :].max()) < 0.1
    assert float(shown[..., : RIM - 8].min()) == 1


def test_no_ear_is_lent_to_a_cheek_but_folds_of_the_brow_are() -> None:
    half = replace(seen(0.4), share=0.8 * ONES)
    for high, share in ((-40.0, 0.0), (10.0, 0.8)):
        assert torch.equal(slant.without_ear(lit(high=high), half, ONES), share * ONES)
    assert torch.equal(slant.without_ear(lit(high=-40.0), half, 0 * ONES), half.share)
    below_the_lobe = slant.without_ear(lit(high=-75.0), half, 0 * ONES)  # a jaw's edge, which lies elsewhere here
    assert float(below_the_lobe.max()) == 0


def test_a_tuft_on_the_cheek_gives_way_below_the_arms_of_glasses() -> None:
    """Wider than a strand, narrower than a beard."""
    tuft = ONES.clone()
    tuft[..., 20:44, RIM + 10 : RIM + 19] = 0.1
    strands = [
        slant.faced(0.5 * tuft.expand(1, 3, SIDE, SIDE), lit(high=high), ONES, ONES, seen(0.4))[1]
        for high in (-45.0, -5.0)
    ]
    at = (..., slice(26, 38), slice(RIM + 12, RIM + 17))
    assert float(strands[0][at].min()) > 0.5
    assert float(strands[1][at].max()) < 0.1


def test_skin_that_shade_leaves_told_in_patches_is_made_light_without_edges() -> None:
    patches = ONES.clone()
    rows = (torch.arange(SIDE) // 6 % 2).bool()
    patches[..., rows, RIM:] = 0
    middle = (..., slice(24, -24), slice(RIM + 18, -14))
    shares = slant.faced(shade(0.6), lit(high=-40.0), patches, ONES, seen(0.4))[2][middle]
    assert float(shares.amin()) > 0.2
    assert float(shares.diff(dim=-2).abs().max()) < 0.15


def test_what_is_no_skin_at_the_rim_of_a_shaven_cheek_lies_before_it_and_a_beard_does_not() -> None:
    lock, beard = ONES.clone(), ONES.clone()
    lock[..., 30:100, RIM + 10 :] = 0
    beard[..., 30:100, 40:] = 0
    middle = (..., slice(50, 80), slice(RIM + 18, -14))
    for skin, high, least, most in ((lock, -45.0, 0.85, 1.0), (beard, -45.0, 0.0, 0.1), (lock, -5.0, 0.0, 0.1)):
        strands = slant.faced(shade(0.9), lit(high=high), skin, ONES, seen(0.4))[1][middle]
        assert least <= float(strands.min()) <= float(strands.max()) <= most


def test_what_was_made_as_light_as_skin_is_lit_as_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the light that turned skin gains would leave dark patches where the regions take shade for beard."""
    face = collins()
    nothing = torch.zeros_like(face.surface.depth)
    dark = replace(face, regions=replace(face.regions, skin=nothing), kept=tuple(Kept() for _ in face.kept))
    scene = get_edit("pose")(Scene.of(dark), yaw=20.0, pitch=0.0, roll=0.0, gaze="head")
    for share in (0.0, 1.0):
        monkeypatch.setattr(complete, "faced", taken_for_skin(share))
        skin = turn.turn(face.linear, scene)[1].source.regions.skin
        assert abs(float(skin[..., 100:150, 100:150].mean()) - share) < 0.2  # below, cloth stays


def test_hair_at_the_temples_is_told_where_it_is_wanted() -> None:
    wanted = ONES.clone()
    wanted[..., :40] = 0
    assert torch.equal(slant.at_temples(lit(high=0.0), seen(0.4), wanted)[..., 40:], ONES[..., 40:])
    for high, asked in ((-50.0, wanted), (0.0, 0 * ONES)):
        assert float(slant.at_temples(lit(high=high), seen(0.4), asked).max()) == 0
