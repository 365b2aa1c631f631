from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from faceaug.image.color import (
    decode,
    encode,
    hue_angle,
    ita,
    lab_to_linear,
    light_colour,
    linear_to_lab,
    linear_to_srgb,
    luminance,
    mired_shift,
    planckian_white,
    srgb_to_linear,
)

# IEC 61966-2-1, as tabulated by B. Lindbloom and in the CSS Color 4 samples: encoded byte, linear light.
TRANSFER = [(0, 0.0), (10, 0.0030353), (11, 0.0033465), (55, 0.0382044), (119, 0.1844750), (188, 0.5028865), (255, 1.0)]

# CIELAB (D65) of sRGB colours: B. Lindbloom's calculator.
LAB = [
    ("#ffffff", 100.0, 0.0, 0.0),
    ("#000000", 0.0, 0.0, 0.0),
    ("#777777", 50.03, 0.0, 0.0),
    ("#ff0000", 53.24, 80.09, 67.20),
    ("#00ff00", 87.73, -86.18, 83.18),
    ("#0000ff", 32.30, 79.19, -107.86),
    ("#ffff00", 97.14, -21.55, 94.48),
]

# Monk skin tone swatches (CC BY 4.0): L*, a*, b* and individual typology angle.
MONK = [
    ("#f6ede4", 94.21, 1.50, 5.43, 83.0),
    ("#f3e7db", 92.27, 2.06, 7.29, 80.2),
    ("#f7ead0", 93.09, 0.22, 14.22, 71.7),
    ("#eadaba", 87.57, 0.46, 17.76, 64.7),
    ("#d7bd96", 77.90, 3.47, 23.14, 50.3),
    ("#a07e56", 55.14, 7.78, 26.75, 10.9),
    ("#825c43", 42.47, 12.33, 20.54, -20.1),
    ("#604134", 30.68, 11.67, 13.34, -55.4),
    ("#3a312a", 21.07, 2.69, 5.97, -78.3),
    ("#292420", 14.61, 1.48, 3.53, -84.3),
]

# Chromaticity of black bodies: CIE 15 (2856 K is illuminant A); Wyszecki and Stiles, "Color Science", table 1(3.11).
# The spline that is used keeps within 0.001 of the locus.
PLANCK = [(2000, 0.5267, 0.4133), (2856, 0.4476, 0.4074), (4000, 0.3805, 0.3768), (6500, 0.3135, 0.3237)]
PLANCK += [(10000, 0.2807, 0.2884)]

unit = st.floats(0, 1, width=32)


def of_hex(code: str) -> Tensor:
    """Linear light ``(1, 3)`` of ``#rrggbb``."""
    return decode(torch.tensor([list(bytes.fromhex(code[1:]))], dtype=torch.uint8))


@pytest.mark.parametrize(("byte", "linear"), TRANSFER)
def test_transfer_curve_is_the_published_one(byte: int, linear: float) -> None:
    encoded = torch.tensor([byte / 255], dtype=torch.float64)
    assert float(srgb_to_linear(encoded)) == pytest.approx(linear, abs=1e-6)
    assert float(linear_to_srgb(torch.tensor([linear], dtype=torch.float64))) == pytest.approx(byte / 255, abs=1e-5)
    assert float(decode(torch.tensor([byte], dtype=torch.uint8))) == pytest.approx(linear, abs=1e-6)


@settings(deadline=None)
@given(unit)
def test_transfer_curve_round_trip(value: float) -> None:
    x = torch.tensor([value], dtype=torch.float64)
    assert float(srgb_to_linear(linear_to_srgb(x))) == pytest.approx(value, abs=1e-6)


def test_every_byte_comes_back() -> None:
    every = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(encode(decode(every)), every)
    assert decode(every).dtype == torch.float32
    assert (decode(every).diff() > 0).all()


def test_encoding_rounds_to_the_nearest_byte() -> None:
    """A threshold between two bytes may be off by 1/40 of a byte, no more."""
    linear = torch.linspace(0, 1, 200_001, dtype=torch.float64)
    off = (encode(linear.float()).double() - linear_to_srgb(linear) * 255).abs()
    assert float(off.max()) <= 0.5 + 1 / 40


def test_encoding_clips() -> None:
    assert encode(torch.tensor([-3.0, -1e-4, 1.0001, 40.0])).tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize(("code", "lightness", "a", "b"), LAB)
