"""Parquet tables that hold the pictures themselves, as the Hugging Face hub shows them."""

from __future__ import annotations

import io
import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.export.items import Item
    from faceaug.export.making import Job

__all__ = ["ROWS", "USE", "write"]

USE = 'from datasets import load_dataset\n\ndata = load_dataset("parquet", data_dir=".")'

ROWS: Final = 1000
"""Pictures of one file."""


def write(job: Job) -> None:
    """Write `data/<split>-00000-of-00003.parquet`: a column `image` (bytes, path) and one for each label.

    Source: the layout and the `huggingface` key of the schema that the `datasets` library writes for its feature Image.
    """
    columns = _columns([item.labels() for item in job.items])
    items = sorted(job.items, key=lambda item: item.split)
    for split, group in groupby(items, key=lambda item: item.split):
        own = list(group)
        count = -(-len(own) // ROWS)
        for number in range(count):
            name = f"data/{split}-{number:05}-of-{count:05}.parquet"
            part = own[number * ROWS : (number + 1) * ROWS]
            if not job.place.has(name):
                job.place.write(name, _table(part, columns, job))
            else:
                job.skip(len(part))


def _columns(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Column -> bool, float64 or string, over all files, so that they can be read as one table."""
    names = dict.fromkeys(name for row in rows for name in row)
    found = {}
    for name in names:
        values = [row[name] for row in rows if name in row]
        if all(isinstance(value, bool) for value in values):
            found[name] = "bool"
        elif all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            found[name] = "float64"
        else:
            found[name] = "string"
    return found


def _table(items: Sequence[Item], columns: dict[str, str], job: Job) -> bytes:
    """One file."""
    import pyarrow as pa
    from pyarrow import parquet

    images, rows = [], []
    for item in job.each(items):
        images.append({"bytes": item.read(), "path": item.name})
        rows.append(item.labels())
    kinds = {"bool": pa.bool_(), "float64": pa.float64(), "string": pa.string()}
    arrays = [pa.array(images, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))]
    for name, kind in columns.items():
        values = [row.get(name) for row in rows]
        spelt = [None if v is None else str(v) for v in values] if kind == "string" else values
        arrays.append(pa.array(spelt, kinds[kind]))
    features = {"image": {"_type": "Image"}} | {n: {"dtype": k, "_type": "Value"} for n, k in columns.items()}
    table = pa.table(arrays, names=["image", *columns])
    note = json.dumps({"info": {"features": features}})
    sink = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata({"huggingface": note}), sink)
    return sink.getvalue()
