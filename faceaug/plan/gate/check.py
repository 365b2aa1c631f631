"""One thing that was looked at in a picture: how bad it is, how bad it may be, and both in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Check"]


@dataclass(frozen=True)
class Check:
    """One check of one picture.

    Attributes:
        name: What was looked at.
        score: How bad it is; 0 is faultless.
        bound: The worst that is accepted.
        sentence: What was found, for a person.
    """

    name: str
    score: float
    bound: float
    sentence: str

    @property
    def passed(self) -> bool:
        """Whether the picture may be kept as far as this check goes."""
        return self.score <= self.bound

    @property
    def excess(self) -> float:
        """Score over bound: above 1 it is rejected. Where nothing at all is allowed, 0, or 2 and more."""
        return self.score / self.bound if self.bound > 0 else 2.0 * self.score

    def as_dict(self) -> dict[str, Any]:
        """JSON values, rounded to what the check can tell apart."""
        return {
            "passed": self.passed,
            "score": round(self.score, 4),
            "bound": round(self.bound, 4),
            "sentence": self.sentence,
        }
