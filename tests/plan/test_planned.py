"""A verified version is compared with its plan: what is there, what stands in for it, what is missing or other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.data.versions.opening import Pictures
from faceaug.plan.verify.planned import planned

LEFT, RIGHT = {"pose": "left"}, {"pose": "right", "glasses": "clear"}


def version(folder: Path, there: Sequence[tuple[str, str]], *, planned: bool = True) -> Pictures:
    """Five pictures were planned, three to the left and two to the right, each with spares; some are there."""
    rows = [{"id": f"l{n}", "expected": LEFT} for n in range(3)] + [
        {"id": f"r{n}", "expected": RIGHT} for n in range(2)
    ]
    spares = [{"id": f"s{n}", "expected": LEFT} for n in range(2)] + [{"id": "t0", "expected": RIGHT}]
    if planned:
        (folder / "plan.json").write_text(json.dumps({"entries": rows, "spares": spares}))
    records = [Record(name, f"{name}.jpg", attributes={"pose": Value(word)}) for name, word in there]
    return Pictures(records, folder / "manifest.csv", "a version")


def test_all_are_there(tmp_path: Path) -> None:
    there = [*((f"l{n}", "left") for n in range(3)), *((f"r{n}", "right") for n in range(2))]
    assert planned(version(tmp_path, there)) == {"entries": 5, "replaced": 0, "missing": [], "other": []}


def test_a_spare_of_the_same_classes_stands_for_what_is_not_there(tmp_path: Path) -> None:
    there = [("l0", "left"), ("s0", "left"), ("r0", "right"), ("r1", "right")]
    assert planned(version(tmp_path, there)) == {"entries": 5, "replaced": 1, "missing": ["l2"], "other": []}


def test_a_spare_of_other_classes_does_not(tmp_path: Path) -> None:
    there = [("l0", "left"), ("l1", "left"), ("l2", "left"), ("s0", "left"), ("s1", "left"), ("r1", "right")]
    found = planned(version(tmp_path, there))
    assert found is not None
    assert (found["replaced"], found["missing"]) == (0, ["r0"])


def test_other_labels_are_told_of_pictures_and_of_spares(tmp_path: Path) -> None:
    found = planned(version(tmp_path, [("l0", "frontal"), ("s0", "right"), ("r0", "right")]))
    assert found is not None
    assert found["other"] == [
        {"id": "l0", "attribute": "pose", "expected": "left", "label": "frontal"},
        {"id": "s0", "attribute": "pose", "expected": "left", "label": "right"},
    ]


def test_without_a_plan_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert planned(version(tmp_path, [], planned=False)) is None
