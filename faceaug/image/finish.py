"""What frames and lenses are made of: their colours, their gloss, what a lens lets through and what it mirrors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from faceaug.image.shade import smooth_step

# Diffuse colour (linear sRGB) of acetate and reflectance of metals, by the colour's name.
# Metals: reflectance at normal incidence from N. Hoffman, "Background: physics and math of shading", SIGGRAPH 2013
# (gold, silver), darkened for lacquer; acetates by comparison with frames in photographs.
ACETATE: Final = {
    "black": (0.020, 0.020, 0.021),
    "brown": (0.048, 0.023, 0.012),
    "tortoise": (0.085, 0.028, 0.008),
    "blue": (0.014, 0.026, 0.085),
    "red": (0.120, 0.010, 0.016),
    "gold": (0.330, 0.180, 0.060),
    "silver": (0.210, 0.215, 0.225),
}
METAL: Final = {
    "black": (0.100, 0.100, 0.105),
    "brown": (0.190, 0.115, 0.070),
    "tortoise": (0.190, 0.115, 0.070),
    "blue": (0.080, 0.120, 0.240),
    "red": (0.300, 0.060, 0.060),
    "gold": (0.560, 0.420, 0.230),
    "silver": (0.620, 0.610, 0.590),
}
COLOURS: Final = tuple(ACETATE)
# How strongly a tint absorbs each channel, relative to its mean.
TINTS: Final = {
    "grey": (1.0, 1.0, 1.0),
    "brown": (0.72, 1.02, 1.45),
    "green": (1.15, 0.85, 1.12),
    "blue": (1.35, 1.05, 0.65),
    "rose": (0.62, 1.30, 1.10),
}
# Reflectance of one surface of glass or plastic at normal incidence (index 1.5), and light lost on both unless coated.
GLASS, LOSS = 0.04, 0.08
# What mirror coatings reflect at normal incidence, by the name of the tint beneath (by comparison with photographs).
MIRRORS: Final = {
    "grey": (0.50, 0.52, 0.54),
    "brown": (0.62, 0.42, 0.16),
    "green": (0.22, 0.50, 0.34),
    "blue": (0.16, 0.36, 0.62),
    "rose": (0.62, 0.28, 0.30),
}
# Radiance of a window over that of a white card in the scene's own light.
LAMP: Final = 7.0
# Half the width and height of what a lens may mirror, as parts of a direction: 8 of 40 wearers in official portraits
# show a patch or bar, some 10 mm wide and 3 to 9 mm high, that begins 4 mm or more above the pupil.
PANES: Final = {"window": (0.10, 0.07)}
# Light that comes from above and from the ground before a sitter, a white card being 1: at the horizon, and far from
# it; how far from it that is, and how soft the horizon, as parts of a direction.
_SKY, _GROUND, _AWAY, _HORIZON = (1.0, 0.42), (0.07, 0.28), 0.45, 0.03
# What frames mirror: radiance of floor and ceiling, how much darker it is behind the camera; bounds of a lamp's.
_FLOOR, _CEILING, _BEHIND, _DULL, _GLARING = 0.05, 0.48, 0.7, 3.0, 14.0
# How far polished acetate and drawn wire spread what they mirror, radians; the share of light that wire scatters;
# and how much streaks along it vary (by comparison with wire in portraits, which is white in some
# places and black in others).
_POLISHED, _BRUSHED, _DULLED, _STREAKS = 0.10, 0.30, 0.06, (0.45, 1.45)
# The lightest and the darkest parts of tortoise shell over its mean colour.
_FLAMES = (1.8, 1.7, 1.4), (0.18, 0.20, 0.45)
# How much of what lies behind shows through translucent acetate.
TRANSLUCENT: Final = 0.45


@dataclass(frozen=True)
class Finish:
    """The surface of one frame.

    Attributes:
        colour: Diffuse colour or, of metals, reflectance ``(3,)``, linear.
        metal: Whether it reflects like a metal.
        through: Share of the light behind that shines through, 0 for opaque.
        mottled: Whether tortoise shell's flames run through it.
    """

    colour: tuple[float, float, float]
    metal: bool
    through: float
    mottled: bool


def finish(material: str, colour: str) -> Finish:
    """Look a frame's surface up: material ``acetate``, ``metal`` or ``translucent``, and a colour's name."""
    if material == "metal":
        return Finish(METAL[colour], metal=True, through=0.0, mottled=False)
    through = TRANSLUCENT if material == "translucent" else 0.0
    return Finish(ACETATE[colour], metal=False, through=through, mottled=colour == "tortoise")


def reflected(normal: Tensor) -> Tensor:
    """Direction ``(B, 3, ...)`` in which the camera, straight ahead, looks after a mirror of unit ``normal``."""
    mirror = normal * (2 * normal[:, 2:3])
    mirror[:, 2:3] -= 1
    return mirror


def fresnel(cosine: Tensor, at_normal: Tensor | float) -> Tensor:
    """Reflectance at an angle.

    Source:
        C. Schlick, "An inexpensive BRDF model for physically-based rendering", CGF 13 (1994).
    """
    grazing = 1 - cosine.clamp(0, 1)
    square = grazing * grazing  # a general power is many times slower
    return at_normal + (1 - at_normal) * (square * square * grazing)


@dataclass(frozen=True)
class Room:
    """What frames mirror: an ordinary room with one lamp; a white card in its light has the radiance 1.

    Attributes:
        lamp: Unit vector toward the lamp ``(3,)``: right, up, toward the camera.
        radius: The lamp's angular radius, radians.
        bright: The lamp's radiance.
        coarse: How far directions differ from one sample of the drawing to the next, radians; a number or a map.
    """

    lamp: Tensor
    radius: float
    bright: float
    coarse: Tensor | float

    @classmethod
    def lit(cls, lamp: Tensor, key: float, spread: float, coarse: Tensor | float) -> Room:
        """The room whose lamp has the share ``key`` of the light on a card, and ``spread`` as tangent of its radius."""
        radius = math.atan(spread)
        return cls(lamp, radius, min(max(key / math.sin(radius) ** 2, _DULL), _GLARING), coarse)

    def seen(self, direction: Tensor, rough: float) -> Tensor:
        """Radiance ``(1, 1, h, w)`` in some directions ``(1, 3, h, w)``, as a surface ``rough`` by an angle shows it.

        Walls and ceiling are bright, the floor is dark, and darkest is what stands behind the camera.
        """
        x, y, z = (float(part) for part in self.lamp)
        dome = _FLOOR + (_CEILING - _FLOOR) * smooth_step(-0.3, 0.8, direction[:, 1:2])
        dome = dome * (1 - _BEHIND * smooth_step(0.6, 1.0, direction[:, 2:3]))
        cosine = direction[:, 0:1] * x + direction[:, 1:2] * y + direction[:, 2:3] * z
        # An edge draws the lamp out into a line, which loses less by being spread than a spot: width against area.
        own = self.radius / 2
        wide2 = own * own + rough * rough + self.coarse * self.coarse
        return dome + self.bright * (own * own / wide2) ** 0.6 * torch.exp((cosine - 1) / wide2)


def frame_light(surface: Finish, normal: Tensor, shading: Tensor, room: Room, pattern: Tensor | None) -> Tensor:
    """Radiance ``(1, 3, h, w)`` of a frame's surface, a white card being 1.

    Args:
        surface: What it is made of.
        normal: Unit normals ``(1, 3, h, w)``, camera frame.
        shading: Irradiance over the mean on the face ``(1, 1 or 3, h, w)``.
        room: What it mirrors.
        pattern: Flames of tortoise shell, or streaks in what a wire mirrors ``(1, 1, h, w)``, 0 dark to 1 light.
    """
    colour = torch.tensor(surface.colour, device=normal.device).reshape(1, 3, 1, 1)
    mirror = reflected(normal)
    if surface.metal:
        shine = room.seen(mirror, _BRUSHED)
        if pattern is not None:
            shine = shine * (_STREAKS[0] + (_STREAKS[1] - _STREAKS[0]) * pattern)
        return fresnel(normal[:, 2:3].clamp(min=0.5), colour) * (_DULLED * shading + (1 - _DULLED) * shine)
    if surface.mottled and pattern is not None:
        colour = flamed(colour, pattern)
    # Rounded edges hide their own grazing part: without this bound every edge would shine white. What shines through a
    # surface is not scattered back; what it mirrors is.
    return colour * (1 - surface.through) * shading + fresnel(normal[:, 2:3].clamp(min=0.45), GLASS) * room.seen(
        mirror, _POLISHED
    )


def flamed(colour: Tensor, pattern: Tensor) -> Tensor:
    """Colour of tortoise shell ``(1, 3, h, w)`` whose mean is ``colour``, with flames ``(1, 1, h, w)``, 0 dark to 1."""
    light, dark = (colour.new_tensor(part).reshape(1, 3, 1, 1) for part in _FLAMES)
    return colour * torch.lerp(dark, light, pattern)


def transmitted(lens: str, absorbed: float, tint: str, gloss: float, height: Tensor) -> Tensor:
    """Share of light ``(1, 3, h, w)`` that a lens lets through.

    Args:
        lens: ``clear``, ``tinted``, ``gradient`` or ``mirrored``.
        absorbed: Share that a tint takes away, 0..1.
        tint: Name of the tint's colour.
        gloss: Reflection of the lens: 1 bare, 0 perfectly coated.
        height: Place on the lens ``(1, 1, h, w)``, -1 its lower edge to 1 its upper.

    Source:
        Beer and Lambert: an optical density for each channel.
    """
    weight = height.new_tensor(TINTS[tint]).reshape(1, 3, 1, 1)
    passed = 1 - LOSS * min(gloss, 1.0)
    if lens == "clear":
        return torch.full_like(height, passed).expand(-1, 3, -1, -1)
    density = -torch.log(height.new_tensor(max(1 - absorbed, 0.02)))
    share = smooth_step(-0.9, 0.7, height) * 0.9 + 0.1 if lens == "gradient" else torch.ones_like(height)
    return torch.exp(-density * weight * share) * passed


def open_view(above: Tensor) -> Tensor:
    """Radiance ``(1, 1, h, w)`` of what stands before a sitter, as parts of a direction ``above`` the horizon.

    Bright above, brightest over the horizon; dark below, darkest under it. A white card has the radiance 1.
    """
    sky = _SKY[0] + (_SKY[1] - _SKY[0]) * smooth_step(0.0, _AWAY, above)
    ground = _GROUND[0] + (_GROUND[1] - _GROUND[0]) * smooth_step(0.0, _AWAY, -above)
    return torch.lerp(ground, sky, smooth_step(-_HORIZON, _HORIZON, above))


def pane(kind: str, direction: Tensor, middle: tuple[float, float]) -> Tensor:
    """Radiance ``(1, 1, h, w)`` of a bright thing in the room, mirrored in a lens.

    Args:
        kind: ``window`` (two panes, one above the other) or anything else for none.
        direction: Directions looked at ``(1, 3, h, w)``.
        middle: Right and up parts of the direction in which it stands.
    """
    x, y = direction[:, 0:1] - middle[0], direction[:, 1:2] - middle[1]
    wide, high = PANES.get(kind, (0.0, 0.0))
    if kind == "window":
        inside = _slab(x, wide, 0.025) * _slab(y, high, 0.02)
        bar = 1 - _slab(y - 0.02, 0.006, 0.010)
        return LAMP * inside * bar * (0.6 + 0.4 * smooth_step(-0.1, 0.1, x))
    return torch.zeros_like(x)


def _slab(x: Tensor, half: float, soft: float) -> Tensor:
    return 1 - smooth_step(half - soft, half + soft, x.abs())
