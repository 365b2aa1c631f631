"""By how much maps are reduced before they are filled, and before distances are measured on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from torch import Tensor

COARSEST: Final = 4
"""By so much at most."""

# By that from so many pixels a side on; by half of it from half as many on.
_COARSE_FROM = 192


def coarseness(known: Tensor) -> int:
    """By how much a map ``(B, C, h, w)`` is reduced."""
    side = min(known.shape[-2:])
    return COARSEST if side >= _COARSE_FROM else COARSEST // 2 if 2 * side >= _COARSE_FROM else 1
