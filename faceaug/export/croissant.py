"""Croissant: JSON-LD that says what every file and column is, with the responsible-AI facts, beside plain files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any, Final

import faceaug
from faceaug.data.attributes import VOCABULARY
from faceaug.export.card import value_counts
from faceaug.report.croissant import CONTEXT
from faceaug.report.words import OUTLOOK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.export.items import Item
    from faceaug.export.making import Job

__all__ = ["USE", "write"]

USE = 'import mlcroissant\n\ndata = mlcroissant.Dataset("croissant.json").records("pictures")'

TABLE: Final = "metadata.csv"

KINDS: Final = {bool: "sc:Boolean", float: "sc:Float", str: "sc:Text"}


def write(job: Job) -> None:
    """Write `images/<name>`, `metadata.csv` and `croissant.json`.

    Source: Croissant 1.0 and Croissant-RAI 1.0, MLCommons (2024); validated with the `mlcroissant` package by a test.
    """
    rows = []
    for item in job.each():
        job.place.copy(f"images/{item.name}", item)
        rows.append({"file_name": f"images/{item.name}", **item.labels()})
    kinds = _kinds(rows)
    table = _csv(rows, list(kinds))
    job.place.write(TABLE, table)
    document = _document(job, kinds, hashlib.sha256(table).hexdigest())
    job.place.write("croissant.json", (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())


def _kinds(rows: Sequence[Mapping[str, Any]]) -> dict[str, type]:
    """Column -> bool, float or str."""
    found: dict[str, type] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row[name] for row in rows if name in row]
        if all(isinstance(value, bool) for value in values):
            found[name] = bool
        else:
            numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
            found[name] = float if numbers else str
    return found


def _csv(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> bytes:
    """The labels as a table."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def _document(job: Job, kinds: Mapping[str, type], digest: str) -> dict[str, Any]:
    """The description of the data set."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": job.title,
        "description": _about(job.items),
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        **({"license": job.wanted.licence} if job.wanted.licence else {}),
        "version": f"{int(job.pin.split('@')[0])}.0.0" if job.pin else "0.0.0",
        **({"citeAs": job.pin} if job.pin else {}),
        "distribution": [_table(digest), *_images(job.items)],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "pictures",
                "name": "pictures",
                "key": {"@id": "pictures/id"},
                "field": [_field(name, kind) for name, kind in kinds.items()],
            }
        ],
        **_responsible(job.items, job.left_out),
    }


def _table(digest: str) -> dict[str, Any]:
    """The file of the labels."""
    found = {"@type": "cr:FileObject", "@id": TABLE, "name": TABLE, "contentUrl": TABLE}
    return found | {"encodingFormat": "text/csv", "sha256": digest}


def _images(items: Sequence[Item]) -> list[dict[str, Any]]:
    """The files of pictures; they lie beside the description, as plain files."""
    endings = sorted({item.file.suffix.lower() for item in items})
    formats = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
    return [
        {"@type": "cr:FileSet", "@id": f"images{ending}", "name": f"images{ending}", "includes": f"images/*{ending}"}
        | {"encodingFormat": formats.get(ending, "application/octet-stream")}
        for ending in endings
    ]


def _field(name: str, kind: type) -> dict[str, Any]:
    """A column."""
    attribute = VOCABULARY.get(name)
    about = f"{attribute.means}{f' ({attribute.unit})' if attribute.unit else ''}" if attribute else name
    return {
        "@type": "cr:Field",
        "@id": f"pictures/{name}",
        "name": f"pictures/{name}",
        "description": about,
        "dataType": KINDS[kind],
        "source": {"fileObject": {"@id": TABLE}, "extract": {"column": name}},
    }


def _about(items: Sequence[Item]) -> str:
    drawn = sum(item.record.origin == "rendered" for item in items)
    return f"{len(items) - drawn:,} face photographs and {drawn:,} renderings of them, made and labelled by faceaug."


def _responsible(items: Sequence[Item], left_out: Sequence[str]) -> dict[str, Any]:
    """The facts under the names of Croissant-RAI."""
    hows: dict[str, set[str]] = {}
    for item in items:
        for name, value in item.record.attributes.items():
            hows.setdefault(name, set()).add(value.how)
    measured = sorted(name for name, known in hows.items() if "measured" in known)
    edits = sorted({edit for item in items for edit in item.record.drawn})
    counts = value_counts(items)
    return {
        "rai:dataCollection": "Photographs were given by whoever made the data set; renderings were drawn from them.",
        "rai:dataManipulationProtocol": f"Edits of faceaug {faceaug.__version__}: {', '.join(edits) or 'none'}. "
        "Seed and drawn values of each picture stand in its record, from which it can be made again to the byte.",
        "rai:dataAnnotationProtocol": [f"{name}: {', '.join(sorted(known))}" for name, known in sorted(hows.items())],
        "rai:machineAnnotationTools": [f"faceaug {faceaug.__version__}: {', '.join(measured)}"] if measured else [],
        "rai:dataBiases": [
            f"{name}: " + ", ".join(f"{word} {a:,} photographed and {b:,} rendered" for word, (a, b) in rows.items())
            for name, rows in counts.items()
        ],
        "rai:dataLimitations": [*OUTLOOK[:1], *left_out],
        "rai:personalSensitiveInformation": "Faces of people. Demographic columns, if any, were told by the user; "
        "nothing is guessed about anybody's origin.",
        "rai:dataUseCases": "Training and testing of face analysis; renderings are no evidence about people.",
    }
