"""Numbers in tables: one odd cell spoils no column, and no two numbers become one class."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faceaug.coverage.axes import UNKNOWN, axes_from
from faceaug.coverage.columnar import column_table, column_values
from faceaug.data.labels.reading import Labels, read_labels
from faceaug.data.manifest import read_manifest, write_manifest
from faceaug.data.numeric import number_in, spelt
from faceaug.errors import Doubt, RequestError
from faceaug.recipe.condition import Condition

AGES = [18, 22, 25, 29, 31, 34, 38, 44, 47, 52]


def table(path: Path, cells: list[str], name: str = "age") -> Labels:
    rows = [f'{number}.jpg,"{cell}"' for number, cell in enumerate(cells)]
    (path / "t.csv").write_text("\n".join([f"photo,{name}", *rows]) + "\n")
    return read_labels(path / "t.csv")


def counted(labels: Labels, by: str) -> dict[str, int]:
    """Class -> pictures."""
    assert labels.columns is not None
    axes = axes_from(column_values(labels.columns), [by])
    codes = column_table(labels.columns, axes).codes[:, 0].tolist()
    return {("unknown" if code == UNKNOWN else axes[0].values[code]): n for code, n in sorted(Counter(codes).items())}


@pytest.mark.parametrize("odd", ["45+", "?", "unknown", "1e1", "45,5", "some", "20-29"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_cell_that_is_no_number_counts_alone_as_unknown_and_is_named(tmp_path: Path, odd: str, times: int) -> None:
    labels = table(tmp_path, [*map(str, AGES), *[odd] * times, *map(str, AGES)])
    young, middle = (sum(age < end for age in AGES) for end in (30, 50))
    assert counted(labels, "age:30,50") == {
        "unknown": times,
        "<30": 2 * young,
        "30..50": 2 * (middle - young),
        ">=50": 2 * (len(AGES) - middle),
    }
    (warning,) = map(str, labels.warnings())
    assert warning.startswith(f"{tmp_path / 't.csv'}:12  age is {odd!r}, and most other cells are numbers; where it")
    assert ("(also at lines 13-14)" in warning) == (times == 3)
    assert ("write it with a point, as 45.5" in warning) == (odd == "45,5")
    values = {record.photo: record.attributes["age"].value for record in labels.records()}
    assert (values["0.jpg"], values["10.jpg"]) == (AGES[0], odd)
    with pytest.warns(
        Doubt, match=rf"t\.csv:12  age is '{re.escape(odd)}', and most other cells are numbers; where it"
    ):
        records = read_manifest(tmp_path / "t.csv", check_files=False)
    assert {record.photo: record.attributes["age"].value for record in records} == values
    when = Condition("age > 30")
    held = [when.holds({"age": value}) for value in values.values()]
    assert (held.count(None), held.count(True)) == (times, 2 * sum(age > 30 for age in AGES))


def test_what_a_condition_cannot_compare_is_named() -> None:
    when = Condition("age > 20 and glasses == 'none'")
    assert when.odd({"age": "45+", "glasses": "none"}) == ["age as a number, not '45+'"]
    assert when.odd({"age": "45", "glasses": 1}) == []
    assert when.holds({"age": "45", "glasses": "none"}) is True


def test_a_vocabulary_and_a_manifest_of_our_own_name_such_cells_too(tmp_path: Path) -> None:
    table(tmp_path, [*map(str, AGES), "45+"])
    (tmp_path / "words.yaml").write_text("attributes:\n  years: {column: age, means: as told}\n")
    (warning,) = map(str, read_labels(tmp_path / "t.csv", vocabulary=tmp_path / "words.yaml").warnings())
    assert warning.startswith(f"{tmp_path / 't.csv'}:12  years is '45+', and most other cells are numbers")
    write_manifest(read_labels(tmp_path / "t.csv").records(), tmp_path)
    own = read_labels(tmp_path / "manifest.csv")
    assert own.format == "manifest"
    assert [str(warning)[:21] for warning in own.warnings()] == ["10.jpg  age is '45+',"]


def test_codes_and_words_stay_what_they_are(tmp_path: Path) -> None:
    zips = table(tmp_path, ["94110", "10001", "10002", "01234"], "zip")
    assert counted(zips, "zip") == dict.fromkeys(["10001", "10002", "94110", "01234"], 1) | {"01234": 1}
    assert not zips.warnings()
    assert counted(zips, "zip:10000,50000") == {"<10000": 1, "10000..50000": 2, ">=50000": 1}
    versions = table(tmp_path, ["1.1", "1.10", "1.2", "2.0b"], "version")
    assert len(counted(versions, "version")) == 4
    words = table(tmp_path, ["a", "b", "1"], "kind")
    assert not words.warnings()
    assert counted(words, "kind") == {"1": 1, "a": 1, "b": 1}
    grades = table(tmp_path, ["10", "9", "9", "K"], "grade")
    assert counted(grades, "grade") == {"9": 2, "10": 1, "K": 1}, "a word is a class of its own beside numbers"


def test_what_is_mostly_words_is_not_cut(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"cannot be cut at '30': most of its values are words \(no, yes\)"):
        counted(table(tmp_path, ["no", "yes", "45"]), "age:30")
    with pytest.raises(RequestError, match=r"has 13 different numbers; say where to cut it, as in age:30,50"):
        counted(table(tmp_path, [*map(str, range(13)), "old"]), "age")


def test_blanks_and_powers(tmp_path: Path) -> None:
    assert [number_in(cell) for cell in (" 45", "45 ", "1e-05", "2.5E+03", "1e5", "007", "1e+999")] == [
        45,
        45,
        1e-5,
        2500.0,
        None,
        None,
        None,
    ]
    assert counted(table(tmp_path, [" 20", "40 "]), "age:30") == {"<30": 1, ">=30": 1}


numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@given(numbers, numbers)
@example(1234567, 1234568)
@example(1234567.5, 1234568.5)
@example(0.1 + 0.2, 0.3)
@example(10**17, 10**17 + 1)
@example(1e22, 10**22)
@example(-0.0, 0)
def test_two_numbers_are_one_class_only_if_they_are_equal(one: float, other: float) -> None:
    assert (spelt(one) == spelt(other)) == (one == other)


def test_long_numbers_are_classes_of_their_own_and_cuts_too(tmp_path: Path) -> None:
    cams = table(tmp_path, ["1234567", "1234568", "1234569"] * 4, "cam")
    assert counted(cams, "cam") == {"1234567": 4, "1234568": 4, "1234569": 4}
    assert counted(cams, "cam:1234567.5,1234568.5") == {
        "<1234567.5": 4,
        "1234567.5..1234568.5": 4,
        ">=1234568.5": 4,
    }
    assert counted(table(tmp_path, ["20", "40"]), "age:30") == {"<30": 1, ">=30": 1}


def test_long_numbers_and_single_floats_of_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    long = 12345678901234567
    columns = {
        "photo": ["a.jpg", "b.jpg"],
        "cam": pa.array([long, long + 1], pa.int64()),
        "f": pa.array([0.1, 0.2], pa.float32()),
    }
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    labels = read_labels(tmp_path / "t.parquet")
    assert counted(labels, "cam") == {str(long): 1, str(long + 1): 1}
    assert counted(labels, "f") == {"0.1": 1, "0.2": 1}


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("49,692", "write it as 49692 or as 49.692, whichever is meant"),
        ("1,234,567", "write it without commas, as 1234567"),
        ("1,234.5", "write it without commas, as 1234.5"),
        ("45,5", "write it with a point, as 45.5"),
    ],
)
def test_a_comma_between_thousands_is_not_taken_for_a_point(tmp_path: Path, cell: str, hint: str) -> None:
    (warning,) = map(str, table(tmp_path, [*map(str, AGES), cell]).warnings())
    assert warning.endswith(f"counts as unknown; {hint}")


def test_many_numbers_with_commas_are_told_once(tmp_path: Path) -> None:
    cells = [*map(str, AGES), "1,201", "some", "1,202", "1,203", "1,201"]
    labels = table(tmp_path, cells)
    commas, word = map(str, labels.warnings())
    assert commas.startswith(f"{tmp_path / 't.csv'}:12  age is '1,201'")
    assert "so are 2 other values with a comma" in commas
    assert commas.endswith("(also at lines 14-16)")
    assert "age is 'some'" in word
    with pytest.warns(Doubt) as told:
        read_manifest(tmp_path / "t.csv", check_files=False)
    assert ["1,201" in str(one.message) and "(4 cells)" in str(one.message) for one in told] == [True, False]


@pytest.mark.parametrize("word", ["unknown", "N/a", "?"])
def test_a_word_that_may_mean_that_nothing_is_known_is_named(tmp_path: Path, word: str) -> None:
    (warning,) = map(str, table(tmp_path, ["female", "male", word, "male", word], "gender").warnings())
    assert f"gender is {word!r}, which counts as a value of its own" in warning
    assert f"unknown: [{word!r}]" in warning
    (tmp_path / "words.yaml").write_text(f"unknown: [{word!r}]\n")
    assert not list(read_labels(tmp_path / "t.csv", vocabulary=tmp_path / "words.yaml").warnings())
