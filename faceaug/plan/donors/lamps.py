"""Lamps: where the key light has to stand for light to be called by a word, and how far that moves the tone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from faceaug.plan.donors.costs import cost_of
from faceaug.plan.donors.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from faceaug.coverage.axes import Axis

__all__ = ["EDIT", "LAMPS", "Lamp", "lamp_steps"]

ATTRIBUTE: Final = "light"
EDIT: Final = "lighting"


@dataclass(frozen=True)
class Lamp:
    """One set-up.

    Attributes:
        settings: of the edit, from and to: degrees and ratios.
        shifts: quantity -> by how much nine in ten pictures move it at most; what is not named can go anywhere.
    """

    settings: Mapping[str, tuple[float, float]]
    shifts: Mapping[str, float] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, tuple[float, ...]]:
        """The settings as a recipe writes them: a pair, or one number where both ends are the same."""
        return {name: tuple(dict.fromkeys(ends)) for name, ends in self.settings.items()}


LAMPS: Final[Mapping[str, Lamp]] = {
    "left": Lamp({"azimuth": (-60, -40), "elevation": (0, 25), "key_fill": (2.5, 4)}),
    "right": Lamp({"azimuth": (40, 60), "elevation": (0, 25), "key_fill": (2.5, 4)}),
    "above": Lamp({"azimuth": (-10, 10), "elevation": (45, 60), "key_fill": (2.5, 4)}, {"ita": 10.0}),
    "below": Lamp({"azimuth": (-10, 10), "elevation": (-40, -28), "key_fill": (2.5, 4)}, {"ita": 6.0}),
    "front": Lamp({"azimuth": (-10, 10), "elevation": (5, 20), "key_fill": (2, 3)}, {"ita": 4.5}),
    "even": Lamp(
        {"azimuth": (-15, 15), "elevation": (5, 25), "key_fill": (1, 1), "softness": (1, 1), "ambient": (1, 1)},
        {"ita": 13.5},
    ),
}
"""Word of the attribute `light` -> the set-up. Source: `python -m benchmarks.lamps`: measured again, the word was there
in 247 of 264 pictures, least often `even` (36 of 44). A lamp from the side moves the typology angle by 20 degrees and
more."""


def lamp_steps(axes: Sequence[Axis], touched: frozenset[int]) -> Iterator[Step]:
    """What lamps can do to the attribute `light`, if it is among some axes.

    Args:
        axes: the attributes.
        touched: places of those that the edit measures again.
    """
    for place, axis in enumerate(axes):
        for word, lamp in LAMPS.items() if axis.name == ATTRIBUTE and not axis.cuts else ():
            if word in axis.values:
                sets = ((place, axis.values.index(word)),)
                yield Step(
                    EDIT, sets, (), tuple(lamp.words.items()), cost_of(EDIT), touched, tuple(lamp.shifts.items())
                )
