"""Each attribute moves with what it is about, alone, and says why it is not to be believed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from faceaug.data.attributes import RELIABLE, VOCABULARY
from faceaug.face.topology import LEFT_EYE, LEFT_PUPIL, RIGHT_EYE, RIGHT_PUPIL
from faceaug.image.color import light_colour
from faceaug.measure import (
    find_reference,
    measure,
    measure_expression,
    measure_facial_hair,
    measure_gaze,
    measure_light,
    measure_occlusion,
    measure_spots,
    measure_tone,
)
from faceaug.measure.facial_hair import hair_class
from faceaug.measure.light import light_class
from faceaug.measure.spots import count_spots
from faceaug.measure.tone import colour_class
from tests.measure.close_up import close_up, lit, moved
from tests.portraits import collins

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

UPPER_LIDS, LOWER_LIDS = (159, 158, 160, 386, 385, 387), (145, 153, 144, 374, 380, 373)


def number(values: dict[str, Value], name: str) -> float:
    return float(values[name].value)


def sure(value: Value) -> float:
    assert value.reliability is not None
    return value.reliability


def test_every_measured_attribute_of_the_vocabulary_is_measured() -> None:
    found = measure(close_up())
    told_or_drawn = {"eye_colour", "moles", "acne", "rosacea", "vitiligo", "birthmark", "scar", "age_spots"}
    assert found.keys() == VOCABULARY.keys() - told_or_drawn


def test_what_is_unreliable_says_why() -> None:
    for face in (collins(), close_up()):
        for name, value in measure(face).items():
            assert value.known or value.note, f"{name} does not say why it is unreliable"


def test_the_whites_of_the_eyes_follow_the_exposure() -> None:
    bright = find_reference(close_up())
    dark = find_reference(lit(close_up(), lambda linear: linear * 2**-0.5))
    assert bright.kind == dark.kind == "eyes"
    assert bright.exposure is not None
    assert dark.exposure is not None
    assert dark.exposure - bright.exposure == pytest.approx(-0.5, abs=0.02)
    assert dark.kelvin == pytest.approx(bright.kelvin or 0.0, rel=0.01)


def test_the_whites_of_the_eyes_follow_the_colour() -> None:
    warm = light_colour(torch.tensor([4000.0])).reshape(1, 3, 1, 1)
    found, warmer = (find_reference(face).kelvin for face in (close_up(), lit(close_up(), lambda x: x * warm)))
    assert found is not None
    assert warmer is not None
    assert warmer < 0.75 * found


def test_hidden_eyes_leave_the_background_and_no_background_nothing() -> None:
    assert find_reference(close_up(), hidden=True).kind == "background"
    full = replace(close_up().regions, person=torch.ones_like(close_up().regions.person))
    assert find_reference(replace(close_up(), regions=full), hidden=True).kind == "none"


def test_small_irises_are_no_reference() -> None:
    assert find_reference(collins()).kind == "background"


@pytest.mark.parametrize("stops", [-0.5, 0.5])
def test_half_a_stop_stays_within_the_interval_of_the_tone(stops: float) -> None:
    face = lit(close_up(), lambda linear: linear * 0.5)
    there, here = measure_tone(lit(face, lambda linear: linear * 2**stops)), measure_tone(face)
    for name in ("lightness", "ita"):
        low, high = here[name].low, here[name].high
        assert low is not None
        assert high is not None
        assert low < number(there, name) < high
        assert abs(number(there, name) - number(here, name)) > 2


def test_a_reference_leaves_less_unknown_and_is_named() -> None:
    by_eyes = measure_tone(close_up())["ita"]
    by_wall = measure_tone(close_up(), find_reference(close_up(), hidden=True))["ita"]
    assert by_eyes.value == by_wall.value
    left = [find_reference(close_up(), hidden=hidden).left for hidden in (False, True)]
    assert left[0][0] < left[1][0]
    assert left[0][1] < left[1][1]
    assert sure(by_eyes) > sure(by_wall)
    assert "eyes" in by_eyes.note
    assert "background" in by_wall.note


def test_blown_cheeks_and_mixed_light_are_believed_less() -> None:
    plain = measure_tone(collins())["skin_tone"]
    blown = measure_tone(lit(collins(), lambda linear: linear * 4))["skin_tone"]
    side = torch.where(collins().surface.position[:, :1] > 0, 0.4, 1.0)
    mixed = measure_tone(lit(collins(), lambda linear: linear * side))["skin_tone"]
    assert sure(blown) < min(RELIABLE, 0.5 * sure(plain))
    assert "blown out" in blown.note
    assert sure(mixed) == pytest.approx(0.5 * sure(plain), rel=0.2)
    assert "different light" in mixed.note


# W. Thong et al. (2023): L* 60, hue 55 degrees.
@pytest.mark.parametrize(
    ("lightness", "hue", "name"),
    [(60.1, 55.1, "light_yellow"), (60, 55, "dark_red"), (75, 40, "light_red"), (30, 70, "dark_yellow")],
)
def test_colour_classes(lightness: float, hue: float, name: str) -> None:
    assert colour_class(lightness, hue) == name


@pytest.mark.parametrize(
    ("azimuth", "elevation", "key_fill", "name"),
    [
        (60, 0, 1.2, "even"),
        (60, 50, 3, "right"),
        (-26, 0, 3, "left"),
        (0, 45, 3, "above"),
        (10, -20, 3, "below"),
        (20, 20, 3, "front"),
    ],
)
def test_light_in_a_word(azimuth: float, elevation: float, key_fill: float, name: str) -> None:
    assert light_class(azimuth, elevation, key_fill) == name


def test_contrast_is_in_stops() -> None:
    squared = lit(collins(), lambda linear: linear**2)
    assert number(measure_light(squared), "contrast") == pytest.approx(
        2 * number(measure_light(collins()), "contrast"), rel=0.15
    )


def test_exposure_by_skin_alone_does_not_count() -> None:
    assert not measure_light(collins())["exposure"].known
    assert measure_light(close_up())["exposure"].known


def test_an_opened_mouth_is_no_smile_and_no_shut_eye() -> None:
    closed = moved(close_up(), (13,), up=-number(measure_expression(close_up()), "mouth_open") * 30)
    opened = moved(closed, (14,), up=-20.0)
    was, now = measure_expression(closed), measure_expression(opened)
    assert number(now, "mouth_open") > number(was, "mouth_open") + 0.25
    assert number(now, "eyes_closed") == number(was, "eyes_closed")


def test_drawn_up_corners_smile_and_hanging_ones_do_not() -> None:
    face = close_up()
    assert measure_expression(face)["expression"].value == "smiling"
    sad = moved(moved(moved(face, (61, 291), up=-13.0), (61,), right=9.0), (291,), right=-9.0)
    found = measure_expression(sad)
    assert number(found, "smile") < 0.3
    assert found["expression"].value != "smiling"


def test_shut_lids_close_the_eyes_and_hide_the_gaze() -> None:
    shut = close_up()
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        gap = float((shut.points[0, upper] - shut.points[0, lower]).norm() / shut.pose.scale[0])
        shut = moved(shut, (upper,), up=-0.95 * gap)
    assert number(measure_expression(shut), "eyes_closed") > 0.8 > number(measure_expression(close_up()), "eyes_closed")
    found = measure(shut)
    assert not found["gaze"].known
    assert "lids" in found["gaze"].note
    assert found["tone_reference"].value != "eyes"


@pytest.mark.parametrize(("right", "up"), [(2.0, 0.0), (-2.0, 0.0), (0.0, 2.0)])
def test_pupils_that_move_take_the_gaze_along(right: float, up: float) -> None:
    was = measure_gaze(close_up())
    now = measure_gaze(moved(close_up(), (RIGHT_PUPIL, LEFT_PUPIL), right, up))
    turn = math.degrees(math.asin(2 / 11))
    assert number(now, "gaze_yaw") - number(was, "gaze_yaw") == pytest.approx(
        math.copysign(turn, right) if right else 0, abs=2
    )
    assert number(now, "gaze_pitch") - number(was, "gaze_pitch") == pytest.approx(turn if up else 0, abs=2)


def test_tinted_lenses_hide_gaze_and_lids() -> None:
    assert sure(measure_gaze(close_up(), tinted=True)["gaze"]) == 0
    assert sure(measure_expression(close_up(), tinted=True)["eyes_closed"]) == 0
    assert sure(measure_expression(close_up(), tinted=True)["smile"]) > RELIABLE


def painted(face: Decomposition, where: Tensor) -> Decomposition:
    """Dark, rough hair in place of skin."""
    rough = (torch.arange(where.numel()) * 7919 % 101).reshape(where.shape) / 1010 + 0.02
    regions = replace(face.regions, skin=face.regions.skin * (1 - where))
    return replace(face, linear=torch.lerp(face.linear, rough, where), regions=regions)


def below(face: Decomposition, high: float) -> Tensor:
    """1 on the lower face, without the lips, up to a height in mm."""
    y = face.surface.position[:, 1:2]
    return ((y < high) & (face.surface.face > 0.9) & (face.regions.lips + face.regions.mouth < 0.1)).float()


def test_a_painted_beard_is_a_beard() -> None:
    assert measure_facial_hair(close_up())["facial_hair"].value == "none"
    found = measure_facial_hair(painted(close_up(), below(close_up(), -46.0)))["facial_hair"]
    assert found.value == "beard"
    assert found.known


@pytest.mark.parametrize(
    ("lip", "chin", "bare", "name"),
    [(-1, -1, 1, "none"), (2, -1, 1, "moustache"), (2, 1, 0.5, "beard"), (-2, 1, 0.5, "beard"), (2, 1, 1, "stubble")],
)
def test_classes_of_facial_hair(lip: float, chin: float, bare: float, name: str) -> None:
    assert hair_class(lip, chin, bare) == name


def test_a_hidden_mouth_is_named() -> None:
    face = close_up()
    was, now = measure_occlusion(face), measure_occlusion(painted(face, below(face, -46.0)))
    assert was["covered_part"].value == "none"
    assert now["covered_part"].value == "mouth"
    assert number(now, "occlusion") > number(was, "occlusion") + 0.15


def test_spots_that_are_drawn_are_counted() -> None:
    face = close_up()
    x, y = face.surface.position[0, 0], face.surface.position[0, 1]
    darker = torch.ones_like(x)
    places = [
        (side * across, down) for side in (-1, 1) for across in (22.0, 28.0, 34.0) for down in (-24.0, -30.0, -36.0)
    ]
    for across, down in places:
        darker = darker - 0.35 * torch.exp(-((x - across) ** 2 + (y - down) ** 2) / (2 * 0.7**2))
    was, _ = count_spots(face)
    now, area = count_spots(replace(face, linear=face.linear * darker))
    assert 14 <= now - was <= 19
    assert number(measure_spots(face), "spots") == pytest.approx(was / area, abs=0.01)
    assert not measure_spots(face)["freckles"].known


def test_eyes_are_where_the_lids_are() -> None:
    """The points moved above are lids: what moves with them is an eye."""
    assert set(UPPER_LIDS) | set(LOWER_LIDS) <= set(RIGHT_EYE) | set(LEFT_EYE)
