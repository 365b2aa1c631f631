"""Tests of whole clusters: edited pictures of one photograph, and photographs of one person, are one observation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Clusters", "errors_p", "scores_p"]


@dataclass(frozen=True)
class Clusters:
    """Photographs and what became of them.

    Attributes:
        old: (K,) float64, what was found on each photograph.
        new: (N,) float64, what was found on each edited picture.
        of: (N,) which photograph, 0..K-1; each has one picture or more.
        who: (K,) whose photograph it is, 0..P-1; each person has one or more.
    """

    old: npt.NDArray[np.float64]
    new: npt.NDArray[np.float64]
    of: npt.NDArray[np.intp]
    who: npt.NDArray[np.intp]

    @classmethod
    def gathered(
        cls,
        before: npt.ArrayLike,
        after: npt.ArrayLike,
        of: npt.ArrayLike | None = None,
        who: npt.ArrayLike | None = None,
    ) -> Clusters:
        """Photographs from pairs.

        Args:
            before: (N,) what was found on the photograph of each pair.
            after: (N,) what was found on its edited picture.
            of: (N,) which photograph each pair is of; None: another one each.
            who: (N,) whom each pair shows; None: each photograph another person.

        Raises:
            ValueError: for lists of different lengths, empty ones, or a photograph of which two things were found or
                two persons are told.
        """
        old, new = np.asarray(before, np.float64), np.asarray(after, np.float64)
        names = np.arange(len(old)) if of is None else np.asarray(of)
        people = names if who is None else np.asarray(who)
        if old.ndim != 1 or {new.shape, names.shape, people.shape} != {old.shape} or not len(old):
            msg = f"before and after must be lists of the same length, not {old.shape} and {new.shape}"
            raise ValueError(msg)
        _, first, places = np.unique(names, return_index=True, return_inverse=True)
        if (old[first][places] != old).any():
            msg = "before must be the same for all pairs of one photograph"
            raise ValueError(msg)
        person = np.unique(people, return_inverse=True)[1]
        if (person[first][places] != person).any():
            msg = "a photograph must be of one person"
            raise ValueError(msg)
        return cls(old[first], new, places, person[first])

    @property
    def copies(self) -> npt.NDArray[np.int64]:
        """(K,) edited pictures of each photograph."""
        return np.asarray(np.bincount(self.of), np.int64)

    @property
    def means(self) -> npt.NDArray[np.float64]:
        """(K,) mean of each photograph's edited pictures."""
        return np.bincount(self.of, self.new) / self.copies

    @property
    def effective(self) -> float:
        """How many pairs are worth as much: P if there are as many of each person (Kish, Survey Sampling, 1965)."""
        pairs = self.by_person(self.copies)
        return float(pairs.sum() ** 2 / (pairs**2).sum())

    @property
    def people(self) -> int:
        """P, how many persons there are."""
        return int(self.who.max()) + 1

    def by_person(self, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """(P,) sum of what each person's photographs have ``(K,)``."""
        return np.asarray(np.bincount(self.who, np.asarray(values, np.float64)), np.float64)

    def means_by_person(self, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """(P,) mean of what each person's photographs have ``(K,)``."""
        return self.by_person(values) / np.bincount(self.who)


def errors_p(clusters: Clusters) -> float:
    """Probability of so lopsided a change of errors by chance: the larger of two exact tests, two-sided.

    Args:
        clusters: with 0 and 1.

    One flips the signs of the persons' changes: it holds however alike the pictures of one person are, but takes it
    that gains and losses are of the same sizes, which they are not where copies err independently (a photograph that
    errs loses nearly all at once). The other asks which of a photograph and its copies was the photograph, each being
    as likely: it holds in that case, but not where copies are alike. Where there is one copy each, both are McNemar's.

    Source: R. A. Fisher, The Design of Experiments (1935), section 21, for signs; exact conditional test of matched
    sets, Breslow and Day, Statistical Methods in Cancer Research 1 (1980), chapter 7.
    """
    copies, old = clusters.copies, clusters.old.astype(np.int64)
    wrong = np.bincount(clusters.of, clusters.new).astype(np.int64)
    change = wrong - copies * old
    change = np.rint(clusters.by_person(change)).astype(np.int64)
    size = np.abs(change[change != 0])
    half = np.full(len(size), 0.5)
    flipped = 2 * _at_most(size, half, (int(size.sum()) - abs(int(change.sum()))) // 2) if len(size) else 1.0
    both = wrong + old
    # The change of a photograph is `both` less copies + 1 if it was wrong itself.
    weight, chance = copies + 1, both / (copies + 1)
    lost = int((weight * old).sum())
    down = _at_most(weight, chance, lost)
    up = _at_most(weight, 1 - chance, int(weight.sum()) - lost)
    return float(min(1.0, max(flipped, 2 * min(down, up))))


def _at_most(weights: npt.NDArray[np.int64], chances: npt.NDArray[np.float64], limit: int) -> float:
    """Probability that weights, each present by its chance, sum up to `limit` at most."""
    step = int(np.gcd.reduce(weights))
    found = np.zeros(int(weights.sum()) // step + 1)
    found[0] = 1.0
    top = 0
    for weight, chance in zip((weights // step).tolist(), chances.tolist(), strict=True):
        top += weight
        present = found[: top - weight + 1] * chance
        found[: top + 1] *= 1 - chance
        found[weight : top + 1] += present
    return float(found[: limit // step + 1].sum())


def scores_p(clusters: Clusters) -> float:
    """Probability of so large a change of scores by chance: the larger of two tests, two-sided.

    As `errors_p`: Wilcoxon's signed ranks of the persons' mean changes; and, where any has several copies, which of
    a photograph and its copies was the photograph, by the normal distribution of that permutation.

    Source: Wilcoxon, Biometrics 1 (1945), zeros shared between both signs (Pratt 1959).
    """
    from scipy.stats import wilcoxon

    change = clusters.means - clusters.old
    if not change.any():
        return 1.0
    signed = float(wilcoxon(clusters.means_by_person(change), zero_method="zsplit").pvalue)
    copies = clusters.copies
    if copies.max() == 1:
        return signed
    every = np.concatenate([clusters.old, clusters.new])
    of = np.concatenate([np.arange(len(clusters.old)), clusters.of])
    centre = np.bincount(of, every) / (copies + 1)
    # A photograph that is exchanged with a copy changes by (1 + 1 / copies) of what it lies from the centre.
    spread = np.bincount(of, (every - centre[of]) ** 2) / (copies + 1) * (1 + 1 / copies) ** 2
    z = abs(float(change.sum())) / math.sqrt(float(spread.sum()))
    return max(signed, 2 * float(special.ndtr(-z)))
