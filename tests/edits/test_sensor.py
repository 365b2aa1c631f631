from __future__ import annotations

import io
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image

from faceaug.data.photos import Photo
from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.image.color import decode, luminance
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.capture import disc_kernel, streak_kernel
from tests.portraits import Pixels, collins, hopper, pixels_of

CLEAN: dict[str, Any] = {"iso": 0.0, "quality": 100.0}

# T. Brooks et al., "Unprocessing images for learned raw denoising" (CVPR 2019): shot noise from 1e-4 at the lowest to
# 0.012 at the highest gain, and read noise with log(read) = 2.18 log(shot) + 1.20.
GAINS = [(100.0, 1e-4), (12800.0, 0.012), (math.sqrt(100 * 12800.0), math.sqrt(1e-4 * 0.012))]


def taken(face: Decomposition, **given: Any) -> Pixels:
    return render(get_edit("sensor")(Scene.of(face), **{**CLEAN, **given})).pixels[0]


def showing(pixels: Pixels) -> Decomposition:
    """The portrait's head, in front of a camera that sees only these pixels."""
    face = collins()
    photo = Photo.from_array(pixels)
    left, top = face.corners[0]
    height, width = face.size[1]
    part = torch.from_numpy(pixels[top : top + height, left : left + width].copy())
    return replace(face, photos=(photo,), linear=decode(part).permute(2, 0, 1)[None].contiguous())


def flat(level: float) -> Pixels:
    """An even grey of a linear light."""
    byte = round(255 * (1.055 * level ** (1 / 2.4) - 0.055))
    return np.full((512, 512, 3), byte, np.uint8)


def linear(pixels: Pixels) -> npt.NDArray[np.float64]:
    return decode(torch.from_numpy(pixels.copy())).double().numpy()


def moments(kernel: torch.Tensor) -> npt.NDArray[np.float64]:
    """Second moments ``(2, 2)`` of a kernel about its middle: (right, down)."""
    side = np.arange(kernel.shape[0]) - kernel.shape[0] // 2
    weight = kernel.double().numpy()
    x, y = np.meshgrid(side, side)
    assert abs((weight * x).sum()) < 1e-6, "no shift"
    assert abs((weight * y).sum()) < 1e-6
    return np.array([[(weight * a * b).sum() for a in (x, y)] for b in (x, y)])


@pytest.mark.parametrize("diameter", [3.0, 5.0, 9.5, 20.0])
def test_a_defocused_point_is_a_disc(diameter: float) -> None:
    """The second moment of a disc is d^2 / 16 along each axis; a pixel adds a twelfth."""
    kernel = disc_kernel(diameter)
    assert kernel is not None
    assert float(kernel.sum()) == pytest.approx(1, abs=1e-5)
    assert torch.allclose(kernel, kernel.T)
    assert torch.allclose(kernel, kernel.flip(0))
    found = moments(kernel)
    assert found[0, 0] == pytest.approx(diameter**2 / 16 + 1 / 12, rel=0.12)
    assert abs(found[0, 1]) < 1e-6
    middle = kernel.shape[0] // 2
    assert float(kernel[middle, middle]) == pytest.approx(1 / (math.pi * diameter**2 / 4), rel=0.1)


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 135.0, -60.0])
@pytest.mark.parametrize("length", [3.0, 12.0, 25.0])
def test_a_moving_point_is_a_streak(length: float, angle: float) -> None:
    """Along its direction its variance is l^2 / 12, across it nearly none."""
    kernel = streak_kernel(length, angle)
    assert kernel is not None
    assert float(kernel.sum()) == pytest.approx(1, abs=1e-5)
    found = moments(kernel)
    along = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    across = np.array([-along[1], along[0]])
    assert along @ found @ along == pytest.approx(length**2 / 12, rel=0.12, abs=0.35)
    assert across @ found @ across < 0.35


@pytest.mark.parametrize("tiny", [0.0, 0.2])
def test_no_blur_has_no_kernel(tiny: float) -> None:
    assert disc_kernel(tiny) is None
    assert streak_kernel(tiny, 30.0) is None


