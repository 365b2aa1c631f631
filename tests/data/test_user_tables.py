"""What a user's own table says beside its labels: which pictures are rendered, and words that are nearly ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faceaug.data.attributes import Value
from faceaug.data.labels.reading import read_labels
from faceaug.data.manifest import read_manifest
from faceaug.errors import Doubt, RequestError
from tests.data.test_labels import put, told, warnings


def test_a_table_may_say_which_pictures_are_rendered(tmp_path: Path) -> None:
    text = "photo,Origin,glasses\na.jpg,camera,none\nb.jpg,rendered,clear\nc.jpg,,clear\n"
    labels = read_labels(put(tmp_path / "a.csv", text))
    assert [record.origin for record in labels.records()] == ["camera", "rendered", "camera"]
    assert "Origin" not in told(labels)["b.jpg"]
    assert [record.origin for record in read_manifest(tmp_path / "a.csv", check_files=False)] == [
        record.origin for record in labels.records()
    ]
    own = text.replace("camera", "Berlin").replace("rendered", "Cameroon")
    other = read_labels(put(tmp_path / "b.csv", own))
    assert told(other)["a.jpg"]["Origin"] == "Berlin", "a word of their own"
    assert all(record.origin == "camera" for record in other.records())
    assert warnings(other) == [
        "R/b.csv  Origin is taken for a column of your own: no cell of it is camera or rendered, which would say where "
        "its picture comes from"
    ]
    with pytest.warns(Doubt, match=r"b\.csv  Origin is taken for a column of your own"):
        assert read_manifest(tmp_path / "b.csv", check_files=False)[1].attributes["Origin"] == Value("Cameroon")


def both(path: Path) -> list[str]:
    """Where the pictures of a table come from: the same to whoever asks for labels and to whoever asks for records."""
    found: list[str] = [record.origin for record in read_labels(path).records()]
    assert [record.origin for record in read_manifest(path, check_files=False)] == found
    return found


@pytest.mark.parametrize(
    ("column", "cells", "found"),
    [
        ("origin", "Rendered, CAMERA ,rendered ", "rcr"),
        ("rendered", "True,False,", "rcc"),
        ("RENDERED", "1,0,yes", "rcr"),
    ],
)
def test_case_and_blanks_do_not_make_a_rendering_a_photograph(
    tmp_path: Path, column: str, cells: str, found: str
) -> None:
    rows = "".join(f"{n}.jpg,{cell},x\n" for n, cell in enumerate(cells.split(",")))
    path = put(tmp_path / "a.csv", f"photo,{column},glasses\n{rows}")
    assert "".join(origin[0] for origin in both(path)) == found
    assert column not in told(read_labels(path))["0.jpg"]


def test_lines_of_json_and_two_columns_say_it_together(tmp_path: Path) -> None:
    rows = [("a", "camera", True), ("b", "rendered", False), ("c", "camera", False), ("d", None, None)]
    lines = [json.dumps({"photo": f"{n}.jpg", "origin": word, "rendered": truth}) for n, word, truth in rows]
    assert both(put(tmp_path / "a.jsonl", "\n".join(lines))) == ["rendered", "rendered", "camera", "camera"]
    nested = put(tmp_path / "b.jsonl", '{"photo": "a.jpg", "origin": ["rendered"]}\n')
    for read in (read_labels, read_manifest):
        with pytest.raises(RequestError, match="origin must be a word or a number, not a list"):
            read(nested)


@pytest.mark.parametrize(
    ("column", "word", "hint"),
    [
        ("origin", "scanner", "camera or rendered; call the column otherwise if it is about something else"),
        ("origin", "Synthetic", "camera or rendered; did you mean 'rendered'?"),
        ("origin", "renderd", "camera or rendered; did you mean 'rendered'?"),
        ("origin", "photo", "camera or rendered; did you mean 'camera'?"),
        ("origin", "Unknown", "camera or rendered; leave the cell empty if it is not known"),
        ("rendered", "perhaps", "true or false; call the column otherwise if it is about something else"),
        ("rendered", "rendered", "true or false; did you mean 'true'?"),
    ],
)
def test_a_word_that_is_no_origin_among_origins_is_refused(tmp_path: Path, column: str, word: str, hint: str) -> None:
    known = {"origin": "camera", "rendered": "no"}[column]
    path = put(tmp_path / "a.csv", f"photo,{column}\na.jpg,{known}\nb.jpg,{word}\nc.jpg,{known}\n")
    for read in (read_labels, read_manifest):
        with pytest.raises(RequestError) as caught:
            read(path)
        assert [str(fault) for fault in caught.value.faults] == [f"{path}:3  {column} is {word!r}, but must be {hint}"]


def test_a_table_of_renderings_alone_in_other_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="origin is 'synthetic', but must be camera or rendered; did you mean"):
        read_labels(put(tmp_path / "a.csv", "photo,origin\na.jpg,synthetic\nb.jpg,synthetic\n"))


def test_what_a_vocabulary_calls_unknown_is_no_word_of_an_origin(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", "photo,origin\na.jpg,camera\nb.jpg,?\nc.jpg,rendered\n")
    words = put(tmp_path / "v.yaml", 'unknown: ["?"]\n')
    found = read_labels(path, vocabulary=words).records()
    assert [record.origin for record in found] == ["camera", "camera", "rendered"]


def test_a_vocabulary_may_use_the_name_otherwise(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", "photo,rendered\na.jpg,1\nb.jpg,0\nc.jpg,2\n")
    words = put(tmp_path / "v.yaml", "attributes:\n  passes: {column: rendered}\n")
    assert told(read_labels(path, vocabulary=words))["c.jpg"]["passes"] == 2


def test_nearly_a_word_that_there_is(tmp_path: Path) -> None:
    labels = read_labels(put(tmp_path / "a.csv", "photo,glasses,note\na.jpg,clearr,clearr\nb.jpg,none,x\nc.jpg,yes,\n"))
    assert warnings(labels) == ["R/a.csv:2  glasses is 'clearr'; did you mean 'clear'? It counts as a value of its own"]
    assert told(labels)["a.jpg"]["glasses"] == "clearr"


def test_a_split_is_one_however_it_is_spelt(tmp_path: Path) -> None:
    rows = "a.jpg,her,Test\nb.jpg,her,TEST\nc.jpg,her,test \nd.jpg,him,train\n"
    labels = read_labels(put(tmp_path / "a.csv", f"photo,subject,split\n{rows}"))
    assert [record.split for record in labels.records()] == ["Test", "Test", "Test", "train"]
    assert not labels.findings, "nobody is in two splits"
    assert labels.records() == read_manifest(tmp_path / "a.csv", check_files=False)


@pytest.mark.parametrize("photo", [".", "..", "/", "./", "a/.."])
def test_what_is_the_name_of_no_file_is_no_photograph(tmp_path: Path, photo: str) -> None:
    path = put(tmp_path / "a.csv", f"photo,gender\na.jpg,m\n{photo},m\n")
    for read in (read_labels, read_manifest):
        with pytest.raises(RequestError, match=r"a\.csv:3  photo is '[./a]+', which is the name of no file"):
            read(path)


@pytest.mark.parametrize("more", ["", ",,"], ids=["numbered rows", "commas at the ends, too"])
def test_columns_without_a_name_are_no_attributes(tmp_path: Path, more: str) -> None:
    path = put(tmp_path / "a.csv", f",photo,gender{more}\n0,a.jpg,m{more}\n1,b.jpg,f{more}\n")
    assert told(read_labels(path)) == {"a.jpg": {"gender": "m"}, "b.jpg": {"gender": "f"}}
    assert [list(record.attributes) for record in read_manifest(path, check_files=False)] == [["gender"]] * 2


def test_names_that_several_photographs_share_are_told(tmp_path: Path) -> None:
    table = "photo,id\na.jpg,7\nb.jpg,7\nc.jpg,8\nc.jpg,8\nd.jpg,\ne.jpg,\n"
    labels = read_labels(put(tmp_path / "a.csv", table))
    assert "R/a.csv:2  id 7 is that of 2 photographs; their files name them (also at line 3)" in warnings(labels)
    assert not any("id 8" in line for line in warnings(labels)), "one photograph, listed twice"
    assert [record.id for record in labels.records()][:2] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_blanks_around_a_word_make_no_other_word(tmp_path: Path, ending: str) -> None:
    cells = ["male", " male", "male ", "  ", " NA", "a  b"]
    if ending == "csv":
        text = "photo,gender\n" + "".join(f"{n}.jpg,{cell}\n" for n, cell in enumerate(cells))
    else:
        text = "".join(f'{{"photo": "{n}.jpg", "gender": "{cell}"}}\n' for n, cell in enumerate(cells))
    (tmp_path / f"t.{ending}").write_text(text)
    told = {0: "male", 1: "male", 2: "male", 5: "a  b"}
    for records in (
        read_manifest(tmp_path / f"t.{ending}", check_files=False),
        read_labels(tmp_path / f"t.{ending}").records(),
    ):
        found = {n: record.attributes["gender"].value for n, record in enumerate(records) if record.attributes}
        assert found == told
