"""What one setting of an edit is: a number with a unit and bounds, or a choice between words."""

from __future__ import annotations

import inspect
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from faceaug.errors import did_you_mean

Implied = float | tuple[float, ...] | Mapping[str, float]
"""What a word implies: a number; a pair, which is a range; more numbers, of which one is drawn; words by weight."""


@dataclass(frozen=True)
class Setting:
    """One setting of an edit: what it means, its unit and its bounds.

    Attributes:
        name: The keyword of the edit's function.
        kind: ``number`` or ``choice``.
        means: What the viewer sees change.
        unit: Unit of a number, ``""`` for a ratio.
        usual: ``(low, high)`` drawn uniformly where nothing is asked.
        within: Hard bounds of a number; outside is a fault.
        values: What a choice may be.
        often: Weight of each value where nothing is asked; empty: all alike.
        implies: For a word of a choice, what it implies for other settings that are not given, as `pick` reads it. The
            choice is declared before those settings.
        called_by: For a choice, by numbers of the same edit: the words with which they count. Where some of those are
            given and the choice is not, it is the first word with which all of them count.
        default: Fixed value where the signature gives one; otherwise ``usual`` (or ``values``) is drawn.
        mirror: ``negate`` for a number whose sign flips in a mirrored photograph.
    """

    name: str
    kind: Literal["number", "choice"]
    means: str
    unit: str = ""
    usual: tuple[float, float] = (0.0, 0.0)
    within: tuple[float, float] = (-math.inf, math.inf)
    values: tuple[str, ...] = ()
    often: Mapping[str, float] = field(default_factory=dict)
    default: float | str | None = None
    mirror: Literal["keep", "negate"] = "keep"
    implies: Mapping[str, Mapping[str, Implied]] = field(default_factory=dict)
    called_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, unit: float) -> float | str:
        """Return the value that is drawn at ``unit`` (0..1) where nothing is asked."""
        if self.default is not None:
            return self.default
        if self.often:
            return pick(self.often, unit)
        if self.kind == "choice":
            return self.values[int(unit * len(self.values))]
        return self.usual[0] + (self.usual[1] - self.usual[0]) * unit

    def fault(self, value: object) -> str | None:
        """Say in words what is wrong with ``value`` for this setting, or None."""
        if self.kind == "choice":
            if value in self.values:
                return None
            near = did_you_mean(str(value), self.values)
            return f"is {value!r}, but must be one of {', '.join(self.values)}" + (
                f"; did you mean {near!r}?" if near else ""
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return f"is {value!r}, but must be a number{f' in {self.unit}' if self.unit else ''}"
        low, high = self.within
        if low <= value <= high:
            return None
        unit = f" {self.unit}" if self.unit else ""
        return f"is {value:g}, but must lie within {low:g}..{high:g}{unit} ({self.means})"


def number(
    low: float,
    high: float,
    *,
    within: tuple[float, float],
    means: str,
    unit: str = "",
    mirror: Literal["keep", "negate"] = "keep",
) -> Setting:
    """Declare a number: usual range (drawn uniformly when nothing is asked), unit, hard bounds, meaning."""
    return Setting("", "number", means, unit, (low, high), within, mirror=mirror)


def choice(
    *values: str,
    means: str,
    implies: Mapping[str, Mapping[str, Implied]] | None = None,
    often: Mapping[str, float] | None = None,
    called_by: Mapping[str, tuple[str, ...]] | None = None,
) -> Setting:
    """Declare a choice between words, what each implies for settings that are not given, and how often each is drawn.

    Args:
        values: The words.
        means: What the viewer sees change.
        implies: For a word, what it implies for other settings.
        often: Weight of each word where nothing is asked, in any unit; all alike unless given.
        called_by: For numbers of the same edit, the words with which they count.

    Raises:
        ValueError: ``often`` names other words than ``values``, or a weight is not above 0.
    """
    if often and (set(often) != set(values) or min(often.values()) <= 0):
        msg = f"weights of {', '.join(often)} are not one above 0 for each of {', '.join(values)}"
        raise ValueError(msg)
    return Setting(
        "", "choice", means, values=values, often=often or {}, implies=implies or {}, called_by=called_by or {}
    )


def pick(said: Implied, unit: float) -> float | str:
    """Return one of what is implied, at ``unit`` in 0..1: as in a recipe, a pair is a range, more are a choice."""
    if isinstance(said, int | float):
        return float(said)
    if isinstance(said, Mapping):
        reached = list(accumulate(said.values()))
        return list(said)[min(bisect_right(reached, unit * reached[-1]), len(said) - 1)]
    if len(said) == 2:
        return float(said[0] + (said[1] - said[0]) * unit)
    return float(said[int(unit * len(said))])


@dataclass(frozen=True)
class Usual:
    """What stands in an edit's signature for a setting that is not given: what it is drawn from."""

    setting: Setting

    def __repr__(self) -> str:
        """`2..8 spots/cm2`, `clear|tinted`, or the default."""
        if self.setting.default is not None:
            return repr(self.setting.default)
        if self.setting.kind == "choice":
            return "|".join(self.setting.values)
        low, high = self.setting.usual
        return f"{low:g}..{high:g} {self.setting.unit}".rstrip()


def signature_of(settings: Mapping[str, Setting]) -> inspect.Signature:
    """How an edit with these settings is called; what is not given is drawn from what stands as its default."""
    scene = inspect.Parameter("scene", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation="Scene")
    given = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=Usual(setting))
        for name, setting in settings.items()
    ]
    return inspect.Signature([scene, *given], return_annotation="Scene")
