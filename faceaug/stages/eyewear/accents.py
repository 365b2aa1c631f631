"""What makes a frame bright here and dark there: hinges and screws, the lamp it runs across, its lower half, chance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from faceaug.face.frame import STYLES
from faceaug.image.noise import smooth_noise
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.frame import Cut
    from faceaug.stages.eyewear.fitting import Fitting

# Light on wire of the upper and the lower half over the mean: the lower one turns its inner side up to the light that
# falls in through the lens. In 90 official portraits lower rims differ from the skin by 28 levels (median), bridges by
# 58, end pieces by 59.
_UPPER, _LOWER = 0.80, 1.30
# Hinges, screws and the bends before them lie in bands across the end pieces: how far apart these are, mm, and how dark
# and bright wire and plastic are in them; without a rim they begin so far within the lens. On 58 end pieces of wearers
# in official portraits the darkest spot is black, the brightest 1.7 times as bright as the skin (medians).
_BAND_MM, _BANDS = 4.4, {True: (0.10, 2.4), False: (0.7, 1.8)}
_OVER_EDGE = 2.0
# No two hinges are built alike: their bands are so many times as far apart, and this part of what they could be.
_HINGES = {"hinge apart": (0.8, 2.2), "hinge much": (0.4, 1.0)}
# On the lamp's side they are brighter by this share of how far aside it stands, darker on the other.
_TOWARD_LAMP = 0.8
# A wire bridge is darker where it is soldered or screwed on, by this share and within so many mm, and brighter where it
# bows forward.
_SOLDER, _SOLDER_MM, _BOW, _BOW_MM = 0.6, 1.6, 0.5, 3.0
# A bridge without rims beside it is lighter by this: 0.36 of the nose's light on 35 wearers (median; 0.28 without it).
_BARE = 1.3
# Rims are not even, nor are both alike: over so many mm the light of wire and of plastic, which mirrors less, goes up
# and down by up to these powers of e, lowered by the third number, and rises to no more than the last: beyond they are
# white tubes (by looking). On 56 wearers whose rims are found the lower ones change along the way by 0.11 of the skin's
# light and differ from the other's by 0.14 (medians; 0.08 and 0.13 here).
_UNEVEN_MM, _UNEVEN, _DARKER, _BRIGHTEST = 20.0, {True: 2.2, False: 0.8}, 0.22, 1.7
# The ground edge of a lens without a rim is a dark line here, a bright one there: over so many mm its light goes up and
# down by up to this power of e, lowered by the next number, to no more than the last (by looking: of 24 wearers 8 show
# white arcs on bare edges, a third of the way or less).
_EDGE_MM, _EDGE_GLINTS, _EDGE_DARKER, _EDGE_BRIGHTEST = 11.0, 4.0, 0.25, 3.5
# A rim mirrors the lamp where it runs across the lamp's direction, on either side of a lens: how narrow that is (power
# of the cosine), and the light elsewhere and there, of wire and of plastic.
_NARROW, _GLINTS = 6, {True: (0.75, 1.75), False: (0.85, 2.2)}


def accents(fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Light on the frame over what its shape alone gives it, at (u, v) ``(1, 1, h, w)``, mm."""
    frame, metal = fit.frame, fit.surface.metal
    gain = _glints(fit, u, v)
    if metal:
        gain = gain * (_UPPER + (_LOWER - _UPPER) * smooth_step(-0.3, 0.7, -2 * v / frame.height))
        gain = gain * (1 + (_soldered(frame, u) - 1) * smooth_step(-0.1, 0.1, v / frame.height))
    if STYLES[frame.style].rimless:
        gain = gain * _BARE
    # What holds a lens without a rim lies over its edge.
    beyond = u.abs() - frame.middle - frame.lens / 2 + (_OVER_EDGE if STYLES[frame.style].rimless else 0.0)
    there = (beyond > 0).flatten().nonzero().flatten()
    if len(there):
        flat = gain.flatten()
        out, side = (part.flatten().index_select(0, there) for part in (beyond, u))
        flat.index_copy_(0, there, flat.index_select(0, there) * _bands(fit, out, side))
        gain = flat.reshape(gain.shape)
    return gain


def uneven(fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Light on rims and bridge over its mean ``(1, 1, h, w)`` for what they mirror here and there, at (u, v), mm."""
    rough = smooth_noise(fit.asked.noise, "uneven", torch.cat([u, v], dim=1), _UNEVEN_MM)[:, None]
    gain = (_UNEVEN[fit.surface.metal] * (rough - _DARKER)).exp().clamp(max=_BRIGHTEST)
    edge = fit.frame.middle + fit.frame.lens / 2
    return gain.lerp(torch.ones_like(gain), smooth_step(edge, edge + 2, u.abs()))


def edge_glints(fit: Fitting, u: Tensor, v: Tensor, line: Tensor) -> Tensor:
    """Light of the bare edge of a lens over the usual one ``(1, 1, h, w)`` at (u, v), mm, where a ``line`` is any."""
    gain, there = torch.zeros_like(line).flatten(), line.flatten().nonzero().flatten()
    across, up = (part.flatten().index_select(0, there)[None, None] for part in (u, v))
    rough = smooth_noise(fit.asked.noise, "edge", torch.cat([across, up], dim=1), _EDGE_MM)[0]
    found = (_EDGE_GLINTS * (rough - _EDGE_DARKER)).exp().clamp(max=_EDGE_BRIGHTEST)
    return gain.index_copy_(0, there, found).reshape(line.shape)


def _soldered(frame: Cut, u: Tensor) -> Tensor:
    """Light on a wire bridge over the mean ``(1, 1, h, w)``: bright where it bows forward, dark where soldered."""
    end = torch.exp(-(((u.abs() - frame.bridge / 2 - 0.5) / _SOLDER_MM) ** 2))
    return 1 - _SOLDER * end + _BOW * torch.exp(-((u / _BOW_MM) ** 2))


def _bands(fit: Fitting, beyond: Tensor, u: Tensor) -> Tensor:
    """Light on end pieces over the mean ``(n,)``, so far ``beyond`` the lens, at ``u``, mm."""
    noise, (dark, bright) = fit.asked.noise, _BANDS[fit.surface.metal]
    apart, much = (low + (high - low) * noise.first(name)[0] for name, (low, high) in _HINGES.items())
    rough = smooth_noise(noise, "bands", u[None, None], _BAND_MM / 2)[0]
    wave = torch.sin(2 * math.pi * (beyond / (_BAND_MM * apart) + noise.first("hinge")[0]) + 1.2 * rough)
    lit = 1 + _TOWARD_LAMP * float(fit.light.direction[0]) * torch.sign(u)
    bands = 1 + (dark + (bright * lit - dark) * smooth_step(-0.8, 0.8, wave) - 1) * much
    return 1 + (bands - 1) * smooth_step(0.0, 1.0, beyond)


def _glints(fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Light on rims that their direction against the lamp's gives them, over the mean ``(1, 1, h, w)``."""
    frame = fit.frame
    lamp = (fit.worn.rotation.T @ fit.light.direction.to(fit.worn.rotation))[:2]
    lamp = (lamp / lamp.norm().clamp(min=1e-6)).tolist()
    across, up = (u - torch.sign(u) * frame.middle) / frame.lens, v / frame.height
    cosine2 = (across * lamp[0] + up * lamp[1]).square() / (across * across + up * up).clamp(min=1e-6)
    low, high = _GLINTS[fit.surface.metal]
    return torch.pow(cosine2, _NARROW // 2) * (high - low) + low
