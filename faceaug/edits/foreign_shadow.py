"""Edit: the shadow of something that stands outside the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from torch import Tensor

from faceaug.channels import Shade
from faceaug.data.attributes import EXPOSURE, LIGHT, TONE
from faceaug.edit import choice, edit, number
from faceaug.image.noise import Noise
from faceaug.scene import Scene


@edit(
    main="darkness",
    channel="shade",
    neutral={"darkness": 0.0},
    needs={"surface"},
    measures={*EXPOSURE, *LIGHT, *TONE},
    lawful={11: "leaves and fingers stand where chance puts them; a mirrored photograph gets others"},
)
def foreign_shadow(
    scene: Scene,
    noise: Noise,
    *,
    pattern: Annotated[
        tuple[str, ...],
        choice("leaves", "blinds", "fingers", "brim", "window", means="what stands between the lamp and the person"),
    ],
    darkness: Annotated[
        Tensor, number(0.5, 0.85, within=(0, 0.95), means="share of the key light that is lost in full shadow")
    ],
    penumbra: Annotated[
        Tensor,
        number(
            2,
            10,
            unit="mm",
            within=(0.5, 60),
            means="width of the soft edge; sunlight makes 9 mm for each metre between thing and face",
        ),
    ],
    wall: Annotated[
        Tensor,
        number(300, 1200, unit="mm", within=(150, 20000), means="from the face to the wall behind, shaded too"),
    ],
    size: Annotated[Tensor, number(0.8, 1.25, within=(0.3, 3), means="size of the shape, over life")] = 1.0,  # type: ignore[assignment]
    angle: Annotated[
        Tensor,
        number(-20, 20, unit="degrees", within=(-180, 180), mirror="negate", means="how far the shape leans clockwise"),
    ] = 0.0,  # type: ignore[assignment]
) -> Scene:
    """Let leaves, blinds, fingers, a brim or a window's frame throw their shadow over the person and the wall behind.

    The shape stands on a plane across the key light (the new one where the light is changed, else the photograph's
    own; a lamp aside and above where that one stands at the camera or the light is even) and is carried along the
    light onto the face, so that it bends over nose, brow and chin. Its edge is soft, on skin softer in red than in
    blue, since light wanders in the skin. On the wall it lies farther along the light, softer and, seen from the
    camera, smaller. The shadow is handed out as a mask.

    Source:
        X. Zhang et al., "Portrait shadow manipulation", SIGGRAPH 2020 (foreign shadows, soft edges, wandering light);
        the sun is 0.53 degrees wide.
    """
    return replace(scene, shade=Shade(pattern, darkness, penumbra, size, angle, wall, noise))
