"""A photograph that a run goes without, or a picture of one, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DECLINED", "INTERNAL", "Skip"]

INTERNAL: Final = "internal_error"
"""Reason of a skip that is nobody's fault but ours."""

DECLINED: Final = "declined"
"""Reason of a skip where a picture would be the photograph unchanged: every edit that it was to get declined."""


@dataclass(frozen=True)
class Skip:
    """A photograph that was skipped, or one picture of a photograph that has others.

    Attributes:
        photo: path of its file.
        reason: machine word, as in `PhotoError`, or INTERNAL, or DECLINED.
        sentence: the same for a person.
        picture: id of the picture that there is none of; '' where it is the whole photograph.
    """

    photo: str
    reason: str
    sentence: str
    picture: str = ""

    def as_dict(self) -> dict[str, str]:
        """JSON values; without the picture where there is none to name."""
        return {name: value for name, value in vars(self).items() if value or name != "picture"}
