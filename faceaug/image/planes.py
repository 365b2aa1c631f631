"""OpenCV's kernels on the planes of ``(B, C, H, W)``: on a CPU two to ten times as fast as torch's, and as exact.

Only `filter` and `warp` call them; their own torch bodies serve every other device and type, and a test holds the two
equal. Every plane is worked on alone, so a row's bits cannot depend on its batch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    Plane = NDArray[np.float32]
    Planes = NDArray[np.float32]

# OpenCV numbers columns and rows of what it looks up by 16 bits.
_LONGEST = 2**15 - 1
# From here on OpenCV looks 16 bits up in a table, too.
WIDE_TABLES = int(cv2.__version__.split(".")[0]) >= 5
_KINDS = {"bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC}
# So many planes are looked up side by side, to the same bits: four in the time of one, bilinearly. To lay them so takes
# as long as to look one and a half up all over: from so many times their size on that pays, each plane but two counted
# (of three and four planes on a CPU; two and cubic look-ups never paid).
_ABREAST, _WORTH = {cv2.INTER_LINEAR: 4, cv2.INTER_CUBIC: 3}, {cv2.INTER_LINEAR: 0.8, cv2.INTER_CUBIC: math.inf}


def fits(x: Tensor | Woven) -> bool:
    """Whether a picture ``(B, C, H, W)`` can be handed to OpenCV."""
    held = x.planes if isinstance(x, Woven) else x
    shape = x.shape
    if not held.is_cpu or held.dtype != torch.float32 or len(shape) != 4:
        return False
    rows, channels, height, width = shape
    return rows > 0 and channels > 0 and 0 < height < _LONGEST and 0 < width < _LONGEST


def by_byte(pixels: Tensor, table: Tensor) -> Tensor:
    """A table's 256 numbers for bytes of any shape."""
    flat = cv2.LUT(pixels.numpy().reshape(1, -1), table.numpy().reshape(1, -1))
    return torch.from_numpy(np.asarray(flat, np.float32).reshape(tuple(pixels.shape)))


def by_step(linear: Tensor, table: Tensor) -> Tensor:
    """A table's bytes for numbers of 0..1, which are clipped to that and rounded to one of its 65 536 steps."""
    flat = linear.numpy().reshape(1, -1)
    steps = cv2.addWeighted(flat, 65535.0, flat, 0.0, 0.0, dtype=cv2.CV_16U)
    return torch.from_numpy(np.asarray(cv2.LUT(steps, table.numpy().reshape(1, -1)), np.uint8).reshape(linear.shape))


