"""The line of light that lamps leave along a cheek goes out when a new light leaves that in the shade."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.bare import bare_skin
from faceaug.face.decomposition import Decomposition
from faceaug.image.color import luminance
from faceaug.image.filter import gaussian
from faceaug.scene import Scene
from faceaug.stages.grazing import grazed
from faceaug.stages.relight import relight
from tests.portraits import collins

STRENGTH = 0.6
"""By how much the line is brighter than the skin beside it."""


def outlined(strength: float = STRENGTH) -> tuple[Decomposition, Tensor]:
    """A face of even colour, whose cheeks end in a bright line, and where that is."""
    face = collins()
    x, y = face.surface.position[0, 0], face.surface.position[0, 1]
    cheek = ((x.abs() > 35) & (y < 10) & (y > -60))[None, None].to(x)
    skin = bare_skin(face) * face.regions.person
    inner = gaussian(skin, 1.6 * float(face.pose.scale[0]))
    line = cheek * skin * (4 * (1 - inner)).clamp(0, 1) * (face.surface.normal[:, 2:] < 0.6)
    colour = torch.tensor([0.40, 0.25, 0.18]).reshape(1, 3, 1, 1).expand_as(face.linear)
    plain = replace(face.skin, specular=torch.zeros_like(face.skin.specular), shade_colour=torch.ones(1, 3))
    own = (colour * (1 + strength * line)).contiguous()
    there = (line[0, 0] > 0.6) & (face.surface.normal[0, 2] < 0.5)
    return replace(face, linear=own, skin=plain, regions=replace(face.regions, foreground=own)), there


def test_a_bright_line_along_the_cheek_is_found_and_nothing_else() -> None:
    (face, there), bare = outlined(), bare_skin(collins())
    found, none = grazed(face, bare)[0, 0], grazed(outlined(0.0)[0], bare)[0, 0]
    assert there.sum() > 20
    assert float(found[there].mean()) > 0.08
    assert float(none.max()) < 0.01
    assert float(grazed(face, torch.zeros_like(bare)).max()) == 0, "what is no skin is not grazed"


def test_a_bright_line_down_the_middle_of_the_face_is_none_of_it() -> None:
    face, bare = outlined(0.0)[0], bare_skin(collins())
    line = (face.surface.position[:, :1].abs() < 1.5) * face.regions.skin
    face = replace(face, linear=face.linear * (1 + STRENGTH * line))
    assert float(grazed(face, bare)[0, 0][(line[0, 0] > 0.9) & (face.surface.normal[0, 2] > 0.85)].max()) < 1e-3


def contrast(ratio: float) -> float:
    """How much the line stands out of the cheek in another light, over how much it does in the photograph."""
    seen = []
    for strength in (STRENGTH, 0.0):
        face, there = outlined(strength)
        scene = get_edit("lighting")(Scene.of(face), azimuth=60.0, key_fill=6.0)
        shading = torch.full((1, 4, *face.size[1]), ratio)
        shading[:, 3] = 0.0
        after = relight(face.linear, replace(scene, shading=shading))[0]
        seen.append(luminance(torch.cat([after, face.linear]))[:, 0])
    there = outlined()[1]
    after, before = (torch.log(one[there] / other[there]).mean() for one, other in zip(*seen, strict=True))
    return float(after / before)


def test_in_the_shade_the_line_fades_and_in_the_light_it_grows_no_stronger() -> None:
    assert contrast(0.2) < 0.83
    assert contrast(0.2) < contrast(0.5) < contrast(0.999)
    assert np.isclose(contrast(0.999), 1.0, atol=0.01)
    assert contrast(1.4) < 0.95
