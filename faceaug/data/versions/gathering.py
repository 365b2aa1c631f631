"""What a folder or a manifest brings into a version: records, and the documents that go with them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from faceaug.data.files import why_missing
from faceaug.data.manifest import list_photos, read_manifest
from faceaug.errors import Fault, RequestError

if TYPE_CHECKING:
    from faceaug.data.record import Record
    from faceaug.data.versions.store import Versions

__all__ = ["Gathered", "gather", "is_listed", "joined"]

MANIFESTS: Final = ("manifest.jsonl", "manifest.parquet", "manifest.csv")
"""The manifests that a folder may have, the most exact first."""

TAKEN: Final = ("plan.json", "audit.json", "outcome.json", "coverage.md", "rejected.jsonl", "skipped.jsonl")
"""Documents that go into the version as they are; an empty one is left behind."""

RUN: Final = "run.json"
"""How files were written: of a run, with its recipe's digest; of a plan's pictures in a version, without."""


@dataclass(frozen=True)
class Gathered:
    """What will be committed.

    Attributes:
        records: all pictures.
        root: folder that their photographs are relative to.
        documents: path within the version -> content.
    """

    records: list[Record]
    root: Path
    documents: dict[str, Any] = field(default_factory=dict)


def is_listed(folder: Path) -> bool:
    """Whether a manifest says what is in a folder, so that it is not searched for photographs."""
    return any((folder / name).is_file() for name in MANIFESTS)


def gather(source: Path) -> Gathered:
    """Read what shall become a version.

    Args:
        source: the folder of a finished `faceaug run`, a folder with a manifest, a manifest of any kind, or a folder
            of photographs.

    Raises:
        RequestError: there is nothing, or the run is not finished.
    """
    if not source.exists():
        raise _refused(source, why_missing(source))
    if not source.is_dir():
        return Gathered(read_manifest(source), source.parent)
    there = next((source / name for name in MANIFESTS if (source / name).is_file()), None)
    if (source / RUN).is_file() and there is None:
        raise _refused(source, "is a run that has not finished; start it again, and it goes on")
    if there is None:
        from faceaug.data.photos import find_photos

        return Gathered(_as_told(list_photos(find_photos([source]), source), source), source)
    documents: dict[str, Any] = {
        name: (source / name).read_bytes()
        for name in TAKEN
        if (source / name).is_file() and (source / name).stat().st_size
    }
    if (source / RUN).is_file():
        documents |= _recipe(source, source / RUN)
    if (source / "recipes").is_dir():  # a version that was restored into a folder
        files = sorted(path for path in (source / "recipes").iterdir() if path.is_file())
        documents |= {f"recipes/{path.name}": path.read_bytes() for path in files}
    return Gathered(read_manifest(there), source, documents)


def _as_told(records: list[Record], folder: Path) -> list[Record]:
    """The pictures of a folder, those as renderings of which a table in it says so; its other labels are not asked."""
    from faceaug.data.labels.imagefolder import tells_origins
    from faceaug.data.labels.reading import read_labels

    if not tells_origins(folder):
        return records
    told = read_labels(folder, format="imagefolder").records()
    drawn = {record.photo for record in told if record.origin == "rendered"}
    return [replace(record, origin="rendered") if record.photo in drawn else record for record in records]


def joined(dataset: Versions, new: Gathered) -> Gathered:
    """The newest version of a data set and what is gathered, together; of two records of one id the new one counts.

    Raises:
        RequestError: the same recipe was run with other options before.
    """
    if dataset.head is None:
        return new
    version = dataset.version()
    folder = version.folder(dataset.folder)
    kinds = (RUN, "recipes/")
    documents = {name: dataset.document(name) for name in version.files if name.startswith(kinds)}
    clash = [name for name, data in new.documents.items() if documents.get(name, data) != data]
    if clash:
        what = f"{clash[0]} is in the data set already with other content: run the recipe with the same options"
        raise _refused(dataset.folder, what)
    ids = {record.id for record in new.records}
    kept = [_from(record, folder) for record in dataset.records() if record.id not in ids]
    return Gathered([*kept, *(_from(record, new.root) for record in new.records)], Path(), documents | new.documents)


def _recipe(source: Path, run: Path) -> dict[str, Any]:
    """The recipe of a run and its options, under the digest that its records name."""
    try:
        digest = json.loads(run.read_text(encoding="utf-8")).get("recipe")
    except (ValueError, AttributeError) as error:
        raise _refused(run, f"is damaged: {error}") from error
    if digest is None:
        return {RUN: run.read_bytes()}
    documents: dict[str, Any] = {f"recipes/{digest}.run.json": run.read_bytes()}
    if (source / "recipe.yaml").is_file():
        documents[f"recipes/{digest}.yaml"] = (source / "recipe.yaml").read_bytes()
    return documents


def _from(record: Record, root: Path) -> Record:
    """A record whose photograph is found from wherever the program was started."""
    return replace(record, photo=record.located(root).as_posix())


def _refused(path: Path, what: str) -> RequestError:
    return RequestError([Fault(str(path), what)], "no version was made")
