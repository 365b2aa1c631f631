"""Check: still the same person to a face recogniser, where one is installed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["Recogniser", "chip", "recogniser"]


class Recogniser(Protocol):
    """Turns a face into numbers that are near each other for one person."""

    @property
    def name(self) -> str:
        """Which one it is; stands in the record."""

    @property
    def same(self) -> float:
        """Distance below which two faces are taken for one person."""

    def __call__(self, pixels: npt.NDArray[np.uint8], points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The numbers of one face.

        Args:
            pixels: ``(H, W, 3)`` uint8 sRGB.
            points: Its landmarks ``(478, 2 or more)``, pixels.
        """


CHIP: Final = 150
PADDING: Final = 0.25
# fmt: off
CHIP_POINTS: Final = (
    (263, 0.8595674595992, 0.2134981538014), (362, 0.6460604764104, 0.2289674387677),
    (33, 0.1205750620789, 0.2137274526848), (133, 0.3340850613712, 0.2290642403242),
    (94, 0.4901123135679, 0.6277975316475),
)
# fmt: on
"""Our point, and where dlib's five-point face has it (dlib, `get_face_chip_details`, Boost licence): corners of the
eyes, base of the nose. Its 68-point model, whose data forbid commercial use, is not touched."""


@dataclass(frozen=True)
class _Dlib:
    """dlib's ResNet of 2017 (weights CC0), 128 numbers; 0.6 is its author's threshold."""

    model: Any
    name: str = "dlib_face_recognition_resnet_model_v1"
    same: float = 0.6

    def __call__(self, pixels: npt.NDArray[np.uint8], points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        return np.array(self.model.compute_face_descriptor(chip(pixels, points[:, :2])), np.float64)


@cache
def recogniser() -> Recogniser | None:
    """The recogniser that is installed (`pip install 'faceaug[identity]'`), or None.

    The package of the weights cannot be imported with newer setuptools, so their file is found by its path.
    """
    spec = find_spec("face_recognition_models")
    if find_spec("dlib") is None or spec is None or spec.origin is None:
        return None
    import dlib

    weights = Path(spec.origin).parent / "models" / "dlib_face_recognition_resnet_model_v1.dat"
    return _Dlib(dlib.face_recognition_model_v1(str(weights)))


def chip(pixels: npt.NDArray[np.uint8], points: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The upright cut of 150 pixels that the model expects, by a similarity of five points."""
    wanted = (np.array([place[1:] for place in CHIP_POINTS]) + PADDING) / (1 + 2 * PADDING) * CHIP
    given = points[[int(place[0]) for place in CHIP_POINTS]].astype(np.float64)
    matrix, _ = cv2.estimateAffinePartial2D(given, wanted, method=cv2.LMEDS)
    shrink = float(np.hypot(matrix[0, 0], matrix[0, 1]))
    if shrink < 0.5:  # average first, or fine patterns alias
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.4 / shrink), np.uint8)
    return np.asarray(cv2.warpAffine(pixels, matrix, (CHIP, CHIP), flags=cv2.INTER_LINEAR), np.uint8)