def in_bytes(mask: NDArray[np.float32], out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """A mask ``(H, W)`` as bytes, clipped to 0..1; into ``out`` where that is given."""
    return np.asarray(cv2.addWeighted(mask, 255.0, mask, 0.0, 0.0, dst=out, dtype=cv2.CV_8U), np.uint8)


def unlike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Where two pictures ``(H, W, 3)`` differ in any channel ``(H, W)``, 255 or 0."""
    alike = cv2.inRange(cv2.absdiff(one, other), (0, 0, 0), (0, 0, 0))
    return np.asarray(cv2.bitwise_not(alike), np.uint8)


def differing(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """How many pixels of two pictures ``(H, W, 3)`` differ in any channel."""
    return cv2.countNonZero(unlike(one, other))


def bounds(x: Tensor, over: float | None = None) -> tuple[int, int, int, int]:
    """Top, bottom, left and right, ends excluded, of all in ``(..., H, W)`` that is not 0; of nothing four zeros.

    With ``over`` all counts that lies above that.
    """
    plane = x.numpy()
    held = plane != 0 if over is None else plane > np.asarray(over, plane.dtype)
    flat = held.view(np.uint8).reshape(-1, *held.shape[-2:])
    left, top, width, height = cv2.boundingRect(flat[0] if len(flat) == 1 else flat.max(axis=0))
    return top, top + height, left, left + width


def filtered(x: Tensor, taps: Tensor) -> Tensor:
    """Filter rows and columns of ``(B, C, H, W)`` with the same odd number of taps, edges replicated."""
    weights = taps.numpy()

    def draw(plane: Plane, into: Plane) -> None:
        cv2.sepFilter2D(plane, -1, weights, weights, dst=into, borderType=cv2.BORDER_REPLICATE)

    return _each(x, (x.shape[-2], x.shape[-1]), draw)


def reduced(x: Tensor, factor: int) -> Tensor:
    """Reduce ``(B, C, H, W)`` by a whole factor through area averages; a ragged edge is replicated."""
    # No average reaches beyond its own plane: all planes are one tall picture. Halving twice is twice as fast as once
    # by four.
    whole = _widened(x.numpy(), factor)
    while factor > 1:
        step = 2 if factor % 2 == 0 else factor
        rows, channels, height, width = whole.shape
        small = np.empty((rows, channels, height // step, width // step), np.float32)
        _resize(whole.reshape(-1, width), small.reshape(-1, width // step), cv2.INTER_AREA)
        whole, factor = small, factor // step
    return torch.from_numpy(whole)


def _widened(planes: Planes, factor: int) -> Planes:
    """Planes ``(B, C, H, W)``, their last rows and columns repeated until ``factor`` divides the sides."""
    height, width = planes.shape[2:]
    below, beside = -height % factor, -width % factor
    if not (below or beside):
        return planes
    wide = np.empty((*planes.shape[:2], height + below, width + beside), np.float32)
    wide[..., :height, :width] = planes
    wide[..., height:, :width] = planes[..., -1:, :]
    wide[..., width:] = wide[..., width - 1 : width]
    return wide


def largest(x: Tensor, radius: int) -> Tensor:
    """The largest of each square of ``2 * radius + 1`` pixels; beyond the edge there is nothing."""
    square = _square(radius)
    return _each(x, (x.shape[-2], x.shape[-1]), lambda plane, into: cv2.dilate(plane, square, dst=into))


def smallest(x: Tensor, radius: int) -> Tensor:
    """The smallest of each such square."""
    square = _square(radius)
    return _each(x, (x.shape[-2], x.shape[-1]), lambda plane, into: cv2.erode(plane, square, dst=into))


@lru_cache(maxsize=64)
def _square(radius: int) -> NDArray[np.uint8]:
    return np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)


def enlarged(x: Tensor, size: tuple[int, int], mode: str) -> Tensor:
    """Enlarge ``(B, C, H, W)`` to ``size`` (height, width); ``mode`` is ``bilinear`` or ``bicubic``."""
    return _each(x, size, lambda plane, into: _resize(plane, into, _KINDS[mode]))


@dataclass(frozen=True)
class Woven:
    """Maps side by side, to be looked up again and again: it takes as long to lay them so as to look them up.

    Attributes:
        planes: ``(B, G, h, w, N)``, N channels together; what the last lacks is filled up.
        counts: How many channels there are, for each row the same.
    """

    planes: Tensor
    counts: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """That of the maps, ``(B, C, h, w)``."""
        rows, _, height, width, _ = self.planes.shape
        return rows, self.counts[0], height, width

    def apart(self) -> Tensor:
        """The maps ``(B, C, h, w)`` themselves."""
        return self.planes.permute(0, 1, 4, 2, 3).flatten(1, 2)[:, : self.counts[0]]


def woven(maps: Sequence[Tensor], mode: str = "bilinear") -> Woven:
    """Lay the channels of maps ``(B, C, h, w)`` side by side, as many as it takes to look them up so."""
    many, count = _ABREAST[_KINDS[mode]], sum(part.shape[1] for part in maps)
    rows, _, height, width = maps[0].shape
    made = maps[0].new_empty(rows, -(-count // many), height, width, many)
    for row, groups in enumerate(made):
        channels = [plane for part in maps for plane in part[row]]
        for group, beside in enumerate(groups):
            some = channels[group * many : (group + 1) * many]
            some += some[:1] * (many - len(some))
            if fits(maps[0]):
                cv2.merge([plane.numpy() for plane in some], dst=beside.numpy())
            else:
                torch.stack(some, dim=-1, out=beside)
    return Woven(made, (count,) * rows)


def looked_up(maps: Sequence[Tensor | Woven], x: Tensor, y: Tensor, mode: str, out: Tensor | None = None) -> Tensor:
    """Look maps ``(B, C, h, w)`` up at columns ``x`` and rows ``y`` ``(B, H, W)``, counted from the first centre.

    Edges are replicated; ``mode`` is ``bilinear`` or ``bicubic``. The result holds the channels of all maps; it is
    written into ``out`` where that is given.
    """
    kind = _KINDS[mode]
    made = torch.empty(len(x), sum(part.shape[1] for part in maps), *x.shape[1:]) if out is None else out
    given = [part.planes.numpy() if isinstance(part, Woven) else part.numpy() for part in maps]
    for row, (columns, lines, into) in enumerate(zip(x.numpy(), y.numpy(), made.numpy(), strict=True)):
        look, drawn = _Look(columns, lines, kind), list(into)
        alone: list[tuple[Plane, Plane]] = []
        for part, held in zip(maps, given, strict=True):
            own, drawn = drawn[: part.shape[1]], drawn[part.shape[1] :]
            if not isinstance(part, Woven):
                alone += zip(held[row], own, strict=True)
                continue
            many = held.shape[-1]
            for group, beside in enumerate(held[row]):
                look.together(beside, own[group * many : (group + 1) * many])
        look.one_by_one(alone)
    return made


class _Look:
    """A look at planes of one row: at which columns and rows ``(H, W)``, and in which of `_KINDS`."""

    def __init__(self, columns: Plane, lines: Plane, kind: int) -> None:
        self.columns, self.lines, self.kind = columns, lines, kind

    def together(self, beside: Planes, drawn: list[Plane]) -> None:
        """Look planes that lie side by side ``(h, w, N)`` up into as many or fewer."""
        found = cv2.remap(beside, self.columns, self.lines, self.kind, borderMode=cv2.BORDER_REPLICATE)
        if len(drawn) == beside.shape[-1]:
            cv2.split(found, drawn)
        else:
            cv2.mixChannels([found], drawn, [channel // 2 for channel in range(2 * len(drawn))])

    def one_by_one(self, pairs: list[tuple[Plane, Plane]]) -> None:
        """Look planes up, each into another; so many at a time as lie side by side in the time of one."""
        many = _ABREAST[self.kind]
        for first in range(0, len(pairs), many):
            four = [plane for plane, _ in pairs[first : first + many]]
            drawn = [into for _, into in pairs[first : first + many]]
            if (len(four) - 2) * self.columns.size >= _WORTH[self.kind] * four[0].size:
                self.together(np.asarray(cv2.merge(four + four[:1] * (many - len(four)))), drawn)
                continue
            for plane, into in zip(four, drawn, strict=True):
                cv2.remap(plane, self.columns, self.lines, self.kind, dst=into, borderMode=cv2.BORDER_REPLICATE)


def filled(colour: Tensor, weight: Tensor, levels: int, smallest: int) -> Tensor:
    """Push and pull as `faceaug.image.filter.fill_outside` does; pictures below ``smallest`` are halved no more.

    All rows and planes go through the levels together, the weights as last plane of each row.
    """
    trust = weight.numpy()
    both = np.empty((len(trust), colour.shape[1] + 1, *trust.shape[2:]), np.float32)
    np.multiply(colour.numpy(), trust, out=both[:, :-1])
    both[:, -1:] = trust
    below: list[Planes] = []
    while len(below) < levels and min(both.shape[2:]) >= smallest:
        below.append(both)
        both = _halved(both)
    seen, trust = both[:, :-1], both[:, -1:]
    mean = seen.sum(axis=(2, 3), keepdims=True) / np.maximum(trust.sum(axis=(2, 3), keepdims=True), 1e-6)
    found: Planes = seen + mean * (1 - trust)
    for both in reversed(below):
        found = _doubled(found)[..., : both.shape[2], : both.shape[3]] * (1 - both[:, -1:])
        found += both[:, :-1]
    return torch.from_numpy(found)


def _halved(both: Planes) -> Planes:
    """Weighted colours and, last, their weights ``(B, C + 1, h, w)`` at half size; a ragged edge is replicated."""
    wide = _widened(both, 2)
    rows, count, height, width = wide.shape
    small = np.empty((rows, count, height // 2, width // 2), np.float32)
    _resize(wide.reshape(-1, width), small.reshape(-1, width // 2), cv2.INTER_AREA)
    trust = np.minimum(small[:, -1:] * 4, 1)
    small[:, :-1] *= trust / np.maximum(small[:, -1:], 1e-6)
    small[:, -1:] = trust
    return small


def _doubled(small: Planes) -> Planes:
    """Planes ``(B, C, h, w)`` enlarged by two, bilinearly: one tall picture, with room between them."""
    rows, count, height, width = small.shape
    wide = np.empty((rows, count, height + 2, width), np.float32)
    wide[:, :, 1:-1], wide[:, :, 0], wide[:, :, -1] = small, small[:, :, 0], small[:, :, -1]
    large = np.empty((rows, count, 2 * height + 4, 2 * width), np.float32)
    _resize(wide.reshape(-1, width), large.reshape(-1, 2 * width), cv2.INTER_LINEAR)
    return large[:, :, 2:-2]


def _resize(plane: Plane, into: Plane, kind: int) -> None:
    cv2.resize(plane, (into.shape[1], into.shape[0]), dst=into, interpolation=kind)


def _each(x: Tensor, size: tuple[int, int], draw: Callable[[Plane, Plane], object]) -> Tensor:
    """Draw every plane of ``(B, C, H, W)`` into one of ``size``."""
    made = np.empty((*x.shape[:2], *size), np.float32)
    for planes, drawn in zip(x.numpy(), made, strict=True):
        for plane, into in zip(planes, drawn, strict=True):
            draw(plane, into)
    return torch.from_numpy(made)
