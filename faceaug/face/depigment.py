"""How skin looks as melanin leaves it: the way from its own tone to a tone without."""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.face.skin import MELANIN
from faceaug.image.color import lab_to_linear, luminance
from faceaug.image.shade import piecewise

# Apparent tone of skin without melanin under even light, CIELAB: pinkish white (the lightest cheeks of the London
# photographs are L* 77..81, a* 5..10, b* 7..9; patches of vitiligo look a little darker beside darker skin).
_BARE = (74.5, 11.0, 12.5)
# Median a*, b* of real cheeks by L* in the same photographs: what a photograph shows beside these is its own white.
_LOCUS_L = (20.0, 35.0, 46.0, 56.0, 62.0, 66.0, 70.0, 74.0, 78.0)
_LOCUS_A = (7.5, 9.8, 10.4, 14.5, 13.0, 12.0, 12.0, 10.4, 8.0)
_LOCUS_B = (6.5, 11.0, 17.0, 19.5, 17.0, 13.5, 10.5, 9.5, 8.0)
# This much of that difference is kept, up to so far; the whole would keep a flush
# that is none of the light's.
_OWN_WHITE, _FARTHEST = 0.85, 14.0
# The light that comes back grows at most this much, and at least so much, natural logarithm.
_LEAST, _MOST = 0.04, 1.75


def bleaching(tone: Tensor) -> tuple[Tensor, Tensor]:
    """Return how pigment is taken away from skin of a tone.

    In the straight line of optical density that holds for small changes, blue would overshoot: the chord from this
    tone to that of skin without melanin takes its place.

    Args:
        tone: Median CIELAB of the bare skin ``(B, 3)``.

    Returns:
        Optical density that goes with one unit of melanin ``(B, 3)``, and the units that there are ``(B,)``.
    """
    tone = tone.double()
    lightness = tone[:, 0].contiguous()
    usual = torch.stack([_lookup(lightness, _LOCUS_A), _lookup(lightness, _LOCUS_B)], dim=1)
    target = tone.new_tensor(_BARE).expand(len(tone), 3).clone()
    target[:, 1:] += _OWN_WHITE * (tone[:, 1:] - usual).clamp(-_FARTHEST, _FARTHEST)
    own = lab_to_linear(tone[:, :, None, None].float())[:, :, 0, 0].double().clamp(min=0.004)
    there = lab_to_linear(target[:, :, None, None].float())[:, :, 0, 0].double().clamp(min=0.004)
    way = torch.log(there / own)
    rise = torch.log(luminance(there[:, :, None, None]) / luminance(own[:, :, None, None])).reshape(-1, 1)
    way = way * (rise.clamp(_LEAST, _MOST) / rise.clamp(min=_LEAST)).clamp(max=1)
    way = torch.maximum(way, way.new_zeros(()))
    amount = (way[:, 1] / MELANIN[1]).clamp(min=_LEAST)
    return (way / amount[:, None]).to(torch.float32), amount.to(torch.float32)


def _lookup(lightness: Tensor, column: tuple[float, ...]) -> Tensor:
    """Piecewise linear interpolation of ``column`` over `_LOCUS_L`."""
    within = lightness.clamp(_LOCUS_L[0], _LOCUS_L[-1])
    return piecewise(within, lightness.new_tensor(_LOCUS_L), lightness.new_tensor(column))
