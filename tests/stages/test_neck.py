"""The neck goes on behind a jaw that turns aside, as wide and as coloured as it was seen to be."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.image.filter import gaussian
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.turning.necks.neck import neck_of, shaded, tilted, under_ears

LEFT, RIGHT, SKIN = 45.0, 50.0, 0.3
"""Half widths of the neck, mm, and its colour."""


def frame(face: Decomposition) -> tuple[torch.Tensor, torch.Tensor]:
    """How far each pixel lies to the right of the neck's axis and above the height of the chin, mm."""
    corner, scale = face.corners[0], float(face.pose.scale)
    centre = face.pose.centre[0] + scale * (face.pose.rotation[0, :2] @ torch.tensor([0.0, -110.0, -78.0])) * (
        torch.tensor([1.0, -1.0])
    )
    height, width = face.linear.shape[-2:]
    x = torch.arange(width) + 0.5 + corner[0] - centre[0]
    y = torch.arange(height)[:, None] + 0.5 + corner[1] - centre[1]
    return (x / scale).expand(height, width), (-y / scale).expand(height, width)


@pytest.fixture(scope="module")
def face(samples: Path) -> Decomposition:
    """A head that does not tilt, with a bare neck of known width before a dark wall."""
    found = decompose(samples / "eileen_collins.png")
    across, up = frame(found)
    neck = ((across > -LEFT) & (across < RIGHT) & (up < 20)).float()[None, None]
    head = (found.surface.face > 0.5).float()
    person = torch.maximum(neck, head)
    regions = found.regions
    nothing = torch.zeros_like(person)
    pose = replace(found.pose, angles=found.pose.angles * torch.tensor([1.0, 1.0, 0.0]))
    linear = torch.where(neck * (1 - head) > 0, SKIN, torch.where(head > 0, found.linear, 0.02))
    return replace(
        found,
        linear=linear,
        pose=pose,
        regions=replace(regions, person=person, body=neck * (1 - head), hair=nothing, clothes=nothing),
    )


def test_it_reaches_up_to_the_ears_as_wide_as_below_and_of_its_colour(face: Decomposition) -> None:
    neck = neck_of(face)
    across, up = frame(face)
    wide = neck.cover[0, 0] > 0.5
    for height in (20.0, 50.0):
        line = wide & ((up - height).abs() < 1)
        assert float(across[line].min()) == pytest.approx(-LEFT, abs=5)
        assert float(across[line].max()) == pytest.approx(RIGHT, abs=5)
    assert not bool(wide[up > 100].any())
    colour = neck.colour[0][:, wide & (up < 20) & (across.abs() < 0.7 * LEFT)]
    assert float((colour - SKIN).abs().max()) < 0.05


def test_where_it_joins_what_is_seen_it_is_as_light_but_not_in_the_shade_of_the_jaw(face: Decomposition) -> None:
    across, up = frame(face)
    lit = replace(face, linear=face.linear * torch.where(up > -22, 1.4, 1.0))
    away = gaussian(face.surface.face, 8.0 * float(face.pose.scale))[0, 0] < 0.05
    seen = (face.regions.body[0, 0] > 0.9) & (across.abs() < LEFT - 6) & (up > -20) & (up < -10) & away
    joined = (neck_of(lit).colour / lit.linear)[0][:, seen]
    assert joined.shape[1] > 10
    assert float((joined - 1).abs().mean()) < 0.1
    near = gaussian(face.surface.face, 4.0 * float(face.pose.scale))
    dark = replace(face, linear=face.linear * (1 - 0.6 * (near > 0.05).float() * (face.surface.face < 0.5)))
    behind = (up > 30) & (up < 50) & (across.abs() < 30)
    shaded = neck_of(dark).colour[0][:, behind].mean() / neck_of(face).colour[0][:, behind].mean()
    assert float(shaded) > 0.85


