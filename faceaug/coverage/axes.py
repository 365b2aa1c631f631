"""Axes: the values of an attribute in their order, and how a record's value finds its place among them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from faceaug.data.attributes import VOCABULARY, Scalar
from faceaug.data.numeric import number_in, quantity_in, spelt
from faceaug.errors import Fault, RequestError, did_you_mean, some_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from faceaug.data.record import Record

__all__ = [
    "BINS",
    "ORDERED",
    "UNKNOWN",
    "Axis",
    "Found",
    "axes_for",
    "axes_from",
    "named_axes",
    "strangers",
    "values_of",
]

SHOWN: Final = 5
"""Values of an attribute that a message lists."""

UNKNOWN: Final = -1
"""Code of a value that is not known or not among the axis' values."""

MOST_NUMBERS: Final = 12
"""Different numbers that are taken as classes of their own; an attribute with more must be cut into bins."""

MOST_VALUES: Final = 1000
"""More words than this are names of things and not classes of an attribute."""


@dataclass(frozen=True)
class Axis:
    """An attribute as an axis of a table.

    Attributes:
        name: of the attribute.
        values: the classes in their order.
        cuts: where a number is cut into the classes, ascending, one fewer than values; empty for classes that are
            matched by their name.
        closed: which end belongs to a class: `left` is [a, b), `right` is (a, b].
        ordered: whether neighbouring classes may be taken together, as in `40 and older`.

    Raises:
        ValueError: for no values, equal values, or cuts that do not fit.
    """

    name: str
    values: tuple[str, ...]
    cuts: tuple[float, ...] = ()
    closed: str = "left"
    ordered: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not be counted."""
        if not self.values or len(set(self.values)) < len(self.values):
            msg = f"{self.name} needs values, each of them once, not {self.values}"
            raise ValueError(msg)
        if self.cuts and (len(self.cuts) != len(self.values) - 1 or list(self.cuts) != sorted(set(self.cuts))):
            msg = f"{self.name} needs {len(self.values) - 1} ascending cuts, not {self.cuts}"
            raise ValueError(msg)
        if self.closed not in {"left", "right"}:
            msg = f"closed must be left or right, not {self.closed!r}"
            raise ValueError(msg)

    def code(self, value: Scalar | None) -> int:
        """The place of a value, from 0; UNKNOWN for None and for what is none of the classes."""
        if value is None:
            return UNKNOWN
        if self.cuts:
            number = quantity_in(value)
            if number is None:
                return UNKNOWN
            return (bisect_right if self.closed == "left" else bisect_left)(self.cuts, number)
        word = spelt(value)
        return self.values.index(word) if word in self.values else UNKNOWN


BINS: Final = {
    "ita": Axis(
        "ita",
        ("dark", "brown", "tan", "intermediate", "light", "very_light"),
        (-30, 10, 28, 41, 55),
        "right",
        ordered=True,
    ),
    "lightness": Axis("lightness", ("dark", "light"), (60,), "right", ordered=True),
    "hue": Axis("hue", ("red", "yellow"), (55,), "right", ordered=True),
    "yaw": Axis("yaw", ("far_left", "left", "frontal", "right", "far_right"), (-45, -15, 15, 45), ordered=True),
    "pitch": Axis("pitch", ("down", "level", "up"), (-15, 15), ordered=True),
}
"""Usual bins. Sources: ITA classes, Chardon 1991 and Del Bino 2006; lightness and hue, Thong et al. 2023 (apparent
skin colour, thresholds L* 60 and 55 degrees); yaw and pitch: 15 degrees still passes as frontal,
45 is half a profile."""


Found = Mapping[str, Mapping[Scalar, int]]
"""Attribute -> value -> pictures."""


Orders = Mapping[str, tuple[tuple[str, ...], bool]]
"""Attribute -> its values in their order, and whether neighbours are alike."""


def values_of(records: Iterable[Record]) -> Found:
    """The values of every attribute of some records, as far as they are known reliably."""
    found: dict[str, Counter[Scalar]] = {}
    for record in records:
        for name, value in record.attributes.items():
            counted = found.setdefault(name, Counter())
            if value.known:
                counted[value.value] += 1
    return found


def axes_for(records: Sequence[Record], by: Iterable[str], *, ordered: bool = False) -> tuple[Axis, ...]:
    """Axes for some attributes of some records; see `axes_from`."""
    return axes_from(values_of(records), by, ordered=ordered)


def axes_from(
    found: Found,
    by: Iterable[str],
    *,
    ordered: bool = False,
    orders: Orders | None = None,
) -> tuple[Axis, ...]:
    """Axes for some attributes.

    Args:
        found: the values that there are.
        by: attributes, each as `name`, `name:bins` (a name in BINS, as in `cheek:ita`), or `name:30,50` (cuts).
        ordered: let neighbouring classes of every axis that has an order be taken together.
        orders: attribute -> its values in their order, and whether neighbours are alike; beyond the vocabulary's own.

    Raises:
        RequestError: for attributes that no picture has, numbers without bins, or cuts that cannot be read.
    """
    faults: list[Fault] = []
    axes = [_axis(found, text.strip(), orders or {}, faults) for text in by]
    names = [axis.name for axis in axes if axis is not None]
    faults += [Fault(name, "is asked for twice") for name in dict.fromkeys(names) if names.count(name) > 1]
    if faults:
        raise RequestError(faults, "nothing was counted")
    return tuple(
        Axis(axis.name, axis.values, axis.cuts, axis.closed, ordered and axis.ordered)
        for axis in axes
        if axis is not None
    )


def named_axes(given: Iterable[tuple[str, Iterable[str]]]) -> tuple[Axis, ...]:
    """Axes from names and values alone, without order."""
    return tuple(Axis(name, tuple(values)) for name, values in given)


def strangers(by: Sequence[str], known: Collection[str]) -> list[Fault]:
    """What is wrong with attributes that nothing can be known of, before anything is measured.

    Args:
        by: attributes as `axes_from` reads them.
        known: names of all that labels tell and measurements could.
    """
    faults = []
    for name in (word.partition(":")[0].strip() for word in by):
        if name not in known:
            near = did_you_mean(name, sorted(known))
            hint = _meant(near) if near else "it is not measured, and no label tells it (--labels table.csv)"
            faults.append(Fault(name, f"is an attribute of no picture; {hint}"))
    return faults


def _meant(near: str) -> str:
    """The attribute that was probably meant, and how to write one with a comma."""
    quoted = f" Write it in double quotes: '\"{near}\"'." if "," in near else ""
    return f"did you mean {near!r}?{quoted}"


def _axis(all_found: Found, text: str, orders: Orders, faults: list[Fault]) -> Axis | None:
    """One axis, or a fault."""
    name, _, cut = text.partition(":")
    found = all_found.get(name, {})
    if not found:
        known = sorted(all_found)
        near = did_you_mean(name, known)
        hint = _meant(near) if near else f"known are {some_of(known)}"
        if name in VOCABULARY:
            hint = f"known are {some_of(known)}; --measure measures the photographs of a table, and may tell it"
        if not known:
            hint = "nothing is known of them (--measure measures the photographs of a table)"
        faults.append(Fault(name, f"is an attribute of no picture; {hint}"))
        return None
    bins = BINS.get(cut or name)
    numbers = sum(often for value, often in found.items() if quantity_in(value) is not None)
    if not cut and (bins is None or not numbers):
        return _classes(name, set(found), orders.get(name), faults)
    axis = _cut(name, cut, faults) if bins is None else replace(bins, name=name)
    if axis is None or 2 * numbers > sum(found.values()):
        return axis
    words = sorted(str(value) for value in found if quantity_in(value) is None)
    commas = all(isinstance(number_in(word.replace(",", ".", 1)), int | float) for word in words)
    hint = "; write numbers with a point, as in 30.5" if commas else ""
    most = "most of its values" if numbers else "its values"
    what = f"cannot be cut at {cut or name!r}: {most} are words ({', '.join(words[:SHOWN])}){hint}"
    faults.append(Fault(name, what))
    return None


def _classes(
    name: str, found: set[Scalar], order: tuple[tuple[str, ...], bool] | None, faults: list[Fault]
) -> Axis | None:
    """An axis of the values that there are, in the order of the vocabulary or of the alphabet."""
    count = sum(isinstance(value, int | float) and not isinstance(value, bool) for value in found)
    numbers = count == len(found)
    if count > MOST_NUMBERS or len(found) > MOST_VALUES:
        kind, hint = f"{len(found)} different words", "group them first"
        if count > MOST_NUMBERS:
            kind, hint = f"{count} different numbers", f"say where to cut it, as in {name}:30,50"
        faults.append(Fault(name, f"has {kind}; {hint}"))
        return None
    if numbers and order is None:
        return Axis(name, tuple(dict.fromkeys(spelt(value) for value in sorted(found, key=float))), ordered=True)
    usual = VOCABULARY[name].values if name in VOCABULARY else ()
    known, alike = order or (usual, name in ORDERED)
    words = {spelt(value) for value in found}
    values = (*known, *sorted(words - set(known), key=_by_size))
    return Axis(name, values, ordered=alike and words <= set(known))


ORDERED: Final = frozenset({"pose", "skin_tone"})
"""Words of the vocabulary whose order means that neighbours are alike."""


def _by_size(word: str) -> tuple[bool, Scalar, str]:
    """Numbers by size, then words by the alphabet."""
    number = number_in(word)
    return number is None, 0 if number is None else number, word


def _cut(name: str, text: str, faults: list[Fault]) -> Axis | None:
    """An axis of numbers that is cut where the user says."""
    try:
        cuts = tuple(float(word) for word in text.split(","))
    except ValueError:
        near = did_you_mean(text, BINS)
        hint = f"; did you mean {near!r}?" if near else f" or one of {', '.join(BINS)}"
        faults.append(Fault(name, f"cannot be cut at {text!r}; give ascending numbers, as in {name}:30,50{hint}"))
        return None
    if list(cuts) != sorted(set(cuts)) or not all(abs(cut) < float("inf") for cut in cuts):
        faults.append(Fault(name, f"must be cut at ascending numbers, not {text}"))
        return None
    ends = [spelt(cut) for cut in cuts]
    middle = [f"{low}..{high}" for low, high in pairwise(ends)]
    return Axis(name, (f"<{ends[0]}", *middle, f">={ends[-1]}"), cuts, ordered=True)
