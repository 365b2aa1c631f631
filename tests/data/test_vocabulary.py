"""A vocabulary: classes in order, ranges to bins, synonyms, roles; every fault and unknown value with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from faceaug.data.labels import Labels, Vocabulary, read_labels, read_vocabulary
from faceaug.data.labels.vocabulary import Term
from faceaug.errors import RequestError

WORDS = """
about: how our labels are meant
columns:
  photo: img
  subject: who
  split: part
  sensitive: [gender]
  ignore: [box]
unknown: ["?", -1]
attributes:
  gender:
    values: [female, male]
    synonyms: {female: [F, 1], male: [M, 0]}
    means: as our panel answered
  age_group:
    column: age
    values: [child, adult, older]
    cuts: [18, 65]
    ordered: yes
  glasses: [none, clear, tinted]
"""

TABLE = """img,who,part,gender,age,glasses,box,hat
a.jpg,7,train,F,12,None,x,no
b.jpg,8,train,m,"(25, 32)",CLEAR,x,yes
c.jpg,9,test,1,more than 70,?,x,-1
d.jpg,9,test,?,10-19,clearr,x,
e.jpg,7,test,fem,18,tinted,x,yes
f.jpg,,test,female,65+,clearr,x,yes
"""


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def labels(tmp_path: Path) -> Labels:
    return read_labels(put(tmp_path / "t.csv", TABLE), vocabulary=put(tmp_path / "v.yaml", WORDS))


def cells(labels: Labels, name: str) -> list[Any]:
    assert labels.columns is not None
    return labels.columns.attributes[name].cells()


def test_columns_in_its_words(labels: Labels) -> None:
    assert labels.columns is not None
    assert list(labels.columns.attributes) == ["gender", "age_group", "glasses", "hat"]
    assert cells(labels, "gender") == ["female", "male", "female", None, None, "female"]
    assert cells(labels, "age_group") == ["child", "adult", "older", None, "adult", "older"]
    assert cells(labels, "glasses") == ["none", "clear", None, None, "tinted", None]
    assert cells(labels, "hat") == ["no", "yes", None, None, "yes", "yes"]
    assert labels.columns.subjects.texts() == ["7", "8", "9", "9", "7", ""]
    assert labels.vocabulary.sensitive == ("gender",)
    assert labels.vocabulary.terms["age_group"].values == ("child", "adult", "older")


def test_unknown_values_with_their_lines(labels: Labels) -> None:
    found = [str(fault).replace(f"{labels.root}/", "") for fault in labels.warnings()]
    assert found == [
        "t.csv:6  gender is 'fem', but must be female, male; did you mean 'female'?; it counts as unknown",
        "t.csv:5  age is '10-19', but must be child, adult, older, a number, or a range within one of them; "
        "it counts as unknown",
        "t.csv:5  glasses is 'clearr', but must be none, clear, tinted; did you mean 'clear'?; "
        "it counts as unknown (also at line 7)",
        "t.csv:2  7 is in the splits train and test (also at line 6)",
    ]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        (17.9, 0),
        (18, 1),
        ("64", 1),
        ("65", 2),
        ("18-64", 1),
        ("18 \u2013 64", 1),
        ("[0, 17]", 0),
        ("18 to 30", 1),
        ("18..20", 1),
        (">= 70", 2),
        ("over 65", 2),
        ("70 and older", 2),
        ("ADULT", 1),
        ("60-70", -1),
        ("30-20", -1),
        ("over 20", -1),
        ("old", -1),
        (True, -1),
    ],
)
def test_ranges_to_bins(cell: object, place: int) -> None:
    assert Term("age", "age", ("child", "adult", "older"), (18, 65)).place(cell) == place


def faults(tmp_path: Path, text: str) -> list[str]:
    path = put(tmp_path / "v.yaml", text)
    with pytest.raises(RequestError) as caught:
        read_vocabulary(path)
    assert str(caught.value).endswith("nothing was read")
    return [str(fault).replace(str(path), "V") for fault in caught.value.faults]


def test_all_faults_of_a_vocabulary_together(tmp_path: Path) -> None:
    text = """
