"""Limits: what a plan may do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from faceaug.edit import edits, unknown_edit
from faceaug.errors import Fault, RequestError

__all__ = ["MOST_EDITS", "Limits"]

MOST_EDITS: Final = 4
"""Edits on one picture that are still looked at; the search grows about tenfold with each."""


@dataclass(frozen=True)
class Limits:
    """What a plan may do.

    Attributes:
        per_photo: most pictures made of one photograph.
        per_subject: most pictures made of one person; where nobody is named a photograph stands for itself.
        edits: most edits on one picture.
        share: most renderings among all pictures, 0..1 (1 is refused: there is no end to it).
        group_share: the same within every class of every attribute; 1 for no limit.
        balance: least and most share of renderings in every class of every attribute, or None. Where both are near
            each other, renderings say nothing about a class; groups that need none get pictures that change nothing.
        vary: edits that may be made for variety alone, such as lighting, where nothing else is to be changed.
        spares: pictures that may stand in for one that fails, as a share of the pictures of each kind.
        seed: decides between plans that are equally good, and what is drawn when the plan is carried out.
        gap: how far the cost may lie above the least that is possible, 0..1.
        seconds: for the search; when they are over the best that was found is taken, and its gap told.

    Raises:
        RequestError: for values out of bounds and edits that there are not, all of them.
    """

    per_photo: int = 3
    per_subject: int = 6
    edits: int = 2
    share: float = 0.5
    group_share: float = 1.0
    balance: tuple[float, float] | None = None
    vary: tuple[str, ...] = ()
    spares: float = 0.25
    seed: int = 0
    gap: float = 0.001
    seconds: float = 60.0

    def __post_init__(self) -> None:
        """Check what a user can get wrong."""
        faults = [
            Fault(f"--{name.replace('_', '-')}", f"is {getattr(self, name)}, but must be {must}")
            for name, good, must in (
                ("per_photo", self.per_photo >= 1, "1 or more"),
                ("per_subject", self.per_subject >= 1, "1 or more"),
                ("edits", 1 <= self.edits <= MOST_EDITS, f"within 1..{MOST_EDITS}"),
                ("share", 0 <= self.share < 1, "within 0..1, and below 1"),
                ("group_share", 0 <= self.group_share <= 1, "within 0..1"),
                ("balance", _good_balance(self.balance), "two ascending shares within 0..1, and below 1"),
                ("spares", 0 <= self.spares <= 10, "within 0..10"),
                ("seed", 0 <= self.seed < 2**63, "within 0..2^63-1"),
                ("gap", 0 <= self.gap < 1, "within 0..1"),
                ("seconds", self.seconds > 0, "above 0"),
            )
            if not good
        ]
        faults += [Fault("--vary", unknown_edit(name)) for name in self.vary if name not in edits()]
        if faults:
            raise RequestError(faults, "nothing was planned")

    @property
    def most_in_group(self) -> float:
        """Most share of renderings in a class."""
        return min(self.group_share, self.balance[1] if self.balance else 1.0)

    def as_dict(self) -> dict[str, Any]:
        """JSON values; where the file of the plan is read back they are the same."""
        values = asdict(self)
        return values | {"vary": list(self.vary), "balance": list(self.balance) if self.balance else None}


def _good_balance(balance: tuple[float, float] | None) -> bool:
    """Whether these are two shares."""
    return balance is None or 0 <= balance[0] <= balance[1] < 1
