"""Spectacle frames in millimetres: a few numbers a style, and how they are cut to a head.

A frame is described flat, in its own plane: u to the wearer's side (0 between the eyes), v up (0 in the middle of the
lenses). Left and right are mirror images, so one half is enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor


@dataclass(frozen=True)
class Style:
    """One classic shape; lengths in mm, boxed as opticians do (ISO 8624).

    Attributes:
        upper: Exponent of the superellipse above the middle (2 round, 5 nearly a box).
        lower: The same below the middle.
        aspect: Height of a lens over its width.
        lift: How far the upper outer corner is raised.
        taper: How far the inner edge recedes toward the bottom (the drop of an aviator).
        narrow: How far the outer edge recedes toward the bottom.
        end: From a lens to the frame's outermost point.
        bridge: Height of the bridge, from the middle (0) to the upper edge (1).
        hinge: Height of the hinges, likewise.
        rim: Width of the rim above, at the sides and below, in acetate.
        bar: Whether a second bar runs above the bridge.
        rimless: Whether there is no rim at all.
        half: Whether the rim ends half way down, and the lens below is held by a thread.
    """

    upper: float
    lower: float
    aspect: float
    lift: float
    taper: float
    narrow: float
    end: float
    bridge: float
    hinge: float
    rim: tuple[float, float, float]
    bar: bool = False
    rimless: bool = False
    half: bool = False


# Proportions taken from opticians' size charts (eye 44-56, bridge 16-21, temple 135-145) and from official portraits:
# on 40 wearers hinges stand as high as the pupils (medians: half rims 0.2 mm above, none -0.5, whole ones of wire 3.5;
# 80 % of all -2.5 to 4), and end pieces run 6.5 mm aside from half rims, 7 from whole ones, 9.5 where there are none;
# of 56 whose rims are found lenses with their rims are 35.5 mm high and reach 20 mm below the pupils' line (medians).
STYLES: Final = {
    "round": Style(2.0, 2.0, 0.91, 0.0, 0.0, 0.0, 8.5, 0.30, 0.25, (2.5, 1.9, 1.5)),
    "oval": Style(2.7, 2.3, 0.69, 0.0, 1.2, 1.4, 7.0, 0.34, 0.30, (2.7, 2.0, 1.5)),
    "rectangle": Style(4.4, 2.9, 0.62, 0.6, 2.6, 2.4, 7.0, 0.35, 0.34, (2.9, 2.2, 1.6)),
    "square": Style(4.0, 2.6, 0.70, 1.5, 3.2, 3.4, 6.8, 0.45, 0.38, (3.2, 2.4, 1.7)),
    "aviator": Style(2.9, 2.2, 0.78, 0.0, 6.0, 1.5, 6.5, 0.40, 0.38, (2.6, 2.2, 1.9), bar=True),
    "cat_eye": Style(2.9, 2.3, 0.68, 4.0, 3.0, 3.5, 6.5, 0.35, 0.48, (3.7, 2.7, 1.9)),
    "browline": Style(3.2, 2.3, 0.72, 1.0, 1.5, 2.0, 6.5, 0.45, 0.50, (4.6, 1.9, 1.0)),
    "rimless": Style(3.2, 2.8, 0.64, 0.0, 1.0, 1.5, 8.0, 0.30, 0.22, (1.2, 1.2, 1.2), rimless=True),
    "half_rim": Style(3.4, 2.6, 0.64, 0.4, 1.2, 1.8, 7.0, 0.42, 0.32, (2.4, 1.8, 1.8), half=True),
}
# Width of a metal rim, and of the upper one of a browline frame and of a half rim, which holds the lens alone, mm.
METAL_RIM: Final = 1.05
METAL_BROW: Final = 2.3
METAL_HALF: Final = 1.5
# Width of the ground edge of a lens without a rim, seen from before, mm.
LENS_EDGE: Final = 1.3
# Where the rim of a half one ends, as part of half the lens' height below its middle: at the nose and outside.
HALF_ENDS: Final = (0.45, 0.05)
# Height of the end piece before a temple, mm: of acetate, and of frames with pads.
END_HIGH: Final = {False: 6.4, True: 2.8}
# Plastic is wider toward its upper outer corners, by this share and at most so many mm: there it goes on into the end
# pieces.
CORNER: Final = 0.35
MOST_CORNER: Final = 1.1
# Hinges of plastic frames are so much higher, as a share of half the height: upper edges run on into them (on 5 wearers
# 0.5 to 0.8 of it above the middle).
_RAISED = 0.26
_CORNERS = 72
# By this much the front is narrower at either side than the head at the temples, toward which the temples widen, mm.
_WIDENS = 1.8


@dataclass(frozen=True)
class Whim:
    """How one maker's shape departs from the classic one; 1 each is that.

    Attributes:
        upper: How square it is above: factor of what its exponent has over 2.
        lower: The same below.
        aspect: Factor of its height over its width.
        recede: Factor of how far inner and outer edge recede toward the bottom.
    """

    upper: float = 1.0
    lower: float = 1.0
    aspect: float = 1.0
    recede: float = 1.0


_CLASSIC = Whim()


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
        whim: How its shape departs from that of its style.
    """

    style: str
    metal: bool
    width: float
    lens: float
    bridge: float
    thickness: float
    whim: Whim = _CLASSIC

    @property
    def height(self) -> float:
        """Height of a lens."""
        return self.lens * STYLES[self.style].aspect * self.whim.aspect

    @property
    def middle(self) -> float:
        """U of a lens' own middle."""
        return (self.lens + self.bridge) / 2

    @property
    def edge(self) -> float:
        """U from which on end pieces turn back."""
        return self.middle + self.lens / 2 + 1.0

    @property
    def hinge(self) -> float:
        """V of the hinges."""
        style = STYLES[self.style]
        high = style.hinge + (0.0 if self.pads else _RAISED)
        return high * self.height / 2 + style.lift * 0.6

    @property
    def depth(self) -> float:
        """From the front of a rim to its back."""
        return 1.6 if self.metal or STYLES[self.style].rimless else 3.4

    @property
    def rounding(self) -> float:
        """Radius of the edges of rims; of all there is where there are none."""
        if STYLES[self.style].rimless:
            return 0.8 * stoutness(self)
        return min(max(rim_widths(self)[2], 0.9) * 0.5, 1.0)

    @property
    def pads(self) -> bool:
        """Whether pads on wires rest on the nose."""
        style = STYLES[self.style]
        return self.metal or style.rimless or style.half


