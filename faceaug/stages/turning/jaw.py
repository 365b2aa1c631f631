"""The jaws of a turned head: skin turns away into shade toward their edge, and the neck beneath lies in their shade.

A photograph from ahead sees the near one as the outline of the face, with wall or a lit neck behind it. Turned, a cheek
as light as before would end before a neck as light, as if it were cut out with scissors. And the far outline lies where
the photograph showed the middle of a cheek.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from faceaug.face.brightness import brightness
from faceaug.face.kept import kept
from faceaug.face.shade_colour import deepened
from faceaug.image.color import luminance
from faceaug.image.extent import Box, extent, in_blocks, moved
from faceaug.image.filter import closing, enlarge, gaussian, reduce
from faceaug.image.shade import above, between, smooth_fall, smooth_step, without
from faceaug.image.warp import sampled
from faceaug.stages.turning.necks.neck import neck_of
from faceaug.stages.turning.necks.upright import PLACED
from faceaug.stages.turning.ramus import with_ramus
from faceaug.stages.turning.unseen import filled
from faceaug.stages.wall import distance

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

# Skin that lies so far outside of the face's outline, mm, is by so many stops darker than the cheek within: near jaws,
# and far ones; at the angle, above these heights on the mean face, mm, by so many times that. The step of near ones:
# medians of 34 portraits that show the head turned by 11 to 28 degrees, each laid with its steepest place on the
# outline, for medians at a distance from the mesh lay flat a step that is 4 mm wide on each of them, 0.7 stops deep,
# and lighter again beneath. Within it: 32 portraits (12 degrees, median) are darker than the cheek farther in by 0.33,
# 0.45, 0.56 and 0.59 stops 8, 6, 4 and 0 mm within the mesh, 66 to 78 mm below the root of the nose; frontal heads
# turned by as much were by 0.20, 0.24, 0.25 and 0.37, now by 0.28, 0.30, 0.33 and 0.42. Far ones: 30 portraits, at a
# distance from the mesh.
_AT_MM = (-16.0, -12.0, -8.0, -6.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 14.0, 22.0)
_NEAR = (0.0, 0.26, 0.5, 0.6, 0.7, 0.82, 0.89, 0.97, 1.1, 1.24, 1.22, 1.13, 1.03, 0.9, 0.8, 0.65, 0.0)
_FAR = (0.0, 0.0, 0.13, 0.27, 0.47, 0.68, 0.82, 0.95, 1.0, 1.05, 1.05, 1.05, 1.0, 0.9, 0.8, 0.5, 0.0)
_ANGLE, _HIGH = 0.8, (-88.0, -70.0)
# It is looked up in steps of a millimetre divided by this: no steps are seen.
_FINE = 16
# It ends before the wall over this, pixels: no steps.
_FAR_PX = 1.0
# So far within the outline lies the cheek, mm; its ends are soft by the last.
_CHEEK, _SOFT_MM = (-26.0, -13.0), 4.0
# Shades are as deep as the photograph's own: aside of the chin, by so many mm and below this height, so far outside of
# the outline, mm, portraits are by this many stops darker than the cheek (median); so many times that counts at least
# and at most, and what is told by fewer squares of skin does not.
_ASIDE, _LOW, _BENEATH, _USUAL, _TIMES, _FEW = 10.0, -85.0, (1.0, 6.0), 1.5, (0.67, 1.35), 12.0
# Where the neck that moves along is darker than that beneath the jaw, by so many times at most, mm outside of the
# outline, so is the neck that comes into sight beside it, but not from the last heights on, mm.
_MOVED, _DEEPER, _DEEP_MM, _FADES = (0.5, 2.0, 7.0, 9.0), 2.0, 4.0, (-90.0, -66.0)
# All this begins so far aside of the chin, mm, and ends between these heights, below the lobe of the ear, mm; it comes
# with a turn by so many degrees.
_BEGINS, _ENDS, _TURNS = (0.0, 14.0), (-56.0, -40.0), (2.0, 10.0)
# What lacks is at most so many times the shade that is meant: a neck much lighter than its cheek gets no edge where
# that ends.
_MOST = 1.5
# Skin's light is told over this, mm, and shades are as smooth as this, mm, on a picture of so many pixels a millimetre.
_TOLD_MM, _SMOOTH_MM, _COARSE = 2.0, 1.5, 1.0
# So wide is the edge itself, mm, where skin ends before skin, within such distances of the outline, mm; so much skin
# there must be.
_EDGE_MM, _BAND_MM, _SKIN = 0.8, (0.8, 2.0), (0.3, 0.7)
# What lies in gaps of skin up to twice this, mm, is skin too: rims and creases are often taken for something else.
_GAP_MM = 2.5
# Less skin around tells nothing.
_TELLS = (0.02, 0.1)


class _Skin(NamedTuple):
    """Skin about the jaws, on a small picture; all ``(B, 1, h, w)``.

    Attributes:
        lit: How light each pixel is.
        off: How far outside of the face's outline it lies, mm.
        high: How high on the mean face, mm.
        along: How far it is of a jaw, 0..1.
        near: Whether it is on the near side, 0 or 1.
        skin: Skin of the face, likewise.
        neck: That of the neck, likewise.
        new: Neck that came into sight, likewise.
        scale: Pixels per millimetre.
    """

    lit: Tensor
    off: Tensor
    high: Tensor
    along: Tensor
    near: Tensor
    skin: Tensor
    neck: Tensor
    new: Tensor
    scale: float


def shaded_jaw(
    picture: Tensor, there: Decomposition, source: Decomposition, sight: Sight, lies: tuple[Tensor, Tensor]
) -> Tensor:
    """Let both jaws turn away into shade, before a neck that lies in their shade.

    Args:
        picture: The turned head ``(B, 3, h, w)``, linear; changed in place.
        there: Its parts.
        source: Those of the photograph.
        sight: Where the turned head's pixels were seen.
        lies: Where the turned face is, and neck that came into sight, each ``(B, 1, h, w)``, 0..1.
    """
    factor = max(1, int(sight.scale / _COARSE))
    found = _beside_jaws(there, source, sight, lies[0], factor)
    if found is None:
        return picture
    box, along, near, high = found
    part, regions = (..., *box), there.regions
    own, face, bared = (each[part] for each in (picture, *lies))
    alike = sampled([neck_of(source).alike], sight.place[part], (picture.shape[-2], picture.shape[-1]))
    cloth = (regions.clothes[part] + regions.hair[part]).clamp_(max=1)
    body = of_skin(regions.body[part], alike, source)
    neck = without((body + regions.skin[part]).clamp_(max=1), cloth).add_(bared).clamp_(0, 1)
    neck = torch.maximum(torch.maximum(neck, alike), regions.skin[part] * face)
    neck = closing(neck, round(_GAP_MM * sight.scale))
    neck = without(neck, face).mul_(regions.person[part])
    off, skin = outside(face, sight.scale), regions.skin[part] * face
    sine = torch.sin(torch.deg2rad(there.pose.angles[:, 0])) * (there.pose.angles - source.pose.angles)[:, 0].sign()
    own, jaw, off = with_ramus(own, (face, bared), off, (near, high, sine[:, None, None, None]), sight.scale)
    skin, face = skin + jaw - face, jaw
    neck = without(neck, face)
    maps = [luminance(own), off, skin, neck, neck * bared]
    lit, small_off, skin, small_neck, new = reduce(torch.cat(maps, dim=1), factor).chunk(5, dim=1)
    scale, size = sight.scale / factor, (own.shape[-2], own.shape[-1])
    told = _told(_Skin(lit, small_off, high, along, near, skin, small_neck, new, scale), own_shade(source))
    told, along, near = enlarge(torch.cat([told, along, near], dim=1), size, factor).split_with_sizes((6, 1, 1), dim=1)
    had, tells, depths = told.chunk(3, dim=1)
    meant = _profile(off, near) * depths
    inner, outer = (torch.minimum((meant - had).clamp_(min=0), _MOST * meant) * tells).chunk(2, dim=1)
    soft, below = gaussian(torch.cat([face, neck], dim=1), _FAR_PX).chunk(2, dim=1)
    below = torch.lerp(below, without(smooth_step(0.0, _SKIN[1], neck), face), near)
    stops = inner * torch.lerp(soft, face, near) + outer * below
    shaded = own * deepened(torch.exp2(-stops).expand(-1, 3, -1, -1), torch.ones_like(stops), there)
    edge = smooth_fall(*_BAND_MM, off.abs_()) * smooth_step(*_SKIN, 2 * gaussian(neck, sight.scale)) * along * near
    picture[part] = torch.lerp(shaded, gaussian(shaded, _EDGE_MM * sight.scale), edge)
    return picture


def _beside_jaws(
    there: Decomposition, source: Decomposition, sight: Sight, face: Tensor, factor: int
) -> tuple[Box, Tensor, Tensor, Tensor] | None:
    """The part of the window about the jaws, in whole blocks; how far it is those, whether near, how high, reduced."""
    yaw = (there.pose.angles - source.pose.angles)[:, 0, None, None, None]
    whole = extent(face, round(_AT_MM[-1] * sight.scale)) if bool((yaw.abs() > _TURNS[0]).any()) else None
    if whole is None:
        return None
    whole = in_blocks(whole, factor)
    aside, high = sampled(source.surface.position[:, :2], reduce(sight.place[(..., *whole)], factor)).chunk(2, dim=1)
    # The side that a turn brings before us: the left one where the nose goes to the right.
    near = above(-yaw.sign() * aside, 0)
    along = smooth_step(*_BEGINS, aside.abs()) * smooth_fall(*_ENDS, high) * smooth_step(*_TURNS, yaw.abs())
    box = extent(along)
    if box is None:
        return None
    down, across = (slice(side.start * factor, side.stop * factor) for side in box)
    return moved((down, across), whole), along[(..., *box)], near[(..., *box)], high[(..., *box)]


def _told(about: _Skin, depth: Tensor) -> Tensor:
    """What light tells of cheek and neck; ``depth`` as `own_shade` tells.

    Returns:
        By how many stops each is darker than the cheek within, how far that counts, 0..1, and how many times as dark as
        usual it is to be ``(B, 6, h, w)``.
    """
    lit, off, high, along, near, skin, neck, new, scale = about
    start, end = _CHEEK
    cheek = skin * smooth_step(start, start + _SOFT_MM, off) * smooth_fall(end - _SOFT_MM, end, off)
    light = filled(lit, cheek * along, 0.05).clamp(min=1e-3)
    times = torch.lerp(torch.ones_like(high), torch.full_like(high, _ANGLE), smooth_step(*_HIGH, high)) * depth * along
    beneath = (neck - new).clamp(min=0) * smooth_step(*_MOVED[:2], off) * smooth_fall(*_MOVED[2:], off) * along
    deeper = torch.log2(light / _mean(lit, beneath, scale)[0]) / (_profile(off, near) * times).clamp(min=0.1)
    deeper = gaussian(filled(deeper.clamp(1, _DEEPER), beneath, 0.1), _DEEP_MM * scale).clamp(1, _DEEPER)
    deeper = (deeper - 1) * smooth_fall(*_FADES, high) * new / neck.clamp(min=0.05) * near
    lights = [_mean(lit, some, scale) for some in (skin, neck)]
    had = [torch.log2(light / there) for there, _ in lights]
    tells = [smooth_step(*_TELLS, much) for _, much in lights]
    return gaussian(torch.cat([*had, *tells, times, times * (1 + deeper)], dim=1), _SMOOTH_MM * scale)


def _mean(lit: Tensor, some: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """How light some of a picture is around each pixel ``(B, 1, h, w)``, and how much of it there is."""
    light, much = gaussian(torch.cat([lit * some, some], dim=1), _TOLD_MM * scale).chunk(2, dim=1)
    return (light / much.clamp(min=1e-3)).clamp(min=1e-3), much


def of_skin(body: Tensor, alike: Tensor, source: Decomposition) -> Tensor:
    """What of a body is skin ``(B, 1, h, w)``: regions tell no cloth of a grey picture, but light does.

    Args:
        body: Likewise, 0..1.
        alike: What has the neck's colour, as `neck_of` tells, likewise.
        source: The photograph.
    """
    return torch.minimum(body, torch.maximum(alike, (~source.grey)[:, None, None, None].to(alike)))


def outside(face: Tensor, scale: float) -> Tensor:
    """How far outside of the outline of a face ``(B, 1, h, w)`` each pixel lies, mm; less than 0 within."""
    inside = face > 0.5
    return (distance(~inside) - distance(inside)).div_(scale)


def _profile(off: Tensor, near: Tensor) -> Tensor:
    """How much darker than the cheek skin is that lies so far outside of a jaw's outline ``(B, 1, h, w)``, stops."""
    stops = _stops().to(off)
    first, count = _AT_MM[0], stops.shape[1]
    at = ((off - first) * _FINE).round_().clamp_(0, count - 1).long()
    return stops.flatten()[at.add_(count * (near > 0.5))]


