"""Flat outlines as signed distances: what lies inside, how far away the edge is, and how much of a pixel is covered."""

from __future__ import annotations

import torch
from torch import Tensor


def signed_distance(outline: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Distance of points to a closed polygon, negative inside.

    Args:
        outline: Corners ``(N, 2)`` in order.
        x: First coordinate of the points, any shape.
        y: Second coordinate, the same shape.

    Returns:
        Distances in the outline's unit, the shape of ``x``.

    Source:
        Point to segment distance, and the even-odd rule of crossings (M. Shimrat, CACM 5 (1962), algorithm 112).
    """
    px, py = x.reshape(-1, 1), y.reshape(-1, 1)
    ax, ay = outline[:, 0], outline[:, 1]
    bx, by = outline.roll(-1, 0)[:, 0], outline.roll(-1, 0)[:, 1]
    ex, ey = bx - ax, by - ay
    wx, wy = px - ax, py - ay
    along = ((wx * ex + wy * ey) / (ex * ex + ey * ey).clamp(min=1e-12)).clamp(0, 1)
    nearest = ((wx - along * ex) ** 2 + (wy - along * ey) ** 2).amin(dim=1).sqrt()
    straddles = (ay > py) != (by > py)
    rise = torch.where(ey.abs() < 1e-12, torch.full_like(ey, 1e-12), ey)
    crossings = (straddles & (px < ax + ex * wy / rise)).sum(dim=1)
    return torch.where(crossings % 2 == 1, -nearest, nearest).reshape(x.shape)


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
    dx = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) / 2
    dy = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) / 2
    slope = torch.sqrt(dx * dx + dy * dy).clamp(min=1e-6)
    return (0.5 - distance / slope).clamp(0, 1)


def hull_distance(corners: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Signed distance of points to the convex hull of some points, negative inside; a little short near its corners.

    Args:
        corners: ``(N, 2)``, a dozen at most: every pair is tried as an edge.
        x: First coordinate of the points, any shape.
        y: Second coordinate, the same shape.
    """
    places = corners.double().tolist()
    farthest = torch.full_like(x, -torch.inf)
    for ax, ay in places:
        for bx, by in places:
            length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
            if length < 1e-6:
                continue
            nx, ny = (by - ay) / length, (ax - bx) / length
            if all((px - ax) * nx + (py - ay) * ny <= 1e-9 for px, py in places):
                farthest = torch.maximum(farthest, (x - ax) * nx + (y - ay) * ny)
    return farthest
