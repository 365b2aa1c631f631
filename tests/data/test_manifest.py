"""Manifests: three formats, the same records; users' tables as they are; all faults with their lines."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faceaug.data.attributes import Value
from faceaug.data.manifest import list_photos, read_manifest, write_manifest
from faceaug.data.record import Record
from faceaug.errors import Doubt, RequestError
from tests.data.strategies import records

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, text: str, name: str = "photos.csv", photos: tuple[str, ...] = ("a.jpg", "b.jpg")) -> Path:
    for photo in photos:
        (folder / photo).parent.mkdir(exist_ok=True)
        (folder / photo).write_bytes(b"")
    path = folder / name
    path.write_bytes(text.encode())
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(RequestError) as caught:
        read_manifest(path)
    assert str(caught.value).endswith("nothing was read")
    return [str(fault).replace(str(path), "T") for fault in caught.value.faults]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(records, min_size=1, max_size=4, unique_by=lambda record: record.id))
def test_three_formats_give_the_same_records(tmp_path: Path, given_records: list[Record]) -> None:
    paths = write_manifest(given_records, tmp_path)
    assert [path.name for path in paths] == ["manifest.csv", "manifest.jsonl", "manifest.parquet"]
    first = [path.read_bytes() for path in paths]
    for path in paths:
        again = read_manifest(path, check_files=False)
        assert again == given_records, path.suffix
        for one, other in zip(again, given_records, strict=True):
            assert one.to_json() == other.to_json(), path.suffix
    assert [path.read_bytes() for path in write_manifest(given_records, tmp_path)] == first


def test_csv_is_readable_in_a_spreadsheet(tmp_path: Path) -> None:
    record = Record("a", "a.jpg", attributes={"glasses": Value("none"), "yaw": Value(2.5, "measured")})
    header, row = write_manifest([record], tmp_path)[0].read_text().splitlines()
    assert header.startswith("id,photo,sha256,subject,split,")
    assert header.endswith(",glasses,yaw")
    assert row.endswith(",none,2.5")


def test_parquet_has_typed_columns(tmp_path: Path) -> None:
    from pyarrow import parquet

    given_records = [
        Record("a", "a.jpg", attributes={"yaw": Value(2), "glasses": Value("none"), "hat": Value(value=True)}),
        Record("b", "b.jpg"),
    ]
    columns = parquet.read_table(write_manifest(given_records, tmp_path)[2]).to_pydict()
    assert columns["yaw"] == [2.0, None]
    assert columns["glasses"] == ["none", None]
    assert columns["hat"] == ["True", None]
    assert columns["variant"] == [0, 0]


def test_a_users_table(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "File,Person,split,age,glasses,code,score,note\n"
        "a.jpg,ada,train,31,none,007,0.50,\n"
        'sub/b.jpg,bob,test,NA,clear,012,-1,"two\nlines"\n'
        "sub/a.jpg,,,40,,,.,x\n",
        photos=("a.jpg", "sub/b.jpg", "sub/a.jpg"),
    )
    with pytest.warns(Doubt, match=r"csv:5  score is '\.', and most other cells are numbers"):
        one, two, three = read_manifest(path)
    assert (one.id, one.photo, one.subject, one.split, one.origin) == ("a", "a.jpg", "ada", "train", "camera")
    assert one.attributes == {
        "age": Value(31),
        "glasses": Value("none"),
        "code": Value("007"),
        "score": Value(0.5),  # one cell that is no number makes no words of the others
    }
    assert two.attributes["note"] == Value("two\nlines")
    assert "age" not in two.attributes
    assert (two.id, two.subject, three.id, three.subject) == ("sub/b", "bob", "sub/a", "")
    assert one.located(tmp_path).is_file()


def test_numbers_of_a_column(tmp_path: Path) -> None:
    path = table(tmp_path, "photo,a,b,c\na.jpg,0.50,1,123456789012345678\nb.jpg,2,nan,1\n")
    one, two = read_manifest(path)
    assert one.attributes == {"a": Value(0.5), "b": Value(1), "c": Value("123456789012345678")}
    assert two.attributes == {"a": Value(2), "c": Value("1")}


def test_semicolons_tabs_and_byte_order_marks(tmp_path: Path) -> None:
    for mark in ";\t":
        text = "\ufeff" + "photo,glasses\r\na.jpg,none\r\n".replace(",", mark)
        assert read_manifest(table(tmp_path, text))[0].attributes == {"glasses": Value("none")}


def test_ids_of_namesakes_stay_apart(tmp_path: Path) -> None:
    path = table(tmp_path, "photo\na.jpg\na.png\nb.jpg\n", photos=("a.jpg", "a.png", "b.jpg"))
    assert [record.id for record in read_manifest(path)] == ["a.jpg", "a.png", "b"]


def test_users_jsonl_and_parquet(tmp_path: Path) -> None:
    path = table(tmp_path, '{"image": "a.jpg", "id": 7, "age": 31, "left": null}\n\n{"image": "b.jpg"}\n', "a.jsonl")
    one, two = read_manifest(path)
    assert (one.id, one.attributes) == ("7", {"age": Value(31)})
    assert (two.id, two.attributes) == ("b", {})
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table({"path": ["a.jpg", "b.jpg"], "age": [31.5, None]}), tmp_path / "a.parquet")
    assert [record.attributes for record in read_manifest(tmp_path / "a.parquet")] == [{"age": Value(31.5)}, {}]


def test_all_faults_of_a_table_together(tmp_path: Path) -> None:
    path = table(tmp_path, 'photo,id,note\na.jpg,x,"two\nlines"\nc.jpg,y,\nb.jpg,x,\nd.jpg,z,\nb.jpg,x,\n')
    assert faults(path) == [
        "T:5  id 'x' is already at T:2",
        "T:7  id 'x' is already at T:2",
        f"T:4  c.jpg does not exist in {tmp_path}",
        f"T:6  d.jpg does not exist in {tmp_path}",
    ]
    assert len(read_manifest(table(tmp_path, "photo\nq.jpg\n"), check_files=False)) == 1


def test_shape_of_a_table(tmp_path: Path) -> None:
    assert faults(table(tmp_path, "photo,a\na.jpg\nb.jpg,1,2\n")) == [
        "T:2  has 1 cells, but the header has 2",
        "T:3  has 3 cells, but the header has 2",
    ]
    assert faults(table(tmp_path, "photo,a,a\na.jpg,1,2\n")) == ["T:1  column 'a' is there twice"]
    assert faults(table(tmp_path, "photo,a\n,1\n")) == ["T:2  photo is empty"]
    assert faults(table(tmp_path, "photos,a\na.jpg,1\n")) == [
        "T  needs a column photo, path, file, filename, file_name or image; is it 'photos'?"
    ]
    assert "(it has x, y)" in faults(table(tmp_path, "x,y\n1,2\n"))[0]
    assert faults(table(tmp_path, "photo\n")) == ["T  lists no photographs"]
    assert faults(table(tmp_path, "")) == ["T  lists no photographs"]


def test_broken_jsonl(tmp_path: Path) -> None:
    path = table(tmp_path, '{"photo": "a.jpg"}\n{"photo": \n3\n', "a.jsonl")
    found = faults(path)
    assert [fault.split("  ")[0] for fault in found] == ["T:2", "T:3"]
    assert "is not JSON" in found[0]
    assert "JSON object, not int" in found[1]
    nested = table(tmp_path, '{"photo": "a.jpg", "box": [1, 2]}\n', "a.jsonl")
    assert faults(nested) == ["T:1  box must be a word or a number, not a list or an object"]


def test_own_manifest_with_a_damaged_line(tmp_path: Path) -> None:
    path = write_manifest([Record("a", "a.jpg"), Record("b", "b.jpg")], tmp_path)[0]
    path.write_text(path.read_text().replace("b,b.jpg", "b,b.jpg").replace(",camera,", ",painted,", 1))
    assert faults(path)[0].startswith("T:2  is not a record: origin must be camera or rendered")


def test_files_that_are_no_manifest(tmp_path: Path) -> None:
    table(tmp_path, "photo\na.jpg\n")
    assert faults(tmp_path / "photo.csv")[0].endswith("photos.csv'?")
    assert "must end in .csv" in faults(table(tmp_path, "", "photos.xlsx"))[0]
    path = tmp_path / "latin.csv"
    path.write_bytes("photo,name\na.jpg,Zo\xeb\n".encode("latin-1"))
    assert "is not UTF-8 text" in faults(path)[0]
    assert "is not a Parquet file" in faults(table(tmp_path, "photo\n", "a.parquet"))[0]
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder, and no manifest" in faults(tmp_path / "folder.csv")[0]


def test_a_flood_of_faults_is_counted(tmp_path: Path) -> None:
    path = table(tmp_path, "photo\n" + "".join(f"{i}.jpg\n" for i in range(50)))
    found = faults(path)
    assert len(found) == 21
    assert found[-1] == "... and 30 more like these"


def test_photographs_without_a_table(tmp_path: Path) -> None:
    paths = [tmp_path / "in" / "a.jpg", tmp_path / "in" / "sub" / "b.png"]
    one, two = list_photos(paths, tmp_path / "out")
    assert (one.id, one.photo) == ("in/a", "../in/a.jpg")
    assert (two.id, two.photo) == ("in/sub/b", "../in/sub/b.png")
    assert os.path.normpath(one.located(tmp_path / "out")) == str(paths[0])
    (odd,) = list_photos([tmp_path / os.fsdecode(b"\xff.jpg")], tmp_path)
    assert odd.photo == r"\udcff.jpg", "no table could hold the name as it is"


def test_sample_data(samples: Path) -> None:
    found = {record.id: record for record in read_manifest(samples / "manifest.csv")}
    assert found["grace_hopper"].attributes["glasses"] == Value("clear")
    assert found["eileen_collins"].subject == "Eileen Collins"
    sources = (samples / "SOURCES.md").read_text()
    import hashlib

    for path in samples.glob("*.*g"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in sources


@pytest.mark.faces
def test_the_big_set(faces: Path) -> None:
    found = read_manifest(faces / "manifest.csv")
    assert len(found) == 430
    assert all(record.subject and len(record.sha256) == 64 for record in found)
    assert isinstance(found[0].attributes["age"].value, int)


@pytest.mark.faces
def test_photographs_of_the_big_set(faces: Path) -> None:
    from faceaug.data.photos import read_photo

    found = read_manifest(faces / "manifest.csv")
    wide = [record for record in found if b"Adobe RGB" in record.located(faces).read_bytes()]
    assert len(wide) == 6
    for record in found[::20] + wide + [record for record in found if record.attributes.get("grey") == Value(1)]:
        photo = read_photo(record.located(faces))
        assert photo.sha256 == record.sha256
        assert photo.is_grey == (record.attributes.get("grey") == Value(1))
        assert any("Adobe RGB" in note for note in photo.notes) == (record in wide)


def test_a_column_of_pictures_is_told_once(tmp_path: Path) -> None:
    rows = [f'{{"photo": "{n}.jpg", "image": {{"bytes": "x", "path": "{n}.jpg"}}}}\n' for n in range(30)]
    (fault,) = faults(table(tmp_path, "".join(rows), "a.jsonl"))
    assert fault.startswith("T:1  image must be a word or a number, not a list or an object (so are 29 more); pictures")
