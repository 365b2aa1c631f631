"""Exports, each read back by a reader that is not ours, and refused, resumed and repeated as promised."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyarrow import parquet

from faceaug.data.attributes import Value
from faceaug.data.files import write_atomic
from faceaug.data.record import Record
from faceaug.data.versions.opening import Pictures
from faceaug.errors import FaceaugError, RequestError
from faceaug.export import place as place_module
from faceaug.export.box import face_box
from faceaug.export.fiftyone import RESERVED
from faceaug.export.items import items_of
from faceaug.export.making import FORMATS, Wanted, export
from tests.data.datasets import contents
from tests.export.exporting import exported


def test_renderings_go_to_training_alone(pictures: Pictures) -> None:
    items, left_out = items_of(pictures)
    assert {(item.split, item.record.origin) for item in items} == {
        ("train", "camera"),
        ("train", "rendered"),
        ("test", "camera"),
    }
    assert left_out == ["2 renderings of other splits than train: those are for judging"]


def test_splits_are_known_regardless_of_case(pictures: Pictures) -> None:
    spelt = {"train": "Train", "": "TRAINING", "test": "TEST"}
    records = [replace(record, split=spelt[record.split]) for record in pictures.records]
    items, left_out = items_of(replace(pictures, records=records))
    assert [(item.split, item.record.origin) for item in items].count(("train", "rendered")) == 4
    assert {item.split for item in items} == {"train", "TEST"}
    assert left_out == ["2 renderings of other splits than train: those are for judging"]


def test_two_stages(pictures: Pictures) -> None:
    items, _ = items_of(pictures, two_stage=True)
    assert {(item.split, item.record.origin) for item in items} == {
        ("pretrain", "rendered"),
        ("finetune", "camera"),
        ("test", "camera"),
    }


def test_the_first_stage_is_balanced(pictures: Pictures) -> None:
    items, left_out = items_of(pictures, two_stage=True, by=["glasses"])
    lenses = [item.record.attributes["glasses"].value for item in items if item.split == "pretrain"]
    assert sorted(map(str, lenses)) == ["clear", "tinted"]
    assert left_out[1].startswith("2 renderings, so that pretrain")


def test_a_person_in_two_splits_is_refused(pictures: Pictures) -> None:
    moved = [Record.from_json({**r.as_dict(), "split": "val"}) if r.id == "ann_v0" else r for r in pictures.records]
    with pytest.raises(RequestError, match="a person belongs in one split"):
        items_of(Pictures(moved, pictures.manifest, "t"))


def test_names_stay_apart(pictures: Pictures) -> None:
    one = pictures.records[0]
    records = [Record.from_json({**one.as_dict(), "id": name}) for name in ("a.b", "a_b", "A_b", "a_b-2", "a/b")]
    items, _ = items_of(Pictures(records, pictures.manifest, "t"))
    assert len({item.stem.lower() for item in items}) == 5
    assert not any("." in item.stem for item in items)


def test_imagefolder(pictures: Pictures, tmp_path: Path) -> None:
    out = exported(pictures, tmp_path / "out", "imagefolder", label="glasses")
    rows = [json.loads(line) for line in (out / "train/metadata.jsonl").read_text().splitlines()]
    assert len(rows) == 6
    for row in rows:
        assert Image.open(out / "train" / row["file_name"]).size == (30, 40)
        assert row["file_name"].startswith(f"{row['glasses']}/")
    assert [row["id"] for row in rows if not row["rendered"]] == ["ann", "bob"]


def test_webdataset(pictures: Pictures, tmp_path: Path) -> None:
    out = exported(pictures, tmp_path / "out", "webdataset")
    with tarfile.open(out / "train-000000.tar") as tar:
        names = tar.getnames()
        assert [name.partition(".")[0] for name in names[::2]] == [name.partition(".")[0] for name in names[1::2]]
        for member in tar.getmembers():
            assert (member.mtime, member.uid, member.uname) == (0, 0, "")
        label = tar.extractfile(names[1])
        assert label is not None
        assert json.loads(label.read())["note"] == '"ann", é\n'
        file = tar.extractfile(names[0])
        assert file is not None
        assert Image.open(file).size == (30, 40)


def test_parquet(pictures: Pictures, tmp_path: Path) -> None:
    out = exported(pictures, tmp_path / "out", "parquet")
    table = parquet.read_table(out / "data/train-00000-of-00001.parquet")
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    assert features["image"] == {"_type": "Image"}
    assert list(features) == table.column_names
    rows = table.to_pylist()
    assert rows[0]["image"]["bytes"] == pictures.records[0].located(pictures.root).read_bytes()
    assert (rows[0]["age"], rows[0]["glasses"], rows[0]["rendered"]) == (30.0, "none", False)


@pytest.mark.parametrize("form", ["parquet", "webdataset"])
def test_splits_that_take_turns_are_whole(pictures: Pictures, tmp_path: Path, form: str) -> None:
    photographs = [record for record in pictures.records if record.origin == "camera"]
    turns = [
        replace(record, split=split, id=f"{record.id}{number}", subject=f"{record.subject}{number}")
        for number, split in enumerate(("train", "test") * 3)
        for record in photographs[number % 3 :][:1]
    ]
    out = exported(replace(pictures, records=turns), tmp_path / "out", form)
    found: dict[str, list[str]] = {}
    for path in sorted(out.rglob("*.parquet")):
        rows = parquet.read_table(path).to_pylist()
        found.setdefault(path.name.split("-")[0], []).extend(row["id"] for row in rows)
        assert {row["split"] for row in rows} == {path.name.split("-")[0]}
    for path in sorted(out.glob("*.tar")):
        with tarfile.open(path) as tar:
            ids = [Path(name).stem for name in tar.getnames() if name.endswith(".json")]
        found.setdefault(path.name.split("-")[0], []).extend(ids)
    assert found == {split: [one.id for one in turns if one.split == split] for split in ("test", "train")}


def test_coco(pictures: Pictures, tmp_path: Path) -> None:
    out = exported(pictures, tmp_path / "out", "coco")
    document = json.loads((out / "annotations/train.json").read_text())
    images = {image["id"]: image for image in document["images"]}
    assert len(images) == len(document["annotations"]) == 6
    for annotation in document["annotations"]:
        image = images[annotation["image_id"]]
        assert Image.open(out / "images" / image["file_name"]).size == (image["width"], image["height"])
        assert annotation["bbox"] == [7.0, 10.0, 16.0, 20.0]
        assert annotation["category_id"] == document["categories"][0]["id"]
    assert json.loads((out / "annotations/test.json").read_text())["images"][0]["attributes"]["subject"] == "cleo"


def test_fiftyone(pictures: Pictures, tmp_path: Path) -> None:
    out = exported(pictures, tmp_path / "out", "fiftyone")
    document = json.loads((out / "train/labels.json").read_text())
    assert set(document["labels"]) == {path.stem for path in (out / "train/data").iterdir()}
    for found in document["labels"].values():
        assert found[0]["bounding_box"] == pytest.approx([7 / 30, 0.25, 16 / 30, 0.5])
        assert found[0]["label"] in document["classes"]
        assert not RESERVED & set(found[0]["attributes"])
        assert found[0]["attributes"]["id_"]


def test_fiftyone_loads_it_as_its_card_says(
    pictures: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FiftyOne keeps a data set in MongoDB: name one in FIFTYONE_DATABASE_URI to have this run."""
    if not os.environ.get("FIFTYONE_DATABASE_URI"):
        pytest.skip("FIFTYONE_DATABASE_URI names no database")
    pytest.importorskip("fiftyone")
    words = {name: Value("x") for name in ("id", "tags", "mask", "label", "_own", "a.b")}
    told = [replace(record, attributes={**record.attributes, **words}) for record in pictures.records]
    out = exported(replace(pictures, records=told), tmp_path / "out", "fiftyone")
    monkeypatch.chdir(out)
    names: dict[str, Any] = {}
    exec((out / "README.md").read_text().split("```python")[1].split("```")[0], names)
    data = names["data"]
    try:
        [[found]] = data.values("ground_truth.detections")[:1]
        assert {"id_", "attribute:id", "tags_", "mask_", "label_", ":_own", "a:b"} <= set(found.field_names)
        assert sorted(data.values("ground_truth.detections.rendered")) == [[False], [False], *[[True]] * 4]
        assert all(len(dots) == 1 and len(dots[0]) == 33 for dots in data.values("keypoints.keypoints.points"))
    finally:
        data.delete()


