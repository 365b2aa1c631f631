"""What goes along with a turning head outside its face: hair and neck, rounded; shoulders and collars stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from faceaug.face.decomposition import joined
from faceaug.face.kept import kept
from faceaug.image.extent import extent
from faceaug.image.filter import coarseness as halved
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import above, at_least, smooth_fall, smooth_step
from faceaug.image.warp import pixel_centres
from faceaug.stages.coarse import coarseness
from faceaug.stages.turning.locks import apart_from
from faceaug.stages.turning.necks.collar import CHEST, EDGE_MM, SMALL_MM2, cloth_beside, one_piece, opened, shut
from faceaug.stages.turning.necks.neck import neck_of
from faceaug.stages.turning.necks.upright import PLACED, upright
from faceaug.stages.wall import distance

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.necks.collar import Cloth

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
# distance of the turned face on, mm.
_STAYS_MM = (0.0, 3.0)
# That side begins so far beyond the axis, mm, and fades; where the view opens, the next: with less a slit of the collar
# that moved stayed open between the neck behind and the throat.
_SIDE, _OPENS = (-10.0, 0.0), (-32.0, -20.0)
# A head that turns by so many degrees opens the view on that side, where the face was or within the next distance of
# it, mm, and where skin of the neck's colour was, one piece with the face, no thinner than twice this, mm.
_TURNS, _WAS_MM, _FINE_MM = (1.0, 8.0), (0.5, 2.5), 1.5
# And shade: above these heights, in folds between neck and cloth no wider than twice the next, and in the throat what
# is not one piece with what lies on the chest, mm. Cloth has its edge so many pixels past what opens.
_SHADE, _BETWEEN_MM, _THROAT, _EDGE_PX = (-20.0, -5.0), 4.5, (34.0, 52.0), 2
# It ends as a lens draws it, blurred so far, pixels.
_LENS_PX = 0.6
# No neck is seen above these heights, and none that moves below the next, mm.
_EARS, _CHEST = (42.0, 60.0), (-60.0, -40.0)
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
        colour: That of cloth, at its edge too ``(B, 3, h, w)``, linear sRGB.
        rim: Where cloth ends before the wall, on either side ``(B, 2, h, w)``, 0..1.
    """

    rests: Tensor
    was: Tensor
    cloth: Tensor
    opens: Tensor
    colour: Tensor
    rim: Tensor


@dataclass(frozen=True)
class Swung:
    """What the side of the neck shows from which a head has turned away.

    Attributes:
        left: Where the head was, or neck, and nothing hung that goes along ``(B, 1, h, w)``, 0..1: neck is there now.
        cloth: Where the photograph shows cloth there, likewise.
        stays: Where it still does, likewise.
        colour: That of the cloth, at its edge too ``(B, 3, h, w)``, linear sRGB; the photograph's own elsewhere.
        rim: Where it ends before the wall ``(B, 1, h, w)``, 0..1.
    """

    left: Tensor
    cloth: Tensor
    stays: Tensor
    colour: Tensor
    rim: Tensor


def swung(place: Tensor, source: Decomposition, face: Tensor, angles: Tensor) -> tuple[Tensor, Swung]:
    """Where the pixels of a turned head come from ``(B, 2, h, w)``, window pixels: by its mesh, but for shoulders.

    Also what it has left behind.

    Args:
        place: As the mesh tells, likewise.
        source: The photograph.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
        angles: Yaw, pitch and roll in the end ``(B, 3)``, degrees.
    """
    size = (place.shape[-2], place.shape[-1])
    centres, away = pixel_centres(size, place.device), torch.empty_like(place)
    for axis, still in enumerate(centres):
        torch.sub(place[:, axis], still, out=away[:, axis])
    scale = float(source.pose.scale.mean())
    moves, rounded = _rounded(away, face, scale).split_with_sizes((2, 1), dim=1)
    away.lerp_(moves, rounded)
    ground, factor = ground_of(source), coarseness(face)
    off = apart_from(reduce(face, factor), scale / factor)
    rests = ground.rests * smooth_step(*_BESIDE_MM, torch.minimum(ground.was, off))
    maps = torch.cat([rests, smooth_step(*_STAYS_MM, off)], dim=1)
    rests, off = enlarge(maps, size, factor).chunk(2, dim=1)
    away.mul_(1 - rests)
    for axis, still in enumerate(centres):
        away[:, axis] += still
    yaw = angles[:, 0] - source.pose.angles[:, 0]
    turned = smooth_step(*_TURNS, yaw.abs())[:, None, None, None]
    left, cloth, rim = (
        _on_one_side(each, (yaw < 0).tolist(), turned) for each in (ground.opens, ground.cloth, ground.rim)
    )
    return away, Swung(left, cloth, cloth * off, ground.colour, rim.mul_(off))


