"""Edit: light from another direction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import torch
from torch import Tensor

from faceaug.channels import Lighting
from faceaug.data.attributes import EXPOSURE, LIGHT, TONE
from faceaug.edit import choice, edit, number
from faceaug.image.noise import Noise
from faceaug.image.shade import angles, direction
from faceaug.scene import Scene

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Where a key light can stand (degrees), and how strong it can be against the fill.
_AZIMUTH, _ELEVATION, _KEY_FILL = (-120.0, 120.0), (-45.0, 75.0), (1.0, 16.0)
# Lamps behind a sitter stand above the head, out of the picture.
_RIM_ELEVATION = 20.0

# Set-ups of a portrait studio and of the world outside, as photographers name them: degrees, ratios, kelvin, EV.
# A pair is a range, more numbers are a choice. Source: C. Grey, "Master Lighting Guide for Portrait Photographers"
# (2004), and the ratios that studios use.
_PRESETS: dict[str, dict[str, float | tuple[float, ...]]] = {
    "butterfly": {"azimuth": (-6, 6), "elevation": (42, 58), "key_fill": (2, 3.5), "softness": (0.25, 0.5)},
    "loop": {"azimuth": (-40, -32, 32, 40), "elevation": (25, 38), "key_fill": (2, 3.5), "softness": (0.3, 0.6)},
    "rembrandt": {"azimuth": (-55, -46, 46, 55), "elevation": (36, 48), "key_fill": (4, 8), "softness": (0.15, 0.4)},
    "split": {"azimuth": (-90, -82, 82, 90), "elevation": (0, 15), "key_fill": (5, 10), "softness": (0.2, 0.5)},
    "rim": {
        "azimuth": (-45, -30, 30, 45),
        "elevation": (10, 30),
        "key_fill": (1.3, 1.8),
        "softness": (0.5, 0.8),
        "exposure": (-0.9, -0.5),
        "rim": (3, 4),
        "rim_azimuth": (-145, -130, 130, 145),
    },
    "backlight": {
        "azimuth": (-30, 30),
        "elevation": (0, 25),
        "key_fill": (1.1, 1.4),
        "softness": 1,
        "exposure": (-1, -0.4),
        "rim": (2.5, 4),
    },
    "under": {"azimuth": (-15, 15), "elevation": (-40, -28), "key_fill": (3, 6), "softness": (0.2, 0.5)},
    "window": {
        "azimuth": (-80, -65, 65, 80),
        "elevation": (5, 20),
        "key_fill": (2.5, 5),
        "softness": (0.75, 1),
        "temperature": (6000, 7500),
        "fill_temperature": (5000, 6200),
    },
    "overcast": {
        "azimuth": (-25, 25),
        "elevation": (60, 75),
        "key_fill": (1.3, 1.8),
        "softness": 1,
        "ambient": 0.5,
        "temperature": (6500, 7500),
        "fill_temperature": (6500, 7500),
    },
    "sun": {
        "azimuth": (-55, 55),
        "elevation": (30, 60),
        "key_fill": (3.5, 6),
        "softness": (0.05, 0.15),
        "ambient": 0.5,
        "temperature": (5200, 6000),
        "fill_temperature": (7000, 9000),
    },
    "low_key": {
        "azimuth": (-75, -60, 60, 75),
        "elevation": (15, 40),
        "key_fill": (10, 16),
        "softness": (0.15, 0.4),
        "exposure": (-0.9, -0.5),
    },
    "high_key": {
        "azimuth": (-20, 20),
        "elevation": (10, 30),
        "key_fill": (1.1, 1.4),
        "softness": (0.8, 1),
        "ambient": 1,
        "exposure": (0.2, 0.4),
    },
}


def _like(face: Decomposition) -> dict[str, float | str]:
    """The lamp that another face's skin shows, within what this edit can do."""
    azimuth, elevation = (float(angle[0]) for angle in angles(face.light.direction))
    key_fill = float(face.light.key_fill[0])
    return {
        "azimuth": round(min(max(azimuth, _AZIMUTH[0]), _AZIMUTH[1]), 1),
        "elevation": round(min(max(elevation, _ELEVATION[0]), _ELEVATION[1]), 1),
        "key_fill": round(min(max(key_fill, _KEY_FILL[0]), _KEY_FILL[1]), 2),
    }