def test_behind_the_jaw_its_hue_is_nearer_to_its_cheeks_than_low_on_it(face: Decomposition) -> None:
    tint = torch.tensor([1.5, 1.0, 1.0])[:, None, None]
    both = torch.where(face.surface.face > 0.5, 0.4, face.linear)
    red = replace(face, linear=torch.where(face.regions.body > 0, face.linear * tint, both))
    across, up = frame(face)
    colour, side = neck_of(red).colour[0], across.abs() > 32
    low, high = (colour[:, side & (across.abs() < 42) & ((up - at).abs() < 2)].mean(dim=1) for at in (-10.0, 55.0))
    assert float(low[0] / low[1]) == pytest.approx(1.5, abs=0.05)
    assert 1.1 < float(high[0] / high[1]) < 1.3


def edges(face: Decomposition, height: float) -> tuple[float, float]:
    """How far the neck reaches to the left and to the right at a height, mm."""
    across, up = frame(face)
    line = (neck_of(face).cover[0, 0] > 0.5) & ((up - height).abs() < 1)
    return -float(across[line].min()), float(across[line].max())


def test_where_a_collar_hides_it_it_reaches_to_the_collars_top(face: Decomposition) -> None:
    """Shoulders begin 62 mm aside on the left, 52 on the right; no skin of the neck is seen."""
    across, up = frame(face)
    for tops in ((62.0, 52.0), (50.0, 58.0)):
        aside = torch.where(across < 0, -across - tops[0], across - tops[1])
        coat = ((up < 24) & (aside < 1.2 * (24 - up)))[None, None].float()
        wide = ((up >= 24) & (aside < 8))[None, None].float()
        body = torch.zeros_like(face.regions.body)
        regions = replace(face.regions, person=torch.maximum(coat, wide), clothes=coat, body=body)
        assert edges(replace(face, regions=regions), 30) == pytest.approx(tops, abs=5)


def test_where_neither_neck_nor_collar_is_seen_it_is_as_wide_as_usual(face: Decomposition) -> None:
    hidden = replace(face, regions=replace(face.regions, body=torch.zeros_like(face.regions.body)))
    straight = replace(hidden, regions=replace(hidden.regions, person=torch.ones_like(face.regions.person)))
    assert edges(straight, 30) == pytest.approx((47.0, 47.0), abs=3)
    cropped = replace(hidden, regions=replace(hidden.regions, person=(frame(face)[1] > 60)[None, None].float()))
    assert edges(cropped, 30) == pytest.approx((47.0, 47.0), abs=3)
    long_hair = replace(straight, regions=replace(straight.regions, hair=torch.ones_like(face.regions.hair)))
    assert float(neck_of(long_hair).cover[0, 0][frame(face)[1] > 10].max()) == 0


def test_a_neck_that_widens_downward_joins_without_a_notch(face: Decomposition) -> None:
    across, up = frame(face)
    wider = 0.6 * (4 - up).clamp(min=0)
    neck = ((across > -LEFT - wider) & (across < RIGHT + wider) & (up < 20))[None, None].float()
    head = (face.surface.face > 0.5).float()
    regions = replace(face.regions, person=torch.maximum(neck, head), body=neck * (1 - head))
    sloping = replace(face, linear=torch.where(neck * (1 - head) > 0, SKIN, face.linear), regions=regions)
    found = [edges(sloping, height) for height in (-24.0, -16.0, -8.0, 0.0, 8.0, 16.0)]
    for height, (left, right) in zip((-24.0, -16.0, -8.0), found, strict=False):
        assert left == pytest.approx(LEFT + 0.6 * (4 - height), abs=2)
        assert right == pytest.approx(RIGHT + 0.6 * (4 - height), abs=2)
    for side in zip(*found, strict=True):
        assert all(high < low + 0.5 for low, high in pairwise(side))


def test_it_is_no_wider_than_the_head_above_it(face: Decomposition) -> None:
    across, up = frame(face)
    whole = (slice(None), slice(None))
    slim = ((across > -30) & (across < 40) | (up < 50))[None, None].float()
    cover = under_ears(neck_of(face), face, slim, whole).cover[0, 0] > 0.5
    for height, ends in ((66.0, (24.0, 34.0)), (45.0, (30.0, 40.0)), (-20.0, (LEFT, RIGHT))):
        line = cover & ((up - height).abs() < 1)
        assert (-float(across[line].min()), float(across[line].max())) == pytest.approx(ends, abs=3.5)


