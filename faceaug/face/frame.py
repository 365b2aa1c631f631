"""Spectacle frames in millimetres: a few numbers a style, and the flat tables from which every frame is drawn.

A frame is described flat, in its own plane: u to the wearer's side (0 between the eyes), v up (0 in the middle of the
lenses). Left and right are mirror images, so one half is enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.filter import enlarge
from faceaug.image.outline import segment_distance, signed_distance, smooth_union
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled


@dataclass(frozen=True)
class Style:
    """One classic shape; lengths in mm, boxed as opticians do (ISO 8624).

    Attributes:
        upper: Exponent of the superellipse above the middle (2 round, 5 nearly a box).
        lower: The same below the middle.
        aspect: Height of a lens over its width.
        lift: How far the upper outer corner is raised.
        taper: How far the inner edge recedes toward the bottom (the drop of an aviator).
        end: From a lens to the frame's outermost point.
        bridge: Height of the bridge, from the middle (0) to the upper edge (1).
        hinge: Height of the hinges, likewise.
        rim: Width of the rim above, at the sides and below, in acetate.
        bar: Whether a second bar runs above the bridge.
        rimless: Whether there is no rim at all.
    """

    upper: float
    lower: float
    aspect: float
    lift: float
    taper: float
    end: float
    bridge: float
    hinge: float
    rim: tuple[float, float, float]
    bar: bool = False
    rimless: bool = False


# Proportions taken from opticians' size charts (eye 44-56, bridge 16-21, temple 135-145) and from looking.
STYLES: Final = {
    "round": Style(2.0, 2.0, 0.93, 0.0, 0.0, 10.5, 0.30, 0.35, (2.6, 2.6, 2.5)),
    "rectangle": Style(4.2, 3.6, 0.62, 0.0, 1.0, 6.5, 0.35, 0.55, (3.4, 3.0, 2.4)),
    "square": Style(3.2, 2.7, 0.76, 1.5, 2.5, 6.5, 0.45, 0.70, (4.2, 3.6, 2.9)),
    "aviator": Style(2.9, 2.2, 0.84, 0.0, 6.0, 5.0, 0.40, 0.70, (2.8, 2.4, 2.2), bar=True),
    "cat_eye": Style(2.9, 2.3, 0.74, 4.5, 3.0, 6.5, 0.35, 0.85, (4.4, 3.2, 2.4)),
    "browline": Style(3.2, 2.3, 0.78, 1.0, 1.5, 6.5, 0.45, 0.80, (6.0, 2.2, 1.0)),
    "rimless": Style(3.2, 3.0, 0.66, 0.0, 1.0, 6.0, 0.30, 0.45, (1.2, 1.2, 1.2), rimless=True),
}
# Width of a metal rim, and of the lower rim of a browline frame, mm.
METAL_RIM: Final = 1.25
# Fine cells of the tables a millimetre, the coarse cell of the exact distances, and what lies around the frame, mm.
_FINE, _MARGIN = 3, 12
_CORNERS = 72
# The channels of the tables that are slopes, not distances.
_SLOPE_U, _SLOPE_V = 3, 4


@dataclass(frozen=True)
class Cut:
    """A frame cut to size, mm.

    Attributes:
        style: Name of its style.
        metal: Whether rims are wire.
        width: Whole width of the front.
        lens: Width of one lens.
        bridge: Between the lenses.
        thickness: Width of the rims over the usual one.
    """

    style: str
    metal: bool
    width: float
    lens: float
    bridge: float
    thickness: float

    @property
    def height(self) -> float:
        """Height of a lens."""
        return self.lens * STYLES[self.style].aspect

    @property
    def middle(self) -> float:
        """U of a lens' own middle."""
        return (self.lens + self.bridge) / 2

    @property
    def hinge(self) -> float:
        """V of the hinges."""
        style = STYLES[self.style]
        return style.hinge * self.height / 2 + style.lift * 0.6

    @property
    def depth(self) -> float:
        """From the front of a rim to its back."""
        return 1.6 if self.metal or STYLES[self.style].rimless else 3.4

    @property
    def pads(self) -> bool:
        """Whether pads on wires rest on the nose."""
        return self.metal or STYLES[self.style].rimless


def cut(style: str, *, metal: bool, width: float, pupils: float, thickness: float) -> Cut:
    """Cut a frame of a given whole width for eyes that are ``pupils`` apart, all in mm.

    The pupils come to lie within the inner half of the lenses, as opticians fit them.
    """
    shape = STYLES[style]
    bridge = 17.0 + 0.3 * (pupils - 63.0) + (2.0 if shape.lower < 2.1 else 0.0)
    bridge = min(max(bridge, 13.0), 24.0)
    lens = min((width - bridge - 2 * shape.end) / 2, 60.0)
    # A lens whose middle lies too far outside the pupil looks like somebody else's glasses.
    lens = min(lens, pupils + 9.0 - bridge) if style != "aviator" else min(lens, pupils + 13.0 - bridge)
    return Cut(style, metal, width, lens, bridge, thickness)


