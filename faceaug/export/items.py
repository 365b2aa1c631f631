"""What is exported: pictures with their split, in an order and under names that any tool understands."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from faceaug.coverage.axes import UNKNOWN, axes_for
from faceaug.coverage.counts import tabulate
from faceaug.data.versions.restoring import plain_names
from faceaug.errors import Fault, RequestError
from faceaug.export.folders import split_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.data.record import Record
    from faceaug.data.versions.opening import Pictures

__all__ = ["FINETUNE", "PRETRAIN", "Item", "items_of"]

TRAIN: Final = "train"
PRETRAIN: Final = "pretrain"
FINETUNE: Final = "finetune"

TRAINING: Final = frozenset({"", "train", "training"})
"""Splits that a model learns from; all others are for judging it, and take no renderings."""

MOST_FAULTS: Final = 10


@dataclass(frozen=True)
class Item:
    """One picture of an export.

    Attributes:
        record: what is known about it.
        file: where its bytes are.
        name: unique file name, of plain letters.
        split: train, test, ...; or pretrain and finetune.
    """

    record: Record
    file: Path
    name: str
    split: str

    @property
    def stem(self) -> str:
        """The name without its extension."""
        return PurePosixPath(self.name).stem

    def labels(self) -> dict[str, Any]:
        """What is known, flat: attributes under their own names, and where the picture comes from."""
        record = self.record
        known = {name: value.value for name, value in record.attributes.items() if value.known}
        return {
            "id": record.id,
            "subject": record.subject,
            "split": self.split,
            "rendered": record.origin == "rendered",
            "parent": record.parent or "",
            **{name if name not in OWN else f"attribute.{name}": value for name, value in known.items()},
        }

    def value_of(self, label: str) -> Any:
        """What is known of one label; the word unknown where nothing is."""
        return self.labels().get(label, "unknown")

    def read(self) -> bytes:
        """The bytes of the picture, checked against its record.

        Raises:
            RequestError: the file is missing or has changed.
        """
        try:
            data = self.file.read_bytes()
        except OSError as error:
            raise _refused([Fault(self.record.id, f"{self.file} cannot be read: {error.strerror or error}")]) from error
        if self.record.sha256 and hashlib.sha256(data).hexdigest() != self.record.sha256:
            raise _refused([Fault(self.record.id, f"{self.file} is not the file of its record: it has changed")])
        return data


OWN: Final = frozenset({"id", "subject", "split", "rendered", "parent", "file_name", "image"})
"""Columns that are not attributes."""


def items_of(pictures: Pictures, *, two_stage: bool = False, by: Sequence[str] = ()) -> tuple[list[Item], list[str]]:
    """Choose and name the pictures of an export.

    Args:
        pictures: the data set.
        two_stage: put the renderings of the training split into `pretrain`, its photographs into `finetune`.
        by: attributes; with two stages, `pretrain` gets equally many renderings of each of their combinations.

    Returns:
        The pictures in the order of the manifest; and what was left out, in sentences.

    Raises:
        RequestError: a person is in training and in another split, a split cannot be the name of a folder, or there is
            nothing to export.
    """
    records = list(pictures.records)
    _refuse_leaks(records)
    judging = [record.split for record in records if record.split.lower() not in TRAINING]
    wrong = split_faults(judging, [PRETRAIN, FINETUNE] if two_stage else [TRAIN])
    if wrong:
        raise _refused(wrong[:MOST_FAULTS])
    judged = [r for r in records if r.origin == "rendered" and r.split.lower() not in TRAINING]
    told = [f"{len(judged):,} renderings of other splits than train: those are for judging"] if judged else []
    gone = {record.id for record in judged}
    if two_stage and by:
        thinned = _surplus([r for r in records if r.origin == "rendered" and r.id not in gone], by)
        told += [f"{len(thinned):,} renderings, so that pretrain has equally many of each group"] if thinned else []
        gone |= thinned
    kept = [record for record in records if record.id not in gone]
    names = _apart([PurePosixPath(name).name for name in plain_names(kept)])
    found = [
        Item(record, record.located(pictures.root), name, _split(record, two_stage=two_stage))
        for record, name in zip(kept, names, strict=True)
    ]
    if two_stage and not any(item.split == PRETRAIN for item in found):
        raise _refused([Fault("--two-stage", "there are no renderings to train on first")])
    return found, told


def _split(record: Record, *, two_stage: bool) -> str:
    """The split of a picture in the export."""
    if record.split.lower() not in TRAINING:
        return record.split
    if not two_stage:
        return TRAIN
    return PRETRAIN if record.origin == "rendered" else FINETUNE


def _refuse_leaks(records: Sequence[Record]) -> None:
    """Refuse people who are in training and in what judges it."""
    splits: dict[str, set[str]] = defaultdict(set)
    for record in records:
        splits[record.subject].add(TRAIN if record.split.lower() in TRAINING else record.split)
    leaks = [f"is in {' and '.join(sorted(found))}" for name, found in splits.items() if name and len(found) > 1]
    names = [name for name, found in splits.items() if name and len(found) > 1]
    if leaks:
        faults = [
            Fault(name, f"{leak}; a person belongs in one split") for name, leak in zip(names, leaks, strict=True)
        ]
        raise _refused(faults[:MOST_FAULTS])


def _surplus(drawn: Sequence[Record], by: Sequence[str]) -> set[str]:
    """Renderings that larger groups have more than the smallest; and those of which the group is not known."""
    if not drawn:
        return set()
    codes = tabulate(drawn, axes_for(drawn, by)).codes
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    gone = set()
    for record, row in zip(drawn, codes.tolist(), strict=True):
        if UNKNOWN in row:
            gone.add(record.id)
        else:
            groups[tuple(row)].append(record.id)
    fewest = min((len(ids) for ids in groups.values()), default=0)
    for ids in groups.values():
        ids.sort(key=lambda name: hashlib.sha256(f"pretrain {name}".encode()).hexdigest())
        gone |= set(ids[fewest:])
    return gone


def _apart(names: Sequence[str]) -> list[str]:
    """The same names without further dots, and no two alike, not even without extension or regardless of case."""
    taken: set[str] = set()
    found = []
    for path in map(PurePosixPath, names):
        plain = path.stem.replace(".", "_")  # what stands behind the first dot is an extension to webdataset
        stem, number = plain, 1
        while stem.casefold() in taken:
            number += 1
            stem = f"{plain}-{number}"
        taken.add(stem.casefold())
        found.append(f"{stem}{path.suffix}")
    return found


def _refused(faults: Sequence[Fault]) -> RequestError:
    return RequestError(list(faults), "nothing was exported")
