"""Impossible combinations: rules such as `glasses=none & frame=round|square`, so that nobody is asked for nonsense."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.lattice import choices
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Table

__all__ = ["Possible", "Rule", "contradictions", "possible", "read_rules"]

LARGEST: Final = 1 << 24
"""Combinations of all attributes that rules name: a byte each is kept."""


@dataclass(frozen=True)
class Rule:
    """A combination that cannot be.

    Attributes:
        text: as it was written.
        where: place of the axis and the codes of its values, for each attribute that is named.
    """

    text: str
    where: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Possible:
    """Which patterns can be at all. A pattern is impossible if the rules exclude every combination in it.

    Attributes:
        axes: places of the axes that rules name, ascending.
        flags: for each choice of each of these axes, whether it can be.
    """

    axes: tuple[int, ...]
    flags: npt.NDArray[np.bool_]

    def over(self, places: Sequence[int]) -> npt.NDArray[np.bool_]:
        """The flags over some axes, given in ascending order: an axis of length 1 where no rule names it.

        The last choice, anything, stays; axes that are not asked for are left open.
        """
        flags = self.flags[tuple(slice(None) if place in places else -1 for place in self.axes)]
        return flags.reshape([flags.shape[self._rank(place, places)] if place in self.axes else 1 for place in places])

    def _rank(self, place: int, places: Sequence[int]) -> int:
        """Which axis of the reduced flags belongs to a place."""
        return sum(other in places for other in self.axes if other < place)


def read_rules(texts: Sequence[str], axes: Sequence[Axis]) -> tuple[Rule, ...]:
    """Read rules, each `name=value|value & name=value`.

    Raises:
        RequestError: for rules that cannot be read, or that name attributes or values that there are not.
    """
    faults: list[Fault] = []
    rules = [Rule(text, _conditions(text, axes, faults)) for text in texts]
    if faults:
        raise RequestError(faults, "nothing was counted")
    return tuple(rules)


def _conditions(text: str, axes: Sequence[Axis], faults: list[Fault]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The conditions of one rule."""
    names = [axis.name for axis in axes]
    found: dict[int, tuple[int, ...]] = {}
    for part in text.split("&"):
        name, sign, given = (word.strip() for word in part.partition("="))
        if not sign or not name or not given:
            faults.append(Fault(text, f"{part.strip()!r} must look like name=value|value"))
        elif name not in names:
            near = did_you_mean(name, names)
            hint = f"did you mean {near!r}?" if near else f"they are {', '.join(names)}"
            faults.append(Fault(text, f"{name!r} is not one of the attributes; {hint}"))
        elif names.index(name) in found:
            faults.append(Fault(text, f"names {name} twice; write {name}=a|b"))
        else:
            found[names.index(name)] = _codes(text, axes[names.index(name)], given, faults)
    return tuple(sorted(found.items()))


def _codes(text: str, axis: Axis, given: str, faults: list[Fault]) -> tuple[int, ...]:
    """The codes of the values of one condition."""
    words = [word.strip() for word in given.split("|")]
    for word in words:
        if word not in axis.values:
            near = did_you_mean(word, axis.values)
            hint = f"did you mean {near!r}?" if near else f"it has {', '.join(axis.values)}"
            faults.append(Fault(text, f"{axis.name} is never {word!r}; {hint}"))
    return tuple(sorted({axis.values.index(word) for word in words if word in axis.values}))


def possible(rules: Sequence[Rule], axes: Sequence[Axis]) -> Possible:
    """Work out which patterns can be.

    Raises:
        RequestError: for rules over more combinations than memory is lent for.
    """
    named = tuple(sorted({place for rule in rules for place, _ in rule.where}))
    kinds = [choices(axes[place]) for place in named]
    size = math.prod(kind.anything + 1 for kind in kinds)
    if size > LARGEST:
        message = f"name {len(named)} attributes with {size:,} combinations together; the most is {LARGEST:,}"
        raise RequestError([Fault("rules", message)], "nothing was counted")
    flags = np.ones([len(axes[place].values) for place in named], np.bool_)
    for rule in rules:
        where = dict(rule.where)
        flags[np.ix_(*(where.get(place, range(len(axes[place].values))) for place in named))] = False
    for rank, kind in reversed(list(enumerate(kinds))):
        shape = flags.shape
        flat = flags.reshape(math.prod(shape[:rank]), shape[rank], math.prod(shape[rank + 1 :]))
        flags = kind.any_of(flat).reshape(*shape[:rank], -1, *shape[rank + 1 :])
    return Possible(named, flags)


def contradictions(rules: Sequence[Rule], table: Table) -> dict[str, npt.NDArray[np.int64]]:
    """Rows of pictures that are said to be impossible: the label is wrong, or the rule."""
    found = {}
    for rule in rules:
        hit = np.ones(len(table), np.bool_)
        for place, codes in rule.where:
            hit &= np.isin(table.codes[:, place], codes)
        if hit.any():
            found[rule.text] = np.flatnonzero(hit)
    return found
