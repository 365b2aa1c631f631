"""Where a photograph shows the frame of glasses that a person wears: rims, bridge, end pieces and temples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from faceaug.face.rotate import head_mesh
from faceaug.face.topology import FACE_OVAL, SURFACE_POINTS
from faceaug.face.worn import worn_glasses
from faceaug.image.filter import closing, largest
from faceaug.image.shade import smooth_fall, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.turning.worn.plane import flat_places, on_plane
from faceaug.stages.turning.worn.rims import end_pieces, on_rays, outermost, rim_strengths, rims, strip_places

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

EARS = tuple(SURFACE_POINTS + FACE_OVAL.index(point) for point in (127, 356))
"""Vertices of a head's mesh at which ears begin, the picture's left one first: beside the face's outline."""

# What is darker or brighter than all around and narrower than the first, mm, tells where rims run. Frame is as narrow;
# or narrower than the second where rims depart by so many times more then, and by so much in the mean, square roots of
# linear light: thick plastic.
_LINE_MM, _WIDE_MM, _WIDER, _STOUT = 4.6, 8.0, 1.22, 0.18
# Lenses that so strong a rim holds, or above alone: on most of 96 wearers; edges of others are no lines to be found for
# sure, and go with the skin.
_RIMS = (0.2, 0.185)
# Both rims are found where they differ by no more than this on average, mm: by 2.6 at most on those where eyes agreed.
_ALIKE_MM = 3.0
# Frame is what departs by such shares of what the strongest within so many mm does, which is at least this, and such a
# part of what rims are.
_SHARE, _STRONGEST_MM, _LEAST, _OF_RIMS = (0.35, 0.65), 2.6, 0.07, 0.5
# Dark frame is none where such shares (of squares) of all that departs are dark, and is; so is bright frame.
_KIND = (0.15, 0.4)
# So far around the eyes are lids and lashes, mm.
_LIDS_MM = 2.0
# The line of a rim, and how wide it is to either side, thin or thick, mm; the bridge lies so near the middle between
# such heights; temples leave within this of their height, and the front ends so far beyond the rims.
_CORE, _RIM, _BRIDGE, _BRIDGE_HIGH = (0.8, 1.6), ((1.6, 2.6), (3.0, 4.2)), (12.0, 15.0), (-5.0, 12.0)
_TEMPLE, _END = (3.0, 4.5), (4.0, 6.0)
# An end piece departs by so much.
_END_PIECE = 0.04
# A temple rises by so much from the front to the ear, in the picture, less so much for each degree that the head looks
# up, mm, between bounds (`faceaug.face.wearing`); it is looked for between the next, at so many places, of which such a
# share is to be skin; one that rises by 10 mm less or more departs as if by so much less.
_RISES, _FAN, _ALONG, _ENOUGH, _STRAYS = (4.7, -0.48, -3.0, 14.0), (-10.0, 24.0), 16, 0.1, 0.03


@dataclass(frozen=True)
class Frame:
    """The frame that one face wears, as its photograph shows it.

    Attributes:
        shown: Where front and end pieces are ``(1, 1, h, w)``, 0..1.
        behind: Where temples are, behind the front and before skin, likewise.
        level: By how much rims depart from the skin, square roots of linear light.
        least: By how much frame departs from the skin at least, square roots of linear light.
        rims: Both rims, as `faceaug.stages.turning.worn.rims.rims` finds them.
        flat: Where on the lenses' plane each pixel lies ``(1, 2, h, w)``, mm.
        rays: How far beyond the rims each pixel is ``(1, 1, h, w)``, mm, and on which ray.
        other: Where there may be frame that is no rim ``(1, 1, h, w)``, 0..1.
        hinges: Where the temples leave the front ``(2, 2)``, mm on the plane, the picture's left one first.
        ears: Where they reach the ears ``(2, 2)``, window pixels.
        told: Of which temple the end piece was seen ``(2,)``.
    """

    shown: Tensor
    behind: Tensor
    level: float
    least: float
    rims: Tensor
    flat: Tensor
    rays: tuple[Tensor, Tensor]
    other: Tensor
    hinges: Tensor
    ears: Tensor
    told: Tensor


