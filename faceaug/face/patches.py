"""Patches of skin cut out of a smooth map: a given share of the face, with an edge of a given width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.image.filter import gaussian
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Every so many-th pixel across and down tells which share lies above a level.
_THINNED = 3
# What lies in no patch is this far outside, mm.
_FAR = 1e3
# Edges are no sharper than this many pixels to either side; slopes below this (per mm) do not widen them further.
_SHARPEST, _GENTLEST = 0.8, 0.015


def patches(source: Decomposition, field: Tensor, extent: Tensor, bare: Tensor) -> Tensor:
    """How far inside a patch each place lies ``(B, 1, h, w)``, mm, below 0 outside: patches are the greatest values.

    Args:
        source: The faces.
        field: Smooth map ``(B, 1, h, w)``.
        extent: Share of the bare skin inside patches ``(B,)``, 0..1; 0 gives none, everything far outside.
        bare: Bare skin ``(B, 1, h, w)``, 0..1.
    """
    return torch.cat(
        [_cut(source.row(row), field[row : row + 1], float(extent[row]), bare[row]) for row in range(len(source))]
    )


def _cut(source: Decomposition, part: Tensor, share: float, bare: Tensor) -> Tensor:
    inside = part[0, 0, ::_THINNED, ::_THINNED][bare[0, ::_THINNED, ::_THINNED] > 0.5]
    if share <= 0 or len(inside) == 0:
        return torch.full_like(part, -_FAR)
    return depth_above(part, torch.quantile(inside, 1 - share), float(source.pose.scale[0]))


def depth_above(field: Tensor, level: Tensor | float, scale: float) -> Tensor:
    """How far inside the region where a map exceeds a level each place lies, mm, at ``scale`` pixels a mm."""
    padded = torch.nn.functional.pad(field, (1, 1, 1, 1), mode="replicate")
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) * (scale / 2)
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) * (scale / 2)
    slope = torch.sqrt(gaussian(across * across + down * down, 0.6 * scale)).clamp(min=_GENTLEST)
    return (field - level) / slope


def edged(depth: Tensor, scale: float, edge: Tensor | float) -> Tensor:
    """Cover 0..1 of a region from how far inside it a place lies, mm: its edge is ``edge`` mm wide to either side."""
    half = torch.as_tensor(edge, dtype=depth.dtype, device=depth.device).clamp(min=_SHARPEST / scale)
    return smooth_step(-1.0, 1.0, depth / half)
