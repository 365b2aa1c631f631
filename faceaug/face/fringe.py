"""Hair over the forehead, taken out of what counts as the face's skin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.bare import FRINGE, bare_skin
from faceaug.face.kept import kept
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition


def without_fringe(source: Decomposition) -> Decomposition:
    """Return the same faces, whose regions ``skin`` and ``body`` hold no fringe: above the brows only bare skin."""
    bared = _bared(source)
    return replace(source, regions=replace(source.regions, skin=bared[:, :1], body=bared[:, 1:]))


@kept(
    *(f"regions.{name}" for name in ("skin", "body", "person", "lips", "eyes", "brows", "mouth", "foreground")),
    *("linear", "surface.position", "surface.face", "pose.scale", "skin.tone", "skin.shade_colour"),
)
def _bared(source: Decomposition) -> Tensor:
    """Skin of the face and of the body ``(B, 2, h, w)`` without fringes."""
    high = smooth_step(*FRINGE, source.surface.position[:, 1:2])
    free = torch.lerp(torch.ones_like(high), bare_skin(source), high)
    return torch.cat([source.regions.skin, source.regions.body], dim=1) * free