@edit(
    main="key_fill",
    channel="light",
    neutral={"strength": 0.0},
    measures={*EXPOSURE, *LIGHT, *TONE},
    like=_like,
)
def lighting(
    scene: Scene,
    noise: Noise,
    *,
    preset: Annotated[
        tuple[str, ...],
        choice("custom", *_PRESETS, implies=_PRESETS, means="a named set-up; any setting that is given wins over it"),
    ] = "custom",  # type: ignore[assignment]
    azimuth: Annotated[
        Tensor,
        number(-70, 70, unit="degrees", within=_AZIMUTH, mirror="negate", means="where the key stands; + is right"),
    ],
    elevation: Annotated[
        Tensor, number(0, 45, unit="degrees", within=_ELEVATION, means="how high the key light stands above the eyes")
    ],
    key_fill: Annotated[
        Tensor, number(2, 7, within=_KEY_FILL, means="light on the bright side over light on the dark side")
    ],
    softness: Annotated[
        Tensor, number(0.2, 0.8, within=(0, 1), means="size of the light: 0 a bare bulb, 1 a wall of light")
    ],
    ambient: Annotated[
        Tensor, number(0.4, 1, within=(0, 1), means="share of the fill that is even; the rest comes from above")
    ] = 0.7,  # type: ignore[assignment]
    temperature: Annotated[
        Tensor,
        number(4000, 9000, unit="K", within=(2000, 12000), means="colour of the key; 6504 is the picture's own white"),
    ] = 6504.0,  # type: ignore[assignment]
    exposure: Annotated[
        Tensor, number(-0.5, 0.5, unit="EV", within=(-1.5, 1.5), means="brighter or darker overall")
    ] = 0.0,  # type: ignore[assignment]
    fill_temperature: Annotated[
        Tensor,
        number(4000, 9000, unit="K", within=(2000, 12000), means="colour of the fill light, as of the key"),
    ] = 6504.0,  # type: ignore[assignment]
    rim: Annotated[
        Tensor, number(0, 2, within=(0, 4), means="light from behind on hair and shoulders, over the face's own light")
    ] = 0.0,  # type: ignore[assignment]
    rim_azimuth: Annotated[
        Tensor,
        number(-180, 180, unit="degrees", within=(-180, 180), mirror="negate", means="where it stands; 180 is behind"),
    ] = 180.0,  # type: ignore[assignment]
    strength: Annotated[
        Tensor, number(0, 1, within=(0, 1), means="blend from the photograph's own light to this one")
    ] = 1.0,  # type: ignore[assignment]
) -> Scene:
    """Light the person from another side: shading, shadows of nose, brow and chin, and sheen follow the new key light.

    Three lamps, each with its colour: the key, the fill (even, and from above), and one from behind that draws a rim
    around hair and shoulders. A preset names a set-up of them.

    The photograph's own shading is read off the skin as spherical harmonics over the face's real normals; the person is
    multiplied by new over old shading in linear light. Background pixels keep their bits. Strong hard shadows that are
    already in the photograph cannot be taken away and stay.

    Source:
        Ratio images: Z. Wen et al., "Face relighting with radiance environment maps", CVPR 2003. Ranges: studio
        practice, key:fill 2:1 (soft) to 8:1 (dramatic).
    """
    del noise, preset  # the preset has told the other settings already
    light = Lighting(
        direction=direction(azimuth, elevation),
        key_fill=key_fill,
        softness=softness,
        ambient=ambient,
        temperature=temperature,
        exposure=exposure,
        strength=strength,
        fill_temperature=fill_temperature,
        rim=rim,
        rim_direction=direction(rim_azimuth, torch.full_like(rim, _RIM_ELEVATION)),
    )
    return replace(scene, light=light)
