"""Whether hair or beard hangs beside a neck: it goes along with a head that turns, and hides what would stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.kept import kept
from faceaug.image.filter import reduce
from faceaug.image.shade import smooth_step
from faceaug.stages.coarse import coarseness
from faceaug.stages.turning.necks.upright import PLACED, upright
from faceaug.stages.wall import distance

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# It does between these heights above the neck's point and these distances from the face, mm, by such shares.
_AT, _BESIDE_MM, _HANGS = (30.0, 60.0), (4.0, 16.0), (0.24, 0.26)
# A beard is told between these heights, so far within the face's outline and farther aside than the throat, mm, by such
# shares that have the neck's colour. Of 78 jaws those of two full beards have 0.1 to 0.6, all others 0.68 and more.
_JAW_AT, _JAW_MM, _THROAT_MM, _SHAVED = (-5.0, 40.0), 10.0, 15.0, (0.62, 0.65)
# Above these heights skin beside the face is of the head, mm.
_RIM = (5.0, 15.0)


@kept(
    *PLACED,
    *(f"regions.{name}" for name in ("clothes", "hair", "body")),
    "surface.face",
)
def hair_hangs(source: Decomposition) -> Tensor:
    """Whether hair hangs on the left and on the right of each neck ``(B, 2, 1, 1)``, 0..1."""
    regions, factor = source.regions, coarseness(source.surface.face)
    maps = [*upright(source), regions.clothes, regions.hair, regions.body, source.surface.face]
    across, up, clothes, hair, body, face = reduce(torch.cat(maps, dim=1), factor).chunk(6, dim=1)
    off = apart_from(torch.maximum(face, body * smooth_step(*_RIM, up)), float(source.pose.scale.mean()) / factor)
    beside = (up > _AT[0]) & (up < _AT[1]) & (off > _BESIDE_MM[0]) & (off < _BESIDE_MM[1])
    locks = (hair - clothes).clamp(min=0)  # coats are often found to be hair, by half at most
    shares = [share_of(locks, beside & (side * across > 0)) for side in (-1, 1)]
    return smooth_step(*_HANGS, torch.cat(shares, dim=1))


def bearded(face: Tensor, alike: Tensor, place: tuple[Tensor, Tensor], scale: float) -> Tensor:
    """Whether a jaw has a beard, unlike the neck ``(B, 2, 1, 1)``, 0..1: one on its left or on its right is on both.

    Args:
        face: Where the face is ``(B, 1, h, w)``, 0..1.
        alike: What has the neck's colour, likewise.
        place: How far pixels lie to the right of the neck's axis and above its point, likewise, mm.
        scale: Pixels per millimetre.
    """
    across, up = place
    jaw = (face > 0.5) & (up > _JAW_AT[0]) & (up < _JAW_AT[1]) & (distance(face > 0.5) < _JAW_MM * scale)
    shares = [share_of(alike, jaw & (side * across > _THROAT_MM)) for side in (-1, 1)]
    told = 1 - smooth_step(*_SHAVED, torch.cat(shares, dim=1))
    return told.amax(dim=1, keepdim=True).expand_as(told)


def share_of(some: Tensor, there: Tensor) -> Tensor:
    """The mean of a map ``(B, 1, h, w)`` in a part of it ``(B, 1, 1, 1)``; 0 where that is nothing."""
    part = there.to(some)
    return (some * part).sum(dim=(2, 3), keepdim=True) / part.sum(dim=(2, 3), keepdim=True).clamp(min=1)


def apart_from(face: Tensor, scale: float) -> Tensor:
    """How far each pixel lies from a face ``(B, 1, h, w)``, mm; ``scale``: pixels per millimetre."""
    return distance(face < 0.5) / scale
