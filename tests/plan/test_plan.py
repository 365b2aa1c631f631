"""The file of a plan: what is written reads back the same, and everything that is wrong with one is said by place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from faceaug.coverage.axes import BINS, Axis
from faceaug.errors import RequestError
from faceaug.plan.plan import Entry, Plan, Predicted, Target, Unfillable, read_plan, write_plan

GLASSES = Axis("glasses", ("none", "clear", "tinted"))


def entry(name: str = "ada_p0", **other: Any) -> Entry:
    values: dict[str, Any] = {
        "id": name,
        "source": "ada",
        "photo": "faces/ada.jpg",
        "sha256": "0" * 64,
        "subject": "Ada",
        "split": "train",
        "edits": {"glasses": {"lens": "clear"}, "skin_tone": {"ita": [-27, 7]}},
        "seed": 3,
        "variant": 2,
        "expected": {"glasses": "clear", "ita": "brown"},
        "cost": 2.5,
    }
    return Entry(**values | other)


def plan(root: Path) -> Plan:
    return Plan(
        Target((GLASSES, BINS["ita"]), "at least 30 of each", 30, 2, ("glasses=none & ita=dark",), "train"),
        root,
        (entry(), entry("ada_p1", edits={}, expected={})),
        (entry("ada_s0"),),
        (Predicted({"glasses": ("clear",)}, 3, 1, 2, 30),),
        (Unfillable({"glasses": ("clear",)}, 24, ("per_photo",), "variants per photograph is at most 3"),),
        {"per_photo": 3},
        5.0,
        4.99,
        0.002,
    )


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    made = plan(tmp_path / "photos")
    back = read_plan(write_plan(tmp_path / "deep" / "plan.json", made))
    assert back.as_dict() == made.as_dict()
    assert back.digest == made.digest
    assert back.root.resolve() == (tmp_path / "photos").resolve()
    assert back.axes == made.axes
    assert back.predicted[0].missing == 24


def test_the_same_plan_is_the_same_bytes_and_an_entry_is_a_line(tmp_path: Path) -> None:
    first = write_plan(tmp_path / "plan.json", plan(tmp_path)).read_text()
    assert first == write_plan(tmp_path / "again.json", plan(tmp_path)).read_text()
    assert sum('"id":' in line for line in first.splitlines()) == 3
    assert '"root": "."' in first


def test_the_folder_of_the_photographs_is_no_part_of_the_digest(tmp_path: Path) -> None:
    assert plan(tmp_path).digest == plan(tmp_path / "elsewhere").digest


def test_every_entry_is_a_recipe() -> None:
    assert entry().recipe().plain()["first"] == 2


def broken(tmp_path: Path, change: Any) -> list[str]:
    path = write_plan(tmp_path / "plan.json", plan(tmp_path))
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    with pytest.raises(RequestError) as caught:
        read_plan(path)
    return [str(fault).replace(str(path), "P") for fault in caught.value.faults]


def test_all_faults_are_told_with_their_places(tmp_path: Path) -> None:
    def change(document: dict[str, Any]) -> None:
        document["entries"][0]["variant"] = -1
        document["entries"][0]["expected"] = {"glasses": 3}
        document["entries"][1]["edits"] = {"glases": {}}
        del document["entries"][1]["photo"]
        document["spares"][0]["edits"]["skin_tone"]["ita"] = 300
        document["spares"][0]["subjct"] = ""
        document["predicted"][0]["need"] = "many"
        document["target"]["axes"][0]["values"] = []
        document["status"] = "perfect"

    faults = broken(tmp_path, change)
    for expected in (
        "P: entries[0].variant  is -1, but must be a whole number from 0, and below 2^63",
        "P: entries[0].expected  must hold texts only",
        "P: entries[1].edits  there is no edit 'glases'; did you mean 'glasses'?",
        "P: entries[1].photo  is missing; it must be text",
        "P: spares[0].edits  skin_tone.ita is 300, but must lie within -72..80 degrees "
        "(typology angle of the cheeks; less is darker)",
        "P: spares[0].subjct  is not a field that is known; did you mean 'subject'?",
        "P: predicted[0].need  is text, but must be a whole number from 0",
        "P: target.axes[0]  glasses needs values, each of them once, not ()",
        "P: status  is 'perfect', but must be one of optimal, time_limit, greedy",
    ):
        assert expected in faults
    assert len(faults) == 9


def test_ids_are_unique(tmp_path: Path) -> None:
    faults = broken(tmp_path, lambda document: document["spares"][0].update(id="ada_p0"))
    assert faults == ["P: entries  id 'ada_p0' is there 2 times; every picture needs one of its own"]


def test_another_document_is_no_plan(tmp_path: Path) -> None:
    faults = broken(tmp_path, lambda document: document.update(format="faceaug audit 1"))
    assert faults == ["P: format  must be 'faceaug plan 1'; this file was not written by `faceaug plan`"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{\n'a'", "plan.json:2  is not a plan: not JSON"),
        (b"[1]", "plan.json  is not a plan, but a list"),
        (b"\xff", "plan.json  is not a plan: not JSON, it is not UTF-8 text"),
    ],
)
def test_what_is_no_json_is_told(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "plan.json").write_bytes(text)
    with pytest.raises(RequestError, match=r"nothing was made") as caught:
        read_plan(tmp_path / "plan.json")
    assert said in str(caught.value)


def test_a_missing_file_is_told_with_its_neighbour(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.json", plan(tmp_path))
    with pytest.raises(RequestError, match=r"does not exist; did you mean '.*/plan\.json'"):
        read_plan(tmp_path / "plann.json")
    with pytest.raises(RequestError, match="is a folder"):
        read_plan(tmp_path)
