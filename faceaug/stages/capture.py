"""Stage: the camera between the light and the file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.color import encode, light_colour, luminance, mired_shift
from faceaug.image.filter import enlarge, gaussian, separable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from faceaug.channels import Sensor
    from faceaug.image.noise import Noise
    from faceaug.scene import Scene

# Shot noise (variance per unit of linear light) at ISO 100 and 12800, and the read noise that goes with it:
# T. Brooks et al., "Unprocessing images for learned raw denoising", CVPR 2019, eq. 1-2 and their published code.
_SHOT_LOW, _SHOT_HIGH, _ISO_LOW, _ISO_HIGH = 1e-4, 0.012, 100.0, 12800.0
_READ_SLOPE, _READ_OFFSET = 2.18, 1.20
# Demosaicing shares noise between neighbours: taps of a 3 x 3 binomial-like kernel, scaled back to unit variance.
_SHARED = (0.22, 0.56, 0.22)
# What a camera's own denoising leaves: of the grain in light so large a share in the dark, and as much less in white
# light, for eyes see grain in even bright walls first; and of that in colour such a share, blurred by so many pixels,
# since cameras smooth colour far more than light (by comparison with photographs of small cameras at ISO 400 to 3200).
_LIGHT_LEFT, _LESS_IN_WHITE, _COLOUR_LEFT, _COLOUR_BLUR = 0.47, 0.45, 0.80, 2.0
# Such cameras show a face with this many pixels a millimetre at least; a picture of fewer has been reduced, and grain
# with it, as the mean of so many pixels.
_USUAL_SCALE = 2.0
# Blurs shorter than this many pixels cannot be seen.
_LEAST_BLUR = 0.3
# From this quality on, no codec is run.
_NO_CODEC = 99.5


def capture(linear: Tensor, scene: Scene) -> tuple[NDArray[np.uint8], ...]:
    """Send whole photographs through the camera asked for: optics, white balance, sampling, noise, codec.

    Args:
        linear: ``(B, 3, H, W)``, linear sRGB.
        scene: Its ``sensor`` channel is used; its pose gives millimetres.

    Returns:
        One uint8 sRGB picture ``(H, W, 3)`` a row, of the photographs' size.
    """
    sensor = scene.sensor
    if sensor is None:
        msg = "the scene asks for no sensor"
        raise ValueError(msg)
    # Row by row: kernels and resolutions differ, and a batch must equal its rows to the bit.
    return tuple(_one(linear[row : row + 1], sensor, row, scene) for row in range(len(scene)))


def _one(linear: Tensor, sensor: Sensor, row: int, scene: Scene) -> NDArray[np.uint8]:
    scale = float(scene.source.pose.scale[row])
    size = (linear.shape[-2], linear.shape[-1])
    seen = _filtered(linear, disc_kernel(float(sensor.defocus[row]) * scale))
    seen = _filtered(seen, streak_kernel(float(sensor.motion[row]) * scale, float(sensor.motion_angle[row])))
    seen = _balanced(seen, sensor.temperature[row : row + 1], sensor.tint[row : row + 1])
    if float(sensor.exposure[row]) != 0:
        seen = seen * 2.0 ** float(sensor.exposure[row])
    share = float(sensor.resolution[row])
    small = (max(8, round(size[0] * share)), max(8, round(size[1] * share)))
    if small != size:
        seen = F.interpolate(seen, small, mode="bicubic", align_corners=False, antialias=True)
    if float(sensor.gain[row]) > 0:
        seen = seen + _sensor_noise(seen, sensor, row, min(scale / _USUAL_SCALE, 1.0))
    pixels = encode(seen.clamp(0, 1))[0].permute(1, 2, 0).cpu().numpy()
    pixels = _through_codec(pixels, float(sensor.quality[row]))
    if small == size:
        return pixels
    return _enlarged(pixels, size)


def disc_kernel(diameter: float) -> Tensor | None:
    """Return the anti-aliased disc ``(k, k)`` of a defocused point, ``diameter`` in pixels; None when it is a point."""
    if diameter < _LEAST_BLUR:
        return None
    radius = math.ceil(diameter / 2 + 0.5)
    steps = 8
    fine = (torch.arange((2 * radius + 1) * steps, dtype=torch.float64) + 0.5) / steps - radius - 0.5
    inside = (fine[:, None] ** 2 + fine[None, :] ** 2 <= max(diameter / 2, 0.5 / steps) ** 2).double()
    kernel = F.avg_pool2d(inside[None, None], steps)[0, 0]
    return (kernel / kernel.sum()).float()


def streak_kernel(length: float, angle: float) -> Tensor | None:
    """Return the anti-aliased streak ``(k, k)`` of a moving point, in pixels and degrees; None when it is still."""
    if length < _LEAST_BLUR:
        return None
    radius = math.ceil(length / 2 + 0.5)
    along = torch.linspace(-length / 2, length / 2, max(3, int(length * 8)), dtype=torch.float64)
    x, y = along * math.cos(math.radians(angle)) + radius, along * math.sin(math.radians(angle)) + radius
    kernel = torch.zeros((2 * radius + 1) ** 2, dtype=torch.float64)
    left, top = x.floor(), y.floor()
    for dx in (0, 1):
        for dy in (0, 1):
            weight = (1 - (x - left - dx).abs()) * (1 - (y - top - dy).abs())
            index = ((top + dy).clamp(0, 2 * radius) * (2 * radius + 1) + (left + dx).clamp(0, 2 * radius)).long()
            kernel.index_add_(0, index, weight)
    return (kernel / kernel.sum()).float().reshape(2 * radius + 1, -1)


def _filtered(x: Tensor, kernel: Tensor | None) -> Tensor:
    if kernel is None:
        return x
    radius = kernel.shape[0] // 2
    planes = F.pad(x.transpose(0, 1), (radius,) * 4, mode="replicate")
    return F.conv2d(planes, kernel.to(x)[None, None]).transpose(0, 1)


def _balanced(x: Tensor, mired: Tensor, tint: Tensor) -> Tensor:
    """Shift white balance: ``mired`` along the Planckian locus, ``tint`` across it; luminance of grey is kept."""
    if float(mired) == 0 and float(tint) == 0:
        return x
    colour = light_colour(mired_shift(6504.0, mired.double().cpu()))
    green = torch.tensor([[1.0, 0.0, 1.0]], dtype=torch.float64) * tint.double().cpu()[:, None]
    gains = colour * torch.exp2(green - tint.double().cpu()[:, None] * 0.5)
    gains = gains / luminance(gains[:, :, None, None])[:, :, 0, 0]
    return x * gains.to(x)[:, :, None, None]


def _sensor_noise(x: Tensor, sensor: Sensor, row: int, reduced: float) -> Tensor:
    """Photon and read noise ``(1, 3, H, W)`` of linear light ``x`` at the row's ISO; ``reduced`` shrinks it."""
    iso = float(sensor.gain[row])
    power = math.log(_SHOT_HIGH / _SHOT_LOW) / math.log(_ISO_HIGH / _ISO_LOW)
    shot = _SHOT_LOW * (iso / _ISO_LOW) ** power
    read = math.exp(_READ_SLOPE * math.log(shot) + _READ_OFFSET)
    grain = _denoised(sensor.noise.row(row), x, reduced)
    return grain * _left(x) * torch.sqrt(x.clamp(min=0) * shot + read)


