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
        fill_temperature: The same of the fill ``(B,)``, kelvin.
        rim: Light from behind on the edges, over the face's mean light ``(B,)``; 0 for none.
        rim_direction: Unit vectors toward it ``(B, 3)``.
    """

    direction: Tensor
    key_fill: Tensor
    softness: Tensor
    ambient: Tensor
    temperature: Tensor
    exposure: Tensor
    strength: Tensor
    fill_temperature: Tensor
    rim: Tensor
    rim_direction: Tensor


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
        exposure: Exposure of the whole photograph ``(B,)``, EV; below 0 the light was too low.
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
    exposure: Tensor
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
        whites: How far eyes and teeth go along, 0 not at all, 1 as they do between people ``(B,)``.
    """

    lab: Tensor
    strength: Tensor
    whites: Tensor


@dataclass(frozen=True)
class Eyewear:
    """Glasses to be put on; every field has one row a picture.

    Attributes:
        style: Shape of the frame, one of `faceaug.face.frame.STYLES`.
        material: ``acetate``, ``metal`` or ``translucent``.
        colour: Colour of the frame, one of `faceaug.image.finish.COLOURS`.
        lens: ``clear``, ``tinted``, ``gradient`` or ``mirrored``.
        tint_colour: Colour of lenses that are not clear, one of `faceaug.image.finish.TINTS`.
        reflection: What the lenses mirror: ``surroundings``, ``window``, ``lamps``, ``softbox`` or ``none``.
        size: Width of the frame over that of the head at the temples ``(B,)``.
        thickness: Width of the rims over the usual one ``(B,)``.
        gloss: Reflection of the lenses ``(B,)``: 1 bare glass, 0 perfectly coated.
        lowered: How far they have slipped down the nose ``(B,)``, mm.
        askew: How far both lenses are turned, and one is tipped against the other ``(B,)``, degrees.
        tint: Share of light that lenses absorb unless they are clear ``(B,)``, 0..1.
        power: Strength of the lenses ``(B,)``, dioptres.
        strength: Blend from no glasses (0) to these (1) ``(B,)``.
        noise: Keys of the noise.
    """

    style: tuple[str, ...]
    material: tuple[str, ...]
    colour: tuple[str, ...]
    lens: tuple[str, ...]
    tint_colour: tuple[str, ...]
    reflection: tuple[str, ...]
    size: Tensor
    thickness: Tensor
    gloss: Tensor
    lowered: Tensor
    askew: Tensor
    tint: Tensor
    power: Tensor
    strength: Tensor
    noise: Noise


@dataclass(frozen=True)
class Shade:
    """Something that stands in the key light; every field has one row a picture.

    Attributes:
        pattern: What it is, one of `faceaug.image.gobo.PATTERNS`.
        darkness: Share of the key light that is lost in full shadow ``(B,)``, 0..1.
        penumbra: Width of the soft edge on the face ``(B,)``, mm.
        size: Size of the shape over life ``(B,)``.
        angle: How far it leans ``(B,)``, degrees, clockwise.
        wall: How far behind the face the wall is that has its shadow too ``(B,)``, mm.
        noise: Keys of the noise.
    """

    pattern: tuple[str, ...]
    darkness: Tensor
    penumbra: Tensor
    size: Tensor
    angle: Tensor
    wall: Tensor
    noise: Noise
