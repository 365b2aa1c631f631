"""The window around head and shoulders: all that is taken apart of a photograph, and its fading edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

# The window in face heights: to each side, above and below the face's centre.
_ASIDE, _ABOVE, _BELOW = 1.5, 1.4, 2.4
# What is changed fades over this share of the window's longer side.
_FADE = 0.12


def window_of(points: np.ndarray, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Box around head and shoulders: left, top, right, bottom in whole pixels, inside the photograph.

    Args:
        points: Landmarks ``(N, 2 or 3)``, photo pixels.
        size: Height and width of the photograph.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    middle, reach = (low + high) / 2, float((high - low).max())
    left, right = int(middle[0] - _ASIDE * reach), int(middle[0] + _ASIDE * reach) + 1
    top, bottom = int(middle[1] - _ABOVE * reach), int(middle[1] + _BELOW * reach) + 1
    return max(left, 0), max(top, 0), min(right, size[1]), min(bottom, size[0])


def faded(
    corner: tuple[int, int], window: tuple[int, int], size: tuple[int, int], device: torch.device | str
) -> Tensor:
    """Fade out ``(1, 1, h, w)`` toward window edges that cut through the photograph: no line may show there.

    Args:
        corner: Left and top of the window in its photograph.
        window: Its height and width.
        size: Height and width of the photograph.
        device: Where the result shall lie.
    """
    (left, top), (height, width) = corner, window
    rows = torch.arange(height, device=device, dtype=torch.float32) + 0.5
    columns = torch.arange(width, device=device, dtype=torch.float32) + 0.5
    reach = _FADE * max(window)
    down, across = torch.ones_like(rows), torch.ones_like(columns)
    if top > 0:
        down = down * smooth_step(0, reach, rows)
    if top + height < size[0]:
        down = down * smooth_step(0, reach, height - rows)
    if left > 0:
        across = across * smooth_step(0, reach, columns)
    if left + width < size[1]:
        across = across * smooth_step(0, reach, width - columns)
    return (down[:, None] * across[None, :])[None, None]
