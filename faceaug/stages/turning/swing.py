"""What goes along with a turning head outside its face: hair and neck, rounded; shoulders and collars stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from faceaug.face.kept import kept
from faceaug.image.filter import enlarge, gaussian, largest, reduce, smallest
from faceaug.image.shade import smooth_step
from faceaug.image.warp import pixel_centres
from faceaug.stages.coarse import coarseness
from faceaug.stages.turning.locks import apart_from
from faceaug.stages.turning.neck import neck_of
from faceaug.stages.turning.upright import PLACED, upright

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
# But on the side from which the head turns away the jaw leaves the collar behind: there cloth stays from such a
# distance of the turned face on, mm. That is what is not of the neck's colour below these heights, farther aside than
# the throat, mm, no thinner than twice this, and one piece with what lies on the chest: no shade, beard or lock. What
# is of the neck's colour is one piece with the face.
_STAYS_MM, _COLLARS, _THROAT, _THIN_MM = (0.0, 3.0), (34.0, 52.0), (15.0, 35.0), 2.5
# Its corners are rounded by this, mm, between such shares. It is of one piece by the next share; its edge is drawn by
# such shares, and as wide as that, pixels.
_ROUND_MM, _ROUND, _PIECE, _SHARP, _SHARP_PX = 1.5, (0.35, 0.5), 0.5, (0.1, 0.5), 0.7
# That side begins so far beyond the axis, mm, and fades; where the view opens, the next.
_SIDE, _OPENS = (-10.0, 0.0), (-10.0, 2.0)
# A head that turns by so many degrees opens the view on that side, where the face was or within the next distance
# of it, mm, where skin of the neck's colour was, no thinner than twice this, mm, and where shade above these heights
# was.
_TURNS, _WAS_MM, _FINE_MM, _SHADE = (1.0, 8.0), (0.5, 2.5), 1.5, (-20.0, -5.0)
# No neck is seen above these heights, and none that moves below the next, mm.
_EARS, _CHEST = (42.0, 60.0), (-45.0, -25.0)
# Above these heights skin beside the face is of the head, no neck, mm.
_RIM = (5.0, 15.0)


@dataclass(frozen=True)
class Ground:
    """What stays under a head, of each face.

    Attributes:
        rests: How far it stays where no face is near, reduced by `coarseness` ``(B, 1, h', w')``, 0..1.
        was: How far it is from the face, likewise, mm.
        cloth: What is cloth beside the neck, on the left and on the right ``(B, 2, h, w)``, 0..1; nothing where hair
            hangs that goes along.
        opens: Where the face hides the neck's side, likewise, and where neck is seen.
    """

    rests: Tensor
    was: Tensor
    cloth: Tensor
    opens: Tensor


@dataclass(frozen=True)
class Swung:
    """What the side of the neck shows from which a head has turned away.

    Attributes:
        left: Where the head was, or neck, and nothing hung that goes along ``(B, 1, h, w)``, 0..1: neck is there now.
        cloth: Where the photograph shows cloth there, likewise.
        stays: Where it still does, likewise.
    """

    left: Tensor
    cloth: Tensor
    stays: Tensor


def swung(place: Tensor, source: Decomposition, face: Tensor, angles: Tensor) -> tuple[Tensor, Swung]:
    """Where the pixels of a turned head come from ``(B, 2, h, w)``, window pixels: by its mesh, but for shoulders.

    Also what it has left behind.

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
    off = apart_from(reduce(face, factor), scale / factor)
    rests = ground.rests * smooth_step(*_BESIDE_MM, torch.minimum(ground.was, off))
    maps = torch.cat([rests, smooth_step(*_STAYS_MM, off)], dim=1)
    rests, off = enlarge(maps, (height, width), factor).chunk(2, dim=1)
    yaw = angles[:, 0] - source.pose.angles[:, 0]
    turned = smooth_step(*_TURNS, yaw.abs())[:, None, None, None]
    left, cloth = (_on_one_side(each, (yaw < 0).tolist()).mul_(turned) for each in (ground.opens, ground.cloth))
    return torch.lerp(smooth, still, rests, out=smooth), Swung(left, cloth, cloth * off)


def _on_one_side(both: Tensor, right: list[bool]) -> Tensor:
    """Of what is on the left and on the right ``(B, 2, h, w)`` one side a row ``(B, 1, h, w)``, a copy."""
    return torch.cat([both[row : row + 1, side : side + 1] for row, side in enumerate(map(int, right))])


@kept(
    *PLACED,
    *(f"regions.{name}" for name in ("person", "clothes", "hair", "body", "skin")),
    "grey",
    "surface.face",
)
def ground_of(source: Decomposition) -> Ground:
    """What stays under each face; a face keeps it for its other variants."""
    regions, factor = source.regions, coarseness(source.surface.face)
    scale = float(source.pose.scale.mean()) / factor
    across, up = upright(source)
    maps = [across, up, regions.clothes, regions.body, source.surface.face]
    aside, high, clothes, body, face = reduce(torch.cat(maps, dim=1), factor).chunk(5, dim=1)
    rests = torch.maximum(smooth_step(*_ASIDE, aside.abs()), smooth_step(*_CLOTH, gaussian(clothes, _CLOTH_MM * scale)))
    was = apart_from(torch.maximum(face, body * smooth_step(*_RIM, high)), scale)
    alike, pixel = _one_piece(neck_of(source).alike, source.surface.face > 0.5), scale * factor
    sides = []
    for side, along in zip((-1, 1), neck_of(source).along.chunk(2, dim=1), strict=True):
        free = 1 - along
        sides.append([smooth_step(*begins, side * across) * free for begins in (_SIDE, _OPENS)])
    clothed, opened = (torch.cat(each, dim=1) for each in zip(*sides, strict=True))
    bare = torch.maximum(source.surface.face, regions.body * smooth_step(*_RIM, up))
    beside_neck = (1 - smooth_step(*_COLLARS, up)) * smooth_step(*_THROAT, across.abs()) * regions.person
    other = torch.maximum(beside_neck * (1 - regions.body), regions.clothes) * (1 - alike) * (1 - source.surface.face)
    thin = max(1, round(_THIN_MM * pixel))
    cloth = largest(smallest(other, thin), thin)
    cloth = _one_piece(cloth * smooth_step(*_ROUND, gaussian(cloth, _ROUND_MM * pixel)), up < _SHADE[0])
    cloth = smooth_step(*_SHARP, gaussian(cloth, _SHARP_PX))
    opens = torch.maximum(1 - smooth_step(*_WAS_MM, apart_from(bare, pixel)), other * smooth_step(*_SHADE, up))
    fine = max(1, round(_FINE_MM * pixel))
    neck = largest(smallest(alike * regions.person, fine), fine)
    opens = torch.maximum(opens, neck) * (1 - smooth_step(*_EARS, up)) * smooth_step(*_CHEST, up)
    return Ground(rests * (1 - smooth_step(*_SHOULDERS, high)), was, cloth * clothed, opens * (1 - cloth) * opened)


def _one_piece(some: Tensor, there: Tensor) -> Tensor:
    """What of a map ``(B, 1, h, w)`` is one piece with what of it lies there."""
    rows = []
    for row, begins in zip(some[:, 0].cpu().numpy(), there[:, 0].cpu().numpy(), strict=True):
        _, parts = cv2.connectedComponents((row > _PIECE).astype(np.uint8), connectivity=4)
        rows.append(row * np.isin(parts, np.unique(parts[begins & (row > _PIECE)])))
    return torch.from_numpy(np.stack(rows))[:, None].to(some)
