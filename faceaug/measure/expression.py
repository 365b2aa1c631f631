"""What the face does: mouth, smile and lids, off the landmarks in the head's own frame, where a turn is no smile."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from faceaug.face.topology import LEFT_MOUTH_CORNER, RIGHT_MOUTH_CORNER
from faceaug.face.wearing import face_measures
from faceaug.measure.reading import number, word

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

# Points of the mesh: middle and corners of the opening between the lips, base of the nose.
_UPPER, _LOWER, _RIGHT, _LEFT, _NOSE = 13, 14, 78, 308, 2
# Of each eye: outer and inner corner, three points of the upper lid and the three below them.
_LIDS = (((33, 133), (159, 158, 160), (145, 153, 144)), ((263, 362), (386, 385, 387), (374, 380, 373)))
# What a smile moves, medians of 51 people of the London photographs, neutral and smiling, mm: height of the corners
# over the line between the lips; width of the mouth; corners behind the lips; height of the corners over the nose.
_NEUTRAL, _SMILING = (-1.17, 48.2, 12.7, -23.1), (3.03, 56.9, 16.7, -18.9)
# From here on it is called a smile, and how fast that becomes certain (logistic, fitted to the same people).
_SMILE, _PASSAGE = 0.35, 0.11
# An opening of the lips (over its width) above which a face that does not smile is no longer neutral.
_OPEN: Final = 0.25
# Height over width of an open eye (median of the same photographs) and of a shut one, by the network's own lids.
_EYE_OPEN, _EYE_SHUT = 0.31, 0.08
SHUT: Final = 0.75
"""From this value of `eyes_closed` on the eyes are called shut."""

# Scatter of the three measures between photographs of one face (95 %): from neutral pictures and their mirror images.
_SPREAD = {"mouth_open": 0.03, "smile": 0.35, "eyes_closed": 0.2}
# Landmarks of heads turned so far guess the hidden half; so do those of small faces, pixels a millimetre.
_SURE_TO, _LOST_AT, _COARSE = 25.0, 60.0, 0.6


def measure_expression(face: Decomposition, *, tinted: bool = False) -> dict[str, Value]:
    """Measure opening of the mouth, smile and shut lids, and call the expression neutral, smiling or other.

    Args:
        face: One face.
        tinted: Whether tinted lenses hide the eyes: then the lids are not believed.
    """
    points = face_measures(face.points, face.pose).points[0]
    opening, smile, shut = _opening(points), _smile(points), _shut(points)
    reliability, note = _reliability(face)
    lids = 0.0 if tinted else 0.7 * reliability
    lids_note = "tinted lenses hide the eyes" if tinted else note
    smiling = 1 / (1 + math.exp(-(smile - _SMILE) / _PASSAGE))
    if smiling >= 0.5:
        kind, sure = "smiling", 2 * smiling - 1
    elif opening > _OPEN or (shut > SHUT and not tinted):
        kind, sure = "other", 0.6
    else:
        kind, sure = "neutral", 1 - 2 * smiling
    between = "between a smile and none" if sure < 0.35 else note
    return {
        "expression": word(kind, sure * reliability, note=between),
        "mouth_open": number(opening, reliability, digits=3, spread=_SPREAD["mouth_open"], note=note),
        "smile": number(smile, reliability, digits=3, spread=_SPREAD["smile"], note=note),
        "eyes_closed": number(shut, lids, digits=3, spread=_SPREAD["eyes_closed"], note=lids_note),
    }


def _opening(points: Tensor) -> float:
    return float((points[_UPPER] - points[_LOWER]).norm() / (points[_RIGHT] - points[_LEFT]).norm().clamp(min=1.0))


def _smile(points: Tensor) -> float:
    """0 of a neutral mouth, 1 of a usual smile; mean of what the corners of the mouth do in four ways."""
    right, left = points[RIGHT_MOUTH_CORNER], points[LEFT_MOUTH_CORNER]
    corner, lips = (right + left) / 2, (points[_UPPER] + points[_LOWER]) / 2
    found = (
        float(corner[1] - lips[1]),
        float((left - right).norm()),
        float(points[_UPPER, 2] - corner[2]),
        float(corner[1] - points[_NOSE, 1]),
    )
    moved = [(now - none) / (full - none) for now, none, full in zip(found, _NEUTRAL, _SMILING, strict=True)]
    return sum(moved) / len(moved)


def _shut(points: Tensor) -> float:
    """0 of open eyes, 1 of shut ones, by the eye that is open wider."""
    ratios = []
    for (outer, inner), upper, lower in _LIDS:
        height = (points[list(upper)] - points[list(lower)]).norm(dim=1).mean()
        ratios.append(float(height / (points[outer] - points[inner]).norm().clamp(min=1.0)))
    return min(max((_EYE_OPEN - max(ratios)) / (_EYE_OPEN - _EYE_SHUT), 0.0), 1.0)


def _reliability(face: Decomposition) -> tuple[float, str]:
    turned = min(max((abs(float(face.pose.angles[0, 0])) - _SURE_TO) / (_LOST_AT - _SURE_TO), 0.0), 1.0)
    coarse = min(float(face.pose.scale[0]) / _COARSE, 1.0)
    note = "half of the face is turned away" if turned > 0 else "the face is small" if coarse < 1 else ""
    return float(face.presence[0]) * (1 - turned) * coarse, note
