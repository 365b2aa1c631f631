"""Tar files that a training reads from front to back: pictures with their labels, in shards."""

from __future__ import annotations

import io
import json
import tarfile
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.export.items import Item
    from faceaug.export.making import Job

__all__ = ["SHARD", "USE", "write"]

USE = 'import webdataset\n\ndata = webdataset.WebDataset("train-{000000..000000}.tar").decode("pil")'

SHARD: Final = 1000
"""Pictures of one shard: some hundred megabytes, as the authors of the format advise."""


def write(job: Job) -> None:
    """Write `<split>-<number>.tar`, each with `<name>.jpg` and `<name>.json` of its pictures; nothing of time or owner.

    Source: the WebDataset format: files of one sample stand together and share the name up to the first dot.
    """
    items = sorted(job.items, key=lambda item: item.split)
    for split, group in groupby(items, key=lambda item: item.split):
        own = list(group)
        for number in range(0, len(own), SHARD):
            name = f"{split}-{number // SHARD:06}.tar"
            shard = own[number : number + SHARD]
            if not job.place.has(name):
                job.place.write(name, _tar(shard, job))
            else:
                job.skip(len(shard))


def _tar(items: Sequence[Item], job: Job) -> bytes:
    """One shard."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for item in job.each(items):
            label = json.dumps(item.labels(), ensure_ascii=False).encode()
            for name, data in ((item.name.lower(), item.read()), (f"{item.stem.lower()}.json", label)):
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    return file.getvalue()