def test_it_is_as_wide_as_the_wall_lets_see_where_its_skin_was_found_too_narrow(face: Decomposition) -> None:
    across, up = frame(face)
    inner = ((across > -LEFT + 4) & (across < RIGHT - 4)).float()[None, None]
    narrow = replace(face, regions=replace(face.regions, body=face.regions.body * inner))
    line = (neck_of(narrow).cover[0, 0] > 0.5) & ((up - 20).abs() < 1)
    assert float(across[line].min()) == pytest.approx(-LEFT, abs=3)
    assert float(across[line].max()) == pytest.approx(RIGHT, abs=3)


def bare(face: Decomposition, left: float, right: float) -> Decomposition:
    """That head with a bare neck of other half widths, mm."""
    across, up = frame(face)
    neck = ((across > -left) & (across < right) & (up < 20))[None, None].float()
    head = (face.surface.face > 0.5).float()
    regions = replace(face.regions, person=torch.maximum(neck, head), body=neck * (1 - head))
    return replace(face, linear=torch.where(neck * (1 - head) > 0, SKIN, face.linear), regions=regions)


def test_a_broad_neck_is_broad_and_a_slim_one_slim(face: Decomposition) -> None:
    """The one was seen to be 69 mm wide to the right, and drawn 47 mm wide: a notch between jaw and shoulder."""
    for left, right in ((62.0, 69.0), (38.0, 42.0)):
        assert edges(bare(face, left, right), 15) == pytest.approx((left, right), abs=3)


def test_cloth_that_was_taken_for_its_skin_does_not_widen_or_colour_it(face: Decomposition) -> None:
    across, up = frame(face)
    scarf = ((across > RIGHT - 15) & (across < RIGHT + 10) & (up < 20))[None, None] * (face.surface.face < 0.5)
    red = torch.tensor([0.3, 0.05, 0.05])[None, :, None, None]
    linear = torch.where(face.surface.face > 0.5, SKIN, face.linear)  # which lends its colour too
    dressed = replace(
        face,
        linear=torch.where(scarf, red, linear),
        regions=replace(face.regions, body=torch.maximum(face.regions.body, scarf.float())),
    )
    neck = neck_of(dressed)
    drawn = (neck.cover[0, 0] > 0.5) & (up > 30) & (up < 60)
    assert float(across[drawn].max()) < RIGHT
    assert float((neck.colour[0, 0] / neck.colour[0, 1])[drawn].max()) < 1.2


def test_behind_a_jaw_in_shade_it_is_no_lighter_than_the_jaw(face: Decomposition) -> None:
    across, up = frame(face)
    skin = face.surface.face
    lit = replace(face, regions=replace(face.regions, skin=skin), linear=torch.where(skin > 0.5, 0.4, face.linear))
    shade = torch.where(across < 0, 0.5, 1.0) * (skin > 0.5) + (skin <= 0.5)
    dark = replace(lit, linear=lit.linear * shade)
    times = (neck_of(dark).colour / neck_of(lit).colour.clamp(min=1e-4))[0, 1]
    behind = (up > 25) & (up < 60)
    assert 0.45 < float(times[behind & (across < -32) & (across > -LEFT + 2)].mean()) < 0.65
    assert float(times[behind & (across > 2) & (across < RIGHT - 2)].min()) > 0.98
    assert float(times[(up < -10) & (up > -28) & (across.abs() < LEFT - 5)].min()) > 0.95


def test_it_tilts_with_the_head_and_stays_below(face: Decomposition) -> None:
    still = neck_of(face)
    nodding = tilted(still, face, face.pose.angles + torch.tensor([[0.0, 10.0, 0.0]]))
    assert torch.equal(nodding.cover, still.cover)
    assert torch.equal(nodding.colour, still.colour)
    moved = tilted(still, face, face.pose.angles + torch.tensor([[0.0, 0.0, 15.0]]))
    across, up = frame(face)
    shifts = []
    for height in (-5.0, 50.0):
        line = (up - height).abs() < 2
        left, right = (float(across[line & (neck.cover[0, 0] > 0.5)].mean()) for neck in (still, moved))
        shifts.append(right - left)
    # Clockwise about a point above: what lies below that swings to the left.
    assert shifts[0] < 0
    assert abs(shifts[0]) < 20  # it would be 25 as a whole


