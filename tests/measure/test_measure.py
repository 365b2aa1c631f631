from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from scipy import ndimage

from faceaug.data.attributes import VOCABULARY
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition, stack_rows
from faceaug.image.color import hue_angle
from faceaug.image.shade import direction
from faceaug.measure import measure, measure_camera, measure_light, measure_pose, measure_tone
from faceaug.measure.tone import tone_class
from tests.portraits import collins, hopper, mirrored, pixels_of

Portrait = Callable[[], Decomposition]
every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])


def value(face: Decomposition, name: str) -> float:
    found = measure(face)[name].value
    assert isinstance(found, float)
    return found


@every_portrait
def test_everything_measured_is_known_and_reliable_to_a_degree(portrait: Portrait) -> None:
    found = measure(portrait())
    assert {"ita", "lightness", "hue", "skin_tone", "yaw", "pitch", "roll", "eye_distance"} <= set(found)
    assert {"light_azimuth", "light_elevation", "key_fill", "grain", "sharpness"} <= set(found)
    for name, one in found.items():
        assert name in VOCABULARY, name
        assert one.how == "measured"
        assert one.reliability is not None
        assert 0 <= one.reliability <= 1
        if isinstance(one.value, str):
            assert one.value in VOCABULARY[name].values
        else:
            assert np.isfinite(float(one.value))


def test_one_face_at_a_time() -> None:
    with pytest.raises(ValueError, match="one face"):
        measure(stack_rows([collins(), collins()]))


# S. Del Bino et al. (2006): bounds of the classes of the individual typology angle.
@pytest.mark.parametrize(
    ("angle", "name"),
    [
        (80, "very_light"),
        (55.1, "very_light"),
        (55, "light"),
        (41.1, "light"),
        (41, "intermediate"),
        (28, "tan"),
        (10.1, "tan"),
        (10, "brown"),
        (-29.9, "brown"),
        (-30, "dark"),
        (-84, "dark"),
    ],
)
def test_tone_classes(angle: float, name: str) -> None:
    assert tone_class(angle) == name


@every_portrait
def test_tone_is_the_skin_s(portrait: Portrait) -> None:
    face = portrait()
    assert value(face, "ita") == pytest.approx(float(face.skin.ita), abs=0.01)
    assert value(face, "lightness") == pytest.approx(float(face.skin.tone[0, 0]), abs=0.01)
    assert value(face, "hue") == pytest.approx(float(hue_angle(face.skin.tone)), abs=0.01)
    assert measure(face)["skin_tone"].value == tone_class(value(face, "ita"))


def test_a_grey_photograph_has_no_tone() -> None:
    grey = replace(collins(), grey=torch.tensor([True]))
    assert measure_tone(grey) == {}
    assert not {"ita", "hue", "skin_tone"} & set(measure(grey))
    assert "yaw" in measure(grey)


def test_hidden_cheeks_make_tone_and_light_unreliable() -> None:
    face = collins()
    hidden = replace(face, skin=replace(face.skin, reliable=torch.tensor([0.1])))
    for read, name in ((measure_tone, "ita"), (measure_light, "light_azimuth")):
        clear, poor = read(face)[name].reliability, read(hidden)[name].reliability
        assert clear is not None
        assert poor is not None
        assert poor < 0.3 * clear


def turned(yaw: float) -> Decomposition:
    face = collins()
    return replace(face, pose=replace(face.pose, angles=torch.tensor([[yaw, 3.0, -4.0]])))


def test_pose_is_told_in_degrees_and_less_sure_when_turned() -> None:
    found = measure_pose(turned(50.0))
    assert [found[name].value for name in ("yaw", "pitch", "roll")] == [50, 3, -4]
    sure = [measure_pose(turned(yaw))["yaw"].reliability or 0.0 for yaw in (0.0, 30.0, 45.0, -60.0)]
    assert sure[0] == sure[1] > sure[2] > sure[3] > 0


@every_portrait
def test_eye_distance_is_in_pixels(portrait: Portrait) -> None:
    points = portrait().points[0]
    expected = float((points[473, :2] - points[468, :2]).norm())
    assert value(portrait(), "eye_distance") == pytest.approx(expected, abs=0.01)


def test_a_mirrored_portrait_measures_mirrored() -> None:
    one, other = collins(), mirrored("eileen_collins.png")
    for name in ("yaw", "roll"):
        assert value(other, name) == pytest.approx(-value(one, name), abs=2)
    for name in ("pitch", "hue"):
        assert value(other, name) == pytest.approx(value(one, name), abs=2)
    assert value(other, "grain") == pytest.approx(value(one, "grain"), rel=0.1)
    assert value(other, "sharpness") == pytest.approx(value(one, "sharpness"), rel=0.1)


@pytest.mark.parametrize(("azimuth", "elevation"), [(30.0, 10.0), (-75.0, 40.0)])
def test_light_is_told_as_two_angles(azimuth: float, elevation: float) -> None:
    face = collins()
    toward = direction(torch.tensor([azimuth]), torch.tensor([elevation]))
    lit = replace(face, light=replace(face.light, direction=toward, key_fill=torch.tensor([4.5])))
    found = measure_light(lit)
    assert found["light_azimuth"].value == pytest.approx(azimuth, abs=0.01)
    assert found["light_elevation"].value == pytest.approx(elevation, abs=0.01)
    assert found["key_fill"].value == 4.5


@cache
def blurred(sigma: float) -> Decomposition:
    pixels = pixels_of("grace_hopper.jpg")
    return decompose(ndimage.gaussian_filter(pixels, (sigma, sigma, 0)))


def test_blur_makes_less_sharp() -> None:
    sharp = [value(hopper(), "sharpness"), *(value(blurred(sigma), "sharpness") for sigma in (0.6, 1.2, 2.5))]
    assert sharp == sorted(sharp, reverse=True)
    assert sharp[-1] < 0.5 * sharp[0]


def test_grain_is_the_decomposition_s() -> None:
    face = replace(hopper(), grain=torch.tensor([3.25]))
    assert measure_camera(face)["grain"].value == 3.25


def test_small_faces_measure_sharpness_less_reliably() -> None:
    small, large = measure_camera(collins())["sharpness"], measure_camera(hopper())["sharpness"]
    assert small.reliability is not None
    assert large.reliability is not None
    assert small.reliability < large.reliability
