"""What the photograph never showed of a turned head: taken from the head's other half, or grown from beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image.extent import extent, extent_of_every, moved
from faceaug.image.filter import enlarge, fill_outside, gaussian, reduce
from faceaug.image.shade import smooth_step
from faceaug.image.warp import At, pixel_centres, sampled
from faceaug.stages.coarse import coarseness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from faceaug.image.extent import Box
    from faceaug.image.planes import Woven

# Source pixels for each pixel of the turned picture, across the worst direction: from the second on a place counts as
# seen, below the first as not seen. Skin that stood at 60 degrees to the camera and now faces it has 0.5.
_UNSEEN, _SEEN = 0.24, 0.44
WELL = 0.9
"""What has so many source pixels for each pixel is taken as it was seen."""

# Where there is less is looked for on every n-th pixel; so far apart, pixels, for each pixel between them, neighbours
# lie across an edge alone.
_EVERY, _APART = 2, 1.7
# By how much better than the place itself its mirror image must have been seen to take its part, likewise.
_BETTER = (0.12, 0.35)
# That measure is smoothed by this, mm.
_MEASURE_MM = 2.0
# Texture of the other half is at most this much darker or brighter than its mean over this distance, mm: folds, brows,
# edges of beard and hair are lent too.
_MIRRORED_MM, _STRUCTURE = 6.0, 2.0
_MAPS = ("place", "mirrored", "share", "seen", "dense", "shown", "jump")


@dataclass(frozen=True)
class Sight:
    """Where each pixel of a turned picture was seen in the photograph.

    Attributes:
        place: Its own place there ``(B, 2, h, w)``, window pixels.
        mirrored: The place of its mirror image on the head's other half ``(B, 2, h, w)``; 0 far from where it is asked.
        share: How much of it is taken from there ``(B, 1, h, w)``, 0..1.
        seen: How well its own place was seen ``(B, 1, h, w)``, 0 not at all .. 1.
        dense: Source pixels for each of its pixels, across the direction in which there are fewest; 0 where hidden
            ``(B, 1, h, w)``, 0..1; 1 far from where there are fewer than `WELL`.
        shown: 0 where its own place was hidden and its mirror image told nothing, although it might ``(B, 1, h, w)``.
        jump: How far apart the places of this pixel and of the next to the right or below are ``(B, 1, h, w)``, square
            pixels; 0 far from where that is much.
        scale: Pixels per millimetre.
        kept: What was looked up at its places, by name, each with what it was looked up in; a part keeps its own.
    """

    place: Tensor
    mirrored: Tensor
    share: Tensor
    seen: Tensor
    dense: Tensor
    shown: Tensor
    jump: Tensor
    scale: float
    kept: dict[str, tuple[object, Tensor]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def at(self) -> At:
        """Its places, to be looked up at in the window."""
        return At(self.place)

    @cached_property
    def away(self) -> Tensor:
        """How far each pixel of a whole window lies from its place ``(B, 1, h, w)``, pixels; not to be changed."""
        return distance(self.place)

    def row(self, row: int) -> Sight:
        """The same of one row."""
        return replace(self, **{name: getattr(self, name)[row : row + 1] for name in _MAPS})

    def within(self, box: Box) -> Sight:
        """The same of a part of the turned picture; places still count in the window."""
        return replace(self, **{name: getattr(self, name)[(..., *box)] for name in _MAPS})

    def of(
        self, maps: Sequence[Tensor | Woven], within: Sequence[Tensor | Woven] = (), box: Box | None = None
    ) -> Tensor:
        """Carry maps of the photograph ``(B, C, h, w)`` to the turned head; their channels in one.

        Args:
            maps: Those to carry.
            within: More of them, which the turned head shows in a part alone.
            box: That part.
        """
        size, first = (maps[0].shape[-2], maps[0].shape[-1]), sum(part.shape[1] for part in maps)
        count = first + sum(part.shape[1] for part in within)
        own = self.place.new_empty(len(self.place), count, *self.place.shape[-2:])
        sampled(maps, self.at, out=own[:, :first])
        own[:, first:] = 0
        if within and box is not None:
            part = (..., *box)
            sampled(within, self.place[part], size, out=own[:, first:][part])
        box = extent(self.share)
        if box is None:
            return own
        part = (..., *box)
        other = sampled([*maps, *within], self.mirrored[part], size)
        own[part] = torch.lerp(own[part], other, self.share[part])
        return own

    def texture(self, colour: Tensor) -> Tensor:
        """Texture of the head's other half ``(B, 3, h, w)``, 1 on average; 1 where none is taken from there.

        Args:
            colour: The photograph's ``(B, 3, h, w)``, linear.
        """
        whole = colour.new_ones(len(colour), colour.shape[1], *self.place.shape[-2:])
        box = extent(self.share, round(2 * _MIRRORED_MM * self.scale))
        if box is not None:
            part = (..., *box)
            other = sampled(colour, self.mirrored[part], (colour.shape[-2], colour.shape[-1])).clamp(min=1e-3)
            fine = (other / gaussian(other, _MIRRORED_MM * self.scale)).clamp(1 / _STRUCTURE, _STRUCTURE)
            whole[part] = fine
        return whole


def distance(place: Tensor) -> Tensor:
    """How far each pixel's source ``(B, 2, h, w)``, window pixels, lies from it ``(B, 1, h, w)``, pixels."""
    xs, ys = pixel_centres((place.shape[-2], place.shape[-1]), place.device)
    across, down = (place[:, :1] - xs).abs_(), (place[:, 1:] - ys).abs_()
    return torch.maximum(across, down, out=across)


