"""CelebA: `list_attr_celeba.txt`, and beside it `identity_CelebA.txt` and `list_eval_partition.txt`.

Source: Z. Liu, P. Luo, X. Wang, X. Tang, "Deep Learning Face Attributes in the Wild", ICCV 2015, and the data set's
README: 40 attributes, 1 is yes and -1 is no; partition 0 is training, 1 validation, 2 test. The names of attributes
are the data set's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from faceaug.data.labels.opened import Opened
from faceaug.data.labels.sheet import NOTHING, Column, Sheet
from faceaug.data.labels.vocabulary import Term, Vocabulary
from faceaug.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["is_celeba", "read_celeba"]

ATTRIBUTES: Final = "list_attr_celeba.txt"
IDENTITIES: Final = "identity_CelebA.txt"
PARTITION: Final = "list_eval_partition.txt"

PLACES: Final = (
    "",
    "img_celeba",
    "img_align_celeba",
    "img_align_celeba/img_align_celeba",
    "../img_celeba",
    "../img_align_celeba",
    "Img/img_celeba",
    "Img/img_align_celeba",
    "../Img/img_celeba",
    "../Img/img_align_celeba",
)
"""Where people unpack the pictures, seen from the tables or from the folder above them."""

SPLITS: Final = ("train", "val", "test")


def is_celeba(path: Path) -> bool:
    """Whether this is the table of attributes, or a folder that holds it."""
    return _table(path) is not None


def _table(path: Path) -> Path | None:
    """The table of attributes."""
    if path.is_dir():
        return next((file for file in (path / ATTRIBUTES, path / "Anno" / ATTRIBUTES) if file.is_file()), None)
    return path if path.is_file() and path.name == ATTRIBUTES else None


def read_celeba(path: Path, faults: list[Fault]) -> Opened:
    """Read the attributes and, where they are there, who is shown and the splits."""
    table = _table(path)
    if table is None:
        faults.append(Fault(str(path), f"holds no {ATTRIBUTES}"))
        return Opened(Sheet({}, str, {}), path)
    names, lines = _attributes(table, faults)
    if faults:
        return Opened(Sheet({}, str, {}), path)
    files = [line[0] for line in lines]
    cells = np.array([line[1:] for line in lines])
    columns = {"photo": Column.of(files)}
    for place, name in enumerate(names):
        values, codes = np.unique(cells[:, place], return_inverse=True)
        columns[name] = Column(values.tolist(), codes.astype(np.int32).ravel())
    roles = {"photo": "photo"}
    for role, file in (("subject", IDENTITIES), ("split", PARTITION)):
        found = _beside(table, file)
        if found is not None:
            columns[role], roles[role] = _told(found, files, faults), role
    if "split" in roles:
        places = {"0": 0, "1": 1, "2": 2}
        column = columns["split"]
        columns["split"] = column.mapped([places.get(str(value), NOTHING) for value in column.values], SPLITS)
    terms = {name: Term(name, name, ("no", "yes"), synonyms={"-1": "no", "0": "no", "1": "yes"}) for name in names}
    words = Vocabulary("CelebA", terms, sensitive=tuple(name for name in ("Male", "Young") if name in names))
    return Opened(Sheet(columns, lambda row: f"{table}:{row + 3}", roles), _pictures(table, path, files[0]), words)


def _attributes(table: Path, faults: list[Fault]) -> tuple[list[str], list[list[str]]]:
    """Names of the attributes, and the cells of each line after them."""
    lines = _lines(table, faults)
    if faults:
        return [], []
    names = lines[1] if len(lines) > 1 else []
    count = lines[0][0] if lines and len(lines[0]) == 1 else ""
    if not count.isdigit() or not names:
        faults.append(Fault(f"{table}:1", "must be the number of pictures, and line 2 the names of the attributes"))
        return [], []
    rows = lines[2:]
    faults += [
        Fault(f"{table}:{number}", f"has {len(row)} cells, but must have a file and {len(names)} attributes")
        for number, row in enumerate(rows, 3)
        if len(row) != len(names) + 1
    ]
    if int(count) != len(rows):
        faults.append(Fault(f"{table}:1", f"announces {count} pictures, but {len(rows)} are listed; is it cut off?"))
    if not rows and not faults:
        faults.append(Fault(str(table), "lists no photographs"))
    return names, rows


def _lines(file: Path, faults: list[Fault]) -> list[list[str]]:
    """The words of each line; blank lines at the end do not count."""
    try:
        return [line.split() for line in file.read_text(encoding="utf-8-sig").rstrip().split("\n")]
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(str(file), f"cannot be read: {error}"))
        return []


def _beside(table: Path, name: str) -> Path | None:
    """Another table of the set: beside this one, in the folder above, or in its `Eval` or `Anno`."""
    folders = (table.parent, *(table.parent.parent / other for other in ("", "Anno", "Eval")))
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _told(file: Path, photos: Sequence[str], faults: list[Fault]) -> Column:
    """What a table of two columns says about each photograph."""
    lines = _lines(file, faults)
    faults += [
        Fault(f"{file}:{number}", f"has {len(line)} cells, but must have a file and a number")
        for number, line in enumerate(lines, 1)
        if len(line) != 2
    ]
    known = {line[0]: line[1] for line in lines if len(line) == 2}
    return Column.of([known.get(photo) for photo in photos])


def _pictures(table: Path, path: Path, first: str) -> Path:
    """The folder of the pictures; that of the table where they are not there."""
    folder = path if path.is_dir() else table.parent
    return next((folder / place for place in PLACES if (folder / place / first).is_file()), folder)