def _rounded(away: Tensor, face: Tensor, scale: float) -> Tensor:
    """How far pixels move outside the face, smoothed, pixels, and how far that counts, 0..1 ``(B, 3, h, w)``.

    Args:
        away: How far each moves by the mesh ``(B, 2, h, w)``, pixels.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
        scale: Pixels per millimetre.
    """
    size = (face.shape[-2], face.shape[-1])
    factor = halved(size)  # as smooth as that is
    outside = (1 - reduce(face, factor)).clamp_(min=0)
    both = torch.cat([reduce(away, factor) * outside, outside], dim=1)
    moved, there = gaussian(both, _ROUNDED_MM * scale / factor).split_with_sizes((2, 1), dim=1)
    maps = torch.cat([moved / there.clamp(min=1e-3), smooth_step(0.6, 1.0, there)], dim=1)
    return enlarge(maps, size, factor)


def before_wall(aside: Swung, cover: Tensor) -> Swung:
    """What a head left, changed in place: the edge of cloth before the wall stays as the photograph shows it.

    But where neck covers the wall now ``(B, 1, h, w)``, 0..1; ``rim`` tells where it does.
    """
    box = extent(aside.rim)
    if box is None:
        return aside
    part = (..., *box)
    aside.rim[part] *= 1 - cover[part]
    aside.stays[part] = torch.maximum(aside.stays[part], aside.rim[part])
    return aside


def _on_one_side(both: Tensor, right: list[bool], share: Tensor) -> Tensor:
    """Of what is on the left and on the right ``(B, 2, h, w)`` a share ``(B, 1, 1, 1)`` of one side a row, a copy."""
    sides = [both[row : row + 1, side : side + 1] for row, side in enumerate(map(int, right))]
    return joined(sides) * share


@kept(
    *PLACED,
    *(f"regions.{name}" for name in ("person", "foreground", "clothes", "hair", "body", "skin")),
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
    alike = one_piece(neck_of(source).alike, source.surface.face > 0.5)
    sides = []
    for side, along in zip((-1, 1), neck_of(source).along.chunk(2, dim=1), strict=True):
        free = 1 - along
        sides.append([smooth_step(*begins, side * across) * free for begins in (_SIDE, _OPENS)])
    clothed, opened_up = (torch.cat(each, dim=1) for each in zip(*sides, strict=True))
    cloth = cloth_beside(source, alike)
    rests, opens = rests * (1 - smooth_step(*_SHOULDERS, high)), _opens(source, alike, cloth)
    return Ground(rests, was, cloth.cloth * clothed, opens * opened_up, cloth.colour, cloth.rim * clothed)


def _opens(source: Decomposition, alike: Tensor, cloth: Cloth) -> Tensor:
    """Where a neck is seen, or hidden by what moves ``(B, 1, h, w)``, 0..1; ``alike`` is what has its colour."""
    (across, up), scale, person = upright(source), float(source.pose.scale.mean()), source.regions.person
    bare = torch.maximum(source.surface.face, source.regions.body * smooth_step(*_RIM, up))
    fine, reach = _FINE_MM * scale, _BETWEEN_MM * scale
    neck = torch.maximum(smooth_fall(*_WAS_MM, apart_from(bare, scale)), opened(alike * person, fine))
    known = torch.maximum(neck, cloth.cloth)
    rest = above(person - known, 0.5)
    loose = (rest - one_piece(rest, up < CHEST, SMALL_MM2 * scale**2)) * smooth_fall(*_THROAT, across.abs())
    between = torch.maximum(shut(known, reach) * (1 - shut(cloth.cloth, reach)), cloth.other * smooth_step(*_SHADE, up))
    neck = torch.maximum(neck, opened(torch.maximum(between * rest, loose), fine))
    edge = at_least(EDGE_MM * scale + _EDGE_PX - distance(neck < 0.5), 0) * (1 - at_least(cloth.cloth, 0.98))
    opens = torch.maximum(neck * (1 - cloth.cloth), edge) * above(person, 0)
    opens = gaussian(opens, _LENS_PX) * above(person, 0)
    return opens * smooth_fall(*_EARS, up) * smooth_step(*_CHEST, up)
