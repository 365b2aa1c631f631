"""From what a recipe says about one setting to the law it is drawn from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from faceaug.errors import did_you_mean
from faceaug.recipe.distributions import (
    FAMILIES,
    MIN_MASS,
    Choice,
    Continuous,
    Fixed,
    Law,
    Uniform,
    scipy_names,
    scipy_shapes,
)
from faceaug.recipe.fitted import read_fitted
from faceaug.recipe.quantiles import read_quantiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faceaug.data.tree import Faults, Spot
    from faceaug.edit import Setting

__all__ = ["read_law", "usual_law"]

NAMES: Final = ("uniform", "choice", "quantiles", "fitted", *FAMILIES)
"""Everything that can be written as `{name: {...}}`."""

ENDS: Final = ("low", "high")
"""Parameters that must lie within the setting's own bounds."""


def usual_law(setting: Setting) -> Law:
    """The law of a setting that a recipe does not mention."""
    if setting.default is not None:
        return Fixed(setting.default)
    if setting.kind == "choice":
        return Choice(setting.values, tuple(setting.often[value] for value in setting.values if setting.often))
    return Uniform(*setting.usual)


def read_law(edit: str, setting: Setting, spot: Spot, faults: Faults) -> Law | None:
    """Read the law of one setting.

    Args:
        edit: name of the edit.
        setting: its declaration.
        spot: what the recipe says.
        faults: where everything that is wrong is noted.

    Returns:
        The law, or None if something is wrong.
    """
    return _Reading(f"{edit}.{setting.name}", setting, faults).law(spot)


