"""What goes along with a turning head outside its face: hair and neck, rounded; shoulders and collars stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from faceaug.face.kept import kept
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import smooth_step
from faceaug.image.warp import pixel_centres
from faceaug.stages.neck import upright
from faceaug.stages.unseen import coarseness
from faceaug.stages.wall import distance

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Outside the face the movement is smoothed by this, mm.
_ROUNDED_MM = 7.0
# Farther aside of the neck's axis than these, mm, there are shoulders, below the first of the next heights; what is
# above the second of them goes along with the head, mm above the axis' point.
_ASIDE, _SHOULDERS = (48.0, 78.0), (0.0, 40.0)
# A collar's cloth, and what lies beside it within this distance, mm, stays from such shares on.
_CLOTH, _CLOTH_MM = (0.1, 0.5), 4.0
# What lies so near to the face, where it was or where it is, mm, goes along with it, and less and less up to so far:
# cloth that is drawn together or out over less than that shows it, and a jaw goes on past its mesh.
_BESIDE_MM = (15.0, 50.0)
# A head that turns by so many degrees opens the view on the side from which it turns away, where the face was or within
# the next distance of it, mm, but for the middle of the throat, mm.
_TURNS, _WAS_MM, _THROAT = (1.0, 8.0), (1.0, 5.0), (15.0, 35.0)
# No neck is seen above these heights, mm.
_EARS = (35.0, 60.0)
# Above these heights skin beside the face is of the head, no neck, mm.
_RIM = (5.0, 15.0)
# Hair that hangs there goes along: between these heights and these distances from the face, mm, by such shares.
_HANGS_AT, _HANGS_MM, _HANGS = (30.0, 60.0), (4.0, 16.0), (0.15, 0.4)


@dataclass(frozen=True)
class Ground:
    """What stays under a head, of each face, reduced by `coarseness`.

    Attributes:
        rests: How far it stays where no face is near ``(B, 1, h, w)``, 0..1.
        was: How far it is from the face ``(B, 1, h, w)``, mm.
        opens: Where the face hides the neck's side, and no hair hangs that goes along ``(B, 1, h, w)``, 0..1; negative
            on the left.
    """

    rests: Tensor
    was: Tensor
    opens: Tensor


def swung(place: Tensor, source: Decomposition, face: Tensor, angles: Tensor) -> tuple[Tensor, Tensor]:
    """Where the pixels of a turned head come from ``(B, 2, h, w)``, window pixels: by its mesh, but for shoulders.

    Also where the head was beside its neck, and nothing hung that goes along ``(B, 1, h, w)``, 0..1: neck is there now.

    Args:
        place: As the mesh tells, likewise.
        source: The photograph.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
        angles: Yaw, pitch and roll in the end ``(B, 3)``, degrees.
    """
    height, width = place.shape[-2:]
    xs, ys = pixel_centres((height, width), place.device)
    still = torch.stack([xs.expand(height, width), ys.expand(height, width)])[None]
    both = place.new_empty(len(place), 3, height, width)
    outside = torch.mul(face, -1, out=both[:, 2:]).add_(1).clamp_(min=0)
    torch.sub(place, still, out=both[:, :2]).mul_(outside)
    scale = float(source.pose.scale.mean())
    wide = gaussian(both, _ROUNDED_MM * scale)
    smooth = (wide[:, :2] / wide[:, 2:].clamp(min=1e-3)).add_(still)
    torch.lerp(place, smooth, smooth_step(0.6, 1.0, wide[:, 2:]), out=smooth)
    ground, factor = ground_of(source), coarseness(face)
    apart = torch.minimum(ground.was, _apart(reduce(face, factor), scale / factor))
    yaw = (angles - source.pose.angles)[:, :1, None, None]
    left = (ground.opens * -yaw.sign() * smooth_step(*_TURNS, yaw.abs())).clamp(min=0)
    maps = torch.cat([ground.rests * smooth_step(*_BESIDE_MM, apart), left], dim=1)
    rests, left = enlarge(maps, (height, width), factor).chunk(2, dim=1)
    return torch.lerp(smooth, still, rests, out=smooth), left


@kept(
    "regions.clothes",
    "regions.hair",
    "regions.body",
    "surface.face",
    "linear",
    "pose.angles",
    "pose.rotation",
    "pose.scale",
    "pose.centre",
)
def ground_of(source: Decomposition) -> Ground:
    """What stays under each face; a face keeps it for its other variants."""
    regions, factor = source.regions, coarseness(source.surface.face)
    scale = float(source.pose.scale.mean()) / factor
    maps = torch.cat([*upright(source), regions.clothes, regions.hair, regions.body, source.surface.face], dim=1)
    across, up, clothes, hair, body, face = reduce(maps, factor).chunk(6, dim=1)
    rests = torch.maximum(
        smooth_step(*_ASIDE, across.abs()), smooth_step(*_CLOTH, gaussian(clothes, _CLOTH_MM * scale))
    )
    was = _apart(torch.maximum(face, body * smooth_step(*_RIM, up)), scale)
    beside = (up > _HANGS_AT[0]) & (up < _HANGS_AT[1]) & (was > _HANGS_MM[0]) & (was < _HANGS_MM[1])
    opens = (1 - smooth_step(*_WAS_MM, was)) * (1 - smooth_step(*_EARS, up)) * smooth_step(*_THROAT, across.abs())
    for side in (-1, 1):
        there = (beside & (side * across > 0)).to(hair)
        hangs = (hair * there).sum(dim=(2, 3), keepdim=True) / there.sum(dim=(2, 3), keepdim=True).clamp(min=1)
        opens = torch.where(side * across > 0, side * opens * (1 - smooth_step(*_HANGS, hangs)), opens)
    return Ground(rests * (1 - smooth_step(*_SHOULDERS, up)), was, opens)


def _apart(face: Tensor, scale: float) -> Tensor:
    """How far each pixel lies from a face ``(B, 1, h, w)``, mm; ``scale``: pixels per millimetre."""
    return distance(face < 0.5) / scale
