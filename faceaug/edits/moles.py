"""Edit: moles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.edit import edit, number
from faceaug.face.fields import facial_skin, free_of_features, mottle, spread_of
from faceaug.face.lay import laid
from faceaug.face.scatter import Look, Spots, draw_spots, leanings, scatter_seen
from faceaug.image.noise import Noise
from faceaug.scene import Scene
from faceaug.stages.visible import hardly_seen

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Where: centre (x, y), spread (x, y) on the mean face in mm, weight, both sides alike. Moles lie everywhere, more on
# cheeks and beside nose and mouth than on the forehead.
_WHERE = ((34.0, -34.0, 30.0, 34.0, 1.0), (18.0, -62.0, 20.0, 16.0, 0.9), (20.0, 40.0, 40.0, 22.0, 0.5))
# Standard deviation of the logarithm of radii and depths, and bounds of a radius, mm.
_RADIUS_SPREAD, _DEPTH_SPREAD, _RADIUS_RANGE = 0.30, 0.25, (0.5, 3.0)
# Moles are reddish brown to nearly black: with so much haemoglobin they take 0.63 of their green from red and 1.10 from
# blue (what real ones take: `stages/pigment`).
_BLOOD = 0.6
# This share has a halo, so much wider and paler.
_HALO, _HALO_WIDER, _HALO_PALER = 0.5, 1.7, 0.14
# A small mole is flat: height grows up to this radius, mm.
_DOME = 1.2
# Blotches in a mole's colour, and how far its outline wanders, by patches of this size, mm.
_BLOTCH, _RAGGED, _PATCH_MM = 0.18, 0.16, 1.4
# Steepness and wandering of a mole's outline, and of its bump. No edge is hard: in photographs of 2.6 pixels/mm moles
# fade out over one to two pixels (by comparison).
_EDGE, _BUMP = Look(2.8, 0.12), Look(2.4, 0.12)
_TRIES = 64


@edit(
    main="count",
    channel="pigment",
    neutral={"count": 0.0},
    needs={"skin"},
    sets={"moles": "present"},
    flags=hardly_seen("moles"),
    measures={"spots"},
    lawful={11: "moles lie where the photograph's own hash throws them; a mirrored photograph gets others"},
)
def moles(
    scene: Scene,
    noise: Noise,
    *,
    count: Annotated[Tensor, number(1, 7, within=(0, 12), means="moles on bare skin that is in sight")],
    radius: Annotated[Tensor, number(0.8, 1.5, unit="mm", within=(0.5, 3), means="median radius of a mole")],
    contrast: Annotated[Tensor, number(0.65, 1.3, within=(0, 4), means="melanin in a mole, optical density")],
    raised: Annotated[Tensor, number(0.1, 0.6, unit="mm", within=(0, 0.8), means="height of a large mole")],
) -> Scene:
    """Put a few moles on the face.

    Round to oval spots of dense melanin with an outline that wanders a little, domed where they are large, so that the
    light in force shades them. Each lies on bare skin that is in sight.

    Source:
        Sizes of common acquired naevi: J. Gachon et al., "First prospective study of the recognition process of
        melanoma in dermatological practice", Arch. Dermatol. 141 (2005): mostly 2-6 mm across; number on faces: R.
        MacKie et al., "The number and distribution of benign pigmented moles", Br. J. Dermatol. 113 (1985): a few.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        device = source.linear.device
        bare = facial_skin(source)
        share = torch.from_numpy(spread_of(_WHERE) * free_of_features(eyes=5.0, lips=2.0, jaw=6.0)).to(device)
        share = share[None]
        centre, place, exists = scatter_seen(source, noise, count[row : row + 1], share, bare, tries=_TRIES)
        size = torch.exp(_RADIUS_SPREAD * noise.normal("size", _TRIES, device)).float()
        depth = contrast[row] * torch.exp(_DEPTH_SPREAD * noise.normal("depth", _TRIES, device)).float() * exists
        radii = (radius[row] * size).clamp(*_RADIUS_RANGE)
        spots = Spots(centre, place, radii, depth, leanings(noise, _TRIES, device))
        blotches = mottle(source, noise, "blotches", _PATCH_MM)
        warp = 1 + _RAGGED * blotches
        halo = depth * (noise.uniform("halo", _TRIES, device) < _HALO)
        ring = draw_spots(
            source, Spots(centre, place, radii * _HALO_WIDER, halo * _HALO_PALER, spots.lean), _EDGE, warp
        )
        melanin = (draw_spots(source, spots, _EDGE, warp) * (1 - _BLOTCH * blotches) + ring) * bare
        dome = raised[row] * (radii / _DOME).clamp(max=1.0) * exists
        height = draw_spots(source, Spots(centre, place, radii * 0.9, dome, spots.lean), _BUMP) * bare
        return torch.cat([melanin, _BLOOD * melanin, height], dim=1)

    return scene.with_condition("moles", *laid(scene.source, noise, draw))
