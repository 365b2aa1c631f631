"""The rims of worn glasses as strokes of one width: where a photograph hardly tells them they go on as beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.worn.plane import on_plane
from faceaug.stages.turning.worn.rims import at_rays, rim_places

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# A rim is looked at so far to either side of its line, at such steps, mm; none is narrower or wider than the last.
_ASIDE, _STEP, _WIDTH = 3.0, 0.5, (0.8, 6.0)
# A ray shows a rim from such shares of the usual width on; what a rim is like is evened over so many rays to either
# side, and goes on where it shows on such shares of these. By so little the other rim counts too.
_SHOWS, _EVEN, _GOES_ON, _OTHER = (0.3, 0.7), 4, (0.3, 0.7), 0.1


def usual_width(source: Decomposition, frame: Tensor, found: Tensor) -> float:
    """How wide the rims are, mm: the median of where they show. Arguments as for `stroke`."""
    width = _across(source, frame, found)[0].sum(dim=-1) * _STEP
    return min(max(float(width[width >= width.mean()].median()), _WIDTH[0]), _WIDTH[1])


def stroke(
    source: Decomposition, layer: Tensor, found: Tensor, rays: tuple[Tensor, Tensor], *, width: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Both rims drawn anew: what they are like ``(1, K, h, w)``, and where they are ``(1, 1, h, w)``, 0..1.

    Also on which rays there is a rim that goes on, likewise.

    Args:
        source: The photograph of the only face.
        layer: Where it shows frame, 0..1, and what that is like there ``(1, 1 + K, h, w)``.
        found: The rims, as `faceaug.stages.turning.worn.rims.rims` finds them.
        rays: How far beyond them each pixel is ``(1, 1, h, w)``, mm, and on which ray, as `on_rays` tells.
        width: How wide to draw them, mm.
    """
    frame = layer[:, :1]
    told = _across(source, torch.cat([frame, layer[:, 1:] * frame], dim=1), found).sum(dim=-1)
    shows = smooth_step(*_SHOWS, told[:1] * _STEP / width)
    told = _evened(torch.cat([torch.maximum(shows, shows.flip(1)), told]))
    told = told + _OTHER * told.flip(1)
    shows = smooth_step(*_GOES_ON, told[:1] / (1 + _OTHER))
    beyond, ray = rays
    drawn = at_rays(torch.cat([shows, told[2:] / told[1:2].clamp(min=1e-3)]), ray)
    pixel = 1 / float(source.pose.scale[0])
    shown = drawn[:, :1]
    return drawn[:, 1:], (((width + pixel) / 2 - beyond.abs()) / pixel).clamp(0, 1) * shown, shown


def _across(source: Decomposition, maps: Tensor, found: Tensor) -> Tensor:
    """Maps of a window ``(1, K, h, w)`` across the rims, on every ray ``(K, 2, R, N)``."""
    offset = torch.arange(-_ASIDE, _ASIDE + 0.1, _STEP, device=found.device)
    flat = rim_places(found, offset)
    places = on_plane(source, flat.flatten(0, 2))[0, :, :2] - found.new_tensor(source.corners[0])
    told = sampled(maps, places.T.reshape(1, 2, -1, len(offset)))[0]
    return told.reshape(len(told), *flat.shape[:3])


def _evened(told: Tensor) -> Tensor:
    """What is told of each ray ``(K, 2, R)``, evened over its neighbours."""
    taps = torch.hann_window(2 * _EVEN + 3, periodic=False, device=told.device)[1:-1]
    around = F.pad(told.flatten(0, 1)[:, None], (_EVEN, _EVEN), mode="circular")
    return F.conv1d(around, (taps / taps.sum())[None, None])[:, 0].reshape(told.shape)
