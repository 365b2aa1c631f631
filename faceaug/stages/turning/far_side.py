"""The far side of a turned face, where a photograph saw the middle of a cheek: it falls off into shade at its outline.

Lamps stand about the camera, and skin that turns away from it turns away from them. The mesh is too coarse to tell so
at its rim: as light as before, a far cheek ends before the wall as if cut out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.shade_colour import deepened
from faceaug.image.extent import extent, in_blocks, moved
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import piecewise, smooth_fall, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.jaw import outside

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

# Skin so far outside of the outline, mm, less than 0 within, gets darker by so many stops. On far sides of 34 official
# portraits that look 11 to 28 degrees aside it is darker than the cheek 16 to 20 mm within by 0.18, 0.33, 0.4 and 0.57
# stops 10, 8, 4 and 2 mm within the edge, from the cheekbone up to the eye (medians); on those of 60 frontal portraits
# turned by 18 degrees without this by 0.05, 0.08, 0.23 and 0.28, beside the eye lighter by 0.3. At mouth and brow both
# are alike. It goes neither with the fall of the near side (correlation -0.08) nor with how much lighter the near cheek
# is.
_AT_MM = (-16.0, -12.0, -8.0, -6.0, -4.0, -2.0, 0.0, 4.0, 6.0, 8.0)
_STOPS = (0.0, 0.09, 0.25, 0.32, 0.36, 0.4, 0.42, 0.42, 0.2, 0.0)
# It begins so far aside of the middle, above the mouth, and ends at the brow, between these heights, mm; it comes with
# a turn by so many degrees, of a head that then looks so many aside.
_ASIDE, _MOUTH, _BROW, _TURNS, _LOOKS = (16.0, 36.0), (-46.0, -28.0), (6.0, 24.0), (2.0, 14.0), (2.0, 10.0)
# It is smoothed by this, mm, on a picture of so many pixels a millimetre, and reaches so far beyond the outline, mm.
_SMOOTH_MM, _COARSE, _REACH_MM = 0.7, 1.0, 8.0


def shaded_far_side(picture: Tensor, there: Decomposition, source: Decomposition, sight: Sight, face: Tensor) -> Tensor:
    """Let the far side of turned faces fall off into shade toward their outline.

    Args:
        picture: The turned head ``(B, 3, h, w)``, linear; changed in place.
        there: Its parts.
        source: Those of the photograph.
        sight: Where the turned head's pixels were seen.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
    """
    looks = there.pose.angles[:, 0, None, None, None]
    by = looks - source.pose.angles[:, 0, None, None, None]
    way = by.sign()
    much = smooth_step(*_TURNS, by.abs()) * smooth_step(*_LOOKS, way * looks)
    whole = extent(face, round(_REACH_MM * sight.scale)) if bool((much > 0).any()) else None
    if whole is None:
        return picture
    factor = max(1, int(sight.scale / _COARSE))
    whole = in_blocks(whole, factor)
    maps = torch.cat([each[(..., *whole)] for each in (face, sight.place)], dim=1)
    on, place = reduce(maps, factor).split_with_sizes((1, 2), dim=1)
    aside, high = sampled(source.surface.position[:, :2], place).chunk(2, dim=1)
    where = smooth_step(*_ASIDE, way * aside) * smooth_step(*_MOUTH, high) * smooth_fall(*_BROW, high) * much
    few = extent(where)
    if few is None:
        return picture
    stops = _profile(outside(on, sight.scale / factor)[(..., *few)]) * where[(..., *few)]
    box = extent(stops)
    if box is None:
        return picture
    stops, box = stops[(..., *box)], moved(box, few)
    down, across = (slice(side.start * factor, side.stop * factor) for side in box)
    part = (..., *moved((down, across), whole))
    regions = there.regions
    skin = torch.maximum(face[part], (regions.skin[part] + regions.body[part]).clamp_(max=1))
    stops = enlarge(gaussian(stops, _SMOOTH_MM * sight.scale / factor), (skin.shape[-2], skin.shape[-1]), factor)
    stops = stops * torch.minimum(skin, regions.person[part])
    picture[part] *= deepened(torch.exp2(-stops).expand(-1, 3, -1, -1), torch.ones_like(stops), there)
    return picture


def _profile(off: Tensor) -> Tensor:
    """By how many stops skin so far outside of the outline ``(B, 1, h, w)``, mm, gets darker."""
    return piecewise(off.clamp(_AT_MM[0], _AT_MM[-1]), off.new_tensor(_AT_MM), off.new_tensor(_STOPS))
