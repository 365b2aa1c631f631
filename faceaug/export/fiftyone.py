"""FiftyOne: a folder a split of its own detection format, with all labels as attributes of the face."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from faceaug.export.box import face_box, size_of

if TYPE_CHECKING:
    from faceaug.export.making import Job

__all__ = ["USE", "write"]

USE = (
    "import fiftyone\n\ndata = fiftyone.Dataset.from_dir(\n"
    '    dataset_dir="train", dataset_type=fiftyone.types.FiftyOneImageDetectionDataset\n)'
)


def write(job: Job) -> None:
    """Write `<split>/data/<name>` and `<split>/labels.json`.

    The face is one detection, its box relative to the picture; where it was not measured, the whole picture is.

    Source: FiftyOne's documentation of `FiftyOneImageDetectionDataset`: classes, and labels by the files' names without
    extension.
    """
    splits: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for item in job.each():
        job.place.copy(f"{item.split}/data/{item.name}", item)
        width, height = size_of(item.read())
        x, y, w, h = face_box(item.record.measured, width, height) or (0, 0, width, height)
        box = [x / width, y / height, w / width, h / height]
        detection = {"label": "face", "bounding_box": box, "attributes": item.labels()}
        splits.setdefault(item.split, {})[item.stem] = [detection]
    for split, labels in splits.items():
        document = {"classes": ["face"], "labels": labels}
        job.place.write(f"{split}/labels.json", (json.dumps(document, ensure_ascii=False) + "\n").encode())
