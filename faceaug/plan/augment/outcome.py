"""What became of a plan: the pictures that were kept, those that took another's place, and those that are missing."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.data.record import Record
    from faceaug.plan.augment.attempt import Made, Rejection
    from faceaug.plan.plan import Entry

__all__ = ["Chain", "Outcome", "Shortfall", "cell"]


@dataclass(frozen=True)
class Chain:
    """One planned picture: what became of it, and then of the spares that took its place, until one was kept.

    Attributes:
        entries: of the plan, in the order in which they were tried.
        made: what became of each.
    """

    entries: tuple[Entry, ...]
    made: tuple[Made, ...]

    @property
    def record(self) -> Record | None:
        """Of the picture that was kept, or None."""
        return self.made[-1].record

    @property
    def rejected(self) -> list[Rejection]:
        """All attempts that were not kept."""
        return [rejection for made in self.made for rejection in made.rejected]


@dataclass(frozen=True)
class Shortfall:
    """Pictures of one group that could not be made.

    Attributes:
        where: attribute -> class.
        planned: how many were planned.
        made: how many there are.
        reasons: why -> attempts.
    """

    where: dict[str, str]
    planned: int
    made: int
    reasons: dict[str, int]

    @property
    def missing(self) -> int:
        """How many are not there."""
        return self.planned - self.made


@dataclass(frozen=True)
class Outcome:
    """What became of a whole plan.

    Attributes:
        chains: one for each planned picture, in the plan's order.
    """

    chains: tuple[Chain, ...]

    @property
    def records(self) -> list[Record]:
        """Records of the pictures that were kept."""
        return [chain.record for chain in self.chains if chain.record is not None]

    @property
    def rejected(self) -> list[Rejection]:
        """All attempts that were not kept."""
        return [rejection for chain in self.chains for rejection in chain.rejected]

    def reasons(self) -> dict[str, int]:
        """Check that was not passed -> attempts."""
        return dict(sorted(Counter(name for one in self.rejected for name in one.failed).items()))

    @property
    def replaced(self) -> int:
        """Pictures that another photograph had to be taken for."""
        return sum(chain.record is not None and len(chain.made) > 1 for chain in self.chains)

    @property
    def skipped(self) -> dict[str, str]:
        """Photographs that could not be used -> why, as a sentence."""
        return {
            entry.photo: made.skip[1]
            for chain in self.chains
            for entry, made in zip(chain.entries, chain.made, strict=True)
            if made.skip is not None
        }

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "planned": len(self.chains),
            "made": len(self.records),
            "attempts": len(self.records) + len(self.rejected),
            "rejected": len(self.rejected),
            "reasons": self.reasons(),
            "replaced": self.replaced,
            "shortfall": [vars(one) for one in self.shortfalls()],
            "skipped": self.skipped,
        }

    def shortfalls(self) -> tuple[Shortfall, ...]:
        """The groups of which pictures are missing, in the plan's order."""
        groups: dict[str, list[Chain]] = defaultdict(list)
        for chain in self.chains:
            groups[cell(chain.entries[0].expected)].append(chain)
        return tuple(_shortfall(chains) for chains in groups.values() if any(c.record is None for c in chains))


def _shortfall(chains: list[Chain]) -> Shortfall:
    """What is missing of one group, and why."""
    failed = [chain for chain in chains if chain.record is None]
    reasons = Counter(made.skip[0] for chain in failed for made in chain.made if made.skip is not None)
    reasons += Counter(name for chain in failed for rejection in chain.rejected for name in rejection.failed)
    where = dict(chains[0].entries[0].expected)
    return Shortfall(where, len(chains), len(chains) - len(failed), dict(sorted(reasons.items())))


def cell(expected: Mapping[str, str]) -> str:
    """A group as text, the same for the same classes."""
    return json.dumps(dict(expected), sort_keys=True)
