"""The light in which glasses stand: that of the face, whatever lamps it has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from faceaug.edit import get_edit
from faceaug.image.filter import reduce
from faceaug.scene import Scene
from faceaug.stages.eyewear_light import scene_light
from faceaug.stages.relight import relight
from tests.portraits import collins, hopper


@pytest.mark.parametrize("strength", [1.0, 0.4, 0.0])
@pytest.mark.parametrize("temperature", [6504.0, 3000.0])
def test_glasses_are_lit_as_a_card_on_the_face_is(strength: float, temperature: float) -> None:
    """The card laid over the whole window and re-lit as a photograph is, averaged where there is skin."""
    for face in (collins(), hopper()):
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
