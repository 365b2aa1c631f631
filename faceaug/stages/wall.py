"""The wall that a head stands before: its even part, and what stood behind a head that has turned aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from faceaug.image.filter import enlarge, fill_outside, gaussian, reduce
from faceaug.image.shade import at_least, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.coarse import coarseness

if TYPE_CHECKING:
    from torch import Tensor

# A pixel whose matte, blurred by a pixel, lies below the first is wall; above the second it is not.
_WALL = (0.0, 0.05)
# Blocks of which at least these shares are wall count, not at all and whole.
_BLOCK = (0.3, 1.0)
# The even part of a wall varies over this distance, mm; what departs from it by so many times the grain, and so much
# (square roots of linear light), is no part of it.
_EVEN_MM, _DEPARTS, _DEPARTS_BY = 5.0, (1.5, 3.0), (0.006, 0.012)
# Grain is measured at least so far from the person, mm.
_APART_MM = 15.0
# A wall is plain where, over this distance, mm, it departs from its even part by no more than these.
_PLAIN_MM, _PLAIN = 10.0, (0.03, 0.08)
# So far inside the outline the wall is mirrored, mm; deeper than along the outline only where what lies mirrored, seen
# through a blur, is like the wall around, in square roots of linear light: else a flag would float beside the head.
_MIRRORED_MM, _ALONG_MM = (25.0, 45.0), (8.0, 20.0)
_ALIKE_MM, _ALIKE = 4.0, (0.06, 0.15)
# Of a plain wall only its grain is mirrored, up to so many times its mean.
_GRAIN = 3.0
# The outline is smoothed by this before directions are taken from it, coarse pixels: its corners are no mirrors.
_ROUND = 2.0


@dataclass(frozen=True)
class Wall:
    """A wall in two parts, square roots of linear light.

    Attributes:
        even: Its even part, gone on behind the person ``(B, 3, h, w)``.
        texture: What the picture has beyond that ``(B, 3, h, w)``.
        plain: Where the wall is even but for grain ``(B, 1, h, w)``, 0..1.
        grain: Mean texture of a pixel there ``(B, 1, 1, 1)``.
    """

    even: Tensor
    texture: Tensor
    plain: Tensor
    grain: Tensor


def find_wall(linear: Tensor, person: Tensor, scale: float) -> Wall:
    """Find the even part of a wall: a slope of light and what varies slowly, without strands of hair before it.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        person: Its matte ``(B, 1, h, w)``.
        scale: Pixels per millimetre.
    """
    root = linear.clamp(min=0).sqrt()
    size, factor = (root.shape[-2], root.shape[-1]), coarseness(person)
    seen = _seen(person)
    share = reduce(seen, factor)
    colour = reduce(root * seen, factor) / share.clamp(min=1e-4)
    trust = smooth_step(*_BLOCK, share)
    far = trust * (distance(trust > 0) > _APART_MM * scale / factor)
    far = torch.where(_total(far) > 0, far, trust)
    slope = _sloping(colour, trust)
    even = _evened(colour - slope, trust, _EVEN_MM * scale / factor) + slope
    off = (colour - even).abs().amax(dim=1, keepdim=True)
    grain = _total(off * far) / _total(far).clamp(min=1e-4)
    low, high = (times * grain + more for times, more in zip(_DEPARTS, _DEPARTS_BY, strict=True))
    part = trust * (1 - smooth_step(0.0, 1.0, (off - low) / (high - low)))
    even = _evened(colour - slope, part, _EVEN_MM * scale / factor) + slope
    wide = _PLAIN_MM * scale / factor
    off = (colour - even).abs().amax(dim=1, keepdim=True)
    plain = 1 - smooth_step(*_PLAIN, gaussian(off * trust, wide) / gaussian(trust, wide).clamp(min=1e-2))
    whole, apart = enlarge(even, size, factor), enlarge(far, size, factor)
    texture = root - whole
    grain = _total(texture.abs().amax(dim=1, keepdim=True) * apart) / _total(apart).clamp(min=1e-4)
    return Wall(whole, texture, enlarge(plain, size, factor), grain)


def wall_behind(linear: Tensor, person: Tensor, wall: Wall, scale: float) -> Tensor:
    """The wall behind the person ``(B, 3, h, w)``, linear: itself where it was seen, else its even part and texture.

    Texture is mirrored at the outline; of a plain wall that is its grain.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        person: Its matte, loose strands too ``(B, 1, h, w)``.
        wall: The wall.
        scale: Pixels per millimetre.
    """
    size, factor = (linear.shape[-2], linear.shape[-1]), coarseness(person)
    seen = _seen(person)
    inward = _inward(reduce(seen, factor) < 0.5)
    deep = enlarge(inward[:, :1] * factor, size, factor)
    towards = enlarge(inward[:, 1:], size, factor)
    xs, ys = pixel_centres(size, linear.device)
    place = torch.stack([xs.expand(size), ys.expand(size)])[None] - 2 * deep * towards
    found = sampled(torch.cat([wall.texture * seen, seen], dim=1), place)
    x, y = place[:, :1], place[:, 1:]
    inside = at_least(torch.minimum(torch.minimum(x, size[1] - x), torch.minimum(y, size[0] - y)), 0)
    weight = smooth_step(0.5, 1.0, found[:, 3:]) * inside * (1 - smooth_step(*_MIRRORED_MM, deep / scale))
    texture = found[:, :3] * (weight / found[:, 3:].clamp(min=1e-3))
    strange = gaussian(texture, _ALIKE_MM * scale).abs().amax(dim=1, keepdim=True)
    texture = texture * (1 - smooth_step(*_ALONG_MM, deep / scale) * smooth_step(*_ALIKE, strange))
    most = _GRAIN * wall.grain + (1 - wall.plain)
    behind = (wall.even + torch.minimum(torch.maximum(texture, -most), most)).clamp(min=0)
    return torch.lerp(behind * behind, linear, seen)


def distance(mask: Tensor) -> Tensor:
    """How far each pixel of a mask ``(B, 1, h, w)`` is from those that are not in it, pixels."""
    rows = [
        cv2.distanceTransform(row.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5) for row in mask[:, 0].cpu().numpy()
    ]
    return torch.from_numpy(np.stack(rows))[:, None].to(mask.device)


def _seen(person: Tensor) -> Tensor:
    """Where the wall is seen ``(B, 1, h, w)``, 0..1."""
    return 1 - smooth_step(*_WALL, gaussian(person, 1.0))


def _total(maps: Tensor) -> Tensor:
    """Sum of each row ``(B, 1, 1, 1)`` of maps."""
    return maps.sum(dim=(1, 2, 3), keepdim=True)


def _sloping(colour: Tensor, trust: Tensor) -> Tensor:
    """The quadratic in x and y that fits a colour ``(B, C, h, w)`` best where it is trusted."""
    height, width = colour.shape[-2:]
    x = torch.linspace(-1, 1, width, device=colour.device).expand(height, width)
    y = torch.linspace(-1, 1, height, device=colour.device)[:, None].expand(height, width)
    terms = torch.stack([torch.ones_like(x), x, y, x * x, x * y, y * y]).flatten(1)
    weighted = trust.flatten(2) * terms
    square = (weighted @ terms.T).double() + 1e-3 * torch.eye(len(terms)).to(weighted)
    right = (weighted @ colour.flatten(2).transpose(1, 2)).double()
    found: Tensor = torch.linalg.solve(square, right)
    return (found.to(colour).transpose(1, 2) @ terms).reshape(colour.shape)


def _evened(maps: Tensor, trust: Tensor, sigma: float) -> Tensor:
    """Smooth maps where they are trusted and go on from there."""
    share = gaussian(trust, sigma)
    return fill_outside(gaussian(maps * trust, sigma) / share.clamp(min=1e-4), (4 * share).clamp(max=1), levels=7)


def _inward(mask: Tensor) -> Tensor:
    """How deep each pixel lies in a mask, and the direction inward (x, y), of length 1 ``(B, 3, h, w)``."""
    deep = distance(mask)
    round_ = gaussian(deep - distance(~mask), _ROUND)
    wide = torch.nn.functional.pad(round_, (1, 1, 1, 1), mode="replicate")
    slope = torch.cat([wide[..., 1:-1, 2:] - wide[..., 1:-1, :-2], wide[..., 2:, 1:-1] - wide[..., :-2, 1:-1]], dim=1)
    return torch.cat([deep, slope / torch.hypot(slope[:, :1], slope[:, 1:]).clamp(min=1e-3)], dim=1)
