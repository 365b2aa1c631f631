"""Small data sets for tests of versions: pictures that are bytes, and records of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.data.versions import Versions

JPEG = b"\xff\xd8\xff\xe0"
"""How a JPEG file starts; versions store bytes and never decode them."""


def picture(folder: Path, name: str, content: str, **known: object) -> Record:
    """Write a file that starts like a JPEG, and make its record."""
    data = JPEG + content.encode()
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    record = Record(id=Path(name).stem, photo=name, sha256=hashlib.sha256(data).hexdigest())
    return Record.from_json({**record.as_dict(), **known})


def told(**values: str) -> dict[str, object]:
    """Attributes, as a record's dictionary has them."""
    return {name: Value(value).plain() for name, value in values.items()}


def first_records(folder: Path) -> list[Record]:
    """Two photographs of Ann and Bob, and a rendering of Ann."""
    ann = picture(folder, "ann.jpg", "ann", subject="Ann", split="train", attributes=told(glasses="none"))
    bob = picture(folder, "bob.jpg", "bob", subject="Bob", attributes=told(glasses="clear"))
    drawn = picture(
        folder,
        "pictures/ann_v0.jpg",
        "ann with glasses",
        subject="Ann",
        origin="rendered",
        parent="ann",
        recipe="r" * 64,
        drawn={"glasses": {"shape": "round"}},
        attributes=told(glasses="clear"),
    )
    return [ann, bob, drawn]


def second_records(folder: Path) -> list[Record]:
    """The same, but with another rendering of Ann, without Bob, and with Cleo."""
    ann, _, drawn = first_records(folder)
    again = picture(folder, "pictures/ann_again.jpg", "ann with other glasses")
    cleo = picture(folder, "cleo.jpg", "cleo", subject="Cleo", attributes=told(glasses="tinted"))
    values = {**drawn.as_dict(), "id": "ann_again", "photo": again.photo, "sha256": again.sha256}
    return [ann, Record.from_json(values), cleo]


def two_versions(folder: Path, work: Path) -> Versions:
    """A data set of both."""
    dataset = Versions.open(folder)
    dataset.commit(first_records(work), {"plan.json": {"entries": 1}}, "First", root=work)
    dataset.commit(second_records(work), {"plan.json": {"entries": 2}}, "Second", root=work)
    return dataset


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def as_json(data: bytes) -> object:
    return json.loads(data)
