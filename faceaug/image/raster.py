"""Triangles to pixels: which triangle is seen where, and attributes interpolated over it.

Two implementations, held equal by a test: OpenCV's polygon filler on the CPU, edge functions in torch on a GPU.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

# Fractional bits of OpenCV's fixed-point polygon corners.
_SHIFT = 4
# A triangle seen so edge-on that it is thinner than this many pixels gets one value: its slope is not to be trusted.
_SLIVER = 0.6
# Triangles tested at once by the torch rasteriser; bounds its memory.
_CHUNK = 32


def triangle_ids(vertices: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """Tell which triangle is nearest at each pixel.

    Args:
        vertices: ``(B, V, 3)``: x, y in pixels (continuous, centres at .5), z smaller = closer.
        triangles: ``(T, 3)`` vertex numbers.
        size: Height and width.

    Returns:
        ``(B, H, W)`` int64 triangle numbers, -1 where there is none.
    """
    one = _paint if vertices.device.type == "cpu" else _test_edges
    return torch.stack([one(row, triangles, size) for row in vertices])


def _paint(vertices: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """Painter's algorithm, far to near, with OpenCV."""
    places, corners = vertices.numpy(), triangles.numpy()
    order = np.argsort(-places[:, 2][corners].mean(axis=1), kind="stable")
    fixed = np.round((places[:, :2] - 0.5) * (1 << _SHIFT)).astype(np.int32)[corners[order]]
    # A call costs more than the pixels of most triangles: those beside the picture are passed over.
    first, second, third = fixed[:, 0], fixed[:, 1], fixed[:, 2]
    low, high = (find(find(first, second), third) for find in (np.minimum, np.maximum))
    inside = (high >= -(1 << _SHIFT)) & (low <= np.array(size[::-1]) << _SHIFT)
    near = inside[:, 0] & inside[:, 1]
    canvas = np.full(size, -1, dtype=np.int32)
    for index, outline in zip(order[near].tolist(), fixed[near], strict=True):
        cv2.fillConvexPoly(canvas, outline, index, cv2.LINE_8, _SHIFT)
    return torch.from_numpy(canvas.astype(np.int64))