@cache
def _stops() -> Tensor:
    """Likewise on far sides and on near ones, `_FINE` of them a millimetre ``(2, N)``."""
    at = np.linspace(_AT_MM[0], _AT_MM[-1], round((_AT_MM[-1] - _AT_MM[0]) * _FINE) + 1)
    return torch.from_numpy(np.stack([np.interp(at, _AT_MM, side) for side in (_FAR, _NEAR)])).float()


@kept(
    *PLACED,
    *(f"regions.{name}" for name in ("person", "body", "hair", "clothes", "skin")),
    "grey",
    "surface.face",
    "surface.position",
)
def own_shade(source: Decomposition) -> Tensor:
    """How deep the shade of a jaw is, of what is usual ``(B, 1, 1, 1)``: told aside of the photograph's own chin."""
    scale, face = float(source.pose.scale.mean()), source.surface.face
    body = of_skin(source.regions.body, neck_of(source).alike, source)
    maps = [brightness(source), outside(face, scale), source.regions.skin * face, body]
    maps.append(source.surface.position[:, :2])
    small = reduce(torch.cat(maps, dim=1), max(1, int(scale / _COARSE)))
    lit, off, skin, body, aside, high = small.chunk(6, dim=1)
    low = above(aside.abs(), _ASIDE) * above(_LOW - high, 0)
    light, dark = (
        torch.cat([lit * some, some], dim=1).sum(dim=(2, 3))[..., None, None]
        for some in (skin * between(_CHEEK, off) * low, body * between(_BENEATH, off) * low)
    )
    bright, shade = ((each[:, :1] / each[:, 1:].clamp(min=1e-3)).clamp(min=1e-3) for each in (light, dark))
    told = (torch.log2(bright / shade) / _USUAL).clamp(*_TIMES)
    return torch.where(torch.minimum(light, dark)[:, 1:] < _FEW, torch.ones_like(told), told)
