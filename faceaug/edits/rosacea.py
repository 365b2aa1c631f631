"""Edit: rosacea."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.data.attributes import TONE
from faceaug.edit import edit, number
from faceaug.face.fields import facial_skin, mottle, mounds, within_jaw
from faceaug.face.lay import laid
from faceaug.face.threads import threads
from faceaug.image.noise import Noise
from faceaug.scene import Scene
from faceaug.stages.visible import hardly_seen

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Where the flush is: centre (x, y), spread (x, y) on the mean face in mm, weight, both sides alike.
_FLUSH = (
    (0.0, -27.0, 15.0, 18.0, 1.0),
    (36.0, -32.0, 17.0, 15.0, 1.0),
    (0.0, -95.0, 15.0, 10.0, 0.6),
    (0.0, 40.0, 20.0, 12.0, 0.45),
)
# It is blotchy, by patches of these sizes (mm) and shares.
_BLOTCHES = ((14.0, 0.40), (5.0, 0.25), (2.0, 0.15))
# Fine vessels: distance between them, mm; half width, mm; how dense they are beside the flush.
_APART, _HALF_WIDTH, _DENSE = 4.5, 0.13, 1.1
# The redder the skin the more vessels show.
_VEINED = 0.25


@edit(
    main="flush",
    channel="pigment",
    neutral={"flush": 0.0},
    needs={"skin", "colour"},
    sets={"rosacea": "present"},
    flags=hardly_seen("rosacea"),
    measures={*TONE},
    lawful={11: "blotches follow the photograph's own hash; a mirrored photograph gets others"},
)
def rosacea(
    scene: Scene,
    noise: Noise,
    *,
    flush: Annotated[Tensor, number(0.3, 0.8, within=(0, 1.1), means="haemoglobin in the flush, optical density")],
    vessels: Annotated[Tensor, number(0.2, 0.8, within=(0, 1), means="how many fine vessels show")],
) -> Scene:
    """Flush the middle of the face: nose, cheeks, chin, with blotches and fine vessels.

    Diffuse redness that fades into the skin around it; on dark skin it shows as a dusky warm brown, as in life.

    Source:
        R. Gallo et al., "Standard classification and pathophysiology of rosacea", J. Am. Acad. Dermatol. 78 (2018):
        centrofacial erythema, telangiectasia.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        field = mounds(source, _FLUSH)
        uneven = torch.ones_like(field)
        for index, (period, share) in enumerate(_BLOTCHES):
            uneven = uneven + share * mottle(source, noise, f"blotches {index}", period)
        strength = flush[row]
        bare = facial_skin(source) * within_jaw(source)
        blood = strength * (field * uneven).clamp(min=0)
        lines = threads(source, noise, "vessels", apart=_APART, half_width=_HALF_WIDTH)
        gate = (mottle(source, noise, "veined", 9.0) + 2 * vessels[row] - 1).clamp(0, 1)
        fine = (
            (strength / _VEINED).clamp(max=1.0)
            * _DENSE
            * strength.clamp(min=0.2)
            * lines
            * gate
            * field.clamp(0, 1) ** 2
        )
        return torch.cat([torch.zeros_like(blood), (blood + fine) * bare], dim=1)

    return scene.with_condition("rosacea", *laid(scene.source, noise, draw))