def frame_of(source: Decomposition) -> Frame | None:
    """Find the frame of the only face; None where none is worn, lenses are tinted, or nothing holds their edges."""
    if worn_glasses(source).kind != "clear":
        return None
    linear, scale = source.linear, float(source.pose.scale[0])
    encoded, places = linear.clamp(min=0).sqrt(), strip_places(linear.device)
    lids = 1 - largest(source.regions.eyes, max(1, round(_LIDS_MM * scale)))
    narrow, wide = (_departs(encoded, width * scale) * lids for width in (_LINE_MM, _WIDE_MM))
    much = narrow.amax(dim=1, keepdim=True)
    at = on_plane(source, places.flatten(0, 1))[0, :, :2] - linear.new_tensor(source.corners[0])
    strip = sampled(much, at.T.reshape(1, 2, *places.shape[:2]))
    found = rims(strip)
    level, upper = rim_strengths(strip, found)
    if (level < _RIMS[0] and upper < _RIMS[1]) or float((found[0] - found[1]).abs().mean()) > _ALIKE_MM:
        return None
    flat, there = flat_places(source, (linear.shape[-2], linear.shape[-1]))
    rays, edges, (height, ending) = on_rays(flat, found), outermost(found), end_pieces(strip, found)
    line = there * smooth_fall(*_CORE, rays[0].abs())
    thin, thick = (float((each.amax(dim=1, keepdim=True) * line).sum()) for each in (narrow, wide))
    stout = int(thick > _WIDER * thin > _WIDER * _STOUT * float(line.sum()))
    ends, told = edges + _END[0], ending > _END_PIECE
    hinges = torch.stack([torch.stack([-ends[0], ends[1]]), height], dim=1)
    starts, ears = _temples(source, much, hinges)
    behind = (_lines(starts, ears, scale, linear) * told[:, None, None]).amax(dim=0)[None, None]
    behind = behind * lids * (1 - source.regions.hair) * source.surface.face
    bridge, piece = _bridge(flat, rays[0]), _end_pieces(flat, rays[0], edges, height)
    aside = flat[:, :1].abs() - torch.where(flat[:, :1] > 0, edges[1], edges[0])
    within, strong = smooth_fall(*_END, aside) * there * lids, max(level, upper)
    least = max(_LEAST, _OF_RIMS * level)
    rim = torch.maximum(smooth_fall(*_RIM[stout], rays[0].abs()), bridge) * within
    shown = _frame((narrow, wide)[stout], rim, least, scale) * rim
    stout_ones = _frame(wide, torch.maximum(piece * within, behind), least, scale)
    shown = torch.maximum(shown, stout_ones * piece * within)
    other = torch.maximum(bridge, piece)
    return Frame(shown, stout_ones * behind, strong, least, found, flat, rays, other, hinges, ears, told)


def _departs(encoded: Tensor, wide: float) -> Tensor:
    """How much darker and how much brighter than all around each pixel is ``(B, 2, h, w)``, if it is so narrow, pixels.

    ``encoded`` holds square roots of linear light ``(B, 3, h, w)``.
    """
    radius = max(2, round(wide / 2))
    dark, bright = closing(encoded, radius) - encoded, encoded + closing(-encoded, radius)
    return torch.cat([each.amax(dim=1, keepdim=True) for each in (dark, bright)], dim=1)


def _frame(departs: Tensor, zone: Tensor, least: float, scale: float) -> Tensor:
    """What of a zone ``(1, 1, h, w)`` is frame, 0..1, if it departs so much, darker or brighter ``(1, 2, h, w)``."""
    dark, bright = largest(departs * zone, max(1, round(_STRONGEST_MM * scale))).chunk(2, dim=1)
    share = dark.square() / (dark.square() + bright.square()).clamp(min=1e-6)
    kinds = torch.cat([smooth_step(*_KIND, share), smooth_step(*_KIND, 1 - share)], dim=1)
    strongest = torch.maximum(dark, bright).clamp(min=least)
    return smooth_step(*_SHARE, (departs * kinds).amax(dim=1, keepdim=True) / strongest)


