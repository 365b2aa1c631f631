"""Head pose, from the landmarks."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from faceaug.data.attributes import VOCABULARY
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.measure.reading import number, word

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

# Up to this yaw the landmark network sees both halves of the face; beyond it its mesh grows unsure.
_SURE_TO, _LOST_AT = 35.0, 65.0
# Yaw at which one class of pose ends and the next begins: 15 degrees still passes as frontal, 45 is half a profile.
CUTS = (-45.0, -15.0, 15.0, 45.0)


def pose_class(yaw: float) -> str:
    """Return the class of a yaw in degrees."""
    return VOCABULARY["pose"].values[bisect_right(CUTS, yaw)]


def measure_pose(face: Decomposition) -> dict[str, Value]:
    """Measure yaw, pitch, roll (degrees), the class of the yaw, and the distance of the pupils (pixels)."""
    yaw, pitch, roll = (float(angle) for angle in face.pose.angles[0])
    turned = max(0.0, abs(yaw) - _SURE_TO) / (_LOST_AT - _SURE_TO)
    reliability = float(face.presence[0]) * (1 - 0.7 * turned)
    apart = face.points[0, RIGHT_PUPIL, :2] - face.points[0, LEFT_PUPIL, :2]
    note = "half of the face is turned away" if turned > 0 else ""
    angles = {"yaw": yaw, "pitch": pitch, "roll": roll}
    return {
        "pose": word(pose_class(yaw), reliability, note=note),
        **{name: number(angle, reliability, note=note) for name, angle in angles.items()},
        "eye_distance": number(float(apart.norm()), reliability, note=note),
    }
