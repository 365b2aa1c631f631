"""Noise that is a pure function of its key: no generator state, so batch, order and machine cannot change a bit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Numbers = Any
"""Whole numbers of 32 bits: an array of numpy's or a tensor, whose operators wrap around alike."""

# Odd 32-bit multipliers of the "lowbias32" integer hash (C. Wellons, Hash Function Prospector, 2018).
_MULTIPLY_1 = 0x7FEB352D
_MULTIPLY_2 = 0x846CA68B - (1 << 32)
_ALL = 0xFFFFFFFF
# So many numbers of one quantity are scrambled once and kept: more than there are spots on a face.
_FEW = 4096


def _key(row: str, name: str) -> int:
    """Return a signed 32-bit key of a row and a quantity, the same on every machine (BLAKE2b of their text)."""
    return int.from_bytes(hashlib.blake2b(f"{row}\x1f{name}".encode(), digest_size=4).digest(), "big", signed=True)


def _mix(x: Numbers) -> Numbers:
    """Scramble int32 numbers (lowbias32): every output bit depends on every input bit; products wrap around."""
    x = x ^ ((x >> 16) & 0xFFFF)
    x = x * _MULTIPLY_1
    x = x ^ ((x >> 15) & 0x1FFFF)
    x = x * _MULTIPLY_2
    return x ^ ((x >> 16) & 0xFFFF)


def _unit_of_one(key: int) -> float:
    """The first number of a row with this key: to the bit what the tensors of `Noise.uniform` hold first."""
    return (((_mix_of_one(_FIRST ^ (key & _ALL)) >> 9) & 0x7FFFFF) + 0.5) * 2.0**-23


def _mix_of_one(x: int) -> int:
    """`_mix` of one number, as 32 bits without a sign."""
    x ^= x >> 16
    x = x * _MULTIPLY_1 & _ALL
    x ^= x >> 15
    x = x * (_MULTIPLY_2 & _ALL) & _ALL
    return x ^ x >> 16


_FIRST = _mix_of_one(1)


@lru_cache(maxsize=1)
def _first_ones() -> NDArray[np.int32]:
    """The first numbers from 1 on, scrambled; not to be changed."""
    scrambled: NDArray[np.int32] = _mix(np.arange(1, _FEW + 1, dtype=np.int32))
    return scrambled


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
        """Draw ``(B, count)`` float32 numbers, uniform in (0, 1), for the quantity called ``name``.

        They are few: numpy draws them, a call of which takes a third of one of torch.
        """
        if count == 1:
            return torch.tensor([self.first(name)], dtype=torch.float32, device=device).T
        keys = np.array([[_key(row, name)] for row in self.rows], np.int32)
        own = _first_ones()[:count] if count <= _FEW else _mix(np.arange(1, count + 1, dtype=np.int32))
        return _unit(_mix(own ^ keys)).to(device)

    def normal(self, name: str, count: int = 1, device: torch.device | str = "cpu") -> Tensor:
        """Draw ``(B, count)`` standard normal numbers, float64: the caller rounds once, at the end of its own sums."""
        return normal_of(self.uniform(name, count, device))

    def field(self, name: str, cells: Tensor) -> Tensor:
        """Draw one uniform number for every integer lattice point.

        Args:
            name: The quantity drawn.
            cells: Lattice points, ``(B, D, ...)`` of any integer type (negative allowed).

        Returns:
            ``(B, ...)`` float32 in (0, 1), the same wherever the same lattice point is asked for.
        """
        hashed = self._keys(name, cells.ndim - 2, cells.device)
        for axis in _numbers(cells.to(torch.int32)).swapaxes(0, 1):
            hashed = _mix(axis ^ hashed)
        return _unit(hashed)

    def corners(self, name: str, cells: Tensor) -> Tensor:
        """As `field`, for the 2 ** D corners of the cells that begin at these points ``(2 ** D, B, ...)``, x first."""
        both = _numbers(torch.stack([cells, cells + 1]).to(torch.int32))
        hashed = self._keys(name, cells.ndim - 2, cells.device)[None]
        for axis in range(cells.shape[1]):
            scrambled = _mix(both[:, None, :, axis] ^ hashed)
            hashed = scrambled.reshape(-1, *scrambled.shape[2:])
        return _unit(hashed)

    def _keys(self, name: str, dims: int, device: torch.device | str) -> Numbers:
        """The keys of all rows ``(B, 1, ...)`` with so many dimensions more: numpy's on a CPU, else torch's."""
        keys = np.array([_key(row, name) for row in self.rows], np.int32).reshape(-1, *[1] * dims)
        return keys if torch.device(device).type == "cpu" else torch.from_numpy(keys).to(device)

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
        keys = self._keys(name, 3, device)
        index = _numbers(torch.arange(channels * height * width, dtype=torch.int32, device=device))
        uniform = _unit(_mix(_mix(index.reshape(channels, height, width)[(slice(None), *part)])[None] ^ keys))
        return torch.erfinv(uniform * 2 - 1) * (2**0.5)


def normal_of(uniform: Tensor) -> Tensor:
    """Standard normal numbers, float64, of uniform ones of any shape."""
    return torch.erfinv(uniform.double() * 2 - 1) * 2**0.5


def _numbers(x: Tensor) -> Numbers:
    """The same numbers for numpy where they lie on a CPU: it scrambles few of them in a fifth of torch's time."""
    return x.numpy() if x.is_cpu else x


def _unit(hashed: Numbers) -> Tensor:
    """Map int32 numbers to float32 strictly inside (0, 1): their upper 23 bits and half a step."""
    return torch.as_tensor((hashed >> 9) & 0x7FFFFF).to(torch.float32).add_(0.5).mul_(2.0**-23)


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
    drawn = noise.corners(name, base.to(torch.int32))
    for far in reversed(blend.unbind(dim=1)):
        low, high = drawn.chunk(2)
        drawn = torch.lerp(low, high, far)
    return drawn[0] * 2 - 1