def _bridge(flat: Tensor, beyond: Tensor) -> Tensor:
    """Where a bridge may be ``(1, 1, h, w)``, 0..1, of places of the plane ``(1, 2, h, w)``, mm."""
    low, top = _BRIDGE_HIGH
    level = smooth_step(low - 2, low, flat[:, 1:]) * smooth_fall(top, top + 2, flat[:, 1:])
    return smooth_fall(*_BRIDGE, flat[:, :1].abs()) * level * smooth_step(-1.0, 1.0, beyond)


def _end_pieces(flat: Tensor, beyond: Tensor, edges: Tensor, heights: Tensor) -> Tensor:
    """Where end pieces may be, likewise."""
    edge, height = (torch.where(flat[:, :1] > 0, each[1], each[0]) for each in (edges, heights))
    level = smooth_fall(*_TEMPLE, (flat[:, 1:] - height).abs())
    return smooth_step(-2.0, 0.0, beyond) * level * (flat[:, :1].abs() > edge - 8)


def _temples(source: Decomposition, departs: Tensor, hinges: Tensor) -> tuple[Tensor, Tensor]:
    """Where temples leave the front and where they reach the ears, both ``(2, 2)``, window pixels.

    Args:
        source: The photograph of the only face.
        departs: How much each pixel departs from what is around it ``(1, 1, h, w)``.
        hinges: Where they leave it on the plane ``(2, 2)``, mm.
    """
    scale, rotation = float(source.pose.scale[0]), source.pose.rotation[0]
    starts = on_plane(source, hinges)[0, :, :2] - source.points.new_tensor(source.corners[0])
    stops = starts.new_tensor(ears_of(head_mesh(source)[0]))
    up = torch.stack([rotation[0, 1], -rotation[1, 1]])
    usual = min(max(_RISES[0] + _RISES[1] * float(source.pose.angles[0, 1]), _RISES[2]), _RISES[3])
    rises = torch.arange(_FAN[0], _FAN[1] + 0.1, 1.0, device=starts.device)
    share = torch.linspace(0, 1, _ALONG, device=starts.device)[:, None]
    clear = source.surface.face * (1 - source.regions.hair)
    made = []
    for start, stop in zip(starts, stops, strict=True):
        level = stop - up * ((stop - start) @ up)
        fan = level + up * rises[:, None] * scale
        places = torch.lerp(start.expand_as(fan)[:, None], fan[:, None], share)
        seen, bare = sampled(torch.cat([departs * clear, clear], dim=1), places.permute(2, 0, 1)[None])[0].mean(dim=2)
        best = int((seen / (bare + _ENOUGH) - _STRAYS * ((rises - usual) / 10).square()).argmax())
        made.append(fan[best])
    return starts, torch.stack(made)


def _lines(starts: Tensor, stops: Tensor, scale: float, like: Tensor) -> Tensor:
    """Where temples are seen that run from places to others ``(2, 2)``, window pixels: ``(2, h, w)``, 0..1."""
    xs, ys = pixel_centres((like.shape[-2], like.shape[-1]), like.device)
    made = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        right, down = stop[0] - start[0], stop[1] - start[1]
        length = max((right * right + down * down) ** 0.5, 1.0)
        x, y = xs - start[0], ys - start[1]
        along, across = (x * right + y * down) / length, (y * right - x * down).abs() / length
        there = smooth_step(-2 * scale, 0.0, along) * smooth_fall(length, length + 1, along)
        made.append(there * smooth_fall(_TEMPLE[0] * scale, _TEMPLE[1] * scale, across))
    return torch.stack(made)


def ears_of(mesh: Tensor) -> list[tuple[float, float]]:
    """Where temples meet the ears, the picture's left one first, of a head's mesh ``(V, 3)``: x and y, its pixels."""
    return [(x, y) for x, y in mesh[list(EARS), :2].tolist()]
