"""Reach: which edits take a photograph from its classes to which others, what that costs, and what is out of reach.

What an edit can do follows from the labels that it declares, from the dials (`dials`) and from the lamps (`lamps`).
Nothing takes glasses, a beard, years or a gender away or adds them: no edit declares it.
"""

from __future__ import annotations

import math
from itertools import combinations, product
from typing import TYPE_CHECKING

from faceaug.coverage.axes import UNKNOWN
from faceaug.edit import By, edits
from faceaug.plan.donors.costs import PICTURE, cost_of
from faceaug.plan.donors.dials import DIALS, LATER, NEEDS, SHIFTS, UNREADABLE, companions, dial_of, span_of
from faceaug.plan.donors.lamps import lamp_steps
from faceaug.plan.donors.steps import Aim, Refused, Step, Way

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.edit import Edit
    from faceaug.plan.donors.dials import Dial, Span
    from faceaug.plan.donors.facts import Facts

__all__ = ["Reach"]


class Reach:
    """What edits can do to photographs, as far as some attributes are concerned.

    Args:
        axes: the attributes.
        vary: edits that may be made for variety alone, with their usual settings.
    """

    def __init__(self, axes: Sequence[Axis], vary: Sequence[str] = ()) -> None:
        self.axes = tuple(axes)
        self._edits = edits()
        self._places = {axis.name: place for place, axis in enumerate(axes)}
        self._touched = {name: self._touches(edit) for name, edit in self._edits.items()}
        self._words = [step for edit in self._edits.values() for step in self._word_steps(edit)]
        self._words += lamp_steps(axes, self._touched["lighting"])
        self._words += [self._plain(self._edits[name]) for name in vary]
        self._dials = [(place, dial) for place, axis in enumerate(axes) if (dial := dial_of(axis)) is not None]

    @property
    def quantities(self) -> tuple[str, ...]:
        """Quantities of a photograph that matter."""
        spans = (span_of(axis, code) for axis in self.axes for code in range(len(axis.values)))
        return tuple(dict.fromkeys(span.quantity for span in spans if span is not None and span.quantity in DIALS))

    @property
    def asks(self) -> tuple[str, ...]:
        """Attributes of a photograph that edits ask for."""
        return ("grey", *dict.fromkeys(name for need in NEEDS.values() for name in need))

    def settable(self, place: int, code: int) -> bool:
        """Whether any edit could bring any photograph to a class."""
        if any((place, code) in step.sets for step in self._words):
            return True
        span = span_of(self.axes[place], code)
        return any(at == place and span is not None and _interval(dial, span) is not None for at, dial in self._dials)

    def bounds(self, place: int) -> str | None:
        """How far the edit behind an axis convinces, in words, or None where there is no such edit."""
        dial = next((dial for at, dial in self._dials if at == place), None)
        return (
            None if dial is None else f"{dial.edit} convinces for {dial.setting} {dial.span[0]:g} to {dial.span[1]:g}"
        )

    def steps(self, facts: Facts) -> tuple[list[Step], list[Refused]]:
        """What single edits can do to a photograph, and what they cannot."""
        found: list[Step] = []
        refused: list[Refused] = []
        for step in self._words:
            changed = [(place, code) for place, code in step.sets if code not in {UNKNOWN, facts.codes[place]}]
            if step.sets and not changed:
                continue
            why = self._why_not(self._edits[step.edit], facts)
            if why is None:
                found.append(step)
            refused += [Refused(place, code, why) for place, code in changed if why is not None]
        for place, dial in self._dials:
            for code in range(len(self.axes[place].values)):
                if code == facts.codes[place]:
                    continue
                made = self._dial_step(place, code, dial, facts)
                (found if isinstance(made, Step) else refused).append(made)  # type: ignore[arg-type]
        return found, refused

    def ways(self, facts: Facts, most: int, *, moving: Container[int] | None = None) -> Iterator[Way]:
        """Everything that up to `most` edits can do to a photograph.

        Args:
            facts: of the photograph.
            most: edits on one picture.
            moving: axes that alone are to be moved, or None for all.
        """
        steps, _ = self.steps(facts)
        if moving is not None:
            steps = [step for step in steps if any(place in moving for place in _moved(step))]
        for count in range(1, len(self._dials) + most + 1):
            some = False
            for chosen in combinations(steps, count):
                if len({step.edit for step in chosen}) <= most and _fit(chosen):
                    way = self._way(chosen, facts)
                    some = True
                    if way is not None:
                        yield way
            if not some:
                return

    def stays(self, facts: Facts) -> list[Way]:
        """Ways to render a photograph anew that change none of its classes: a quantity is aimed at where it is."""
        found = [Way((), (), facts.codes, PICTURE)]
        numbers = dict(facts.numbers)
        for place, dial in self._dials:
            span = None if facts.codes[place] == UNKNOWN else span_of(self.axes[place], facts.codes[place])
            why = self._why_not(self._edits[dial.edit], facts)
            interval = None if span is None or why is not None else _interval(dial, span)
            if span is None or interval is None or span.quantity not in numbers:
                continue
            aim = Aim(place, facts.codes[place], dial, span.quantity, *interval).near(numbers[span.quantity])
            step = Step(dial.edit, (), (aim,), (), cost_of(dial.edit), self._touched[dial.edit])
            way = self._way((step,), facts)
            found += [way] if way is not None and way.codes == facts.codes else []
        return found

    def _touches(self, edit: Edit) -> frozenset[int]:
        """Axes that an edit measures again, sets, drops or shifts."""
        names = edit.labels.measures | edit.labels.drops | set(edit.labels.sets)
        names |= {quantity for name, quantity in SHIFTS if name == edit.name}
        return frozenset(place for axis, place in self._places.items() if names & set(companions(axis)))

    def _named(self, names: Container[str]) -> Iterator[tuple[Axis, int]]:
        """The axes among some attributes, with their places."""
        return ((axis, place) for place, axis in enumerate(self.axes) if axis.name in names)

    def _plain(self, edit: Edit) -> Step:
        """An edit as usual, for variety."""
        return Step(edit.name, (), (), (), cost_of(edit.name), self._touched[edit.name])

    def _word_steps(self, edit: Edit) -> Iterator[Step]:
        """What an edit sets by declaration, once for every outcome that its words can have."""
        deciding = sorted({label.setting for label in edit.labels.sets.values() if isinstance(label, By)})
        outcomes: dict[tuple[tuple[int, int], ...], list[dict[str, str]]] = {}
        unread = UNREADABLE.get(edit.name, ())
        for chosen in product(*(edit.settings[name].values for name in deciding)):
            if any(word in unread for word in chosen):
                continue
            used = dict(zip(deciding, chosen, strict=True))
            sets, drops = edit.labels.decided(used)
            codes = {place: self.axes[place].code(sets[axis.name]) for axis, place in self._named(sets)}
            codes |= {place: UNKNOWN for _, place in self._named(drops)}
            outcomes.setdefault(tuple(sorted(codes.items())), []).append(used)
        for sets_, many in outcomes.items():
            if any(code != UNKNOWN for _, code in sets_):
                words = tuple((name, tuple(dict.fromkeys(used[name] for used in many))) for name in deciding)
                yield Step(edit.name, sets_, (), words, cost_of(edit.name, dict(words)), self._touched[edit.name])

    def _why_not(self, edit: Edit, facts: Facts) -> str | None:
        """What of a photograph is in the way of an edit, or None."""
        words = dict(facts.words)
        for name, must in NEEDS.get(edit.name, {}).items():
            if words.get(name) != must:
                return f"{name}={words[name]}" if name in words else f"{name} unknown"
        return "grey" if "colour" in edit.needs and words.get("grey") == "yes" else None

    def _dial_step(self, place: int, code: int, dial: Dial, facts: Facts) -> Step | Refused | None:
        """Bring a quantity into a class; None for a class that is no interval."""
        span = span_of(self.axes[place], code)
        if span is None:
            return None
        why, now = self._why_not(self._edits[dial.edit], facts), dict(facts.numbers).get(span.quantity)
        interval = _interval(dial, span)
        if why is not None or now is None or interval is None:
            return Refused(place, code, why or (f"{span.quantity} unknown" if now is None else "narrow"))
        low, high = max(interval[0], now - dial.farthest), min(interval[1], now + dial.farthest)
        if low > high:
            return Refused(place, code, "far")
        cost = cost_of(dial.edit, {}, span.quantity, abs((low + high) / 2 - now))
        aim = Aim(place, code, dial, span.quantity, low, high)
        return Step(dial.edit, (), (aim,), (), cost, self._touched[dial.edit])

    def _way(self, steps: tuple[Step, ...], facts: Facts) -> Way | None:
        """The outcome of some steps together, or None where one undoes the aim of another."""
        codes = list(facts.codes)
        aims = []
        for place in range(len(codes)):
            touching = [step for step in steps if place in step.touches]
            setting = {step.edit: code for step in steps for at, code in step.sets if at == place}
            aim = next((aim for step in steps for aim in step.aims if aim.place == place), None)
            if aim is not None:
                moved = _shift(
                    [step for step in steps if self._later(step, aim) and place in step.touches], aim.quantity
                )
                aim = None if moved is None else aim.within(moved)
                if aim is None:
                    return None
                aims.append(aim)
                codes[place] = aim.code
            elif setting:
                codes[place] = max(setting.values())
            elif touching:
                codes[place] = self._kept(place, touching, facts)
        return Way(steps, tuple(aims), tuple(codes), PICTURE + sum(step.cost for step in steps))

    def _later(self, step: Step, aim: Aim) -> bool:
        """Whether a step is drawn after what reaches an aim."""
        here, there = (LATER.index(self._edits[name].channel) for name in (step.edit, aim.dial.edit))
        return here > there

    def _kept(self, place: int, touching: Sequence[Step], facts: Facts) -> int:
        """The class after edits that measure it anew without an aim: the same if it is safe from them, else unknown."""
        code = facts.codes[place]
        span = None if code == UNKNOWN else span_of(self.axes[place], code)
        if span is None:
            return UNKNOWN
        moved, now = _shift(touching, span.quantity), dict(facts.numbers).get(span.quantity)
        return code if moved is not None and now is not None and span.inside(now, moved) else UNKNOWN


