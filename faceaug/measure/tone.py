"""Apparent skin tone of the cheeks: a colour under this light and camera, not a property of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.data.attributes import Value
from faceaug.image.color import hue_angle

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Lower bounds of the classes of the individual typology angle, degrees, light to dark:
# S. Del Bino et al., "Relationship between skin response to ultraviolet exposure and skin color type", Pigment Cell
# Res. 19 (2006).
CLASSES = (("very_light", 55.0), ("light", 41.0), ("intermediate", 28.0), ("tan", 10.0), ("brown", -30.0))
DARKEST = "dark"
# Half an EV of exposure moves the angle by 17 degrees on average (our own simulation), so in uncontrolled light
# even a fully visible cheek is no certain measurement.
_CERTAINTY = 0.6


def tone_class(ita: float) -> str:
    """Return the class of an individual typology angle in degrees."""
    return next((name for name, low in CLASSES if ita > low), DARKEST)


def measure_tone(face: Decomposition) -> dict[str, Value]:
    """Measure L*, hue, ITA and its class on both cheeks; nothing on a grey photograph."""
    if bool(face.grey[0]):
        return {}
    reliability = round(_CERTAINTY * min(1.0, float(face.skin.reliable[0])), 3)
    numbers = {
        "lightness": float(face.skin.tone[0, 0]),
        "hue": float(hue_angle(face.skin.tone)[0]),
        "ita": float(face.skin.ita[0]),
    }
    measured = {name: Value(round(value, 2), "measured", reliability) for name, value in numbers.items()}
    return {**measured, "skin_tone": Value(tone_class(numbers["ita"]), "measured", reliability)}
