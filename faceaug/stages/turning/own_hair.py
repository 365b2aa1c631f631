"""Hair on the flank of a turned face, which the regions take for skin: within the mesh's outline all is face there.

A sideburn that is taken for skin is made as light as skin, a brown stain, or ends at the outline in a straight line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.bare import bare_skin
from faceaug.image.extent import extent
from faceaug.image.filter import largest
from faceaug.image.shade import smooth_fall, smooth_step, without
from faceaug.image.warp import sampled
from faceaug.stages.turning.flank import arms_at, hair_begins, on_flanks

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box
    from faceaug.stages.turning.unseen import Sight

# The flank of a face begins so far from its middle, mm.
_ASIDE = (48.0, 58.0)
# Hair is told there where there are less source pixels for each pixel than these, above these heights, mm: below are
# beards. With less than the last one line alone tells it.
_TOLD, _BEARD, _SLANT = (0.97, 1.0), (-70.0, -55.0), (0.5, 0.7)
# Hair thins out over so many mm to either side of that, and goes on so far past the face's outline: no skin is left
# between it and the hair behind.
_EDGE, _PAST_MM = 5.0, 2.0
# Beside the face so far, mm, what is taken for an ear's or a neck's skin above these heights and is no bare skin is
# hair, and tells the colour of what goes on before it.
_BESIDE_MM, _HIGH = 40.0, (-20.0, 0.0)
# Where that line lies so far behind where the photograph shows hair begin, mm, it tells all of that hair.
_BACK = (3.0, 8.0)
# So far before where the photograph shows hair begin, mm, what is dark is an arm of worn glasses: it stays as shown.
_BEFORE = (5.0, 15.0)
# What the photograph shows is not to be shown where it is such a share of hair more or less than the line tells: no
# dark pixel shows through what is half skin.
_OTHER = (0.1, 0.4)


def own_hair(
    regions: tuple[Tensor, Tensor, Tensor, Tensor],
    source: Decomposition,
    sight: Sight,
    face: Tensor,
    *,
    on: Callable[[Box], Tensor],
) -> tuple[Tensor, Tensor]:
    """Tell hair on the flanks of a turned head from skin.

    Args:
        regions: Where the regions show skin of the face, hair, other skin, and brows, each ``(B, 1, h, w)``, 0..1; all
            but brows, which stay, are changed in place.
        source: The photograph.
        sight: Where the turned head's pixels were seen.
        face: Where the turned face is, likewise.
        on: Tells which points of the mean head a part of it shows ``(B, 3, h', w')``, mm.

    Returns:
        Where hair stands however slantwise it was seen, and nowhere else: a line tells it, or it lies beside the
        temple. And where the photograph shows skin for such hair, or hair for skin. Both ``(B, 1, h, w)``, 0..1.
    """
    skin, hair, body, brows = regions
    slant, anew = torch.zeros_like(face), torch.zeros_like(face)
    wide = largest(face, max(1, round(_PAST_MM * sight.scale)))
    flank = smooth_fall(*_TOLD, sight.dense) * wide
    box = extent(flank, round(_BESIDE_MM * sight.scale))
    if box is None:
        return slant, anew
    part = (..., *box)
    position = on(box)
    aside, high, deep = position.chunk(3, dim=1)
    far, within, dense = smooth_step(*_ASIDE, aside.abs()), face[part].clamp(0, 1), sight.dense[part]
    flank = flank[part] * far
    bare = sampled(bare_skin(source), sight.place[part])
    begins, shown = on_flanks(hair_begins(source), position)
    bare = torch.maximum(bare, arms_at(source, high) * smooth_step(*_BEFORE, deep - shown) * within)
    beside = (1 - within) * far * smooth_step(*_HIGH, high)
    for kind, where in ((body, beside), (skin, flank * within * smooth_step(*_BEARD, high))):
        told = (kind[part] - bare).clamp_(min=0) * where
        kind[part] -= told
        hair[part] += told
    stands = smooth_fall(-_EDGE, _EDGE, deep - begins)
    back = smooth_step(*_BACK, shown - begins) * smooth_fall(0.0, _EDGE, deep - shown)
    ruled = (
        torch.maximum(smooth_fall(*_SLANT, dense), back) * flank * torch.lerp(stands, torch.ones_like(stands), within)
    )
    ruled = without(ruled, brows[part])
    skin[part].lerp_(1 - stands, ruled)
    hair[part].lerp_(stands, ruled)
    slant[part] = torch.maximum(ruled, without(beside, wide[part]))
    anew[part] = ruled * smooth_step(*_OTHER, (1 - bare - stands).abs())
    return slant, anew
