"""The teeth, where they are to go along with another tone of skin as those in photographs of people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.gums import gums
from faceaug.image.color import linear_to_lab
from faceaug.image.picked import picked, places, put
from faceaug.image.shade import above
from faceaug.stages.whites import lighter_half

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# How L* of the lighter half of the teeth goes with L* of the cheek: by 0.47 in 238 portraits by many cameras, whose
# exposure and whose light within the mouth follow the skin (95 % limits 0.33 to 0.58; with L* of the whole face 0.67),
# by -0.07 in 34 photographs in one studio's light (-0.40 to 0.26); our own measurements. In between.
_SLOPE = 0.3
# Pixels of teeth that are enough to measure them, L* and share from which on a pixel shows any, and the largest L* that
# they are given.
_FEWEST, _SEEN, _TOOTH, _MOST = 12, 20.0, 0.02, 92.0


def followed_teeth(picture: Tensor, source: Decomposition, rise: float) -> Tensor:
    """Make the teeth darker or lighter, in place: beside darker skin they would glow.

    Args:
        picture: Window ``(3, h, w)``, linear sRGB; changed in place.
        source: A decomposition of one row.
        rise: By how much L* of the cheeks rises; negative where skin becomes darker.

    Returns:
        What was touched ``(1, h, w)``, 0..1.
    """
    touched, place = torch.zeros_like(picture[:1]), places(source.regions.mouth[0, 0], _TOOTH)
    teeth = (picked(source.regions.mouth[0], place) - picked(gums(source)[0], place)).clamp(min=0)
    own = picked(picture, place)
    light = linear_to_lab(own[None])[0, 0].mul_(above(teeth[0], _TOOTH))
    sure = light.index_select(0, places(light, _SEEN))
    if len(sure) < _FEWEST:
        return touched
    now = float(lighter_half(sure[None])[0])
    then = min(now + _SLOPE * rise, max(now, _MOST))
    change = ((then + 16) / (now + 16)) ** 3
    put(picture, place, own * (1 + (change - 1) * teeth))
    put(touched, place, teeth)
    return touched
