"""What was read off one photograph, as plain values that a cache can hold and a worker can send."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from faceaug.data.attributes import Value
from faceaug.data.keypoints import KEYPOINTS
from faceaug.data.photos import read_photo
from faceaug.data.skip import INTERNAL
from faceaug.errors import FaceaugError, PhotoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.data.photos import Photo

__all__ = ["Detector", "Faces", "Found", "Look", "Reading", "look"]

Faces = Literal["largest", "all"]
Detector = Literal["auto", "blazeface", "mtcnn"]


@dataclass(frozen=True)
class Found:
    """What was measured on one face.

    Attributes:
        face: number of the face in its photograph, 0 the largest.
        values: attribute -> value.
        keypoints: name -> x, y and whether it can be seen; see `faceaug.data.keypoints`.
    """

    face: int
    values: Mapping[str, Value]
    keypoints: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What was read off one photograph.

    Attributes:
        sha256: digest of its file; '' if that could not be read, or is not the one that was told.
        faces_found: how many faces it shows.
        found: one entry for each face that was measured; none where there is a reason.
        reason: machine word, as in `PhotoError`, or ''.
        sentence: the same for a person.
        lasting: whether the same file will give the same again; otherwise it must not be kept.
    """

    sha256: str
    faces_found: int = 0
    found: tuple[Found, ...] = ()
    reason: str = ""
    sentence: str = ""
    lasting: bool = True

    def to_json(self) -> str:
        """One line of JSON, without the digest."""
        if self.reason:
            return json.dumps({"reason": self.reason, "sentence": self.sentence}, ensure_ascii=False)
        faces = [
            {
                "face": found.face,
                "values": {name: value.plain() for name, value in found.values.items()},
                KEYPOINTS: dict(found.keypoints),
            }
            for found in self.found
        ]
        return json.dumps({"faces_found": self.faces_found, "faces": faces}, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, sha256: str, line: str) -> Reading:
        """Read what `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is something else.
        """
        given: dict[str, Any] = json.loads(line)
        if "reason" in given:
            return cls(sha256, reason=given["reason"], sentence=given["sentence"])
        found = tuple(
            Found(face["face"], {name: Value(**value) for name, value in face["values"].items()}, face[KEYPOINTS])
            for face in given["faces"]
        )
        return cls(sha256, given["faces_found"], found)


@dataclass(frozen=True)
class Look:
    """A photograph that is to be measured.

    Attributes:
        path: its file.
        sha256: digest of that file.
        faces: the largest face, or all of them.
        detector: which face detector to use.
        device: where to compute.
    """

    path: Path
    sha256: str
    faces: Faces = "largest"
    detector: Detector = "auto"
    device: str = "cpu"


def look(job: Look) -> tuple[str, Reading]:
    """Read a photograph, take its face apart once, and measure all there is.

    Returns:
        The job's digest, and the reading; whatever is wrong with the photograph is in there.
    """
    return job.sha256, _look(job)


def _look(job: Look) -> Reading:
    """The reading of a photograph; only what is about its pixels alone, and would be the same again, lasts."""
    try:
        photo = read_photo(job.path)
    except PhotoError as error:  # the sentence names the file, and is found again in no time
        return Reading(job.sha256, reason=error.reason, sentence=error.sentence, lasting=False)
    if photo.sha256 != job.sha256:
        return Reading("", reason="changed", sentence=f"{job.path} was changed while it was being read", lasting=False)
    try:
        return _measured(photo, job)
    except PhotoError as error:
        return Reading(job.sha256, reason=error.reason, sentence=error.sentence)
    except FaceaugError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        sentence = f"{type(error).__name__}: {error} (at {place}; please report this)"
        return Reading(job.sha256, reason=INTERNAL, sentence=sentence, lasting=False)


def _measured(photo: Photo, job: Look) -> Reading:
    """Measure the faces of a photograph that are asked for."""
    from faceaug.face.decompose import decompose, decompose_all
    from faceaug.face.keypoints import keypoints_of
    from faceaug.measure import measure

    if job.faces == "all":
        faces = decompose_all(photo, detector=job.detector, device=job.device)
    else:
        faces = [decompose(photo, faces="largest", detector=job.detector, device=job.device)]
    height, width = photo.pixels.shape[:2]
    found = tuple(
        Found(face.face[0], measure(face), keypoints_of(face.points[0].cpu().numpy(), width, height)) for face in faces
    )
    return Reading(photo.sha256, faces[0].faces_found[0], found)
