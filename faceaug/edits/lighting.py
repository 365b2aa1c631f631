"""Edit: light from another direction."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from torch import Tensor

from faceaug.channels import Lighting
from faceaug.edit import edit, number
from faceaug.image.noise import Noise
from faceaug.image.shade import direction
from faceaug.scene import Scene


@edit(
    main="key_fill",
    channel="light",
    neutral={"strength": 0.0},
    measures={"light_azimuth", "light_elevation", "key_fill", "ita", "lightness", "hue", "skin_tone"},
)
def lighting(
    scene: Scene,
    noise: Noise,
    *,
    azimuth: Annotated[
        Tensor,
        number(
            -70,
            70,
            unit="degrees",
            within=(-120, 120),
            mirror="negate",
            means="where the key light stands; positive is the picture's right",
        ),
    ],
    elevation: Annotated[
        Tensor, number(0, 45, unit="degrees", within=(-45, 75), means="how high the key light stands above the eyes")
    ],
    key_fill: Annotated[
        Tensor, number(1.5, 6, within=(1, 16), means="light on the bright side over light on the dark side")
    ],
    softness: Annotated[
        Tensor, number(0.2, 0.8, within=(0, 1), means="size of the light: 0 a bare bulb, 1 a wall of light")
    ],
    ambient: Annotated[
        Tensor, number(0.4, 1, within=(0, 1), means="share of the fill that is even; the rest comes from above")
    ] = 0.7,  # type: ignore[assignment]
    temperature: Annotated[
        Tensor,
        number(
            4000,
            9000,
            unit="K",
            within=(2000, 12000),
            means="colour of the key light; 6504 is the photograph's own white",
        ),
    ] = 6504.0,  # type: ignore[assignment]
    exposure: Annotated[
        Tensor, number(-0.5, 0.5, unit="EV", within=(-1.5, 1.5), means="brighter or darker overall")
    ] = 0.0,  # type: ignore[assignment]
    strength: Annotated[
        Tensor, number(0, 1, within=(0, 1), means="blend from the photograph's own light to this one")
    ] = 1.0,  # type: ignore[assignment]
) -> Scene:
    """Light the person from another side: shading, shadows of nose, brow and chin, and sheen follow the new key light.

    The photograph's own shading is read off the skin as spherical harmonics over the face's real normals; the person is
    multiplied by new over old shading in linear light. Background pixels keep their bits. Strong hard shadows that are
    already in the photograph cannot be taken away and stay.

    Source:
        Ratio images: Z. Wen et al., "Face relighting with radiance environment maps", CVPR 2003. Ranges: studio
        practice, key:fill 2:1 (soft) to 8:1 (dramatic).
    """
    del noise
    light = Lighting(direction(azimuth, elevation), key_fill, softness, ambient, temperature, exposure, strength)
    return replace(scene, light=light)
