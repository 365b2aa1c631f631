"""Edit: vitiligo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.edit import Settings, edit, number
from faceaug.face.depigment import bleaching
from faceaug.face.fields import bare_skin, mottle, mounds, within_jaw
from faceaug.face.lay import laid
from faceaug.face.patches import patches
from faceaug.image.noise import Noise
from faceaug.scene import Scene

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Around eyes, mouth and nostrils it begins: centre (x, y), spread (x, y) on the mean face in mm, weight, both sides.
_BEGINS = (
    (31.0, 2.0, 20.0, 14.0, 0.75),
    (0.0, -68.0, 26.0, 15.0, 0.85),
    (12.0, -44.0, 14.0, 9.0, 0.6),
    (0.0, -104.0, 18.0, 10.0, 0.35),
    (34.0, 48.0, 18.0, 14.0, 0.30),
)
# Sizes of the irregular patches, mm, and their weights: the small ones scallop the edge.
_SIZES = ((24.0, 1.0), (12.0, 0.42), (4.0, 0.10))
# Half the width of the edge, mm, and the share of pigment left unevenly within a patch.
_EDGE, _UNEVEN = 0.5, 0.07
# Patches keep this far in the field's own units from the jaw's outline: there they would end on a ruled line.
_AWAY = 1.6


# Units of melanin below which a patch would be lighter than the skin around it by less than two levels of 255.
_LEAST = 0.05


def _too_light(scene: Scene, settings: Settings) -> list[str | None]:
    """Decline skin that has hardly any melanin to lose: a label would be set, and nothing seen."""
    del settings
    return [
        "the skin is so light that patches without melanin would not be seen" if float(units) < _LEAST else None
        for units in bleaching(scene.source.skin.tone)[1]
    ]


@edit(
    main="extent",
    channel="pigment",
    neutral={"extent": 0.0},
    needs={"skin", "colour"},
    sets={"vitiligo": "present"},
    refuses=_too_light,
    lawful={11: "patches follow the photograph's own hash; a mirrored photograph gets others"},
)
def vitiligo(
    scene: Scene,
    noise: Noise,
    *,
    extent: Annotated[Tensor, number(0.08, 0.4, within=(0, 0.9), means="share of the bare facial skin that is pale")],
    symmetry: Annotated[Tensor, number(0.3, 0.9, within=(0, 1), means="how far left and right agree")],
    complete: Annotated[Tensor, number(0.8, 1, within=(0, 1), means="share of the melanin that is gone")],
) -> Scene:
    """Take the melanin out of patches of skin, around eyes, mouth and nose first.

    Sharp scalloped patches of milky, pinkish skin; lines, pores and light stay. On light skin they are hardly seen, as
    in life. Brows, lashes and lips keep their colour.

    Source:
        K. Ezzedine et al., "Revised classification/nomenclature of vitiligo", Pigment Cell Melanoma Res. 25 (2012):
        acrofacial and generalised types, periorificial and symmetric.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        bare = bare_skin(source)
        field = mounds(source, _BEGINS)
        for index, (size, weight) in enumerate(_SIZES):
            field = field + weight * mottle(source, noise, f"patches {index}", size, symmetry=symmetry[row : row + 1])
        field = field - _AWAY * (1 - within_jaw(source))
        pale = patches(source, field, extent[row : row + 1], bare, edge=_EDGE)
        amount = bleaching(source.skin.tone)[1] * complete[row]
        even = 1 - _UNEVEN * (1 + mottle(source, noise, "uneven", 5.0))
        melanin = -amount * even * pale * bare
        return torch.cat([melanin, torch.zeros_like(melanin)], dim=1)

    drawn, mask = laid(scene.source, noise, draw)
    return scene.with_mask("vitiligo", mask).with_pigment(drawn)
