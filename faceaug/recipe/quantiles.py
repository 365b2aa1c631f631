"""A law by its quantiles: drawn values are spread as those of a sample, whatever shape that has."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faceaug.recipe.distributions import MIN_MASS, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from faceaug.data.tree import Faults, Spot
    from faceaug.edit import Setting

__all__ = ["Quantiles", "read_quantiles"]


@dataclass(frozen=True)
class Quantiles:
    """Between neighbouring quantiles every number is equally likely, and each interval as likely as any other.

    Attributes:
        values: quantiles at equal steps of probability, from that of 0 to that of 1; two or more, ascending.
        within: the setting's hard bounds; the law is conditioned on lying inside.
    """

    values: tuple[float, ...]
    within: tuple[float, float] = (-math.inf, math.inf)

    @property
    def mass(self) -> float:
        """Share of the law, before that, that lies within the bounds."""
        return self._upto(self.within[1], bisect_right) - self._upto(self.within[0], bisect_left)

    def draw(self, u: float) -> float:
        """The value below which a share `u` of the law within the bounds lies."""
        below = self._upto(self.within[0], bisect_left)
        place = (below + self.mass * u) * (len(self.values) - 1)
        left = min(int(place), len(self.values) - 2)
        low, high = self.values[left], self.values[left + 1]
        return min(max(low + (high - low) * (place - left), self.within[0]), self.within[1])

    def _upto(self, value: float, bisect: Callable[[Sequence[float], float], int]) -> float:
        """Share of the law below a value."""
        place = bisect(self.values, value)
        if place in {0, len(self.values)}:
            return 0.0 if place == 0 else 1.0
        low, high = self.values[place - 1], self.values[place]
        part = (value - low) / (high - low) if high > low else 0.0
        return (place - 1 + part) / (len(self.values) - 1)

    def plain(self) -> dict[str, list[float | int | str]]:
        """As it is written in a recipe."""
        return {"quantiles": [tidy(value) for value in self.values]}


def read_quantiles(name: str, setting: Setting, spot: Spot, faults: Faults) -> Quantiles | None:
    """Read `quantiles: [...]`.

    Args:
        name: of the setting, in messages.
        setting: its declaration.
        spot: the list.
        faults: where everything that is wrong is noted.
    """
    numbers = [item.number for item in spot.items or ()]
    values = tuple(number for number in numbers if number is not None)
    if len(values) < 2 or len(values) < len(numbers) or list(values) != sorted(values):
        what = f"quantiles is {spot.shown()}, but must be a list of two or more numbers, ascending"
        faults.add(spot, f"{name}: {what}")
        return None
    law = Quantiles(values, setting.within)
    if not law.mass >= MIN_MASS:
        low, high = setting.within
        faults.add(spot, f"{name}: quantiles lie outside {low:g}..{high:g} ({setting.means})")
        return None
    return law
