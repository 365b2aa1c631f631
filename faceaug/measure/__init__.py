"""What can be read off a decomposed photograph, one attribute family a file, each value with its reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.data.attributes import MEASURING, RELIABLE
from faceaug.measure.camera import measure_camera
from faceaug.measure.expression import SHUT, measure_expression
from faceaug.measure.facial_hair import measure_facial_hair
from faceaug.measure.frame import measure_frame
from faceaug.measure.gaze import measure_gaze
from faceaug.measure.glasses import measure_glasses
from faceaug.measure.light import measure_light
from faceaug.measure.occlusion import measure_occlusion
from faceaug.measure.pose import measure_pose
from faceaug.measure.reference import find_reference
from faceaug.measure.spots import measure_spots
from faceaug.measure.tone import measure_tone

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

__all__ = [
    "MEASURING",
    "RELIABLE",
    "find_reference",
    "measure",
    "measure_camera",
    "measure_expression",
    "measure_facial_hair",
    "measure_frame",
    "measure_gaze",
    "measure_glasses",
    "measure_light",
    "measure_occlusion",
    "measure_pose",
    "measure_spots",
    "measure_tone",
]


def measure(face: Decomposition) -> dict[str, Value]:
    """Measure everything on one face.

    What hides the eyes is measured first: behind tinted lenses and shut lids there is no gaze, and no white of the eyes
    to judge the light by.

    Args:
        face: A batch of one.

    Raises:
        ValueError: The batch holds more than one row.
    """
    if len(face) != 1:
        msg = f"measure takes one face, this batch has {len(face)}; use .row(i)"
        raise ValueError(msg)
    glasses = measure_glasses(face)
    tinted = glasses["glasses"].known and glasses["glasses"].value == "tinted"
    expression = measure_expression(face, tinted=tinted)
    closed = float(expression["eyes_closed"].value) > SHUT
    reference = find_reference(face, hidden=tinted or closed)
    return {
        **measure_frame(face),
        **measure_tone(face, reference),
        **measure_pose(face),
        **measure_light(face, reference),
        **measure_camera(face),
        **glasses,
        **measure_facial_hair(face),
        **expression,
        **measure_gaze(face, tinted=tinted, closed=closed),
        **measure_occlusion(face),
        **measure_spots(face),
    }
