"""Where hair before a near ear ends: it tapers from the temple back and down to the ear.

A photograph from ahead shows that line edgewise: whatever it is, a turn draws it out into a block with a corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.worn import worn_glasses
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import between, smooth_step

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

# Hair before the ear lies behind this line on the mean face: depth, mm, at this height, and by how much farther ahead
# for each mm and each square mm above it. Of 39 official portraits turned by more than 9 degrees whose hair is not over
# the cheek, that of four in five ends behind one 6 mm deeper: at the height of the eyes at -40 mm, 20 mm below at -54.
_LOWEST, _DEEPEST, _AHEAD, _BENT = -30.0, -54.0, 0.45, 0.008
WIDE = -46.0
"""A sideburn stands behind this depth, mm, however low it goes."""

EDGE = 5.0
"""Before that line hair thins out over so many mm to either side."""

LOW = (-52.0, -42.0)
"""Below these heights, mm, there is none of it on a shaven face."""

ASIDE = (48.0, 58.0)
"""The flank of a face begins so far from its middle, mm."""

COVERED, EARS = (0.2, 0.35), ((-42.0, -12.0), (-100.0, -70.0))
"""Hair covers an ear, and hangs, where such shares of what lies between these heights and depths, mm, are hair."""

# Before such an ear hair stands so many mm deeper.
_AS_LONG = 14.0
# Hair is cut where there are less source pixels for each pixel than these: what was seen well stays.
_SLANT = (0.5, 0.7)
# So is what was not told from skin within some mm of hair: there is such a share of it within this distance, mm.
_NEAR, _NEAR_MM = (0.01, 0.12), 4.0
# What has such a share of brow within this distance, mm, is none.
_BROW, _BROW_MM = (0.02, 0.2), 2.0
# With as much of that line passed all is grown anew: no dark pixel shows through what is half skin.
_ANEW = (0.0, 0.4)
# Hair or beard lies on the cheek, and stays, where such shares of its rim between these heights and depths, mm, are
# no skin; hair hangs beside it where such shares of what lies beside the face, between the next, are hair.
# Of what hangs a strip so deep, mm, goes on over the cheek's edge, and all of it that was seen with so many source
# pixels for each pixel or more.
_OVER, _CHEEK = (0.35, 0.65), ((-52.0, -34.0), (-45.0, -15.0))
_STRIP_MM, _STEEP = 14.0, (0.4, 0.6)
_HANGS, _EAR = (0.3, 0.6), ((-36.0, -18.0), (-72.0, -58.0))
# A jaw has a beard where such shares of what was seen of it between these are no skin.
_BEARDED, _JAW = (0.15, 0.4), ((-82.0, -56.0), (-40.0, -5.0))
# So far beside the face that is told, mm. Places where it was seen edgewise go by steps: they are smoothed by this, mm.
_BESIDE_MM, _STEPS_MM = 40.0, 2.0
# All that is smooth: it is worked out at half size from so many pixels a millimetre on.
_HALVE_FROM = 1.2


def tapered(
    source: Decomposition,
    sight: Sight,
    face: Tensor,
    skin: Tensor,
    hair: Tensor,
    *,
    brows: Tensor,
    on: Tensor,
) -> tuple[Tensor, Tensor]:
    """Where no hair stands before an ear ``(B, 1, h, w)``, 0..1, and where what was seen there is not to be shown.

    Args:
        source: The photograph.
        sight: Where the turned head's pixels were seen.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
        skin: Where skin of face and body is, likewise.
        hair: Where hair is, likewise.
        brows: Where brows are, likewise, which stay.
        on: Which points of the mean head its pixels show ``(B, 3, h, w)``, mm.
    """
    ends, anew = torch.zeros_like(face), torch.zeros_like(face)
    slant = (1 - smooth_step(*_SLANT, sight.dense)) * face
    steep = 1 - smooth_step(*_STEEP, sight.dense)
    box = extent(slant, round(_BESIDE_MM * sight.scale))
    if box is None:
        return ends, anew
    factor = 2 if sight.scale >= _HALVE_FROM else 1
    part, scale = (..., *in_blocks(box, factor)), sight.scale / factor
    maps = torch.cat([each[part] for each in (slant, steep, face, skin, hair, brows, on)], dim=1)
    size = (maps.shape[-2], maps.shape[-1])
    slant, steep, face, skin, hair, brows, position = reduce(maps, factor).split_with_sizes((1,) * 6 + (3,), dim=1)
    near = torch.lerp(smooth_step(*_NEAR, gaussian(hair, _NEAR_MM * scale)), hair, _worn(source))
    if extent(slant * near) is None:
        return ends, anew
    aside, high, deep = gaussian(position, _STEPS_MM * scale).chunk(3, dim=1)
    above = high - _LOWEST
    line = _DEEPEST + above * (_AHEAD + _BENT * above.clamp(min=0))
    beside = (1 - face).clamp(min=0)
    short = 1 - smooth_step(*COVERED, share(hair, beside * within(high, deep, EARS)))
    line = torch.lerp(line - _AS_LONG, line.clamp(min=WIDE), short)
    over = smooth_step(*_OVER, share(1 - skin.clamp(0, 1), slant * within(high, deep, _CHEEK)))
    hangs = smooth_step(*_HANGS, share(hair, beside * within(high, deep, _EAR)))
    line = torch.maximum(line, _DEEPEST - _AS_LONG + _STRIP_MM * hangs)
    before = smooth_step(-EDGE, EDGE, deep - line)
    shaven = 1 - smooth_step(*_BEARDED, share(1 - skin.clamp(0, 1), (1 - slant) * face * within(high, deep, _JAW)))
    before = torch.maximum(before, (1 - hangs) * shaven * (1 - smooth_step(*LOW, high)))
    before = before * torch.lerp(smooth_step(*LOW, high), torch.ones_like(high), shaven)
    slant = slant * torch.lerp(torch.ones_like(steep), steep, hangs)
    before = before * slant * smooth_step(*ASIDE, aside.abs()) * (1 - over)
    near = near * (1 - smooth_step(*_BROW, gaussian(brows, _BROW_MM * scale)))
    both = torch.cat([before, smooth_step(*_ANEW, before) * near], dim=1)
    ends[part], anew[part] = enlarge(both, size, factor).chunk(2, dim=1)
    return ends, anew


def _worn(source: Decomposition) -> Tensor:
    """Who wears glasses, whose arms are seen beside hair ``(B, 1, 1, 1)``, 0 or 1."""
    worn = [float(worn_glasses(source.row(row)).worn) for row in range(len(source))]
    return source.linear.new_tensor(worn)[:, None, None, None]


def within(high: Tensor, deep: Tensor, bounds: tuple[tuple[float, float], tuple[float, float]]) -> Tensor:
    """1 between two heights and two depths, mm, else 0."""
    return between(bounds[0], high) * between(bounds[1], deep)


def share(of: Tensor, where: Tensor) -> Tensor:
    """The mean of maps ``(B, 1, h, w)`` over a part ``(B, 1, 1, 1)``; 0 where there is none."""
    there = where.sum(dim=(1, 2, 3), keepdim=True)
    return (of * where).sum(dim=(1, 2, 3), keepdim=True) / there.clamp(min=1)
