"""FairFace: `fairface_label_train.csv` and `fairface_label_val.csv` with file, age, gender, race and service_test.

Source: K. Kärkkäinen and J. Joo, "FairFace: Face Attribute Dataset for Balanced Race, Gender, and Age for Bias
Measurement and Mitigation", WACV 2021. The words are the data set's own.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from faceaug.data.labels.opened import Opened
from faceaug.data.labels.sheet import NOTHING, Sheet, joined
from faceaug.data.labels.tables import read_table
from faceaug.data.labels.vocabulary import Term, Vocabulary
from faceaug.errors import Fault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_fairface", "read_fairface"]

COLUMNS: Final = ("file", "age", "gender", "race")

FILES: Final = "fairface_label_*.csv"

AGES: Final = ("0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "more than 70")
RACES: Final = ("White", "Black", "Indian", "East Asian", "Southeast Asian", "Middle Eastern", "Latino_Hispanic")

WORDS: Final = Vocabulary(
    "FairFace",
    {
        "age": Term("age", "age", AGES, ordered=True),
        "gender": Term("gender", "gender", ("Female", "Male")),
        "race": Term("race", "race", RACES, synonyms={"latino hispanic": "Latino_Hispanic"}),
    },
    sensitive=("age", "gender", "race"),
)

SPLITS: Final = ("train", "val", "test")


def is_fairface(path: Path) -> bool:
    """Whether this is one of the tables, or a folder that holds them."""
    if path.is_dir():
        return any(map(is_fairface, sorted(path.glob(FILES))))
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        names = file.readline(4096).strip().split(",")
    return all(name in names for name in (*COLUMNS, "service_test"))


def read_fairface(path: Path, faults: list[Fault]) -> Opened:
    """Read one table, or all of a folder; the split is the first folder of a file's path."""
    files = sorted(path.glob(FILES)) if path.is_dir() else [path]
    if not files:
        faults.append(Fault(str(path), f"holds no {FILES}"))
    sheets = []
    for file in files:
        sheet = read_table(file, faults)
        lacks = [name for name in COLUMNS if name not in sheet.columns]
        if lacks and not faults:
            faults.append(Fault(str(file), f"is no FairFace table: it lacks {', '.join(lacks)}"))
        if not faults:
            sheets.append(_with_split(sheet))
    return Opened(joined(sheets) if sheets else Sheet({}, str, {}), path if path.is_dir() else path.parent, WORDS)


def _with_split(sheet: Sheet) -> Sheet:
    """The sheet with the split that its files lie in."""
    files = sheet.columns["file"]
    first = [PurePosixPath(str(file)).parts[0] for file in files.values]
    places = [SPLITS.index(part) if part in SPLITS else NOTHING for part in first]
    return Sheet(
        {**sheet.columns, "split": files.mapped(places, SPLITS)}, sheet.place, {"photo": "file", "split": "split"}
    )
