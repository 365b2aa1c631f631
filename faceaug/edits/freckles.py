"""Edit: freckles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.edit import edit, number
from faceaug.face.fields import facial_skin, free_of_features, mottle, spread_of
from faceaug.face.lay import laid
from faceaug.face.scatter import Look, Spots, draw_spots, leanings, scatter
from faceaug.image.noise import Noise
from faceaug.image.shade import smooth_step
from faceaug.scene import Scene
from faceaug.stages.visible import hardly_seen

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Where the sun reaches: centre (x, y) on the mean face, spread (x, y), weight; millimetres, mirrored to both sides.
_SUN = (
    (0.0, -14.0, 13.0, 20.0, 1.0),
    (30.0, -24.0, 17.0, 13.0, 1.0),
    (52.0, -18.0, 12.0, 18.0, 0.55),
    (14.0, 36.0, 24.0, 14.0, 0.32),
    (0.0, -58.0, 16.0, 6.0, 0.30),
    (0.0, -88.0, 14.0, 10.0, 0.22),
    (0.0, 62.0, 34.0, 16.0, 0.10),
)
# Radii and depths vary log-normally with these standard deviations of the logarithm; a radius stays within, mm.
_RADIUS_SPREAD, _DEPTH_SPREAD, _RADIUS_RANGE = 0.50, 0.60, (0.15, 1.8)
# This share of the spots is diffuse: wider and paler.
_DIFFUSE, _DIFFUSE_WIDER, _DIFFUSE_PALER = 0.22, 1.9, 0.45
# Freckles gather: depth varies by this share over patches of this size, mm.
_GATHER, _PATCH_MM = 0.35, 11.0
# Real ones have no edge: a bell (by comparison with photographs).
_LOOK = Look(edge=2.0)
# Spots saturate at this depth, strong and overlapping ones: none is as dark as a mole.
_DEEPEST = 0.9
# Freckles are redder than moles: with this much haemoglobin usual ones take 0.63 of their green from red and 1.3 from
# blue (what real ones take: `stages/pigment`).
_BLOOD = 0.25
# Between these typology angles freckles pale from full to this share: dark skin hides them, as in life.
_DARK, _LIGHT, _ON_DARK = -50.0, 28.0, 0.55


@edit(
    main="density",
    channel="pigment",
    neutral={"density": 0.0},
    needs={"skin"},
    sets={"freckles": "present"},
    flags=hardly_seen("freckles"),
    measures={"spots"},
    lawful={11: "spots are scattered from the photograph's own hash; a mirrored photograph gets other spots"},
)
def freckles(
    scene: Scene,
    noise: Noise,
    *,
    density: Annotated[
        Tensor, number(4, 14, unit="spots/cm2", within=(0, 25), means="spots where the sun reaches best")
    ],
    radius: Annotated[Tensor, number(0.35, 0.6, unit="mm", within=(0.1, 1.4), means="median radius of a spot")],
    contrast: Annotated[
        Tensor, number(0.28, 0.55, within=(0, 1.5), means="melanin in a spot, in units of optical density")
    ],
    spread: Annotated[Tensor, number(0, 0.35, within=(0, 1), means="0: nose and cheeks only; 1: the whole face alike")],
) -> Scene:
    """Scatter freckles over nose, cheeks and wherever else the sun reaches.

    Spots of melanin lie on the face's own surface, sized in millimetres, irregular in outline and depth, under the
    skin's sheen. Eyes, lips and brows stay free. On dark skin they are as pale as they are in life.

    Source:
        Sizes and colour of ephelides: M. Bastiaens et al., "Ephelides are more related to pigmentary constitutional
        host factors than solar lentigines", Pigment Cell Res. 12 (1999): 1-2 mm across, tan to light brown.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        device = source.linear.device
        reach = torch.from_numpy(spread_of(_SUN)).to(device)
        share = (reach + spread[row] * 0.7 * (1 - reach)) * torch.from_numpy(free_of_features()).to(device)
        centre, place, exists = scatter(source, noise, density[row : row + 1], share[None])
        count = centre.shape[1]
        size = torch.exp(_RADIUS_SPREAD * noise.normal("size", count, device)).float()
        depth = torch.exp(_DEPTH_SPREAD * noise.normal("depth", count, device)).float()
        diffuse = (noise.uniform("diffuse", count, device) < _DIFFUSE).float()
        radii = (radius[row] * size * (1 + diffuse * (_DIFFUSE_WIDER - 1))).clamp(*_RADIUS_RANGE)
        paler = _ON_DARK + (1 - _ON_DARK) * smooth_step(_DARK, _LIGHT, source.skin.ita)
        amount = (contrast[row] * paler) * depth * (1 + diffuse * (_DIFFUSE_PALER - 1)) * exists
        spots = draw_spots(source, Spots(centre, place, radii, amount, leanings(noise, count, device)), _LOOK)
        patches = 1 + _GATHER * mottle(source, noise, "patches", _PATCH_MM)
        melanin = _DEEPEST * (1 - torch.exp(-spots * patches / _DEEPEST)) * facial_skin(source)
        return torch.cat([melanin, _BLOOD * melanin], dim=1)

    return scene.with_condition("freckles", *laid(scene.source, noise, draw))
