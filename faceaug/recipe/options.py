"""How a run is carried out, apart from what the recipe says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from faceaug.data.encoding import FORMATS
from faceaug.errors import Fault, RequestError, did_you_mean

__all__ = ["RunOptions"]

DEVICE: Final = re.compile(r"auto|cpu|cuda(:\d{1,3})?")

Faces = Literal["largest", "all"]
Detector = Literal["auto", "blazeface", "mtcnn"]


@dataclass(frozen=True)
class RunOptions:
    """Options of a run.

    Attributes:
        device: `cpu`, `cuda`, `cuda:1`, ..., or `auto`: the GPU if there is one.
        batch: most pictures rendered at once; does not change them.
        workers: processes that work on photographs; 0 for this process alone; does not change the pictures.
        faces: edit the largest face of a photograph, or each one in a picture of its own.
        copies: pictures of each photograph, instead of the recipe's.
        seed: instead of the recipe's.
        format: jpg, png or webp.
        quality: 1..100, of jpg and webp; None compresses a jpg as the photograph's own file was, so that no model can
            tell renderings by their codec, and takes 95 where that was no JPEG.
        resume: go on with what is in the folder already; otherwise what an earlier run wrote there is removed first.
        masks: write label masks too.
        detector: which face detector to use; `auto` takes the fast one, and the other one where it finds nothing.
        measure: measure every picture after it was made.

    Raises:
        RequestError: for values that cannot be used, all together.
    """

    device: str = "cpu"
    batch: int = 16
    workers: int = 0
    faces: Faces = "largest"
    copies: int | None = None
    seed: int | None = None
    format: str = "jpg"
    quality: int | None = None
    resume: bool = True
    masks: bool = False
    detector: Detector = "auto"
    measure: bool = True

    def __post_init__(self) -> None:
        """Check what a user can get wrong."""
        faults = [
            *_device(self.device),
            *_among("faces", self.faces, get_args(Faces)),
            *_among("detector", self.detector, get_args(Detector)),
            *_among("format", self.format, FORMATS),
            *_within("quality", self.quality, 1, 100),
            *_within("batch", self.batch, 1, 100_000),
            *_within("workers", self.workers, 0, 1000),
            *_within("copies", self.copies, 1, 1_000_000),
            *_within("seed", self.seed, 0, 2**63 - 1),
        ]
        if faults:
            raise RequestError(faults)

    @property
    def real_device(self) -> str:
        """The device, with `auto` decided.

        Raises:
            RequestError: this machine has no such GPU.
        """
        if self.device == "cpu":
            return self.device
        import torch

        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if self.device == "auto":
            return "cuda" if count else "cpu"
        if int(self.device.partition(":")[2] or 0) >= count:
            there = f"torch finds {count} of them here" if count else "torch finds none here"
            raise RequestError([Fault("", f"device is {self.device!r}, but must be a GPU that there is; {there}")])
        return self.device

    def identity(self) -> dict[str, Any]:
        """The options that can change a byte of what is written; seed and copies are in the recipe's digest."""
        return {
            "detector": self.detector,
            "device": self.real_device.split(":")[0],
            "faces": self.faces,
            "format": self.format,
            "masks": self.masks,
            "measure": self.measure,
            "quality": self.quality,
        }


def _device(device: str) -> list[Fault]:
    """Whether this is the name of a device."""
    if DEVICE.fullmatch(device):
        return []
    return [
        Fault("", f"device is {device!r}, but must be cpu, cuda, cuda:1 and so on, or auto: the GPU if there is one")
    ]


def _among(name: str, value: str, choices: tuple[str, ...]) -> list[Fault]:
    """Whether a word is one of several."""
    if value in choices:
        return []
    near = did_you_mean(str(value), choices)
    hint = f"; did you mean {near!r}?" if near else ""
    return [Fault("", f"{name} is {value!r}, but must be one of {', '.join(choices)}{hint}")]


def _within(name: str, value: int | None, low: int, high: int) -> list[Fault]:
    """Whether a whole number lies between two others."""
    if value is None or low <= value <= high:
        return []
    return [Fault("", f"{name} is {value!r}, but must be a whole number within {low}..{high}")]
