"""FiftyOne: a folder a split of its own detection format, labels as attributes of the face, its points beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.keypoints import OUTSIDE, VISIBLE
from faceaug.export.box import face_box, size_of
from faceaug.export.points import NAMES, SKELETON, face_points

if TYPE_CHECKING:
    from faceaug.export.making import Job

__all__ = ["USE", "write"]

USE = """import json
from pathlib import Path

import fiftyone

data = fiftyone.Dataset.from_dir(dataset_dir="train", dataset_type=fiftyone.types.FiftyOneImageDetectionDataset)
data.add_dynamic_sample_fields()  # labels of the face, such as ground_truth.detections.rendered, to filter by
face = json.loads(Path("train/keypoints.json").read_text())
data.default_skeleton = fiftyone.KeypointSkeleton(labels=face["labels"], edges=face["edges"])
nowhere = [float("nan"), float("nan")]
for sample in data.iter_samples(autosave=True):
    found = face["keypoints"].get(Path(sample.filepath).stem)
    if found:
        points = fiftyone.Keypoint(label="face", points=[one or nowhere for one in found["points"]], seen=found["seen"])
        sample["keypoints"] = fiftyone.Keypoints(keypoints=[points])"""


RESERVED: Final = frozenset(
    {
        *("attributes", "bounding_box", "clean", "confidence", "field_names", "get_field", "has_mask", "id", "index"),
        *("instance", "instance_id", "label", "mask", "mask_path", "pk", "tags", "validate"),
    }
)
"""Names of which `fiftyone.Detection` (FiftyOne 1.22) was seen to lose or refuse an attribute, since it has its own."""


def write(job: Job) -> None:
    """Write `<split>/data/<name>`, `<split>/labels.json` and `<split>/keypoints.json`.

    The face is one detection, its box relative to the picture; where it was not measured, the whole picture is. Its
    attributes are the labels; a name that a detection has already, as `id`, gets a `_` at its end.

    The format has no room for points, so that they have a file of their own: `labels` and `edges` of the skeleton
    (places from 0); and by the files' names `points` (0..1; null for what is outside the picture) and whether each is
    `seen`: not turned away, nor behind dark lenses. A picture that was not measured has none.

    Source: FiftyOne's documentation of `FiftyOneImageDetectionDataset`: classes, and labels by the files' names without
    extension; of `KeypointSkeleton`, and of `Keypoint.points`: relative coordinates, NaN for what is missing.
    """
    points: dict[str, dict[str, dict[str, Any]]] = {}
    splits: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for item in job.each():
        job.place.copy(f"{item.split}/data/{item.name}", item)
        width, height = size_of(item.read())
        x, y, w, h = face_box(item.record.measured, width, height) or (0, 0, width, height)
        box = [x / width, y / height, w / width, h / height]
        attributes = {_name(name): value for name, value in item.labels().items()}
        detection = {"label": "face", "bounding_box": box, "attributes": attributes}
        splits.setdefault(item.split, {})[item.stem] = [detection]
        own = points.setdefault(item.split, {})
        found = face_points(item.record)
        if found is not None:
            own[item.stem] = {
                "points": [[x, y] if seen != OUTSIDE else None for x, y, seen in found],
                "seen": [seen == VISIBLE for _, _, seen in found],
            }
    for split, labels in splits.items():
        document = {"classes": ["face"], "labels": labels}
        job.place.write(f"{split}/labels.json", (json.dumps(document, ensure_ascii=False) + "\n").encode())
        skeleton = {"labels": list(NAMES), "edges": [list(edge) for edge in SKELETON], "keypoints": points[split]}
        job.place.write(f"{split}/keypoints.json", (json.dumps(skeleton, ensure_ascii=False) + "\n").encode())


def _name(name: str) -> str:
    """A name that FiftyOne takes: not one of its own, without dots, and without what its database begins names with.

    >>> [_name(name) for name in ("glasses", "id", "attribute.id", "_x")]
    ['glasses', 'id_', 'attribute:id', ':_x']
    """
    plain = name.replace(".", ":").replace("$", ":").replace("\0", ":")
    return f":{plain}" if plain[:1] in {"_", ""} else f"{plain}_" if plain in RESERVED else plain
