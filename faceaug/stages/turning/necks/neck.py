"""The neck that a turning jaw uncovers: it goes on upward behind the jaw, as wide as it was seen to be below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from faceaug.face.kept import kept
from faceaug.image.extent import Box, extent
from faceaug.image.filter import closing, gaussian, smallest
from faceaug.image.shade import above, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.turning.locks import bearded, hair_hangs
from faceaug.stages.turning.necks.colour import JAW, JAW_MM, JOINS, colour_of_neck
from faceaug.stages.turning.necks.upright import PLACED, away_from, upright
from faceaug.stages.turning.necks.width import (
    EARS,
    HIGH,
    LOW,
    USUAL,
    at_lines,
    head_widths,
    outlines,
    skin_of_neck,
    wide,
)

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Nothing is looked at farther aside than this, mm.
_MOST = 85.0
# Skin within this distance, mm, must mostly be skin: no strip beside a collar.
_BROAD_MM, _BROAD = 1.0, (0.6, 0.9)
# By such shares it is wider where its drawn outline begins than where it was seen, and again behind the ears: no neck
# goes straight up.
_BENT = (-0.02, 0.06)
# Its edge is so wide, pixels, as a lens draws edges.
_EDGE_PX = 2.0
# From the first of these shares of half its width on it begins to stay where it is under a head that turns away from
# that side, and does from the second on; by as many degrees as the last ones.
_STANDS, _TURNS = (0.3, 0.85), (1.0, 8.0)
# The shade of the jaw fades with the face's share of what lies within this distance, mm; behind a turned jaw, where the
# neck's side comes into sight, it is weaker than under the chin, by this factor.
_UNDER, _UNDER_MM, _ASIDE = (0.0, 0.5), 9.0, 0.6
# Below this height it may be wider than the head is at its ears less the last, mm, by so much for each mm.
_LOBES, _LEANS, _BEHIND_EAR = 65.0, 0.3, 3.0
# What moves is neck, no ear, below these heights.
_BELOW = (32.0, 48.0)
# At this height a tilting head takes the whole neck along, and at this height none of it.
_ALONG, _STAYS = 40.0, -60.0
# Where the head tilts, on the mean face, mm; the neck swings aside by no more than this, mm.
_PIVOT, _SWINGS_MM = (0.0, -18.0, -78.0), 30.0
# Behind the near ear the neck hangs on the skull, which turns: its outline there lies farther out by so many mm, times
# the sine of the yaw, from the second of these heights on; below the first it stays. Outlines of 300 official
# portraits lie farther out than those of frontal heads turned by 0.4 to 0.7 mm a degree; many of them turn their
# shoulders too. Lower down what hardly moves is as the photograph has it: a neck beside that is half seen through.
# Beyond 25 degrees it goes back, to 0 at the last sine: the ear comes forward and hides it no more. Where the
# photograph shows the far side of a turned head it lies as much farther in: in 239 portraits halves differ so.
_NEAR_MM, _BROADER, _BACK = 33.0, (0.0, 47.0), 0.85
# What has its colour by such shares is neck if it was found to be skin; it is by the second ones whatever it was taken
# for: necks in deep shade are found to be hair.
# Spots no wider than twice the first of these, mm, are what is around them: sheen, moles, creases; what lies within the
# second of what is unlike is so too: the edge of cloth is shaded.
_LIKE, _JUST_LIKE, _SPOTS_MM, _RIM_MM = (0.3, 0.7), (0.8, 0.98), 2.0, 1.5


@dataclass(frozen=True)
class Neck:
    """The neck as it would be seen without the face before it.

    Attributes:
        colour: Its skin ``(B, 3, h, w)``, linear sRGB.
        cover: Where it is ``(B, 1, h, w)``, 0..1.
        below: What lies below the ears ``(B, 1, h, w)``, 0..1.
        stands: Where it stays as it is under a head that turns away from there: toward its outline, not in its middle
            ``(B, 1, h, w)``; 0..1, and negative on the left, until `tilted` tells which side that is.
        alike: What has the colour of its middle ``(B, 1, h, w)``, 0..1; 0 far from it.
        shade: How much light the jaw above it takes away right below ``(B, 1, 1, 1)``, 0..1.
        along: Whether what hangs on the left and on the right goes along with the head, hair beside no wall, or beard
            ``(B, 2, 1, 1)``, 0..1: no collar is told from it; nor is one in a grey picture.
    """

    colour: Tensor
    cover: Tensor
    below: Tensor
    stands: Tensor
    alike: Tensor
    shade: Tensor
    along: Tensor


@kept(
    *PLACED,
    *(f"regions.{name}" for name in ("person", "body", "hair", "clothes", "skin")),
    "grey",
    "surface.face",
)
def neck_of(source: Decomposition) -> Neck:
    """The neck of each face, grown from what is seen of it; a face keeps it for its other variants."""
    colour, cover, stands, alike = (torch.zeros_like(each) for each in (source.linear, *[source.regions.body] * 3))
    (across, up), along = upright(source), cover.new_ones(len(source), 2, 1, 1)
    box, shade = extent(above(EARS[1] - up, 0) * above(_MOST - across.abs(), 0)), cover.new_zeros(len(source), 1, 1, 1)
    if box is not None:
        part = (..., *box)
        maps = _grown_up(source, part, across[part], up[part])
        colour[part], cover[part], stands[part], alike[part], shade, along = maps
    return Neck(colour, cover, 1 - smooth_step(*_BELOW, up), stands, alike, shade, along)


def _grown_up(source: Decomposition, part: tuple[Any, ...], across: Tensor, up: Tensor) -> tuple[Tensor, ...]:
    """Colour, cover, outline, likeness and shade of the neck in the part of the window where one can be."""
    scale, linear = float(source.pose.scale.mean()), source.linear[part]
    seen = source.regions.body[part] * (1 - source.surface.face[part]) * above(HIGH - up, 0) * above(up, LOW)
    seen = seen * smooth_step(*_BROAD, gaussian(seen, _BROAD_MM * scale))
    regions = source.regions
    alike = skin_of_neck(linear, seen, regions.skin[part], across, up)
    alike = closing(alike, round(_SPOTS_MM * scale))
    seen = seen * alike
    hair = hair_hangs(source) * wide(regions.person[part], (across, up))
    along = torch.maximum(hair, bearded(source.surface.face[part], alike, (across, up), scale))
    along = torch.maximum(along, source.grey[:, None, None, None].to(along))
    reach = outlines((seen, source.surface.face[part], regions.person[part]), along, (across, up))
    left, right = at_lines(reach, up).chunk(2, dim=1)
    bent = 1 + _BENT[0] * smooth_step(*JOINS, up) + _BENT[1] * ((up - HIGH) / (EARS[0] - HIGH)).clamp(min=0) ** 2
    left, right = left * bent, right * bent
    cover = (torch.minimum(across + left, right - across) * (scale / _EDGE_PX) + 0.5).clamp(0, 1)
    cover = cover * (1 - smooth_step(*EARS, up)) * torch.where(across < 0, left > 0, right > 0)
    cover = torch.minimum(cover, torch.lerp(source.regions.person[part], cover, smooth_step(*JOINS, up)))
    bare = source.regions.body[part] * (1 - source.surface.face[part]) * alike * above(HIGH - up, 0)
    cover = torch.maximum(cover, bare * (1 - smooth_step(*JOINS, up)))
    outward = torch.where(across < 0, across / left.clamp(min=1), across / right.clamp(min=1))
    stands = outward.sign() * smooth_step(*_STANDS, outward.abs()) * cover * smooth_step(*JOINS, up)
    colour, shade = colour_of_neck(source, part, (seen, cover), (across, up), (left, right))
    away = 1 - smooth_step(*JAW, gaussian(source.surface.face[part], JAW_MM * scale))
    return torch.lerp(colour, linear, bare * away), cover, stands, alike, shade, along


def tilted(neck: Neck, source: Decomposition, angles: Tensor) -> Neck:
    """The neck under a head that ends at yaw, pitch, roll ``(B, 3)``: it tilts along, less and less downward.

    A head that turns or nods about the neck leaves its outline where it was, but behind the near ear.
    """
    yaw, _, roll = (angles - source.pose.angles)[..., None, None].unbind(dim=1)
    away = -yaw.sign() * smooth_step(*_TURNS, yaw.abs())
    neck = replace(neck, stands=(neck.stands * away[:, None]).clamp(min=0))
    roll = torch.deg2rad(roll)
    broad = _broader(source, angles)
    box = extent(neck.cover, round(_SWINGS_MM * float(source.pose.scale.mean())))
    if box is None or not bool((roll.abs() > 1e-3).any() or (broad > 1e-2).any()):
        return neck
    part = (..., *box)
    across, up = upright(source, box)
    turn = -roll * smooth_step(_STAYS, _ALONG, up[:, 0])
    x, y = away_from(source, _PIVOT, box)
    cos, sin = torch.cos(turn) - 1, torch.sin(turn)
    # What is drawn beside the outline on the near side lies nearer to the axis in what was found.
    side = torch.stack([-across, across], dim=1).clamp(min=0) * (broad / (USUAL + broad))[..., None, None]
    aside = (side[:, 0] - side[:, 1])[:, 0] * smooth_step(*_BROADER, up[:, 0]) * source.pose.scale[:, None, None]
    own = torch.deg2rad(source.pose.angles[:, 2])[:, None, None]
    x, y = x * cos - y * sin + aside * torch.cos(own), x * sin + y * cos + aside * torch.sin(own)
    xs, ys = pixel_centres((source.linear.shape[-2], source.linear.shape[-1]), turn.device)
    there = torch.stack([xs[..., box[1]] + x, ys[box[0]] + y], dim=1)
    colour, cover, stands = neck.colour.clone(), neck.cover.clone(), neck.stands.clone()
    maps = sampled([colour, cover, stands], there, mode="bicubic").clamp_(min=0)
    colour[part], cover[part], stands[part] = maps.split_with_sizes((3, 1, 1), dim=1)
    return replace(neck, colour=colour, cover=cover.clamp_(max=1), stands=stands.clamp_(max=1))


def _broader(source: Decomposition, angles: Tensor) -> Tensor:
    """By how much the neck reaches farther to the left and to the right under a turned head ``(B, 2, 1)``, mm."""
    old, new = (torch.sin(torch.deg2rad(each[:, 0])) for each in (source.pose.angles, angles))
    there, here = (_NEAR_MM * each * (1 - each.abs() / _BACK) for each in (new, old))
    return torch.stack([there - here, here - there], dim=1).clamp(min=0)[..., None]


def under_ears(neck: Neck, source: Decomposition, person: Tensor, box: Box) -> Neck:
    """The neck, no wider than the head above it, whose matte is ``person`` ``(B, 1, h, w)``; within ``box``."""
    across, up = upright(source, box)
    reach = head_widths(person[(..., *box)], across, up)
    limit = (_LOBES - up).clamp(min=0) * _LEANS - _BEHIND_EAR
    left, right = reach[:, :1, None, None] + limit, reach[:, 1:, None, None] + limit
    scale = float(source.pose.scale.mean())
    within = (torch.minimum(across + left, right - across) * (scale / _EDGE_PX) + 0.5).clamp(0, 1)
    cover = neck.cover.clone()
    cover[(..., *box)] *= within
    return replace(neck, cover=cover)


def shaded(neck: Neck, face: Tensor, box: Box, scale: float) -> Neck:
    """The neck in the shade of the jaw above it, where the turned face ``(B, 1, h, w)`` now is; within ``box``."""
    part, colour = (..., *box), neck.colour.clone()
    colour[part] *= 1 - _ASIDE * neck.shade * smooth_step(*_UNDER, gaussian(face[part].clamp(0, 1), _UNDER_MM * scale))
    return replace(neck, colour=colour)


def like_neck(neck: Neck, skin: Tensor, place: Tensor, scale: float) -> Tensor:
    """What of a turned head's part is neck ``(B, 1, h', w')``, 0..1, and neither cloth nor hair that moved there.

    Args:
        neck: The neck.
        skin: Skin of the part, likewise.
        place: Where its pixels come from ``(B, 2, h', w')``, window pixels.
        scale: Pixels per millimetre.
    """
    alike = sampled(neck.alike, place, (neck.alike.shape[-2], neck.alike.shape[-1]))
    found = smooth_step(*_LIKE, alike * gaussian(skin, scale))
    found = torch.maximum(found, smooth_step(*_JUST_LIKE, gaussian(alike, scale)))
    return smallest(found, round(_RIM_MM * scale))
