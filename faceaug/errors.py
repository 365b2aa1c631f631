"""What can go wrong, said so that a person can put it right.

Every error that a user can cause is a `FaceaugError`: the command line prints its text, without a traceback, and leaves
with its `exit_code`. Faults of one request are collected and shown together, never the first one only.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Doubt", "FaceaugError", "Fault", "PhotoError", "Refusal", "RequestError", "did_you_mean", "some_of"]

NEAR = 0.6
"""Similarity (`difflib` ratio, 0..1) above which a word counts as a likely misspelling; difflib's own default."""


class FaceaugError(Exception):
    """Something that the user can understand and act on."""

    exit_code: ClassVar[int] = 2


class Doubt(UserWarning):
    """Something that a person should look at, while the work goes on: where, and what."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with a request: where it stands and what it is.

    Attributes:
        where: place, as `file:line` or a path or an option; may be empty.
        what: a sentence that says what is wrong, what it must be, and the nearest right thing.
    """

    where: str
    what: str

    def __str__(self) -> str:
        """`where  what`, or `what` alone."""
        return f"{self.where}  {self.what}" if self.where else self.what

    def as_dict(self) -> dict[str, str]:
        """JSON values."""
        return {"where": self.where, "what": self.what}


class RequestError(FaceaugError):
    """A request (recipe, manifest, options) that has one or several faults, all of them listed.

    Args:
        faults: at least one fault, in reading order.
        outcome: what did not happen because of them; the last line of the text.

    Raises:
        ValueError: if there are no faults.
    """

    def __init__(self, faults: Sequence[Fault], outcome: str = "nothing was rendered") -> None:
        """Keep the faults for whoever wants to print them differently."""
        if not faults:
            msg = "a RequestError needs at least one fault"
            raise ValueError(msg)
        super().__init__(tuple(faults), outcome)
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.outcome = outcome

    def __str__(self) -> str:
        """The faults, a line each with the places aligned, then how many there are."""
        width = max(len(fault.where) for fault in self.faults)
        lines = [f"{fault.where:<{width}}  {fault.what}" if width else fault.what for fault in self.faults]
        count = len(self.faults)
        return "\n".join([*lines, f"{count} {'fault' if count == 1 else 'faults'}, {self.outcome}"])


class PhotoError(FaceaugError):
    """A photograph that cannot be used; a run skips it, says so, and goes on.

    Args:
        reason: short machine word, such as `unreadable`, `truncated`, `not_an_image`, `animated`, `too_large`,
            `no_face`, `several_faces`, `too_small`, `profile` or `grey`.
        sentence: the same for a person. Alone, as torch's `DataLoader` raises again what one of its workers raised,
            the first word is taken for the sentence, and the reason is `unusable`.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, reason: str, sentence: str | None = None) -> None:
        """Keep both for the line in `skipped.jsonl`."""
        if sentence is None:
            reason, sentence = "unusable", reason
        super().__init__(reason, sentence)
        self.reason = reason
        self.sentence = sentence

    def __str__(self) -> str:
        """The sentence for a person."""
        return self.sentence


class Refusal(FaceaugError):  # noqa: N818 - a refusal is a decision of the edit, not a failure
    """An edit declines, because it could not do well what was asked; the record says so.

    Args:
        edit: name of the edit.
        reason: a sentence.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, edit: str, reason: str) -> None:
        """Keep both for the record."""
        super().__init__(edit, reason)
        self.edit = edit
        self.reason = reason

    def __str__(self) -> str:
        """`edit: reason`."""
        return f"{self.edit}: {self.reason}"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The choice that is most like a word, ignoring case.

    Args:
        word: what was written.
        choices: what could have been meant.

    Returns:
        The nearest choice, or '' if none is near.

    Source: `difflib` ratio of at least 0.6.

    >>> did_you_mean("densty", ["density", "radius"])
    'density'
    """
    by_lower = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=NEAR)
    return by_lower[near[0]] if near else ""


def some_of(names: Iterable[str], most: int = 20) -> str:
    """Names in a sentence; of many only the first ones, and how many more there are.

    >>> some_of(["age", "gender", "glasses"], 2)
    'age, gender and 1 more'
    """
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
