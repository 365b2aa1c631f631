"""What edits may ask of a scene, one class a channel of the renderer; every field has one row a picture.

Channels that are maps over the window (pigment, relief) are plain tensors of the scene itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.image.noise import Noise


@dataclass(frozen=True)
class Lighting:
    """The light asked for; every field has one row a picture.

    Attributes:
        direction: Unit vectors toward the key light ``(B, 3)``: right, up, toward the camera.
        key_fill: Ratio of key plus fill to fill, as photographers state it, ``(B,)``, at least 1.
        softness: Angular size of the key ``(B,)``: 0 a bare bulb, 1 a wall of light.
        ambient: Share of the fill that comes evenly from all sides ``(B,)``; the rest comes from above.
        temperature: Colour temperature of the key relative to the photograph's white ``(B,)``, kelvin (6504 = none).
        exposure: Exposure change ``(B,)``, EV.
        strength: Blend from the photograph's own light (0) to the new one (1) ``(B,)``.
    """

    direction: Tensor
    key_fill: Tensor
    softness: Tensor
    ambient: Tensor
    temperature: Tensor
    exposure: Tensor
    strength: Tensor


@dataclass(frozen=True)
class Sensor:
    """What lies between the light and the file: optics, sensor noise, white balance, resolution, codec.

    Attributes:
        defocus: Diameter of the blur disc at the face ``(B,)``, mm.
        motion: Length of the motion streak at the face ``(B,)``, mm.
        motion_angle: Direction of the streak ``(B,)``, degrees from the x axis.
        resolution: Share of the photograph's pixels a side that the sensor had ``(B,)``, 0..1.
        temperature: White balance error ``(B,)``, mired (positive: picture too warm).
        tint: White balance error across the Planckian locus ``(B,)``, positive: too magenta.
        gain: Sensor gain of the noise ``(B,)``, ISO; 0 adds no noise.
        quality: JPEG quality ``(B,)``, 1..100; above 99.5 no codec is run.
        noise: Keys of the noise.
    """

    defocus: Tensor
    motion: Tensor
    motion_angle: Tensor
    resolution: Tensor
    temperature: Tensor
    tint: Tensor
    gain: Tensor
    quality: Tensor
    noise: Noise


@dataclass(frozen=True)
class Turn:
    """Another head pose; every field has one row a picture.

    Attributes:
        angles: Yaw, pitch, roll that the result shall measure ``(B, 3)``, degrees.
        gaze: Whether the eyes turn with the head (0) or stay on what they looked at (1) ``(B,)``.
    """

    angles: Tensor
    gaze: Tensor


@dataclass(frozen=True)
class Tone:
    """Another apparent skin tone; every field has one row a picture.

    Attributes:
        lab: Median CIELAB that the cheeks shall measure ``(B, 3)``.
        strength: Blend from the photograph's own tone (0) to the new one (1) ``(B,)``.
        exposure: How much of the camera's answer to a darker or lighter face is added ``(B,)``, EV.
    """

    lab: Tensor
    strength: Tensor
    exposure: Tensor
