"""What a plan knows of a photograph: readings that are sure enough, whether it may be edited, and how good it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from faceaug.coverage.axes import UNKNOWN
from faceaug.data.attributes import Value
from faceaug.plan.donors.dials import DIALS, span_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.data.record import Record

__all__ = ["Facts", "as_number", "facts_of", "number", "quality", "reading", "unusable"]

SMALLEST: Final = 25.0
"""Distance of the pupils, pixels, below which edits have too little to work on: half of what the smallest photographs
have that edits were looked at on (those of 225 pixels in docs/benchmarks.md)."""

FINE: Final = 120.0
"""Distance of the pupils, pixels, from which more of them improves a picture no further."""


@dataclass(frozen=True)
class Facts:
    """One photograph as a donor of pictures.

    Attributes:
        codes: of its classes on every axis.
        numbers: quantity -> value, rounded to `ROUNDED` so that photographs that are alike count as one kind.
        words: attribute -> word, of the attributes that edits ask for.
        used: pictures that were made of it before.
    """

    codes: tuple[int, ...]
    numbers: tuple[tuple[str, float], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    used: int = 0


ROUNDED: Final = 2.0
"""Degrees (or L*): photographs that differ by less cost the same to edit."""


def reading(record: Record, name: str) -> Value | None:
    """What is known of an attribute, surely enough to be counted: what was told, or else what was measured."""
    told = record.attributes.get(name)
    if told is not None and told.known:
        return told
    found = record.measured.get(name)
    value = _value(found) if isinstance(found, dict) else None
    return value if value is not None and value.known else None


def _value(found: Mapping[str, Any]) -> Value | None:
    """A reading as it is kept in a record, or None for something else of that name."""
    try:
        return Value(**found)
    except (TypeError, ValueError):
        return None


def number(record: Record, name: str) -> float | None:
    """A quantity, where it is known."""
    return as_number(reading(record, name))


def as_number(value: Value | None) -> float | None:
    """A value as a number, if it is one."""
    return None if value is None or isinstance(value.value, str | bool) else float(value.value)


def facts_of(
    record: Record,
    codes: tuple[int, ...],
    axes: Sequence[Axis],
    asked: tuple[Sequence[str], Sequence[str]],
    used: int = 0,
) -> Facts:
    """What matters of a photograph.

    Args:
        record: of the photograph.
        codes: its classes.
        axes: A axes.
        asked: quantities that edits may start from, and attributes that they ask for.
        used: pictures that were made of it before.
    """
    numbers = {}
    for name in asked[0]:
        value = number(record, name)
        if value is None and not DIALS[name].turns:
            value = _middle(name, codes, axes)
        if value is not None:
            numbers[name] = ROUNDED * round(value / ROUNDED)
    read = ((name, reading(record, name)) for name in asked[1])
    words = tuple((name, str(found.value)) for name, found in read if found is not None)
    return Facts(codes, tuple(numbers.items()), words, used)


def _middle(name: str, codes: tuple[int, ...], axes: Sequence[Axis]) -> float | None:
    """Where only the class of a quantity was told: the middle of that class, if it has two ends."""
    for axis, code in zip(axes, codes, strict=True):
        span = None if code == UNKNOWN else span_of(axis, code)
        if span is not None and span.quantity == name and math.isfinite(span.low + span.high):
            return (span.low + span.high) / 2
    return None


def unusable(record: Record, split: str) -> str | None:
    """Why no picture is made of a photograph, in a word, or None.

    Args:
        record: of a photograph or a rendering.
        split: whose photographs may be edited, or '' for all.
    """
    if record.origin == "rendered":
        return "rendered"
    if split and record.split != split:
        return "split"
    apart = number(record, "eye_distance")
    if apart is not None and apart < SMALLEST:
        return "small"
    return None


def quality(record: Record) -> float:
    """How good pictures of a photograph are likely to be, 0..1: resolution, then how surely the face was read."""
    apart = number(record, "eye_distance")
    fine = 0.5 if apart is None else min(apart / FINE, 1.0)
    pose = reading(record, "yaw")
    sure = 0.5 if pose is None or pose.reliability is None else pose.reliability
    return round(0.7 * fine + 0.3 * sure, 3)
