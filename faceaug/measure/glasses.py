"""What a person wears before the eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.data.attributes import Value
from faceaug.face.worn import worn_glasses

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Up to this yaw the classifier has seen heads; beyond it both halves no longer look alike, degrees.
_SEEN_TO, _LOST_AT = 25.0, 65.0


def measure_glasses(face: Decomposition) -> dict[str, Value]:
    """Tell whether glasses are worn, clear or tinted ones.

    The reliability is the classifier's own certainty, which 0.5 makes worthless, less on heads that are turned far.
    """
    found = worn_glasses(face)
    yaw = abs(float(face.pose.angles[0, 0]))
    turned = min(max((yaw - _SEEN_TO) / (_LOST_AT - _SEEN_TO), 0.0), 1.0)
    return {"glasses": Value(found.kind, "measured", round((2 * found.certainty - 1) * (1 - turned), 3))}
