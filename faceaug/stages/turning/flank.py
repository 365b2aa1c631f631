"""Where hair begins on either flank of a head, at each height: one line from the temple down to ear or beard.

A photograph from ahead shows a flank edgewise: a step of a pixel there is a block with a corner once the head turns.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import torch

from faceaug.face.bare import bare_skin
from faceaug.face.geometry import head_triangles
from faceaug.face.kept import kept
from faceaug.face.rotate import head_mesh
from faceaug.face.worn import worn_glasses
from faceaug.image.filter import closing, gaussian
from faceaug.image.raster import Mesh, interpolate, triangle_ids
from faceaug.image.shade import smooth_fall, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.correspondence import mean_positions

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# A flank of the mean head is unrolled from this height down to the next and from this depth to the next, in squares of
# so many mm; no triangle of it lies less far aside than the last, mm.
_TOP, _LOW, _BACK, _FRONT, _STEP, _ASIDE = 66.0, -84.0, -60.0, 0.0, 2.0, 10.0
# Dark lines no higher than twice this are none of hair, the arms of glasses, squares; shares are smoothed by the next;
# from the last of the next two on a square is skin.
_ARM, _SMOOTH, _SKIN = 2, 1.0, (0.25, 0.65)
# Of who wears glasses what stands ahead between such heights, mm, along no more than twice so many squares, is an arm
# or its end piece: cat-eye glasses have some 16 mm high.
_ARMS, _WING = ((-14.0, -8.0), (10.0, 18.0)), 4
# On a height that is skin over such a length, mm, hair begins so far behind it: there lies the ear. On one that has
# less than the next two, it begins so far before all of that.
_ALL, _EAR, _NONE, _BEYOND = (48.0, 58.0), 18.0, (3.0, 9.0), 12.0
# So many mm of the photograph for each mm of depth tell where hair begins: there the line is as it was seen. That is
# smoothed by so many squares, and along the line by the next.
_TOLD, _TOLD_SMOOTH, _ALONG = (0.4, 0.6), 1.5, 4.0
# Else it may run forward by so much for each mm up or down: in 39 official portraits turned by more than 9 degrees the
# line that four in five keep behind runs forward by 0.45 at the lobe, by 1.2 at the forehead. Where hair or beard lies
# on the cheek, by the last.
_SLOPE, _STEEP = 1.2, 2.5
# It does where such shares of the cheek between these heights and depths, mm, are no skin, on both sides (a beard), or
# also above, between the next (hair that hangs): one dark cheek is in shade.
_OVER, _CHEEK, _ABOVE = (0.35, 0.65), ((-52.0, -34.0), (-45.0, -15.0)), ((-30.0, -8.0), (-45.0, -15.0))
# Of a cheek with fewer mm of the photograph for each mm of depth part is hidden, and what is seen there lies behind:
# 0.07 and more where 15 portraits show a side, 0.02 and less on the far side of those turned by 7 degrees or more.
_SEEN = (0.02, 0.08)
# A jaw has a beard where such shares of what was seen of it between these are no skin, likewise. On others no hair
# stands below these heights, mm.
_BEARDED, _JAW, _SHAVEN = (0.15, 0.4), ((-82.0, -56.0), (-40.0, -5.0)), (-52.0, -42.0)
# No hair on a face begins at that depth, mm; nothing limits a line at this.
_BEHIND, _FAR = -80.0, 500.0
# The line is smoothed by so many squares.
_ROUND = 1.5


@kept(
    "linear",
    *(f"regions.{name}" for name in ("person", "lips", "eyes", "brows", "mouth", "foreground")),
    *("surface.position", "surface.face", "skin.tone", "skin.shade_colour"),
    *("points", "pose.rotation", "pose.scale", "pose.centre"),
)
def hair_begins(source: Decomposition) -> Tensor:
    """Depth on the mean head behind which hair stands, mm, left and right, height by height down a flank ``(B, 4, n)``.

    Then that behind which the photograph shows hair, likewise; `on_flanks` looks them up. What no photograph tells of
    the first, which shows flanks edgewise, runs as hairlines do.
    """
    skin, told = unrolled(source)
    told = gaussian(told, _TOLD_SMOOTH)
    skin = smooth_step(*_SKIN, gaussian(closing(skin, _ARM), _SMOOTH))
    length = skin.flip(-1).cummin(dim=-1).values.sum(dim=-1) * _STEP
    line = _FRONT - length - _EAR * smooth_step(*_ALL, length) + _BEYOND * smooth_fall(*_NONE, length)
    line = torch.lerp(line, -closing(-line[..., None], _WING)[..., 0], arms_at(source, _heights()[:, None])[..., 0])
    square = ((line - _BACK) / _STEP).long().clamp(0, skin.shape[-1] - 1)
    well = smooth_step(*_TOLD, told.gather(-1, square[..., None])[..., 0])
    over, above = (smooth_step(*_OVER, _share(1 - skin, _within(part))) for part in (_CHEEK, _ABOVE))
    above = above * smooth_step(*_SEEN, _share(told, _within(_CHEEK)))
    hangs = _on_both(over, above)
    beard = smooth_step(*_BEARDED, _share(1 - skin, _within(_JAW) * smooth_step(*_TOLD, told)))
    shaven, cheek = 1 - torch.maximum(_on_both(beard, hangs), over * above), smooth_step(*_SHAVEN, _heights())
    line = torch.lerp(line, torch.full_like(line, _BEHIND), shaven * (1 - cheek))
    slope = (_SLOPE + (_STEEP - _SLOPE) * hangs)[..., None]
    apart = (_heights()[:, None] - _heights()).abs()
    # The jaw's beard limits nothing: it begins far ahead.
    least = line + _FAR * (1 - torch.maximum(cheek, shaven))
    limited = torch.minimum(line, (least[..., None, :] + slope * apart).amin(dim=-1))
    begins = torch.lerp(limited, line, _along(well, _ALONG))
    return _along(torch.cat([begins, line], dim=1), _ROUND)


def arms_at(source: Decomposition, high: Tensor) -> Tensor:
    """Where arms of glasses that are worn may be, at heights on the mean head ``(…, h, w)``, mm: ``(B, 1, h, w)``."""
    worn = [float(worn_glasses(source.row(row)).worn) for row in range(len(source))]
    level = smooth_step(*_ARMS[0], high) * smooth_fall(*_ARMS[1], high)
    return level * high.new_tensor(worn)[:, None, None, None]


def on_flanks(lines: Tensor, position: Tensor) -> tuple[Tensor, Tensor]:
    """Both lines of `hair_begins` at points of the mean head ``(B, 3, h, w)``, mm, each ``(B, 1, h, w)``."""
    row = (_TOP - position[:, 1:2]) / _STEP
    found = sampled(lines[..., None], torch.cat([torch.full_like(row, 0.5), row], dim=1))
    begins, shown = torch.where(position[:, :1] < 0, found[:, ::2], found[:, 1::2]).chunk(2, dim=1)
    return begins, shown


def unrolled(source: Decomposition) -> tuple[Tensor, Tensor]:
    """The left and the right flank, from above and from behind ``(B, 2, n, m)``: how much of each square is skin, 0..1.

    Also how many mm of the photograph each mm of depth has there; less than 0 on a side that is hidden.
    """
    vertices, regions, scale = head_mesh(source), source.regions, source.pose.scale[:, None, None, None]
    features = (regions.eyes + regions.brows + regions.lips + regions.mouth).clamp_(max=1)
    bare, skin, told = torch.maximum(bare_skin(source), features), [], []
    for side in (-1, 1):
        ids, flat = _squares(side)
        mesh = Mesh(flat.vertices.to(vertices), flat.triangles.to(vertices.device))
        place = interpolate(ids.to(vertices.device).expand(len(vertices), -1, -1), mesh, vertices[..., :2])
        skin.append(sampled(bare, place))
        step = -side * place[:, :1].diff(dim=-1) / (_STEP * scale)
        told.append(torch.cat([step, step[..., -1:]], dim=-1))
    return torch.cat(skin, dim=1), torch.cat(told, dim=1)


@cache
def _squares(side: int) -> tuple[Tensor, Mesh]:
    """Which triangle lies in each square of the flank on a side, -1 or 1; and the mean head, laid over the squares."""
    aside, high, deep = mean_positions().unbind(dim=1)
    flat = torch.stack([(deep - _BACK) / _STEP, (_TOP - high) / _STEP, -side * aside], dim=-1)[None]
    triangles = torch.from_numpy(head_triangles())
    triangles = triangles[(side * aside)[triangles].amin(dim=1) > _ASIDE]
    size = (round((_TOP - _LOW) / _STEP), round((_FRONT - _BACK) / _STEP))
    return triangle_ids(flat, triangles, size), Mesh(flat, triangles)


@cache
def _heights() -> Tensor:
    """Of each row of squares ``(n,)``, mm."""
    return _TOP - _STEP * (torch.arange(round((_TOP - _LOW) / _STEP)) + 0.5)


@cache
def _within(bounds: tuple[tuple[float, float], tuple[float, float]]) -> Tensor:
    """1 in the squares between two heights and two depths, mm, else 0 ``(n, m)``."""
    (low, top), (back, front) = bounds
    high, deep = _heights(), _BACK + _STEP * (torch.arange(round((_FRONT - _BACK) / _STEP)) + 0.5)
    return ((high > low) & (high < top)).float()[:, None] * ((deep > back) & (deep < front)).float()


def _share(of: Tensor, where: Tensor) -> Tensor:
    """The mean of squares ``(B, 2, n, m)`` over some of them ``(B, 2, 1)``; 0 where there are none."""
    return ((of * where).sum(dim=(-1, -2)) / where.sum(dim=(-1, -2)).clamp(min=1e-3))[..., None]


def _on_both(share: Tensor, surely: Tensor) -> Tensor:
    """What is so on both sides ``(B, 2, 1)``, or on one where it surely is, likewise."""
    return torch.maximum(share.amin(dim=1, keepdim=True), share * surely)


def _along(lines: Tensor, rows: float) -> Tensor:
    """Lines ``(B, 2, n)``, smoothed by so many squares."""
    return gaussian(lines[..., None], rows)[..., 0]
