"""Apparent skin tone of the cheeks: a colour under this light and camera, not a property of the person.

The values are those that the photograph shows. Their intervals say where they would lie in neutral, well-exposed light
and at another place of the cheeks. Classes are bounds in lightness, hue and typology angle; never the nearest swatch
of a scale that was made for the eye.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import torch

from faceaug.face.skin import cheek_places
from faceaug.image.color import hue_angle, ita, lab_to_linear, linear_to_lab
from faceaug.measure.reading import number, word
from faceaug.measure.reference import find_reference

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition
    from faceaug.measure.reference import Reference

# Lower bounds of the classes of the individual typology angle, degrees, light to dark:
# S. Del Bino et al., "Relationship between skin response to ultraviolet exposure and skin color type", Pigment Cell
# Res. 19 (2006).
CLASSES = (("very_light", 55.0), ("light", 41.0), ("intermediate", 28.0), ("tan", 10.0), ("brown", -30.0))
DARKEST = "dark"
# L* and hue angle (degrees) at which light and dark, red and yellow part: W. Thong et al., "Beyond Skin Tone: A
# Multidimensional Measure of Apparent Skin Color", ICCV 2023.
LIGHT_FROM: Final = 60.0
YELLOW_FROM: Final = 55.0
# Half an EV of exposure moves the angle by 17 degrees on average (our own simulation), so in uncontrolled light
# even a fully visible cheek is no certain measurement: so sure by what told the light.
_SURE = {"eyes": 0.7, "background": 0.5, "none": 0.45}
# A channel this close to its end has lost the skin's colour; up to these shares of the cheeks that matters little, or
# something, and what it leaves of the reliability.
_WHITE, _BLACK, _CLIPPED = 0.985, 0.0015, ((0.10, 0.3), (0.01, 0.6))
# Cheeks that differ by more than this in L* stand in different light; a reference that says more than this many EV.
_MIXED, _FAR_OFF, _HALVED = 10.0, 1.0, 0.5
# Of the colours at different places of the cheeks these quantiles lie one standard deviation off.
_QUANTILES = (0.16, 0.84)


class _Cheeks(NamedTuple):
    """Spread (standard deviation) of lightness, hue and angle; share clipped; difference of left and right, L*."""

    spread: tuple[float, float, float]
    clipped: float
    aside: float


def tone_class(angle: float) -> str:
    """Return the class of an individual typology angle in degrees."""
    return next((name for name, low in CLASSES if angle > low), DARKEST)


def colour_class(lightness: float, hue: float) -> str:
    """Return the class of L* and a hue angle in degrees: light or dark, red or yellow."""
    return f"{'light' if lightness > LIGHT_FROM else 'dark'}_{'yellow' if hue > YELLOW_FROM else 'red'}"


def measure_tone(face: Decomposition, reference: Reference | None = None) -> dict[str, Value]:
    """Measure L*, hue, ITA and their classes on both cheeks; nothing on a grey photograph.

    Args:
        face: One face.
        reference: What the light was told by; found anew where it is not given.
    """
    if bool(face.grey[0]):
        return {}
    reference = reference or find_reference(face)
    cheeks = _cheeks(face)
    tone = face.skin.tone[:1].float().cpu()
    shown = _three(tone)[:, 0].tolist()
    reliability, note = _reliability(face, reference, cheeks)
    between = _between(tone, reference, cheeks.spread)
    names = ("lightness", "hue", "ita")
    numbers = {
        name: number(value, reliability, between=ends, note=note)
        for name, value, ends in zip(names, shown, between, strict=True)
    }
    return numbers | {
        "skin_tone": word(tone_class(shown[2]), reliability, note=note),
        "skin_colour": word(colour_class(shown[0], shown[1]), reliability, note=note),
        "tone_reference": word(reference.kind, 1.0),
    }


def _three(lab: Tensor) -> Tensor:
    """Lightness, hue angle and typology angle ``(3, N)`` of colours ``(N, 3)``."""
    return torch.stack([lab[:, 0], hue_angle(lab), ita(lab)])


def _cheeks(face: Decomposition) -> _Cheeks:
    place = cheek_places(face, 0, most=1000)
    colours = face.linear[0].flatten(1).index_select(1, place).cpu()
    lab = linear_to_lab(colours[None])[0].T
    low, high = torch.quantile(_three(lab), torch.tensor(_QUANTILES), dim=1)
    spread = ((high - low) / 2).tolist()
    lost = (colours.amax(dim=0) > _WHITE) | (colours.amax(dim=0) < _BLACK)
    side = face.surface.position[0, 0].flatten().index_select(0, place).cpu() > 0
    aside = 0.0
    if bool(side.any()) and not bool(side.all()):
        aside = abs(float(lab[side, 0].median() - lab[~side, 0].median()))
    return _Cheeks((spread[0], spread[1], spread[2]), float(lost.float().mean()), aside)


def _between(tone: Tensor, reference: Reference, spread: tuple[float, float, float]) -> list[tuple[float, float]]:
    """Where each number lies at 95 %.

    From what is shown to what the reference makes of it, and beyond both as far as the light that is left unknown and
    the place on the cheek can move it.
    """
    exposure, colour = (1.96 * left for left in reference.left)
    steps = [(0, 0, 0), *((s * exposure,) * 3 for s in (1, -1)), (colour, 0, -colour), (-colour, 0, colour)]
    light = torch.tensor(reference.gain) + torch.tensor(steps)
    linear = lab_to_linear(tone[:, :, None])[:, :, 0] * torch.exp2(-light)
    likely = _three(linear_to_lab(linear[None].transpose(1, 2))[0].T)
    shown = _three(tone)[:, 0]
    ends = []
    for k, place in enumerate(spread):
        middle, darker, lighter, warmer, colder = likely[k].tolist()
        reach = (((lighter - darker) / 2) ** 2 + ((warmer - colder) / 2) ** 2 + (1.96 * place) ** 2) ** 0.5
        ends.append((min(float(shown[k]), middle) - reach, max(float(shown[k]), middle) + reach))
    darkest, lightest = ends[0]
    return [(max(darkest, 0.0), min(lightest, 100.0)), *ends[1:]]


def _reliability(face: Decomposition, reference: Reference, cheeks: _Cheeks) -> tuple[float, str]:
    """How far the tone can be believed, and by what or why not."""
    bare = min(1.0, float(face.skin.reliable[0]))
    left, reasons = _SURE[reference.kind] * bare, [reference.note]
    lost = next((rest for share, rest in _CLIPPED if cheeks.clipped > share), None)
    if lost is not None:
        left, reasons = left * lost, [*reasons, f"{cheeks.clipped:.0%} of the cheeks are blown out or black"]
    if cheeks.aside > _MIXED:
        left, reasons = left * _HALVED, [*reasons, "the cheeks stand in different light"]
    if reference.exposure is not None and abs(reference.exposure) > _FAR_OFF:
        word_of = "over" if reference.exposure > 0 else "under"
        left, reasons = left * _HALVED, [*reasons, f"the picture looks {word_of}exposed"]
    if bare < 0.5:
        reasons.append("the cheeks are covered in part")
    return left, "; ".join(reasons)