def test_croissant_names_every_column(pictures: Pictures, tmp_path: Path) -> None:
    out = exported(pictures, tmp_path / "out", "croissant", licence="https://creativecommons.org/licenses/by/4.0/")
    document = json.loads((out / "croissant.json").read_text())
    with (out / "metadata.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    fields = [field["source"]["extract"]["column"] for field in document["recordSet"][0]["field"]]
    assert fields == list(rows[0])
    assert rows[0]["note"] == '"ann", é\n'
    assert all((out / row["file_name"]).is_file() for row in rows)
    assert "glasses: " in " ".join(document["rai:dataBiases"])


def test_croissant_is_valid(pictures: Pictures, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    out = exported(pictures, tmp_path / "out", "croissant")
    dataset = mlcroissant.Dataset(str(out / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    records = list(dataset.records("pictures"))
    assert len(records) == 7


def test_a_face_at_the_border_is_cut() -> None:
    measured = {"face_x": {"value": 0.0}, "face_y": {"value": 0.1}, "face_size": {"value": 0.5}}
    assert face_box(measured, 100, 200) == (0.0, 0.0, 40.0, 70.0)
    assert face_box({}, 100, 200) is None


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_export_twice_is_the_same_to_the_byte(pictures: Pictures, tmp_path: Path, form: str) -> None:
    exported(pictures, tmp_path / "one/out", form)
    exported(pictures, tmp_path / "two/out", form)
    assert contents(tmp_path / "one/out") == contents(tmp_path / "two/out")
    assert not export(pictures, tmp_path / "one/out", Wanted(form)).new


@pytest.mark.parametrize("form", FORMATS)
def test_an_interrupted_export_is_not_there_and_goes_on(pictures: Pictures, tmp_path: Path, form: str) -> None:
    exported(pictures, tmp_path / "whole", form)

    def stop(done: int, _: int) -> None:
        if done == 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        export(pictures, tmp_path / "out", Wanted(form), stop)
    assert not (tmp_path / "out").exists()
    exported(pictures, tmp_path / "out", form)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert not (tmp_path / ".out.part").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_at_every_write_in_turn(
    pictures: Pictures, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(pictures, tmp_path / "whole", form)
    left = 0

    def failing(path: str | Path, data: bytes) -> Path:
        nonlocal left
        left -= 1
        if left == 0:
            raise FaceaugError("the disk is full")
        return write_atomic(path, data)

    monkeypatch.setattr(place_module, "write_atomic", failing)
    for number in range(1, 100):
        left, out = number, tmp_path / f"out{number}"
        try:
            export(pictures, out, Wanted(form))
            break
        except FaceaugError:
            assert not out.exists()
            left = 0
            export(pictures, out, Wanted(form))
            assert contents(out) == contents(tmp_path / "whole")
    assert number > 4


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("cocoa"), "did you mean 'coco'"),
        (Wanted("imagefolder", label="glases"), "did you mean 'glasses'"),
        (Wanted("coco", label="glasses"), "is for imagefolder alone"),
        (Wanted("coco", by=("glasses",)), "needs --two-stage"),
        (Wanted("coco", two_stage=True, by=("glases",)), "did you mean 'glasses'"),
    ],
)
def test_wrong_wishes(pictures: Pictures, tmp_path: Path, wanted: Wanted, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        export(pictures, tmp_path / "out", wanted)
    assert not (tmp_path / "out").exists()


def test_wrong_places_and_pictures(pictures: Pictures, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="holds something else"):
        export(pictures, tmp_path / "work", Wanted("coco"))
    pictures.records[0].located(pictures.root).write_bytes(b"x")
    with pytest.raises(RequestError, match="it has changed"):
        export(pictures, tmp_path / "out", Wanted("coco"))
    pictures.records[0].located(pictures.root).unlink()
    with pytest.raises(RequestError, match="cannot be read"):
        export(pictures, tmp_path / "out", Wanted("coco"))
    photographs = [record for record in pictures.records[1:] if record.origin == "camera"]
    with pytest.raises(RequestError, match="no renderings to train on first"):
        export(Pictures(photographs, pictures.manifest, "t"), tmp_path / "out", Wanted("coco", two_stage=True))


@pytest.mark.parametrize("form", FORMATS)
def test_the_card_loads_what_is_there(pictures: Pictures, tmp_path: Path, form: str) -> None:
    out = exported(pictures, tmp_path / "out", form)
    lines = (out / "README.md").read_text().split("```python")[1].split("```")[0]
    named = re.findall(r'(?:dir=|COCO\(|Dataset\(|Path\()"([^"]+)"', lines)
    assert named
    assert all((out / re.sub(r"\{(\d+)\.\.\d+\}", r"\1", name)).exists() for name in named)


def test_the_card_says_what_is_in_it(pictures: Pictures, tmp_path: Path) -> None:
    text = (exported(pictures, tmp_path / "out", "coco", licence="CC BY 4.0") / "README.md").read_text()
    for said in (
        "3 photographs and 4 renderings of 3 people", str(pictures.pin), "CC BY 4.0", "| train | 2 | 4 | 2 |",
        "| glasses | clear | 0 | 3 |", "`glasses` in 4 pictures", "for judging",
    ):  # fmt: skip
        assert said in text, said
    assert "| note |" not in text
