"""Margins: the law of one attribute, fitted to what is known of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.attributes import VOCABULARY
from faceaug.data.numeric import spelt
from faceaug.synth.candidates import Fit, fit_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.data.attributes import Scalar

__all__ = ["FEWEST", "Margin", "fit_margin"]

FEWEST: Final = 20
"""Values below which nothing is fitted: five intervals of four make no shape."""

MOST_CLASSES: Final = 30
"""Different words, or whole numbers, that are taken as classes; an attribute with more words is a name of things."""

FEW_NUMBERS: Final = 8
"""Different numbers that are taken as classes and not as a quantity."""

FITS: Final = 0.01
"""Probability below which a law does not describe a quantity, and its quantiles take its place."""

SMOOTHING: Final = 0.5
"""Photographs that are added to every class, so that what was not seen is rare and not impossible (H. Jeffreys;
Krichevsky and Trofimov)."""

STEPS: Final = 40
"""Most intervals of a law by quantiles; each holds at least five values."""


@dataclass(frozen=True, eq=False)
class Margin:
    """One attribute.

    Attributes:
        name: of the attribute.
        law: as a recipe writes it.
        count: photographs of which it is known.
        values: the classes in their order, of words; empty for a quantity.
        counts: class -> photographs.
        sample: (N,) of a quantity, ascending; empty for words.
        fits: candidates, the best first; empty for words.
        by_quantiles: whether none of them describes the quantity.
    """

    name: str
    law: dict[str, Any]
    count: int
    values: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    sample: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    fits: tuple[Fit, ...] = ()
    by_quantiles: bool = False

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        unit = VOCABULARY[self.name].unit if self.name in VOCABULARY else ""
        head: dict[str, Any] = ({"unit": unit} if unit else {}) | {"count": self.count, "law": self.law}
        if not self.fits:
            return head | {"seen": dict(zip(self.values, self.counts, strict=True))}
        return head | {"by_quantiles": self.by_quantiles, "tried": [_tried(fit) for fit in self.fits]}


def _tried(fit: Fit) -> dict[str, Any]:
    """How well a candidate describes an attribute."""
    return {
        "law": fit.candidate.name,
        "bic": round(fit.bic, 2),
        "distance": round(fit.distance, 4),
        "p": float(f"{fit.p:.3g}"),
    }


def fit_margin(name: str, known: Sequence[Scalar]) -> Margin | str:
    """Fit the law of one attribute.

    Args:
        name: of the attribute.
        known: its values, of the photographs of which it is known.

    Returns:
        The margin, or why there is none.
    """
    if len(known) < FEWEST:
        return f"is known of {len(known)} photographs; it takes {FEWEST}"
    numbers = [float(value) for value in known if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) == len(known):
        different = len(set(numbers))
        if different > FEW_NUMBERS:
            return _quantity(name, np.sort(np.array(numbers, np.float64)))
        if different == 1:
            return f"is {numbers[0]:g} of every photograph, which needs no law"
    return _words(name, [spelt(value) for value in known])


def _words(name: str, known: Sequence[str]) -> Margin | str:
    """A law of classes: their shares, smoothed."""
    seen = Counter(known)
    order = VOCABULARY[name].values if name in VOCABULARY else ()
    others = sorted(set(seen) - set(order), key=_in_order)
    values = (*order, *others)
    if len(values) > MOST_CLASSES:
        return f"has {len(values)} different values; at most {MOST_CLASSES} are taken as classes"
    total = len(known) + SMOOTHING * len(values)
    shares = {value: round((seen[value] + SMOOTHING) / total, 6) for value in values}
    return Margin(name, {"choice": shares}, len(known), values, tuple(seen[value] for value in values))


def _in_order(word: str) -> tuple[bool, float, str]:
    """Numbers by size, then words by the alphabet."""
    try:
        return False, float(word), word
    except ValueError:
        return True, 0.0, word


def _quantity(name: str, ordered: npt.NDArray[np.float64]) -> Margin:
    """The law of a quantity: the best candidate, or its quantiles where even that does not describe it."""
    fits = tuple(fit_all(ordered))
    if fits and fits[0].p >= FITS:
        return Margin(name, fits[0].law(), len(ordered), sample=ordered, fits=fits)
    steps = min(STEPS, len(ordered) // 5)
    values = [float(f"{value:.6g}") for value in np.quantile(ordered, np.linspace(0, 1, steps + 1))]
    return Margin(name, {"quantiles": values}, len(ordered), sample=ordered, fits=fits, by_quantiles=True)
