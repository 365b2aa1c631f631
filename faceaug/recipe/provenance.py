"""Records of what was made, and making it again from its record alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.attributes import Value
from faceaug.data.keypoints import KEYPOINTS, POINTS
from faceaug.data.manifest import read_manifest
from faceaug.data.photos import Photo, encode, read_photo
from faceaug.edit import FLAG, get_edit
from faceaug.errors import FaceaugError, Fault, PhotoError, RequestError, did_you_mean
from faceaug.face.keypoints import keypoints_of
from faceaug.recipe.options import RunOptions
from faceaug.recipe.schema import Recipe
from faceaug.recipe.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from faceaug.data.record import Record
    from faceaug.face.decomposition import Decomposition
    from faceaug.recipe.variants import Variant

__all__ = ["encoded", "face_again", "faces_of", "made_again", "photographed", "rendered", "replay"]

Measured = dict[str, Value]

UNCHANGED: Final = "algorithmicallyEnhanced"
"""IPTC digital source type of a picture in which nothing was changed, because no edit fell due. It is a copy of its
photograph, compressed anew, that stands beside it: counted as a photograph, it would count a person twice. The scheme
has no word for a copy; this is its least, "minor augmentation or correction by algorithm"."""


def photographed(record: Record, photo: str, sha256: str, measured: Mapping[str, Value], face: Decomposition) -> Record:
    """The record of a photograph that was edited: what was told, and what was measured of it.

    Args:
        record: what was known before.
        photo: path of its file, relative to the manifest.
        sha256: digest of its file.
        measured: attributes that were read off the photograph; they never replace what was told.
        face: that it shows.
    """
    told = {name: value for name, value in record.attributes.items() if value.how != "measured"}
    (height, width), _ = face.size
    points = keypoints_of(face.points[0].cpu().numpy(), int(width), int(height))
    found = {"faces_found": face.faces_found[0], **_plain(measured), KEYPOINTS: points}
    return replace(
        record, photo=photo, sha256=sha256, attributes={**record.attributes, **measured, **told}, measured=found
    )


def rendered(
    parent: Record,
    recipe: Recipe,
    variant: Variant,
    *,
    id: str,  # noqa: A002 - the record's own name for it
    photo: str = "",
    face: int = 0,
    measured: Mapping[str, Value] | None = None,
    sha256: str = "",
) -> Record:
    """The record of one rendered picture.

    Every attribute is inherited unless an edit that draws something sets, measures or drops it; what was measured on
    the parent is taken from the picture's own measurement instead, and what cannot be measured again is dropped. A
    reading too unreliable to count (`Value.known`) takes no known one's place where no edit claims to change what it is
    about: turning a head leaves the cheeks their tone, however little of them is still in sight. Keypoints are those
    that were carried along with the face.

    Args:
        parent: record of the photograph.
        recipe: what was asked for.
        variant: what was made.
        id: of the new record.
        photo: file of the picture, relative to the manifest.
        face: which face was edited.
        measured: attributes read off the picture; None if nobody looked.
        sha256: digest of the picture's file.
    """
    found = dict(measured or {})
    attributes: Measured = {
        name: value
        for name, value in found.items()
        if name not in parent.attributes
        or (parent.attributes[name].how == "measured" and (value.known or not parent.attributes[name].known))
    }
    height, width = variant.pixels.shape[:2]
    dropped: set[str] = set()
    for name in (name for name in variant.drawn if name not in variant.idle):
        labels = get_edit(name).labels
        sets, drops = labels.decided(variant.applied[name])
        gone = set(drops) | (labels.measures - found.keys())
        attributes = {n: v for n, v in attributes.items() if n not in gone}
        attributes |= {n: found[n] for n in labels.measures & found.keys()}
        attributes |= {n: Value(word, "rendered") for n, word in sets.items()}
        dropped = (dropped | gone) - sets.keys()
    return parent.child(
        id,
        photo,
        recipe=recipe.digest,
        sha256=sha256,
        variant=variant.number,
        seed=recipe.seed,
        face=face,
        attributes=dict(sorted(attributes.items())),
        dropped=dropped,
        drawn=variant.drawn,
        requested={name: recipe.edits[name].plain() for name in sorted(recipe.edits)},
        applied={
            name: {**used, **({FLAG: variant.flagged[name]} if name in variant.flagged else {})}
            for name, used in variant.applied.items()
        },
        measured={**_plain(found), KEYPOINTS: keypoints_of(variant.points, width, height)},
        refused=dict(sorted(variant.refused.items())),
    )


def _plain(measured: Mapping[str, Value]) -> dict[str, Any]:
    """Measured values as JSON."""
    return {n: {"value": v.value, "reliability": v.reliability} for n, v in sorted(measured.items())}


def encoded(variant: Variant, photo: Photo, options: RunOptions, id: str, digest: str) -> bytes:  # noqa: A002
    """The bytes of a picture's file; it says inside how it was made, and always that it is a rendering.

    Args:
        variant: the picture.
        photo: it was made of.
        options: how files are written.
        id: of the picture's record.
        digest: of the recipe.
    """
    return encode(
        variant.pixels,
        options.format,
        quality=options.quality,
        like=photo.jpeg,
        source_type=variant.source_type or UNCHANGED,
        provenance={"id": id, "recipe": digest},
    )


def faces_of(photo: Photo, options: RunOptions) -> list[Decomposition]:
    """The faces of a photograph that are to be edited, largest first.

    Raises:
        PhotoError: if there is none that can be.
    """
    from faceaug.face.decompose import decompose, decompose_all

    if options.faces == "all":
        return decompose_all(photo, detector=options.detector, device=options.real_device)
    return [decompose(photo, faces="largest", detector=options.detector, device=options.real_device)]


def face_again(photo: Photo, points: npt.NDArray[np.float32], options: RunOptions) -> Decomposition:
    """The face of a rendering, found anew: the one whose nose lies where it was carried to, however large another is.

    Args:
        photo: the rendering.
        points: (478, 2 or 3) landmarks as they were carried, pixels.
        options: of the run.

    Raises:
        PhotoError: if none is found any more that can be used.
    """
    from faceaug.face.decompose import decompose

    x, y = (float(value) for value in points[POINTS["nose_tip"], :2])
    return decompose(photo, near=(x, y), detector=options.detector, device=options.real_device)


def replay(
    manifest: str | Path,
    id: str,  # noqa: A002 - as in the record
    *,
    photos_root: str | Path | None = None,
    check: bool = True,
) -> bytes:
    """Make a picture of a run again.

    Everything comes from the manifest (the drawn values, the photograph's path and digest) and, beside it, `run.json`
    (format, quality, detector); neither the recipe nor its distributions are asked.

    Args:
        manifest: the run's manifest, in any format.
        id: of the picture.
        photos_root: folder where the photographs are now, if they have moved.
        check: whether to insist on the recorded bytes.

    Returns:
        The bytes of the picture's file.

    Raises:
        RequestError: no such record, or it is not a rendering.
        PhotoError: the photograph is missing or has changed.
        FaceaugError: the bytes differ from the recorded ones.
    """
    manifest = Path(manifest)
    record, parent = _find(manifest, id)
    data = made_again(record, parent, manifest.parent, Path(photos_root) if photos_root is not None else None)
    if check and record.sha256 and hashlib.sha256(data).hexdigest() != record.sha256:
        made = f"recorded by faceaug {record.version or '?'} on this or another machine"
        msg = f"{record.id} was made again, but its bytes differ from those {made}"
        raise FaceaugError(msg)
    return data


def made_again(record: Record, parent: Record, folder: Path, photos_root: Path | None = None) -> bytes:
    """The bytes of a rendering's file, made again from its record and that of its photograph.

    Args:
        record: of the rendering.
        parent: of the photograph.
        folder: of the manifest.
        photos_root: folder where the photographs are now, if they have moved.

    Raises:
        PhotoError: the photograph is missing or has changed.
    """
    photo = _source(parent, folder, photos_root)
    options = _options(folder, record)
    recipe = Recipe.closed(record.seed, record.variant, record.drawn)
    with one_thread():
        face = next((face for face in faces_of(photo, options) if face.face[0] == record.face), None)
        if face is None:
            raise PhotoError("no_face", f"{photo.path}: its face number {record.face} is not found any more")
        variant = recipe.variants(face, [record.variant], record=parent)[0]
    return encoded(variant, photo, options, record.id, record.recipe or "")


def _find(manifest: Path, wanted: str) -> tuple[Record, Record]:
    """A rendered record and that of its photograph."""
    records = {record.id: record for record in read_manifest(manifest, check_files=False)}
    record = records.get(wanted)
    if record is None:
        near = did_you_mean(wanted, records)
        hint = f"; did you mean {near!r}?" if near else f"; it has {len(records)} records"
        raise RequestError([Fault(str(manifest), f"has no record {wanted!r}{hint}")])
    if record.parent is None or record.recipe is None:
        what = "is a photograph; only renderings can be made again"
        if record.origin == "rendered":
            what = (
                "is a rendering, but this table does not say how it was made; name the manifest of its run or version"
            )
        raise RequestError([Fault(str(manifest), f"{wanted!r} {what}")])
    if record.parent not in records:
        raise RequestError([Fault(str(manifest), f"has no record {record.parent!r}, the photograph of {wanted!r}")])
    return record, records[record.parent]


def _source(parent: Record, folder: Path, root: Path | None) -> Photo:
    """The photograph that a record was made from, wherever it is now."""
    first = parent.located(folder)
    places = [first]
    if root is not None:
        parts = [part for part in Path(parent.photo).parts if part not in {"..", "/"}]
        places = [root.joinpath(*parts[start:]) for start in range(len(parts))] + places
        places += sorted(root.rglob(first.name)) if root.is_dir() else []
    there = [place for place in places if place.is_file()]
    if not there:
        looked = f"{places[0]} does not exist"
        raise PhotoError("unreadable", f"{looked}; say where the photographs are now (--photos, photos_root)")
    for place in there:
        if hashlib.sha256(place.read_bytes()).hexdigest() == parent.sha256:
            return read_photo(place)
    raise PhotoError("changed", f"{there[0]} is not the photograph that was edited: its content has changed since")


def _options(folder: Path, record: Record) -> RunOptions:
    """How the files of a run were written: from `run.json`, or as usual where that is missing.

    A version of a data set may hold pictures of several runs, and keeps the options of each under its recipe.
    """
    usual = RunOptions(faces="all" if record.face else "largest")
    suffix = Path(record.photo).suffix.lstrip(".") or usual.format
    own = folder / "recipes" / f"{record.recipe}.run.json"
    try:
        stored = json.loads((own if own.exists() else folder / "run.json").read_text(encoding="utf-8"))["options"]
    except (OSError, ValueError, KeyError, TypeError):
        return replace(usual, format=suffix)
    names = ("detector", "faces", "format", "quality", "device")
    return replace(usual, **{name: stored[name] for name in names if name in stored})
