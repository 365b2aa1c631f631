"""Drawing several settings together: where their laws were fitted to the same photographs they depend on each other."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from faceaug.image.noise import Noise
from faceaug.recipe.fitted import Fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.recipe.schema import Recipe

__all__ = ["joint_units", "lower_root"]

STANDARD: Final = NormalDist()

EDGE: Final = 2.0**-33
"""Numbers between 0 and 1 keep this far from the ends, where the normal law has no value."""

Place = tuple[str, str]
"""Edit and setting."""


def joint_units(recipe: Recipe, sha256: str, variants: Sequence[int]) -> dict[Place, list[float]]:
    """The numbers between 0 and 1 at which settings are drawn that depend on others.

    The settings of a group, in alphabetical order, take their own independent numbers to the normal law, are mixed by
    the lower triangular root of their correlations, and go back. So the first is drawn as if it were alone, and every
    number depends on the keys of its group alone: not on chance, conditions, or other pictures.

    Returns:
        Edit and setting -> a number a picture; settings that depend on nothing are left out.

    Source: the Gaussian copula; R. Nelsen, "An Introduction to Copulas" (2006).
    """
    groups: dict[str, dict[Place, Fitted]] = {}
    for edit in sorted(recipe.edits):
        for setting, law in sorted(recipe.edits[edit].laws.items()):
            if isinstance(law, Fitted):
                groups.setdefault(law.group, {})[edit, setting] = law
    found: dict[Place, list[float]] = {}
    for members in groups.values():
        if len(members) > 1:
            found |= _mixed(recipe.seed, members, sha256, variants)
    return found


def _mixed(seed: int, members: dict[Place, Fitted], sha256: str, variants: Sequence[int]) -> dict[Place, list[float]]:
    """The numbers of one group."""
    own: dict[Place, list[float]] = {
        (edit, setting): Noise.of(seed, [sha256] * len(variants), variants, edit).uniform(setting)[:, 0].tolist()
        for edit, setting in members
    }
    columns = [[STANDARD.inv_cdf(min(max(unit, EDGE), 1 - EDGE)) for unit in units] for units in own.values()]
    laws = list(members.values())
    root = lower_root([[_correlation(one, other) for other in laws] for one in laws])
    return {
        place: own[place]
        if root[number][number] == 1
        else [
            STANDARD.cdf(sum(share * columns[other][row] for other, share in enumerate(root[number])))
            for row in range(len(variants))
        ]
        for number, place in enumerate(members)
    }


def _correlation(one: Fitted, other: Fitted) -> float:
    """The correlation of two settings: of one attribute they are the same."""
    return 1.0 if one.attribute == other.attribute else one.relations.get(other.attribute, 0.0)


def lower_root(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """The lower triangular root of correlations (Cholesky).

    What rounding has made impossible, or what is the same twice, is bent as little as it takes: rows keep length 1.

    Args:
        matrix: (N, N) symmetric, 1 on the diagonal.
    """
    rows: list[list[float]] = []
    for number, given in enumerate(matrix):
        row: list[float] = []
        for other in range(number):
            known = sum(row[k] * rows[other][k] for k in range(other))
            own = rows[other][other]
            row.append((given[other] - known) / own if own > 1e-9 else 0.0)
        length = sum(value * value for value in row)
        if length > 1:
            row = [value / math.sqrt(length) for value in row]
        row.append(math.sqrt(max(0.0, 1 - sum(value * value for value in row))))
        rows.append(row)
    return [row + [0.0] * (len(matrix) - len(row)) for row in rows]
