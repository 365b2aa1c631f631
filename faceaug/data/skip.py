"""A photograph that a run goes without, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["INTERNAL", "Skip"]

INTERNAL: Final = "internal_error"
"""Reason of a skip that is nobody's fault but ours."""


@dataclass(frozen=True)
class Skip:
    """A photograph that was skipped.

    Attributes:
        photo: path of its file.
        reason: machine word, as in `PhotoError`, or INTERNAL.
        sentence: the same for a person.
    """

    photo: str
    reason: str
    sentence: str
