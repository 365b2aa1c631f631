"""Photographs that are drawn from a key, as records: no picture is needed to plan."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from faceaug.coverage.axes import axes_for
from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.measure.pose import pose_class
from faceaug.measure.tone import tone_class
from faceaug.plan.allocate.allocate import allocate
from faceaug.plan.limits import Limits
from faceaug.plan.plan import Plan

BY = ("skin_tone", "glasses", "beard", "freckles")


def unit(*key: object) -> float:
    """A number from 0 to below 1 that depends on a key alone."""
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:6], "big") / 2**48


def person(
    name: str, *, ita: float = 35.0, yaw: float = 0.0, subject: str = "", split: str = "", **told: Any
) -> Record:
    """A photograph with what is measured on it, and what was told."""
    read = {
        "ita": ita,
        "skin_tone": tone_class(ita),
        "yaw": yaw,
        "pose": pose_class(yaw),
        "glasses": told.pop("glasses", "none"),
        "eye_distance": told.pop("eye_distance", 90.0),
        "grey": told.pop("grey", "no"),
    }
    values = {name: Value(value, "measured", 0.9) for name, value in read.items()}
    values |= {name: Value(value) for name, value in told.items()}
    return Record(id=name, photo=f"faces/{name}.jpg", subject=subject, split=split, attributes=values)


def crowd(count: int, key: object = 0, *, each: int = 1) -> list[Record]:
    """So many photographs, `each` of them of one person; rare classes are rare."""
    found = []
    for number in range(count):
        at = (key, number)
        worn = unit(*at, "glasses")
        found.append(
            person(
                f"p{number}",
                ita=round(90 * unit(*at, "ita") - 20, 1),
                yaw=round(50 * unit(*at, "yaw") - 25, 1),
                subject=f"person {number // each}",
                glasses="tinted" if worn < 0.03 else "clear" if worn < 0.2 else "none",
                beard="yes" if unit(*at, "beard") < 0.2 else "no",
                freckles="present" if unit(*at, "freckles") < 0.1 else "none",
            )
        )
    return found


def plan_of(records: Sequence[Record], by: Sequence[str] = BY, at_least: int = 4, **limits: Any) -> Plan:
    """A plan with some limits, the others as usual."""
    return allocate(records, axes_for(records, by), at_least=at_least, limits=Limits(**limits))