def _shift(steps: Iterable[Step], quantity: str) -> float | None:
    """By how much some steps together shift a quantity; None where that is not known of one."""
    found = {step.edit: dict(step.shifts).get(quantity, SHIFTS.get((step.edit, quantity))) for step in steps}
    known = [shift for shift in found.values() if shift is not None]
    return math.hypot(*known) if len(known) == len(found) else None


def _interval(dial: Dial, span: Span) -> tuple[float, float] | None:
    """The values of a class that can be reached and are surely in it, or None."""
    low, high = max(span.low + dial.margin, dial.span[0]), min(span.high - dial.margin, dial.span[1])
    return (low, high) if low <= high else None


def _fit(steps: Sequence[Step]) -> bool:
    """Whether steps can be made together: settings of one edit agree, and no attribute is set twice."""
    for one, other in combinations(steps, 2):
        if one.edit == other.edit:
            if not one.aims or not other.aims or one.aims[0].dial.setting == other.aims[0].dial.setting:
                return False
            if dict(one.aims[0].dial.also).keys() ^ dict(other.aims[0].dial.also).keys():
                return False
        if _moved(one) & _moved(other):
            return False
    return True


def _moved(step: Step) -> set[int]:
    """Axes that a step brings somewhere."""
    return {place for place, _ in step.sets} | {aim.place for aim in step.aims}
