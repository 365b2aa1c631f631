"""Steps: one edit with one aim, and ways that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.plan.donors.dials import Dial

__all__ = ["Aim", "Codes", "Refused", "Step", "Way"]

Codes = tuple[int, ...]
"""Place of a class on every axis, or UNKNOWN."""

DECIMALS: Final = 1
"""Ends of the ranges that a plan asks for, in digits behind the point."""


@dataclass(frozen=True)
class Aim:
    """A range of a quantity that an edit is to reach.

    Attributes:
        place: of the axis.
        code: of the class.
        dial: that reaches it.
        quantity: its name.
        low, high: the range.
    """

    place: int
    code: int
    dial: Dial
    quantity: str
    low: float
    high: float

    def within(self, room: float) -> Aim | None:
        """The same aim farther from the ends of its class, or None where there is no such place."""
        if self.low + room > self.high - room:
            return None
        return replace(self, low=self.low + room, high=self.high - room)

    def near(self, value: float) -> Aim:
        """The part of the same aim that is next to a value."""
        low = min(max(value - self.dial.margin, self.low), self.high)
        return replace(self, low=low, high=max(low, min(value + self.dial.margin, self.high)))

    def asked(self, now: float) -> list[float]:
        """What the recipe asks for, of a photograph whose quantity is `now`."""
        start = now if self.dial.turns else 0.0
        ends = (self.low - start, self.high - start)
        return [round(ends[0], DECIMALS), round(ends[1], DECIMALS)]


@dataclass(frozen=True)
class Step:
    """One edit with one aim.

    Attributes:
        edit: its name.
        sets: place of an axis -> code of the class, or UNKNOWN where it is no longer known.
        aims: at most one range of a quantity.
        words: setting -> the words, any of which is meant, or the two ends of a range.
        cost: of it.
        touches: places of the axes that the edit measures again or drops.
        shifts: quantity -> by how much this step moves what is measured, where that is not what its edit usually does.
    """

    edit: str
    sets: tuple[tuple[int, int], ...]
    aims: tuple[Aim, ...]
    words: tuple[tuple[str, tuple[str | float, ...]], ...]
    cost: float
    touches: frozenset[int]
    shifts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Refused:
    """A class that a photograph cannot be brought to.

    Attributes:
        place: of the axis.
        code: of the class.
        why: `unread` (the quantity is not known), `grey`, `far` (farther than an edit convinces), `narrow` (the class
            is narrower than what is measured is sure), or `attribute=value` that is in the way.
    """

    place: int
    code: int
    why: str


@dataclass(frozen=True)
class Way:
    """Edits that take a photograph from its classes to others.

    Attributes:
        steps: the edits.
        aims: where their quantities shall end, with room for what the other edits shift.
        codes: the classes afterwards.
        cost: of the picture.
    """

    steps: tuple[Step, ...]
    aims: tuple[Aim, ...]
    codes: Codes
    cost: float

    @property
    def edits(self) -> tuple[str, ...]:
        """Names of the edits, in alphabetical order."""
        return tuple(sorted({step.edit for step in self.steps}))

    def recipe(self, now: Mapping[str, float]) -> dict[str, dict[str, Any]]:
        """The edits as a recipe has them, of a photograph whose quantities are `now`."""
        asked: dict[str, dict[str, Any]] = {name: {} for name in self.edits}
        for step in self.steps:
            asked[step.edit] |= {name: words[0] if len(words) == 1 else list(words) for name, words in step.words}
        for aim in self.aims:
            asked[aim.dial.edit] |= dict(aim.dial.also) | {aim.dial.setting: aim.asked(now.get(aim.quantity, 0.0))}
        return asked
