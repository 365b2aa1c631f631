"""Glasses that a person wears laid before the turned head: the front as one stiff thing, and the temples."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from faceaug.image.shade import above, smooth_fall
from faceaug.image.warp import sampled
from faceaug.stages.turning.worn_plane import turned_places
from faceaug.stages.turning.worn_temples import arms_gone_on

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition, Regions
    from faceaug.scene import Scene
    from faceaug.stages.turning.unseen import Sight
    from faceaug.stages.turning.worn_front import Front

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
        if bool(front.taken[row].any()):
            part = slice(row, row + 1)
            cover[part], touched = _front_laid(picture[part], front, there, source.row(row), row)
            torch.maximum(there.regions.person[part], cover[part], out=there.regions.person[part])
            torch.maximum(moves[part], above(touched, 0), out=moves[part])
            cover[part] = (cover[part] * _WHOLE).clamp(max=1)
    picture, arms = arms_gone_on(picture, there, front, source, sight, mesh=mesh)
    return picture, torch.maximum(arms, cover, out=cover)


def uncovered(regions: Regions, bare: Tensor | None, cover: Tensor) -> tuple[Regions, Tensor | None]:
    """Regions, and where skin is bare ``(B, 1, h, w)``, without what is covered, likewise."""
    left = 1 - cover
    return replace(regions, skin=regions.skin * left, body=regions.body * left), None if bare is None else bare * left


def _front_laid(
    picture: Tensor, front: Front, there: Decomposition, source: Decomposition, row: int
) -> tuple[Tensor, Tensor]:
    """Lay a row's front before its head ``(1, 3, h, w)``, in place.

    Returns:
        What it covers, and what it touches, both ``(1, 1, h, w)``, 0..1.
    """
    part = slice(row, row + 1)
    place, on = turned_places(source, there.pose.angles[part], (picture.shape[-2], picture.shape[-1]))
    layer = torch.cat([front.colour[part] * front.cover[part], front.cover[part], front.passed[part] - 1], dim=1)
    seen = on * smooth_fall(*_HIDDEN_MM, there.surface.depth[part] - place[:, 2:])
    own, cover, dims = (sampled(layer, place[:, :2]) * seen).split_with_sizes((3, 1, 3), dim=1)
    picture.mul_(1 + dims).mul_(1 - cover).add_(own)
    return cover, torch.maximum(cover, dims.abs().amax(dim=1, keepdim=True))
