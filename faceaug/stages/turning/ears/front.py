"""The outline of a face beside an ear: where an ear begins, and at which heights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.topology import FACE_OVAL, face_model
from faceaug.image.shade import piecewise

if TYPE_CHECKING:
    from faceaug.image.extent import Box

# An ear lies so far behind the outline of the face, mm: 82 ears beside 60 faces are higher by that times the tangent of
# the pitch (0.7 mm of deviation).
_BEHIND = 12.0
# Points of the face's outline so far aside, mm, are beside an ear.
_ASIDE_MM = 40.0
# An ear lies between so much of its width before its front and beyond it: it is narrower at its ends.
_REACH = (-0.8, 2.0)


@dataclass(frozen=True)
class Front:
    """The outline of a face beside an ear, in a picture turned so that the head is upright.

    Attributes:
        high: Heights on the mean face of ears beside its points ``(N,)``, mm, rising.
        x, y: Where they are in that picture ``(N,)``, pixels.
        upright: What turns the window so ``(2, 2)``.
    """

    high: Tensor
    x: Tensor
    y: Tensor
    upright: Tensor

    def window(self, x: Tensor, y: Tensor) -> Tensor:
        """Places in the window ``(2, ...)`` of places in the upright picture."""
        back = self.upright.T
        return torch.stack([back[axis, 0] * x + back[axis, 1] * y for axis in (0, 1)])

    def at(self, high: Tensor, aside: Tensor | float) -> Tensor:
        """Places in the window ``(1, 2, ...)`` at such heights, mm, and so far to the right of the outline, pixels."""
        return self.window(piecewise(high, self.high, self.x) + aside, piecewise(high, self.high, self.y))[None]

    def told(self, xs: Tensor, ys: Tensor) -> tuple[Tensor, Tensor]:
        """The heights of pixels, mm, and how far to the right of the outline they lie, pixels, ``(h, w)`` each."""
        x, y = (self.upright[axis, 0] * xs + self.upright[axis, 1] * ys for axis in (0, 1))
        high = piecewise(y, self.y.flip(0), self.high.flip(0))  # y falls where heights rise
        return high, x - piecewise(high, self.high, self.x)

    def box(self, ends: Tensor, wide: float, size: tuple[int, int]) -> Box | None:
        """The part of a window that holds an ear between two heights, so wide, pixels; to the left if less than 0."""
        x, y = (piecewise(ends, self.high, each) for each in (self.x, self.y))
        corners = torch.cat([self.window(x + share * wide, y) for share in _REACH], dim=1)
        low, most = corners.amin(dim=1).floor().long().tolist(), corners.amax(dim=1).ceil().long().tolist()
        down, across = (
            slice(min(max(first, 0), length), min(max(last, 0), length))
            for first, last, length in zip(low[::-1], most[::-1], size, strict=True)
        )
        return (down, across) if down.stop > down.start and across.stop > across.start else None


def front_of(mesh: Tensor, angles: Tensor, side: int) -> Front:
    """That of a mesh ``(V, 3)`` whose head is turned so ``(3,)``, degrees, on the left, 0, or on the right, 1."""
    upright, chosen = _rolled(-angles[2]), _beside(side)
    x, y = (mesh[chosen, :2] @ upright.T).unbind(dim=1)
    lift = _BEHIND * torch.tan(angles[1].deg2rad())
    return Front(torch.from_numpy(face_model().points[chosen, 1]).to(mesh) + lift.to(mesh), x, y, upright)


@cache
def _beside(side: int) -> list[int]:
    points = face_model().points
    chosen = [point for point in FACE_OVAL if points[point, 0] * (2 * side - 1) > _ASIDE_MM]
    return sorted(chosen, key=lambda point: float(points[point, 1]))


def _rolled(roll: Tensor) -> Tensor:
    """The rotation ``(2, 2)`` clockwise in the picture by so many degrees."""
    cos, sin = torch.cos(torch.deg2rad(roll)), torch.sin(torch.deg2rad(roll))
    return torch.stack([torch.stack([cos, -sin]), torch.stack([sin, cos])])
