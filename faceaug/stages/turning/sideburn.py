"""Where hair before a near ear ends: it tapers from the temple back and down to the ear.

A photograph from ahead shows that line edgewise: whatever it is, a turn draws it out into a block with a corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.worn import worn_glasses
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import smooth_step
from faceaug.stages.turning.stood import stood

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

# Hair before the ear lies behind this line on the mean face: depth, mm, at this height, and by how much farther ahead
# for each mm and each square mm above it. Of 39 official portraits turned by more than 9 degrees whose hair is not over
# the cheek, that of four in five ends behind it: 24 mm above the eyes at -26 mm, at their height at -40, 20 mm below
# at -54.
_LOWEST, _DEEPEST, _AHEAD, _BENT = -30.0, -60.0, 0.45, 0.008
# Before that line it thins out over so many mm to either side; below, between these heights.
_EDGE, _BELOW = 5.0, (-38.0, -28.0)
# It is cut so far from the middle of the face, mm, and where there are less source pixels for each pixel than these.
_ASIDE, _SLANT = (48.0, 58.0), (0.8, 0.97)
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
# So far beside the face that is told, mm. Places where it was seen edgewise go by steps: they are smoothed by this, mm.
_BESIDE_MM, _STEPS_MM = 12.0, 2.0
# All that is smooth: it is worked out at half size from so many pixels a millimetre on.
_HALVE_FROM = 1.2


def tapered(
    source: Decomposition, sight: Sight, face: Tensor, skin: Tensor, hair: Tensor, *, brows: Tensor
) -> tuple[Tensor, Tensor]:
    """Where no hair stands before an ear ``(B, 1, h, w)``, 0..1, and where what was seen there is not to be shown.

    Args:
        source: The photograph.
        sight: Where the turned head's pixels were seen.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
        skin: Where skin of face and body is, likewise.
        hair: Where hair is, likewise.
        brows: Where brows are, likewise, which stay.
    """
    ends, anew = torch.zeros_like(face), torch.zeros_like(face)
    slant = (1 - smooth_step(*_SLANT, sight.dense)) * face
    steep = 1 - smooth_step(*_STEEP, sight.dense)
    box = extent(slant, round(_BESIDE_MM * sight.scale))
    if box is None:
        return ends, anew
    factor = 2 if sight.scale >= _HALVE_FROM else 1
    part, scale = (..., *in_blocks(box, factor)), sight.scale / factor
    position = stood(source, sight).position
    maps = torch.cat([each[part] for each in (slant, steep, face, skin, hair, brows, position)], dim=1)
    size = (maps.shape[-2], maps.shape[-1])
    slant, steep, face, skin, hair, brows, position = reduce(maps, factor).split_with_sizes((1,) * 6 + (3,), dim=1)
    near = torch.lerp(smooth_step(*_NEAR, gaussian(hair, _NEAR_MM * scale)), hair, _worn(source))
    if extent(slant * near) is None:
        return ends, anew
    aside, high, deep = gaussian(position, _STEPS_MM * scale).chunk(3, dim=1)
    above = high - _LOWEST
    line = _DEEPEST + above * (_AHEAD + _BENT * above.clamp(min=0))
    over = smooth_step(*_OVER, _share(1 - skin.clamp(0, 1), slant * _within(high, deep, _CHEEK)))
    hangs = smooth_step(*_HANGS, _share(hair, (1 - face).clamp(min=0) * _within(high, deep, _EAR)))
    line = torch.maximum(line, _DEEPEST + _STRIP_MM * hangs)
    before = smooth_step(-_EDGE, _EDGE, deep - line)
    before = torch.maximum(before, (1 - hangs) * (1 - smooth_step(*_BELOW, high)))
    slant = slant * torch.lerp(torch.ones_like(steep), steep, hangs)
    before = before * slant * smooth_step(*_ASIDE, aside.abs()) * (1 - over)
    near = near * (1 - smooth_step(*_BROW, gaussian(brows, _BROW_MM * scale)))
    both = torch.cat([before, smooth_step(*_ANEW, before) * near], dim=1)
    ends[part], anew[part] = enlarge(both, size, factor).chunk(2, dim=1)
    return ends, anew


def _worn(source: Decomposition) -> Tensor:
    """Who wears glasses, whose arms are seen beside hair ``(B, 1, 1, 1)``, 0 or 1."""
    worn = [float(worn_glasses(source.row(row)).worn) for row in range(len(source))]
    return source.linear.new_tensor(worn)[:, None, None, None]


def _within(high: Tensor, deep: Tensor, bounds: tuple[tuple[float, float], tuple[float, float]]) -> Tensor:
    """1 between two heights and two depths, mm, else 0."""
    (low, top), (back, front) = bounds
    return ((high > low) & (high < top) & (deep > back) & (deep < front)).to(high)


def _share(of: Tensor, where: Tensor) -> Tensor:
    """The mean of maps ``(B, 1, h, w)`` over a part ``(B, 1, 1, 1)``; 0 where there is none."""
    there = where.sum(dim=(1, 2, 3), keepdim=True)
    return (of * where).sum(dim=(1, 2, 3), keepdim=True) / there.clamp(min=1)
