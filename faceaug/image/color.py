"""Colour: the only place, besides the photo door, where sRGB, linear light, CIELAB and colour temperature meet."""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

from faceaug.image import planes

# IEC 61966-2-1 (sRGB): breakpoints and exponents of the transfer curve.
_SRGB_LINEAR_BELOW = 0.04045
_SRGB_ENCODED_BELOW = 0.0031308

_CPU = torch.device("cpu")

Rows = tuple[tuple[float, ...], ...]
"""A matrix, row by row."""

# Linear sRGB to CIE XYZ, D65 white (IEC 61966-2-1).
_RGB_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_D65 = (0.95047, 1.0, 1.08883)

# Where CIELAB's curve turns into its tangent, in the curve's own values (CIE 15:2004).
_LAB_BEND = 6 / 29

# Bradford cone response (ICC.1:2010, annex E).
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))

# Steps of the encoding table: fine enough that a threshold between two bytes is off by at most 1/40 of a byte.
_TABLE = 65535


def srgb_to_linear(encoded: Tensor) -> Tensor:
    """Decode sRGB in 0..1 (any shape, float) to linear light in 0..1."""
    return torch.where(encoded <= _SRGB_LINEAR_BELOW, encoded / 12.92, ((encoded.clamp(min=0) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: Tensor) -> Tensor:
    """Encode linear light in 0..1 (any shape, float) as sRGB in 0..1."""
    return torch.where(
        linear <= _SRGB_ENCODED_BELOW, linear * 12.92, 1.055 * linear.clamp(min=1e-9) ** (1 / 2.4) - 0.055
    )


@cache
def _decode_table(device: str) -> Tensor:
    return srgb_to_linear(torch.arange(256, dtype=torch.float64) / 255).to(torch.float32).to(device)


@cache
def _encode_table(device: str) -> Tensor:
    exact = linear_to_srgb(torch.arange(_TABLE + 1, dtype=torch.float64) / _TABLE)
    return (exact * 255).round().to(torch.uint8).to(device)


def decode(pixels: Tensor) -> Tensor:
    """Decode sRGB bytes (uint8, any shape) to linear light, float32 in 0..1; `encode` takes them back exactly."""
    if pixels.is_cpu and pixels.numel() and pixels.is_contiguous():
        return planes.by_byte(pixels, _decode_table("cpu"))
    index = pixels.to(torch.int32).reshape(-1)
    return _decode_table(str(pixels.device)).index_select(0, index).reshape(pixels.shape)


def encode(linear: Tensor) -> Tensor:
    """Quantise linear light (float, any shape, clipped to 0..1) to sRGB bytes, rounding to the nearest."""
    if planes.WIDE_TABLES and linear.is_cpu and linear.dtype == torch.float32 and linear.numel():
        return planes.by_step(linear.contiguous(), _encode_table("cpu"))
    index = (linear * _TABLE + 0.5).clamp_(0, _TABLE).to(torch.int32)
    return _encode_table(str(linear.device)).index_select(0, index.reshape(-1)).reshape(linear.shape)


def luminance(linear: Tensor) -> Tensor:
    """Return relative luminance ``(B, 1, ...)`` of linear sRGB ``(B, 3, ...)``, 0..1."""
    red, green, blue = _RGB_TO_XYZ[1]
    return (linear[:, :1] * red).add_(linear[:, 1:2], alpha=green).add_(linear[:, 2:3], alpha=blue)


@cache
def _constant(rows: Rows | tuple[float, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """Numbers as a tensor, made once; it must not be changed."""
    return torch.tensor(rows, dtype=dtype, device=device)


@cache
def _inverse(rows: Rows, dtype: torch.dtype, device: torch.device) -> Tensor:
    """The inverse of a matrix, worked out once in double precision; it must not be changed."""
    inverse: Tensor = torch.linalg.inv(torch.tensor(rows, dtype=dtype, device=device).double())
    return inverse.to(dtype)


def linear_to_lab(linear: Tensor) -> Tensor:
    """Return CIELAB ``(B, 3, ...)`` (D65; L* 0..100) of linear sRGB ``(B, 3, ...)``.

    Source:
        CIE 15:2004, section 8.2.1.
    """
    ratio = _mixed(linear, _to_ratio(linear.dtype, linear.device))
    # A cube root from there on, below it its tangent: the sum of both parts, as choosing between them takes longer; and
    # a logarithm's third, as a power takes five times as long.
    f = ratio.clamp(min=_LAB_BEND**3).log_().mul_(1 / 3).exp_()
    f.add_(ratio.clamp_(max=_LAB_BEND**3).sub_(_LAB_BEND**3), alpha=1 / (3 * _LAB_BEND**2))
    x, y, z = f.unbind(dim=1)
    lab = torch.empty_like(f)
    torch.mul(y, 116, out=lab[:, 0]).sub_(16)
    torch.sub(x, y, out=lab[:, 1]).mul_(500)
    torch.sub(y, z, out=lab[:, 2]).mul_(200)
    return lab


def lab_to_linear(lab: Tensor) -> Tensor:
    """Return linear sRGB ``(B, 3, ...)`` (not clipped) of CIELAB ``(B, 3, ...)``; inverse of `linear_to_lab`."""
    lightness, a, b = lab.unbind(dim=1)
    f = torch.empty_like(lab)
    torch.add(lightness, 16, out=f[:, 1]).div_(116)
    torch.add(f[:, 1], a, alpha=1 / 500, out=f[:, 0])
    torch.sub(f[:, 1], b, alpha=1 / 200, out=f[:, 2])
    ratio = f.clamp(min=_LAB_BEND).pow_(3)
    ratio.add_(f.clamp_(max=_LAB_BEND).sub_(_LAB_BEND), alpha=3 * _LAB_BEND**2)
    return _mixed(ratio, _from_ratio(lab.dtype, lab.device))


def _mixed(colour: Tensor, matrix: Tensor) -> Tensor:
    """Colours ``(B, 3, ...)`` times a matrix ``(3, 3)``."""
    if colour.ndim == 2:
        return colour @ matrix.T
    return torch.bmm(matrix.expand(len(colour), 3, 3), colour.flatten(2)).reshape(colour.shape)


@cache
def _to_ratio(dtype: torch.dtype, device: torch.device) -> Tensor:
    """The matrix from linear sRGB to CIE XYZ over the white's; not to be changed."""
    return (_constant(_RGB_TO_XYZ, dtype, device).double() / _constant(_D65, dtype, device).double()[:, None]).to(dtype)


@cache
def _from_ratio(dtype: torch.dtype, device: torch.device) -> Tensor:
    """The matrix from CIE XYZ over the white's to linear sRGB; not to be changed."""
    return (_inverse(_RGB_TO_XYZ, torch.float64, device) * _constant(_D65, torch.float64, device)).to(dtype)


def ita(lab: Tensor) -> Tensor:
    """Return the individual typology angle ``(B, ...)`` in degrees of CIELAB ``(B, 3, ...)``.

    Source:
        A. Chardon et al., "Skin colour typology and suntanning pathways", Int. J. Cosmet. Sci. 13 (1991).
    """
    return torch.rad2deg(torch.atan2(lab[:, 0] - 50, lab[:, 2]))


def planckian_white(kelvin: Tensor) -> Tensor:
    """Return CIE XYZ (Y = 1) ``(B, 3)`` of a black body at ``kelvin`` ``(B,)``, 1667..25000 K.

    Source:
        B. Kim et al., cubic spline of the Planckian locus, US patent 7024034 (2006).
    """
    whites = [_planckian(min(max(t, 1667.0), 25000.0)) for t in kelvin.double().tolist()]
    return torch.tensor(whites, dtype=torch.float64, device=kelvin.device)


def _planckian(t: float) -> tuple[float, float, float]:
    """CIE XYZ of a black body at so many kelvin, as `planckian_white` tells."""
    if t <= 4000:
        x = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.179910
    else:
        x = -3.0258469e9 / t**3 + 2.1070379e6 / t**2 + 0.2226347e3 / t + 0.240390
    if t <= 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif t <= 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    return x / y, 1.0, (1 - x - y) / y


def light_colour(kelvin: Tensor, neutral: float = 6504.0) -> Tensor:
    """Return the linear sRGB tint ``(B, 3)`` of a light of ``kelvin`` seen by a camera balanced for ``neutral`` kelvin.

    The tint has luminance 1. At ``neutral`` it is exactly (1, 1, 1).
    """
    shifted = _cones_to_xyz(_xyz_to_cones(planckian_white(kelvin.cpu())) * _balance(neutral))
    rgb = (shifted @ _inverse(_RGB_TO_XYZ, torch.float64, _CPU).T).clamp(min=0.0)
    weights = _constant(_RGB_TO_XYZ[1], torch.float64, _CPU)
    tint = (rgb / (rgb @ weights)[:, None]).to(kelvin)
    return torch.where((kelvin == neutral)[:, None], torch.ones_like(tint), tint)


@cache
def _balance(neutral: float) -> Tensor:
    """What a camera that shows ``neutral`` kelvin as D65 does to each cone's response ``(1, 3)``."""
    reference = planckian_white(torch.tensor([neutral], dtype=torch.float64))
    return _xyz_to_cones(_constant(_D65, torch.float64, _CPU)[None]) / _xyz_to_cones(reference)


def mired_shift(kelvin: float, mired: Tensor) -> Tensor:
    """Return the temperature ``(B,)`` that lies ``mired`` (reciprocal megakelvin) away from ``kelvin``."""
    return 1e6 / (1e6 / kelvin + mired).clamp(min=1e6 / 25000)


def _xyz_to_cones(xyz: Tensor) -> Tensor:
    return torch.matmul(xyz, _constant(_BRADFORD, torch.float64, _CPU).T)


def _cones_to_xyz(cones: Tensor) -> Tensor:
    return torch.matmul(cones, _inverse(_BRADFORD, torch.float64, _CPU).T)


def hue_angle(lab: Tensor) -> Tensor:
    """Return the CIELAB hue angle ``(B, ...)`` in degrees, -180..180."""
    return torch.atan2(lab[:, 2], lab[:, 1]) * (180 / math.pi)


def hue_difference(lab: Tensor, other: Tensor) -> Tensor:
    """By how much the hue of CIELAB ``(B, 3, ...)`` is ahead of that of ``other``, radians ``(B, ...)``, -pi..pi.

    More is yellower, among the colours of skin.
    """
    off = torch.atan2(lab[:, 2], lab[:, 1]) - torch.atan2(other[:, 2], other[:, 1])
    return torch.remainder(off + math.pi, 2 * math.pi) - math.pi


def correlated_temperature(linear: Tensor) -> Tensor:
    """Return the correlated colour temperature ``(B,)`` in kelvin, 1667..25000, of light of linear sRGB ``(B, 3)``.

    White is 6504 K.

    Source:
        C. McCamy, "Correlated color temperature as an explicit function of chromaticity coordinates", Color Res. Appl.
        17 (1992).
    """
    xyz = linear.double() @ torch.tensor(_RGB_TO_XYZ, dtype=torch.float64, device=linear.device).T
    x, y = (xyz[:, k] / xyz.sum(dim=1) for k in (0, 1))
    n = (x - 0.3320) / (0.1858 - y)
    return (((449 * n + 3525) * n + 6823.3) * n + 5520.33).clamp(1667, 25000)
