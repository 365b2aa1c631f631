"""Patches of skin cut out of a smooth map, with an edge of a given width and a given share of the face."""

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
# Edges are no sharper than this many pixels to either side; slopes below this (per mm) do not widen them further.
_SHARPEST, _GENTLEST = 0.8, 0.015


def patches(source: Decomposition, field: Tensor, extent: Tensor, bare: Tensor, *, edge: float) -> Tensor:
    """Return 1 where ``field`` is among its greatest values, 0 elsewhere ``(B, 1, h, w)``.

    Args:
        source: The faces.
        field: Smooth map ``(B, 1, h, w)``.
        extent: Share of the bare skin inside patches ``(B,)``, 0..1; 0 gives none.
        bare: Bare skin ``(B, 1, h, w)``, 0..1.
        edge: Half the width of the soft edge, mm.
    """
    return torch.cat(
        [_cut(source.row(row), field[row : row + 1], float(extent[row]), bare[row], edge) for row in range(len(source))]
    )


def _cut(source: Decomposition, part: Tensor, share: float, bare: Tensor, edge: float) -> Tensor:
    inside = part[0, 0, ::_THINNED, ::_THINNED][bare[0, ::_THINNED, ::_THINNED] > 0.5]
    if share <= 0 or len(inside) == 0:
        return torch.zeros_like(part)
    level = torch.quantile(inside, 1 - share)
    return above(part, level, float(source.pose.scale[0]), edge)


def above(field: Tensor, level: Tensor | float, scale: float, edge: float) -> Tensor:
    """Return 1 where a map is above a level, with an edge of twice ``edge`` mm at ``scale`` pixels a mm."""
    padded = torch.nn.functional.pad(field, (1, 1, 1, 1), mode="replicate")
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) * (scale / 2)
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) * (scale / 2)
    slope = torch.sqrt(gaussian(across * across + down * down, 0.6 * scale)).clamp(min=_GENTLEST)
    half = max(edge, _SHARPEST / scale)
    return smooth_step(-half, half, (field - level) / slope)
