"""Edit: vitiligo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.edit import Settings, edit, number
from faceaug.face.depigment import bleaching
from faceaug.face.fields import facial_skin, mottle, mounds, within_jaw
from faceaug.face.lay import laid
from faceaug.face.patches import edged, patches
from faceaug.image.filter import gaussian
from faceaug.image.noise import Noise
from faceaug.image.shade import smooth_step
from faceaug.scene import Scene
from faceaug.stages.visible import hardly_seen

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
_SIZES = ((24.0, 1.0), (12.0, 0.42), (6.0, 0.22), (3.2, 0.10))
# The map is rounded over this far, mm: patches grow outward in arcs, and have no corners.
_ROUND = 1.3
# Half the width of the edge, mm, where it is sharpest and where it is softest, along stretches of so many mm.
_EDGE, _STRETCH = (0.6, 2.0), 9.0
# Along some stretches skin of a tone between lies before the edge: so wide, mm, with this share of melanin gone.
_BETWEEN, _HALF_GONE, _BETWEEN_STRETCH = (2.8, 0.5), 0.34, 17.0
# Islands of pigment around hair follicles, size and gathering in mm, up to so far inside the edge, so dark.
_ISLANDS, _GATHERED, _ISLANDS_REACH, _ISLANDS_DARK = 1.7, 13.0, (1.5, 7.0), 0.6
# The share of pigment left unevenly within a patch, and blood seen through it more here than there, optical density.
_UNEVEN, _PINK, _PINK_MM = 0.07, 0.05, 7.0
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
    flags=hardly_seen("vitiligo"),
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

    Patches of milky, pinkish skin with rounded outlines, sharp here and soft there, before them now and then a band of
    a tone between, within them islands of pigment; lines, pores, stubble and light stay. On light skin they are hardly
    seen, as in life. Brows, lashes and lips keep their colour.

    Source:
        K. Ezzedine et al., "Revised classification/nomenclature of vitiligo", Pigment Cell Melanoma Res. 25 (2012):
        acrofacial and generalised types, periorificial and symmetric. The band between: "trichrome" vitiligo; islands
        around follicles: how patches take up pigment again.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        bare = facial_skin(source)
        field = mounds(source, _BEGINS)
        for index, (size, weight) in enumerate(_SIZES):
            field = field + weight * mottle(source, noise, f"patches {index}", size, symmetry=symmetry[row : row + 1])
        field = field - _AWAY * (1 - within_jaw(source))
        field = gaussian(field, _ROUND * float(source.pose.scale[0]))
        gone = pale(source, noise, patches(source, field, extent[row : row + 1], bare))
        amount = bleaching(source.skin.tone)[1] * complete[row]
        even = 1 - _UNEVEN * (1 + mottle(source, noise, "uneven", 5.0))
        melanin = -amount * even * gone * bare
        blood = _PINK * (1 + mottle(source, noise, "pink", _PINK_MM)) * complete[row] * gone * bare
        return torch.cat([melanin, blood], dim=1)

    return scene.with_condition("vitiligo", *laid(scene.source, noise, draw))


def pale(source: Decomposition, noise: Noise, depth: Tensor) -> Tensor:
    """Share of the melanin that is gone ``(1, 1, h, w)``, so many mm inside a patch."""
    scale = float(source.pose.scale[0])
    soft = smooth_step(-0.4, 0.6, mottle(source, noise, "edge", _STRETCH))
    whole = edged(depth, scale, _EDGE[0] + (_EDGE[1] - _EDGE[0]) * soft)
    before = smooth_step(0.0, 0.5, mottle(source, noise, "between", _BETWEEN_STRETCH))
    between = _HALF_GONE * before * smooth_step(-_BETWEEN[0], -_BETWEEN[1], depth)
    gathered = smooth_step(-0.1, 0.5, mottle(source, noise, "gathered", _GATHERED))
    islands = smooth_step(0.25, 0.65, mottle(source, noise, "islands", _ISLANDS)) * gathered
    islands = islands * (1 - smooth_step(*_ISLANDS_REACH, depth)) * _ISLANDS_DARK
    return torch.maximum(whole * (1 - islands), between)
