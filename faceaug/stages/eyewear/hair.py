"""Hair that falls over glasses: how much of each pixel of a frame it covers, strand by strand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.brightness import brightness
from faceaug.image.filter import gaussian
from faceaug.image.noise import smooth_noise
from faceaug.image.picked import places
from faceaug.image.shade import smooth_step
from faceaug.stages.bare import bare_now

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.stages.eyewear.fitting import Box, Fitting

# Hair begins this softly, mm, and covers from these shares of it on; strands stand out from what is blurred by so much,
# by so much of the logarithm of their light.
_EDGE_MM, _DEEP = 1.5, (0.75, 0.99)
_STRAND_MM, _STRANDS = 1.5, 3.0
# Where the hair itself shows none (dark, blurred or smooth as it is), strands are drawn: so wide, mm and pixels at
# least, so steep (aside over down), and how much they count beside those that are seen.
_DRAWN_MM, _FINEST, _STEEP, _DRAWN = 0.9, 1.7, 0.45, 1.6


def hair_seen(fit: Fitting, box: Box) -> Tensor:
    """Where the person in a box is no bare skin ``(1, 1, h, w)``, 0..1."""
    return (1 - box.of(bare_now(fit.scene))) * box.of(fit.scene.source.regions.person)


def under_hair(fit: Fitting, box: Box, falls: Tensor | float, hair: Tensor | None = None) -> Tensor:
    """How much of what lies in a box hair covers ``(1, 1, h, w)``, bright strands first.

    Args:
        fit: The fitting.
        box: A part of the window.
        falls: How much of the hair that is seen there falls over glasses, 0..1.
        hair: Where hair is ``(1, 1, h, w)``, if not simply where no bare skin is.
    """
    source = fit.scene.source
    hair = hair_seen(fit, box) if hair is None else hair
    hair = smooth_step(*_DEEP, gaussian(hair, max(_EDGE_MM * fit.scale, 0.8))) * falls
    light = box.of(brightness(source)).clamp(min=1e-4).log()
    strands = ((light - gaussian(light, max(_STRAND_MM * fit.scale, 1.0))) * _STRANDS).clamp(-1, 1)
    between = hair * (1 - hair)
    there = places(between)
    if len(there):
        x, y = fit.camera(box)
        along = (x.abs() + _STEEP * y).flatten().index_select(0, there)[None, None]
        drawn = smooth_noise(fit.asked.noise, "strand", along, max(_DRAWN_MM, _FINEST / fit.scale))
        strands.flatten().index_add_(0, there, drawn[0], alpha=_DRAWN)
    return smooth_step(0.2, 0.8, torch.addcmul(hair, strands, between))
