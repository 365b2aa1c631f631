"""Portraits that are painted over, for tests of what is taken for skin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from faceaug.face.bare import head_of

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.classes import Head
    from faceaug.face.decomposition import Decomposition


def painted(face: Decomposition, where: Tensor, colour: Tensor) -> Head:
    """The head with another colour ``(3, 1)`` or ``(3, N)``, linear, at these pixels."""
    foreground = face.regions.foreground.clone()
    foreground[0][:, where] = colour.expand(3, int(where.sum()))
    return head_of(replace(face, regions=replace(face.regions, foreground=foreground)))


def own(face: Decomposition) -> Tensor:
    """The colour of the face's skin ``(3, 1)``, linear."""
    return face.linear[0][:, face.regions.skin[0, 0] > 0.9].median(dim=1).values[:, None]
