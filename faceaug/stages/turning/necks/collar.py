"""Cloth beside a neck: one piece with what lies on the chest, and with the edge that the photograph shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from faceaug.image.extent import extent
from faceaug.image.filter import gaussian, largest
from faceaug.image.shade import above, at_least, smooth_fall, smooth_step
from faceaug.stages.layers import layers_of
from faceaug.stages.turning.necks.upright import upright
from faceaug.stages.wall import distance

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Cloth beside a neck is what is not of the neck's colour below these heights, farther aside than the throat, mm, or was
# found to be cloth; no thinner than twice the last, mm.
_COLLARS, _THROAT, _THIN_MM = (34.0, 52.0), (15.0, 35.0), 2.5
# What is taken for skin by less than these is cloth too where there is cloth of its colour below, so many mm, and so
# far aside or not at all; by no more than the last difference (square roots of linear light); not above the next
# heights.
_ALIKE, _BELOW_MM, _ASIDE_MM, _DIFFERENCE, _EARS = (0.6, 0.9), (1.5, 4.0, 7.0), 1.5, 0.08, (42.0, 60.0)
# At its outline, so many pixels wide, it is of a mixed colour.
_MIXED_PX = 1.0
# And what is taken for skin between cloth and cloth, in gaps no wider than twice this, mm.
_GAP_MM = 3.5
# Then it goes on, in so many steps of some mm, over what differs by no more than this from what of it is near and has
# not the neck's colour: toward the throat and the shade of the jaw; in the throat itself no cloth goes on of which no
# channel is as bright as the last: a tie as dark as the shade above it.
_STEPS, _STEP_MM, _NEARLY, _BRIGHT = 3, 3.0, 0.1, 0.1
CHEST = -20.0
"""All of it is one piece with what lies below this height, mm: no beard, lock or shade."""

SMALL_MM2 = 500.0
"""Pieces smaller than this, mm2, belong to what lies around them."""

EDGE_MM = 0.8
"""Within this distance of its outline, mm, cloth may end."""

# And within so many pixels more. There it ends as the colours tell that it and what is beside it have farther away, on
# average over the second of these, mm, if they are known by such shares, and differ by the last (square roots of
# linear light); noise departs by such a share of that.
_EDGE_PX, _NEARBY_MM, _KNOWN, _TELL, _NOISE = 1.0, 3.0, (0.02, 0.08), (0.06, 0.15), 0.08
# Else its outline is drawn so wide, pixels, by such shares. Beside the wall, where there is so much of it, its matte
# tells its edge.
_LENS_PX, _OUTLINE, _WALL = 0.7, (0.1, 0.5), 0.05
# Where less than these of a pixel is cloth its colour is what it is farther in.
_OWN, _LITTLE = (0.75, 1.0), 1e-4
# What is of one piece is so by this share.
_PIECE = 0.5
# What was opened ends so far out of where its outermost pixels' centres are, pixels.
_OUT_PX = 0.6


@dataclass(frozen=True)
class Cloth:
    """Cloth beside a neck.

    Attributes:
        cloth: Where it is ``(B, 1, h, w)``, 0..1, with its edge.
        other: What is neither of the face's nor of the neck's colour, likewise: cloth and shade.
        colour: Its own, at its edge too ``(B, 3, h, w)``, linear sRGB; the photograph's elsewhere.
        rim: Where it ends before the wall ``(B, 1, h, w)``, 0 or 1.
    """

    cloth: Tensor
    other: Tensor
    colour: Tensor
    rim: Tensor


def opened(some: Tensor, radius: float) -> Tensor:
    """What of a map ``(B, 1, h, w)`` is at least twice as wide as a radius, pixels, with round corners; 0..1."""
    core = distance(some > _PIECE) > radius
    return (radius + _OUT_PX - distance(~core)).clamp(0, 1) if bool(core.any()) else torch.zeros_like(some)


def shut(some: Tensor, radius: float) -> Tensor:
    """Where a map ``(B, 1, h, w)`` is, and what lies in gaps of it up to twice as wide as a radius, pixels; 0 or 1."""
    return (distance(distance(some <= _PIECE) <= radius) > radius).to(some)


def one_piece(some: Tensor, there: Tensor, least: float = 0.0) -> Tensor:
    """What of a map ``(B, 1, h, w)`` is one piece with what of it lies there, of so many pixels at least."""
    rows = []
    for row, begins in zip(some[:, 0].cpu().numpy(), there[:, 0].cpu().numpy(), strict=True):
        _, parts, sizes, _ = cv2.connectedComponentsWithStats((row > _PIECE).astype(np.uint8), connectivity=4)
        found = np.unique(parts[begins & (row > _PIECE)])
        rows.append(row * np.isin(parts, found[sizes[found, cv2.CC_STAT_AREA] >= least]))
    return torch.from_numpy(np.stack(rows))[:, None].to(some)


def cloth_beside(source: Decomposition, alike: Tensor) -> Cloth:
    """The cloth beside each neck; ``alike`` is what has the neck's colour ``(B, 1, h, w)``, 0..1."""
    (across, up), regions, scale = upright(source), source.regions, float(source.pose.scale.mean())
    beside = torch.minimum(smooth_fall(*_COLLARS, up), smooth_step(*_THROAT, across.abs()))
    may = torch.minimum(1 - source.surface.face, torch.minimum(1 - regions.body, regions.person))
    other = torch.minimum(torch.maximum(beside, regions.clothes), torch.minimum(may, 1 - alike))
    may = may * smooth_fall(*_EARS, up)
    thin, least, chest = _THIN_MM * scale, SMALL_MM2 * scale**2, up < CHEST
    piece = one_piece(opened(other, thin), chest, least)
    like = torch.minimum(_like_below(piece, source.linear, scale), smooth_fall(*_ALIKE, alike))
    piece = torch.maximum(piece, torch.minimum(like, may))
    aside, goes_on = above(across.abs(), _THROAT[0]), may * (1 - alike)
    for _ in range(_STEPS):
        piece = torch.maximum(piece, torch.minimum(_like_beside(piece, source.linear, aside, scale), goes_on))
    gaps = torch.minimum(shut(piece, _GAP_MM * scale), alike)
    piece = one_piece(opened(torch.maximum(piece, torch.minimum(gaps, may)), thin), chest, least)
    cloth, colour, rim = _edged(piece, source)
    whole = above(cloth, _PIECE)
    cloth = cloth * (1 - largest(whole - one_piece(whole, chest, least), 1)) * (1 - source.surface.face)
    return Cloth(cloth, other, colour, rim)


