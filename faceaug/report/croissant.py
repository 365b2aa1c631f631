"""The audit as Croissant metadata with the responsible-AI vocabulary: JSON-LD that data set catalogues read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from faceaug.report.words import OUTLOOK

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["as_croissant"]

CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context of Croissant 1.0, and the responsible-AI names of 1.0."""

LISTED: Final = 25
"""Gaps that are named one by one."""


def as_croissant(document: Mapping[str, Any], title: str) -> str:
    """The facts of an audit under the names of Croissant-RAI, as JSON-LD.

    Args:
        document: what `coverage.report.audit` made.
        title: name of the data set.
    """
    gaps = document["gaps"]
    undecided = [gap["words"] for gap in gaps if gap["state"] == "undecided"]
    told = {name: sorted(entry["how"]) for name, entry in document["attributes"].items() if entry["how"]}
    measured = [name for name, hows in told.items() if "measured" in hows]
    version = document["faceaug"]
    found = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": title,
        "description": " ".join(document["headlines"][:2]),
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "rai:dataBiases": document["headlines"][1:] + [_gap(gap) for gap in gaps[:LISTED]],
        "rai:dataLimitations": [
            *([f"Undecided groups: {', '.join(undecided[:LISTED])}"] if undecided else []),
            *document["method"],
            *OUTLOOK,
        ],
        "rai:dataManipulationProtocol": (
            f"{document['renderings']:,} of the pictures are rendered by faceaug; recipe, seed and drawn values "
            "of each stand in the manifest."
            if document["renderings"]
            else "None of the pictures is known to be rendered."
        ),
        "rai:dataAnnotationProtocol": [f"{name}: {', '.join(hows)}" for name, hows in told.items()],
        "rai:machineAnnotationTools": [f"faceaug {version} ({', '.join(measured)})"] if measured else [],
        "rai:dataUseCases": "Assessing representation before training; not evidence that a model is fair.",
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _gap(gap: Mapping[str, Any]) -> str:
    """A gap in a line."""
    return f"{gap['words']}: {gap['photographed']:,} photographs, {gap['missing']:,} missing ({gap['state']})"
