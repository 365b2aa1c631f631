"""The neck that a turning jaw uncovers: it goes on upward behind the jaw, as wide as it was seen to be below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from faceaug.face.geometry import project
from faceaug.face.kept import kept
from faceaug.image.extent import Box, extent
from faceaug.image.filter import gaussian
from faceaug.image.shade import above, smooth_step
from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.growth import laid_out, texture_of
from faceaug.stages.neck_width import HIGH, LOW, USUAL, half_widths, skin_of_neck
from faceaug.stages.unseen import filled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# A point of the neck's axis on the mean face, mm: behind the chin. All heights below count from there, in mm.
_AXIS = (0.0, -110.0, -78.0)
# Nothing is looked at farther aside than this, mm.
_MOST = 85.0
# Skin within this distance, mm, must mostly be skin: no strip beside a collar.
_BROAD_MM, _BROAD = 1.0, (0.6, 0.9)
# Between these heights its outline goes over from what was seen into what is drawn.
_JOINS = (-12.0, 8.0)
# It ends behind the ears, fading between these heights. By such shares it is wider where its drawn outline begins than
# where it was seen, and again behind the ears: no neck goes straight up.
_EARS, _BENT = (80.0, 96.0), (-0.02, 0.06)
# Its edge is so wide, pixels, as a lens draws edges.
_EDGE_PX = 2.0
# From the first of these shares of half its width on it begins to stay where it is under a head that turns away from
# that side, and does from the second on; by as many degrees as the last ones.
_STANDS, _TURNS = (0.3, 0.85), (1.0, 8.0)
# Its colour is that of what is seen of it straight below, over this width, mm, and by so much darker behind the ears.
_WIDE_MM, _SHADE = 3.0, 0.12
# Neck with such a share of face around, within this distance, mm, is in the shade of the jaw and tells little of its
# colour. Where it joins what is seen it is as light as that, within this factor either way.
_JAW, _JAW_MM, _LEAST_LIT, _JOINED = (0.02, 0.15), 8.0, 0.03, 1.6
# Right below the jaw it is darker at most by this; that fades with the face's share of what lies within this
# distance, mm.
_DARKEST, _UNDER, _UNDER_MM = 0.5, (0.0, 0.5), 9.0
# Behind the jaw, from the second of these heights on, it is lit by no more than this share of what the cheek on its
# side is, so far aside and between the last heights, mm.
_BESIDE, _JAWS, _ASIDE, _CHEEK = 0.85, (-5.0, 20.0), 30.0, (15.0, 55.0)
# Its texture is weaker than the skin's, by this factor: no folds.
_CALM = 0.8
# What moves is neck, no ear, below these heights.
_BELOW = (32.0, 48.0)
# At this height a tilting head takes the whole neck along, and at this height none of it.
_ALONG, _STAYS = 40.0, -60.0
# Where the head tilts, on the mean face, mm; the neck swings aside by no more than this, mm.
_PIVOT, _SWINGS_MM = (0.0, -18.0, -78.0), 30.0
# Behind the near ear the neck hangs on the skull, which turns: its outline there lies farther out by so many mm, times
# the sine of the yaw, from the second of these heights on; below the first it stays. Outlines of 300 official
# portraits lie farther out than those of frontal heads turned by 0.4 to 0.7 mm a degree; many of them turn their
# shoulders too.
# Beyond 25 degrees it goes back, to 0 at the last sine: the ear comes forward and hides it no more.
_NEAR_MM, _BROADER, _BACK = 33.0, (-15.0, 45.0), 0.85
# What has its colour by such shares is neck if it was found to be skin; it is by the second ones whatever it was taken
# for: necks in deep shade are found to be hair.
_LIKE, _JUST_LIKE = (0.3, 0.7), (0.8, 0.98)
# All rows and columns.
_WHOLE: Box = (slice(None), slice(None))


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
    """

    colour: Tensor
    cover: Tensor
    below: Tensor
    stands: Tensor
    alike: Tensor
    shade: Tensor


