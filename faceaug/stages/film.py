"""Light, and how a camera shows it: the brighter, the less of a difference is left.

Pigment takes shares of the light, not of the picture. A light face lies on the flat part of the camera's curve, where
shading, gloss and pores are pressed together; a dark one, in the same light, on the steep part. A layer of pigment that
was laid over the picture would make dark skin matt and of one brown, and light skin harsh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.image.color import lab_to_linear

if TYPE_CHECKING:
    from torch import Tensor

# How flat the curve is at white: y = x / (1 + this * x). On 102 London faces in one light the spread of log luminance
# over facial skin (10th to 90th percentile) is 0.84 where the face has L* above 68, 0.94 at 58, 1.3 below 45; on 279
# portraits 0.87, 1.06 and 1.65: our own medians. With this 14 light London faces made ITA -45 have 1.12 (0.90 without a
# curve; ten real ones 1.23), 14 dark ones made ITA 65 have 1.01 (1.07 without; real ones 0.87). More of it would fit
# these better, but tears at skin of portraits whose red is nearly white (chosen by looking at twelve).
_FLAT = 0.6


def light_of(picture: Tensor) -> Tensor:
    """Return the light that a camera showed as this ``picture``, linear sRGB of any shape; above 1 it shows no more."""
    shown = picture.clamp(max=1.0)
    return shown / (1 - _FLAT * shown)


def light_of_lab(lab: Tensor) -> Tensor:
    """Return the light that a camera showed as CIELAB colours ``(N, 3, ...)``: some, however dark they are."""
    return light_of(lab_to_linear(lab).clamp(1e-4, 1.0))


def picture_of(light: Tensor) -> Tensor:
    """Return how a camera shows ``light`` of any shape, at least 0; the inverse of `light_of`."""
    return light / (1 + _FLAT * light)