def _like_below(piece: Tensor, linear: Tensor, scale: float) -> Tensor:
    """What has the colour that a piece of cloth ``(B, 1, h, w)`` has somewhat below it, likewise; 0 or 1."""
    box = extent(piece, round(max(_BELOW_MM) * scale) + 1)
    like = torch.zeros_like(piece)
    if box is None:
        return like
    part = (..., *box)
    (height, width), here = like[part].shape[-2:], linear[part].clamp(min=0).sqrt()
    cloth = distance(piece > _PIECE)[part] > _MIXED_PX
    most, aside = round(max(_BELOW_MM) * scale), round(_ASIDE_MM * scale)
    colour = F.pad(here, (aside, aside, 0, most), value=9.0)
    there = torch.where(F.pad(cloth, (aside, aside, 0, most)), colour, 9.0)
    for below in _BELOW_MM:
        down = round(below * scale)
        for step in (0, aside, 2 * aside):
            twin = there[..., down : down + height, step : step + width]
            off = (twin - here).abs().amax(dim=1, keepdim=True)
            like[part] = torch.maximum(like[part], 1 - above(off, _DIFFERENCE))
    return like


def _like_beside(piece: Tensor, linear: Tensor, aside: Tensor, scale: float) -> Tensor:
    """What has nearly the colour that a piece of cloth ``(B, 1, h, w)`` has nearby, likewise; 0 or 1.

    Where no ``aside`` of the throat is ``(B, 1, h, w)``, 0 or 1, dark cloth is not told from shade.
    """
    like, box = torch.zeros_like(piece), extent(piece, round(3 * _STEP_MM * scale))
    if box is not None:
        part = (..., *box)
        own, known = _near(linear[part], above(piece[part], _PIECE), _STEP_MM * scale)
        off = (own.clamp(min=0).sqrt() - linear[part].clamp(min=0).sqrt()).abs().amax(dim=1, keepdim=True)
        told = torch.maximum(above(own.amax(dim=1, keepdim=True), _BRIGHT), aside[part])
        like[part] = at_least(known, _KNOWN[0]) * (1 - above(off, _NEARLY)) * told
    return like


def _edged(piece: Tensor, source: Decomposition) -> tuple[Tensor, Tensor, Tensor]:
    """A piece of cloth ``(B, 1, h, w)``, sharp, with its edge; its colour; and where it ends before the wall."""
    person, scale, layers = source.regions.person, float(source.pose.scale.mean()), layers_of(source)
    inside, band = piece > _PIECE, EDGE_MM * scale + _EDGE_PX
    deep, off = distance(inside), distance(~inside)
    edge = 1 - above(torch.maximum(deep, off), band + 1)
    rim = edge * at_least(largest(1 - torch.minimum(person, layers.clear), 1), _WALL)
    rim *= torch.maximum(inside.to(person), 1 - above(person, _PIECE))
    cloth = torch.lerp(smooth_step(*_OUTLINE, gaussian(piece, _LENS_PX)), layers.clear, rim)
    colour = torch.lerp(source.linear, layers.own, rim)
    edge *= 1 - rim
    box = extent(edge, round(band + 3 * _NEARBY_MM * scale))
    if box is not None and bool(inside.any()):
        part = (..., *box)
        here = source.linear[part]
        own, known = _near(here, above(deep[part], band), band)
        theirs, known_too = _near(here, above(off[part], band) * person[part], _NEARBY_MM * scale)
        apart = own - theirs
        told = ((here - theirs) * apart).sum(dim=1, keepdim=True) / (apart**2).sum(dim=1, keepdim=True).clamp(min=1e-6)
        tell = (own.clamp(min=0).sqrt() - theirs.clamp(min=0).sqrt()).abs().amax(dim=1, keepdim=True)
        tell = smooth_step(*_TELL, tell) * edge[part] * smooth_step(*_KNOWN, torch.minimum(known, known_too))
        cloth[part] = torch.lerp(cloth[part], ((told - _NOISE) / (1 - 2 * _NOISE)).clamp(0, 1), tell)
        colour[part] = torch.lerp(colour[part], own, tell * smooth_fall(*_OWN, cloth[part]))
    return cloth, colour, rim


def _near(colour: Tensor, known: Tensor, width: float) -> tuple[Tensor, Tensor]:
    """The mean of a colour ``(B, C, h, w)`` where it is known, around each pixel, and how much of it is."""
    wide = gaussian(torch.cat([colour * known, known], dim=1), width)
    return wide[:, :-1] / wide[:, -1:].clamp(min=_LITTLE), wide[:, -1:]
