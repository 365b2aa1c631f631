"""COCO: pictures, and a JSON file a split with a box around each face and all labels in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from faceaug.export.box import face_box, size_of

if TYPE_CHECKING:
    from faceaug.export.making import Job

__all__ = ["USE", "write"]

USE = 'from pycocotools.coco import COCO\n\ndata = COCO("annotations/train.json")'


def write(job: Job) -> None:
    """Write `images/<name>` and `annotations/<split>.json`.

    A picture whose face was not measured is listed without an annotation. Labels stand in `attributes` of the
    annotation and of the image.

    Source: the format of the COCO detection task; `attributes` as CVAT and FiftyOne write and read it.
    """
    splits: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(job.each(), 1):
        data = item.read()
        job.place.copy(f"images/{item.name}", item)
        width, height = size_of(data)
        labels = item.labels()
        document = splits.setdefault(item.split, _empty(job.title))
        document["images"].append(
            {"id": number, "file_name": item.name, "width": width, "height": height, "attributes": labels}
        )
        box = face_box(item.record.measured, width, height)
        if box is not None:
            document["annotations"].append(
                {"id": number, "image_id": number, "category_id": 1, "bbox": list(box), "area": box[2] * box[3]}
                | {"iscrowd": 0, "attributes": labels}
            )
    for split, document in splits.items():
        text = json.dumps(document, ensure_ascii=False) + "\n"
        job.place.write(f"annotations/{split}.json", text.encode())


def _empty(title: str) -> dict[str, Any]:
    """A document without pictures."""
    return {
        "info": {"description": title},
        "licenses": [],
        "categories": [{"id": 1, "name": "face", "supercategory": "person"}],
        "images": [],
        "annotations": [],
    }
