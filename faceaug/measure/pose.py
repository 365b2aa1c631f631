"""Head pose, from the landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.data.attributes import Value
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Up to this yaw the landmark network sees both halves of the face; beyond it its mesh grows unsure.
_SURE_TO, _LOST_AT = 35.0, 65.0


def measure_pose(face: Decomposition) -> dict[str, Value]:
    """Measure yaw, pitch, roll (degrees) and the distance of the pupils in the photograph (pixels)."""
    yaw, pitch, roll = (float(angle) for angle in face.pose.angles[0])
    turned = max(0.0, abs(yaw) - _SURE_TO) / (_LOST_AT - _SURE_TO)
    reliability = round(max(0.0, float(face.presence[0]) * (1 - 0.7 * turned)), 3)
    apart = face.points[0, RIGHT_PUPIL, :2] - face.points[0, LEFT_PUPIL, :2]
    angles = {"yaw": yaw, "pitch": pitch, "roll": roll}
    return {
        **{name: Value(round(angle, 2), "measured", reliability) for name, angle in angles.items()},
        "eye_distance": Value(round(float(apart.norm()), 2), "measured", reliability),
    }
