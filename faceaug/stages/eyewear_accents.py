"""What makes a frame bright in one place and dark in another: hinges and screws, the nose beside it, its lower half."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from faceaug.image.noise import smooth_noise
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.stages.eyewear_fitting import Fitting

# Light on wire of the upper and the lower half over the mean: the lower one turns its inner side up to the light that
# falls in through the lens. In 90 official portraits lower rims differ from the skin by 28 levels (median), bridges by
# 58, end pieces by 59, rims beside the nose by 45.
_UPPER, _LOWER = 0.80, 1.55
# The nose and the wires of pads take this share of the light beside them, so far from the bridge's ends, mm; the bridge
# itself, which mirrors the nose, this share.
_BY_NOSE, _BY_NOSE_MM, _ON_NOSE = 0.40, 3.5, 0.25
# Hinges, screws and the bends before them lie in bands across the end pieces: how far apart these are, mm, and how dark
# and bright wire and plastic are in them.
_BAND_MM, _BANDS = 4.4, {True: (0.10, 1.9), False: (0.6, 1.5)}


def accents(fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Light on the frame over what its shape alone gives it, at (u, v) ``(1, 1, h, w)``, mm."""
    frame, metal = fit.frame, fit.surface.metal
    gain = torch.ones_like(u)
    if metal:
        gain = _UPPER + (_LOWER - _UPPER) * smooth_step(-0.3, 0.7, -2 * v / frame.height)
    aside = u.abs()
    start = frame.bridge / 2
    hemmed = 1 - smooth_step(start, start + _BY_NOSE_MM, aside)
    gain = gain * (1 - hemmed * torch.where(aside < start, _ON_NOSE, _BY_NOSE))
    dark, bright = _BANDS[metal]
    beyond, noise = aside - frame.middle - frame.lens / 2, fit.asked.noise
    rough = smooth_noise(noise, "bands", u, _BAND_MM / 2)[:, None]
    wave = torch.sin(2 * math.pi * (beyond / _BAND_MM + noise.first("hinge")[0]) + 1.2 * rough)
    bands = dark + (bright - dark) * smooth_step(-0.6, 0.6, wave)
    return gain * (1 + (bands - 1) * smooth_step(0.0, 1.0, beyond))