@kept(
    "linear",
    "regions.person",
    "regions.body",
    "surface.face",
    "pose.angles",
    "pose.rotation",
    "pose.scale",
    "pose.centre",
)
def neck_of(source: Decomposition) -> Neck:
    """The neck of each face, grown from what is seen of it; a face keeps it for its other variants."""
    colour, cover, stands, alike = (torch.zeros_like(each) for each in (source.linear, *[source.regions.body] * 3))
    across, up = upright(source)
    box, shade = extent(above(_EARS[1] - up, 0) * above(_MOST - across.abs(), 0)), cover.new_zeros(len(source), 1, 1, 1)
    if box is not None:
        part = (..., *box)
        maps = _grown_up(source, part, across[part], up[part])
        colour[part], cover[part], stands[part], alike[part], shade = maps
    return Neck(colour, cover, 1 - smooth_step(*_BELOW, up), stands, alike, shade)


def _grown_up(source: Decomposition, part: tuple[Any, ...], across: Tensor, up: Tensor) -> tuple[Tensor, ...]:
    """Colour, cover, outline, likeness and shade of the neck in the part of the window where one can be."""
    scale, linear = float(source.pose.scale.mean()), source.linear[part]
    seen = source.regions.body[part] * (1 - source.surface.face[part]) * above(HIGH - up, 0) * above(up, LOW)
    seen = seen * smooth_step(*_BROAD, gaussian(seen, _BROAD_MM * scale))
    alike = skin_of_neck(linear, seen, across, up)
    seen = seen * alike
    left, right = half_widths(seen, source.surface.face[part], source.regions.person[part], across, up).chunk(2, dim=1)
    bent = 1 + _BENT[0] * smooth_step(*_JOINS, up) + _BENT[1] * ((up - HIGH) / (_EARS[0] - HIGH)).clamp(min=0) ** 2
    left, right = left * bent, right * bent
    cover = (torch.minimum(across + left, right - across) * (scale / _EDGE_PX) + 0.5).clamp(0, 1)
    cover = cover * (1 - smooth_step(*_EARS, up)) * torch.where(across < 0, left > 0, right > 0)
    cover = torch.minimum(cover, torch.lerp(source.regions.person[part], cover, smooth_step(*_JOINS, up)))
    outward = torch.where(across < 0, across / left.clamp(min=1), across / right.clamp(min=1))
    stands = outward.sign() * smooth_step(*_STANDS, outward.abs()) * cover * smooth_step(*_JOINS, up)
    texture = texture_of(linear, seen, torch.zeros_like(seen), scale)
    strength = texture.abs().mean(dim=1, keepdim=True)
    usual = (strength * seen).sum(dim=(1, 2, 3), keepdim=True) / seen.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1)
    strength = torch.minimum(filled(strength, seen), usual)
    texture = strength * laid_out(texture, seen, cover, scale)
    jaw = smooth_step(*_JAW, gaussian(source.surface.face[part], _JAW_MM * scale))
    lit = seen * (1 + _LEAST_LIT - jaw)
    colour = _straight_up(linear, lit, across)
    colour = colour * filled(linear / colour.clamp(min=1e-3), lit).clamp(1 / _JOINED, _JOINED)
    dark = seen * jaw
    was, lit_there = ((each * dark).sum(dim=(1, 2, 3), keepdim=True) for each in (linear, colour))
    shade = (1 - was / lit_there.clamp(min=1e-4)).clamp(0, _DARKEST)
    colour = colour * _beside_jaw(colour, cover, source, part, (across, up))
    colour = colour * (1 - _SHADE * smooth_step(HIGH, _EARS[0], up)) * (1 + _CALM * texture)
    return torch.lerp(colour, linear, seen * (1 - jaw)), cover, stands, alike, shade


