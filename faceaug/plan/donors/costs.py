"""Costs: what a picture costs, in pictures to which nothing was done.

A picture costs 1, and each edit adds the distance by which it moves the person for a face recogniser, over the distance
at which that takes two photographs for two people: an edit that uses up half of that adds 0.5. So larger steps of tone
and larger angles cost more, and a plan takes the mildest edits of the nearest photographs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AGAIN", "PICTURE", "cost_of"]

PICTURE: Final = 1.0
"""Making, keeping and looking at one picture, whatever was done to it."""

AGAIN: Final = 0.25
"""What every picture of a photograph beyond its first costs besides: the next face teaches more than the same one again
(our choice: a quarter of a picture)."""

FINEST: Final = 0.05
"""Costs are told in steps of this; what differs by less is equally good."""

FIXED: Final[Mapping[str, float]] = {
    "acne": 0.07,
    "age_spots": 0.07,
    "birthmark": 0.11,
    "foreign_shadow": 0.50,
    "freckles": 0.12,
    "glasses": 0.53,
    "lighting": 0.34,
    "moles": 0.05,
    "pose": 0.0,
    "rosacea": 0.13,
    "scar": 0.01,
    "sensor": 0.15,
    "skin_tone": 0.04,
    "vitiligo": 0.40,
}
"""Edit -> cost of making it at all. Source: median distances of dlib's recogniser over its threshold of 0.6, in the
table that `python -m benchmarks.edit_costs` prints (12 photographs of London)."""

WORDS: Final[Mapping[tuple[str, str], float]] = {("glasses", "tinted"): 0.64}
"""Edit and word -> cost in place of the fixed one. Source: as above."""

SLOPES: Final[Mapping[str, float]] = {
    "ita": 0.0039,
    "lightness": 0.010,
    "yaw": 0.0233,
    "pitch": 0.0313,
    "roll": 0.010,
}
"""Quantity -> cost of a degree (or of a unit of L*). Source: as above, a line through steps of 20 to 80 degrees of tone
and of 10 to 40 of pose; L* by the 2.5 degrees of tone that go with one of it; a roll is undone before faces are
compared, and costs what resampling does."""

UNKNOWN_EDIT: Final = 0.5
"""Of an edit that nobody has measured: as much as glasses."""


def cost_of(edit: str, words: Mapping[str, tuple[str, ...]] | None = None, quantity: str = "", far: float = 0) -> float:
    """What one edit adds to the cost of a picture.

    Args:
        edit: its name.
        words: setting -> words that are asked for.
        quantity: that it moves, or ''.
        far: by how much, in units of the quantity, from 0.
    """
    said = [WORDS[edit, word] for some in (words or {}).values() for word in some if (edit, word) in WORDS]
    fixed = max(said, default=FIXED.get(edit, UNKNOWN_EDIT))
    return round(round((fixed + SLOPES.get(quantity, 0.0) * far) / FINEST) * FINEST, 2)
