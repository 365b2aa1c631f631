"""Edit: birthmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.edit import choice, edit, number
from faceaug.face.fields import facial_skin, mottle, within_jaw
from faceaug.face.lay import laid
from faceaug.face.patches import depth_above, edged
from faceaug.image.noise import Noise
from faceaug.image.shade import smooth_step
from faceaug.scene import Scene
from faceaug.stages.visible import hardly_seen

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Where one may lie, middle (x, y, z) on the mean face, mm: forehead and temple, cheek, jaw.
_PLACES = ((34.0, 40.0, 8.0), (44.0, -24.0, 2.0), (46.0, -46.0, 0.0), (36.0, -78.0, 2.0), (22.0, 50.0, 16.0))
# Edges wander by these shares of the mark's own radius, over patches of these shares of it.
_WANDER = ((1.1, 0.55), (0.45, 0.28), (0.16, 0.10))
# Half the width of the edge, mm: port-wine stains fade out, cafe-au-lait spots a little.
_EDGES = {"port_wine": 1.9, "cafe_au_lait": 1.3}
# Cafe-au-lait spots are smaller, in shares of the radius asked for.
_SIZES = {"port_wine": 1.0, "cafe_au_lait": 0.6}
# A port-wine stain is mottled, a cafe-au-lait spot nearly even.
_UNEVEN = {"port_wine": 0.30, "cafe_au_lait": 0.16}
# So much of its pigment a mark loses toward its edge, between these values of its field, which blotches move so far.
_THIN, _WHOLE, _UNEVENLY = {"port_wine": 0.55, "cafe_au_lait": 0.35}, (-0.1, 0.6), 0.25
# Melanin and haemoglobin for one unit of strength: wine red has some of the dark of deep vessels.
_PIGMENT = {"port_wine": (0.10, 1.0), "cafe_au_lait": (0.85, 0.27)}
# Marks keep this far in their own field's units from the jaw's outline: there they would end on a ruled line.
_AWAY = 2.6
# On dark skin a cafe-au-lait spot is dark brown: to be seen as on light skin it takes up to this much more melanin,
# between these typology angles.
_MORE, _DARK, _LIGHT = 0.5, -40.0, 40.0
# A stain keeps to its side, but wanders over the middle, by patches of these sizes, so far, mm.
_MIDDLE = ((20.0, 9.0), (9.0, 5.0), (4.0, 2.5))


@edit(
    main="strength",
    channel="pigment",
    neutral={"strength": 0.0},
    needs={"skin", "colour"},
    sets={"birthmark": "present"},
    flags=hardly_seen("birthmark"),
    lawful={11: "the mark lies where the photograph's own hash puts it; a mirrored photograph gets another"},
)
def birthmark(
    scene: Scene,
    noise: Noise,
    *,
    strength: Annotated[Tensor, number(0.4, 1.0, within=(0, 1.8), means="pigment in the mark, optical density")],
    size: Annotated[Tensor, number(14, 34, unit="mm", within=(5, 60), means="radius of a stain; spots are smaller")],
    kind: Annotated[tuple[str, ...], choice("port_wine", "cafe_au_lait", means="vessels, or pigment")],
) -> Scene:
    """Put a birthmark on one side of the face: a port-wine stain, or a café-au-lait spot.

    A region with an irregular, map-like edge that keeps to its side of the face. A port-wine stain is wine-red and
    mottled, a café-au-lait spot even and light brown.

    Source:
        R. Waelchli et al., "New vascular classification of port-wine stains", Br. J. Dermatol. 171 (2014): the stain
        follows embryonic blood-vessel territories, stops near the midline.
    """

    def draw(source: Decomposition, noise: Noise, row: int) -> Tensor:
        word, device = kind[row], source.linear.device
        radius = float(size[row]) * _SIZES[word]
        place = int(noise.uniform("place", 1)[0, 0] * len(_PLACES))
        side = 1.0 if float(noise.uniform("side", 1)[0, 0]) > 0.5 else -1.0
        x, y, z = _PLACES[place]
        across, up, ahead = source.surface.position.split(1, dim=1)  # type: ignore[no-untyped-call]
        far = torch.sqrt((across - side * x) ** 2 + 0.7 * (up - y) ** 2 + 0.4 * (ahead - z) ** 2)
        field = 1 - far / radius
        for index, (period, share) in enumerate(_WANDER):
            field = field + share * mottle(source, noise, f"edge {index}", max(2.0, period * radius))
        middle = across * side
        for index, (period, wander) in enumerate(_MIDDLE):
            middle = middle + wander * mottle(source, noise, f"middle {index}", period)
        field = torch.minimum(field, middle / radius * 2) - _AWAY * (1 - within_jaw(source))
        scale = float(source.pose.scale[0])
        blotches = 0.6 * mottle(source, noise, "uneven", 7.0) + 0.4 * mottle(source, noise, "finer", 2.5)
        cover = edged(depth_above(field, 0.0, scale), scale, _EDGES[word]) * (1 + _UNEVEN[word] * blotches)
        # Toward its edge a mark thins out, here more than there.
        whole = smooth_step(*_WHOLE, field + _UNEVENLY * blotches)
        cover = cover * (1 - _THIN[word] * (1 - whole)) * facial_skin(source)
        amount = strength[row] * torch.tensor(_PIGMENT[word], device=device)
        if word == "cafe_au_lait":
            amount = amount * (1 + _MORE * (1 - smooth_step(_DARK, _LIGHT, source.skin.ita)))
        return cover * amount[None, :, None, None]

    return scene.with_condition("birthmark", *laid(scene.source, noise, draw))