def look_up(place: Tensor, visible: Tensor, mirror: Callable[[Box], Tensor], alike: Tensor, scale: float) -> Sight:
    """Decide for every pixel of the turned picture whether it was seen, itself or as its mirror image.

    Args:
        place: Where it comes from ``(B, 2, h, w)``, window pixels.
        visible: Whether that place was not hidden ``(B, 1, h, w)``, 0..1.
        mirror: Tells where the mirror images of a part come from, and whether that was not hidden ``(B, 3, h', w')``.
        alike: How far the two halves are alike there ``(B, 1, h, w)``, 0..1.
        scale: Pixels per millimetre.
    """
    nothing, all_ = torch.zeros_like(visible), torch.ones_like(visible)
    mirrored, jump, dense, shown = torch.zeros_like(place), nothing.clone(), all_.clone(), all_.clone()
    sight = Sight(place, mirrored, nothing, all_, dense, shown, jump, scale)
    reach = round(4 * _MEASURE_MM * scale) + 2
    whole = extent_of_every(_poorly(place[..., ::_EVERY, ::_EVERY], visible), _EVERY, visible.shape, reach)
    if whole is not None:
        alike = alike[(..., *whole)]
        _looked_up(sight.within(whole), visible[(..., *whole)], lambda box: mirror(moved(box, whole)), alike)
    return sight


def _looked_up(sight: Sight, visible: Tensor, mirror: Callable[[Box], Tensor], alike: Tensor) -> None:
    """Fill in what a part of the turned picture shows."""
    measure, margin = _MEASURE_MM * sight.scale, round(2 * _MIRRORED_MM * sight.scale)
    density, jump = _density(sight.place)
    sight.jump.copy_(jump)
    own = sight.dense.copy_(gaussian(density.abs_() * visible, measure))
    sight.seen.copy_(smooth_step(_UNSEEN, _SEEN, own))
    # The other half is asked only where the photograph hardly saw a face.
    poorly = (1 - smooth_step(_UNSEEN, 0.5, own)) * alike
    box = extent(poorly, max(round(4 * measure) + 2, margin))
    if box is not None:
        part = (..., *box)
        sight.mirrored[part], shown = mirror(box).split_with_sizes((2, 1), dim=1)
        other = gaussian(_density(sight.mirrored[part])[0].abs_() * shown, measure)
        sight.share[part] = smooth_step(*_BETTER, other - own[part]) * poorly[part]
        sight.seen.mul_(1 - sight.share)
    hidden = 1 - visible
    box = extent(hidden, round(4 * measure) + 2)
    if box is not None:
        part = (..., *box)
        lost = gaussian(hidden[part], measure).clamp_(0, 1)
        sight.shown[part] = torch.rsub(lost.mul_(1 - sight.share[part]).mul_(alike[part]), 1)


def _poorly(place: Tensor, visible: Tensor) -> Tensor:
    """Where less than all may have been seen, or neighbours come from far apart, of every n-th pixel.

    Args:
        place: Where those come from ``(B, 2, h, w)``.
        visible: Whether that was not hidden, of all pixels.
    """
    density, jump = _density(place / _EVERY)
    return (density < WELL) | (jump > _APART**2) | (visible[..., ::_EVERY, ::_EVERY] < 1)


def spread(maps: Tensor, known: Tensor) -> Tensor:
    """Fill smooth maps ``(B, C, h, w)`` from where ``known`` is 1 into where it is 0."""
    return torch.lerp(filled(maps, known), maps, known)


def filled(maps: Tensor, known: Tensor, trusted: float = 0.5) -> Tensor:
    """Fill maps smoothly from where they are known.

    Args:
        maps: ``(B, C, h, w)``.
        known: How far to trust each pixel ``(B, 1, h, w)``, 0..1.
        trusted: Blocks of which a lesser share is known count as unknown.
    """
    return enlarge(filled_small(maps, known, trusted), (maps.shape[-2], maps.shape[-1]), coarseness(known))


def filled_small(maps: Tensor, known: Tensor, trusted: float = 0.5) -> Tensor:
    """What `filled` fills, before it is enlarged by `coarseness`."""
    factor = coarseness(known)
    weight = reduce(known, factor)
    coarse = reduce(maps * known, factor).div_(weight.clamp(min=1e-4))
    return fill_outside(coarse, smooth_step(trusted, 1.0, weight), levels=7)


def _density(place: Tensor) -> tuple[Tensor, Tensor]:
    """Source pixels for each pixel, across the direction in which there are fewest ``(B, 1, h, w)``, at most 1.

    Less than 0 where neighbours have changed sides.

    Also how far the places of the next pixels to the right or below are, the farther one, square pixels.
    """
    right = F.pad(place[..., :, 1:] - place[..., :, :-1], (0, 1, 0, 0), mode="replicate")
    down = F.pad(place[..., 1:, :] - place[..., :-1, :], (0, 0, 0, 1), mode="replicate")
    area = (right[:, :1] * down[:, 1:]).addcmul_(right[:, 1:], down[:, :1], value=-1)
    wide, high = ((x * x).addcmul_(y, y) for x, y in (step.chunk(2, dim=1) for step in (right, down)))
    total = wide + high
    # The lesser singular value of the Jacobian, from its determinant and its Frobenius norm.
    larger = (total * total).addcmul_(area, area, value=-4).clamp_(min=0).sqrt_().add_(total).div_(2)
    return area.div_(larger.sqrt_().clamp_(min=1e-4)).clamp_(max=1.0), torch.maximum(wide, high)
