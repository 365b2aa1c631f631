"""Reasons: why a group stays too small, found by taking away one limit after the other and planning again.

Names in `Unfillable.binding`: `per_photo`, `per_subject`, `share`, `group_share` (limits without which the group would
be filled, along with others that they hold back, and none would be worse off), `edits` (it takes more edits on one
picture than are allowed), `unset` (no edit sets it), `donors` (edits could, but no photograph that matches otherwise
can take them), `measure` (photographs are wanted, to measure errors on; from `allocate`).
"""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from faceaug.plan.allocate.model import FREE
from faceaug.plan.allocate.solve import least_missing, left_over
from faceaug.plan.limits import MOST_EDITS
from faceaug.plan.plan import Unfillable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.plan.allocate.model import Model
    from faceaug.plan.allocate.task import Made
    from faceaug.plan.allocate.wanted import Wanted
    from faceaug.plan.donors.facts import Facts
    from faceaug.plan.donors.reach import Reach
    from faceaug.plan.limits import Limits

__all__ = ["Explainer"]

RELAXED: Final = ("per_photo", "per_subject", "share", "group_share")
"""Limits in the order in which they are tried."""

SECONDS: Final = 30.0
"""For the search behind each reason; a limit that is not proven to be in the way by then is not named."""

WHY: Final = {
    "grey": "{} grey",
    "far": "{} farther from it than an edit convinces",
    "narrow": "{} for which the class is narrower than the edit is exact",
}
"""Why a photograph cannot take an edit, with how many; anything else is said as it is."""


@dataclass(frozen=True)
class Explainer:
    """Says why groups stay too small.

    Attributes:
        model: of the plan.
        reach: what edits can do.
        limits: of the plan.
    """

    model: Model
    reach: Reach
    limits: Limits

    def explain(self, made: Made) -> list[Unfillable]:
        """One reason for every group of which pictures stay missing.

        Args:
            made: (columns,) pictures of the plan.
        """
        missing = left_over(self.model, made)
        still = [number for number in range(len(self.model.wanted)) if missing[number] > 0]
        reached = np.diff(self.model.hits.indptr) > 0
        binding = self._binding(made, [number for number in still if reached[number]])
        found = []
        for number in still:
            group, count = self.model.wanted[number], int(missing[number])
            names, reason = (binding[number], "") if number in binding else self._out_of_reach(group, count)
            where = group.where(self.reach.axes)
            found.append(Unfillable(where, count, names, reason or self._sentence(group, count, names)))
        return found

    def _binding(self, planned: Made, open_: list[int]) -> dict[int, tuple[str, ...]]:
        """The fewest limits without which each group is filled and no other is worse off: one, or else two, or more.

        Args:
            planned: (columns,) pictures of the plan.
            open_: numbers of the groups.
        """
        most = left_over(self.model, planned)
        found: dict[int, tuple[str, ...]] = {}
        present = [name for name in RELAXED if name in self.model.names]
        for count in range(1, len(present) + 1):
            for names in combinations(present, count):
                left = [number for number in open_ if number not in found]
                if not left:
                    return found
                free = np.array([name in names for name in self.model.names])
                model = replace(self.model, most=np.where(free, FREE, self.model.most))
                made, _ = least_missing(model, time.monotonic() + SECONDS, planned, most)
                after = left_over(model, made)
                found |= {number: names for number in left if after[number] == 0}
        return found

    def _sentence(self, group: Wanted, missing: int, names: tuple[str, ...]) -> str:
        """What the limits do, and what it takes."""
        limits = self.limits
        base = math.ceil(missing * (1 - limits.share) / limits.share) if limits.share else None
        told = {
            "per_photo": f"variants per photograph is at most {limits.per_photo}: "
            f"{_count(math.ceil(missing / limits.per_photo), 'more donor')}",
            "per_subject": f"variants per person is at most {limits.per_subject}: "
            f"{_count(math.ceil(missing / limits.per_subject), 'more person')}",
            "share": f"renderings are at most {limits.share:.0%} of all pictures"
            + (f": {_count(base, 'more photograph')}" if base else ""),
            "group_share": f"renderings are at most {limits.most_in_group:.0%} of every class",
        }
        fixed = self._unset(group)
        lead = f"{_words(group, self.reach, fixed)}: no edit sets it; " if fixed else ""
        return lead + ("; and ".join(told[name] for name in names) or "not found in time")

    def _unset(self, group: Wanted) -> list[int]:
        """Axes of a group whose classes no edit sets."""
        return [place for place, meant in group.codes if not any(self.reach.settable(place, code) for code in meant)]

    def _out_of_reach(self, group: Wanted, missing: int) -> tuple[tuple[str, ...], str]:
        """Why nothing that was looked at is of the group."""
        facts = list(self.model.donors.values())
        fixed = self._unset(group)
        meant = dict(group.codes)
        match = [one for one in facts if all(one.codes[place] in meant[place] for place in fixed)]
        if not match and (fixed or not facts):
            words = _words(group, self.reach, fixed) or "no photograph may be edited"
            has = "no edit sets it" if len(fixed) == 1 else "no edit sets them, and no photograph has them together"
            limits = "; ".join(filter(None, map(self.reach.bounds, fixed)))
            has += f" ({limits})" if limits else ""
            return ("unset",), f"{words}: {has}; photograph or find {missing} more"
        fewest = self._fewest_edits(group, match)
        if fewest is not None:
            allowed = _count(self.limits.edits, "is", "are")
            return ("edits",), f"it takes {fewest} edits on one picture, and at most {allowed} allowed"
        whys = Counter(why for one in match for why in self._refused(group, one))
        if not whys:
            words = _words(group, self.reach, fixed)
            vary = f"or let its {_count(len(match), 'photograph')} vary (--vary lighting)"
            return ("unset",), f"{words}: no edit sets it; photograph or find {missing} more, {vary}"
        told = ", ".join(WHY.get(why, "{} with " + why).format(count) for why, count in whys.most_common(4))
        other = "match otherwise" if fixed else "there are"
        words = _words(group, self.reach, [place for place, _ in group.codes if place not in fixed])
        return ("donors",), f"{words}: none of the {len(match)} photographs that {other} can be edited to it ({told})"

    def _fewest_edits(self, group: Wanted, match: Sequence[Facts]) -> int | None:
        """How many edits it would take, if more were allowed."""
        places = frozenset(place for place, _ in group.codes)
        for count in range(self.limits.edits + 1, MOST_EDITS + 1):
            for facts in dict.fromkeys(match):
                if any(group.holds(way.codes) for way in self.reach.ways(facts, count, moving=places)):
                    return count
        return None

    def _refused(self, group: Wanted, facts: Facts) -> set[str]:
        """Why a photograph cannot be brought to a group."""
        meant = dict(group.codes)
        _, refused = self.reach.steps(facts)
        return {
            one.why for one in refused if one.code in meant.get(one.place, ()) and facts.codes[one.place] != one.code
        }


def _words(group: Wanted, reach: Reach, places: Sequence[int]) -> str:
    """Some attributes of a group, as `glasses=clear & pose=left`."""
    where = group.where(reach.axes)
    names = [reach.axes[place].name for place in places]
    return " & ".join(f"{name}={'|'.join(where[name])}" for name in names)


def _count(number: int, one: str, many: str = "") -> str:
    """A number with its noun (or verb)."""
    plural = many or {"more person": "more people"}.get(one, f"{one}s")
    return f"{number} {one if number == 1 else plural}"
