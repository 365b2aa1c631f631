"""Foreign shadows: along the light, over face and wall, soft by the penumbra asked for, red at the edge on skin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.data.photos import Photo
from faceaug.edit import get_edit
from faceaug.face.kept import Kept
from faceaug.image.filter import gaussian
from faceaug.image.shade import above, angles, direction
from faceaug.render import Rendering, render
from faceaug.scene import Scene
from faceaug.stages.blocked import Lamp, on_person, on_wall, places, standing
from faceaug.stages.layers import layers_of
from faceaug.stages.shadow import _lamp, shade
from tests.portraits import collins, inside

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

PLAIN: dict[str, Any] = {"pattern": "blinds", "darkness": 0.7, "penumbra": 3.0, "wall": 600.0}
ASIDE = 40.0
"""Degrees aside from which a lamp is the photograph's own, whatever else."""
KEY: dict[str, Any] = {"azimuth": 50.0, "elevation": 20.0, "key_fill": 5.0, "softness": 0.2}


def shaded(light: dict[str, Any] | None = None, **given: Any) -> Rendering:
    scene = Scene.of(collins())
    if light is not None:
        scene = get_edit("lighting")(scene, **light)
    return render(get_edit("foreign_shadow")(scene, **{**PLAIN, **given}))


def lit(azimuth: float, elevation: float = 0.0, key_fill: float = 8.0) -> Decomposition:
    """The portrait as if this were its own light."""
    lamp = direction(torch.tensor([azimuth]), torch.tensor([elevation]))
    return replace(collins(), light=replace(collins().light, direction=lamp, key_fill=torch.tensor([key_fill])))


def stage(azimuth: float = ASIDE, elevation: float = 0.0, **given: Any) -> tuple[Tensor, Tensor]:
    """The stage on a grey card of the face's shape under one lamp: the share of light left, and the mask."""
    face = lit(azimuth, elevation)
    scene = get_edit("foreign_shadow")(Scene.of(face), **{**PLAIN, **given})
    grey = torch.full_like(face.linear, 0.4)
    left, after = shade(grey, scene)
    return left / grey, after.masks["foreign_shadow"]


def test_the_mask_is_where_the_picture_darkens() -> None:
    rendering = shaded()
    before, after = collins().photos[0].pixels.astype(int), rendering.pixels[0].astype(int)
    mask = rendering.masks["foreign_shadow"][0]
    deep = (mask > 200) & (before.min(axis=2) > 40)
    assert deep.sum() > 500
    assert (after[deep].sum(axis=1) < 0.85 * before[deep].sum(axis=1)).mean() > 0.98
    assert (after <= before).all(), "a shadow brightens nothing"
    assert not (before != after)[mask == 0].any()


def wall() -> np.ndarray:
    return ~inside(collins().regions.person, 1e-6)


def behind(elevation: float = 0.0, **given: Any) -> np.ndarray:
    """What is hidden of a lamp aside on the whole wall, as if nobody stood before it."""
    face = lit(ASIDE, elevation)
    scene = get_edit("foreign_shadow")(Scene.of(face), **{**PLAIN, **given})
    assert scene.shade is not None
    where = places(face, face.corners[0], face.size[1], 1)
    return on_wall(scene.shade, standing(scene.shade), where, _lamp(scene))[0, 0].numpy()


def test_the_wall_is_shaded_too_and_in_no_colour() -> None:
    left, mask = stage(penumbra=1.0)
    dark = wall() & inside(mask, 0.9)
    assert dark.sum() > 500
    assert left[0].numpy()[:, dark] == pytest.approx(0.3, abs=0.08)
    no_strand = layers_of(lit(ASIDE)).clear[0, 0].numpy() == 0
    assert np.ptp(left[0].numpy()[:, wall() & no_strand], axis=0).max() < 1e-6
    assert (left[0].numpy()[:, wall() & (mask[0, 0].numpy() == 0)] == 1).all()


def test_slats_on_the_wall_are_farther_away() -> None:
    """Seen smaller than on the face by the way behind it, of a camera 1.6 m away."""
    column = behind(wall=800.0, penumbra=1.0)[:, 100]
    starts = np.flatnonzero((column[:-1] < 0.5) & (column[1:] >= 0.5))
    assert np.diff(starts).mean() / float(collins().pose.scale[0]) == pytest.approx(27 / 1.5, abs=0.5)


