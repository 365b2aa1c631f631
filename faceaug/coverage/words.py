"""Groups in words: `glasses=tinted & ita=dark..tan & age<25`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["group_words"]


def group_words(where: Mapping[str, str | Sequence[str]]) -> str:
    """Name a group.

    Args:
        where: attribute -> value, or the neighbouring values that are meant together.

    >>> group_words({"ita": ("dark", "brown", "tan"), "age": "<25"})
    'ita=dark..tan & age<25'
    """
    parts = []
    for name, given in where.items():
        values = (given,) if isinstance(given, str) else tuple(given)
        end = values[0] + (f"..{values[-1]}" if values[1:] else "")
        parts.append(f"{name}{end}" if end[:1] in {"<", ">"} else f"{name}={end}")
    return " & ".join(parts) or "everything"
