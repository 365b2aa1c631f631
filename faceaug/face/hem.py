"""Where bare skin meets cloth: each pixel's own share of skin, by where its colour lies between the two.

Classes are found at half size and end a pixel beside the edge as often as at it; a line of pale pixels along a dark
collar gives a darkened neck away.
"""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.image.color import luminance
from faceaug.image.filter import enlarge, fill_outside, gaussian, reduce
from faceaug.image.shade import smooth_step

# Shares of skin, and of cloth, from which a pixel and those around it are nothing else.
_SURE = 0.97
# What is found is blurred by so many pixels to see the edge from both sides; the product of skin and cloth, 1 / 4 at an
# even edge, times this, less a half, is how far the pixels tell: all from some 1.7 pixels to either side.
_REACH, _BAND = 1.6, 40.0
# Natural logarithm of the ratio of luminance between skin and cloth from which a pixel's own tells its share.
_CONTRAST = (0.5, 0.9)


def hemmed(share: Tensor, cloth: Tensor, linear: Tensor, person: Tensor, factor: int) -> Tensor:
    """Settle the share of bare skin at its edges to cloth ``(1, 1, h, w)``, 0..1.

    Args:
        share: Share of bare skin found so far ``(1, 1, h, w)``.
        cloth: Probability of anything but skin and hair ``(1, 1, h / factor, w / factor)``.
        linear: The photograph ``(1, 3, h, w)``, linear.
        person: Matte ``(1, 1, h, w)``.
        factor: By how much ``cloth`` is smaller.
    """
    skin, inside = reduce(share, factor), (reduce(person, factor) > 0.9).to(share)
    reach = _REACH / factor
    is_skin, is_cloth = (gaussian(plane, reach) for plane in (skin, (1 - skin) * cloth))
    edge = (_BAND * is_skin * is_cloth - 0.5).clamp(0, 1) * inside
    if float(edge.amax()) <= 0:
        return share
    small = reduce(linear, factor)
    ours, theirs = (
        fill_outside(small, (sure > _SURE).to(small) * inside, 3).clamp(min=1e-3) for sure in (is_skin, is_cloth)
    )
    apart = torch.log(luminance(ours) / luminance(theirs)).abs()
    trust = edge * smooth_step(*_CONTRAST, apart)
    size = (share.shape[-2], share.shape[-1])
    ours, theirs, trust = (enlarge(plane, size, factor) for plane in (ours, theirs, trust))
    way = ours - theirs
    own = (_products(linear - theirs, way) / _products(way, way)).clamp(0, 1)
    return torch.lerp(share, own, trust)


def _products(one: Tensor, other: Tensor) -> Tensor:
    """The sum over three channels of the products of two pictures ``(1, 1, h, w)``."""
    (first, second, third), (red, green, blue) = (picture.chunk(3, dim=1) for picture in (one, other))
    return (first * red).addcmul_(second, green).addcmul_(third, blue)