def test_behind_the_near_ear_it_reaches_out_and_nowhere_else(face: Decomposition) -> None:
    across, up = frame(face)
    frontal = replace(face, pose=replace(face.pose, angles=torch.zeros(1, 3)))
    still = neck_of(frontal)
    for yaw, near in ((20.0, -1), (-20.0, 1)):
        cover = tilted(still, frontal, torch.tensor([[yaw, 0.0, 0.0]])).cover[0, 0]
        for height, least, most in ((-25.0, -0.5, 0.5), (20.0, 1.5, 4.5), (55.0, 5.0, 8.0)):
            line = (up - height).abs() < 2
            ends = [
                [float((side * across)[line & (each > 0.5)].max()) for side in (near, -near)]
                for each in (still.cover[0, 0], cover)
            ]
            assert least < ends[1][0] - ends[0][0] < most
            assert ends[1][1] == pytest.approx(ends[0][1], abs=0.5)
    back = torch.tensor([[-10.0, 0.0, 0.0]])
    aside = replace(frontal, pose=replace(frontal.pose, angles=-2 * back))  # its other side was the near one
    (across, up), reach = frame(aside), []
    for neck in (neck_of(aside), tilted(neck_of(aside), aside, 0 * back), tilted(neck_of(aside), aside, back)):
        line = ((up - 55).abs() < 2) & (neck.cover[0, 0] > 0.5)
        reach.append(float(across[line].max()))
    assert reach[1] - reach[0] > 3.0
    assert reach[2] - reach[1] > 2.0
    across, up = frame(face)
    line = ((up - 55).abs() < 2)[None, None]
    for yaw, most in ((55.0, 3.0), (60.0, 1.0)):  # no farther than the ear, which comes forward
        wide = tilted(still, frontal, torch.tensor([[yaw, 0.0, 0.0]])).cover
        reach = [-float(across[(line & (each > 0.5))[0, 0]].min()) for each in (still.cover, wide)]
        assert reach[1] - reach[0] < most


def test_its_outline_stays_on_the_side_from_which_the_head_turns_away(face: Decomposition) -> None:
    across, up = frame(face)
    line = (up > 20) & (up < 40)
    for yaw, side in ((20.0, -1), (-20.0, 1)):
        stands = tilted(neck_of(face), face, face.pose.angles + torch.tensor([[yaw, 0.0, 0.0]])).stands[0, 0]
        near = line & (side * across > min(LEFT, RIGHT) - 6) & (side * across < min(LEFT, RIGHT) - 3)
        assert float(stands[near].min()) > 0.8
        assert float(stands[line & (across.abs() < 10)].max()) == 0
        assert float(stands[line & (side * across < 0)].max()) == 0
    unturned = tilted(neck_of(face), face, face.pose.angles + torch.tensor([[0.0, 10.0, 0.0]]))
    assert float(unturned.stands.max()) == 0


def test_what_was_seen_of_it_is_itself(face: Decomposition) -> None:
    across, up = frame(face)
    spots = torch.where(((across / 4).floor() + (up / 4).floor()) % 2 == 0, 1.1, 0.9)
    away = gaussian(face.surface.face, 8.0 * float(face.pose.scale))[0, 0] < 0.02
    spotted = replace(face, linear=face.linear * spots)
    seen = (face.regions.body[0, 0] > 0.9) & (across.abs() < LEFT - 4) & (up > -28) & (up < -8) & away
    assert int(seen.sum()) > 10
    assert float((neck_of(spotted).colour / spotted.linear - 1)[0][:, seen].abs().mean()) < 0.02


