"""A plan and a gate for the toy face stack of the recipe's tests."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from faceaug.coverage.axes import Axis
from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.plan.augment.augment import Augmented, AugmentOptions, augment
from faceaug.plan.gate import Verdict
from faceaug.plan.gate.check import Check
from faceaug.plan.plan import Entry, Plan, Target

AXES = (Axis("freckles", ("none", "present")),)


def toy_judge(before: Any, after: Any, variant: Any, expectation: Any, recogniser: Any = None) -> Verdict:
    """Reject about a third of all pictures, by what they look like."""
    del before, expectation, recogniser
    if after is None:
        return Verdict((Check("face", 1.0, 0.0, "no face is found on it any more"),))
    third = int(hashlib.sha256(variant.pixels.tobytes()).hexdigest(), 16) % 3
    return Verdict((Check("toy", float(third == 1), 0.0, "the toy gate does not like it"),))


def records_of(folder: Path) -> list[Record]:
    """A record for each toy photograph; each shows somebody else."""
    return [
        Record(
            path.stem,
            path.name,
            hashlib.sha256(path.read_bytes()).hexdigest(),
            subject=f"person {number}",
            split="train",
            attributes={"freckles": Value("none", "told")},
        )
        for number, path in enumerate(sorted(folder.glob("face_*.png")))
    ]


def entry(number: int, record: Record, *, id_: str = "p", **changes: Any) -> Entry:
    """One picture with spots."""
    values: dict[str, Any] = {
        "edits": {"spots": {"density": [2, 8]}},
        "expected": {"freckles": "present"},
        "photo": record.photo,
        "sha256": record.sha256,
    }
    return Entry(
        id=f"{id_}{number:03}",
        source=record.id,
        subject=record.subject,
        split=record.split,
        seed=7,
        variant=number,
        cost=1.0,
        **values | changes,
    )


def toy_plan(folder: Path, pictures: int = 8, spares: int = 4) -> Plan:
    """Pictures of the photographs in turn, and spares."""
    records = records_of(folder)[:3]
    entries = tuple(entry(number, records[number % 3]) for number in range(pictures))
    more = tuple(entry(100 + number, records[number % 3], id_="s") for number in range(spares))
    return Plan(Target(AXES, at_least=pictures), folder, entries, more)


def carried_out(plan: Plan, out: Path, **options: Any) -> Augmented:
    """The plan, carried out on the toy photographs."""
    return augment(plan, out, records_of(plan.root), AugmentOptions(**options), root=plan.root)
