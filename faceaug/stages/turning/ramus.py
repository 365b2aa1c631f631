"""The jaw behind the face's mesh: cheek goes on to its border, where a turn shows more than the photograph's outline.

The mesh ends where a face seen from ahead ends. Turned, the branch of the jaw comes into sight behind that, below the
ear; with neck right beside the mesh a cheek runs from the ear to the chin along a slope that no jaw has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.image.extent import extent
from faceaug.image.filter import closing, enlarge, gaussian, reduce
from faceaug.image.shade import above, between, smooth_fall, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.turning.unseen import filled

if TYPE_CHECKING:
    from torch import Tensor

# The border of near jaws lies so far outside of the mesh, mm, times the sine of the yaw, above the second of these
# heights on the mean face, and on it below the first, mm: some 4 to 5 mm in 12 portraits that show the head turned by
# 14 to 28 degrees, by eye. With 17 the landmark network read heads that were turned by 22 degrees as turned farther.
_BEHIND_MM, _HIGH = 15.0, (-96.0, -68.0)
# It does where neck came into sight within this distance, mm, by such shares.
_BESIDE_MM, _BARED = 8.0, (0.2, 0.7)
# There it has the colour of the cheek so far within the mesh, mm, and goes over into that between the next, mm; and its
# grain, finer than this, mm, as a mirror at the third of these would show it; it ends as softly as the last, mm.
_CHEEK, _JOINS, _GRAIN_MM, _MIRROR, _SOFT_MM = (-12.0, -5.0), (-6.0, -3.0), 0.8, -5.0, 1.2
# Between face and neck gaps of up to twice this, mm, are of it; by so much, mm, the jaw begins to go on.
_GAP_MM, _GOES_MM = 1.2, (0.5, 2.0)
_SMOOTH_MM, _LITTLE = 4.0, 1e-3


def with_ramus(
    own: Tensor, maps: tuple[Tensor, Tensor], off: Tensor, about: tuple[Tensor, Tensor, Tensor], scale: float
) -> tuple[Tensor, Tensor, Tensor]:
    """A picture ``(B, 3, h, w)``, linear, whose near cheek goes on to the jaw's border; that jaw, and how far outside.

    Args:
        own: The turned head likewise.
        maps: Its face, and neck that came into sight, each ``(B, 1, h, w)``, 0..1.
        off: How far outside of the face's outline each pixel lies, likewise, mm.
        about: On a picture so many times smaller whether pixels are on the near side, how high they are on the mean
            face, mm, and the sine of the yaw that side is turned to us by ``(B, 1, 1, 1)``.
        scale: Pixels per millimetre.
    """
    (face, bared), (near, high, sine) = maps, about
    factor = face.shape[-2] // near.shape[-2]
    small = reduce(torch.cat([own, face, bared, off], dim=1), factor)
    lit, inside, new, apart = small.split_with_sizes((3, 1, 1, 1), dim=1)
    fine, band = scale / factor, between((0.0, _BESIDE_MM), apart)
    much, of = gaussian(torch.cat([new * band, band], dim=1), _BESIDE_MM * fine).chunk(2, dim=1)
    reach = smooth_step(*_BARED, much / of.clamp(min=_LITTLE)) * smooth_step(*_HIGH, high) * near
    reach = _BEHIND_MM * sine.clamp(min=0) * gaussian(reach, _SMOOTH_MM * fine)
    goes = reach * between((_JOINS[0], 2 * _BEHIND_MM), apart) * above(reach + 1 - apart, 0)
    box = extent(goes, 1, over=_GOES_MM[0])  # slopes want two rows and columns
    if box is None:
        return own, face, off
    cheek = filled(lit, inside * between(_CHEEK, apart), 0.05)
    down, across = (slice(side.start * factor, side.stop * factor) for side in box)
    few, part = (..., *box), (..., down, across)
    own, face = own.clone(), face.clone()
    off, border = off[part], off - enlarge(reach, (face.shape[-2], face.shape[-1]), factor)
    size = (off.shape[-2], off.shape[-1])
    wide, cheek = enlarge(torch.cat([reach, cheek], dim=1)[few], size, factor).split_with_sizes((1, 3), dim=1)
    there = closing((face[part] + bared[part]).clamp_(max=1), round(_GAP_MM * scale))
    jaw = smooth_fall(-_SOFT_MM, 0.0, border[part]) * there * smooth_step(*_GOES_MM, wide)
    grain = _mirrored(own, off, (down.start, across.start), scale)
    own[part] = torch.lerp(own[part], cheek * grain, jaw * smooth_step(*_JOINS, off))
    face[part] = torch.maximum(face[part], jaw)
    return own, face, border


def _mirrored(own: Tensor, off: Tensor, first: tuple[int, int], scale: float) -> Tensor:
    """The grain of a picture within the mesh's outline, 1 on average, mirrored outward ``(B, 3, h, w)``.

    Args:
        own: The picture.
        off: How far outside of that outline each pixel of a part of it lies ``(B, 1, h, w)``, mm.
        first: The first row and column of that part.
        scale: Pixels per millimetre.
    """
    smooth = gaussian(off, _SMOOTH_MM * scale)
    outward = torch.cat(torch.gradient(smooth, dim=(3, 2)), dim=1)
    outward = outward / outward.norm(dim=1, keepdim=True).clamp(min=_LITTLE)
    xs, ys = pixel_centres((off.shape[-2], off.shape[-1]), off.device)
    there = torch.stack([(xs + first[1]).expand(off.shape[-2:]), (ys + first[0]).expand(off.shape[-2:])])[None]
    shown = sampled([own], there - outward * (2 * scale * (smooth - _MIRROR).clamp(min=0)))
    return shown / gaussian(shown, _GRAIN_MM * scale).clamp(min=_LITTLE)