def _beside_jaw(
    colour: Tensor, cover: Tensor, source: Decomposition, part: tuple[Any, ...], place: tuple[Tensor, Tensor]
) -> Tensor:
    """How much darker the neck is to be behind the jaw ``(B, 1, h, w)``: no lighter than the cheek on its side."""
    (across, up), less, linear = place, torch.ones_like(cover), source.linear[part]
    cheek = source.regions.skin[part] * above(up, _CHEEK[0]) * above(_CHEEK[1] - up, 0)
    behind = cover * above(up, _CHEEK[0]) * above(_CHEEK[1] - up, 0)
    for side in (-1, 1):
        outer = above(side * across, _ASIDE)
        light = [
            (each.mean(dim=1, keepdim=True) * some * outer).sum(dim=(2, 3), keepdim=True)
            / (some * outer).sum(dim=(2, 3), keepdim=True).clamp(min=1e-3)
            for each, some in ((linear, cheek), (colour, behind))
        ]
        times = (_BESIDE * light[0] / light[1].clamp(min=1e-4)).clamp(_DARKEST, 1)
        times = torch.where(light[0] > 0, times, torch.ones_like(times))
        less = torch.lerp(less, less * times, smooth_step(0.0, _ASIDE, side * across))
    return torch.lerp(torch.ones_like(less), less, smooth_step(*_JAWS, up))


def _straight_up(linear: Tensor, seen: Tensor, across: Tensor) -> Tensor:
    """The colour ``(B, 3, h, w)`` of what is seen, gone on straight up and down: light from the side stays there."""
    count = 2 * int(_MOST) + 1
    column = (across + _MOST).round().long().clamp(0, count - 1)
    rows = []
    for row in range(len(linear)):
        weighted = torch.cat([linear[row] * seen[row], seen[row]]).flatten(1)
        sums = torch.zeros(4, count).to(linear).index_add_(1, column[row].flatten(), weighted)
        wide = gaussian(sums[None, :, None], _WIDE_MM)[0, :, 0] + 1e-3 * sums.mean(dim=1, keepdim=True)
        profile = wide[:3] / wide[3:].clamp(min=1e-6)
        rows.append(profile.index_select(1, column[row].flatten()).reshape(3, *column.shape[-2:]))
    return torch.stack(rows)


def upright(source: Decomposition, box: Box = _WHOLE) -> tuple[Tensor, Tensor]:
    """How far pixels lie to the right of the axis and above its point, as the head tilts ``(B, 1, h, w)``, mm."""
    roll = torch.deg2rad(source.pose.angles[:, 2])[:, None, None]
    x, y = (part / source.pose.scale[:, None, None] for part in _from(source, _AXIS, box))
    cos, sin = torch.cos(roll), torch.sin(roll)
    return (x * cos + y * sin)[:, None], (x * sin - y * cos)[:, None]


def _from(source: Decomposition, point: tuple[float, float, float], box: Box) -> tuple[Tensor, Tensor]:
    """How far pixels of a part lie to the right of and below a point of the mean face ``(B, h, w)``, pixels."""
    corner = torch.tensor(source.corners, dtype=torch.float32, device=source.linear.device)
    point_ = torch.tensor([[point]]).to(source.linear).expand(len(source), 1, 3)
    there = project(point_, source.pose)[:, 0, :2] - corner
    xs, ys = pixel_centres((source.linear.shape[-2], source.linear.shape[-1]), source.linear.device)
    xs, ys = xs[:, box[1]], ys[box[0]]
    size = (len(source), ys.shape[0], xs.shape[1])
    return (xs - there[:, :1, None]).expand(size), (ys - there[:, 1:, None]).expand(size)


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
    x, y = _from(source, _PIVOT, box)
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
    near = [[(side * each).clamp(min=0) for each in (new, old)] for side in (1, -1)]
    grown = [there * (1 - there / _BACK) - here * (1 - here / _BACK) for there, here in near]
    return _NEAR_MM * torch.stack(grown, dim=1).clamp(min=0)[..., None]


def shaded(neck: Neck, face: Tensor, box: Box, scale: float) -> Neck:
    """The neck in the shade of the jaw above it, where the turned face ``(B, 1, h, w)`` now is; within ``box``."""
    part, colour = (..., *box), neck.colour.clone()
    colour[part] *= 1 - neck.shade * smooth_step(*_UNDER, gaussian(face[part].clamp(0, 1), _UNDER_MM * scale))
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
    return torch.maximum(found, smooth_step(*_JUST_LIKE, gaussian(alike, scale)))
