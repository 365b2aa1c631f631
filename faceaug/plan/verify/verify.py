"""The whole verification: one document, and whether it found a difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import faceaug
from faceaug.data.files import why_missing
from faceaug.data.manifest import read_manifest
from faceaug.data.versions.version import version_faults
from faceaug.errors import Fault, RequestError, did_you_mean, some_of
from faceaug.plan.verify.agreement import agreement, paired
from faceaug.plan.verify.giveaway import giveaway
from faceaug.plan.verify.likeness import likeness
from faceaug.plan.verify.planned import planned
from faceaug.plan.verify.recount import measured_again, recount
from faceaug.plan.verify.replaying import chosen, file_faults, replayed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from faceaug.data.record import Record
    from faceaug.data.versions.opening import Pictures

__all__ = ["FORMAT", "Wanted", "verify"]

FORMAT: Final = "faceaug verify 1"
"""What the document calls itself."""


@dataclass(frozen=True)
class Wanted:
    """What is verified, and how much of it.

    Attributes:
        against: a table that people filled in, or None.
        sample: renderings that are made and measured again.
        by: attributes whose values are groups for the classifier; empty for skin tone and those that the renderings
            set.
        photos: where the photographs are now, if they have moved.
        compared: photographs, and renderings, that the classifier looks at; 0 to leave it out.
    """

    against: Path | None = None
    sample: int = 24
    by: Sequence[str] = ()
    photos: Path | None = None
    compared: int = 400


def verify(
    pictures: Pictures, wanted: Wanted, progress: Callable[[str, int, int], None] | None = None
) -> dict[str, Any]:
    """Verify a data set.

    Args:
        pictures: the data set.
        wanted: what to look at.
        progress: called with the name of a step, how much of it is done, and of how much.

    Returns:
        JSON values: `files`, `mistaken`, `documents`, `replayed`, `recount`, `likeness`, `giveaway`, `against` (None
        unless asked for), and `differences`: a sentence for each kind of thing that is not as the records say.
        Statistics (likeness, giveaway, against) are reported and are no differences: what they should be is for the
        user to decide.

    Raises:
        RequestError: the table does not fit the data set.
    """
    records, root = pictures.records, pictures.root
    _check(records, wanted)
    pairs = None
    if wanted.against is not None:  # first, so that a table that does not fit is refused before the long work
        people = read_manifest(wanted.against, check_files=False)
        pairs = paired(records, people, str(wanted.against))
    sample = chosen(records, wanted.sample)
    again = replayed(sample, records, root, photos=wanted.photos, progress=_step("made again", progress))
    fresh, lost = measured_again(sample, root, _step("measured", progress)) if sample else ({}, [])
    document = {
        "format": FORMAT,
        "faceaug": faceaug.__version__,
        "source": pictures.title,
        "pin": pictures.pin,
        "photographs": sum(record.origin == "camera" for record in records),
        "renderings": sum(record.origin == "rendered" for record in records),
        "files": {"checked": len(records), "faults": file_faults(records, root)},
        "mistaken": list(pictures.mistaken),
        "documents": [fault.as_dict() for fault in version_faults(root)] if pictures.pin else [],
        "replayed": again,
        "recount": {**recount(records, fresh), "measured_again": len(fresh), "lost": lost},
        "plan": planned(pictures),
        "likeness": likeness(records),
        "giveaway": giveaway(
            records, root, most=wanted.compared, by=_groups(pictures, wanted), progress=_step("compared", progress)
        )
        if wanted.compared
        else None,
        "against": agreement(pairs) if pairs is not None else None,
    }
    return {**document, "differences": _differences(document)}


def _check(records: Sequence[Record], wanted: Wanted) -> None:
    """Refuse what would only be passed over."""
    known = sorted({name for record in records for name in record.attributes})
    faults = []
    for name in (text.partition(":")[0] for text in wanted.by):
        if name not in known:
            near = did_you_mean(name, known)
            hint = f"did you mean {near!r}?" if near else f"known are {some_of(known) or 'none'}"
            faults.append(Fault("--by", f"{name!r} is an attribute of no picture; {hint}"))
    if wanted.photos is not None and not wanted.photos.is_dir():
        faults.append(Fault("--photos", f"{wanted.photos} {why_missing(wanted.photos)}"))
    if faults:
        raise RequestError(faults, "nothing was verified")


def _groups(pictures: Pictures, wanted: Wanted) -> Sequence[str]:
    """Skin tone and the attributes of words that the renderings set, unless others are asked for."""
    drawn = [record for record in pictures.records if record.origin == "rendered"]
    named = (
        name
        for record in drawn
        for name, value in record.attributes.items()
        if value.how == "rendered" and isinstance(value.value, str)
    )
    return wanted.by or sorted({"skin_tone", *named})


def _differences(document: dict[str, Any]) -> list[str]:
    """A sentence for each kind of difference."""
    faults, again, counted = document["files"]["faults"], document["replayed"], document["recount"]
    found = [
        (len(faults), "file is missing or has changed", "files are missing or have changed"),
        (
            len(document["mistaken"]),
            "file says that it is a rendering, and is listed as a photograph",
            "files say that they are renderings, and are listed as photographs",
        ),
        (
            len(document["documents"]),
            "document of the version is missing or has changed",
            "documents of the version are missing or have changed",
        ),
        (
            len(again["differing"]),
            "rendering was not made again as it is",
            "renderings were not made again as they are",
        ),
        (
            len(counted["contradictions"]),
            "label of a rendering contradicts what is measured on it",
            "labels of renderings contradict what is measured on them",
        ),
        (
            len(counted["lost"]),
            "rendering shows no face that could be measured again",
            "renderings show no face that could be measured again",
        ),
    ]
    if document["plan"] is not None:
        found += [
            (
                len(document["plan"]["other"]),
                "label of a rendering is not what the plan expected",
                "labels of renderings are not what the plan expected",
            )
        ]
    return [f"1 {one}" if count == 1 else f"{count:,} {many}" for count, one, many in found if count]


def _step(name: str, progress: Callable[[str, int, int], None] | None) -> Callable[[int, int], None] | None:
    """Progress of one step."""
    if progress is None:
        return None
    return lambda done, total: progress(name, done, total)
