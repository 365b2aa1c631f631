"""Looking maps up elsewhere: the one way in which pictures are resampled by a correspondence."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image import planes
from faceaug.image.color import luminance
from faceaug.image.filter import separable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


# What cubics (a = -0.75, as OpenCV and torch have them) leave of a wave, on average (root of the mean square) over all
# places between pixels, falls to 0.70 where it is finest; these taps by columns and by rows make up for it to 4 %:
# least squares over all waves.
_PREFILTER = (0.0438, -0.0947, 1.1018, -0.0947, 0.0438)


@lru_cache(maxsize=64)
def pixel_centres(size: tuple[int, int], device: torch.device) -> tuple[Tensor, Tensor]:
    """The middles of pixels of a picture (height, width): x ``(1, w)`` and y ``(h, 1)``, float32; not to be changed."""
    ys = torch.arange(size[0], device=device, dtype=torch.float32)[:, None] + 0.5
    xs = torch.arange(size[1], device=device, dtype=torch.float32)[None, :] + 0.5
    return xs, ys


class At:
    """Places at which maps are looked up again and again: their columns and rows are worked out once."""

    def __init__(self, place: Tensor, size: tuple[float, float] | None = None) -> None:
        """Take places and the frame in which they count, as `sampled` does."""
        self.place, self.size = place, size
        self._counted: dict[tuple[float, float], tuple[Tensor, Tensor]] = {}

    def counted(self, rows: int, columns: int) -> tuple[Tensor, Tensor]:
        """Columns and rows ``(B, H, W)`` of maps so large, counted from the first centre."""
        height, width = self.size or (rows, columns)
        scale = columns / width, rows / height
        if scale not in self._counted:
            here = self.place if scale == (1, 1) else self.place * self.place.new_tensor(scale)[:, None, None]
            x, y = (here - 0.5).unbind(dim=1)
            self._counted[scale] = x, y
        return self._counted[scale]


def sampled(
    maps: Tensor | Sequence[Tensor | planes.Woven],
    place: Tensor | At,
    size: tuple[float, float] | None = None,
    mode: str = "bilinear",
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Sample maps at given places, edges replicated.

    Args:
        maps: ``(B, C, h, w)``; or several, of one size, whose channels are sampled together.
        place: Where each pixel of the result comes from ``(B, 2, H, W)``: x and y in pixels, centres at .5. Or the
            same with its frame.
        size: Height and width of the frame in which ``place`` counts; that of ``maps`` when not given.
        mode: ``bilinear`` or ``bicubic``.
        out: Where to write the result, if not into memory of its own.

    Returns:
        ``(B, C, H, W)``.
    """
    parts = [maps] if isinstance(maps, torch.Tensor) else list(maps)
    rows, columns = parts[0].shape[-2:]
    at = place if isinstance(place, At) else At(place, size)
    if planes.fits(at.place) and all(map(planes.fits, parts)):
        return planes.looked_up(parts, *at.counted(rows, columns), mode, out)
    (height, width), there = at.size or (rows, columns), at.place
    grid = torch.stack([there[:, 0] * (2 / width) - 1, there[:, 1] * (2 / height) - 1], dim=-1)
    whole = torch.cat([part.apart() if isinstance(part, planes.Woven) else part for part in parts], dim=1)
    found = F.grid_sample(whole, grid, mode=mode, padding_mode="border", align_corners=False)
    return found if out is None else out.copy_(found)


def prefiltered(linear: Tensor) -> Tensor:
    """A picture that, looked up by cubics between its pixels, has as fine a grain as it had; else it would be softer.

    Brightness alone is made so, on square roots of light: there grain is of one size. Colour is coarse in pictures.

    Args:
        linear: ``(B, 3, h, w)``, linear sRGB.

    Source:
        The idea: M. Unser, "Splines: a perfect fit for signal and image processing", IEEE Signal Processing Magazine
        16 (1999).
    """
    root = linear.clamp(min=0).sqrt()
    bright = luminance(root)
    finer = separable(bright, torch.tensor(_PREFILTER)).sub_(bright)
    return root.add_(finer).clamp_(min=0).square_()