def test_blur_is_in_millimetres() -> None:
    """The disc on the face has the diameter asked for, whatever the picture's scale."""
    pixels = np.zeros((512, 512, 3), np.uint8)
    pixels[256, 256] = 255
    face = showing(pixels)
    seen = linear(taken(face, defocus=12.0))[..., 0]
    across = np.flatnonzero(seen[256] > 0)
    assert len(across) == pytest.approx(12 * float(face.pose.scale), abs=2)
    streak = linear(taken(face, motion=25.0, motion_angle=90.0))[..., 0]
    rows, columns = np.nonzero(streak > 0)
    assert np.ptp(rows) == pytest.approx(25 * float(face.pose.scale), abs=2)
    assert np.ptp(columns) <= 2


LARGE = 4.0
"""Pixels a millimetre, more than those from which on a picture is not taken for a reduced one."""


@cache
def grain_at(iso: float, level: float, scale: float = LARGE) -> npt.NDArray[np.float64]:
    """What was added to an even wall ``(512, 512, 3)`` by a camera that shows faces at a scale, linear light."""
    face = showing(flat(level))
    face = replace(face, pose=replace(face.pose, scale=torch.full((1,), scale)))
    return linear(taken(face, iso=iso)) - linear(face.photos[0].pixels)


def rounding(level: float) -> float:
    """Variance that 8 bits add."""
    steps = linear(np.arange(256, dtype=np.uint8))
    return float(np.diff(steps)[int(np.searchsorted(steps, level))] ** 2 / 12)


