"""What was told about a photograph and what was read off it, in one record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.keypoints import KEYPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.data.attributes import Value
    from faceaug.data.record import Record
    from faceaug.survey.reading import Found, Reading

__all__ = ["UNMEASURED", "joined"]

UNMEASURED: Final = "measure"
"""Key under which a record's `refused` says why nothing was measured."""


def joined(record: Record, reading: Reading) -> list[Record]:
    """The records of a photograph, one for each face that was measured.

    What was told wins over what was measured; readings of an earlier look are replaced, also where there is no new
    one. A photograph that could not be measured keeps its record only if something was told about it.

    Args:
        record: what was known before.
        reading: what was read.
    """
    told = {name: value for name, value in record.attributes.items() if value.how != "measured"}
    if reading.reason:
        why = {**record.refused, UNMEASURED: f"{reading.reason}: {reading.sentence}"}
        known = replace(record, sha256=reading.sha256, attributes=told, measured={}, refused=why)
        return [known] if told and reading.sha256 else []
    again = {name: why for name, why in record.refused.items() if name != UNMEASURED}
    known = replace(record, sha256=reading.sha256, refused=again)
    return [
        _of_largest(known, told, found, reading) if found.face == 0 else _of_another(known, found, reading)
        for found in reading.found
    ]


def _of_largest(record: Record, told: Mapping[str, Value], found: Found, reading: Reading) -> Record:
    """The record of the face that the labels are about."""
    more = {name: value for name, value in found.values.items() if name not in told}
    return replace(record, attributes={**told, **more}, measured=_plain(found, reading))


def _of_another(record: Record, found: Found, reading: Reading) -> Record:
    """The record of a further face: nobody has said who that is, and no label is about it."""
    return replace(
        record,
        id=f"{record.id}_f{found.face}",
        face=found.face,
        subject="",
        attributes=dict(found.values),
        measured=_plain(found, reading),
    )


def _plain(found: Found, reading: Reading) -> dict[str, Any]:
    """What was measured, as JSON values."""
    values = {name: {k: v for k, v in value.plain().items() if k != "how"} for name, value in found.values.items()}
    points = {KEYPOINTS: dict(found.keypoints)} if found.keypoints else {}
    return {"faces_found": reading.faces_found, **dict(sorted(values.items())), **points}
