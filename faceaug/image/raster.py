"""Triangles to pixels: which triangle is seen where, and attributes interpolated over it.

Two implementations, held equal by a test: OpenCV's polygon filler on the CPU, edge functions in torch on a GPU.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.picked import picked
from faceaug.image.warp import pixel_centres

# Fractional bits of OpenCV's fixed-point polygon corners.
_SHIFT = 4
# A triangle seen so edge-on that it is thinner than this many pixels gets one value: its slope is not to be trusted.
_SLIVER = 0.6
# Triangles tested at once by the torch rasteriser; bounds its memory.
_CHUNK = 32
# What triangles carry is spread over so many pixels at a time, whose numbers stay near the processor: 0.6 of the time.
_BAND = 10_000


def triangle_ids(vertices: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """Tell which triangle is nearest at each pixel.

    Args:
        vertices: ``(B, V, 3)``: x, y in pixels (continuous, centres at .5), z smaller = closer.
        triangles: ``(T, 3)`` vertex numbers.
        size: Height and width.

    Returns:
        ``(B, H, W)`` int32 triangle numbers, -1 where there is none.
    """
    one = _paint if vertices.device.type == "cpu" else _test_edges
    rows = [one(row, triangles, size) for row in vertices]
    return rows[0][None] if len(rows) == 1 else torch.stack(rows)


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
    canvas, fill, kind = np.full(size, -1, dtype=np.int32), cv2.fillConvexPoly, cv2.LINE_8  # found once, not 1258 times
    for index, outline in zip(order[near].tolist(), fixed[near], strict=True):
        fill(canvas, outline, index, kind, _SHIFT)
    return torch.from_numpy(canvas)


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
    return best.to(torch.int32)


@dataclass(frozen=True)
class Mesh:
    """Triangles over a picture; whatever is asked of them, their slopes are worked out once.

    Attributes:
        vertices: ``(B, V, 3)`` as given to `triangle_ids`.
        triangles: ``(T, 3)`` vertex numbers.
    """

    vertices: Tensor
    triangles: Tensor

    @cached_property
    def _corners(self) -> Tensor:
        """Vertex numbers ``(3, T + 1)``; before the first triangle one that nothing comes of."""
        return F.pad(self.triangles.T, (1, 0))

    @cached_property
    def _shares(self) -> tuple[Tensor, ...]:
        """What each corner adds to a, b and c of its triangle's planes: three times ``(B, 1, 3, T + 1)``, float64."""
        x, y = self._at_corners(self.vertices[..., :2]).unbind(dim=1)
        # From each corner the edge that lies opposite.
        across, down = (each.roll(-2, dims=1) - each.roll(-1, dims=1) for each in (x, y))
        area = across[:, 0] * down[:, 1] - down[:, 0] * across[:, 1]
        longest = (across.square() + down.square()).amax(dim=1)
        # 0 of a sliver, and of what is no triangle, else one over its area.
        share = torch.gt(area.square(), longest * _SLIVER**2, out=torch.empty_like(area)).div_(
            area.masked_fill(area == 0, 1)
        )
        a, b = -down * share[:, None], across * share[:, None]
        # The plane goes through the first corner.
        c = -(a * x[:, :1]).addcmul_(b, y[:, :1])
        c[:, 0, 1:] += 1
        return torch.stack([a, b, c], dim=2)[:, None].unbind(dim=2)

    def planes(self, attributes: Tensor) -> Tensor:
        """For all attributes ``(B, V, K)`` and triangles the plane ``a x + b y + c``: ``(B, K, 3, T + 1)``, float32.

        The first, before those of the triangles, is 0 everywhere.
        """
        first, second, third = self._at_corners(attributes)[:, :, :, None].unbind(dim=2)
        one, two, three = self._shares
        return (first * one).addcmul_(second, two).addcmul_(third, three).to(torch.float32)

    def _at_corners(self, attributes: Tensor) -> Tensor:
        """Attributes ``(B, V, K)`` at each corner of each triangle ``(B, K, 3, T + 1)``, float64."""
        there = attributes.double().mT
        return picked(there.flatten(0, 1), self._corners.flatten()).view(*there.shape[:2], *self._corners.shape)


def interpolate(
    ids: Tensor, mesh: Mesh, attributes: Tensor, *, first: tuple[int, int] = (0, 0), step: int = 1
) -> Tensor:
    """Interpolate vertex attributes linearly over the triangles seen at each pixel.

    Args:
        ids: ``(B, H, W)`` from `triangle_ids`.
        mesh: What was given there.
        attributes: ``(B, V, K)``.
        first: Row and column of the first pixel, where ``ids`` are a part cut out.
        step: Of how many of the mesh's pixels each is the square.

    Returns:
        ``(B, K, H, W)``, 0 where there is no triangle.
    """
    batch, height, width = ids.shape
    columns, lines = pixel_centres((first[0] + height, first[1] + width), ids.device)
    xs, ys = (centres if step == 1 else centres * step for centres in (columns[0, first[1] :], lines[first[0] :]))
    made = torch.empty(batch, attributes.shape[-1], height, width, device=ids.device)
    tables = mesh.planes(attributes)
    for row in range(batch):
        seen, one = (ids[row] + 1).reshape(-1), tables[row]
        done = _by_fours(seen, one, (xs, ys), made[row]) if ids.is_cpu else 0
        # One table of coefficients after the other: it is small enough to stay near the processor.
        for number, plane in enumerate(one[done:], done):
            a, b, c = (table.index_select(0, seen).reshape(height, width) for table in plane)
            torch.addcmul(c.addcmul_(a, xs), b, ys, out=made[row, number])
    return made


def _by_fours(seen: Tensor, tables: Tensor, place: tuple[Tensor, Tensor], made: Tensor) -> int:
    """Fill the first planes of ``made`` ``(K, H, W)`` as `interpolate` does, four side by side in the time of two.

    Returns:
        How many: all but one or two that are left.
    """
    (count, height, width), numbers = made.shape, seen.numpy().astype(np.intp)
    xs, rows = place[0].repeat_interleave(4), max(1, _BAND // width)
    done = count if count % 4 == 3 else count // 4 * 4
    for first in range(0, done, 4):
        planes = [plane.numpy() for plane in made[first : first + 4]]
        four = np.zeros((3, tables.shape[-1], 4), np.float32)
        four[..., : len(planes)] = tables[first : first + 4].numpy().transpose(1, 2, 0)
        for top in range(0, height, rows):
            ys, some = place[1][top : top + rows], numbers[top * width : (top + rows) * width]
            a, b, c = (torch.from_numpy(np.take(table, some, axis=0)).reshape(-1, 4 * width) for table in four)
            found = c.addcmul_(a, xs).addcmul_(b, ys).numpy().reshape(-1, width, 4)
            drawn = [plane[top : top + rows] for plane in planes]
            if len(drawn) == 4:
                cv2.split(found, drawn)
            else:
                cv2.mixChannels([found], drawn, [channel // 2 for channel in range(2 * len(drawn))])
    return done


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
