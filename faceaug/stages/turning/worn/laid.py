"""Glasses that a person wears laid before the turned head: the front as one stiff thing, and the temples."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from faceaug.image.extent import extent
from faceaug.image.shade import above, smooth_fall
from faceaug.image.warp import sampled
from faceaug.stages.turning.worn.plane import turned_places
from faceaug.stages.turning.worn.temples import arms_gone_on

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition, Regions
    from faceaug.scene import Scene
    from faceaug.stages.turning.unseen import Sight
    from faceaug.stages.turning.worn.front import Front

# Where the face comes before the plane of the lenses by such distances, mm, it hides the front: the far side of a nose.
_HIDDEN_MM = (3.0, 7.0)
# Wire through which some skin is seen, as narrow as it is, is no skin either: what is covered counts so many times.
_WHOLE = 1.4


def glasses_laid(
    picture: Tensor, there: Decomposition, front: Front, scene: Scene, sight: Sight, *, mesh: Tensor, moves: Tensor
) -> tuple[Tensor, Tensor]:
    """Lay front and temples before turned heads.

    Args:
        picture: The turned heads without glasses whose front is told ``(B, 3, h, w)``, linear; changed in place.
        there: Their parts; what a front covers is made the person's, in place.
        front: What is told of the glasses.
        scene: The photograph without these.
        sight: Where the heads' pixels were seen.
        mesh: The turned mesh ``(B, V, 3)``, window pixels.
        moves: What a turn changes ``(B, 1, h, w)``, 0..1; changed in place.

    Returns:
        The picture, and what the glasses cover that were laid on ``(B, 1, h, w)``, 0..1.
    """
    source, cover = scene.source, torch.zeros_like(moves)
    for row in range(len(source)):
        if front.goes_along[row]:
            part = slice(row, row + 1)
            _front_laid(picture[part], front, there, source.row(row), (part, cover, moves))
    picture, arms = arms_gone_on(picture, there, front, source, sight, mesh=mesh)
    torch.maximum(moves, above(arms, 0), out=moves)
    return picture, torch.maximum(arms, cover, out=cover)


def uncovered(regions: Regions, bare: Tensor | None, cover: Tensor) -> tuple[Regions, Tensor | None]:
    """Regions, and where skin is bare ``(B, 1, h, w)``, without what is covered, likewise."""
    if extent(cover) is None:
        return regions, bare
    left = 1 - cover
    return replace(regions, skin=regions.skin * left, body=regions.body * left), None if bare is None else bare * left


def _front_laid(
    picture: Tensor, front: Front, there: Decomposition, source: Decomposition, of: tuple[slice, Tensor, Tensor]
) -> None:
    """Lay a row's front before its head ``(1, 3, h, w)``, in place; so are the whole batch's cover and moves."""
    row, cover, moves = of
    size = (picture.shape[-2], picture.shape[-1])
    box, place, on = turned_places(source, there.pose.angles[row], size)
    part = (row, slice(None), *box)
    layer = torch.cat([front.colour[row] * front.cover[row], front.cover[row], front.passed[row] - 1], dim=1)
    seen = on * smooth_fall(*_HIDDEN_MM, there.surface.depth[part] - place[:, 2:])
    own, covers, dims = (sampled(layer, place[:, :2], size) * seen).split_with_sizes((3, 1, 3), dim=1)
    picture[(..., *box)] = picture[(..., *box)] * (1 + dims) * (1 - covers) + own
    touched = torch.maximum(covers, dims.abs().amax(dim=1, keepdim=True))
    there.regions.person[part] = torch.maximum(there.regions.person[part], covers)
    moves[part] = torch.maximum(moves[part], above(touched, 0))
    cover[part] = (covers * _WHOLE).clamp(max=1)
