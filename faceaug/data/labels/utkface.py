"""UTKFace: the labels are in the names, `[age]_[gender]_[race]_[date].jpg`.

Source: Z. Zhang, Y. Song, H. Qi, "Age Progression/Regression by Conditional Adversarial Autoencoder", CVPR 2017, and
the data set's page: gender 0 is male, 1 female; race 0 to 4 are White, Black, Asian, Indian and others. The words are
the data set's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from faceaug.data.labels.opened import Opened, looks_like, of_names, photos_in
from faceaug.data.labels.vocabulary import Term, Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.errors import Fault

__all__ = ["is_utkface", "read_utkface"]

NAME: Final = re.compile(r"(?:.*/)?(?P<age>\d{1,3})_(?P<gender>[01])_(?P<race>[0-4])_\d{8,}[^/]*")

WORDS: Final = Vocabulary(
    "UTKFace",
    {
        "gender": Term("gender", "gender", ("male", "female"), synonyms={"0": "male", "1": "female"}),
        "race": Term(
            "race",
            "race",
            ("White", "Black", "Asian", "Indian", "Others"),
            synonyms={"0": "White", "1": "Black", "2": "Asian", "3": "Indian", "4": "Others"},
        ),
    },
    sensitive=("age", "gender", "race"),
)


def is_utkface(path: Path) -> bool:
    """Whether a folder's photographs are named so."""
    return path.is_dir() and looks_like(path, NAME)


def read_utkface(path: Path, _faults: list[Fault]) -> Opened:
    """Read the names; some files of the published set lack a part, and tell nothing then."""
    photos = photos_in(path)
    found = [NAME.fullmatch(photo) for photo in photos]
    columns = {part: [match[part] if match else None for match in found] for part in ("age", "gender", "race")}
    odd = [row for row, match in enumerate(found) if match is None]
    sentence = "is not named [age]_[gender]_[race]_[date]; its labels count as unknown"
    return Opened(of_names(path, photos, columns), path, WORDS, {sentence: odd} if odd else {})
