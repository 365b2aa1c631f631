"""Edit: acne."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.edit import edit, number
from faceaug.face.fields import facial_skin, free_of_features, mottle, spread_of
from faceaug.face.lay import laid
from faceaug.face.scatter import Look, Spots, draw_spots, leanings, scatter_seen
from faceaug.image.noise import Noise
from faceaug.image.shade import smooth_step
from faceaug.scene import Scene
from faceaug.stages.visible import hardly_seen

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Where the glands are: centre (x, y), spread (x, y) on the mean face in mm, weight, both sides alike.
_WHERE = (
    (40.0, -40.0, 20.0, 22.0, 1.0),
    (0.0, 46.0, 34.0, 16.0, 0.75),
    (0.0, -95.0, 22.0, 10.0, 0.8),
    (0.0, -24.0, 10.0, 14.0, 0.35),
)
# Standard deviation of the logarithm of sizes and of redness; radius of the core, mm, and of the halo, in core radii.
_SIZE_SPREAD, _RED_SPREAD, _CORE, _CORE_RANGE, _HALO = 0.30, 0.30, 0.95, (0.5, 2.0), 2.1
# Share of the redness that the halo has.
_AROUND = 0.45
# Marks that healing leaves are flat: red on light skin, brown on dark; melanin on the darkest and lightest.
_MARK_ON_DARK, _MARK_ON_LIGHT, _DARK, _LIGHT = 0.55, 0.10, -40.0, 45.0
# A tip of pus: radius in core radii, share of the redness and melanin that it hides.
_TIP, _TIP_HIDES, _TIP_PALES = 0.42, 1.3, 0.35
_RAGGED, _PATCH_MM = 0.18, 2.5
_WANDER = 0.18
_TRIES = 160


@edit(
    main="count",
    channel="pigment",
    neutral={"count": 0.0},
    needs={"skin"},
    sets={"acne": "present"},
    flags=hardly_seen("acne"),
    measures={"spots"},
    lawful={11: "spots lie where the photograph's own hash throws them; a mirrored photograph gets others"},
)
def acne(
    scene: Scene,
    noise: Noise,
    *,
    count: Annotated[Tensor, number(12, 42, within=(0, 70), means="pimples and marks on bare skin in sight")],
    redness: Annotated[Tensor, number(0.4, 0.8, within=(0, 1.6), means="haemoglobin in a pimple, optical density")],
    raised: Annotated[Tensor, number(0.15, 0.4, unit="mm", within=(0, 0.8), means="height of a pimple")],
    tips: Annotated[Tensor, number(0, 0.3, within=(0, 1), means="share of pimples with a pale tip")],
    marks: Annotated[Tensor, number(0.2, 0.6, within=(0, 1), means="share that are flat marks, healed")],
) -> Scene:
    """Put pimples, some with a pale tip, and the marks of healed ones on cheeks, forehead and chin.

    Each pimple is a red core in a wider paler halo, raised, so that the light in force shades it. Marks are flat, red
    on light skin and brown on dark skin.

    Source:
        Places and sizes: A. Zaenglein et al., "Guidelines of care for the management of acne vulgaris", J. Am. Acad.
        Dermatol. 74 (2016): papules below 5 mm; dark marks: E. Davis and V. Callender, "Postinflammatory
        hyperpigmentation", J. Clin. Aesthet. Dermatol. 3 (2010).
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        device = source.linear.device
        bare = facial_skin(source)
        share = torch.from_numpy(spread_of(_WHERE) * free_of_features(eyes=9.0, lips=4.0, jaw=6.0)).to(device)
        centre, place, exists = scatter_seen(source, noise, count[row : row + 1], share[None], bare, tries=_TRIES)
        size = torch.exp(_SIZE_SPREAD * noise.normal("size", _TRIES, device)).float()
        red = redness[row] * torch.exp(_RED_SPREAD * noise.normal("red", _TRIES, device)).float() * exists
        core = (_CORE * size).clamp(*_CORE_RANGE)
        flat = (noise.uniform("kind", _TRIES, device) < marks[row]).float()
        tip = (noise.uniform("tip", _TRIES, device) < tips[row]).float() * (1 - flat)
        lean = leanings(noise, _TRIES, device)
        warp = 1 + _RAGGED * mottle(source, noise, "outline", _PATCH_MM)

        def drawn(radius: Tensor, depth: Tensor, edge: float) -> Tensor:
            return draw_spots(source, Spots(centre, place, radius, depth, lean), Look(edge, _WANDER), warp)

        brown = 1 - smooth_step(_DARK, _LIGHT, source.skin.ita)
        mark = drawn(core * 1.3, flat * red, 2.6)
        pale = drawn(core * _TIP, tip * red, 3.0)
        blood = drawn(core, (1 - flat) * red * (1 - _AROUND), 2.6) + drawn(
            core * _HALO, (1 - flat) * red * _AROUND, 1.8
        )
        blood = blood + 0.6 * mark - _TIP_HIDES * pale
        share_of_brown = (_MARK_ON_LIGHT + (_MARK_ON_DARK - _MARK_ON_LIGHT) * brown)[:, None, None, None]
        melanin = share_of_brown * (mark + 0.35 * blood.clamp(min=0)) - _TIP_PALES * pale
        height = drawn(core * 1.1, raised[row] * (1 - flat) * size * exists, 2.2)
        return torch.cat([melanin, blood, height], dim=1) * bare

    return scene.with_condition("acne", *laid(scene.source, noise, draw))
