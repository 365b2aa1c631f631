"""Named points of a face that go into a record: which of the mesh they are, and what belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HIDDEN", "KEYPOINTS", "LINES", "OUTSIDE", "POINTS", "VISIBLE", "keypoints_in"]

KEYPOINTS: Final = "keypoints"
"""Under this name they stand in `measured` of a record: name -> x, y (shares of the picture's width and height, from
its upper left corner), and OUTSIDE, HIDDEN or VISIBLE."""

OUTSIDE, HIDDEN, VISIBLE = 0, 1, 2
"""Not within the picture; within it, but on a part of the face that is turned away; on one that faces the camera."""

POINTS: Final = {
    "right_brow_outer": 70,
    "right_brow_middle": 105,
    "right_brow_inner": 107,
    "left_brow_inner": 336,
    "left_brow_middle": 334,
    "left_brow_outer": 300,
    "right_eye_outer": 33,
    "right_eye_upper": 159,
    "right_eye_inner": 133,
    "right_eye_lower": 145,
    "right_pupil": 468,
    "left_eye_inner": 362,
    "left_eye_upper": 386,
    "left_eye_outer": 263,
    "left_eye_lower": 374,
    "left_pupil": 473,
    "nose_root": 168,
    "nose_tip": 4,
    "right_nostril": 129,
    "nose_base": 2,
    "left_nostril": 358,
    "mouth_right": 61,
    "upper_lip_top": 0,
    "mouth_left": 291,
    "lower_lip_bottom": 17,
    "upper_lip_bottom": 13,
    "lower_lip_top": 14,
    "right_ear": 234,
    "right_jaw": 172,
    "chin": 152,
    "left_jaw": 397,
    "left_ear": 454,
    "forehead": 10,
}
"""Name -> number of the 478-point mesh (see `faceaug.face.topology`). Right and left are the subject's own; an *ear* is
the edge of the face before it, *forehead* the hairline's middle."""

LINES: Final = (
    ("right_brow_outer", "right_brow_middle", "right_brow_inner"),
    ("left_brow_inner", "left_brow_middle", "left_brow_outer"),
    ("right_eye_outer", "right_eye_upper", "right_eye_inner", "right_eye_lower", "right_eye_outer"),
    ("left_eye_inner", "left_eye_upper", "left_eye_outer", "left_eye_lower", "left_eye_inner"),
    ("nose_root", "nose_tip", "nose_base"),
    ("right_nostril", "nose_base", "left_nostril"),
    ("mouth_right", "upper_lip_top", "mouth_left", "lower_lip_bottom", "mouth_right"),
    ("mouth_right", "upper_lip_bottom", "mouth_left", "lower_lip_top", "mouth_right"),
    ("forehead", "right_ear", "right_jaw", "chin", "left_jaw", "left_ear", "forehead"),
)
"""Points in a row that are joined by lines."""


def keypoints_in(measured: Mapping[str, Any]) -> dict[str, tuple[float, float, int]] | None:
    """The points of a record; None where there are none, or others than these.

    Args:
        measured: of the record.
    """
    found = measured.get(KEYPOINTS)
    if not isinstance(found, dict) or found.keys() != POINTS.keys():
        return None
    return {name: (float(found[name][0]), float(found[name][1]), int(found[name][2])) for name in POINTS}
