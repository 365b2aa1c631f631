"""Splits: `test`, `TEST` and `test ` are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["one_spelling"]


def one_spelling(splits: Iterable[str]) -> dict[str, str]:
    """How each split is spelt that differs from another one in capitals and blanks alone: as what comes first.

    >>> one_spelling(["Test", "train", "TEST "])
    {'Test': 'Test', 'train': 'train', 'TEST ': 'Test'}
    """
    first: dict[str, str] = {}
    return {split: first.setdefault(split.strip().casefold(), split.strip()) for split in splits}
