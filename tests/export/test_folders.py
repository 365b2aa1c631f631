"""Words of a table that become folders: nothing is written outside of the export, and no two words share a folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from faceaug.data.attributes import Value
from faceaug.data.versions.opening import Pictures
from faceaug.errors import RequestError
from faceaug.export.folders import classes_at, split_faults
from faceaug.export.items import items_of
from faceaug.export.making import FORMATS, Wanted, export
from faceaug.export.place import Place
from tests.data.datasets import contents
from tests.export.exporting import exported

OUT = (
    "../evil",
    "/ABSOLUTE/evil",
    "..",
    ".",
    "a/../../evil",
    "a/b",
    "..\\evil",
    ".hidden",
    "README.md",
    "test ",
    "con",
)


def in_split(pictures: Pictures, *splits: str) -> Pictures:
    """The photographs alone, each in a split of its own."""
    photographs = [record for record in pictures.records if record.origin == "camera"]
    return Pictures(
        [replace(one, split=split) for one, split in zip(photographs, splits, strict=False)], pictures.manifest, "t"
    )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("split", OUT)
def test_no_split_leads_out_of_the_export(pictures: Pictures, tmp_path: Path, form: str, split: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    named = split.replace("/ABSOLUTE", str(tmp_path / "elsewhere"))
    before = contents(tmp_path)
    with pytest.raises(RequestError, match="the name of a folder"):
        export(in_split(pictures, named), place / "out", Wanted(form))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "..\\evil", ""])
def test_the_folder_itself_refuses_what_leads_out(pictures: Pictures, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    item = items_of(pictures)[0][0]
    with pytest.raises(RequestError, match="leads out of the folder"):
        Place(folder).write(name, b"")
    with pytest.raises(RequestError, match="leads out of the folder"):
        Place(folder).copy(name, item)
    assert not (tmp_path / "evil").exists()


def test_splits_that_one_folder_would_hold_are_refused(pictures: Pictures, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"split 'test'.* with 'TEST'"):
        export(in_split(pictures, "test", "TEST"), tmp_path / "out", Wanted("imagefolder"))
    assert not split_faults(["test", "val", "fold 1", "tür", "2020-01"])
    with pytest.raises(RequestError, match="a split of its own"):
        items_of(replace(pictures, records=[replace(r, split="Finetune") if r.id == "cleo" else r
                                            for r in pictures.records if r.id[:4] != "cleo" or r.id == "cleo"]),
                 two_stage=True)  # fmt: skip


def test_each_class_has_a_folder_of_its_own(pictures: Pictures, tmp_path: Path) -> None:
    def of(*words: str | float) -> Pictures:
        told = zip(in_split(pictures, "train", "train", "train").records, words, strict=True)
        return replace(pictures, records=[replace(one, attributes={"age": Value(word)}) for one, word in told])

    for alike in (("<30", ">30", "30"), ("Yes", "no", "yes"), ("a b", "a/b", "c")):
        with pytest.raises(RequestError, match="would share the folder"):
            export(of(*alike), tmp_path / "out", Wanted("imagefolder", label="age"))
        assert list(tmp_path.glob("*out*")) == []
    out = exported(of("../<30", "30+", 30.0), tmp_path / "out", "imagefolder", label="age")
    rows = [json.loads(line) for line in (out / "train/metadata.jsonl").read_text().splitlines()]
    assert [Path(row["file_name"]).parent.name for row in rows] == ["_30", "30_", "30"]
    assert all((out / "train" / row["file_name"]).is_file() for row in rows)
    assert classes_at([1, 1.0, True]) == {"1": "1", "True": "True"}
