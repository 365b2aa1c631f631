"""Looking maps up elsewhere: the one way in which pictures are resampled by a correspondence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image import planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def pixel_centres(size: tuple[int, int], device: torch.device) -> tuple[Tensor, Tensor]:
    """The middles of pixels of a picture (height, width): x ``(1, w)`` and y ``(h, 1)``, float32."""
    ys = torch.arange(size[0], device=device, dtype=torch.float32)[:, None] + 0.5
    xs = torch.arange(size[1], device=device, dtype=torch.float32)[None, :] + 0.5
    return xs, ys


def sampled(
    maps: Tensor | Sequence[Tensor | planes.Woven],
    place: Tensor,
    size: tuple[float, float] | None = None,
    mode: str = "bilinear",
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Sample maps at given places, edges replicated.

    Args:
        maps: ``(B, C, h, w)``; or several, of one size, whose channels are sampled together.
        place: Where each pixel of the result comes from ``(B, 2, H, W)``: x and y in pixels, centres at .5.
        size: Height and width of the frame in which ``place`` counts; that of ``maps`` when not given.
        mode: ``bilinear`` or ``bicubic``.
        out: Where to write the result, if not into memory of its own.

    Returns:
        ``(B, C, H, W)``.
    """
    parts = [maps] if isinstance(maps, torch.Tensor) else list(maps)
    rows, columns = parts[0].shape[-2:]
    height, width = size or (rows, columns)
    if planes.fits(place) and all(map(planes.fits, parts)):
        across, down = columns / width, rows / height
        here = place if across == down == 1 else place * place.new_tensor([across, down])[:, None, None]
        x, y = (here - 0.5).unbind(dim=1)
        return planes.looked_up(parts, x, y, mode, out)
    grid = torch.stack([place[:, 0] * (2 / width) - 1, place[:, 1] * (2 / height) - 1], dim=-1)
    whole = torch.cat([part.apart() if isinstance(part, planes.Woven) else part for part in parts], dim=1)
    found = F.grid_sample(whole, grid, mode=mode, padding_mode="border", align_corners=False)
    return found if out is None else out.copy_(found)
