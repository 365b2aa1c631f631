"""The flat tables from which a spectacle frame is drawn: signed distances to its parts, and the slope of its edges."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.frame import CORNER, END_HIGH, MOST_CORNER, STYLES, bare_edge, lens_outline, rim_widths, stoutness
from faceaug.image.filter import enlarge
from faceaug.image.outline import segment_distance, signed_distance, smooth_union
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from faceaug.face.frame import Cut

# Fine cells of the tables a millimetre, the coarse cell of the exact distances, and what lies around the frame, mm.
_FINE, _MARGIN = 3, 12
# Slope of the face of a rim where its edge begins, for none is quite flat, and how far from there it has faded, mm.
_CROWN, _FLAT = 0.12, 0.5
# How long a hinge's block before a temple is, within how far a slender arm goes over into it, mm, and the arm's height
# over the block's.
_BLOCK, _INTO_BLOCK, _ARM_HIGH = 4.4, 1.2, 0.65
# Pads and their wires are looked for this near to the bridge's end, mm; what is farther off is so far, mm.
_NEAR_NOSE, _FAR = 16.0, 50.0
# The channels of the tables that are slopes, not distances.
_SLOPE_U, _SLOPE_V = 3, 4


@dataclass(frozen=True)
class Tables:
    """Signed distances over the half plane u >= 0, mm, ``(1, 7, H, W)``, v upward with the rows.

    Channels: lens outline, frame's outer outline, solid (frame without the openings), the bevel's slope along u and
    along v, nose pad, the wire that holds it.
    """

    planes: Tensor
    reach: float
    tall: float

    def to(self, device: torch.device) -> Tables:
        """Return the same tables on another device."""
        return self if self.planes.device == device else Tables(self.planes.to(device), self.reach, self.tall)

    def at(self, u: Tensor, v: Tensor, first: int = 0, count: int = 7) -> Tensor:
        """Look ``count`` channels from the ``first`` on up at points of the frame's plane ``(N, 1, h, w)``.

        Slopes follow the side. Returns ``(N, count, h, w)``.
        """
        place = u.new_empty(len(u), 2, *u.shape[2:])
        aside, high = torch.abs(u, out=place[:, :1]), torch.add(v, self.tall, out=place[:, 1:])
        planes = self.planes[:, first : first + count].expand(len(u), -1, -1, -1)
        found = sampled(planes, place, (2 * self.tall, self.reach))
        if first <= _SLOPE_U < first + count:
            found[:, _SLOPE_U - first] *= torch.sign(u[:, 0])
        low, top = (float(end) for end in high.aminmax())
        if float(aside.amax()) > self.reach or low < 0 or top > 2 * self.tall:
            # Beyond the table all shapes are as far as its border, and farther.
            over = (v.abs() - self.tall).clamp_(min=0).add_(aside.sub_(self.reach).clamp_(min=0))[:, 0]
            for k in range(first, first + count):
                if k not in {_SLOPE_U, _SLOPE_V}:
                    found[:, k - first] += over
        return found


@lru_cache(maxsize=64)
def frame_tables(frame: Cut) -> Tables:
    """Work the tables of a frame out: exact distances to the lens on a coarse grid, all else on a fine one."""
    style = STYLES[frame.style]
    reach = math.ceil(frame.width / 2 + _MARGIN)
    tall = math.ceil(frame.height / 2 + style.lift + _MARGIN)
    coarse_u, coarse_v = torch.arange(reach) + 0.5, torch.arange(2 * tall) + 0.5 - tall
    exact = signed_distance(lens_outline(frame), coarse_u, coarse_v)[None, None]
    lens = enlarge(exact, (2 * tall * _FINE, reach * _FINE), _FINE, "bicubic")
    u = ((torch.arange(reach * _FINE) + 0.5) / _FINE).expand(1, 1, 2 * tall * _FINE, -1)
    v = ((torch.arange(2 * tall * _FINE) + 0.5) / _FINE - tall)[:, None].expand(1, 1, -1, reach * _FINE)
    outer = _outer(frame, lens, u, v)
    solid = outer if style.rimless else torch.maximum(outer, -lens)
    slope_u, slope_v = _bevel(solid, frame.rounding)
    planes = torch.cat([lens, outer, solid, slope_u, slope_v, *_pad(frame, u, v)], dim=1)
    return Tables(planes, float(reach), float(tall))


def _outer(frame: Cut, lens: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """Distance to rim, bridge, bar and end pieces together."""
    style, half = STYLES[frame.style], frame.height / 2
    above, aside, below = rim_widths(frame)
    stout = stoutness(frame)
    bridge = _bridge(frame, u, v, stout * 0.75)
    end = _end(frame, u, v)
    if style.bar:
        top = 0.86 * half
        bridge = torch.minimum(bridge, torch.maximum((v - top).abs() - stout * 0.55, u - frame.middle * 0.72))
    if style.rimless:
        return torch.minimum(bridge, end)
    tilt = v / half
    wide = aside + (above - aside) * smooth_step(0.0, 0.75, tilt) + (below - aside) * smooth_step(0.0, 0.75, -tilt)
    if not frame.metal:
        outer = smooth_step(0.2, 1.0, 2 * (u - frame.middle) / frame.lens)
        wide = wide + (CORNER * wide).clamp(max=MOST_CORNER) * outer * smooth_step(-0.2, 0.6, tilt)
    rim = torch.maximum(lens - wide, bare_edge(frame, u, v)) if style.half else lens - wide
    rim = smooth_union(rim, bridge, 1.2 if frame.metal else 4.5)
    return smooth_union(rim, end, 1.2 if frame.metal else 5.0)


def _bridge(frame: Cut, u: Tensor, v: Tensor, stout: float) -> Tensor:
    """Distance to the arch between the lenses, ``stout`` mm to either side of its middle line."""
    style = STYLES[frame.style]
    arch = 2.6 if frame.pads else 1.6
    # It starts in the rims, whose inner edges lie farther out where the lens tapers.
    start = frame.bridge / 2 + (3.0 if style.rimless else 1.5)
    rise = style.bridge * frame.height / 2 + arch * (1 - (u / start).clamp(max=1) ** 2)
    return torch.maximum((v - rise).abs() - stout, u - start)


def _end(frame: Cut, u: Tensor, v: Tensor) -> Tensor:
    """Distance to the piece between lens and temple, cut off upright at its end.

    Plastic is as high all along; on wire a slender arm leads to a block, the hinge.
    """
    high, block = END_HIGH[frame.pads] * frame.thickness / 2, torch.ones_like(u)
    if frame.pads:
        block = smooth_step(-_INTO_BLOCK, 0.0, u - frame.width / 2 + _BLOCK)
    tall = high * (_ARM_HIGH + (1 - _ARM_HIGH) * block)
    inner = frame.middle + frame.lens / 2 - 2.0
    aside = (u - (inner + frame.width / 2) / 2).abs() - (frame.width / 2 - inner) / 2
    return -smooth_union(tall - (v - frame.hinge).abs(), -aside, 0.8 * min(high, 2.0))


def _bevel(solid: Tensor, radius: float) -> tuple[Tensor, Tensor]:
    """Sideways parts of the unit normal of edges rounded with ``radius``, along u and v."""
    padded = F.pad(solid, (1, 1, 1, 1), mode="replicate")
    du = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) * (_FINE / 2)
    dv = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) * (_FINE / 2)
    steep = (1 + solid / radius).clamp(0, 1) * (0.93 - _CROWN) + ((solid + radius) / _FLAT).clamp(max=0).exp() * _CROWN
    length = torch.sqrt(du * du + dv * dv).clamp(min=1.0)
    return du / length * steep, dv / length * steep


def _pad(frame: Cut, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """Distances to the nose pad, a narrow upright oval, and to the wire that holds it; nowhere for frames without."""
    if not frame.pads:
        return torch.full_like(u, _FAR), torch.full_like(u, _FAR)
    middle, whole = frame.bridge / 2 - 1.4, u.shape[-1]
    near = math.ceil((frame.bridge / 2 + _NEAR_NOSE) * _FINE)
    u, v = u[..., :near], v[..., :near]
    across, along = u - middle, v + 2.5
    lean = across - along * 0.25
    pad = (torch.sqrt((lean / 1.9) ** 2 + (along / 5.5) ** 2) - 1) * 1.9
    # From the rim the wire goes back and down, and bends up again to the pad: from before a hook.
    rim = frame.bridge / 2 + 0.9
    knee = (frame.bridge / 2 + 0.2, -3.6)
    arm = torch.minimum(segment_distance(u, v, (rim, -0.4), knee), segment_distance(u, v, knee, (middle + 0.2, -2.4)))
    # In the box at its end, behind the pad, sits the screw.
    box = torch.sqrt(((u - middle - 0.5 - (v + 2.9) * 0.25) / 0.95) ** 2 + ((v + 2.9) / 1.9) ** 2) - 1
    wire = smooth_union(arm - 0.5, box * 0.95 + 0.1, 1.0)
    return F.pad(pad, (0, whole - u.shape[-1]), value=_FAR), F.pad(wire, (0, whole - u.shape[-1]), value=_FAR)
