"""What a file says of itself: whether a camera made it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from faceaug.errors import PhotoError

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.data.record import Record

__all__ = ["MADE", "as_its_file_says"]

MADE: Final = (
    "algorithmicallyEnhanced",
    "compositeCapture",
    "compositeSynthetic",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "trainedAlgorithmicMedia",
)
"""IPTC digital source types of pictures that are not as a camera made them."""


def as_its_file_says(record: Record, file: Path) -> Record:
    """A record whose file says of itself that it was made or composed is that of a rendering.

    Args:
        record: of a picture.
        file: where its bytes are; one that cannot be opened says nothing.
    """
    from faceaug.data.encoding import read_source_type  # here, so that a table is read without a picture library

    if record.origin == "rendered":
        return record
    try:
        source = read_source_type(file)
    except PhotoError:
        return record
    return replace(record, origin="rendered") if source in MADE else record
