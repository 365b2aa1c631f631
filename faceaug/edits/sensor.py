"""Edit: the camera's own faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from torch import Tensor

from faceaug.channels import Sensor
from faceaug.data.attributes import EXPOSURE, TONE
from faceaug.edit import edit, number
from faceaug.image.noise import Noise
from faceaug.scene import Scene


@edit(
    main="iso",
    channel="sensor",
    neutral={
        "defocus": 0.0,
        "motion": 0.0,
        "resolution": 1.0,
        "temperature": 0.0,
        "tint": 0.0,
        "iso": 0.0,
        "quality": 100.0,
        "exposure": 0.0,
    },
    measures={"grain", "sharpness", "blur", *EXPOSURE, *TONE},
    lawful={
        4: "the camera sees the whole photograph",
        10: "noise and codec live on the sensor's pixels, not on the face",
        11: "noise and codec blocks are tied to the pixel grid, which a mirror moves",
    },
)
def sensor(
    scene: Scene,
    noise: Noise,
    *,
    iso: Annotated[
        Tensor, number(100, 3200, unit="ISO", within=(0, 12800), means="sensor gain, and so its noise; 0 adds none")
    ],
    quality: Annotated[Tensor, number(55, 95, within=(5, 100), means="JPEG quality; 100 runs no codec")],
    defocus: Annotated[
        Tensor, number(0, 1.2, unit="mm", within=(0, 12), means="diameter of the blur disc on the face")
    ] = 0.0,  # type: ignore[assignment]
    motion: Annotated[
        Tensor, number(0, 2, unit="mm", within=(0, 25), means="length of the motion streak on the face")
    ] = 0.0,  # type: ignore[assignment]
    motion_angle: Annotated[
        Tensor,
        number(0, 180, unit="degrees", within=(-180, 180), mirror="negate", means="direction of the motion streak"),
    ] = 0.0,  # type: ignore[assignment]
    resolution: Annotated[
        Tensor, number(0.5, 1, within=(0.05, 1), means="pixels a side, as a share of the photograph's")
    ] = 1.0,  # type: ignore[assignment]
    temperature: Annotated[
        Tensor, number(-30, 30, unit="mired", within=(-120, 120), means="white balance error; positive is too warm")
    ] = 0.0,  # type: ignore[assignment]
    tint: Annotated[
        Tensor, number(-0.1, 0.1, unit="EV", within=(-0.5, 0.5), means="white balance error; positive is too magenta")
    ] = 0.0,  # type: ignore[assignment]
    exposure: Annotated[
        Tensor,
        number(-2, 0.5, unit="EV", within=(-5, 2), means="exposure of the whole photograph; low light is below 0"),
    ] = 0.0,  # type: ignore[assignment]
) -> Scene:
    """Take the picture with a lesser camera: blur, shake, noise, wrong white balance or exposure, few pixels, JPEG.

    Everything but the codec happens in linear light, in the order in which a camera does it. Noise has the variance
    ``shot x light + read`` of real sensors, shared between neighbours by demosaicing; the camera's own denoising leaves
    a part of it, paler and coarser in its colour, and less in bright light. A picture that shows the face with few
    pixels is taken for a reduced one, whose grain has been averaged.

    Source:
        T. Brooks et al., "Unprocessing images for learned raw denoising", CVPR 2019 (noise); the JPEG codec is
        albumentations'.
    """
    faults = Sensor(defocus, motion, motion_angle, resolution, temperature, tint, iso, quality, exposure, noise)
    return replace(scene, sensor=faults)
