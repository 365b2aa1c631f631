"""The front of glasses that a person wears: a thing of its own, stiff, that stands before the face and goes along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from faceaug.face.decomposition import REGIONS, joined
from faceaug.face.kept import Kept, kept
from faceaug.image.filter import fill_outside, largest
from faceaug.image.shade import above, smooth_fall, smooth_step
from faceaug.stages.turning.worn.found import Frame, frame_of
from faceaug.stages.turning.worn.stroke import stroke, usual_width

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# A head that is turned by less keeps its glasses as they are, degrees.
_TURNS = 4.0
# Around the frame the skin is filled in, mm.
_EDGE_MM = 0.8
# A frame's own colour is that of its strongest pixel so near, mm, at most by this factor farther from the skin's; rims
# of such widths, mm, are nowhere seen alone, and are that much farther.
_STRONGEST_MM, _FARTHER, _THIN_MM, _THINNEST = 2.6, 2.5, (2.5, 4.5), 0.4
# What departs by such shares of that is skin between frame, and is frame: else a wall beyond the cheek shows it.
_BARELY = (0.1, 0.5)
# What departs by the first part of what rims do is the edge of a lens, through which one sees; by the second it is
# solid. Of the ratio of light that passes so much, linear, is haze.
_SOLID, _DIM = (0.4, 0.7), 0.01
# Beside a rim, so far beyond its usual width, mm, all is lens or skin.
_BESIDE = (0.9, 2.0)
# Temples have the height and colour of what is seen of them, so near to their height, from the end piece to so far
# beyond the rim, mm.
_NEAR_MM, _SHOWN_MM, _STRONG = (3.0, 4.5), (1.0, 10.0), (0.5, 0.9)
# Of a column that counts what is so much temple, less what the picture's blur makes of it, pixels. What is seen of the
# other one counts by the last share.
_CORE, _BLUR = 0.3, 0.8
_OTHER = 0.3


@dataclass(frozen=True)
class Front:
    """The front of the glasses of each face, and the photograph without glasses.

    Attributes:
        colour: Its own colour ``(B, 3, h, w)``, linear.
        cover: How much of each pixel it covers ``(B, 1, h, w)``, 0..1; 0 where none are worn.
        passed: How much of the light it lets pass where it is seen through, as edges of lenses are ``(B, 3, h, w)``.
        bared: The photograph without front and temples ``(B, 3, h, w)``, linear.
        taken: Where that was filled in ``(B, 1, h, w)``, 0..1.
        temples: What is told of the picture's left temple and of the right one ``(B, 2, 8)``: where it begins on the
            plane, aside and up, mm; its height, mm; its colour, linear; where it meets the ear, window pixels. NaN
            where none is told.
        goes_along: Whether any front is told, and goes along.
    """

    colour: Tensor
    cover: Tensor
    passed: Tensor
    bared: Tensor
    taken: Tensor
    temples: Tensor
    goes_along: tuple[bool, ...]


def front_of(source: Decomposition, angles: Tensor) -> Front:
    """The front of the glasses of each face, as the photograph shows it; none of one that is hardly turned.

    ``angles`` are yaw, pitch, roll to which the heads turn ``(B, 3)``, degrees.
    """
    by = (angles - source.pose.angles)[:, :2].abs().amax(dim=1).tolist()
    rows = [source.row(row) for row in range(len(source))]
    fronts = [_front(row) if turn > _TURNS else _none(row.linear) for row, turn in zip(rows, by, strict=True)]
    return fronts[0] if len(fronts) == 1 else joined(fronts)


def _none(linear: Tensor) -> Front:
    nothing = torch.zeros_like(linear[:, :1])
    temples = linear.new_full((1, 2, 8), torch.nan)
    return Front(linear, nothing, torch.ones_like(linear), linear, nothing, temples, (False,))


@kept(
    *("linear", "points", "regions.eyes", "regions.hair", "surface.face"),
    *("pose.angles", "pose.rotation", "pose.scale", "pose.centre"),
)
def _front(source: Decomposition) -> Front:
    """The front of the glasses of the only face."""
    linear, scale = source.linear, float(source.pose.scale[0])
    frame = frame_of(source)
    if frame is None:
        return _none(linear)
    edge = max(1, round(_EDGE_MM * scale))
    taken = largest(torch.maximum(frame.shown, frame.behind), edge)
    bared = torch.lerp(linear, fill_outside(linear, 1 - taken, levels=5), taken)
    off = linear - bared
    much = (linear.clamp(min=0).sqrt() - bared.clamp(min=0).sqrt()).abs().amax(dim=1, keepdim=True)
    most = largest(much * frame.shown, max(1, round(_STRONGEST_MM * scale))).clamp(min=frame.least)
    solid = smooth_step(_SOLID[0] * frame.level, _SOLID[1] * frame.level, most)
    width = usual_width(source, frame.shown * solid, frame.rims)
    thin = 1 + _THINNEST * float(smooth_fall(*_THIN_MM, torch.tensor(width)))
    own = (bared / (-off).clamp(min=1e-4)).amin(dim=1, keepdim=True).clamp(1, thin)  # no colour is darker than black
    ratio = (much / most).clamp(max=1)
    part = torch.lerp(ratio, smooth_step(*_BARELY, ratio), frame.shown)
    farther = own / part.clamp(1 / _FARTHER, 1)
    colour = (bared + off * farther).clamp(min=0)
    layer = torch.cat([frame.shown * solid, colour, 1 / own], dim=1)
    drawn, strokes, goes_on = stroke(source, layer, frame.rims, frame.rays, width=width)
    solid = solid * torch.maximum(frame.other, goes_on)
    cover = part * largest(frame.shown, edge)
    passed = torch.lerp(torch.ones_like(linear), (linear + _DIM) / (bared + _DIM), cover * (1 - solid) * (1 - strokes))
    beyond = frame.rays[0].abs() - width / 2
    cover = cover * solid * torch.maximum(frame.other, smooth_fall(*_BESIDE, beyond))
    strokes = strokes * (1 - cover)
    whole = cover + strokes
    colour, dense = torch.lerp(
        drawn, torch.cat([colour, 1 / own], dim=1), cover / whole.clamp(min=1e-4)
    ).split_with_sizes((3, 1), dim=1)
    strong = torch.cat([smooth_step(*_STRONG, much / most), (much / frame.level).clamp(max=1).square()], dim=1)
    temples, told = _temples(source, frame, strong)[None], (bool(taken.any()),)
    return Front(colour, whole * dense, passed, bared, taken, temples, told)


def _temples(source: Decomposition, frame: Frame, strong: Tensor) -> Tensor:
    """What is told of the temples ``(2, 8)``, as `Front` holds it.

    Args:
        source: The photograph of the only face.
        frame: Its frame.
        strong: How far each pixel has the frame's own colour, and how much that counts ``(1, 2, h, w)``, 0..1.
    """
    scale, seen = float(source.pose.scale[0]), []
    for side, hinge in enumerate(frame.hinges):
        beyond = (frame.flat[:, :1] - hinge[0]) * (2 * side - 1) + _SHOWN_MM[0]
        there = smooth_step(-1.0, 0.0, beyond) * smooth_fall(_SHOWN_MM[1] - 1, _SHOWN_MM[1], beyond)
        there = there * smooth_fall(*_NEAR_MM, (frame.flat[:, 1:] - hinge[1]).abs())
        shown = (torch.maximum(frame.shown, frame.behind) * there)[0, 0]
        weight, core = shown * strong[0, 0] * strong[0, 1], above(shown * strong[0, 0], _CORE)
        sums = [weight.sum(), core.amax(dim=0).sum(), core.sum(), *(source.linear[0] * weight).sum(dim=(1, 2))]
        seen.append(torch.stack(sums))
    told = torch.stack(seen)
    told = told + _OTHER * told.flip(0)
    tall, colour = (told[:, 2:3] / told[:, 1:2].clamp(min=1) - _BLUR) / scale, told[:, 3:] / told[:, :1].clamp(min=1e-4)
    made = torch.cat([frame.hinges, tall, colour, frame.ears], dim=1)
    return torch.where((frame.told & (told[:, 1] > 0))[:, None], made, torch.nan)


def without_front(source: Decomposition, front: Front) -> Decomposition:
    """The photograph without glasses; itself where nobody wears any."""
    if not any(front.goes_along):
        return source
    fresh = tuple(keeps.of(without_front, (source.linear,), Kept) for keeps in source.kept)
    names = (*REGIONS, "foreground")
    maps = [getattr(source.regions, name) for name in names]
    whole = torch.cat(maps, dim=1)
    whole = torch.lerp(whole, fill_outside(whole, 1 - front.taken, levels=5), front.taken)
    filled = dict(zip(names, whole.split_with_sizes([part.shape[1] for part in maps], dim=1), strict=True))
    return replace(source, linear=front.bared, regions=replace(source.regions, **filled), kept=fresh)
