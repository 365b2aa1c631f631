"""The part of a window that a channel asks to change: work is done there alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Box = tuple[slice, slice]
"""Rows and columns."""


def extent(channel: Tensor, margin: int = 0) -> Box | None:
    """Return the rows and columns that hold all of ``(..., h, w)`` that is not 0, and a margin; None where all is 0."""
    height, width = channel.shape[-2:]
    size = channel.abs().reshape(-1, height, width)
    down, across = size.sum(dim=(0, 2)).nonzero(), size.sum(dim=(0, 1)).nonzero()
    if len(down) == 0:
        return None
    top, bottom = max(0, int(down[0]) - margin), min(height, int(down[-1]) + 1 + margin)
    left, right = max(0, int(across[0]) - margin), min(width, int(across[-1]) + 1 + margin)
    return slice(top, bottom), slice(left, right)


def in_blocks(box: Box, side: int) -> Box:
    """Widen a box to whole blocks of ``side`` pixels: reduced, its pixels are those of the reduced window."""
    down, across = (slice(part.start // side * side, -(-part.stop // side) * side) for part in box)
    return down, across
