"""Dials: which setting of which edit sets a quantity that is measured, how finely, how far, and what else that moves.

What an edit `sets` by a word it declares itself. What it only `measures` needs this table: an apparent skin tone is
reached by asking for a typology angle, a pose by turning the head by the difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from faceaug.coverage.axes import BINS
from faceaug.coverage.roll import BEHIND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.coverage.axes import Axis

__all__ = ["DIALS", "LATER", "NEEDS", "SHIFTS", "UNREADABLE", "Dial", "Span", "companions", "dial_of", "span_of"]


@dataclass(frozen=True)
class Dial:
    """How a quantity is set.

    Attributes:
        edit: name of the edit.
        setting: its setting.
        turns: whether the setting is added to what the photograph has; otherwise it is the value itself.
        margin: how far inside a class the aim stays, in units of the quantity: what comes out, measured again, is
            spread around what was asked for.
        farthest: how far from the photograph's own value an edit still convinces, in units of the quantity.
        span: values within which the edit still convinces, wherever the photograph starts from.
        also: further settings that go with it.
    """

    edit: str
    setting: str
    turns: bool
    margin: float
    farthest: float
    span: tuple[float, float]
    also: tuple[tuple[str, str], ...] = ()


DIALS: Final[Mapping[str, Dial]] = {
    "ita": Dial("skin_tone", "ita", turns=False, margin=3.0, farthest=62.0, span=(-65.0, 70.0)),
    "lightness": Dial(
        "skin_tone",
        "lightness",
        turns=False,
        margin=1.5,
        farthest=30.0,
        span=(26.0, 80.0),
        also=(("target", "lightness"),),
    ),
    "yaw": Dial("pose", "yaw", turns=True, margin=3.0, farthest=32.0, span=(-35.0, 35.0)),
    "pitch": Dial("pose", "pitch", turns=True, margin=3.0, farthest=20.0, span=(-20.0, 20.0)),
    "roll": Dial("pose", "roll", turns=True, margin=2.0, farthest=30.0, span=(-60.0, 60.0)),
    "light_azimuth": Dial("lighting", "azimuth", turns=False, margin=10.0, farthest=math.inf, span=(-80.0, 80.0)),
    "light_elevation": Dial("lighting", "elevation", turns=False, margin=10.0, farthest=math.inf, span=(-30.0, 65.0)),
    "key_fill": Dial("lighting", "key_fill", turns=False, margin=0.5, farthest=math.inf, span=(1.25, 8.0)),
}
"""Quantity -> how it is set.

Source of margins: docs/benchmarks.md, what is measured against what was asked (tone within 1 degree, pose within 2,
light within 7.5 at the median), plus as much for the repeatability of measuring. Of `farthest`: the angles at which a
recogniser's distance stays below 0.45, our goal for identity (`python -m benchmarks.edit_costs`: 0.44 at 30 degrees of
yaw, 0.36 at 20 of pitch, 0.17 at 60 of tone). Of `span`: for poses what the edit itself does not flag; of 793
attempts of an earlier plan not one beyond 42 degrees of yaw passed the gate. For the rest what the edits can reach.
"""

SHIFTS: Final[Mapping[tuple[str, str], float]] = {
    ("freckles", "ita"): 1.0,
    ("glasses", "ita"): 1.0,
    ("pose", "ita"): 2.5,
    ("pose", "pitch"): 3.0,
    ("pose", "roll"): 2.0,
    ("pose", "yaw"): 3.0,
    ("rosacea", "ita"): 13.0,
    ("sensor", "ita"): 2.0,
}
"""Edit, quantity -> by how much the edit moves what is measured although nobody asks for that. A photograph keeps its
class only where it lies deeper in it; what an edit measures again and is not listed is unknown after it, and counts in
no group: a lamp from the side can move the measured tone by more than 70 degrees.

Source: `python -m benchmarks.edit_costs`: where the edit says itself that it measures the quantity again the shift of
nine pictures in ten; otherwise the median, since a class that is missed is drawn anew.
"""

LATER: Final = ("turn", "tone", "pigment", "relief", "light", "shade", "eyewear", "sensor")
"""Channels in the order in which they are drawn: what is drawn later moves what was aimed at before."""

NEEDS: Final[Mapping[str, Mapping[str, str]]] = {"glasses": {"glasses": "none"}}
"""Edit -> attribute -> what it must be known to be: glasses are put neither on glasses nor on eyes nobody has seen."""

UNREADABLE: Final[Mapping[str, tuple[str, ...]]] = {"glasses": ("mirrored",)}
"""Edit -> words that a plan does not ask for, since landmarks cannot be found again on what they make: the view that
lenses mirror is taken for eyes (93 of 96 such pictures of 430 photographs were rejected)."""


@dataclass(frozen=True)
class Span:
    """A class as an interval of a quantity.

    Attributes:
        quantity: that is measured.
        low, high: its ends; infinite where the class is open.
    """

    quantity: str
    low: float
    high: float

    def inside(self, value: float, room: float) -> bool:
        """Whether a value lies in the class by at least `room`."""
        return self.low + room <= value <= self.high - room


def companions(name: str) -> tuple[str, ...]:
    """The attribute and the quantity that decides it, if there is one."""
    return (name, BEHIND[name]) if name in BEHIND else (name,)


def dial_of(axis: Axis) -> Dial | None:
    """The dial that moves an attribute from class to class, if there is one."""
    quantity = _quantity(axis)
    return DIALS.get(quantity) if quantity else None


def span_of(axis: Axis, code: int) -> Span | None:
    """The interval of a class, or None for a class that is a word of its own."""
    quantity = _quantity(axis)
    if quantity is None:
        return None
    bins = axis if axis.cuts else BINS[quantity]
    if axis.values[code] not in bins.values:
        return None
    place = bins.values.index(axis.values[code])
    low = -math.inf if place == 0 else float(bins.cuts[place - 1])
    high = math.inf if place == len(bins.cuts) else float(bins.cuts[place])
    return Span(quantity, low, high)


def _quantity(axis: Axis) -> str | None:
    """The quantity that an axis is cut by, or that stands behind its words."""
    return axis.name if axis.cuts else BEHIND.get(axis.name)
