"""COCO: pictures, and a JSON file a split with a box around each face, its named points, and all labels in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from faceaug.data.keypoints import OUTSIDE
from faceaug.export.box import face_box, size_of
from faceaug.export.points import NAMES, SKELETON, face_points

if TYPE_CHECKING:
    from faceaug.data.record import Record
    from faceaug.export.making import Job

__all__ = ["USE", "write"]

USE = 'from pycocotools.coco import COCO\n\ndata = COCO("annotations/train.json")'


def write(job: Job) -> None:
    """Write `images/<name>` and `annotations/<split>.json`.

    A picture whose face was not measured is listed without an annotation. Labels stand in `attributes` of the
    annotation and of the image. The category names the points of a face and the lines between them. Visibility 2 is of
    a point that is seen, 1 of one that is turned away or behind dark lenses; 0 is outside the picture, or was not
    measured. Pixels are counted as for the box: column j spans j to j + 1.

    Source: the format of the COCO detection and keypoint tasks (x, y, visibility; the skeleton counted from 1);
    `attributes` as CVAT and FiftyOne write and read it.
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
                | {"iscrowd": 0, "attributes": labels, **_keypoints(item.record, width, height)}
            )
    for split, document in splits.items():
        text = json.dumps(document, ensure_ascii=False) + "\n"
        job.place.write(f"annotations/{split}.json", text.encode())


def _keypoints(record: Record, width: int, height: int) -> dict[str, Any]:
    """The points of a face, in pixels."""
    found = face_points(record) or [(0.0, 0.0, OUTSIDE)] * len(NAMES)
    numbers: list[float] = []
    for x, y, seen in found:
        numbers += [round(x * width, 2), round(y * height, 2), seen] if seen != OUTSIDE else [0, 0, OUTSIDE]
    return {"keypoints": numbers, "num_keypoints": sum(seen != OUTSIDE for _, _, seen in found)}


def _empty(title: str) -> dict[str, Any]:
    """A document without pictures."""
    return {
        "info": {"description": title},
        "licenses": [],
        "categories": [
            {"id": 1, "name": "face", "supercategory": "person", "keypoints": list(NAMES)}
            | {"skeleton": [[one + 1, other + 1] for one, other in SKELETON]}
        ],
        "images": [],
        "annotations": [],
    }
