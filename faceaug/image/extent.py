"""The part of a picture that holds anything, as a region or what a channel asks to change: work is done there alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.image.planes import bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

Box = tuple[slice, slice]
"""Rows and columns."""


def extent(channel: Tensor, margin: int = 0, *, over: float | None = None) -> Box | None:
    """Return the rows and columns that hold all of ``(..., h, w)`` that is not 0, and a margin; None where all is 0.

    With ``over`` all counts that lies above that.
    """
    height, width = channel.shape[-2:]
    top, bottom, left, right = bounds(channel, over) if channel.is_cpu else _bounds(channel, over)
    if bottom == top:
        return None
    down = slice(max(0, top - margin), min(height, bottom + margin))
    return down, slice(max(0, left - margin), min(width, right + margin))


def _bounds(channel: Tensor, over: float | None = None) -> tuple[int, int, int, int]:
    """`faceaug.image.planes.bounds` in torch."""
    there = (channel != 0 if over is None else channel > over).reshape(-1, *channel.shape[-2:])
    ends = []
    for held in (there.sum(dim=(0, 2)).nonzero(), there.sum(dim=(0, 1)).nonzero()):
        ends += [int(held[0]), int(held[-1]) + 1] if len(held) else [0, 0]
    return ends[0], ends[1], ends[2], ends[3]


def extent_of_every(few: Tensor, step: int, size: Sequence[int], margin: int = 0) -> Box | None:
    """The rows and columns of a window that may hold what is not 0, told by every ``step``-th pixel of it.

    Args:
        few: Those pixels ``(..., h, w)``.
        step: Of how many each is the first.
        size: The window's shape, height and width last.
        margin: Rows and columns around it, besides.
    """
    box = extent(few)
    if box is None:
        return None
    down, across = (
        slice(max(0, (part.start - 1) * step - margin), min(length, part.stop * step + margin))
        for part, length in zip(box, size[-2:], strict=True)
    )
    return down, across


def moved(box: Box, within: Box) -> Box:
    """A box that counts in another one, in the window."""
    down, across = (
        slice(part.start + whole.start, part.stop + whole.start) for part, whole in zip(box, within, strict=True)
    )
    return down, across


def in_blocks(box: Box, side: int) -> Box:
    """Widen a box to whole blocks of ``side`` pixels: reduced, its pixels are those of the reduced window."""
    down, across = (slice(part.start // side * side, -(-part.stop // side) * side) for part in box)
    return down, across