def test_what_is_drawn_has_the_texture_of_what_is_seen_and_goes_on_nearly_as_light(face: Decomposition) -> None:
    across, up = frame(face)
    fine = 1 + 0.12 * (torch.sin(torch.arange(face.linear[0, 0].numel()) * 12.9898).reshape(up.shape))
    rough = neck_of(replace(face, linear=face.linear * fine)).colour[0, 1]
    inner = across.abs() < LEFT - 8
    seen, drawn = (inner & (up > low) & (up < high) for low, high in ((-28.0, -10.0), (30.0, 70.0)))
    smooth = neck_of(face).colour[0, 1]
    spread = [float((rough / smooth)[part].std()) for part in (seen, drawn)]
    assert 0.65 < spread[1] / spread[0] < 1.1
    assert 0.85 < float(smooth[drawn].mean() / smooth[seen].mean()) < 1.0


def test_hair_that_lies_on_it_does_not_roughen_what_is_drawn(face: Decomposition) -> None:
    across, up = frame(face)
    fine = torch.sin(torch.arange(face.linear[0, 0].numel()) * 12.9898).reshape(up.shape)
    inner, drawn = across.abs() < LEFT - 8, (up > 30) & (up < 70)
    spread = []
    for rough in (0.03, 0.12):
        size = torch.where(up > -8, rough, 0.03)
        lit = replace(face, linear=face.linear * (1 + size * fine))
        spread.append(float((neck_of(lit).colour / neck_of(face).colour)[0, 1][inner & drawn].std()))
    assert spread[1] < 2 * spread[0]


def test_it_lies_in_the_shade_of_a_jaw_that_shades_it(face: Decomposition) -> None:
    near = gaussian(face.surface.face, 8.0 * float(face.pose.scale))
    dark = replace(face, linear=face.linear * (1 - 0.4 * (near > 0.15).float() * (face.surface.face < 0.5)))
    assert float(neck_of(face).shade) < 0.1
    assert float(neck_of(dark).shade) > 0.2
    neck, whole = neck_of(dark), (slice(None), slice(None))
    under = shaded(neck, face.surface.face, whole, float(face.pose.scale)).colour / neck.colour.clamp(min=1e-4)
    across, _ = frame(face)
    beside = (across.abs() < 30) & (neck.cover[0, 0] > 0.5)
    assert float(under[0][:, beside & (near[0, 0] > 0.3)].mean()) < 1 - 0.5 * float(neck.shade)
    assert float(under[0][:, beside & (near[0, 0] < 0.01)].mean()) > 0.99


def test_a_coat_does_not_follow_the_jaw_into_the_neck(face: Decomposition) -> None:
    """Beside the jaw of the photograph stands blue cloth, which is taken for hair; it does not turn."""
    across, up = frame(face)
    coat = ((across < 0) & (up < 24) & (across > -110))[None, None] & (face.regions.person < 0.5)
    blue = torch.tensor([0.02, 0.02, 0.4])[None, :, None, None]
    dressed = replace(
        face,
        linear=torch.where(coat, blue, face.linear),
        regions=replace(
            face.regions,
            person=torch.maximum(face.regions.person, coat.float()),
            hair=0.7 * coat.float(),
            foreground=torch.where(coat, blue, face.linear),
        ),
    )
    turned = render(get_edit("pose")(Scene.of(dressed), yaw=25.0, pitch=0.0, roll=0.0)).pixels[0]
    left, top = face.corners[0]
    window = torch.from_numpy(turned[top : top + up.shape[0], left : left + up.shape[1]].copy()).float()
    opened = (face.surface.face[0, 0] > 0.99) & (across > -LEFT + 3) & (across < -36) & (up > 8) & (up < 24)
    assert int(opened.sum()) > 20
    assert float((window[..., 2] - window[..., 0])[opened].quantile(0.9)) < 20


def test_no_wall_is_seen_between_jaw_and_ear(face: Decomposition) -> None:
    """At the height of the mouth the turned head uncovers neck, where the photograph shows a jaw before a dark wall."""
    turned = render(get_edit("pose")(Scene.of(face), yaw=30.0, pitch=0.0, roll=0.0)).pixels[0]
    across, up = frame(face)
    left, top = face.corners[0]
    window = torch.from_numpy(turned[top : top + up.shape[0], left : left + up.shape[1]].copy()).float()
    beside = ((up - 35).abs() < 6) & (across > -LEFT + 6) & (across < -LEFT + 14)
    assert float(window[beside].mean()) > 90
