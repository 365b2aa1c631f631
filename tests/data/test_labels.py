"""Labels of every format: each is told by its shape, and says what its own makers mean by its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from faceaug.data.attributes import Value
from faceaug.data.labels import FORMATS, Labels, read_labels
from faceaug.data.manifest import read_manifest, write_manifest
from faceaug.data.record import Record
from faceaug.errors import RequestError


def photos(folder: Path, *names: str) -> Path:
    """A folder with files of these names; labels never open them."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def told(labels: Labels) -> dict[str, dict[str, Any]]:
    """What is told about each photograph, in short."""
    found = {}
    for record in labels.records():
        values: dict[str, Any] = {name: value.value for name, value in record.attributes.items()}
        more = {name: getattr(record, name) for name in ("subject", "split") if getattr(record, name)}
        found[record.photo] = values | more
    return found


def warnings(labels: Labels) -> list[str]:
    return [str(fault).replace(str(labels.root), "R") for fault in labels.warnings()]


def faults(path: Path, **options: Any) -> list[str]:
    with pytest.raises(RequestError) as caught:
        read_labels(path, **options)
    assert str(caught.value).endswith("nothing was read")
    return [str(fault).replace(str(path), "T") for fault in caught.value.faults]


TABLE = 'File,Person,split,age,glasses,code,note\na.jpg,ada,train,31,none,007,\nsub/b.jpg,bob,test,NA,clear,012,"x,y"\n'


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_says_the_same_as_its_records(tmp_path: Path, mark: str) -> None:
    text = TABLE.replace('"x,y"', "y").replace(",", mark)
    path = put(tmp_path / "t.csv", text)
    labels = read_labels(path)
    assert (labels.format, labels.root, len(labels)) == ("table", tmp_path, 2)
    assert labels.records() == read_manifest(path, check_files=False)
    assert told(labels)["a.jpg"] == {"age": 31, "glasses": "none", "code": "007", "subject": "ada", "split": "train"}