def _denoised(noise: Noise, like: Tensor, reduced: float) -> Tensor:
    """Even noise ``(1, 3, H, W)`` as cameras leave it, of photons of unit variance: pale, and coarse in its colour."""
    size = (like.shape[-2], like.shape[-1])
    taps = torch.tensor(_SHARED)
    light = separable(noise.normal_grid("grain", (1, *size), like.device), taps) / float((taps**2).sum())
    colour = noise.normal_grid("colour", (3, -(-size[0] // 2), -(-size[1] // 2)), like.device)
    colour = gaussian(colour - luminance(colour), _COLOUR_BLUR * reduced / 2)
    return enlarge(colour, size, 2).mul_(_COLOUR_LEFT * reduced).add_(light, alpha=_LIGHT_LEFT * reduced)


def _left(x: Tensor) -> Tensor:
    """Share of the noise that is left in this light ``(1, 1, H, W)``, less the brighter."""
    return 1 - _LESS_IN_WHITE * torch.sqrt(luminance(x).clamp(0, 1))


def _through_codec(pixels: NDArray[np.uint8], quality: float) -> NDArray[np.uint8]:
    if quality > _NO_CODEC:
        return pixels
    from albumentations.augmentations.pixel.functional import image_compression

    return np.ascontiguousarray(image_compression(np.ascontiguousarray(pixels), round(quality), ".jpg"))


def _enlarged(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    x = torch.from_numpy(pixels).permute(2, 0, 1)[None].float()
    large = F.interpolate(x, size, mode="bicubic", align_corners=False)
    return large.round().clamp(0, 255).to(torch.uint8)[0].permute(1, 2, 0).contiguous().numpy()
