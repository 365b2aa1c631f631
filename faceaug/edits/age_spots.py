"""Edit: age spots."""

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

# Where the sun of decades fell: centre (x, y), spread (x, y) on the mean face in mm, weight, both sides alike.
_WHERE = ((50.0, -14.0, 15.0, 20.0, 1.0), (52.0, 30.0, 16.0, 18.0, 0.9), (20.0, 52.0, 34.0, 18.0, 0.6))
# Standard deviation of the logarithm of radii and depths, and bounds of a radius, mm.
_RADIUS_SPREAD, _DEPTH_SPREAD, _RADIUS_RANGE = 0.50, 0.35, (0.6, 6.0)
# Tan to brown, of the hue of moles rather than of freckles (by comparison: with less blood they were olive).
_BLOOD = 0.45
# Outlines are moth-eaten and colours uneven, by patches of these sizes, mm.
_RAGGED, _RAGGED_MM, _UNEVEN, _UNEVEN_MM = 0.30, 4.0, 0.25, 2.0
_EDGE = Look(3.0, 0.25)
_TRIES = 160


@edit(
    main="count",
    channel="pigment",
    neutral={"count": 0.0},
    needs={"skin"},
    sets={"age_spots": "present"},
    flags=hardly_seen("age_spots"),
    measures={"spots"},
    lawful={11: "spots lie where the photograph's own hash throws them; a mirrored photograph gets others"},
)
def age_spots(
    scene: Scene,
    noise: Noise,
    *,
    count: Annotated[Tensor, number(4, 22, within=(0, 50), means="spots on bare skin that is in sight")],
    radius: Annotated[Tensor, number(1.3, 2.6, unit="mm", within=(0.8, 5), means="median radius of a spot")],
    contrast: Annotated[Tensor, number(0.4, 0.85, within=(0, 2), means="melanin in a spot, optical density")],
) -> Scene:
    """Put age spots (solar lentigines) on cheeks, temples and forehead.

    Flat tan to brown spots with an irregular, fairly sharp outline and uneven colour, two to ten millimetres wide.

    Source:
        M. Bastiaens et al., "Solar lentigines are strongly related to sun exposure in contrast to ephelides", Pigment
        Cell Res. 17 (2004): place, size, colour.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        device = source.linear.device
        bare = facial_skin(source)
        share = torch.from_numpy(spread_of(_WHERE) * free_of_features(eyes=8.0, lips=6.0)).to(device)
        centre, place, exists = scatter_seen(source, noise, count[row : row + 1], share[None], bare, tries=_TRIES)
        size = torch.exp(_RADIUS_SPREAD * noise.normal("size", _TRIES, device)).float()
        depth = contrast[row] * torch.exp(_DEPTH_SPREAD * noise.normal("depth", _TRIES, device)).float() * exists
        radii = (radius[row] * size).clamp(*_RADIUS_RANGE)
        spots = Spots(centre, place, radii, depth, leanings(noise, _TRIES, device))
        warp = 1 + _RAGGED * mottle(source, noise, "outline", _RAGGED_MM)
        uneven = 1 + _UNEVEN * mottle(source, noise, "uneven", _UNEVEN_MM)
        most = 1.6 * contrast[row].clamp(min=1e-3)
        # Where spots meet they run together rather than add up.
        drawn = most * (1 - torch.exp(-draw_spots(source, spots, _EDGE, warp) / most))
        melanin = drawn * uneven * bare
        return torch.cat([melanin, _BLOOD * melanin], dim=1)

    return scene.with_condition("age_spots", *laid(scene.source, noise, draw))