def test_lab_of_known_colours(code: str, lightness: float, a: float, b: float) -> None:
    assert linear_to_lab(of_hex(code))[0].tolist() == pytest.approx([lightness, a, b], abs=0.02)


@pytest.mark.parametrize(("code", "lightness", "a", "b", "angle"), MONK)
def test_monk_swatches(code: str, lightness: float, a: float, b: float, angle: float) -> None:
    lab = linear_to_lab(of_hex(code))
    assert lab[0].tolist() == pytest.approx([lightness, a, b], abs=0.02)
    assert float(ita(lab)) == pytest.approx(angle, abs=0.1)
    assert float(hue_angle(lab)) == pytest.approx(math.degrees(math.atan2(b, a)), abs=0.6)


@settings(deadline=None)
@given(st.lists(unit, min_size=3, max_size=3))
def test_lab_round_trip(rgb: list[float]) -> None:
    linear = torch.tensor([rgb], dtype=torch.float64)
    assert lab_to_linear(linear_to_lab(linear))[0].tolist() == pytest.approx(rgb, abs=1e-6)


def test_lab_takes_pictures_and_rows_alike() -> None:
    picture = decode(torch.arange(2 * 3 * 4 * 5).remainder(251).to(torch.uint8)).reshape(2, 3, 4, 5)
    lab = linear_to_lab(picture)
    assert lab.shape == picture.shape
    assert torch.allclose(lab[1, :, 2, 3], linear_to_lab(picture[1:, :, 2, 3])[0], atol=1e-4)
    assert torch.allclose(lab_to_linear(lab), picture, atol=1e-5)


def test_luminance_weighs_as_published() -> None:
    primaries = torch.eye(3)
    assert luminance(primaries)[:, 0].tolist() == pytest.approx([0.2126, 0.7152, 0.0722], abs=1e-4)
    assert float(luminance(torch.ones(1, 3, 2, 2))[0, 0, 1, 1]) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("kelvin", "x", "y"), PLANCK)
def test_black_body_lies_where_published(kelvin: float, x: float, y: float) -> None:
    xyz = planckian_white(torch.tensor([kelvin]))[0]
    assert float(xyz[1]) == 1.0
    assert (xyz[:2] / xyz.sum()).tolist() == pytest.approx([x, y], abs=1e-3)


def test_a_light_of_the_camera_s_own_white_is_exactly_white() -> None:
    assert light_colour(torch.tensor([6504.0])).tolist() == [[1.0, 1.0, 1.0]]
    assert light_colour(torch.tensor([3200.0]), neutral=3200.0).tolist() == [[1.0, 1.0, 1.0]]
    nearly = light_colour(torch.tensor([6503.0]))
    assert torch.allclose(nearly, torch.ones(1, 3), atol=1e-3), "no jump at the neutral light"


@settings(deadline=None)
@given(st.floats(1700, 20000))
def test_coloured_light_has_luminance_one(kelvin: float) -> None:
    tint = light_colour(torch.tensor([kelvin], dtype=torch.float64))
    assert float(luminance(tint)) == pytest.approx(1.0, abs=1e-6)
    assert (tint >= 0).all()


def test_warm_light_is_red_and_cool_light_is_blue() -> None:
    tint = light_colour(torch.tensor([2500.0, 4000.0, 6504.0, 9000.0, 15000.0]))
    ratio = tint[:, 0] / tint[:, 2]
    assert (ratio.diff() < 0).all()
    a = light_colour(torch.tensor([2856.0], dtype=torch.float64))[0]
    assert float(a[0] / a[2]) == pytest.approx(ratio_of_illuminant_a(), rel=0.03)


def ratio_of_illuminant_a() -> float:
    """Red over blue of illuminant A (CIE 15: XYZ 1.0985, 1, 0.3558) in linear sRGB, straight from the matrix's inverse.

    A camera balanced for a 6504 K black body sees it a hair warmer than one balanced for D65 does.
    """
    x, y, z = 1.0985, 1.0, 0.3558
    red = 3.2404542 * x - 1.5371385 * y - 0.4985314 * z
    blue = 0.0556434 * x - 0.2040259 * y + 1.0572252 * z
    return red / blue


def test_mired_shift() -> None:
    assert mired_shift(5000.0, torch.tensor([0.0, 50.0, -50.0])).tolist() == pytest.approx([5000, 4000, 1e6 / 150])
    assert float(mired_shift(6504.0, torch.tensor([-1000.0]))) == pytest.approx(25000)
