"""What goes along with a turning head outside its face: hair and neck, rounded; shoulders and collars stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.kept import kept
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import smooth_step
from faceaug.image.warp import pixel_centres
from faceaug.stages.extent import extent
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


def swung(place: Tensor, source: Decomposition, face: Tensor) -> Tensor:
    """Where the pixels of a turned head come from ``(B, 2, h, w)``, window pixels: by its mesh, but for shoulders.

    Args:
        place: As the mesh tells, likewise.
        source: The photograph.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
    """
    height, width = place.shape[-2:]
    xs, ys = pixel_centres((height, width), place.device)
    still = torch.stack([xs.expand(height, width), ys.expand(height, width)])[None]
    both = place.new_empty(len(place), 3, height, width)
    outside = torch.mul(face, -1, out=both[:, 2:]).add_(1).clamp_(min=0)
    torch.sub(place, still, out=both[:, :2]).mul_(outside)
    wide = gaussian(both, _ROUNDED_MM * float(source.pose.scale.mean()))
    smooth = (wide[:, :2] / wide[:, 2:].clamp(min=1e-3)).add_(still)
    torch.lerp(place, smooth, smooth_step(0.6, 1.0, wide[:, 2:]), out=smooth)
    return torch.lerp(smooth, still, _rests(source, face), out=smooth)


def _rests(source: Decomposition, face: Tensor) -> Tensor:
    """How far shoulders and collars stay where they are ``(B, 1, h, w)``, 0..1."""
    rests, whole = torch.zeros_like(face), _shoulders(source)
    box = extent(whole)
    if box is not None:
        part = (..., *box)
        apart = _apart(torch.maximum(face, source.surface.face), float(source.pose.scale.mean()))[part]
        torch.mul(whole[part], smooth_step(*_BESIDE_MM, apart), out=rests[part])
    return rests


@kept("regions.clothes", "pose.angles", "pose.rotation", "pose.scale", "pose.centre", "linear")
def _shoulders(source: Decomposition) -> Tensor:
    """How far each pixel of the photograph is shoulder or collar ``(B, 1, h, w)``, 0..1."""
    scale, found = float(source.pose.scale.mean()), torch.zeros_like(source.regions.clothes)
    across, up = upright(source)
    box = extent(_SHOULDERS[1] - up, over=0)
    if box is not None:
        part = (..., *box)
        cloth = gaussian(source.regions.clothes[part], _CLOTH_MM * scale)
        found[part] = torch.maximum(smooth_step(*_ASIDE, across[part].abs()), smooth_step(*_CLOTH, cloth))
        found[part] *= 1 - smooth_step(*_SHOULDERS, up[part])
    return found


def _apart(face: Tensor, scale: float) -> Tensor:
    """How far each pixel lies from a face ``(B, 1, h, w)``, mm."""
    factor = coarseness(face)
    return enlarge(distance(reduce(face, factor) < 0.5), (face.shape[-2], face.shape[-1]), factor) * (factor / scale)
