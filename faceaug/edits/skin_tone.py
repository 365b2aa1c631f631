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
from faceaug.image.color import hue_angle, lab_to_linear
from faceaug.image.noise import Noise
from faceaug.image.picked import places
from faceaug.scene import Scene

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Lightness and hue (degrees) of cheeks that can be asked for.
_LIGHTNESS, _HUE = (22.0, 84.0), (15.0, 85.0)
# A channel this close to its end has lost the skin's colour; above this share of the cheeks nothing can be done.
_WHITE, _BLACK, _MOST_CLIPPED = 0.985, 0.0015, 0.25
# Where the skin would be brighter than white by this factor it is flat (a shoulder holds what is less); shares of the
# facial skin from which such a picture is to be doubted and from which it is declined (chosen by looking at twelve).
_OVER, _DOUBTED, _REFUSED = 1.3, 0.2, 0.4
# With which targets each tone that is given counts.
_CALLED_BY = {
    "ita": ("ita",),
    "lightness": ("lightness", "lightness_hue"),
    "hue": ("lightness_hue",),
    "monk": ("monk",),
    "step": ("step",),
}
# Pixels of skin that are enough to tell.
_SAMPLED = 4000


def _goal(source: Decomposition, row: int, asked: Settings) -> Tensor:
    """CIELAB ``(3,)`` that the cheeks of one row shall have."""

    def value(name: str) -> float:
        return float(asked[name][row])

    kind, now, whole = asked["target"][row], source.skin.tone[row], face_tone(source, row)
    if kind == "lightness_hue":
        return at_lightness_and_hue(value("lightness"), value("hue"), now)
    if kind == "lightness":
        return at_lightness(now, value("lightness"), whole)
    if kind == "step":
        return at_lightness(now, min(max(float(now[0]) + value("step"), _LIGHTNESS[0]), _LIGHTNESS[1]), whole)
    if kind == "monk":
        return at_ita(now, float(monk_ita(asked["monk"])[row]), whole)  # type: ignore[arg-type]
    return at_ita(now, value("ita"), whole)


def _burnt(source: Decomposition, row: int, tone: Tensor, strength: float) -> float:
    """Share of one row's facial skin that would be near white at a tone, being so much lighter than the cheeks."""
    now = source.skin.tone[row].double()
    goal = torch.lerp(now, tone.double(), strength)
    if float(goal[0]) <= float(now[0]):
        return 0.0
    place = places(source.regions.skin[row], 0.8)
    if not len(place):
        return 0.0
    skin = source.linear[row].flatten(1).index_select(1, place[:: -(-len(place) // _SAMPLED)])
    light = lab_to_linear(torch.stack([goal, now])).clamp(min=1e-4)
    return float(((skin * (light[0] / light[1])[:, None].to(skin)).amax(dim=0) > _OVER).float().mean())


def _doubtful(scene: Scene, settings: Settings) -> list[str | None]:
    """Say of which rows much of the skin is near white; the tones are those that the scene was given."""
    del settings
    if scene.tone is None:
        return [None] * len(scene)
    tones = zip(scene.tone.lab, scene.tone.strength.tolist(), strict=True)
    burnt = [_burnt(scene.source, row, tone, strength) for row, (tone, strength) in enumerate(tones)]
    return [
        f"{share:.0%} of the skin near white: the cheeks are darker" if share > _DOUBTED else None for share in burnt
    ]


def _clipped(scene: Scene, settings: Settings) -> list[str | None]:
    """Decline faces whose cheeks hold no colour any more, or whose skin would hold none."""
    reasons: list[str | None] = []
    for row in range(len(scene)):
        place = cheek_places(scene.source, row)
        cheeks = scene.source.linear[row].flatten(1).index_select(1, place)
        white = float((cheeks.amax(dim=0) > _WHITE).float().mean())
        black = float((cheeks.amax(dim=0) < _BLACK).float().mean())
        clipped = max(white, black)
        end = "blown out" if white >= black else "black"
        if clipped > _MOST_CLIPPED:
            reasons.append(f"{clipped:.0%} of the cheeks are {end}")
            continue
        burnt = _burnt(scene.source, row, _goal(scene.source, row, settings), float(settings["strength"][row]))
        over = f"{burnt:.0%} of the skin would burn: the cheeks lie in shadow" if burnt > _REFUSED else None
        reasons.append(over)
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
    flags=_doubtful,
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
        choice(
            *("ita", "lightness_hue", "lightness", "monk", "step"),
            means="which setting says the tone to reach; the one that is given, unless said",
            called_by=_CALLED_BY,
        ),
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
    whites: Annotated[
        Tensor,
        number(0, 1, within=(0, 1), means="how far eyes and teeth go along, as they do between people; 0 leaves them"),
    ] = 1.0,  # type: ignore[assignment]
) -> Scene:
    """Give all bare skin another apparent tone, darker or lighter; pores, freckles, wrinkles and sheen stay.

    A layer of pigment, as dense as needed, along the colours of real faces from dark to light; what the photograph's
    light, camera and blood add to those colours is kept. Ears, neck and shoulders go along, lips for the most part,
    eyes and teeth as they do between people, or as far as `whites` says; brows, beards and the roots of hair where skin
    becomes darker; other hair, clothes and glasses do not.
    Highlights are as strong, and hue as even, as on real faces of that tone. The cheeks are measured and the density
    corrected until they show the tone asked for. A darker rendering is an appearance variant of the person, not a
    member of another group.

    Source:
        Optical density: N. Tsumura et al., "Image-based skin color and texture analysis/synthesis by extracting
        hemoglobin and melanin information in the skin", SIGGRAPH 2003. Colours of real faces: see ``face/locus``.
    """
    del noise
    asked: Settings = {"target": target, "ita": ita, "lightness": lightness, "hue": hue, "monk": monk, "step": step}
    goals = torch.stack([_goal(scene.source, row, asked) for row in range(len(scene))])
    return replace(scene, tone=Tone(goals, strength, whites))