def test_the_farther_the_wall_the_softer_its_shadow() -> None:
    def steepest(away: float) -> float:
        return float(np.abs(np.diff(behind(pattern="window", wall=away), axis=0)).max())

    assert steepest(300.0) > 1.3 * steepest(1200.0) > 1.3 * 1.3 * steepest(4000.0)


def test_on_the_wall_the_shadow_lies_farther_along_the_light() -> None:
    """A lamp from the right above throws a hand's shadow to the left and down."""

    def middle(away: float) -> tuple[float, float]:
        cover = behind(30.0, pattern="fingers", wall=away)
        down, across = np.indices(cover.shape)
        return float((cover * across).sum() / cover.sum()), float((cover * down).sum() / cover.sum())

    near, far = middle(160.0), middle(260.0)
    assert far[0] < near[0] - 5
    assert far[1] > near[1] + 5


def in_a_large_photograph() -> Decomposition:
    """The portrait with more wall and more of everything around."""
    pixels = np.pad(collins().photos[0].pixels, ((90, 90), (90, 90), (0, 0)), mode="edge")
    corners = tuple((x + 90, y + 90) for x, y in collins().corners)
    pose = replace(collins().pose, centre=collins().pose.centre + 90)
    return replace(lit(ASIDE), photos=(Photo.from_array(pixels),), corners=corners, pose=pose)


