"""Skin seen through a layer of pigment, as a camera shows it."""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.image.picked import places, put
from faceaug.stages.film import light_of, picture_of
from faceaug.stages.gloss import HAZE_MOST

# What becomes brighter than this rolls off, as in a camera: its curve alone would reach white at two and a half times
# the light of white paper.
_SHOULDER = 0.80


def through(colour: Tensor, keep: Tensor, density: Tensor) -> Tensor:
    """Look at skin ``(B, 3, ...)`` through ``density`` more pigment; ``keep`` is light that never entered it."""
    light = light_of(colour)
    kept = torch.minimum(keep, HAZE_MOST * colour.amin(dim=1, keepdim=True)) * (light / colour.clamp(min=1e-6))
    seen = picture_of(torch.addcmul(kept, light - kept, torch.exp(-density)))
    place = places(seen, _SHOULDER)
    if len(place):
        now, before = (plane.reshape(1, -1).index_select(1, place) for plane in (seen, colour))
        rolled = _SHOULDER + (1 - _SHOULDER) * (1 - torch.exp((_SHOULDER - now) / (1 - _SHOULDER)))
        put(seen.view(1, -1), place, torch.maximum(rolled, torch.minimum(before, now)))
    return seen
