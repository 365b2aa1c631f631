"""Where the light comes from, read off the shading of bare skin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.data.attributes import Value
from faceaug.image.shade import angles

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition


def measure_light(face: Decomposition) -> dict[str, Value]:
    """Measure azimuth and elevation of the dominant light (degrees) and the ratio of lit to shaded side.

    The reliability is the share of the skin's shading that one smooth light explains, scaled by how much bare skin
    there is.
    """
    azimuth, elevation = angles(face.light.direction)
    reliability = round(float(face.light.confidence[0]) * min(1.0, float(face.skin.reliable[0])), 3)
    numbers = {
        "light_azimuth": float(azimuth[0]),
        "light_elevation": float(elevation[0]),
        "key_fill": float(face.light.key_fill[0]),
    }
    return {name: Value(round(value, 2), "measured", reliability) for name, value in numbers.items()}
