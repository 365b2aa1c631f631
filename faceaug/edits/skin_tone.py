"""Edit: another apparent skin tone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.channels import Tone
from faceaug.data.attributes import TONE
from faceaug.edit import Settings, choice, edit, number
from faceaug.errors import Refusal
from faceaug.face.locus import at_ita, at_lightness, at_lightness_and_hue, monk_ita
from faceaug.face.skin import cheek_places, face_tone
from faceaug.image.color import hue_angle
from faceaug.image.noise import Noise
from faceaug.scene import Scene

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Lightness and hue (degrees) of cheeks that can be asked for.
_LIGHTNESS, _HUE = (22.0, 84.0), (15.0, 85.0)
# A channel this close to its end has lost the skin's colour; above this share of the cheeks nothing can be done.
_WHITE, _BLACK, _MOST_CLIPPED = 0.985, 0.0015, 0.25


def _clipped(scene: Scene, settings: Settings) -> list[str | None]:
    """Decline faces whose cheeks hold no colour any more."""
    del settings
    reasons: list[str | None] = []
    for row in range(len(scene)):
        place = cheek_places(scene.source, row)
        cheeks = scene.source.linear[row].flatten(1).index_select(1, place)
        white = float((cheeks.amax(dim=0) > _WHITE).float().mean())
        black = float((cheeks.amax(dim=0) < _BLACK).float().mean())
        clipped = max(white, black)
        end = "blown out" if white >= black else "black"
        reasons.append(f"{clipped:.0%} of the cheeks are {end}" if clipped > _MOST_CLIPPED else None)
    return reasons


def _like(face: Decomposition) -> dict[str, float | str]:
    """Lightness and hue of another face's cheeks, as its photograph shows them."""
    if bool(face.grey[0]):
        raise Refusal("skin_tone", "the photograph to be like is grey")
    lightness, hue = float(face.skin.tone[0, 0]), float(hue_angle(face.skin.tone)[0])
    return {
        "target": "lightness_hue",
        "lightness": round(min(max(lightness, _LIGHTNESS[0]), _LIGHTNESS[1]), 2),
        "hue": round(min(max(hue, _HUE[0]), _HUE[1]), 2),
    }


@edit(
    main="ita",
    channel="tone",
    neutral={"strength": 0.0},
    needs={"skin", "colour"},
    measures={*TONE},
    refuses=_clipped,
    like=_like,
)
def skin_tone(
    scene: Scene,
    noise: Noise,
    *,
    ita: Annotated[
        Tensor,
        number(-60, 70, unit="degrees", within=(-72, 80), means="typology angle of the cheeks; less is darker"),
    ],
    target: Annotated[
        tuple[str, ...],
        choice("ita", "lightness_hue", "lightness", "monk", "step", means="which setting says the tone to reach"),
    ] = "ita",  # type: ignore[assignment]
    lightness: Annotated[Tensor, number(30, 75, unit="L*", within=_LIGHTNESS, means="lightness of the cheeks")] = 50.0,  # type: ignore[assignment]
    hue: Annotated[
        Tensor, number(42, 58, unit="degrees", within=_HUE, means="CIELAB hue of the cheeks; more is yellower")
    ] = 50.0,  # type: ignore[assignment]
    monk: Annotated[Tensor, number(1, 10, within=(1, 10), means="tone of the Monk scale, light to dark")] = 6.0,  # type: ignore[assignment]
    step: Annotated[
        Tensor, number(-20, 20, unit="L*", within=(-50, 50), means="lighter (more) or darker (less) than now")
    ] = 0.0,  # type: ignore[assignment]
    strength: Annotated[
        Tensor, number(0, 1, within=(0, 1), means="blend from the photograph's own tone to the new one")
    ] = 1.0,  # type: ignore[assignment]
) -> Scene:
    """Give all bare skin another apparent tone, darker or lighter; pores, freckles, wrinkles and sheen stay.

    A layer of pigment, as dense as needed, along the colours of real faces from dark to light; what the photograph's
    light, camera and blood add to those colours is kept. Ears, neck and shoulders go along, lips by a third; eyes,
    teeth, brows, hair, clothes and glasses do not. The cheeks are measured and the density corrected until they show
    the tone asked for. A darker rendering is an appearance variant of the person, not a member of another group.

    Source:
        Optical density: N. Tsumura et al., "Image-based skin color and texture analysis/synthesis by extracting
        hemoglobin and melanin information in the skin", SIGGRAPH 2003. Colours of real faces: see ``face/locus``.
    """
    del noise
    monks = monk_ita(monk)
    rows = []
    for row, kind in enumerate(target):
        now, whole = scene.source.skin.tone[row], face_tone(scene.source, row)
        if kind == "lightness_hue":
            rows.append(at_lightness_and_hue(float(lightness[row]), float(hue[row]), now))
        elif kind == "lightness":
            rows.append(at_lightness(now, float(lightness[row]), whole))
        elif kind == "step":
            rows.append(at_lightness(now, float((now[0] + step[row]).clamp(*_LIGHTNESS)), whole))
        else:
            rows.append(at_ita(now, float(monks[row] if kind == "monk" else ita[row]), whole))
    return replace(scene, tone=Tone(torch.stack(rows), strength))