def test_every_kind_of_table(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = put(tmp_path / "t.csv", TABLE)
    rows: list[dict[str, Any]] = [
        {"File": "a.jpg", "Person": "ada", "split": "train", "age": 31, "glasses": "none", "code": "007"},
        {"File": "sub/b.jpg", "Person": "bob", "split": "test", "glasses": "clear", "code": "012", "note": "x,y"},
    ]
    lines = put(tmp_path / "t.jsonl", "\n".join(map(json.dumps, rows)))
    parquet.write_table(pa.Table.from_pylist([{**rows[1], "age": None}, rows[1]]), tmp_path / "n.parquet")
    parquet.write_table(
        pa.Table.from_pylist([{**rows[0], "note": None}, {**rows[1], "age": None}]), tmp_path / "t.parquet"
    )
    assert read_labels(path).records() == read_labels(lines).records()
    assert read_labels(tmp_path / "t.parquet").records() == [*read_labels(path).records()]
    assert "age" not in read_labels(tmp_path / "n.parquet").records()[0].attributes


def test_numbers_of_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table(
        {
            "image": ["a.jpg", "b.jpg", "a.png"],
            "person": [7, 7, None],
            "score": [0.5, float("nan"), 1.0],
            "hat": [True, False, None],
            "kind": pa.array(["x", None, "x"]).dictionary_encode(),
            "day": pa.array([0, None, 1], pa.date32()),
        }
    )
    parquet.write_table(table, tmp_path / "t.parquet")
    labels = read_labels(tmp_path / "t.parquet")
    assert [record.subject for record in labels.records()] == ["7", "7", ""]
    assert [record.id for record in labels.records()] == ["a.jpg", "b", "a.png"]
    assert told(labels)["a.jpg"] == {"score": 0.5, "hat": True, "kind": "x", "day": "1970-01-01", "subject": "7"}
    assert told(labels)["b.jpg"] == {"hat": False, "subject": "7"}


def test_a_manifest_of_our_own(tmp_path: Path) -> None:
    records = [
        Record("a", "a.jpg", attributes={"yaw": Value(2.5, "measured", 0.5, 1.0, 4.0, "so")}),
        Record("b", "b.jpg", origin="rendered", parent="a"),
    ]
    for path in write_manifest(records, tmp_path):
        labels = read_labels(path)
        assert (labels.format, labels.columns) == ("manifest", None)
        assert labels.records() == records
    assert read_labels(tmp_path).records() == records


def test_a_plain_folder(tmp_path: Path) -> None:
    labels = read_labels(photos(tmp_path, "b.jpg", "more/a.png", "notes.txt", ".hidden.jpg"))
    assert labels.format == "folder"
    assert told(labels) == {"b.jpg": {}, "more/a.png": {}}
    assert [record.id for record in labels.records()] == ["b", "more/a"]


def test_a_folder_with_its_manifest(tmp_path: Path) -> None:
    put(photos(tmp_path, "a.jpg") / "manifest.csv", "photo,glasses\na.jpg,none\n")
    assert told(read_labels(tmp_path)) == {"a.jpg": {"glasses": "none"}}
    assert told(read_labels(tmp_path, format="folder")) == {"a.jpg": {}}


def test_imagefolder_with_metadata(tmp_path: Path) -> None:
    photos(tmp_path, "train/a.jpg", "train/sub/b.jpg", "val/c.jpg")
    put(tmp_path / "train" / "metadata.csv", "file_name,smile\na.jpg,yes\nsub/b.jpg,no\n")
    put(tmp_path / "val" / "metadata.jsonl", '{"file_name": "c.jpg", "smile": "yes", "age": 4}\n')
    labels = read_labels(tmp_path, check_files=True)
    assert labels.format == "imagefolder"
    assert told(labels) == {
        "train/a.jpg": {"smile": "yes", "split": "train"},
        "train/sub/b.jpg": {"smile": "no", "split": "train"},
        "val/c.jpg": {"smile": "yes", "age": 4, "split": "validation"},
    }
    assert labels.columns is not None
    assert [Path(labels.columns.place(row)).parts[-2:] for row in range(3)] == [
        ("train", "metadata.csv:2"),
        ("train", "metadata.csv:3"),
        ("val", "metadata.jsonl:1"),
    ]
    assert labels.findings == ()


def test_imagefolder_with_one_table_above(tmp_path: Path) -> None:
    photos(tmp_path, "train/a.jpg", "test/b.jpg")
    put(tmp_path / "metadata.csv", "file_name,smile\ntrain/a.jpg,yes\ntest/b.jpg,no\n")
    assert told(read_labels(tmp_path))["test/b.jpg"] == {"smile": "no", "split": "test"}


def test_imagefolder_of_classes(tmp_path: Path) -> None:
    photos(tmp_path, "train/smiling/a.jpg", "train/neutral/b.jpg", "test/smiling/c.jpg")
    assert told(read_labels(tmp_path)) == {
        "test/smiling/c.jpg": {"label": "smiling", "split": "test"},
        "train/neutral/b.jpg": {"label": "neutral", "split": "train"},
        "train/smiling/a.jpg": {"label": "smiling", "split": "train"},
    }
    classes = photos(tmp_path / "more", "smiling/a.jpg", "neutral/b.jpg")
    assert told(read_labels(classes)) == {"neutral/b.jpg": {}, "smiling/a.jpg": {}}
    assert told(read_labels(classes, format="imagefolder"))["neutral/b.jpg"] == {"label": "neutral"}


FAIRFACE = "file,age,gender,race,service_test\n"


def test_fairface(tmp_path: Path) -> None:
    train = put(
        tmp_path / "fairface_label_train.csv",
        FAIRFACE + "train/1.jpg,50-59,Male,East Asian,True\ntrain/2.jpg,more than 70,Female,Latino_Hispanic,False\n",
    )
    put(tmp_path / "fairface_label_val.csv", FAIRFACE + "val/1.jpg,3-9,Femal,White,True\n")
    labels = read_labels(tmp_path)
    assert labels.format == read_labels(train).format == "fairface"
    assert told(labels) == {
        "train/1.jpg": {
            "age": "50-59",
            "gender": "Male",
            "race": "East Asian",
            "service_test": "True",
            "split": "train",
        },
        "train/2.jpg": {
            "age": "more than 70",
            "gender": "Female",
            "race": "Latino_Hispanic",
            "service_test": "False",
            "split": "train",
        },
        "val/1.jpg": {"age": "3-9", "race": "White", "service_test": "True", "split": "val"},
    }
    assert warnings(labels) == [
        "R/fairface_label_val.csv:2  gender is 'Femal', but must be Female, Male; did you mean 'Female'?; "
        "it counts as unknown"
    ]
    assert labels.vocabulary.sensitive == ("age", "gender", "race")
    assert labels.vocabulary.terms["age"].ordered
    assert len(read_labels(train)) == 2


def test_utkface(tmp_path: Path) -> None:
    names = [f"{age}_1_2_2017010915{age:07d}.jpg.chip.jpg" for age in range(1, 12)]
    photos(tmp_path, *names, "part2/100_0_4_20170112213500903.jpg", "61_1_20170109142408075.jpg")
    labels = read_labels(tmp_path)
    assert labels.format == "utkface"
    assert told(labels)[names[6]] == {"age": 7, "gender": "female", "race": "Asian"}
    assert told(labels)["part2/100_0_4_20170112213500903.jpg"] == {"age": 100, "gender": "male", "race": "Others"}
    assert told(labels)["61_1_20170109142408075.jpg"] == {}
    assert warnings(labels) == [
        "R/61_1_20170109142408075.jpg  is not named [age]_[gender]_[race]_[date]; its labels count as unknown"
    ]


ATTRIBUTES = "3\nMale Smiling Eyeglasses \n000001.jpg -1  1 -1\n000002.jpg  1 -1 -1\n000003.jpg  1  1  1\n"


def test_celeba(tmp_path: Path) -> None:
    table = put(tmp_path / "Anno" / "list_attr_celeba.txt", ATTRIBUTES)
    photos(tmp_path, "Img/img_align_celeba/000001.jpg")
    assert told(read_labels(table))["000001.jpg"] == {"Male": "no", "Smiling": "yes", "Eyeglasses": "no"}
    put(tmp_path / "Anno" / "identity_CelebA.txt", "000001.jpg 2880\n000003.jpg 2880\n")
    put(tmp_path / "Eval" / "list_eval_partition.txt", "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n")
    labels = read_labels(tmp_path, check_files=True)
    assert labels.format == "celeba"
    assert labels.root == tmp_path / "Img" / "img_align_celeba"
    assert told(labels)["000002.jpg"] == {"Male": "yes", "Smiling": "no", "Eyeglasses": "no", "split": "val"}
    assert [str(fault).replace(str(tmp_path), "") for fault in labels.warnings()] == [
        "/Anno/list_attr_celeba.txt:3  2880 is in the splits train and test (also at line 5)",
        "/Anno/list_attr_celeba.txt:4  000002.jpg does not exist in /Img/img_align_celeba",
        "/Anno/list_attr_celeba.txt:5  000003.jpg does not exist in /Img/img_align_celeba",
    ]


def test_lfw(tmp_path: Path) -> None:
    photos(tmp_path, "Ada_Byron/Ada_Byron_0001.jpg", "Ada_Byron/Ada_Byron_0002.jpg", "Bo_Li/Bo_Li_0001.jpg")
    labels = read_labels(tmp_path)
    assert labels.format == "lfw"
    assert [record.subject for record in labels.records()] == ["Ada_Byron", "Ada_Byron", "Bo_Li"]
    assert labels.records()[2].id == "Bo_Li/Bo_Li_0001"


def test_wrong_tables(tmp_path: Path) -> None:
    assert faults(put(tmp_path / "a.csv", "photo,a\na.jpg\nb.jpg,1,2\n")) == [
        "T:2  has 1 cells, but the header has 2",
        "T:3  has 3 cells, but the header has 2",
    ]
    assert faults(put(tmp_path / "b.csv", "photo,a,a\na.jpg,1,2\n")) == ["T:1  column 'a' is there twice"]
    assert faults(put(tmp_path / "c.csv", "photo,a\n,1\nb.jpg,2\n")) == ["T:2  photo is empty"]
    assert "is it 'photos'?" in faults(put(tmp_path / "d.csv", "photos,a\na.jpg,1\n"))[0]
    assert faults(put(tmp_path / "e.csv", "photo\n")) == ["T  lists no photographs"]
    (tmp_path / "f.csv").write_bytes("photo,n\na.jpg,Zo\xeb\n".encode("latin-1"))
    assert faults(tmp_path / "f.csv") == ["T:2  is not UTF-8 text; save it as UTF-8"]
    assert "is not a Parquet file" in faults(put(tmp_path / "g.parquet", "no"))[0]
    nested = put(tmp_path / "h.jsonl", '{"photo": "a.jpg", "box": [1]}\n')
    assert faults(nested) == ["T:1  box must be a word or a number, not a list or an object"]
    assert faults(put(tmp_path / "i.csv", 'photo,n\na.jpg,1\nb.jpg,"never closed\nc.jpg,2\n')) == [
        "T:3  is not CSV: unexpected end of data"
    ]


def test_wrong_places(tmp_path: Path) -> None:
    put(tmp_path / "labels.csv", "photo\na.jpg\n")
    assert faults(tmp_path / "label.csv") == [f"T  does not exist; did you mean '{tmp_path / 'labels.csv'}'?"]
    assert "is neither a folder nor a table" in faults(put(tmp_path / "x.docx", ""))[0]
    assert faults(tmp_path, format="utkfaces") == ["--format  is 'utkfaces'; did you mean 'utkface'?"]
    assert faults(tmp_path / "labels.csv", format="lfw") == ["T  must be a folder to be read as lfw"]
    assert "is a folder without manifest.parquet" in faults(tmp_path, format="table")[0]
    assert "holds no photograph" in faults(tmp_path)[0]
    assert faults(tmp_path, format="celeba") == ["T  holds no list_attr_celeba.txt"]
    assert faults(tmp_path, format="fairface") == ["T  holds no fairface_label_*.csv"]
    lacking = put(tmp_path / "some.csv", "file,age\na.jpg,3\n")
    assert faults(lacking, format="fairface") == ["T  is no FairFace table: it lacks gender, race"]
    put(tmp_path / "set" / "metadata.csv", "image,smile\na.jpg,yes\n")
    assert faults(tmp_path / "set") == ["T/metadata.csv  needs a column file_name (it has image, smile)"]
    assert set(FORMATS) == {"celeba", "fairface", "table", "utkface", "lfw", "imagefolder", "folder"}


def test_a_damaged_celeba(tmp_path: Path) -> None:
    path = put(tmp_path / "list_attr_celeba.txt", ATTRIBUTES.replace("000002.jpg  1 -1 -1", "000002.jpg 1"))
    assert faults(path) == ["T:4  has 2 cells, but must have a file and 3 attributes"]
    put(path, ATTRIBUTES.replace("3\n", "202599\n", 1))
    assert faults(path) == ["T:1  announces 202599 pictures, but 3 are listed; is it cut off?"]
    put(path, "Male Smiling\n")
    assert "must be the number of pictures" in faults(path)[0]
    put(path, ATTRIBUTES)
    put(tmp_path / "identity_CelebA.txt", "000001.jpg\n")
    assert faults(tmp_path)[0].endswith("identity_CelebA.txt:1  has 1 cells, but must have a file and a number")


def test_doubtful_tables_are_read_and_all_of_it_is_listed(tmp_path: Path) -> None:
    text = (
        "photo,person,split,sha256,note\n"
        'a.jpg,ada,train,aa,"two\nlines"\n'
        "b.jpg,ada,test,aa,\n\n"
        "c.jpg,bo,train,cc,\n"
        "a.jpg,ada,train,aa,\n"
        "a.jpg,,train,aa,\n"
        "a.jpg,ada,,aa,\n"
    )
    labels = read_labels(put(photos(tmp_path, "a.jpg", "b.jpg") / "t.csv", text), check_files=True)
    assert warnings(labels) == [
        "R/t.csv:2  a.jpg is listed 4 times (also at lines 7-9)",
        "R/t.csv:2  5 files are the same picture (digest aa) (also at lines 4, 7-9)",
        "R/t.csv:2  ada is in the splits train and test (also at lines 4, 7)",
        f"R/t.csv:6  c.jpg does not exist in {tmp_path}".replace(str(tmp_path), "R"),
    ]
    assert [finding.kind for finding in labels.findings] == [
        "listed_twice",
        "same_file",
        "several_splits",
        "missing_file",
    ]
    assert [record.id for record in labels.records()] == ["a.jpg", "b", "c", "a.jpg#2", "a.jpg#3", "a.jpg#4"]
    assert labels.findings[0].rows.tolist() == [0, 3, 4, 5]


def test_labels_load_no_tensor_or_picture_library(root: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    path = put(tmp_path / "t.csv", TABLE)
    code = (
        "import sys\nfrom faceaug.data.labels import read_labels\n"
        f"assert len(read_labels({str(path)!r})) == 2\n"
        "print({'torch', 'cv2', 'torchvision'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.faces
def test_the_big_set(faces: Path) -> None:
    labels = read_labels(faces / "manifest.csv", check_files=True)
    assert labels.records() == read_manifest(faces / "manifest.csv")
    assert labels.findings == ()


def test_the_column_that_speaks_of_a_file_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Shot On,Image File Path,glasses\n2021,a.jpg,none\n")
    with pytest.raises(RequestError, match=r"is it 'Image File Path'\?; a vocabulary can say so"):
        read_labels(tmp_path / "t.csv")
