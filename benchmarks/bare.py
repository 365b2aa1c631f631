"""Benchmark: is bare skin found where people see it, on points that were marked by eye at difficult places?"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.report import Section, Table, progress
from faceaug.data.photos import read_photo
from faceaug.face.bare import bare_skin
from faceaug.face.decompose import decompose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.survey import Seen

POINTS = Path(__file__).with_name("skin_points.csv")
"""Paths in the set, pixels, and what is there: ``skin``, ``hair``, ``other`` (cloth, jewellery, frames) or ``wall``.

Two observers marked about twenty points on each photograph without seeing any result: below and above the hairline, in
and beside fringes, on ears, in shade, on necks and shoulders, on collars, ties and earrings.
"""

KINDS = ("skin", "hair", "other", "wall")


def bare(seen: Sequence[Seen]) -> Section:
    """Look at the share of bare skin at every marked point."""
    known = {one.face.path.as_posix().split("/")[-2] + "/" + one.face.path.name: one for one in seen}
    marked = read_points()
    right: dict[tuple[str, str], int] = defaultdict(int)
    asked: dict[tuple[str, str], int] = defaultdict(int)
    present = [name for name in marked if name in known]
    for name in progress(present, "bare skin"):
        parts = decompose(read_photo(known[name].face.path))
        share = (bare_skin(parts) * parts.regions.person)[0, 0]
        left, top = parts.corners[0]
        for x, y, kind in marked[name]:
            if 0 <= y - top < share.shape[0] and 0 <= x - left < share.shape[1]:
                group = known[name].face.dataset, kind
                asked[group] += 1
                right[group] += (float(share[y - top, x - left]) > 0.5) == (kind == "skin")
    sets = sorted({group[0] for group in asked})
    rows = [
        (name, *(_of(right, asked, [(name, kind)]) for kind in KINDS), _of(right, asked, of(name))) for name in sets
    ]
    whole = [group for name in sets for group in of(name)]
    columns = [_of(right, asked, [(name, kind) for name in sets]) for kind in KINDS]
    rows.append(("all", *columns, _of(right, asked, whole)))
    return Section(
        "bare",
        "Bare skin",
        f"Points marked by eye on {len(present)} photographs, some twenty each, where skin is easily mistaken."
        " Right: more than half of the pixel is found to be bare skin where it is skin, less elsewhere.",
        (Table(("data set", *KINDS, "all"), tuple(rows)),),
        (
            "Marked by two observers who saw no result. Difficult places are over-represented: most of a face is easy.",
            "The photographs also went into the atlas of `faceaug/face/classes`, among 409; the points did not.",
        ),
    )


def of(name: str) -> list[tuple[str, str]]:
    """All groups of a data set."""
    return [(name, kind) for kind in KINDS]


def read_points() -> Mapping[str, list[tuple[int, int, str]]]:
    """Points (x, y, what is there) of each photograph, by its path in the set."""
    points: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    with POINTS.open(newline="") as file:
        for row in csv.DictReader(file):
            points[row["path"]].append((int(row["x"]), int(row["y"]), row["class"]))
    return points


def _of(
    right: Mapping[tuple[str, str], int], asked: Mapping[tuple[str, str], int], groups: Sequence[tuple[str, str]]
) -> str:
    count, of_all = sum(right.get(group, 0) for group in groups), sum(asked.get(group, 0) for group in groups)
    return f"{count} of {of_all}" if of_all else ""
