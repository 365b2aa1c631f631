"""The hair beside the skin, when skin becomes darker: roots are dark on dark skin, and so is the shade that lies there.

Left as it was, brown hair is as light as the skin made dark beneath it or lighter, and a pale band goes along the
hairline. Away from the skin hair keeps its colour.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.bare import bare_skin
from faceaug.face.kept import kept
from faceaug.image.filter import coarseness, enlarge, gaussian, reduce
from faceaug.image.picked import picked, places, put
from faceaug.image.shade import smooth_step
from faceaug.stages.passage import height_of

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.scene import Scene

# Power of the skin's loss of light by which hair at its edge loses some, and over how many millimetres that ends: in
# one studio's light the first 2 mm of hair have L* 17 to 14 over dark skin, 39 to 29 over light skin, which made as
# dark have 24 to 22 without this, 25 being the skin's at its edge (medians of 12 and 20 heads).
_POWER, _REACH_MM = 0.65, 7.0
# Heights above the pupils, as shares of the chin's below them, between which hair begins that grows at a forehead or
# temple, and above which all that is not bare is hair.
_LOWEST, _FRINGE = (-0.36, -0.09), (0.14, 0.27)
# Less of it than this is none.
_LEAST = 0.01


def darker_roots(picture: Tensor, scene: Scene, tones: list[tuple[Tensor, Tensor]]) -> Tensor:
    """Darken hair beside skin in the picture ``(B, 3, h, w)``, in place.

    Args:
        picture: Linear sRGB.
        scene: The faces.
        tones: CIELAB of the cheeks of each row ``(3,)`` before and after; where it becomes lighter nothing changes.

    Returns:
        What was touched ``(B, 1, h, w)``, 0..1.
    """
    touched = torch.zeros_like(picture[:, :1])
    for row, (before, after) in enumerate(tones):
        loss = 3 * math.log((float(before[0]) + 16) / (float(after[0]) + 16))
        if loss <= 0:
            continue
        source = scene.source.row(row)
        share = _roots(source) if scene.bare is None else _beside(source, scene.bare[row : row + 1])
        place = places(share[0], _LEAST)
        near = picked(share[0], place)
        put(picture[row], place, picked(picture[row], place) * torch.exp(-loss * _POWER * near))
        put(touched[row], place, near)
    return touched


@kept(
    "linear",
    *(f"regions.{name}" for name in ("person", "lips", "eyes", "brows", "mouth", "hair", "foreground")),
    *("surface.position", "surface.face", "pose.scale", "skin.tone", "skin.shade_colour", "points"),
)
@torch.inference_mode()
def _roots(source: Decomposition) -> Tensor:
    return _beside(source, bare_skin(source))


def _beside(source: Decomposition, bare: Tensor) -> Tensor:
    """How near hair lies to bare skin at forehead and temples ``(1, 1, h, w)``, 0..1, times its share of a pixel."""
    size, regions = (bare.shape[-2], bare.shape[-1]), source.regions
    factor = coarseness(size, 4)
    skin = reduce(bare * regions.person, factor)
    near = (2 * gaussian(skin, _REACH_MM * float(source.pose.scale[0]) / factor)).clamp(max=1)
    height = height_of(source, 0, factor, skin)
    maps = torch.cat([near * smooth_step(*_LOWEST, height), smooth_step(*_FRINGE, height)[None, None]], dim=1)
    near, above = enlarge(maps, size, factor).chunk(2, dim=1)
    hair = torch.maximum(regions.hair, above) * (1 - bare) * regions.person
    return near * hair * (1 - regions.brows)
