"""The cheeks beside which ears are drawn: what tells their colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.image.shade import between

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# They lie between such heights on the mean face, and so far aside, mm: under the eyes, before the fold of the ear.
_HIGH, _ASIDE = (-50.0, -5.0), (30.0, 58.0)


def on_cheeks(source: Decomposition, outward: int) -> Tensor:
    """Where skin of the cheek on the left, -1, or on the right of the picture, 1, is ``(B, 1, h, w)``, 0..1."""
    aside, y = outward * source.surface.position[:, :1], source.surface.position[:, 1:2]
    return source.regions.skin * between(_HIGH, y) * between(_ASIDE, aside)
