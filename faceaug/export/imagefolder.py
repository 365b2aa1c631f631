"""Folders of pictures: a folder a split, a folder a class in it if one is asked for, and a table of all labels."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faceaug.export.making import Job

__all__ = ["USE", "write"]

USE = 'from datasets import load_dataset\n\ndata = load_dataset("imagefolder", data_dir=".")'


def write(job: Job) -> None:
    """Write `<split>/[<class>/]<name>` and, in each split, `metadata.jsonl` with one object a picture.

    Source: the layout of `datasets.load_dataset("imagefolder")`, and with classes also of torchvision's `ImageFolder`.
    """
    rows: dict[str, list[str]] = {}
    for item in job.each():
        labels = item.labels()
        label = job.wanted.label
        folder = f"{_plain(str(labels.get(label, 'unknown')))}/" if label else ""
        name = f"{folder}{item.name}"
        job.place.copy(f"{item.split}/{name}", item)
        rows.setdefault(item.split, []).append(json.dumps({"file_name": name, **labels}, ensure_ascii=False))
    for split, lines in rows.items():
        job.place.write(f"{split}/metadata.jsonl", "".join(f"{line}\n" for line in lines).encode())


def _plain(word: str) -> str:
    """A word that can be a folder's name."""
    return re.sub(r"[^\w-]+", "_", word) or "_"
