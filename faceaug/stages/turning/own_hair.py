"""Hair on the flank of a turned face, which the regions take for skin: within the mesh's outline all is face there.

A sideburn that is taken for skin is made as light as skin, a brown stain, or ends at the outline in a straight line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from faceaug.face.bare import bare_skin
from faceaug.image.extent import extent
from faceaug.image.shade import smooth_fall, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.sideburn import ASIDE, COVERED, EARS, EDGE, LOW, WIDE, share, within

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

# It is told where there are less source pixels for each pixel than these, above these heights, mm: below are beards.
_TOLD, _BEARD = (0.97, 1.0), (-70.0, -55.0)
# What was seen with so many source pixels for each pixel stands where it was seen, however far ahead.
_SEEN = (0.42, 0.55)
# A sideburn goes down from hair at the temple: such a share of the flank between these heights and depths, mm, is hair
# (the far flank counts too, which hardly shows any).
_GROWS, _TEMPLE = (0.2, 0.35), ((-8.0, 12.0), (-90.0, -30.0))
# Ears lie so far beside the face, mm.
_MARGIN_MM = 40.0


class Flank(NamedTuple):
    """What stands on the flanks of a turned face, all ``(B, 1, h, w)``, 0..1.

    Attributes:
        skin: Where skin is.
        hair: Where hair is.
        sideburn: Where hair may go down before an ear.
    """

    skin: Tensor
    hair: Tensor
    sideburn: Tensor


def own_hair(skin: Tensor, hair: Tensor, source: Decomposition, sight: Sight, face: Tensor, *, on: Tensor) -> Flank:
    """Tell hair on the flanks from skin, as the bare skin of the photograph tells.

    Args:
        skin: Where the regions show skin ``(B, 1, h, w)``, 0..1.
        hair: Where they show hair, likewise.
        source: The photograph.
        sight: Where the turned head's pixels were seen.
        face: Where the turned face is, likewise.
        on: Which points of the mean head its pixels show ``(B, 3, h, w)``, mm.
    """
    flank = smooth_fall(*_TOLD, sight.dense) * face
    found = Flank(skin.clone(), hair.clone(), torch.zeros_like(face))
    box = extent(flank, round(_MARGIN_MM * sight.scale))
    if box is None:
        return found
    part = (..., *box)
    aside, high, deep = on[part].chunk(3, dim=1)
    flank = flank[part] * smooth_step(*ASIDE, aside.abs())
    bare = sampled(bare_skin(source), sight.place[part])
    hangs = smooth_step(*COVERED, share(hair[part], (1 - face[part]).clamp(min=0) * within(high, deep, EARS)))
    flank = flank * (1 - hangs)
    told = (skin[part] - bare).clamp_(min=0) * flank * smooth_step(*_BEARD, high)
    found.skin[part] -= told
    found.hair[part] += told
    behind = smooth_fall(WIDE - EDGE, WIDE + EDGE, deep)
    grows = smooth_step(*_GROWS, share(found.hair[part], flank * behind * within(high, deep, _TEMPLE)))
    stands = flank * torch.maximum(behind, smooth_step(*_SEEN, sight.dense[part])) * smooth_step(*LOW, high)
    found.sideburn[part] = stands * grows
    return found
