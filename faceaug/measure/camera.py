"""What the camera did: noise, sharpness and softness of edges on the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.face.topology import SURFACE_POINTS
from faceaug.image.color import linear_to_srgb, luminance
from faceaug.image.filter import gaussian
from faceaug.image.sharpness import point_spread
from faceaug.measure.reading import number

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

# Detail is compared in two bands of the face, by the standard deviations of the blurs that bound them, mm.
_MIDDLE_MM, _COARSE_MM = 0.4, 1.6
# Below this many pixels a millimetre the fine band lies beyond the picture's own sampling.
_FINE = 2.0
# Pores read as noise of up to this much, 8-bit steps.
_PORES = 0.35
# Edges that are softer than this read as the method's end, pixels (see `point_spread`).
_SOFTEST = 2.9
_MARGIN = 4


def measure_camera(face: Decomposition) -> dict[str, Value]:
    """Measure grain (8-bit steps), sharpness (a ratio) and blur (pixels) over the face."""
    part, scale = _around(face), float(face.pose.scale[0])
    bright = linear_to_srgb(luminance(face.linear[part]))
    inside = face.surface.face[part] > 0.5
    presence = float(face.presence[0])
    return {
        **_grain(face, presence),
        **_sharpness(bright, inside, scale, presence),
        **_blur(bright, presence),
    }


def _around(face: Decomposition) -> tuple[slice, ...]:
    """The part of the window that holds the face's own surface, and a few pixels more."""
    (left, top), (height, width) = face.corners[0], face.size[1]
    low, high = (getattr(face.points[0, :SURFACE_POINTS, :2], name)(dim=0) for name in ("amin", "amax"))
    x0, y0 = max(int(low[0]) - left - _MARGIN, 0), max(int(low[1]) - top - _MARGIN, 0)
    x1, y1 = min(int(high[0]) - left + _MARGIN, width), min(int(high[1]) - top + _MARGIN, height)
    return (slice(None), slice(None), slice(y0, max(y1, y0 + 8)), slice(x0, max(x1, x0 + 8)))


def _grain(face: Decomposition, presence: float) -> dict[str, Value]:
    grain = float(face.grain[0])
    if grain == 0:
        # A picture that was denoised or drawn; or no skin to read it off.
        return {"grain": number(0.0, 0.2, digits=3, note="no skin to read it off, or none is left")}
    between = (max(grain - _PORES - 0.2 * grain, 0.0), 1.2 * grain)
    pores = "pores read as noise" if grain < 2 * _PORES else ""
    return {"grain": number(grain, presence, digits=3, between=between, note=pores)}


def _sharpness(bright: Tensor, inside: Tensor, scale: float, presence: float) -> dict[str, Value]:
    middle, coarse = gaussian(bright, _MIDDLE_MM * scale), gaussian(bright, _COARSE_MM * scale)
    fine = ((bright - middle)[inside] ** 2).mean().sqrt()
    broad = ((middle - coarse)[inside] ** 2).mean().sqrt().clamp(min=1e-6)
    small = min(1.0, scale / _FINE)
    note = "detail this fine lies beyond the picture's sampling" if small < 0.5 else ""
    return {"sharpness": number(float(fine / broad), small * presence, digits=4, note=note)}


def _blur(bright: Tensor, presence: float) -> dict[str, Value]:
    spread = point_spread(bright)
    note = "no sharp edge to read it off" if spread > _SOFTEST else ""
    reliability = (0.25 if note else 0.7) * presence
    return {"blur": number(spread, reliability, between=(spread / 1.4, spread * 1.4), note=note)}
