"""What the camera did: noise and sharpness on the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.data.attributes import Value
from faceaug.image.color import linear_to_srgb, luminance
from faceaug.image.filter import gaussian

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Detail is compared in two bands of the face, by the standard deviations of the blurs that bound them, mm.
_MIDDLE_MM, _COARSE_MM = 0.4, 1.6


def measure_camera(face: Decomposition) -> dict[str, Value]:
    """Measure grain (8-bit steps) and sharpness (a ratio) over the face."""
    scale = float(face.pose.scale[0])
    bright = linear_to_srgb(luminance(face.linear))
    middle, coarse = gaussian(bright, _MIDDLE_MM * scale), gaussian(bright, _COARSE_MM * scale)
    inside = face.surface.face > 0.5
    fine = ((bright - middle)[inside] ** 2).mean().sqrt()
    broad = ((middle - coarse)[inside] ** 2).mean().sqrt().clamp(min=1e-6)
    # Below about two pixels a millimetre the fine band lies beyond the picture's own sampling.
    reliability = round(min(1.0, scale / 2) * float(face.presence[0]), 3)
    return {
        "grain": Value(round(float(face.grain[0]), 3), "measured", reliability),
        "sharpness": Value(round(float(fine / broad), 4), "measured", reliability),
    }
