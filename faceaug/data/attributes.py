"""What is known about a photograph: the vocabulary of attributes, and values that say how they are known.

Appearance is measured or told; anything demographic comes from the user alone and needs no entry here. Names outside
the vocabulary are allowed: every further column of a user's table is an attribute of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

__all__ = ["HOWS", "VOCABULARY", "Attribute", "How", "Scalar", "Value"]

How = Literal["told", "measured", "rendered", "inherited"]
"""Told by the user, measured on the pixels, set by an edit, or taken over from the photograph that was edited."""

HOWS: Final = get_args(How)

Scalar = str | int | float | bool
"""What a value can be."""


@dataclass(frozen=True)
class Attribute:
    """One thing that can be known about a photograph.

    Attributes:
        name: a noun that a photographer would use.
        means: what it says, in words.
        values: the values in their natural order; empty for a number.
        unit: unit of a number; empty for a ratio and for words.
    """

    name: str
    means: str
    values: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Value:
    """What is known about one attribute of one photograph, and how.

    Attributes:
        value: a word or a finite number. Leave the attribute out where it is unknown.
        how: told, measured, rendered or inherited.
        reliability: 0 (worthless) .. 1 (certain), or None where nobody knows.

    Raises:
        ValueError: for another `how`, a value that is not finite, or a reliability out of 0..1.
    """

    value: Scalar
    how: How = "told"
    reliability: float | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be written down and read again."""
        if self.how not in HOWS:
            msg = f"how must be one of {', '.join(HOWS)}, not {self.how!r}"
            raise ValueError(msg)
        if isinstance(self.value, float) and not math.isfinite(self.value):
            msg = f"a value must be finite, not {self.value}; leave an unknown attribute out"
            raise ValueError(msg)
        if self.reliability is not None and not 0 <= self.reliability <= 1:
            msg = f"reliability must lie within 0..1, not {self.reliability}"
            raise ValueError(msg)


_WORDS = (
    Attribute("glasses", "what the person wears before the eyes", ("none", "clear", "tinted")),
    Attribute("eye_colour", "colour of the irises", ("brown", "hazel", "green", "blue", "grey")),
    Attribute("gaze", "where the eyes look", ("camera", "away")),
    Attribute("expression", "what the face does", ("neutral", "smiling", "other")),
    Attribute("facial_hair", "hair on lip, chin and cheeks", ("none", "stubble", "moustache", "beard")),
    Attribute("covering", "what covers a part of the head", ("none", "hat", "scarf", "mask")),
    Attribute("freckles", "small spots of pigment on the skin", ("none", "present")),
    Attribute("moles", "larger dark spots, often raised", ("none", "present")),
    Attribute("acne", "pimples and the marks they leave", ("none", "present")),
    Attribute("rosacea", "lasting redness in the middle of the face", ("none", "present")),
    Attribute("vitiligo", "patches of skin without pigment", ("none", "present")),
    Attribute("birthmark", "a larger mark of vessels or pigment", ("none", "present")),
    Attribute("scar", "a healed wound", ("none", "present")),
    Attribute("age_spots", "flat brown spots of sun-aged skin", ("none", "present")),
    Attribute(
        "skin_tone",
        "apparent skin tone, by classes of the individual typology angle (Del Bino 2006); never a person's origin",
        ("very_light", "light", "intermediate", "tan", "brown", "dark"),
    ),
)

_NUMBERS = (
    Attribute("ita", "individual typology angle of the cheeks: high is light", unit="degrees"),
    Attribute("lightness", "CIE L* of the cheeks", unit="L*"),
    Attribute("hue", "CIE Lab hue angle of the cheeks", unit="degrees"),
    Attribute("yaw", "turn of the head; positive points the nose to the right of the photograph", unit="degrees"),
    Attribute("pitch", "nod of the head; positive points the nose up", unit="degrees"),
    Attribute("roll", "tilt of the head; positive is clockwise in the photograph", unit="degrees"),
    Attribute("light_azimuth", "where the main light stands; positive is right in the photograph", unit="degrees"),
    Attribute("light_elevation", "height of the main light over the horizon of the eyes", unit="degrees"),
    Attribute("key_fill", "brightness of the lit side of the face over the shaded side"),
    Attribute("grain", "standard deviation of the noise on the skin", unit="8-bit steps"),
    Attribute("sharpness", "detail finer than a millimetre on the face, relative to detail of one to four millimetres"),
    Attribute("eye_distance", "between the pupils", unit="pixels"),
    Attribute("grain", "noise of the camera, as a standard deviation", unit="steps of 255"),
    Attribute("sharpness", "fine detail over coarse detail on the face"),
)

VOCABULARY: Final = {attribute.name: attribute for attribute in (*_WORDS, *_NUMBERS)}
"""The attributes that faceaug itself measures or sets, by name."""
