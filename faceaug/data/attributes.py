"""What is known about a photograph: the vocabulary of attributes, and values that say how they are known.

Appearance is measured or told; anything demographic comes from the user alone and needs no entry here. Names outside
the vocabulary are allowed: every further column of a user's table is an attribute of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

__all__ = [
    "EXPOSURE",
    "HOWS",
    "LIGHT",
    "MEASURING",
    "RELIABLE",
    "TONE",
    "VOCABULARY",
    "Attribute",
    "How",
    "Scalar",
    "Value",
]

How = Literal["told", "measured", "rendered", "inherited"]
"""Told by the user, measured on the pixels, set by an edit, or taken over from the photograph that was edited."""

HOWS: Final = get_args(How)

Scalar = str | int | float | bool
"""What a value can be."""

MEASURING: Final = 7
"""Version of everything that `faceaug.measure` measures: raised whenever a measurement changes, so that no old reading
is reused. It stands here so that whoever only looks readings up need not load what takes them."""

RELIABLE: Final = 0.3
"""A measured value whose reliability lies below this counts as unknown."""


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
        low, high: between which a number truly lies, at 95 %; None where nobody knows, and of words.
        note: what the value rests on, or why it is unreliable; a few words, or ''.

    Raises:
        ValueError: for another `how`, a value that is not finite, a reliability out of 0..1, or an interval of which
            one end is missing, not finite or on the wrong side.
    """

    value: Scalar
    how: How = "told"
    reliability: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""

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
        self._check_interval()
        if not isinstance(self.note, str):
            msg = f"a note must be text, not {self.note!r}"
            raise ValueError(msg)  # noqa: TRY004 - one exception for everything that is wrong with a value

    def _check_interval(self) -> None:
        if self.low is None and self.high is None:
            return
        ends = (self.low, self.high)
        if any(end is None or not math.isfinite(end) for end in ends):
            msg = f"an interval must have two finite ends, not {self.low} and {self.high}"
            raise ValueError(msg)
        if isinstance(self.value, str | bool) or not cast("float", self.low) <= self.value <= cast("float", self.high):
            msg = f"an interval must hold the number it is about: {self.value!r} is not in {self.low}..{self.high}"
            raise ValueError(msg)

    @property
    def known(self) -> bool:
        """Whether it is reliable enough to be counted; told values are, and those of which nobody has said."""
        return self.reliability is None or self.reliability >= RELIABLE

    def plain(self) -> dict[str, Scalar | None]:
        """The value as JSON values; the interval and the note only where there are any."""
        values: dict[str, Scalar | None] = {"value": self.value, "how": self.how, "reliability": self.reliability}
        if self.low is not None:
            values |= {"low": self.low, "high": self.high}
        return values | ({"note": self.note} if self.note else {})


_WORDS = (
    Attribute(
        "pose", "which way the head is turned, in the photograph", ("far_left", "left", "frontal", "right", "far_right")
    ),
    Attribute("glasses", "what the person wears before the eyes", ("none", "clear", "tinted")),
    Attribute("eye_colour", "colour of the irises", ("brown", "hazel", "green", "blue", "grey")),
    Attribute("gaze", "where the eyes look", ("camera", "away")),
    Attribute("expression", "what the face does", ("neutral", "smiling", "other")),
    Attribute("facial_hair", "hair on lip, chin and cheeks", ("none", "stubble", "moustache", "beard")),
    Attribute("covered_part", "which part of the face is hidden most", ("none", "forehead", "eyes", "cheeks", "mouth")),
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
    Attribute(
        "skin_colour",
        "apparent skin colour, by lightness and hue (Thong et al. 2023); never a person's origin",
        ("light_red", "light_yellow", "dark_red", "dark_yellow"),
    ),
    Attribute(
        "tone_reference",
        "what the light was told by when the skin's tone was measured",
        ("eyes", "background", "none"),
    ),
    Attribute("light", "where the main light stands", ("even", "front", "left", "right", "above", "below")),
    Attribute("grey", "whether the photograph is without colour", ("no", "yes")),
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
    Attribute("contrast", "range of light on the skin, from its darkest to its lightest tenth", unit="EV"),
    Attribute("exposure", "light on the face, over that of a well-exposed studio photograph", unit="EV"),
    Attribute("colour_temperature", "of the light, as far as the camera left it in the photograph", unit="K"),
    Attribute("grain", "standard deviation of the noise on the skin", unit="8-bit steps"),
    Attribute("sharpness", "detail finer than a millimetre on the face, relative to detail of one to four millimetres"),
    Attribute("blur", "standard deviation of the softness of edges on the face", unit="pixels"),
    Attribute("eye_distance", "between the pupils", unit="pixels"),
    Attribute("face_size", "height of the face over the height of the photograph"),
    Attribute("face_x", "middle of the face from the left edge, over the width of the photograph"),
    Attribute("face_y", "middle of the face from the upper edge, over the height of the photograph"),
    Attribute("occlusion", "share of the face that something hides"),
    Attribute("mouth_open", "opening between the lips over the width of the mouth"),
    Attribute("smile", "how far the corners of the mouth are drawn up and out; 1 is a broad smile"),
    Attribute("eyes_closed", "how far the lids are shut; 1 is shut"),
    Attribute("gaze_yaw", "turn of the eyes away from the camera; positive is right in the photograph", unit="degrees"),
    Attribute("gaze_pitch", "lift of the eyes away from the camera; positive is up", unit="degrees"),
    Attribute("spots", "small dark spots on the bare skin", unit="spots/cm2"),
)

VOCABULARY: Final = {attribute.name: attribute for attribute in (*_WORDS, *_NUMBERS)}
"""The attributes that faceaug itself measures, sets or drops, by name."""

TONE: Final = frozenset({"ita", "lightness", "hue", "skin_tone", "skin_colour"})
"""What is read off the colour of bare skin."""

LIGHT: Final = frozenset({"light", "light_azimuth", "light_elevation", "key_fill"})
"""What is read off the shading of bare skin."""

EXPOSURE: Final = frozenset({"contrast", "exposure", "colour_temperature"})
"""What is read off the amount and colour of the light."""