@pytest.mark.parametrize("through_a_camera", [False, True])
def test_the_shadow_goes_on_beyond_the_window(through_a_camera: bool) -> None:
    """A large photograph is taken apart around the head alone, but no line may show where that part ends."""
    face = in_a_large_photograph()
    scene = get_edit("foreign_shadow")(Scene.of(face), **PLAIN)
    if through_a_camera:
        scene = get_edit("sensor")(scene, iso=100.0, quality=100.0)
    made = render(scene)
    mask = made.masks["foreign_shadow"][0].astype(int)
    (left, top), (high, _) = face.corners[0], face.size[1]
    above = mask[:top] > 200
    assert above.sum() > 500
    assert made.pixels[0][:top][above].mean() < 0.8 * face.photos[0].pixels[:top][above].mean(), "it is shaded too"
    across = np.abs(np.diff(mask[:, left - 3 : left + 3], axis=1))[: top + high // 3]
    assert across[:, 2].max() <= across[:, [0, 1, 3, 4]].max() + 8
    if not through_a_camera:
        changed = (made.pixels[0] != face.photos[0].pixels).any(axis=2)
        assert changed[:top].any()
        assert not changed[mask == 0].any()
        assert made.touched[0] == pytest.approx(changed.mean())


def test_a_lamp_at_the_camera_gives_way_to_one_aside() -> None:
    """Straight from ahead no shape would bend over nose and brow; a lamp that stands aside is left where it is."""
    ahead, flat, own = (_lamp(Scene.of(face)) for face in (lit(-3.0), lit(60.0, key_fill=1.5), lit(60.0)))
    assert angles(ahead.toward)[0].item() == pytest.approx(-32, abs=1)
    assert angles(flat.toward)[0].item() == pytest.approx(32, abs=1)
    assert angles(own.toward)[0].item() == pytest.approx(60, abs=0.1)
    assert [float(lamp.real) for lamp in (ahead, flat, own)] == [0, 0, 1]


def test_a_lamp_that_was_made_up_leaves_no_bright_rim() -> None:
    """Sides that it would not reach are lit in the photograph: they are shaded as well, as by no lamp of its own."""
    face = lit(60.0)
    scene = get_edit("foreign_shadow")(Scene.of(face), **{**PLAIN, "pattern": "brim", "size": 3.0})
    assert scene.shade is not None
    away = inside(face.surface.face, 0.99) & (face.surface.normal[0, 0].numpy() < -0.75)
    own, made_up = (
        on_person(scene.shade, standing(scene.shade), face, Lamp(face.light.direction, torch.tensor([real])), 1)
        for real in (1.0, 0.0)
    )
    assert away.sum() > 20
    assert float(own[0, 1].numpy()[away].mean()) < 0.5 * float(made_up[0, 1].numpy()[away].mean())


def test_a_bright_wall_in_shade_does_not_glow_along_the_outline() -> None:
    """The matte is softer than the photograph's own outline, as mattes are."""
    face = lit(ASIDE)
    true, soft = (gaussian(above(face.regions.person, 0.5), sigma) for sigma in (0.7, 2.5))
    linear = torch.lerp(torch.full_like(face.linear, 0.8), torch.full_like(face.linear, 0.1), true)
    regions = replace(face.regions, person=soft, foreground=torch.full_like(linear, 0.1))
    face = replace(face, linear=linear, regions=regions, kept=(Kept(),))
    scene = get_edit("foreign_shadow")(Scene.of(face), **{**PLAIN, "pattern": "brim", "size": 3.0, "wall": 200.0})
    left, _ = shade(linear, scene)
    outline, out = (true[0, 0] > 0.02) & (true[0, 0] < 0.98), true[0, 0] < 1e-3
    shaded_wall = (left / linear)[0, 0] < 0.4
    near = gaussian((shaded_wall & out).float()[None, None], 3.0)[0, 0] > 0.2
    assert int((outline & near).sum()) > 100
    assert float(left[0, 0][outline & near].quantile(0.9)) < 1.1 * float(left[0, 0][out & shaded_wall].quantile(0.9))


def test_glasses_lie_in_the_shadow_too() -> None:
    scene = get_edit("glasses")(Scene.of(collins()), style="square", material="metal")
    worn = render(scene)
    made = render(get_edit("foreign_shadow")(scene, **{**PLAIN, "pattern": "brim", "darkness": 0.8}))
    frame = (made.masks["glasses_frame"][0] > 150) & (made.masks["foreign_shadow"][0] > 200)
    assert frame.sum() > 50
    assert made.pixels[0][frame].mean() < 0.55 * worn.pixels[0][frame].mean()


def test_darkness_is_the_share_that_is_lost() -> None:
    for darkness in (0.3, 0.6):
        left, mask = stage(darkness=darkness, penumbra=1.0)
        core = inside(mask, 0.99)
        assert core.sum() > 200
        assert left[0, 1].numpy()[core] == pytest.approx(1 - darkness, abs=0.02)


def test_a_new_light_keeps_its_fill_in_the_shadow() -> None:
    """With as much fill as key, a shadow of all the key is half as bright."""
    face = collins()
    scene = get_edit("lighting")(Scene.of(face), **{**KEY, "key_fill": 2.0})
    scene = get_edit("foreign_shadow")(scene, **{**PLAIN, "darkness": 0.95, "penumbra": 1.0})
    left, after = shade(torch.full_like(face.linear, 0.4), scene)
    core = inside(after.masks["foreign_shadow"], 0.99)
    assert (left / 0.4)[0, 1].numpy()[core] == pytest.approx(1 - 0.95 / 2, abs=0.03)


def test_a_wider_penumbra_is_softer() -> None:
    skin = inside(collins().regions.skin, 0.95)

    def steepest(penumbra: float) -> float:
        left, _ = stage(penumbra=penumbra)
        steps = np.abs(np.diff(left[0, 2].numpy(), axis=0))[skin[1:] & skin[:-1]]
        return float(np.quantile(steps, 0.99))

    assert steepest(2.0) > steepest(6.0) > steepest(14.0)


def test_the_penumbra_is_in_millimetres() -> None:
    """On cloth, from 10 to 90 % of the shadow, straight through the edge of a brim."""
    face = collins()
    bare = replace(face.regions, skin=face.regions.skin * 0, body=face.regions.body * 0)
    scene = get_edit("foreign_shadow")(
        Scene.of(replace(lit(ASIDE), regions=bare)), pattern="brim", darkness=0.8, penumbra=12.0, wall=500.0
    )
    left, _ = shade(torch.full_like(face.linear, 0.4), scene)
    middle = int(face.pose.centre[0, 0]) - face.corners[0][0]
    depth = (1 - left[0, 1, :, middle] / 0.4).numpy() / 0.8
    edge = np.flatnonzero((depth > 0.1) & (depth < 0.9) & inside(face.surface.face, 0.99)[:, middle])
    assert len(edge) / float(face.pose.scale[0]) == pytest.approx(12, abs=3)


def test_red_reaches_farthest_into_the_shadow_of_skin() -> None:
    left, _ = stage(penumbra=0.5, darkness=0.8)
    skin = inside(collins().regions.skin, 0.95)
    thin = skin & (left[0, 2].numpy() < 0.45)
    assert thin.sum() > 100
    red, blue = left[0, 0].numpy()[thin], left[0, 2].numpy()[thin]
    assert (red > blue).mean() > 0.95
    lit = skin & (left[0, 2].numpy() > 0.985)
    assert float(np.quantile(left[0, 0].numpy()[lit], 0.02)) < 0.98, "and is missing farthest out in the light"


def test_the_shadow_falls_along_the_light() -> None:
    """A brim's edge lies lower on the nose than beside it when light comes from above, level when from ahead."""

    def drop(azimuth: float, elevation: float) -> float:
        face = collins()
        left, _ = stage(azimuth, elevation, pattern="brim", penumbra=1.5)
        dark = (left[0, 1].numpy() < 0.6) & inside(face.regions.person, 0.9)
        x = face.surface.position[0, 0].numpy()
        y = face.surface.position[0, 1].numpy()
        rows = [y[dark & (np.abs(x - at) < 3) & (y > -80)].min() for at in (0.0, 38.0)]
        return float(rows[1] - rows[0])

    level = drop(ASIDE, 0.0)
    assert abs(level) < 8
    assert abs(drop(0.0, 45.0) - level) > 4, "the nose stands in the way"


def test_another_light_moves_the_shadow() -> None:
    here, there = stage()[1], stage(azimuth=-50.0, elevation=20.0)[1]
    assert float((here - there).abs().mean()) > 0.02
    own, other = shaded().masks["foreign_shadow"][0], shaded(KEY).masks["foreign_shadow"][0]
    assert (own != other).mean() > 0.02


def test_a_lean_is_clockwise() -> None:
    """The slats' left ends rise when they lean clockwise."""
    skin = inside(collins().regions.skin, 0.9)

    def slope(angle: float) -> float:
        left, _ = stage(angle=angle, penumbra=2.0)
        down, right = np.gradient(left[0, 1].numpy())
        tensor = [float((a * b)[skin].sum()) for a, b in ((right, right), (right, down), (down, down))]
        return float(np.degrees(0.5 * np.arctan2(2 * tensor[1], tensor[2] - tensor[0])))

    assert slope(20.0) == pytest.approx(-20, abs=4)
    assert slope(-20.0) == pytest.approx(20, abs=4)


def test_highlights_keep_their_colour_in_shadow() -> None:
    """A highlight that the camera compressed is darkened as the skin beside it: no blue or green patch."""
    face = collins()
    scene = get_edit("foreign_shadow")(Scene.of(face), **PLAIN)
    bright = torch.tensor([0.97, 0.8, 0.7])[None, :, None, None].expand_as(face.linear)
    left, after = shade(bright, scene)
    deep = inside(after.masks["foreign_shadow"], 0.95) & inside(face.regions.skin, 0.9)
    pixel = left[0].numpy()[:, deep].mean(axis=1)
    assert pixel[0] > pixel[1] > pixel[2], "red stays above green and blue"


def test_compressed_highlights_of_skin_keep_their_hue_in_shadow() -> None:
    """As `lighting` leaves them: all channels near the top, red the nearest."""
    face = collins()
    scene = get_edit("foreign_shadow")(Scene.of(face), **PLAIN)
    bright = torch.tensor([0.98, 0.92, 0.84])[None, :, None, None].expand_as(face.linear)
    left, after = shade(bright, scene)
    deep = inside(after.masks["foreign_shadow"], 0.95) & inside(face.regions.clothes, 0.9)
    deep |= inside(after.masks["foreign_shadow"], 0.95) & inside(face.regions.skin, 0.9)
    red, green, blue = left[0].numpy()[:, deep].mean(axis=1)
    assert red > green > blue
    assert red / green > 1.15, "there was more red than the camera could show"


def test_what_is_hardly_shaded_hardly_changes() -> None:
    """White cloth has no contour where the shadow begins."""
    face = lit(ASIDE)
    scene = get_edit("foreign_shadow")(Scene.of(face), **{**PLAIN, "penumbra": 20.0})
    for colour in (1.0, 0.95, 0.85):
        white = torch.full_like(face.linear, colour)
        left, after = shade(white, scene)
        mask = after.masks["foreign_shadow"][0, 0].numpy()
        faint = (mask > 0) & (mask < 0.03)
        assert faint.sum() > 20
        assert float((white - left)[0].numpy()[:, faint].max()) < 0.05


def test_the_mask_says_nothing_where_the_lamp_never_shone() -> None:
    _, mask = stage(azimuth=85.0, elevation=0.0)
    x = collins().surface.normal[0, 0].numpy()
    away = inside(collins().surface.face, 0.99) & (x < -0.6)
    assert away.sum() > 50
    assert float(mask[0, 0].numpy()[away].mean()) < 0.05
