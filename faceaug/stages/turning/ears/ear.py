"""A near ear that was drawn: where it lies on a turned head, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.image.extent import Box


@dataclass(frozen=True)
class Ear:
    """A near ear on a turned head, in a part of the window of one row.

    Attributes:
        row: Which row.
        box: Which part.
        cover: Where it is, with what lies before its upper front ``(1, 1, h', w')``, 0..1.
        colour: The ear's colour ``(1, 3, h', w')``, linear sRGB.
        before: Where in the turned window what lies before its upper front is alike ``(1, 2, h', w')``, pixels.
        skin: Where the ear itself is ``(1, 1, h', w')``, 0..1.
        aside: How far each pixel lies beyond its front, mm, likewise.
        along: From the end of its lobe, 0, to its top, 1, likewise.
    """

    row: int
    box: Box
    cover: Tensor
    colour: Tensor
    before: Tensor
    skin: Tensor
    aside: Tensor
    along: Tensor

    @property
    def outward(self) -> int:
        """Whether it is on the left of the picture, -1, or on the right, 1."""
        return 1 if bool(self.aside[0, 0, 0, -1] > self.aside[0, 0, 0, 0]) else -1

    @property
    def beyond(self) -> Tensor:
        """Where it lies farther aside on a line ``(1, 1, h', w')``, 0..1: nothing of the head ends there."""
        if self.outward < 0:
            return self.cover.cummax(dim=-1).values
        return self.cover.flip(-1).cummax(dim=-1).values.flip(-1)

    @property
    def there(self) -> tuple[slice, slice, slice, slice]:
        """Where it is in maps ``(B, C, h, w)`` of the window."""
        return (slice(self.row, self.row + 1), slice(None), *self.box)
