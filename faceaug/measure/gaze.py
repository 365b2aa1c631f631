"""Where the eyes look, from where the irises stand in their openings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from faceaug.face.topology import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    LEFT_PUPIL,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    RIGHT_PUPIL,
)
from faceaug.face.wearing import face_measures
from faceaug.measure.reading import number, word

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

# From the centre of the eyeball to the iris, mm (G. Bekerman et al., J. Ophthalmol. 2014).
_EYEBALL = 11.0
# Pupils of eyes that look straight ahead stand this far above the line between the corners, degrees of the eyeball:
# median of the London and Canada photographs, in which everybody looks into the camera.
_AHEAD = 9.0
# Scatter of the two angles there, degrees; what small pictures add, degrees times pixels a millimetre; what a turned
# head adds, a share of its yaw (from heads turned by 20 degrees whose eyes stayed on the camera: 7 degrees off).
_SCATTER, _SMALL, _TURNED = (1.4, 3.6), 2.5, 0.25
# Up to these angles the eyes may still be on the camera, and up to what the scatter allows where that is more, degrees.
_AT_CAMERA = (6.0, 9.0)
# The look of heads turned so far is lost, and so are irises of few pixels a millimetre.
_SURE_TO, _LOST_AT, _COARSE = 25.0, 50.0, 0.8
_EYES = ((RIGHT_PUPIL, RIGHT_EYE_OUTER, RIGHT_EYE_INNER), (LEFT_PUPIL, LEFT_EYE_OUTER, LEFT_EYE_INNER))


def measure_gaze(face: Decomposition, *, tinted: bool = False, closed: bool = False) -> dict[str, Value]:
    """Measure the turn and the lift of the eyes away from the camera (degrees), and whether they look into it.

    Args:
        face: One face.
        tinted: Whether tinted lenses hide the eyes: then nothing that is read is believed.
        closed: Whether the lids are shut, likewise.
    """
    yaw, pitch, _ = (float(angle) for angle in face.pose.angles[0])
    points = face_measures(face.points, face.pose).points[0]
    aside = up = 0.0
    for pupil, outer, inner in _EYES:
        offset = points[pupil] - (points[outer] + points[inner]) / 2
        aside, up = aside + float(offset[0]) / 2, up + float(offset[1]) / 2
    turn, lift = yaw + _angle(aside), pitch + _angle(up) - _AHEAD
    scale = float(face.pose.scale[0])
    reliability, note = _reliability(face, abs(yaw), scale, tinted=tinted, closed=closed)
    spread = [1.96 * math.hypot(part, _SMALL / scale, _TURNED * yaw) for part in _SCATTER]
    away = abs(turn) > max(_AT_CAMERA[0], spread[0]) or abs(lift) > max(_AT_CAMERA[1], spread[1])
    return {
        "gaze": word("away" if away else "camera", reliability, note=note),
        "gaze_yaw": number(turn, reliability, spread=spread[0], note=note),
        "gaze_pitch": number(lift, 0.8 * reliability, spread=spread[1], note=note or "height is read off the lids"),
    }


def _angle(offset: float) -> float:
    return math.degrees(math.asin(min(max(offset / _EYEBALL, -1.0), 1.0)))


def _reliability(face: Decomposition, yaw: float, scale: float, *, tinted: bool, closed: bool) -> tuple[float, str]:
    presence = float(face.presence[0])
    if tinted or closed:
        return 0.0, "tinted lenses hide the eyes" if tinted else "the lids are shut"
    turned = min(max((yaw - _SURE_TO) / (_LOST_AT - _SURE_TO), 0.0), 1.0)
    coarse = min(scale / _COARSE, 1.0)
    note = "the head is turned far" if turned > 0 else "the irises are only a few pixels wide" if coarse < 1 else ""
    return 0.85 * presence * (1 - turned) * coarse, note
