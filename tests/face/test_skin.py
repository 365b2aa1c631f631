from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from faceaug.data.photos import Photo
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.face.skin import HAEMOGLOBIN, MELANIN, find_skin
from faceaug.image.color import decode, encode, hue_angle, ita, lab_to_linear, linear_to_lab
from tests.portraits import collins, hopper, inside, mirrored, pixels_of

Portrait = Callable[[], Decomposition]
every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])


@cache
def exposed(stops: float) -> Decomposition:
    linear = decode(torch.from_numpy(pixels_of("eileen_collins.png").copy())) * 2**stops
    return decompose(Photo.from_array(encode(linear).numpy()))


def painted(lab: tuple[float, float, float]) -> Decomposition:
    """The portrait with its whole window in one colour."""
    face = collins()
    colour = lab_to_linear(torch.tensor([lab]))[:, :, None, None]
    return replace(face, linear=colour.expand_as(face.linear).contiguous())


def skin_of(face: Decomposition):  # type: ignore[no-untyped-def]
    corner = torch.tensor(face.corners, dtype=torch.float32)
    return find_skin(face.linear, face.regions, face.points, corner, face.pose)


@pytest.mark.parametrize("lab", [(70.0, 12.0, 18.0), (40.0, 14.0, 20.0), (25.0, 9.0, 12.0)])
def test_the_tone_of_painted_skin_is_its_paint(lab: tuple[float, float, float]) -> None:
    skin = skin_of(painted(lab))
    assert skin.tone[0].tolist() == pytest.approx(lab, abs=0.1)
    assert float(skin.ita) == pytest.approx(float(ita(torch.tensor([lab]))), abs=0.1)


def test_tone_is_read_on_the_cheeks() -> None:
    """Hair, lips, clothes and background may have any colour; the cheeks alone count."""
    face = collins()
    position = face.surface.position
    cheek = (position[:, 0:1].abs() > 15) & (position[:, 0:1].abs() < 50)
    cheek &= (position[:, 1:2] < -15) & (position[:, 1:2] > -60) & (face.surface.face > 0.5)
    other = torch.where(cheek, face.linear, torch.tensor([0.0, 1.0, 0.0]).reshape(1, 3, 1, 1))
    assert torch.allclose(skin_of(replace(face, linear=other)).tone, face.skin.tone, atol=0.5)


def test_more_exposure_is_a_lighter_tone() -> None:
    faces = [exposed(stops) for stops in (-1.0, -0.5, 0.0, 0.4)]
    lightness = [float(face.skin.tone[0, 0]) for face in faces]
    assert lightness == sorted(lightness)
    assert lightness[2] - lightness[0] > 12, "one stop is about 18 units of lightness"
    hues = [float(hue_angle(face.skin.tone)) for face in faces[:3]]
    assert max(hues) - min(hues) < 8


def test_a_mirrored_portrait_has_the_same_tone() -> None:
    one, other = collins().skin, mirrored("eileen_collins.png").skin
    assert torch.allclose(one.tone, other.tone, atol=2.5), "landmarks found anew move the patches by a pixel"


@every_portrait
def test_numbers_of_the_skin(portrait: Portrait) -> None:
    skin = portrait().skin
    assert torch.allclose(skin.ita, ita(skin.tone))
    assert 0 <= float(skin.reliable) <= 1
    assert float(skin.reliable) > 0.5, "both cheeks are bare"
    lab = linear_to_lab(portrait().linear)[0].permute(1, 2, 0).numpy(force=True)
    median = np.median(lab[inside(portrait().regions.skin, 0.9)], axis=0)
    assert np.linalg.norm(median - skin.tone[0].numpy(force=True)) < 15, "cheeks are like the rest of the face"


@every_portrait
def test_the_surface_reflection_is_part_of_the_light(portrait: Portrait) -> None:
    """White light comes off the skin's surface: it cannot be more than the weakest channel, and lies on skin alone."""
    face = portrait()
    assert float(face.skin.specular.min()) >= 0
    assert (face.skin.specular <= face.linear.amin(dim=1, keepdim=True)).all()
    assert float(face.skin.specular[face.regions.skin == 0].sum()) == 0
    assert float(face.skin.specular.max()) > 0.02


def test_a_highlight_is_taken_for_one() -> None:
    """White light put onto even skin is found again, in its place and in about its amount."""
    face = painted((60.0, 14.0, 18.0))
    x, y = (face.points[0, 50, :2] - torch.tensor(face.corners[0])).tolist()
    at = torch.stack(torch.meshgrid(torch.arange(face.size[1][0]), torch.arange(face.size[1][1]), indexing="ij")) + 0.5
    spot = 0.12 * torch.exp(-((at[1] - x) ** 2 + (at[0] - y) ** 2) / (2 * 10.0**2))
    found = skin_of(replace(face, linear=face.linear + spot)).specular[0, 0]
    row, column = divmod(int(found.argmax()), found.shape[1])
    assert abs(column - x) < 5
    assert abs(row - y) < 5
    assert 0.04 < float(found.max()) < 0.14
    assert float(skin_of(face).specular.max()) < 0.02, "even skin has none"


def test_pigments_absorb_as_published() -> None:
    """Both swallow blue more than red; melanin rises evenly toward blue, haemoglobin takes green as well as blue."""
    assert MELANIN[0] < MELANIN[1] < MELANIN[2]
    assert HAEMOGLOBIN[0] < HAEMOGLOBIN[1]
    assert HAEMOGLOBIN[1] / HAEMOGLOBIN[2] > 1.5 * MELANIN[1] / MELANIN[2]
    for pigment in (MELANIN, HAEMOGLOBIN):
        assert np.linalg.norm(pigment) == pytest.approx(1, abs=0.02), "one unit is one unit of density"
