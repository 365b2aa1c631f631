"""The light on the face: where it comes from, how hard it is, how much of it there is, and its colour."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import torch

from faceaug.image.color import luminance
from faceaug.image.shade import angles
from faceaug.measure.reading import number, word
from faceaug.measure.reference import find_reference

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition
    from faceaug.measure.reference import Reference

# A lamp less than this over the fill leaves the face evenly lit; beyond these angles it stands aside, above or below.
EVEN: Final = 1.5
_ASIDE, _ABOVE, _BELOW = 25.0, 30.0, -10.0
# Median error of the lamp's direction against 200 lamps of our own (docs/benchmarks.md, Light), and its 95 %, degrees;
# the ratio of lit to shaded is good to this factor.
_DIRECTION, _RATIO = 18.0, 1.5
# The lightest and the darkest tenth of the skin are told by their medians.
_TENTHS = (0.05, 0.95)
# Windows are thinned to this many pixels across for that.
_THINNED = 256
# Linear light of a grey card, which skin of middle tone in good light comes close to.
_GREY_CARD = 0.18
# Skin is no grey card: where only skin can tell, its tone and its light are one number, and that is not counted.
_BY_SKIN = 0.2


def light_class(azimuth: float, elevation: float, key_fill: float) -> str:
    """Return where the lamp stands in a word: even, left, right, above, below or front (angles in degrees)."""
    if key_fill < EVEN:
        return "even"
    if abs(azimuth) > _ASIDE:
        return "right" if azimuth > 0 else "left"
    return "above" if elevation > _ABOVE else "below" if elevation < _BELOW else "front"


def measure_light(face: Decomposition, reference: Reference | None = None) -> dict[str, Value]:
    """Measure direction (degrees), key:fill, contrast and exposure (EV) and colour temperature (K) of the light.

    The reliability of the direction is the share of the skin's shading that one smooth light explains, scaled by how
    much bare skin there is. Exposure and colour are believed as far as the eyes' whites can tell them.

    Args:
        face: One face.
        reference: What the light was told by; found anew where it is not given.
    """
    reference = reference or find_reference(face)
    azimuth, elevation = (float(angle[0]) for angle in angles(face.light.direction))
    key_fill = float(face.light.key_fill[0])
    bare = min(1.0, float(face.skin.reliable[0]))
    reliability = float(face.light.confidence[0]) * bare
    note = "one smooth light does not explain this shading" if reliability < 0.5 * bare else ""
    # Of a light that is all around no direction can be told.
    aimed = reliability * min(1.0, max(key_fill - 1.0, 0.0) / (EVEN - 1.0))
    aimless = "the light is even" if key_fill < EVEN else note
    return {
        "light": word(light_class(azimuth, elevation, key_fill), reliability, note=note),
        "light_azimuth": number(azimuth, aimed, spread=_DIRECTION, note=aimless),
        "light_elevation": number(elevation, aimed, spread=_DIRECTION, note=aimless),
        "key_fill": number(key_fill, reliability, between=(key_fill / _RATIO, key_fill * _RATIO), note=note),
        **_amount(face, reference, bare),
        **_colour(face, reference),
    }


def _amount(face: Decomposition, reference: Reference, bare: float) -> dict[str, Value]:
    """Contrast on the skin, and how much light there is."""
    every = max(1, min(face.linear.shape[-2:]) // _THINNED)
    inside = face.regions.skin[0, 0, ::every, ::every] > 0.8
    bright = luminance(face.linear[..., ::every, ::every])[0, 0][inside]
    if bright.numel() < 64:
        return {}
    dark, light = (float(q) for q in torch.quantile(bright, torch.tensor(_TENTHS)))
    contrast = math.log2(max(light, 1e-4) / max(dark, 1e-4))
    found = {"contrast": number(contrast, bare, note="" if bare > 0.5 else "little bare skin")}
    if reference.exposure is not None:
        spread = 1.96 * reference.exposure_error
        note = "by the whites of the eyes"
        return found | {"exposure": number(reference.exposure, reference.sure, spread=spread, note=note)}
    by_skin = math.log2(max(float(bright.median()), 1e-4) / _GREY_CARD)
    return found | {
        "exposure": number(by_skin, _BY_SKIN, spread=2.0, note="by the skin, whose tone it cannot tell apart")
    }


def _colour(face: Decomposition, reference: Reference) -> dict[str, Value]:
    """Colour temperature of the light, where something tells it and the photograph has colour."""
    if bool(face.grey[0]) or reference.kelvin is None:
        return {}
    return {
        "colour_temperature": number(
            reference.kelvin, reference.sure_of_colour, digits=0, between=reference.kelvin_between, note=reference.note
        )
    }
