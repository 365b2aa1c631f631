"""Folders of pictures: a folder a split, a folder a class in it if one is asked for, and a table of all labels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from faceaug.export.folders import class_word, classes_at

if TYPE_CHECKING:
    from faceaug.export.making import Job

__all__ = ["USE", "write"]

USE = 'from datasets import load_dataset\n\ndata = load_dataset("imagefolder", data_dir=".")'


def write(job: Job) -> None:
    """Write `<split>/[<class>/]<name>` and, in each split, `metadata.jsonl` with one object a picture.

    Source: the layout of `datasets.load_dataset("imagefolder")`, and with classes also of torchvision's `ImageFolder`.
    """
    label = job.wanted.label
    folders = classes_at(item.value_of(label) for item in job.items) if label else {}
    rows: dict[str, list[str]] = {}
    for item in job.each():
        name = f"{folders[class_word(item.value_of(label))]}/{item.name}" if label else item.name
        job.place.copy(f"{item.split}/{name}", item)
        rows.setdefault(item.split, []).append(json.dumps({"file_name": name, **item.labels()}, ensure_ascii=False))
    for split, lines in rows.items():
        job.place.write(f"{split}/metadata.jsonl", "".join(f"{line}\n" for line in lines).encode())
