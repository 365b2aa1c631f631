"""What can be read off a decomposed photograph, one attribute family a file, each value with its reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from faceaug.data.attributes import RELIABLE
from faceaug.measure.camera import measure_camera
from faceaug.measure.frame import measure_frame
from faceaug.measure.glasses import measure_glasses
from faceaug.measure.light import measure_light
from faceaug.measure.pose import measure_pose
from faceaug.measure.tone import measure_tone

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

__all__ = [
    "MEASURING",
    "RELIABLE",
    "measure",
    "measure_camera",
    "measure_frame",
    "measure_glasses",
    "measure_light",
    "measure_pose",
    "measure_tone",
]

MEASURING: Final = 2
"""Version of everything that is measured: raised whenever a measurement changes, so that no old reading is reused."""


def measure(face: Decomposition) -> dict[str, Value]:
    """Measure everything on one face.

    Args:
        face: A batch of one.

    Raises:
        ValueError: The batch holds more than one row.
    """
    if len(face) != 1:
        msg = f"measure takes one face, this batch has {len(face)}; use .row(i)"
        raise ValueError(msg)
    return {
        **measure_frame(face),
        **measure_tone(face),
        **measure_pose(face),
        **measure_light(face),
        **measure_camera(face),
        **measure_glasses(face),
    }
