"""Noise that is a pure function of its key: no generator state, so batch, order and machine cannot change a bit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

# Odd 32-bit multipliers of the "lowbias32" integer hash (C. Wellons, Hash Function Prospector, 2018).
_MULTIPLY_1 = 0x7FEB352D
_MULTIPLY_2 = 0x846CA68B - (1 << 32)
_ALL = 0xFFFFFFFF


def _key(*parts: object) -> int:
    """Return a signed 32-bit key of the parts, the same on every machine (BLAKE2b of their text)."""
    text = "\x1f".join(str(part) for part in parts).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), "big", signed=True)


def _mix(x: Tensor) -> Tensor:
    """Scramble int32 numbers (lowbias32): every output bit depends on every input bit; products wrap around."""
    x = x ^ ((x >> 16) & 0xFFFF)
    x = x * _MULTIPLY_1
    x = x ^ ((x >> 15) & 0x1FFFF)
    x = x * _MULTIPLY_2
    return x ^ ((x >> 16) & 0xFFFF)


def _unit_of_one(key: int) -> float:
    """The first number of a row with this key: to the bit what the tensors of `Noise.uniform` hold first."""
    return (((_mix_of_one(_mix_of_one(1) ^ (key & _ALL)) >> 9) & 0x7FFFFF) + 0.5) * 2.0**-23


def _mix_of_one(x: int) -> int:
    """`_mix` of one number, as 32 bits without a sign."""
    x ^= x >> 16
    x = x * _MULTIPLY_1 & _ALL
    x ^= x >> 15
    x = x * (_MULTIPLY_2 & _ALL) & _ALL
    return x ^ x >> 16


@dataclass(frozen=True)
class Noise:
    """The source of all randomness of one edit on a batch: one key a row.

    Attributes:
        rows: For each row of the batch its key: (seed, sha256 of the photograph, variant, edit) joined to text.
    """

    rows: tuple[str, ...]

    @classmethod
    def of(cls, seed: int, sha256s: Sequence[str], variants: Sequence[int], edit: str) -> Noise:
        """Key a batch of rows by seed, photograph content, variant number and edit."""
        return cls(tuple(f"{seed}|{sha}|{variant}|{edit}" for sha, variant in zip(sha256s, variants, strict=True)))

    def row(self, index: int) -> Noise:
        """Return the noise of one row alone, as a batch of one."""
        return Noise((self.rows[index],))

    def first(self, name: str) -> list[float]:
        """The first number of each row that `uniform` draws: what a setting asks for, in whole numbers, not tensors."""
        return [_unit_of_one(_key(row, name)) for row in self.rows]

    def uniform(self, name: str, count: int = 1, device: torch.device | str = "cpu") -> Tensor:
        """Draw ``(B, count)`` float32 numbers, uniform in (0, 1), for the quantity called ``name``."""
        if count == 1:
            return torch.tensor([self.first(name)], dtype=torch.float32, device=device).T
        keys = torch.tensor([[_key(row, name)] for row in self.rows], dtype=torch.int32, device=device)
        return _unit(_mix(_mix(torch.arange(1, count + 1, dtype=torch.int32, device=device)[None]) ^ keys))

    def normal(self, name: str, count: int = 1, device: torch.device | str = "cpu") -> Tensor:
        """Draw ``(B, count)`` standard normal numbers, float64: the caller rounds once, at the end of its own sums."""
        return torch.erfinv(self.uniform(name, count, device).double() * 2 - 1) * 2**0.5

    def field(self, name: str, cells: Tensor) -> Tensor:
        """Draw one uniform number for every integer lattice point.

        Args:
            name: The quantity drawn.
            cells: Lattice points, ``(B, D, ...)`` of any integer type (negative allowed).

        Returns:
            ``(B, ...)`` float32 in (0, 1), the same wherever the same lattice point is asked for.
        """
        shape = (len(self.rows),) + (1,) * (cells.ndim - 2)
        hashed = torch.tensor([_key(row, name) for row in self.rows], dtype=torch.int32, device=cells.device)
        hashed = hashed.reshape(shape)
        for axis in range(cells.shape[1]):
            hashed = _mix(cells[:, axis].to(torch.int32) ^ hashed)
        return _unit(hashed)

    def normal_grid(
        self,
        name: str,
        shape: tuple[int, int, int],
        device: torch.device | str = "cpu",
        *,
        part: tuple[slice, slice] = (slice(None), slice(None)),
    ) -> Tensor:
        """Draw ``(B, C, H, W)`` standard normal float32 numbers, one a pixel, by inverting the normal CDF.

        Args:
            name: The quantity drawn.
            shape: Channels, height and width.
            device: Where to draw.
            part: Rows and columns that are wanted; their numbers are those of the whole grid.
        """
        channels, height, width = shape
        keys = torch.tensor([_key(row, name) for row in self.rows], dtype=torch.int32, device=device)
        index = torch.arange(channels * height * width, dtype=torch.int32, device=device)
        index = index.reshape(channels, height, width)[(slice(None), *part)]
        uniform = _unit(_mix(_mix(index)[None] ^ keys[:, None, None, None]))
        return torch.erfinv(uniform * 2 - 1) * (2**0.5)


def _unit(hashed: Tensor) -> Tensor:
    """Map int32 numbers to float32 strictly inside (0, 1): their upper 23 bits and half a step."""
    return (((hashed >> 9) & 0x7FFFFF).to(torch.float32) + 0.5) * (2.0**-23)


def smooth_noise(noise: Noise, name: str, points: Tensor, period: Tensor | float) -> Tensor:
    """Value noise: lattice numbers blended by a smoothstep, for blotches and irregular outlines.

    Args:
        noise: Keys, one a row.
        name: The quantity drawn.
        points: Positions ``(B, D, ...)`` in mm (or any unit), D of 1 to 3.
        period: Lattice spacing in the same unit.

    Returns:
        ``(B, ...)`` float32 in (-1, 1), mean about 0.

    Source:
        K. Perlin, "Improving noise", SIGGRAPH 2002 (quintic blend).
    """
    scaled = points / period
    base = torch.floor(scaled)
    part = scaled - base
    blend = part * part * part * (part * (part * 6 - 15) + 10)
    cells = base.to(torch.int32)
    dims = points.shape[1]
    total = torch.zeros_like(scaled[:, 0])
    for corner in range(2**dims):
        offset = [(corner >> axis) & 1 for axis in range(dims)]
        weight = torch.ones_like(total)
        for axis, bit in enumerate(offset):
            weight = weight * (blend[:, axis] if bit else 1 - blend[:, axis])
        shift = torch.tensor(offset, dtype=torch.int32, device=cells.device).reshape(
            (1, dims) + (1,) * (cells.ndim - 2)
        )
        total = total + weight * noise.field(name, cells + shift)
    return total * 2 - 1
