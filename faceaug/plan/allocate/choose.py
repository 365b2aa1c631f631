"""Choosing: which photographs of a kind are edited, the best first, everybody in turn; and who stands in for them."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from faceaug.coverage.axes import UNKNOWN
from faceaug.plan.donors.costs import AGAIN
from faceaug.plan.donors.facts import number, quality
from faceaug.plan.plan import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from faceaug.data.record import Record
    from faceaug.plan.allocate.kinds import Pool
    from faceaug.plan.allocate.model import Model
    from faceaug.plan.donors.reach import Reach
    from faceaug.plan.donors.steps import Codes, Way
    from faceaug.plan.limits import Limits

__all__ = ["Dealer"]


@dataclass
class Dealer:
    """Deals pictures out to photographs, and keeps count.

    Attributes:
        pool: the pictures that there are.
        reach: what edits can do.
        limits: how often a photograph and a person may be taken.
        photos: number of a record -> pictures made of it.
        people: who -> pictures made of them.
    """

    pool: Pool
    reach: Reach
    limits: Limits
    photos: Counter[int] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    _next: dict[int, int] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)
    _order: dict[int, tuple[float, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look up what is there already: names, and numbers of variants."""
        self._ids = {record.id for record in self.pool.records}
        numbers = {record.id: n for n, record in enumerate(self.pool.records)}
        for record in self.pool.records:
            source = numbers.get(record.parent or "")
            if source is not None:
                self._next[source] = max(self._next.get(source, 0), record.variant + 1)
                self._take(source)

    def entries(self, model: Model, made: npt.NDArray[np.int64]) -> list[Entry]:
        """The pictures of a plan, in the order of the photographs."""
        chosen: list[tuple[int, Codes]] = []
        for column, count in sorted(zip(model.columns, made.tolist(), strict=True), key=lambda pair: pair[0].kind):
            chosen += [(self._deal(model.kinds[column.kind].donors), column.outcome.codes) for _ in range(count)]
        return [self._entry(donor, model.ways[model.donors[donor]][codes]) for donor, codes in sorted(chosen)]

    def spares(self, model: Model, entries: Sequence[Entry]) -> list[Entry]:
        """Pictures that may stand in for others of the same classes, the cheapest of those least taken first.

        Args:
            model: of the plan.
            entries: its pictures.
        """
        wanted = Counter(self._codes(entry) for entry in entries if entry.edits)
        donors: dict[Codes, dict[float, list[int]]] = {codes: defaultdict(list) for codes in wanted}
        for donor, facts in model.donors.items():
            for codes in wanted.keys() & model.ways[facts].keys():
                donors[codes][model.ways[facts][codes].cost].append(donor)
        chosen = []
        for codes, often in wanted.items():
            left = math.ceil(often * self.limits.spares)
            for _, equal in sorted(donors[codes].items()):
                while left and any(map(self._may, equal)):
                    donor = self._deal(equal)
                    chosen.append(self._entry(donor, model.ways[model.donors[donor]][codes]))
                    left -= 1
        return chosen

    def _codes(self, entry: Entry) -> Codes:
        """The classes that a picture will show."""
        return tuple(
            axis.values.index(entry.expected[axis.name]) if axis.name in entry.expected else UNKNOWN
            for axis in self.pool.table.axes
        )

    def shown(self, codes: Codes) -> dict[str, str]:
        """Classes in words; what is not known is left out."""
        return {
            axis.name: axis.values[code]
            for axis, code in zip(self.pool.table.axes, codes, strict=True)
            if code != UNKNOWN
        }

    def _may(self, donor: int) -> bool:
        """Whether a photograph may be taken once more."""
        subject = self.pool.records[donor].subject
        full = subject and self.people[subject] >= self.limits.per_subject
        return self.photos[donor] < self.limits.per_photo and not full

    def _deal(self, donors: Sequence[int]) -> int:
        """The photograph whose turn it is: of whoever was taken least, then the best, then as the seed says."""
        donor = min(filter(self._may, donors), key=self._turn)
        self._take(donor)
        return donor

    def _turn(self, donor: int) -> tuple[int, int, float, bytes]:
        if donor not in self._order:
            record = self.pool.records[donor]
            lot = hashlib.sha256(f"{self.limits.seed} {record.sha256 or record.id}".encode()).digest()
            self._order[donor] = (-quality(record), lot)
        subject = self.pool.records[donor].subject
        taken = self.people[subject] if subject else self.photos[donor]
        return (taken, self.photos[donor], *self._order[donor])

    def _take(self, donor: int) -> None:
        self.photos[donor] += 1
        subject = self.pool.records[donor].subject
        if subject:
            self.people[subject] += 1

    def _entry(self, donor: int, way: Way) -> Entry:
        """The picture that one way makes of one photograph."""
        record: Record = self.pool.records[donor]
        variant = self._next.get(donor, 0)
        self._next[donor] = variant + 1
        now = {aim.quantity: self._number(donor, aim.quantity) for aim in way.aims}
        name = next(name for name in self._names(record.id, variant) if name not in self._ids)
        self._ids.add(name)
        return Entry(
            id=name,
            source=record.id,
            photo=record.photo,
            sha256=record.sha256,
            subject=record.subject,
            split=record.split,
            edits=way.recipe(now),
            seed=self.limits.seed,
            variant=variant,
            expected=self.shown(way.codes),
            cost=round(way.cost + (AGAIN if variant else 0.0), 2),
        )

    def _number(self, donor: int, quantity: str) -> float:
        found = number(self.pool.records[donor], quantity)
        return 0.0 if found is None else found

    @staticmethod
    def _names(source: str, variant: int) -> Iterator[str]:
        """Names for a picture, the plainest first."""
        yield f"{source}_p{variant}"
        tail = 2
        while True:
            yield f"{source}_p{variant}_{tail}"
            tail += 1