def light_of(grain: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(grain @ (0.2126729, 0.7151522, 0.0721750))


def near(grain: npt.NDArray[np.float64]) -> float:
    """Correlation of neighbours."""
    return float((grain[:, 1:] * grain[:, :-1]).mean() / grain.var())


@pytest.mark.parametrize("level", [0.15, 0.4])
def test_noise_grows_with_the_gain_as_that_of_photons_and_reading(level: float) -> None:
    raw, found = [], []
    for iso, shot in GAINS[1:]:
        raw.append(level * shot + math.exp(2.18 * math.log(shot) + 1.20))
        found.append(float(grain_at(iso, level).var()) - rounding(level))
    assert found[0] / found[1] == pytest.approx(raw[0] / raw[1], rel=0.1)
    assert 0.08 < found[0] / raw[0] < 0.35, "the camera's own denoising leaves a part"


def test_denoising_leaves_less_in_bright_light() -> None:
    kept = [float(light_of(grain_at(3200.0, level)).var()) / level for level in (0.05, 0.3, 0.8)]
    assert kept[0] > 1.2 * kept[1] > 1.2 * 1.2 * kept[2]


def test_grain_is_shared_by_neighbours_and_its_colour_is_coarse_and_pale() -> None:
    """Demosaicing smears it: taps .22, .56, .22 leave a correlation of 0.58 between neighbours."""
    taps = np.array([0.22, 0.56, 0.22])
    expected = (taps[:-1] * taps[1:]).sum() / (taps**2).sum()
    grain = grain_at(6400.0, 0.4)
    light = light_of(grain)
    assert near(light) == pytest.approx(expected, abs=0.03)
    for channel in range(3):
        colour = grain[..., channel] - light
        assert near(colour) > 0.8
        assert colour.std() < 0.6 * light.std()


def test_a_small_picture_has_finer_grain_as_one_that_was_reduced() -> None:
    whole, half, same = (light_of(grain_at(6400.0, 0.3, scale)).std() for scale in (2.0, 1.0, LARGE))
    assert half == pytest.approx(whole / 2, rel=0.03)
    assert same == pytest.approx(whole, rel=1e-6)


def test_bright_and_noisy_is_noisier() -> None:
    assert grain_at(1600.0, 0.6).var() > grain_at(1600.0, 0.15).var() > grain_at(400.0, 0.15).var()


def test_noise_does_not_change_the_brightness() -> None:
    face = showing(flat(0.3))
    assert linear(taken(face, iso=3200.0)).mean() == pytest.approx(linear(face.photos[0].pixels).mean(), rel=0.01)


def gains(face: Decomposition, **given: Any) -> npt.NDArray[np.float64]:
    return np.asarray(linear(taken(face, **given)).mean(axis=(0, 1)) / linear(face.photos[0].pixels).mean(axis=(0, 1)))


def test_white_balance_errors_have_their_colours() -> None:
    face = showing(flat(0.3))
    warm, cool = gains(face, temperature=60.0), gains(face, temperature=-60.0)
    assert warm[0] > 1 > warm[2]
    assert cool[0] < 1 < cool[2]
    magenta, green = gains(face, tint=0.4), gains(face, tint=-0.4)
    assert magenta[1] < 1 < magenta[0]
    assert magenta[0] == pytest.approx(magenta[2], rel=0.02)
    assert green[1] > 1 > green[0]
    assert magenta[0] / magenta[1] == pytest.approx(2**0.4, rel=0.03), "stops"
    for found in (warm, cool, magenta, green):
        grey = float(luminance(torch.from_numpy(found)[None, :, None])[0, 0, 0])
        assert grey == pytest.approx(1, abs=0.03), "a grey keeps its luminance"


def test_resolution_is_lost() -> None:
    """Stripes of one pixel vanish at half the pixels, a slope stays."""
    pixels = flat(0.2)
    pixels[:, ::2] = 200
    seen = taken(showing(pixels), resolution=0.5)
    assert seen.shape == pixels.shape
    assert seen[20:-20, 20:-20].std() < 6
    slope = np.repeat(np.linspace(20, 235, 512).astype(np.uint8)[None, :, None], 512, axis=0).repeat(3, axis=2)
    kept = taken(showing(slope), resolution=0.5)
    assert np.abs(kept.astype(int) - slope)[:, 8:-8].max() <= 3
    face = hopper()
    sharp = [np.abs(np.diff(taken(face, resolution=r).astype(int), axis=1)).mean() for r in (1.0, 0.6, 0.3, 0.1)]
    assert sharp == sorted(sharp, reverse=True)


def test_quality_is_that_of_the_codec() -> None:
    """The same loss as a JPEG file of that quality, and more of it the lower the quality."""
    face = hopper()
    own = face.photos[0].pixels
    losses = []
    for quality in (95, 75, 40, 10):
        buffer = io.BytesIO()
        Image.fromarray(own).save(buffer, "JPEG", quality=quality)
        reference = np.asarray(Image.open(buffer)).astype(float)
        loss = float(((taken(face, quality=float(quality)).astype(float) - own) ** 2).mean())
        assert loss == pytest.approx(float(((reference - own) ** 2).mean()), rel=0.35)
        losses.append(loss)
    assert losses == sorted(losses)


def test_a_perfect_camera_keeps_every_bit() -> None:
    for face in (collins(), hopper()):
        assert np.array_equal(taken(face), face.photos[0].pixels)
        rendering = render(get_edit("sensor")(Scene.of(face), **CLEAN))
        assert rendering.source_types == (None,)


def test_the_camera_sees_the_background_too() -> None:
    pixels = taken(collins(), iso=3200.0)
    changed = (pixels != pixels_of("eileen_collins.png")).any(axis=2)
    assert changed[:, :40].mean() > 0.8
    assert changed[:, -40:].mean() > 0.8


def test_noise_belongs_to_seed_and_variant() -> None:
    def drawn(seed: int, variant: int) -> Pixels:
        return render(
            get_edit("sensor")(Scene.of(collins(), seed=seed, variants=(variant,)), iso=800.0, quality=100.0)
        ).pixels[0]

    assert np.array_equal(drawn(1, 0), drawn(1, 0))
    assert not np.array_equal(drawn(1, 0), drawn(2, 0))
    assert not np.array_equal(drawn(1, 0), drawn(1, 1))


def test_exposure_is_in_stops_and_comes_before_the_noise() -> None:
    face = collins()
    own = decode(torch.from_numpy(face.photos[0].pixels.copy())).numpy()
    dim = decode(torch.from_numpy(taken(face, exposure=-2.0))).numpy()
    chosen = own > 0.05
    assert float(np.median(dim[chosen] / own[chosen])) == pytest.approx(0.25, rel=0.02)
    grain = taken(face, iso=3200.0, exposure=-2.0).astype(float) - taken(face, exposure=-2.0)
    plain = taken(face, iso=3200.0).astype(float) - face.photos[0].pixels
    assert grain.std() > plain.std(), "in low light the same gain shows more noise"
