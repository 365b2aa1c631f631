"""Making an export: choose the pictures, fill the folder, put the data card beside them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import faceaug
from faceaug.data.tables import to_jsonl
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.export.card import data_card
from faceaug.export.folders import classes_faults
from faceaug.export.items import Item, items_of
from faceaug.export.place import Place, filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from faceaug.data.versions.opening import Pictures

__all__ = ["FORMATS", "Exported", "Job", "Wanted", "export"]

FORMATS: Final = {
    "imagefolder": "folders of pictures with a table; Hugging Face, torchvision",
    "webdataset": "tar files with pictures and labels",
    "parquet": "tables that hold the pictures; Hugging Face",
    "coco": "pictures and JSON with a box around each face",
    "fiftyone": "pictures and JSON of FiftyOne's own",
    "croissant": "pictures, a table, and metadata for data catalogues",
}
"""Format -> what it is; each is `write` in the file of its name."""


@dataclass(frozen=True)
class Wanted:
    """How a data set is exported.

    Attributes:
        form: one of `FORMATS`.
        two_stage: renderings for pre-training, photographs for fine-tuning.
        by: attributes of which `pretrain` gets equally many renderings of each combination.
        label: attribute whose values are the classes of an imagefolder; '' for no classes.
        licence: of the photographs, for the data card; '' if it is not known.
    """

    form: str
    two_stage: bool = False
    by: Sequence[str] = ()
    label: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Exported:
    """An export that was made.

    Attributes:
        out: its folder.
        splits: split -> photographs, renderings.
        left_out: what is not in it, in sentences.
        new: False if the very same export was there already.
    """

    out: Path
    splits: dict[str, list[int]]
    left_out: list[str]
    new: bool


@dataclass
class Job:
    """What a format needs for its work.

    Attributes:
        items: the pictures.
        place: the folder to fill.
        pictures: the data set that they are from.
        wanted: how it is exported.
        left_out: what is not in it, in sentences.
        progress: called after each picture.
        done: pictures that were written.
    """

    items: Sequence[Item]
    place: Place
    pictures: Pictures
    wanted: Wanted
    left_out: Sequence[str]
    progress: Callable[[int, int], None] | None = None
    done: int = field(default=0)

    @property
    def title(self) -> str:
        """Name of the data set."""
        return self.pictures.title

    @property
    def pin(self) -> str | None:
        """Pin of its version, or None."""
        return self.pictures.pin

    def each(self, items: Sequence[Item] | None = None) -> Iterator[Item]:
        """The pictures one by one, with progress."""
        for item in self.items if items is None else items:
            yield item
            self.skip(1)

    def skip(self, count: int) -> None:
        """Count pictures that are done."""
        self.done += count
        if self.progress is not None:
            self.progress(self.done, len(self.items))


def export(
    pictures: Pictures, out: Path, wanted: Wanted, progress: Callable[[int, int], None] | None = None
) -> Exported:
    """Write a data set for another tool.

    Args:
        pictures: the data set.
        out: a new folder; an export that was interrupted goes on.
        wanted: in which form.
        progress: called after each picture.

    Raises:
        RequestError: an unknown format or label, a folder that holds something else, a picture that is missing or has
            changed, a person in two splits, splits or classes that cannot have a folder each.
        FaceaugError: a file cannot be written.
    """
    _check(pictures, wanted)
    items, left_out = items_of(pictures, two_stage=wanted.two_stage, by=wanted.by)
    faults = classes_faults(wanted.label, (item.value_of(wanted.label) for item in items)) if wanted.label else []
    if faults:
        raise RequestError(faults, "nothing was exported")
    module: Any = import_module(f"faceaug.export.{wanted.form}")

    def fill(place: Place) -> None:
        job = Job(items, place, pictures, wanted, left_out, progress)
        module.write(job)
        card = data_card(items, title=job.title, pin=job.pin, licence=wanted.licence, left_out=left_out, use=module.USE)
        place.write("README.md", card.encode())

    new = filled(out, _identity(pictures, wanted), fill)
    splits: dict[str, list[int]] = {}
    for item in items:
        splits.setdefault(item.split, [0, 0])[item.record.origin == "rendered"] += 1
    return Exported(out, splits, left_out, new)


def _identity(pictures: Pictures, wanted: Wanted) -> dict[str, Any]:
    """What decides every byte of an export."""
    return {
        "format": "faceaug export 1",
        "faceaug": faceaug.__version__,
        "pin": pictures.pin,
        "manifest": hashlib.sha256(to_jsonl(pictures.records)).hexdigest(),
        "title": pictures.title,
        **vars(wanted),
        "by": list(wanted.by),
    }


def _check(pictures: Pictures, wanted: Wanted) -> None:
    """Refuse what cannot be exported."""
    faults = []
    if wanted.form not in FORMATS:
        near = did_you_mean(wanted.form, FORMATS)
        hint = f"; did you mean {near!r}?" if near else f"; there are {', '.join(FORMATS)}"
        faults.append(Fault("--format", f"there is no format {wanted.form!r}{hint}"))
    names = dict.fromkeys(name for record in pictures.records for name in record.attributes)
    if wanted.label and wanted.label not in {*names, "subject", "rendered"}:
        near = did_you_mean(wanted.label, names)
        hint = f"; did you mean {near!r}?" if near else f"; it has {', '.join(list(names)[:12])}"
        faults.append(Fault("--label", f"no picture has {wanted.label!r}{hint}"))
    if wanted.label and wanted.form != "imagefolder":
        faults.append(Fault("--label", "is for imagefolder alone; the other formats keep every label"))
    if wanted.by and not wanted.two_stage:
        faults.append(Fault("--by", "balances the first of two stages; it needs --two-stage"))
    if faults:
        raise RequestError(faults, "nothing was exported")
