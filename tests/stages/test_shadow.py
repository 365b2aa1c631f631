"""Foreign shadows: along the light, over the face, soft by the penumbra asked for, red at the edge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.image.shade import direction
from faceaug.render import Rendering, render
from faceaug.scene import Scene
from faceaug.stages.shadow import shade
from tests.portraits import collins, inside, window

PLAIN: dict[str, Any] = {"pattern": "blinds", "darkness": 0.7, "penumbra": 3.0}
KEY: dict[str, Any] = {"azimuth": 50.0, "elevation": 20.0, "key_fill": 5.0, "softness": 0.2}


def shaded(light: dict[str, Any] | None = None, **given: Any) -> Rendering:
    scene = Scene.of(collins())
    if light is not None:
        scene = get_edit("lighting")(scene, **light)
    return render(get_edit("foreign_shadow")(scene, **{**PLAIN, **given}))


def stage(azimuth: float = 0.0, elevation: float = 0.0, **given: Any) -> tuple[Tensor, Tensor]:
    """The stage on a grey card of the face's shape under one lamp: the share of light left, and the mask."""
    face = collins()
    lamp = replace(face.light, direction=direction(torch.tensor([azimuth]), torch.tensor([elevation])))
    scene = get_edit("foreign_shadow")(Scene.of(replace(face, light=lamp)), **{**PLAIN, **given})
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


def test_nothing_but_the_person_is_shaded() -> None:
    changed = window((shaded().pixels[0] != collins().photos[0].pixels).any(axis=2), collins())
    assert not changed[~inside(collins().regions.person, 1e-6)].any()


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
    lamp = replace(face.light, direction=torch.tensor([[0.0, 0.0, 1.0]]))
    scene = get_edit("foreign_shadow")(
        Scene.of(replace(face, light=lamp, regions=bare)), pattern="brim", darkness=0.8, penumbra=12.0
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

    def drop(elevation: float) -> float:
        face = collins()
        left, _ = stage(elevation=elevation, pattern="brim", penumbra=1.5)
        dark = (left[0, 1].numpy() < 0.6) & inside(face.regions.person, 0.9)
        x = face.surface.position[0, 0].numpy()
        y = face.surface.position[0, 1].numpy()
        rows = [y[dark & (np.abs(x - at) < 3) & (y > -80)].min() for at in (0.0, 38.0)]
        return float(rows[1] - rows[0])

    assert abs(drop(0.0)) < 8
    assert abs(drop(45.0) - drop(0.0)) > 4, "the nose stands in the way"


def test_another_light_moves_the_shadow() -> None:
    here, there = stage(azimuth=0.0)[1], stage(azimuth=50.0, elevation=20.0)[1]
    assert float((here - there).abs().mean()) > 0.02
    own, lit = shaded().masks["foreign_shadow"][0], shaded(KEY).masks["foreign_shadow"][0]
    assert (own != lit).mean() > 0.02


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


def test_the_mask_says_nothing_where_the_lamp_never_shone() -> None:
    _, mask = stage(azimuth=85.0, elevation=0.0)
    x = collins().surface.normal[0, 0].numpy()
    away = inside(collins().surface.face, 0.99) & (x < -0.6)
    assert away.sum() > 50
    assert float(mask[0, 0].numpy()[away].mean()) < 0.05
