"""Where the face is in the photograph, how large it is there, and whether the photograph has colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.face.topology import CHIN, FOREHEAD, SURFACE_POINTS
from faceaug.measure.reading import number, word

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition


def measure_frame(face: Decomposition) -> dict[str, Value]:
    """Measure height and middle of the face (shares of the photograph), and say whether there is colour.

    Height is that of the landmarks from the hairline to the chin, along the face; a nod shortens it as in the picture.
    """
    (height, width), _ = face.size
    flat = face.points[0, :SURFACE_POINTS, :2]
    middle = (flat.amin(dim=0) + flat.amax(dim=0)) / 2
    tall = float((flat[CHIN] - flat[FOREHEAD]).norm())
    presence = float(face.presence[0])
    return {
        "face_size": number(tall / height, presence, digits=4),
        "face_x": number(float(middle[0]) / width, presence, digits=4),
        "face_y": number(float(middle[1]) / height, presence, digits=4),
        "grey": word("yes" if bool(face.grey[0]) else "no", 1.0),
    }
