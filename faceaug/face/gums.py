"""Flesh within the open mouth: gums and the inner side of lips, which would glow around teeth in a face made darker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.kept import kept
from faceaug.image.color import linear_to_lab
from faceaug.image.picked import median, picked, places, put, quantile
from faceaug.image.shade import above, smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Teeth are the least red of what is lighter than this L* in the mouth, up to this quantile.
_SEEN, _TEETH = 20.0, 0.15
# Of the way from their redness to that of the lips, where flesh begins and where all is flesh (chosen by looking at
# twelve mouths).
_FLESH = (0.2, 0.85)
# Redness (per cent of L* + 16) by which lips differ from teeth at least; where they differ by less no teeth are seen.
_APART = 8.0
# Pixels of mouth and of lips that are enough to tell.
_FEWEST = 12


@kept("linear", "regions.mouth", "regions.lips")
@torch.inference_mode()
def gums(source: Decomposition) -> Tensor:
    """Share of flesh in the open mouth ``(1, 1, h, w)`` of a single face, 0..1: teeth have none."""
    mouth, made = source.regions.mouth, torch.zeros_like(source.regions.mouth)
    place, lips = places(mouth[0, 0], 0.02), places(source.regions.lips[0, 0], 0.9)
    if len(place) < _FEWEST or len(lips) < _FEWEST:
        return made
    light, red = _redness(picked(source.linear[0], place))
    seen = places(light, _SEEN)
    if len(seen) < _FEWEST:
        return made
    teeth = quantile(red.index_select(0, seen), _TEETH)
    apart = median(_redness(picked(source.linear[0], lips))[1]) - teeth
    way = (red - teeth) / apart.clamp(min=_APART)
    share = torch.maximum(smooth_step(*_FLESH, way), above(_APART - apart[None], 0))
    put(made[0], place, share[None] * picked(mouth[0], place))
    return made


def _redness(colours: Tensor) -> tuple[Tensor, Tensor]:
    """L* and a* per cent of L* + 16, each ``(N,)``, of linear colours ``(3, N)``: shade leaves the second alone."""
    lightness, red, _ = linear_to_lab(colours[None])[0]
    return lightness, 100 * red / (lightness + 16)