def _test_edges(vertices: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """Brute force over triangles: three edge functions and a depth test a pixel."""
    device = vertices.device
    ys, xs = torch.meshgrid(
        torch.arange(size[0], device=device) + 0.5, torch.arange(size[1], device=device) + 0.5, indexing="ij"
    )
    best = torch.full(size, -1, dtype=torch.int64, device=device)
    nearest = torch.full(size, torch.inf, device=device)
    corners = vertices[triangles.to(device)]
    for start in range(0, len(corners), _CHUNK):
        a, b, c = (corners[start : start + _CHUNK, k, :, None, None] for k in range(3))
        area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        safe = torch.where(area.abs() < 1e-9, torch.full_like(area, torch.inf), area)
        u = ((c[:, 0] - b[:, 0]) * (ys - b[:, 1]) - (c[:, 1] - b[:, 1]) * (xs - b[:, 0])) / safe
        v = ((a[:, 0] - c[:, 0]) * (ys - c[:, 1]) - (a[:, 1] - c[:, 1]) * (xs - c[:, 0])) / safe
        w = 1 - u - v
        inside = (u >= 0) & (v >= 0) & (w >= 0) & torch.isfinite(safe)
        depth = corners[start : start + _CHUNK, :, 2].mean(dim=1)[:, None, None].expand_as(u)
        depth = torch.where(inside, depth, torch.full_like(depth, torch.inf))
        close, which = depth.min(dim=0)
        better = close < nearest
        best = torch.where(better, which + start, best)
        nearest = torch.where(better, close, nearest)
    return best


def interpolate(
    ids: Tensor, vertices: Tensor, triangles: Tensor, attributes: Tensor, *, first: tuple[int, int] = (0, 0)
) -> Tensor:
    """Interpolate vertex attributes linearly over the triangles seen at each pixel.

    Args:
        ids: ``(B, H, W)`` from `triangle_ids`.
        vertices: ``(B, V, 3)`` as given there.
        triangles: ``(T, 3)``.
        attributes: ``(B, V, K)``.
        first: Row and column of the first pixel, where ``ids`` are a part cut out.

    Returns:
        ``(B, K, H, W)``, 0 where there is no triangle.
    """
    batch, height, width = ids.shape
    ys = torch.arange(height, device=ids.device, dtype=torch.float32)[:, None] + (first[0] + 0.5)
    xs = torch.arange(width, device=ids.device, dtype=torch.float32) + (first[1] + 0.5)
    made = torch.empty(batch, attributes.shape[-1], height, width, device=ids.device)
    # One table of coefficients after the other: it is small enough to stay near the processor.
    tables = _planes(vertices, triangles, attributes).permute(0, 3, 2, 1).contiguous()
    for row in range(batch):
        seen = (ids[row] + 1).reshape(-1)
        for number, plane in enumerate(tables[row]):
            a, b, c = (table.index_select(0, seen).reshape(height, width) for table in plane)
            torch.addcmul(c.addcmul_(a, xs), b, ys, out=made[row, number])
    return made


def _planes(vertices: Tensor, triangles: Tensor, attributes: Tensor) -> Tensor:
    """Return for every triangle and attribute the plane ``a x + b y + c``: ``(B, T + 1, 3, K)``, row 0 all zero."""
    xy, values = (
        part.index_select(1, triangles.reshape(-1)).reshape(len(part), -1, 3, part.shape[-1]).double()
        for part in (vertices[..., :2], attributes)
    )
    edge1, edge2 = xy[:, :, 1] - xy[:, :, 0], xy[:, :, 2] - xy[:, :, 0]
    area = edge1[..., 0] * edge2[..., 1] - edge1[..., 1] * edge2[..., 0]
    longest = torch.stack([edge1, edge2, edge2 - edge1]).square().sum(dim=-1).amax(dim=0)
    sliver = area.square() < _SLIVER**2 * longest
    safe = torch.where(sliver, torch.full_like(area, torch.inf), area)[..., None]
    d1, d2 = values[:, :, 1] - values[:, :, 0], values[:, :, 2] - values[:, :, 0]
    a = (d1 * edge2[..., 1:2] - d2 * edge1[..., 1:2]) / safe
    b = (d2 * edge1[..., 0:1] - d1 * edge2[..., 0:1]) / safe
    c = values[:, :, 0] - a * xy[:, :, 0, 0:1] - b * xy[:, :, 0, 1:2]
    planes = torch.stack([a, b, c], dim=2)
    nothing = torch.zeros_like(planes[:, :1])
    return torch.cat([nothing, planes], dim=1).to(torch.float32)


def polygon(outlines: list[np.ndarray], size: tuple[int, int], oversample: int = 4) -> np.ndarray:
    """Fill polygons with anti-aliased edges.

    Args:
        outlines: Each ``(N, 2)`` in pixels (continuous, centres at .5).
        size: Height and width.
        oversample: Sub-pixels a side that are counted.

    Returns:
        ``(H, W)`` float32 coverage, 0..1.
    """
    cover = np.zeros(size, dtype=np.float32)
    corners = np.concatenate(outlines)
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int) - 1, 0, (size[1], size[0])).tolist()
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, 0, (size[1], size[0])).tolist()
    if right <= left or bottom <= top:
        return cover
    canvas = np.zeros(((bottom - top) * oversample, (right - left) * oversample), dtype=np.uint8)
    for outline in outlines:
        fixed = np.round(((outline - (left, top)) * oversample - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(canvas, [fixed], 255, lineType=cv2.LINE_8, shift=_SHIFT)
        # OpenCV fills every sub-pixel that the outline touches: those count half, or small shapes come out too large.
        cv2.polylines(canvas, [fixed], isClosed=True, color=128, lineType=cv2.LINE_8, shift=_SHIFT)
    small = cv2.resize(canvas, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    cover[top:bottom, left:right] = small.astype(np.float32) / 255
    return cover


def union(outlines: list[np.ndarray], size: tuple[int, int], oversample: int = 4) -> np.ndarray:
    """Fill many polygons, also where they overlap, each too large by half a sub-pixel on every side.

    Args:
        outlines: Each ``(N, 2)`` in pixels (continuous, centres at .5).
        size: Height and width.
        oversample: Sub-pixels a side that are counted.

    Returns:
        ``(H, W)`` float32 coverage, 0..1.
    """
    canvas = np.zeros((size[0] * oversample, size[1] * oversample), dtype=np.uint8)
    for outline in outlines:
        fixed = np.round((outline * oversample - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(canvas, [fixed], 255, lineType=cv2.LINE_8, shift=_SHIFT)
    small = cv2.resize(canvas, size[::-1], interpolation=cv2.INTER_AREA)
    cover: np.ndarray = small.astype(np.float32) / 255
    return cover
