"""The light of a photograph, found on faces whose light we know: their skin is painted with Lambert's law."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.face.decomposition import Decomposition, Light
from faceaug.face.light import find_light, source_shading
from faceaug.image.noise import Noise
from faceaug.image.shade import angles, direction, sh_shading
from tests.portraits import collins, hopper, mirrored

Portrait = Callable[[], Decomposition]
every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])
LAMPS = [(40.0, 10.0), (-40.0, 10.0), (60.0, 30.0), (0.0, 45.0), (-20.0, -10.0), (75.0, 0.0)]


def toward(azimuth: float, elevation: float) -> Tensor:
    return direction(torch.tensor([float(azimuth)]), torch.tensor([float(elevation)]))


def shaded(face: Decomposition, azimuth: float, elevation: float, *, key: float = 3.0) -> Tensor:
    """Shading of the whole window by one lamp of ``key`` times the even fill ``(1, 1, h, w)``."""
    lamp = toward(azimuth, elevation)
    cosine = torch.einsum("bi,bihw->bhw", lamp, face.surface.normal)[:, None]
    return 1 + key * cosine.clamp(min=0)


def light_of(face: Decomposition, shading: Tensor, *, wobble: float = 0.0) -> Light:
    """The light found where skin of one colour is shaded so."""
    albedo = torch.tensor([0.20, 0.12, 0.08]).reshape(1, 3, 1, 1)
    grain = Noise(("skin",)).normal_grid("grain", (1, *face.size[1])) * wobble
    skin = replace(face.skin, specular=torch.zeros_like(face.skin.specular))
    return find_light(albedo * shading * torch.exp(grain), face.surface, face.regions, skin)


def apart(one: Tensor, other: Tensor) -> float:
    """Angle between unit vectors ``(1, 3)``, degrees."""
    return math.degrees(math.acos(float((one * other).sum().clamp(-1, 1))))


@every_portrait
@pytest.mark.parametrize(("azimuth", "elevation"), LAMPS)
def test_a_known_lamp_is_found(portrait: Portrait, azimuth: float, elevation: float) -> None:
    light = light_of(portrait(), shaded(portrait(), azimuth, elevation), wobble=0.1)
    expected = toward(azimuth, elevation)
    assert light.direction.norm() == pytest.approx(1, abs=1e-5)
    assert apart(light.direction, expected) < 8
    assert float(light.confidence) > 0.8


@every_portrait
def test_the_fitted_shading_is_the_light_s(portrait: Portrait) -> None:
    """On bare skin the harmonics give back the shading, up to its scale."""
    face = portrait()
    shading = shaded(face, 35, 20)
    light = light_of(face, shading)
    inside = face.regions.skin > 0.9
    fitted, true = sh_shading(light.sh, face.surface.normal)[inside], shading[inside]
    scale = fitted.median() / true.median()
    off = (fitted / scale - true).abs() / true
    assert float(off.median()) < 0.03
    assert float(off.quantile(0.95)) < 0.2, "at the terminator, which harmonics cannot draw sharply"
    assert float(torch.corrcoef(torch.stack([fitted, true]))[0, 1]) > 0.97
    assert float(fitted.median()) == pytest.approx(1, abs=0.05), "the median of the skin is 1"


@every_portrait
@pytest.mark.parametrize(("key", "power", "lamp"), [(6.0, 1.5, (50, 10)), (3.0, 2.2, (45, 10)), (2.0, 2.2, (-45, -10))])
def test_a_contrasty_picture_is_told_by_what_one_set_of_harmonics_leaves(
    portrait: Portrait, key: float, power: float, lamp: tuple[float, float]
) -> None:
    """Cameras bend light by a curve, which no sum of harmonics follows; a product of two does, far better."""
    face = portrait()
    shading, inside = shaded(face, *lamp, key=key) ** power, face.regions.skin > 0.9
    light = light_of(face, shading / shading[inside].median())

    def off(told: Tensor) -> float:
        return float((torch.log(told[inside]) - torch.log(shading[inside])).std())

    alone = off(sh_shading(light.sh, face.surface.normal).clamp(min=0.15))
    assert off(source_shading(light, face.surface.normal)) < 0.85 * alone


def test_a_beard_is_no_shadow() -> None:
    """Skin that is darker below the mouth is told as hardly darker lit."""
    face = collins()
    beard = torch.where(face.surface.position[:, 1:2] < -55, 0.6, 1.0)
    told, true = (
        source_shading(light_of(face, shaded(face, 45, 10) * dark), face.surface.normal)[face.regions.skin > 0.9]
        for dark in (beard, torch.ones(1))
    )
    assert float((told / told.median() - true / true.median()).abs().quantile(0.9)) < 0.08


def test_spots_and_shine_do_not_mislead() -> None:
    """A tenth of the skin in other colours moves the lamp by a few degrees at most."""
    face = collins()
    x, y = face.surface.position[:, :1], face.surface.position[:, 1:2]
    spoilt = shaded(face, 45, 10) * torch.where((x > 20) & (x < 34) & (y < -20) & (y > -50), 0.4, 1.0)
    light, clean = light_of(face, spoilt), light_of(face, shaded(face, 45, 10))
    assert apart(light.direction, toward(45, 10)) < 12
    skin = face.regions.skin > 0.9
    fitted, true = (sh_shading(one.sh, face.surface.normal)[skin] for one in (light, clean))
    off = fitted / fitted.median() - true / true.median()
    assert float(off.abs().quantile(0.9)) < 0.01


def test_harder_light_has_more_contrast() -> None:
    contrasts = [
        float(light_of(collins(), shaded(collins(), 50, 10, key=key)).key_fill) for key in (0.0, 1.0, 3.0, 8.0)
    ]
    assert contrasts == sorted(contrasts)
    assert contrasts[0] == pytest.approx(1, abs=0.1), "even light"
    assert contrasts[2] > 2


def test_brightness_and_colour_are_not_light() -> None:
    face = collins()
    shading = shaded(face, 30, 20)
    one, half = light_of(face, shading), light_of(face, shading * 0.5)
    assert torch.allclose(one.sh, half.sh, atol=1e-3)
    assert torch.allclose(one.direction, half.direction, atol=1e-4)


def test_a_face_without_skin_has_even_light() -> None:
    """A mask or a beard over everything: no direction is made up."""
    face = collins()
    regions = replace(face.regions, skin=torch.zeros_like(face.regions.skin))
    light = find_light(face.linear, face.surface, regions, face.skin)
    assert float(light.confidence) == 0
    assert torch.allclose(sh_shading(light.sh, face.surface.normal), torch.ones(1), atol=1e-4)


def test_the_mirrored_portrait_is_lit_from_the_other_side() -> None:
    one, _ = angles(collins().light.direction)
    other, _ = angles(mirrored("eileen_collins.png").light.direction)
    assert float(other) == pytest.approx(-float(one), abs=15)


@every_portrait
def test_shading_of_the_photograph_is_believable_everywhere(portrait: Portrait) -> None:
    """On hair and clothes too, whose normals no skin has, it stays within what the skin showed."""
    face = portrait()
    shading = source_shading(face.light, face.surface.normal)
    low, high = face.light.span[0].tolist()
    assert 0.1 < low < 1 < high < 4
    assert float(shading.min()) >= low - 1e-5
    assert float(shading.max()) <= high + 1e-5