def cut(style: str, *, metal: bool, width: float, pupils: float, thickness: float, whim: Whim = _CLASSIC) -> Cut:
    """Cut a frame of a given whole width for eyes that are ``pupils`` apart, all in mm.

    The pupils come to lie within the inner half of the lenses, as opticians fit them.
    """
    shape = STYLES[style]
    bridge = 18.0 + 0.3 * (pupils - 63.0) + (2.0 if shape.lower < 2.1 else 0.0)
    bridge = min(max(bridge, 13.0), 24.0)
    lens = min((width - bridge) / 2 - shape.end - _WIDENS, 60.0)
    # A lens whose middle lies too far outside the pupil looks like somebody else's glasses.
    lens = min(lens, pupils + (12.0 if style == "aviator" else 8.0) - bridge)
    # End pieces do not stand out far: from there on the temples go, apart from each other as the head widens.
    width = min(width, bridge + 2 * (lens + shape.end))
    return Cut(style, metal, width, lens, bridge, thickness, whim)


def lens_outline(frame: Cut) -> Tensor:
    """Corners ``(72, 2)`` of one lens in the frame's plane, mm."""
    style, whim = STYLES[frame.style], frame.whim
    upper, lower = 2 + (style.upper - 2) * whim.upper, 2 + (style.lower - 2) * whim.lower
    turn = torch.arange(_CORNERS, dtype=torch.float64) * (2 * math.pi / _CORNERS)
    cos, sin = torch.cos(turn), torch.sin(turn)
    power = torch.where(sin >= 0, upper, lower)
    # Points at even angles of the superellipse itself, by its radius.
    radius = (cos.abs() ** power + sin.abs() ** power) ** (-1 / power)
    s, t = cos * radius, sin * radius
    raised = style.lift * ((s + 1) / 2) ** 2 * ((t + 1) / 2)
    receded = style.taper * ((1 - s) / 2) - style.narrow * ((1 + s) / 2)
    receded = whim.recede * receded * ((1 - t) / 2)
    u = s * frame.lens / 2 + receded + frame.middle
    v = t * frame.height / 2 + raised
    return torch.stack([u, v], dim=1).float()


def bare_edge(frame: Cut, u: Tensor, v: Tensor) -> Tensor:
    """How far (mm) below the end of the rim a place is, beside a lens: above 0 its edge is bare; 9 without any rim."""
    style = STYLES[frame.style]
    if not style.half:
        return torch.full_like(v, 9.0 if style.rimless else -9.0)
    inner, outer = HALF_ENDS
    aside = ((u.abs() - frame.middle) / frame.lens + 0.5).clamp(0, 1)
    return -(inner + (outer - inner) * aside) * frame.height / 2 - v


def stoutness(frame: Cut) -> float:
    """Height of bridges is one and a half times this, mm."""
    return (0.9 if frame.pads else 2.3) * frame.thickness


def rim_widths(frame: Cut) -> tuple[float, float, float]:
    """Width of the rim above, at the sides and below, mm."""
    style = STYLES[frame.style]
    above, aside, below = style.rim
    if frame.metal:
        top = METAL_BROW if style.rim[0] > 4 else (METAL_HALF if style.half else 1.1 * METAL_RIM)
        above, aside, below = top, METAL_RIM, 0.9 * METAL_RIM
    return above * frame.thickness, aside * frame.thickness, below * frame.thickness
