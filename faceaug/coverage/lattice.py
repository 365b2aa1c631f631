"""What a pattern can say about one axis: a value, a range of neighbours where they have an order, or anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.axes import Axis

__all__ = ["Choices", "choices", "cube_size"]


@dataclass(frozen=True)
class Choices:
    """What can be chosen on one axis; the last choice is always `anything`, known or not.

    Attributes:
        spans: first and last value of every choice but the last.
        parents: for every choice but the last, the choices that are one step wider.
    """

    spans: tuple[tuple[int, int], ...]
    parents: tuple[tuple[int, ...], ...]

    @property
    def anything(self) -> int:
        """The choice that leaves the axis open."""
        return len(self.spans)

    def widen(self, counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Add up counts of values to counts of choices.

        Args:
            counts: (P, V + 1, Q): for each value, then for unknown.

        Returns:
            (P, C, Q), a place for each choice.
        """
        made = np.empty((counts.shape[0], self.anything + 1, counts.shape[2]), counts.dtype)
        for place, (first, last) in enumerate(self.spans):
            made[:, place] = counts[:, first] if first == last else counts[:, first : last + 1].sum(1, counts.dtype)
        np.sum(counts, axis=1, dtype=counts.dtype, out=made[:, -1])
        return made

    def any_of(self, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """The same for truth: whether any value of a choice is true; (P, V, Q) to (P, C, Q)."""
        made = np.empty((flags.shape[0], self.anything + 1, flags.shape[2]), np.bool_)
        for place, (first, last) in enumerate(self.spans):
            made[:, place] = flags[:, first : last + 1].any(1)
        made[:, -1] = flags.any(1)
        return made


def choices(axis: Axis) -> Choices:
    """The choices on an axis: its values; and where it is ordered, every range of values except all of them."""
    count = len(axis.values)
    if not axis.ordered or count == 1:
        return Choices(tuple((value, value) for value in range(count)), ((count,),) * count)
    spans = [(first, last) for first in range(count) for last in range(first, count) if last - first < count - 1]
    places = {span: place for place, span in enumerate(spans)} | {(0, count - 1): len(spans)}
    parents = tuple(
        tuple(places[wider] for wider in ((first - 1, last), (first, last + 1)) if wider in places)
        for first, last in spans
    )
    return Choices(tuple(spans), parents)


def cube_size(axes: Sequence[Axis]) -> int:
    """Number of patterns over some axes, the empty one included."""
    size = 1
    for axis in axes:
        size *= choices(axis).anything + 1
    return size
