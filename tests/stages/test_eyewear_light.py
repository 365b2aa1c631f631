"""The light in which glasses stand, that of the face, whatever lamps it has; and the shade that they cast."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from faceaug.edit import get_edit
from faceaug.image.filter import reduce
from faceaug.image.finish import Room, finish, frame_light
from faceaug.scene import Scene
from faceaug.stages.eyewear import shadow as eyewear_shadow
from faceaug.stages.eyewear.light import scene_light
from faceaug.stages.relight import relight
from tests.portraits import collins, hopper
from tests.spectacles import fitting


@pytest.mark.parametrize("strength", [1.0, 0.4, 0.0])
@pytest.mark.parametrize("temperature", [6504.0, 3000.0])
def test_glasses_are_lit_as_a_card_on_the_face_is(
    strength: float, temperature: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card laid over the whole window and re-lit as a photograph is, averaged where there is skin.

    A card has neither the colour that shades have on skin nor down that lamps graze.
    """
    monkeypatch.setattr("faceaug.stages.relight.grazed", lambda source, _: torch.zeros_like(source.regions.skin))
    for photograph in (collins(), hopper()):
        face = replace(photograph, skin=replace(photograph.skin, shade_colour=torch.ones(1, 3)))
        given: dict[str, Any] = {
            "azimuth": 50.0,
            "key_fill": 6.0,
            "exposure": 0.6,
            "strength": strength,
            "temperature": temperature,
        }
        dark = scene_light(Scene.of(face)).level
        scene = get_edit("lighting")(Scene.of(face), **given)
        card = torch.full_like(face.linear, 0.25)
        lit = reduce(relight(card, scene)[0], 4) / 0.25
        skin = reduce(face.regions.skin * face.regions.person, 4)
        gain = (lit * skin).sum(dim=(2, 3)) / skin.sum()
        found = (scene_light(scene).level / dark)[..., 0, 0]
        assert torch.allclose(found, gain, atol=0.005)
        if strength == 1.0:
            assert float((found - 1).abs().max()) > 0.05, "the light did not change at all"


def test_the_new_light_is_worked_out_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    face = collins()
    scene = get_edit("lighting")(Scene.of(face, variants=(0, 1)), azimuth=[40.0, -60.0], key_fill=4.0)
    _, after = relight(scene.source.linear, scene)
    apart = [scene_light(scene.row(row)).level for row in range(2)]
    assert not torch.equal(apart[0], apart[1])
    monkeypatch.setattr("faceaug.stages.relight.shading_ratio", None)
    assert after.shading is not None
    for row in range(2):
        assert torch.allclose(scene_light(after.row(row)).level, apart[row], atol=1e-6)
        assert replace(after, shading=None).row(row).shading is None


@pytest.mark.parametrize(("material", "times"), [("acetate", 4.0), ("metal", 2.0)])
@pytest.mark.parametrize("elevation", [20.0, 50.0])
def test_a_rounded_edge_shines_in_a_line_half_way_to_the_lamp(material: str, times: float, elevation: float) -> None:
    """Across it, from looking down to looking up; drawn coarsely the line is broader and as much dimmer."""
    tilt = torch.deg2rad(torch.linspace(-70.0, 70.0, 281))
    normal = torch.stack([0 * tilt, torch.sin(tilt), torch.cos(tilt)])[None, :, None]
    lamp = torch.tensor(
        [0.0, torch.sin(torch.deg2rad(torch.tensor(elevation))), torch.cos(torch.deg2rad(torch.tensor(elevation)))]
    )

    def across(coarse: float) -> torch.Tensor:
        room = Room.lit(lamp, 0.6, 0.2, coarse)
        return frame_light(finish(material, "black"), normal, torch.ones_like(normal[:, :1]), room, None)[0, 1, 0]

    fine, broad = across(0.0), across(0.3)
    assert abs(float(torch.rad2deg(tilt[fine.argmax()])) - elevation / 2) < 4
    assert float(fine.max()) > times * float(fine[tilt < 0].median())
    assert float(broad.max()) < 0.8 * float(fine.max())
    assert int((broad > broad.max() / 2).sum()) > 1.3 * int((fine > fine.max() / 2).sum())


def test_skin_lies_in_the_shade_right_under_the_lower_rims() -> None:
    fit = fitting()
    fit = replace(fit, light=replace(fit.light, key=0.2))
    left = eyewear_shadow.shadow(fit).mean(dim=1, keepdim=True)
    u, v = fit.rays(*fit.camera(fit.whole)).meet(0.0)
    out = fit.tables.at(u, v, 1, 1)
    below = (v < -0.3 * fit.frame.height) & ((u.abs() - fit.frame.middle).abs() < 0.3 * fit.frame.lens)
    near, far = (float(left[below & (out > low) & (out < high)].mean()) for low, high in ((0.5, 2.0), (3.0, 5.0)))
    assert near < 0.95
    assert 1 - near > 2 * (1 - far)


def test_under_tinted_lenses_light_comes_in_from_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def shade() -> float:
        fit = fitting(lens="tinted", tint=0.9)
        u, v = fit.rays(*fit.camera(fit.whole)).meet(0.0)
        return 1 - float(eyewear_shadow.shadow(fit).mean(dim=1)[fit.tables.at(u, v, 0, 1)[:, 0] < -2].mean())

    open_ = shade()
    monkeypatch.setattr(eyewear_shadow, "_FILLED", 1.0)
    assert open_ < shade() - 0.05