colums: {photo: img}
columns:
  phota: img
  subject: [a, b]
attributes:
  gender:
    value: [female]
    values: [female, male, male]
    synonyms: {femal: [F], male: [M], female: [m]}
    ordered: perhaps
  age:
    values: [young, old]
    cuts: [65, 18]
  size:
    values: [small]
    cuts: [10]
  hat: 3
"""
    assert faults(tmp_path, text) == [
        "V:2  a vocabulary has no entry 'colums'; did you mean 'columns'?",
        "V:4  columns has no entry 'phota'; did you mean 'photo'?",
        "V:5  subject must be a word, not a list",
        "V:8  gender has no entry 'value'; did you mean 'values'?",
        "V:9  gender.values has 'male' twice",
        "V:10  gender has no value 'femal'; did you mean 'female'?",
        "V:10  gender: 'm' stands for both 'male' and 'female'",
        "V:11  gender.ordered is 'perhaps', but must be yes or no",
        "V:14  age.cuts is [65, 18], but must be a list of ascending numbers, such as [18, 65]",
        "V:17  size has 1 cuts and therefore needs 2 values, not 1",
        "V:18  hat must be a mapping (name: ...), not a number",
    ]


def test_files_that_are_no_vocabulary(tmp_path: Path) -> None:
    assert "says nothing" in faults(tmp_path, "about: nothing much\n")[0]
    assert faults(tmp_path, "- a\n- b\n")[0] == "V:1  a vocabulary must be a mapping (name: ...), not a list"
    assert "is not YAML" in faults(tmp_path, "attributes: {a: [b\n")[0]
    assert "is written twice" in faults(tmp_path, "unknown: [x]\nunknown: [y]\n")[0]
    with pytest.raises(RequestError, match="cannot be read: No such file"):
        read_vocabulary(tmp_path / "none.yaml")
    (tmp_path / "v.yaml").write_bytes(b"unknown: [\xff]")
    with pytest.raises(RequestError, match="is not UTF-8 text"):
        read_vocabulary(tmp_path / "v.yaml")


def test_columns_that_the_table_lacks(tmp_path: Path) -> None:
    table = put(tmp_path / "t.csv", "photo,gender,age\na.jpg,f,3\n")
    text = "columns: {subject: hwo, ignore: [nothing]}\nattributes:\n  sex: {column: gendr}\n  agee: [x]\n"
    with pytest.raises(RequestError) as caught:
        read_labels(table, vocabulary=put(tmp_path / "v.yaml", text))
    assert [str(fault).replace(f"{tmp_path}/", "") for fault in caught.value.faults] == [
        "v.yaml:1  the table has no column 'hwo'; it has photo, gender, age",
        "v.yaml:3  the table has no column 'gendr'; did you mean 'gender'?",
        "v.yaml:1  the table has no column 'nothing'; it has photo, gender, age",
    ]
    labels = read_labels(table, vocabulary=put(tmp_path / "v.yaml", "attributes:\n  agee: [x]\n"))
    assert [str(fault).replace(f"{tmp_path}/", "") for fault in labels.warnings()] == [
        "v.yaml:2  agee is told by no column; did you mean 'age'?"
    ]


def test_the_users_words_stand_over_the_formats(tmp_path: Path) -> None:
    (tmp_path / "30_1_2_20170109142408075.jpg").write_bytes(b"")
    words = Vocabulary("mine", {"gender": Term("gender", "gender", ("woman", "man"), synonyms={"1": "woman"})})
    labels = read_labels(tmp_path, vocabulary=words)
    assert cells(labels, "gender") == ["woman"]
    assert cells(labels, "race") == ["Asian"]
    assert cells(labels, "age") == [30]
