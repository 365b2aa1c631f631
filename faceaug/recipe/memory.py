"""One photograph in, one picture out, without files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from faceaug.data.attributes import Value
from faceaug.data.photos import Photo, read_photo
from faceaug.data.record import Record
from faceaug.recipe.carry import carry
from faceaug.recipe.provenance import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from faceaug.recipe.schema import Recipe

__all__ = ["edit_one"]


def edit_one(
    recipe: Recipe,
    image: npt.NDArray[np.uint8] | Photo | str | Path,
    variant: int,
    keypoints: npt.ArrayLike | None,
    *,
    attributes: Mapping[str, Any],
    device: str,
) -> dict[str, Any]:
    """Edit the largest face of a photograph; see `Recipe.__call__`."""
    from faceaug.face.decompose import decompose

    photo = _photo(image)
    face = decompose(photo, device=device)
    known = {n: v if isinstance(v, Value) else Value(v) for n, v in attributes.items()}
    name = photo.path.as_posix() if photo.path else ""
    parent = Record(id=photo.sha256[:12], photo=name, sha256=photo.sha256, attributes=known)
    made = recipe.variants(face, [variant], record=parent)[0]
    before = face.points[0].cpu().numpy()
    return {
        "image": made.pixels,
        "landmarks": made.points,
        "landmarks_before": before,
        "keypoints": None if keypoints is None else carry(np.asarray(keypoints), before, made.points),
        "masks": dict(made.masks),
        "record": rendered(parent, recipe, made, id=f"{parent.id}_v{variant}"),
        "variant": made,
    }


def _photo(image: npt.NDArray[np.uint8] | Photo | str | Path) -> Photo:
    """Whatever was given, as a photograph."""
    if isinstance(image, Photo):
        return image
    return read_photo(image) if isinstance(image, str | Path) else Photo.from_array(image)
