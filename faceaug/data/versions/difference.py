"""What changed between two versions of a data set."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from faceaug.data.record import Record

__all__ = ["Difference", "LabelChange", "difference"]

Pair = tuple["Record", "Record"]

MOST_VALUES: Final = 50
"""Different words of one attribute above which it is free text and not counted (our choice)."""


@dataclass(frozen=True)
class LabelChange:
    """One label of one picture that stayed.

    Attributes:
        id: of the picture, as it is now.
        name: attribute; or subject, split or id.
        old: value before, None if it was not known.
        new: value now, None if it is no longer known.
    """

    id: str
    name: str
    old: object
    new: object


@dataclass(frozen=True)
class Difference:
    """What leads from one version to another.

    Attributes:
        old: name of the version before.
        new: name of the version after.
        added: records of new pictures that replace none.
        replaced: (record before, record now) of pictures that took another's place.
        dropped: records of pictures that are gone without replacement.
        kept: (record before, record now) of pictures that are the same to the byte.
        labels: what is said differently of kept pictures.
        coverage: attribute -> value -> {"photographed": [before, after], "rendered": [before, after]}, for words alone
            and only where a count changed.
    """

    old: str
    new: str
    added: tuple[Record, ...]
    replaced: tuple[Pair, ...]
    dropped: tuple[Record, ...]
    kept: tuple[Pair, ...]
    labels: tuple[LabelChange, ...]
    coverage: dict[str, dict[str, dict[str, list[int]]]]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.replaced or self.dropped or self.labels)

    def as_dict(self) -> dict[str, Any]:
        """The difference as JSON values; pictures by their ids."""
        return {
            "old": self.old,
            "new": self.new,
            "added": [record.id for record in self.added],
            "replaced": [[was.id, now.id] for was, now in self.replaced],
            "dropped": [record.id for record in self.dropped],
            "kept": len(self.kept),
            "labels": [vars(change) for change in self.labels],
            "coverage": self.coverage,
        }


def difference(before: Sequence[Record], after: Sequence[Record], names: tuple[str, str] = ("", "")) -> Difference:
    """Compare two lists of records.

    A picture is *kept* if the same bytes are in both. Otherwise a new picture *replaces* an old one that has the same
    id; or that came from the same photograph in the same variant with the same edits; or that was made to fill the
    same place of a plan (same `expected` among what was requested), in that order of preference and each old picture
    once. What remains is added or dropped.

    Args:
        before: records of the old version.
        after: records of the new version.
        names: of both versions.
    """
    pairs = _Pairs(before, after)
    kept = [*pairs.match(lambda r: (r.id, _content(r))), *pairs.match(_content)]
    replaced = [*pairs.match(lambda r: r.id), *pairs.match(_slot), *pairs.match(_expected)]
    return Difference(
        *names,
        added=tuple(pairs.after.values()),
        replaced=tuple(_ordered(replaced, after)),
        dropped=tuple(pairs.before.values()),
        kept=tuple(_ordered(kept, after)),
        labels=tuple(change for was, now in _ordered(kept, after) for change in _label_changes(was, now)),
        coverage=_coverage(before, after),
    )


class _Pairs:
    """Records of both sides that have found no partner yet."""

    def __init__(self, before: Sequence[Record], after: Sequence[Record]) -> None:
        self.before = {record.id: record for record in before}
        self.after = {record.id: record for record in after}

    def match(self, key: Callable[[Record], Hashable | None]) -> list[Pair]:
        """Pair those that have the same key, in the order of the manifests; a key of None pairs nothing."""
        waiting: dict[Hashable, list[Record]] = defaultdict(list)
        for record in self.before.values():
            waiting[key(record)].append(record)
        waiting.pop(None, None)
        found = []
        for record in list(self.after.values()):
            candidates = waiting.get(key(record))
            if candidates:
                was = candidates.pop(0)
                found.append((was, record))
                del self.before[was.id], self.after[record.id]
        return found


def _content(record: Record) -> str | None:
    """What the picture is, to the byte."""
    return record.sha256 or record.photo


def _slot(record: Record) -> Hashable | None:
    """Which picture of its photograph a rendering is."""
    if record.origin != "rendered" or record.parent is None:
        return None
    return record.parent, record.face, record.variant, tuple(sorted(record.drawn or record.requested))


def _expected(record: Record) -> Hashable | None:
    """Which place of a plan a rendering fills."""
    expected = record.requested.get("expected")
    return json.dumps(expected, sort_keys=True) if record.origin == "rendered" and expected else None


def _ordered(pairs: Iterable[Pair], after: Sequence[Record]) -> list[Pair]:
    """Pairs in the order of the new manifest."""
    places = {record.id: place for place, record in enumerate(after)}
    return sorted(pairs, key=lambda pair: places[pair[1].id])


def _label_changes(was: Record, now: Record) -> list[LabelChange]:
    """What is said differently of one picture."""
    changes = [
        LabelChange(now.id, name, getattr(was, name), getattr(now, name))
        for name in ("id", "subject", "split")
        if getattr(was, name) != getattr(now, name)
    ]
    for name in dict.fromkeys([*was.attributes, *now.attributes]):
        old, new = was.attributes.get(name), now.attributes.get(name)
        if (old.value if old else None) != (new.value if new else None):
            changes.append(LabelChange(now.id, name, old.value if old else None, new.value if new else None))
    return changes


def _coverage(before: Sequence[Record], after: Sequence[Record]) -> dict[str, dict[str, dict[str, list[int]]]]:
    """How many pictures show each word, where that changed."""
    counts = [_counts(before), _counts(after)]
    names = dict.fromkeys(name for count in counts for name, _, _ in count)
    found: dict[str, dict[str, dict[str, list[int]]]] = {}
    for name in sorted(names):
        values = sorted({word for count in counts for other, word, _ in count if other == name})
        if len(values) > MOST_VALUES:
            continue
        for word in values:
            row = {
                title: [count[name, word, origin] for count in counts]
                for title, origin in (("photographed", "camera"), ("rendered", "rendered"))
            }
            if any(old != new for old, new in row.values()):
                found.setdefault(name, {})[word] = row
    return found


def _counts(records: Sequence[Record]) -> Counter[tuple[str, str, str]]:
    """(attribute, word, origin) -> pictures."""
    return Counter(
        (name, str(value.value).lower() if isinstance(value.value, bool) else value.value, record.origin)
        for record in records
        for name, value in record.attributes.items()
        if isinstance(value.value, str | bool)
    )
