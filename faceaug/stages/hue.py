"""Differences of hue within a face, kept as large as they were where the skin is made lighter.

A layer of one optical density takes as much red from the forehead as from the cheeks. Near white little colour is left,
and a forehead that was four degrees yellower than the cheeks would be fifteen: a yellow-green mask.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from faceaug.image.color import hue_difference, lab_to_linear, linear_to_lab
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import above

# Hue is compared over about so many millimetres, on a picture of about so many pixels a millimetre.
_BROAD_MM, _COARSE = 2.5, 0.5
# Differences beyond this, radians, are no shades of one skin.
_MOST = math.radians(60.0)
# Radians of turn below which nothing would be seen.
_NOTHING = math.radians(0.5)


def hue_kept(toned: Tensor, own: Tensor, share: Tensor, cheeks: tuple[Tensor, Tensor], scale: float) -> Tensor:
    """Turn the hue of lightened skin back toward the cheeks' where it has come farther from theirs than it was.

    Lightness and chroma stay, and so does all that is finer than a few millimetres.

    Args:
        toned: One face after the change of tone ``(1, 3, h, w)``, linear.
        own: The same before.
        share: Share of bare skin ``(1, 1, h, w)``.
        cheeks: CIELAB of the cheeks ``(3,)`` before and after.
        scale: Pixels a millimetre.

    Returns:
        ``toned`` with another hue, where its skin needs it.
    """
    factor = max(1, round(scale / _COARSE))
    weight = reduce(share, factor)
    reach = _BROAD_MM * scale / factor
    around = gaussian(weight, reach).clamp(min=1e-3)
    before, after = (
        hue_difference(
            linear_to_lab(gaussian(reduce(colour, factor) * weight, reach) / around), middle.reshape(1, 3, 1, 1)
        )[:, None].clamp(-_MOST, _MOST)
        for colour, middle in zip((own, toned), cheeks, strict=True)
    )
    # No farther from the cheeks than it was, on either side.
    wanted = torch.maximum(torch.minimum(after, before.abs()), -before.abs())
    turn = gaussian((wanted - after) * weight, reach) / around
    if float(turn.abs().amax()) < _NOTHING:
        return toned
    turn = enlarge(turn, (toned.shape[-2], toned.shape[-1]), factor) * share
    lab = linear_to_lab(toned)
    across, along = torch.sin(turn[:, 0]), torch.cos(turn[:, 0])
    turned = torch.stack([lab[:, 0], lab[:, 1] * along - lab[:, 2] * across, lab[:, 1] * across + lab[:, 2] * along], 1)
    return torch.lerp(toned, lab_to_linear(turned).clamp(min=0), above(turn.abs(), 0))
