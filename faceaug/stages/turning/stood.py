"""Where on the photographed face each pixel of a turned head stood, and how it was lit there: looked up once a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from faceaug.face.kept import kept
from faceaug.face.light import source_shading
from faceaug.image.planes import Woven, woven
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight


class Stood(NamedTuple):
    """What the photograph tells of the surface that a part of a turned head shows.

    Attributes:
        position: The point of the canonical face ``(B, 3, h, w)``, mm.
        shading: The photograph's own light there ``(B, 1, h, w)``.
    """

    position: Tensor
    shading: Tensor


@kept("light.sh", "light.rest", "light.span", "surface.normal")
def own_shading(source: Decomposition) -> Tensor:
    """The shading of the photograph's own light ``(B, 1, h, w)``."""
    return source_shading(source.light, source.surface.normal)


@kept("surface.position", "light.sh", "light.rest", "light.span", "surface.normal")
def _surface(source: Decomposition) -> Woven:
    return woven([source.surface.position, own_shading(source)])


def stood(source: Decomposition, sight: Sight) -> Stood:
    """Look the surface of the photograph up at all pixels of a part, which keeps it for whoever asks next."""
    of, found = sight.kept.get("stood", (None, source.linear))
    if of is not source.surface:
        found = sampled([_surface(source)], sight.place)
        sight.kept["stood"] = source.surface, found
    position, shading = found.split_with_sizes((3, 1), dim=1)
    return Stood(position, shading)
