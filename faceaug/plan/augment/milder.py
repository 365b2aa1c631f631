"""Milder: a picture that was rejected is asked for again nearer to what the photograph shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from faceaug.plan.donors.dials import DIALS
from faceaug.plan.donors.facts import as_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.data.attributes import Value

__all__ = ["milder"]

LEFT: Final = (1.0, 0.5, 0.2)
"""Share of a range that each attempt draws from, the last one also for all that follow. Steps of pose are accepted in
half of the cases at 18 degrees of yaw and in one of ten at 32 (`python -m benchmarks.balance`); the first attempt keeps
the whole range, so that not all pictures are the mildest ones."""


def milder(
    edits: Mapping[str, Mapping[str, Any]], attempt: int, measured: Mapping[str, Value]
) -> dict[str, dict[str, Any]]:
    """Narrow the ranges that a plan aims at toward what the photograph shows itself.

    Args:
        edits: edit -> setting -> what is asked for, as in a recipe; what is no range of a dial stays.
        attempt: from 0, which changes nothing.
        measured: quantities of the photograph.
    """
    share = LEFT[min(attempt, len(LEFT) - 1)]
    asked = {edit: dict(settings) for edit, settings in edits.items()}
    for quantity, dial in DIALS.items():
        given = asked.get(dial.edit, {}).get(dial.setting)
        own = 0.0 if dial.turns else as_number(measured.get(quantity))
        if isinstance(given, list) and own is not None:
            asked[dial.edit][dial.setting] = _nearest(given, own, share)
    return asked


def _nearest(given: list[Any], own: float, share: float) -> list[Any]:
    """The part of a range, of such a share of its length, that lies nearest to a value; anything else stays."""
    if len(given) != 2 or not all(isinstance(end, int | float) for end in given):
        return given
    low, high = given
    length = share * (high - low)
    start = min(max(own - length / 2, low), high - length)
    return [start, start + length]
