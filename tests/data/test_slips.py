"""Words of a column that are probably meant as another word of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceaug.data.labels import read_labels
from faceaug.data.labels.sheet import Column
from faceaug.data.labels.slips import slips
from faceaug.data.rows import mark_of


def found(cells: list[str]) -> dict[str, str]:
    column = Column.of(cells)
    return {column.values[code]: word for code, word in slips(column).items()}


@pytest.mark.parametrize("slip", ["femle", "fmeale", "femake", "femalle", "Female", "female ", "FEMALE"])
def test_a_rare_word_that_is_nearly_a_common_one_is_seen(slip: str) -> None:
    assert found([slip, *["female"] * 20, *["male"] * 20]) == {slip: "female"}


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["male", *["female"] * 100], "two letters apart"),
        ([*["mild"] * 3, *["wild"] * 20], "both are used"),
        (["old", *["cold"] * 100], "too short to tell"),
        (["20-29", *["30-29"] * 100], "numbers are no slips"),
        (
            [*map("name{}".format, "abcdefghijklmnopqrstuvwxyz" * 2), *[f"x{n}" for n in range(40)]],
            "names, not classes",
        ),
    ],
)
def test_other_words_are_left_alone(cells: list[str], why: str) -> None:
    assert not found(cells), why


def test_capitals_are_told_of_the_rarer_spelling_even_where_both_are_common() -> None:
    assert found(["Female"] * 9 + ["female"] * 10) == {"Female": "female"}


def test_a_slip_is_listed_with_its_lines_and_the_table_is_read(tmp_path: Path) -> None:
    rows = "".join(f"{n}.jpg,female\n" for n in range(20))
    (tmp_path / "t.csv").write_text(f"photo,gender\n{rows}a.jpg,femle\nb.jpg,femle\n")
    labels = read_labels(tmp_path / "t.csv")
    assert [fault.what for fault in labels.warnings()] == [
        "gender is 'femle'; did you mean 'female'? It counts as a value of its own (also at line 23)"
    ]
    assert len(labels) == 22


def test_a_fault_at_thousands_of_lines_names_some_and_counts_the_rest(tmp_path: Path) -> None:
    rows = "".join(f"{n}.jpg,{'clera' if n % 2 else 'clear'}\n" for n in range(10_000))
    (tmp_path / "t.csv").write_text(f"photo,glasses\n{rows}")
    (fault,) = read_labels(tmp_path / "t.csv").warnings()
    assert fault.where.endswith(":3")
    assert fault.what.endswith("(also at lines 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27 and 4,987 more)")


@pytest.mark.parametrize(
    ("header", "mark"),
    [("a,b", ","), ("a;b", ";"), ("a\tb", "\t"), ("a|b", "|"), ("photo;age, years;gender", ";"), ("photo", ",")],
)
def test_whatever_the_header_has_most_of_stands_between_cells(header: str, mark: str, tmp_path: Path) -> None:
    assert mark_of(header) == mark
    if mark in header:
        names = header.split(mark)
        names[0] = "photo"
        (tmp_path / "t.csv").write_text(f"{mark.join(names)}\n{mark.join(['x'] * len(names))}\n")
        assert set(read_labels(tmp_path / "t.csv").columns.attributes) == set(names[1:])  # type: ignore[union-attr]
