"""Flat outlines as signed distances: what lies inside, how far away the edge is, and how much of a pixel is covered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

# An edge shorter than this has no direction.
_DEGENERATE = 1e-6
# Distances of so many pairs of points and segments are worked out at a time: more leave the processor's own memory, and
# take twice as long.
_NEAR = 90_000


def signed_distance(outline: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Distance of the points of a grid to a closed polygon, negative inside.

    Args:
        outline: Corners ``(N, 2)`` in order.
        x: Where the columns are ``(W,)``.
        y: Where the rows are ``(H,)``.

    Returns:
        Distances ``(H, W)``, in the outline's unit.

    Source:
        Point to segment distance, and the even-odd rule of crossings (M. Shimrat, CACM 5 (1962), algorithm 112).
    """
    ax, ay = outline[:, :1, None], outline[:, 1:, None]
    ex, ey = (end.roll(-1, 0) - end for end in (ax, ay))
    length2 = (ex * ex + ey * ey).clamp(min=1e-12)
    wx, wy = x[None, None] - ax, y[None, :, None] - ay
    right, down = wx * (ex / length2), wy * (ey / length2)
    nearest = outline.new_full((len(y), len(x)), torch.inf)
    some = max(1, _NEAR // nearest.numel())
    for first in range(0, len(outline), some):
        part = slice(first, first + some)
        along = (right[part] + down[part]).clamp_(0, 1)
        aside = torch.addcmul(wx[part], along, ex[part], value=-1).square_()
        above = torch.addcmul(wy[part], along, ey[part], value=-1)
        torch.minimum(nearest, aside.addcmul_(above, above).amin(dim=0), out=nearest)
    nearest.sqrt_()
    # Where each row crosses which edge; a point lies inside where an odd number of crossings lies beyond it.
    below = wy[..., 0] < 0
    straddles = below != below.roll(-1, 0)
    slope = ex / torch.where(ey.abs() < 1e-12, torch.full_like(ey, 1e-12), ey)
    crossing = torch.where(straddles, (ax + slope * wy)[..., 0], -torch.inf).T.contiguous().sort(dim=1).values
    passed = torch.searchsorted(crossing, x.expand(len(y), -1).contiguous(), right=True)
    return torch.where((len(outline) - passed) % 2 == 1, -nearest, nearest)


def smooth_union(one: Tensor, other: Tensor, width: float) -> Tensor:
    """Distance to the union of two shapes, whose meeting is rounded over ``width``.

    Source:
        I. Quilez, "Smooth minimum" (2013), the quadratic polynomial.
    """
    near = (width - (one - other).abs()).clamp(min=0) / width
    return torch.minimum(one, other) - near * near * (width / 4)


def segment_distance(x: Tensor, y: Tensor, start: tuple[float, float], end: tuple[float, float]) -> Tensor:
    """Distance of points to the segment between two points."""
    ex, ey = end[0] - start[0], end[1] - start[1]
    along = (((x - start[0]) * ex + (y - start[1]) * ey) / (ex * ex + ey * ey)).clamp(0, 1)
    return torch.sqrt((x - start[0] - along * ex) ** 2 + (y - start[1] - along * ey) ** 2)


def covered(distance: Tensor, half_width: Tensor | float) -> Tensor:
    """Share 0..1 that a shape covers of a disc of radius ``half_width`` at this signed distance of its edge.

    Written as a smooth ramp; the exact disc differs by less than 0.03.
    """
    t = (0.5 - distance / (2 * half_width)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def pixel_coverage(distance: Tensor) -> Tensor:
    """Coverage ``(B, 1, H, W)`` of pixels by a shape whose signed distance (any unit) is known at their centres.

    The distance's own slope tells how many pixels its unit has here, so perspective needs no other care.
    """
    padded = torch.nn.functional.pad(distance, (1, 1, 1, 1), mode="replicate")
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]).square_()
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]).square_()
    slope = across.add_(down).sqrt_().div_(2).clamp_(min=1e-6)
    return torch.div(distance, slope, out=slope).neg_().add_(0.5).clamp_(0, 1)


def hull_distance(corners: NDArray[np.floating], x: Tensor, y: Tensor) -> Tensor:
    """Signed distance of points to the convex hull of some points, negative inside; a little short near its corners.

    Args:
        corners: ``(N, 2)``.
        x: First coordinate of the points.
        y: Second coordinate; the two may have any shapes that go together.
    """
    hull = cv2.convexHull(np.ascontiguousarray(corners, np.float32))[:, 0].astype(np.float64)
    farthest = torch.full_like(x + y, -torch.inf)
    for (ax, ay), (bx, by) in zip(hull.tolist(), np.roll(hull, -1, axis=0).tolist(), strict=True):
        length = math.hypot(bx - ax, by - ay)
        if length < _DEGENERATE:
            continue
        nx, ny = (by - ay) / length, (ax - bx) / length
        torch.maximum(farthest, (x - ax) * nx + (y - ay) * ny, out=farthest)
    return farthest
