"""Freckles: small spots on the bare skin that are darker than what lies around them, as pigment makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from faceaug.image.filter import gaussian, largest
from faceaug.measure.reading import number, word

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

# Where freckles gather and neither beard nor brows nor the eyes' own creases are taken for them: cheeks and nose, mm of
# the mean face.
_WIDE, _LOW, _HIGH = 50.0, -46.0, -12.0
# A spot is what a blur of this many mm shows darker than one so many times as wide; two spots lie this far apart, mm.
_SPOT, _AROUND, _APART = 0.45, 1.8, 0.9
# How much darker it must be, optical density of green light, and how much of the sensor's noise lies under that.
_DEEP, _OVER_NOISE = 0.045, 2.5
# On 20 photographs of the London set the count ranks the freckled above the others in 0.7 of the pairs (0.5 is chance),
# since pores of dark skin count as well: that is told, but too little to be believed.
_FRECKLES_SURE = 0.25
# So much of the neighbourhood must be skin, and so much skin must there be, cm2.
_SKIN, _LEAST_AREA = 0.97, 4.0
# Spots a cm2 from which on skin is called freckled.
FRECKLED: Final = 1.9
# Below this many pixels a millimetre spots are smaller than a pixel.
_FINE, _FINEST = 1.0, 1.7


def measure_spots(face: Decomposition) -> dict[str, Value]:
    """Count dark spots on cheeks and nose (spots/cm2), and say whether these are freckles.

    Pores, stubble and rough light make spots as well, so only many of them are freckles; a small or noisy picture shows
    none. The reliability says how fine the picture is.
    """
    found, area = count_spots(face)
    if area < _LEAST_AREA:
        return {}
    scale, grain = float(face.pose.scale[0]), float(face.grain[0])
    fine = min(max((scale - _FINE) / (_FINEST - _FINE), 0.0), 1.0)
    quiet = 1.0 if grain < 2.0 else 2.0 / grain
    note = "the face is too small for spots to show" if fine < 0.5 else "noise hides spots" if quiet < 0.7 else ""
    density = found / area
    reliability = 0.7 * fine * quiet
    spread = 1.96 * max(found, 1) ** 0.5 / area
    kind = "present" if density >= FRECKLED else "none"
    return {
        "spots": number(density, reliability, spread=spread, note=note),
        "freckles": word(kind, min(reliability, _FRECKLES_SURE), note=note or "pores pass for freckles"),
    }


def count_spots(face: Decomposition) -> tuple[int, float]:
    """How many dark spots there are on how many cm2 of bare cheeks and nose."""
    x, y = face.surface.position[:, :1], face.surface.position[:, 1:2]
    where = (x.abs() < _WIDE) & (y > _LOW) & (y < _HIGH) & (face.surface.face > 0.9)
    rows, columns = (torch.nonzero(where[0, 0].any(dim=k)).flatten() for k in (1, 0))
    if not len(rows) or not len(columns):
        return 0, 0.0
    part = (..., slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    scale = float(face.pose.scale[0])
    density = -torch.log(face.linear[:, 1:2][part].clamp(min=2e-3))
    middle = max(_SPOT * scale, 0.6)
    deep = gaussian(density, middle) - gaussian(density, _AROUND * middle)
    skin = (gaussian(face.regions.skin[part], _APART * scale) > _SKIN) & where[part]
    if not bool(skin.any()):
        return 0, 0.0
    return int(_peaks(deep, skin, scale, float(face.grain[0]), density).sum()), float(skin.sum()) / scale**2 / 100


def _peaks(deep: Tensor, skin: Tensor, scale: float, grain: float, density: Tensor) -> Tensor:
    """Places at which ``deep`` is the largest around and large enough."""
    reach = max(1, round(_APART * scale / 2))
    # Noise of so many 8-bit steps, in optical density at this skin's brightness, left by the blur.
    level = torch.exp(-density[skin].median())
    noise = grain / 255 * 2.2 / float(level) ** (1 / 2.2) / max(3.5 * _SPOT * scale, 1.0)
    peaks: Tensor = (deep == largest(deep, reach)) & (deep > max(_DEEP, _OVER_NOISE * noise)) & skin
    return peaks