@dataclass(frozen=True)
class Tables:
    """Signed distances over the half plane u >= 0, mm, ``(1, 6, H, W)``, v upward with the rows.

    Channels: lens outline, frame's outer outline, solid (frame without the openings), the bevel's slope along u and
    along v, nose pad.
    """

    planes: Tensor
    reach: float
    tall: float

    def to(self, device: torch.device) -> Tables:
        """Return the same tables on another device."""
        return self if self.planes.device == device else Tables(self.planes.to(device), self.reach, self.tall)

    def at(self, u: Tensor, v: Tensor, first: int = 0, count: int = 6) -> Tensor:
        """Look ``count`` channels from the ``first`` on up at points of the frame's plane ``(1, 1, h, w)``.

        Slopes follow the side. Returns ``(1, count, h, w)``.
        """
        place = torch.cat([u.abs(), v + self.tall], dim=1)
        found = sampled(self.planes[:, first : first + count], place, (2 * self.tall, self.reach))
        if first <= _SLOPE_U < first + count:
            found[:, _SLOPE_U - first] *= torch.sign(u[:, 0])
        if float(place[:, 0].amax()) > self.reach or float(v.abs().amax()) > self.tall:
            # Beyond the table all shapes are as far as its border, and farther.
            over = (place[:, 0] - self.reach).clamp(min=0) + (v[:, 0].abs() - self.tall).clamp(min=0)
            for k in range(first, first + count):
                if k not in {_SLOPE_U, _SLOPE_V}:
                    found[:, k - first] += over
        return found


def lens_outline(frame: Cut) -> Tensor:
    """Corners ``(72, 2)`` of one lens in the frame's plane, mm."""
    style = STYLES[frame.style]
    turn = torch.arange(_CORNERS, dtype=torch.float64) * (2 * math.pi / _CORNERS)
    cos, sin = torch.cos(turn), torch.sin(turn)
    power = torch.where(sin >= 0, style.upper, style.lower)
    # Points at even angles of the superellipse itself, by its radius.
    radius = (cos.abs() ** power + sin.abs() ** power) ** (-1 / power)
    s, t = cos * radius, sin * radius
    raised = style.lift * ((s + 1) / 2) ** 2 * ((t + 1) / 2)
    receded = style.taper * ((1 - s) / 2) * ((1 - t) / 2)
    u = s * frame.lens / 2 + receded + frame.middle
    v = t * frame.height / 2 + raised
    return torch.stack([u, v], dim=1).float()


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
    outer, widest = _outer(frame, lens, u, v)
    solid = outer if style.rimless else torch.maximum(outer, -lens)
    slope_u, slope_v = _bevel(solid, widest)
    pad = _pad(frame, u, v)
    return Tables(torch.cat([lens, outer, solid, slope_u, slope_v, pad], dim=1), float(reach), float(tall))


def rim_widths(frame: Cut) -> tuple[float, float, float]:
    """Width of the rim above, at the sides and below, mm."""
    style = STYLES[frame.style]
    above, aside, below = style.rim
    if frame.metal:
        above, aside, below = (above if style.rim[0] > 5 else METAL_RIM), METAL_RIM, METAL_RIM
    return above * frame.thickness, aside * frame.thickness, below * frame.thickness


def _outer(frame: Cut, lens: Tensor, u: Tensor, v: Tensor) -> tuple[Tensor, float]:
    """Distance to rim, bridge, bar and end pieces together, and the radius of their rounding."""
    style, half = STYLES[frame.style], frame.height / 2
    above, aside, below = rim_widths(frame)
    stout = 1.3 * frame.thickness if frame.pads else 2.6 * frame.thickness
    high = style.bridge * half
    arch = 2.6 if frame.pads else 1.6
    # The bar of the bridge starts in the rims, whose inner edges lie farther out where the lens tapers.
    start = frame.bridge / 2 + (3.0 if style.rimless else 1.5)
    rise = high + arch * (1 - (u / start).clamp(max=1) ** 2)
    bridge = torch.maximum((v - rise).abs() - stout * 0.75, u - start)
    outside = frame.middle + frame.lens / 2
    end = segment_distance(u, v, (outside - 1.5, frame.hinge), (frame.width / 2 - stout, frame.hinge)) - stout
    parts = smooth_union(bridge, end, 0.1)
    if style.bar:
        top = 0.86 * half
        parts = torch.minimum(parts, torch.maximum((v - top).abs() - stout * 0.55, u - frame.middle * 0.72))
    if style.rimless:
        return parts, stout * 0.8
    tilt = v / half
    wide = aside + (above - aside) * smooth_step(0.0, 0.75, tilt) + (below - aside) * smooth_step(0.0, 0.75, -tilt)
    rim = lens - wide
    return smooth_union(rim, parts, 1.0 if frame.metal else 3.0), min(max(below, 0.9) * 0.5, 1.3)


def _bevel(solid: Tensor, radius: float) -> tuple[Tensor, Tensor]:
    """Sideways parts of the unit normal of edges rounded with ``radius``, along u and v."""
    padded = F.pad(solid, (1, 1, 1, 1), mode="replicate")
    du = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) * (_FINE / 2)
    dv = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) * (_FINE / 2)
    steep = (1 + solid / radius).clamp(0, 1) * 0.93
    length = torch.sqrt(du * du + dv * dv).clamp(min=1.0)
    return du / length * steep, dv / length * steep


def _pad(frame: Cut, u: Tensor, v: Tensor) -> Tensor:
    """Distance to the nose pad, seen from the front as a narrow upright oval; nowhere for frames without pads."""
    if not frame.pads:
        return torch.full_like(u, 50.0)
    across, along = u - (frame.bridge / 2 - 1.2), v + 2.5
    lean = across - along * 0.28
    return (torch.sqrt((lean / 1.5) ** 2 + (along / 5.5) ** 2) - 1) * 1.5
