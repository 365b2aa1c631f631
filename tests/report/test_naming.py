"""No photograph gets the labels of another one, and what a table does not say stays as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.report.naming import labelled

ROOT, TABLE = Path("/data/photos"), Path("/data/labels.csv")


def joined(photos: Sequence[str], rows: Sequence[str]) -> tuple[Mapping[str, str], list[str]]:
    """Photograph -> the row that labels it; and what is doubtful."""
    told = [(f"labels.csv:{line}", Record(row, row, subject=row)) for line, row in enumerate(rows, 2)]
    made, faults, _ = labelled([Record(photo, photo) for photo in photos], told, TABLE, ROOT)
    found = {record.photo: record.subject for record in made if record.subject}
    return found, [f"{fault['where']} {fault['what']}" for fault in faults]


@pytest.mark.parametrize("turned", [False, True])
def test_a_row_of_another_persons_photograph_of_the_same_name_labels_nobody(*, turned: bool) -> None:
    rows = ["anna/1.jpg", "berta/2.jpg", "carl/1.jpg", "dora/2.jpg"]
    found, faults = joined(["anna/1.jpg", "berta/2.jpg"], rows[::-1] if turned else rows)
    assert found == {"anna/1.jpg": "anna/1.jpg", "berta/2.jpg": "berta/2.jpg"}
    assert len(faults) == 2
    assert all("is not among the photographs" in fault for fault in faults)


@pytest.mark.parametrize(
    ("row", "photo"),
    [
        ("anna/1.jpg", "anna/1.jpg"),
        ("1.jpg", "anna/1.jpg"),  # shorter
        ("photos/anna/1.jpg", "anna/1.jpg"),  # as seen from the table
        ("./photos/../photos/anna/1.jpg", "anna/1.jpg"),
        ("/elsewhere/set/anna/1.jpg", "anna/1.jpg"),  # longer
        ("set/1.jpg", "1.jpg"),
        ("carl/1.jpg", ""),
        ("a/1.jpg", ""),  # no end of `anna/1.jpg`: whole names of folders
        ("2.jpg", "berta/2.jpg"),
    ],
)
def test_ends_of_paths(row: str, photo: str) -> None:
    found, _ = joined(["1.jpg", "berta/2.jpg"] if photo == "1.jpg" else ["anna/1.jpg", "berta/2.jpg"], [row])
    assert found == ({photo: row} if photo else {})


def test_what_may_be_meant_by_several_rows_or_mean_several_photographs_is_said() -> None:
    found, faults = joined(["anna/1.jpg", "berta/1.jpg", "berta/2.jpg"], ["1.jpg", "2.jpg"])
    assert found == {"berta/2.jpg": "2.jpg"}
    assert faults[0].startswith("labels.csv:2 1.jpg may be any of 2 photographs: anna/1.jpg, berta/1.jpg; it labels")
    found, faults = joined(["1.jpg", "2.jpg"], ["anna/1.jpg", "berta/1.jpg", "2.jpg"])
    assert found == {"2.jpg": "2.jpg"}
    assert faults[0].startswith("labels.csv:2 anna/1.jpg may be 1.jpg, but so may labels.csv:3; it labels none")
    assert faults[1].startswith("labels.csv:3 berta/1.jpg may be 1.jpg, but so may labels.csv:2; it labels none")
    assert faults[2] == f"{TABLE} has no row for 1 of 2 photographs: 1.jpg"
    found, faults = joined(["1.jpg"], ["1.jpg", "berta/1.jpg"])
    assert found == {"1.jpg": "1.jpg"}
    assert faults == [
        "labels.csv:3 berta/1.jpg may be 1.jpg, but so may labels.csv:2; it labels none; "
        "write the whole path, as it is seen from the folder"
    ]


def test_from_the_table_a_folder_is_seen_by_its_path() -> None:
    """Both rows end as the photograph does; one of them is its path, as the table sees it."""
    found, _ = joined(["1.jpg"], ["other/1.jpg", "photos/1.jpg"])
    assert found == {"1.jpg": "photos/1.jpg"}


def test_a_photograph_that_is_listed_again_is_still_labelled() -> None:
    found, _ = joined(["anna/1.jpg"], ["1.jpg", "1.jpg"])
    assert found == {"anna/1.jpg": "1.jpg"}


def test_only_what_the_table_says_is_replaced() -> None:
    photo = Record("a", "a.jpg", subject="anna", split="test", attributes={"hat": Value("no"), "age": Value(30)})
    bare = Record("a", "a.jpg", attributes={"age": Value(31)})

    def given(label: Record) -> Record:
        (made,), _, _ = labelled([photo], [("t:2", label)], TABLE, ROOT)
        return made

    assert given(bare) == replace(photo, attributes={"hat": Value("no"), "age": Value(31)})
    told = given(replace(bare, subject="berta", split="train"))
    assert (told.subject, told.split, told.origin) == ("berta", "train", "camera")
    assert given(replace(bare, origin="rendered")).origin == "rendered"


def test_rows_without_a_photograph_are_counted() -> None:
    rows = [("t:2", Record("a", "a.jpg")), ("t:3", Record("b", "b.jpg"))]
    assert labelled([Record("a", "a.jpg")], rows, TABLE, ROOT)[2] == 1