class _Reading:
    """Reads one setting; `name` is how messages call it."""

    def __init__(self, name: str, setting: Setting, faults: Faults) -> None:
        self.name = name
        self.setting = setting
        self.faults = faults

    def law(self, spot: Spot) -> Law | None:
        """A number, a word, a list, or a distribution by name."""
        if spot.items is not None:
            numbers = [item.number for item in spot.items]
            if len(numbers) == 2 and self.setting.kind == "number" and all(n is not None for n in numbers):
                return self.uniform(spot, spot.items[0], spot.items[1])
            return self.equal_choice(spot, spot.items)
        if spot.entries is not None:
            return self.by_name(spot, spot.entries)
        value = self.value(spot, f"{self.name} ")
        return None if value is None else Fixed(value)

    def value(self, spot: Spot, said: str, *, key: bool = False) -> float | str | None:
        """One value within the bounds; `said` begins the sentence of a fault. A key may spell a number in quotes."""
        given: object = spot.value
        if self.setting.kind == "choice":
            given = spot.text if spot.items is None and spot.entries is None else None
        elif key and isinstance(given, str):
            given = _number(given)
        if given is None and self.setting.kind == "number":
            unit = f" in {self.setting.unit}" if self.setting.unit else ""
            self.faults.add(spot, f"{said}is {spot.shown()}, but must be a number{unit} ({self.setting.means})")
            return None
        wrong = self.setting.fault(given)
        if wrong:
            self.faults.add(spot, said + wrong)
            return None
        return given if isinstance(given, str | float) else None

    def uniform(self, spot: Spot, low: Spot, high: Spot) -> Law | None:
        """Two numbers, low end first."""
        ends = [self.value(end, f"the {word} end of {self.name} ") for end, word in ((low, "low"), (high, "high"))]
        if not isinstance(ends[0], float) or not isinstance(ends[1], float):
            return None
        if ends[0] > ends[1]:
            said = f"{self.name} is [{ends[0]:g}, {ends[1]:g}], but the low end comes first"
            self.faults.add(spot, f"{said}: write [{ends[1]:g}, {ends[0]:g}]")
            return None
        return Uniform(ends[0], ends[1])

    def equal_choice(self, spot: Spot, items: Sequence[Spot]) -> Law | None:
        """A list of values, all equally likely."""
        if not items:
            self.faults.add(spot, f"{self.name} is an empty list; write one value or more")
            return None
        values = [self.value(item, f"{self.name} ") for item in items]
        kept = tuple(value for value in values if value is not None)
        return Choice(kept) if len(kept) == len(values) else None

    def by_name(self, spot: Spot, entries: Sequence[tuple[Spot, Spot]]) -> Law | None:
        """`{name: ...}`."""
        names = [key.text for key, _ in entries]
        if len(entries) != 1:
            what = f"has the keys {', '.join(names)}" if names else "is empty"
            self.faults.add(
                spot, f"{self.name} {what}, but must be one distribution, as in {{normal: {{mean: 0, sd: 1}}}}"
            )
            return None
        key, value = entries[0]
        if key.text not in NAMES:
            near = did_you_mean(key.text, NAMES)
            hint = f"did you mean {near!r}?" if near else f"known are {', '.join(NAMES)}"
            if key.text in scipy_names():
                hint = f"write {{scipy: {{name: {key.text}, ...}}}}"
            self.faults.add(key, f"{self.name}: there is no distribution {key.text!r}; {hint}")
            return None
        return self.named(key, value)

    def named(self, key: Spot, value: Spot) -> Law | None:
        """A distribution whose name is known."""
        words: dict[str, Callable[[], Law | None]] = {
            "choice": lambda: self.choice(value),
            "fitted": lambda: read_fitted(self.name, self.setting, value, self.faults, self.again),
        }
        if key.text in words:
            return words[key.text]()
        if self.setting.kind == "choice":
            values = ", ".join(self.setting.values)
            self.faults.add(
                key, f"{self.name} is one of {values}; it can be chosen, but has no {key.text} distribution"
            )
            return None
        if key.text == "quantiles":
            return read_quantiles(self.name, self.setting, value, self.faults)
        if key.text == "uniform" and value.items is not None and len(value.items) == len(ENDS):
            return self.uniform(value, value.items[0], value.items[1])
        return self.family(key, value)

    def again(self, spot: Spot, faults: Faults) -> Law | None:
        """A law of the same setting that stands in another file."""
        return _Reading(self.name, self.setting, faults).law(spot)

    def choice(self, spot: Spot) -> Law | None:
        """`choice`: a list of values, or values with their weights."""
        if spot.items is not None:
            return self.equal_choice(spot, spot.items)
        if not spot.entries:
            say = "must list values, as in [a, b], or values with weights, as in {a: 3, b: 1}"
            self.faults.add(spot, f"{self.name}: choice is {spot.shown()}, but {say}")
            return None
        values: list[float | str | None] = []
        weights: list[float] = []
        good = True
        for key, weight in spot.entries:
            value = self.value(key, f"{self.name} ", key=True)
            number = weight.number
            if number is None or number < 0:
                said = f"the weight of {key.text} is {weight.shown()}, but must be a number of at least 0"
                self.faults.add(weight, f"{self.name}: {said}")
            good = good and value is not None and number is not None and number >= 0
            values.append(value)
            weights.append(number or 0.0)
        total = sum(weights, 0.0)
        if good and not total:
            self.faults.add(spot, f"{self.name}: every weight is 0, so that nothing can be chosen")
        if good and math.isinf(total):
            self.faults.add(spot, f"{self.name}: the weights are too large to be added up")
        good = good and 0 < total < math.inf
        return Choice(tuple(v for v in values if v is not None), tuple(weights)) if good else None

    def family(self, key: Spot, spot: Spot) -> Law | None:
        """A distribution with its parameters."""
        before = len(self.faults)
        given = self.parameters(key.text, spot)
        if len(self.faults) > before:
            return None
        if key.text == "uniform":
            entries = {name.text: value for name, value in spot.entries or ()}
            return self.uniform(spot, entries["low"], entries["high"])
        said = f"{self.name}: {key.text}"
        wrong = FAMILIES[key.text].wrong(given)
        if wrong:
            self.faults.add(spot, f"{said}.{wrong}" if key.text != "scipy" else f"{said}: {wrong}")
            return None
        law = Continuous(key.text, given, self.setting.within)
        if not law.mass >= MIN_MASS:
            low, high = self.setting.within
            unit = f" {self.setting.unit}" if self.setting.unit else ""
            where = f"{low:g}..{high:g}{unit} ({self.setting.means})"
            self.faults.add(spot, f"{said} lies (all but a millionth) outside {where}")
            return None
        return law

    def parameters(self, family: str, spot: Spot) -> dict[str, float | str]:
        """The parameters of a distribution, all there and all numbers."""
        said = f"{self.name}: {family}"
        if spot.entries is None:
            self.faults.add(spot, f"{said} is {spot.shown()}, but must have its parameters, as in {_example(family)}")
            return {}
        entries = {key.text: (key, value) for key, value in spot.entries}
        needs, may = self.wanted(family, entries)
        given: dict[str, float | str] = {}
        for name, (key, value) in entries.items():
            if name not in {*needs, *may}:
                near = did_you_mean(name, [*needs, *may])
                hint = f"did you mean {near!r}?" if near else f"it has {', '.join([*needs, *may])}"
                self.faults.add(key, f"{said} has no parameter {name!r}; {hint}")
                continue
            read = value.text if (family, name) == ("scipy", "name") else self.parameter(family, name, value)
            if read is not None:
                given[name] = read
        for name in needs:
            if name not in entries:
                self.faults.add(spot, f"{said} needs {name}, as in {_example(family)}")
        return given

    def parameter(self, family: str, name: str, spot: Spot) -> float | None:
        """One number among the parameters; the ends of a distribution must lie within the setting's bounds."""
        said = f"{self.name}: {family}.{name} "
        if spot.number is None:
            self.faults.add(spot, f"{said}is {spot.shown()}, but must be a number")
        elif name in ENDS and family != "scipy" and self.value(spot, said) is None:
            return None
        return spot.number

    def wanted(self, family: str, entries: Mapping[str, tuple[Spot, Spot]]) -> tuple[Sequence[str], Sequence[str]]:
        """Parameters that a distribution needs, and those that it may have besides."""
        if family == "uniform":
            return ENDS, ()
        known = FAMILIES[family]
        if family != "scipy" or "name" not in entries:
            return known.needs, tuple(entries) if family == "scipy" else known.may
        spot = entries["name"][1]
        if spot.text not in scipy_names():
            near = did_you_mean(spot.text, scipy_names())
            hint = f"; did you mean {near!r}?" if near else ""
            self.faults.add(spot, f"{self.name}: scipy.stats has no continuous distribution {spot.text!r}{hint}")
            return known.needs, tuple(entries)
        return ("name", *scipy_shapes(spot.text)), ("loc", "scale")


def _number(text: str) -> float | None:
    """A number that was written in quotes."""
    try:
        return float(text)
    except ValueError:
        return None


def _example(family: str) -> str:
    """How a distribution is written."""
    if family == "scipy":
        return "{scipy: {name: gamma, a: 2, scale: 3}}"
    names = ENDS if family == "uniform" else FAMILIES[family].needs
    return f"{{{family}: {{{', '.join(f'{name}: ...' for name in names)}}}}}"
