"""The parts of an audit: states, neighbours, pairs, duplicates, ranges, comparison, targets."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceaug.coverage.against import against
from faceaug.coverage.axes import BINS, Axis, values_of
from faceaug.coverage.compare import compare, read_audit
from faceaug.coverage.counts import Table, tabulate
from faceaug.coverage.integrity import integrity
from faceaug.coverage.metrics import association
from faceaug.coverage.report import audit
from faceaug.coverage.roll import roll_of
from faceaug.coverage.rules import read_rules
from faceaug.coverage.usual import usual
from faceaug.data.attributes import Scalar, Value
from faceaug.data.record import Record
from faceaug.errors import RequestError

GLASSES = Axis("glasses", ("none", "clear", "tinted"))
BEARD = Axis("beard", ("no", "yes"))
TONE = BINS["ita"]


def person(number: int, glasses: str = "none", beard: str = "no", **more: Any) -> Record:
    known = {"glasses": Value(glasses), "beard": Value(beard)}
    return Record(f"p{number}", f"p{number}.jpg", subject=f"s{number // 2}", attributes=known, **more)


def people(*kinds: tuple[str, str, int]) -> list[Record]:
    rows = [(glasses, beard) for glasses, beard, count in kinds for _ in range(count)]
    return [person(number, *row) for number, row in enumerate(rows)]


def audited(records: list[Record], at_least: int = 4, axes: tuple[Axis, ...] = (GLASSES, BEARD), **more: Any) -> Any:
    table = tabulate(records, axes)
    return audit(table, at_least, roll=roll_of(records, table), **more)


def measured(number: int, ita: float, spread: float, reliability: float = 0.9) -> Record:
    value = Value(ita, "measured", reliability, ita - spread, ita + spread)
    return Record(f"m{number}", f"m{number}.jpg", attributes={"ita": value})


def test_every_number_of_a_document_is_json() -> None:
    document = audited([*people(("none", "no", 5)), measured(1, 20, 3)], axes=(GLASSES, TONE))
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_limits_that_reach_into_a_group_leave_it_undecided() -> None:
    sure = [measured(n, 20, 3) for n in range(5)]
    near = [measured(10 + n, 29, 4) for n in range(3)]
    gaps = {gap["words"]: gap for gap in audited(sure + near, axes=(replace(TONE, ordered=False),), level=1)["gaps"]}
    assert "ita=tan" not in gaps
    assert [gaps["ita=intermediate"][n] for n in ("photographed", "surely", "might_be", "state")] == [
        3,
        0,
        0,
        "uncovered",
    ]
    assert gaps["ita=dark"]["state"] == "uncovered"
    gaps = {g["words"]: g for g in audited(sure[:2] + near, 3, axes=(replace(TONE, ordered=False),), level=1)["gaps"]}
    assert [gaps["ita=tan"][n] for n in ("photographed", "might_be", "state")] == [2, 3, "undecided"]


def test_enough_only_if_every_measurement_is_right_is_undecided() -> None:
    near = [measured(n, 29, 4) for n in range(6)]
    gaps = {gap["words"]: gap for gap in audited(near, axes=(replace(TONE, ordered=False),), level=1)["gaps"]}
    assert [gaps["ita=intermediate"][n] for n in ("photographed", "surely", "missing", "state")] == [
        6,
        0,
        0,
        "undecided",
    ]
    told = [Record(f"t{n}", f"t{n}.jpg", attributes={"ita": Value(29.0)}) for n in range(6)]
    words = [gap["words"] for gap in audited(told, axes=(replace(TONE, ordered=False),), level=1)["gaps"]]
    assert "ita=intermediate" not in words


def test_unreliable_measurements_are_unknown_and_counted_as_such() -> None:
    records = [measured(1, 20, 3, reliability=0.1), measured(2, 20, 3)]
    entry = audited(records, axes=(TONE,))["attributes"]["ita"]
    assert (entry["n"], entry["unknown"], entry["unreliable"], entry["how"]) == (1, 1, 1, {"measured": 1})


def test_a_word_stands_on_the_number_behind_it() -> None:
    tone = Axis("skin_tone", ("very_light", "light", "intermediate", "tan", "brown", "dark"))
    known = {"skin_tone": Value("tan", "measured", 0.9), "ita": Value(27.0, "measured", 0.9, 20.0, 31.0)}
    records = [Record(f"m{n}", f"m{n}.jpg", attributes=known) for n in range(4)]
    gaps = {gap["words"]: gap for gap in audited(records, axes=(tone,), level=1)["gaps"]}
    assert gaps["skin_tone=intermediate"]["might_be"] == 4
    assert gaps["skin_tone=tan"]["surely"] == 0
    assert gaps["skin_tone=light"]["might_be"] == 0


def test_neighbours_differ_in_little_and_are_different_people() -> None:
    document = audited(people(("none", "no", 6), ("clear", "no", 6), ("none", "yes", 6), ("clear", "yes", 2)))
    gap = next(gap for gap in document["gaps"] if gap["words"] == "glasses=clear & beard=yes")
    assert gap["people"] == 1
    assert len(gap["nearest"]) == 4
    assert all(len(near["differs"]) == 1 for near in gap["nearest"])
    assert {near["differs"][0] for near in gap["nearest"]} <= {"glasses is none", "beard is no"}
    assert len({int(near["id"][1:]) // 2 for near in gap["nearest"]}) == 4


def test_neighbours_are_otherwise_like_those_that_are_there() -> None:
    bearded = people(("none", "no", 6), ("clear", "no", 6), ("clear", "yes", 2))
    gap = next(gap for gap in audited(bearded)["gaps"] if gap["words"] == "beard=yes")
    assert [near["id"] for near in gap["nearest"][:3]] == ["p6", "p8", "p10"]  # the three with glasses come first
    pose = Axis("pose", ("far_left", "left", "frontal"))
    turned = [Record(f"t{n}", "t.jpg", attributes={"pose": Value("frontal" if n < 6 else "left")}) for n in range(8)]
    gap = audited(turned, axes=(pose,))["gaps"][0]
    assert gap["words"] == "pose=far_left"
    assert [near["differs"] for near in gap["nearest"][:2]] == [["pose is left"]] * 2


def test_pairs_hold_every_photograph_and_say_what_cannot_be() -> None:
    axes = (GLASSES, replace(BEARD, ordered=True))
    records = people(("none", "no", 6), ("clear", "yes", 3))
    rules = read_rules(["glasses=tinted & beard=yes"], axes)
    pair = audited(records, axes=axes, rules=rules)["pairs"][0]
    assert pair["photographed"] == [[6, 0], [0, 3], [0, 0]]
    assert pair["possible"] == [[True, True], [True, True], [True, False]]
    assert pair["cramers_v"] == 1
    assert sum(map(sum, pair["photographed"])) == pair["n"] == 9


def test_association_is_no_news_where_chance_makes_it() -> None:
    rng = np.random.default_rng(3)  # noqa: TID251 - a simulation
    found = [association(rng.multinomial(60, np.full(24, 1 / 24)).reshape(4, 6)) for _ in range(300)]
    assert np.mean([bond.v for bond in found]) > 0.2
    assert np.mean([bond.corrected for bond in found]) < 0.1
    assert np.mean([bond.p < 0.05 for bond in found]) < 0.08
    bond = association([[30, 0], [0, 30]])
    assert bond.v == 1
    assert bond.p < 1e-10
    assert bond.corrected > 0.99


def test_duplicates_leaks_and_renderings_in_a_test_are_found() -> None:
    records = [
        person(0, sha256="a" * 64, split="train"),
        person(1, sha256="b" * 64, split="test"),
        person(2, sha256="a" * 64, split="test"),
        person(4, split="test", origin="rendered"),
    ]
    table = tabulate(records, (GLASSES,))
    found = integrity(table, roll_of(records, table))
    assert found["duplicates"] == [{"sha256": "a" * 64, "ids": ["p0", "p2"]}]
    assert (found["duplicate_files"], found["duplicates_across_splits"], found["renderings_held_out"]) == (1, 1, 1)
    assert found["leaks"] == [{"person": "s0", "splits": {"train": 1, "test": 1}}]
    words = " ".join(audited(records, axes=(GLASSES,))["headlines"])
    assert "1 file is there more than once, 1 of them in more than one split" in words
    assert "1 person is in more than one split" in words


def test_a_split_is_one_however_it_is_spelt_and_none_is_no_split() -> None:
    """Three files are there twice: in one split, in two, and in one and in none. So are three people."""
    splits = {"a": ("test", "TEST "), "b": ("train", "test"), "c": ("Test", "")}
    records = [
        replace(person(2 * n + copy), subject=name, sha256=name * 64, split=split)
        for n, (name, pair) in enumerate(splits.items())
        for copy, split in enumerate(pair)
    ]
    table = tabulate(records, (GLASSES,))
    found = integrity(table, roll_of(records, table))
    assert (found["duplicate_files"], found["duplicates_across_splits"], found["superfluous_pictures"]) == (3, 1, 3)
    assert found["leaks"] == [{"person": "b", "splits": {"train": 1, "test": 1}}]
    assert {name: count["photographed"] for name, count in found["splits"].items()} == {
        "no split": 1,
        "test": 4,
        "train": 1,
    }
    judged = [replace(record, origin="rendered", split=" TEST") for record in records]
    assert integrity(table_ := tabulate(judged, (GLASSES,)), roll_of(judged, table_))["renderings_held_out"] == 6


def test_photographs_of_one_person_are_worth_less() -> None:
    one = [replace(record, subject="same") for record in people(("none", "no", 8))]
    assert audited(one)["worth_pictures_of_different_people"] == pytest.approx(1)
    pairs = people(("none", "no", 8))
    assert audited(pairs)["worth_pictures_of_different_people"] == pytest.approx(4)


def test_ranges_are_of_photographs_alone() -> None:
    known = {"yaw": Value(5.0, "measured", 0.9), "pitch": Value(0.0, "measured", 0.9)}
    records = [Record(f"m{n}", f"m{n}.jpg", attributes=known) for n in range(4)]
    drawn = records[0].child("r", "r.jpg", recipe=None, attributes={"yaw": Value(50.0, "rendered")})
    table = tabulate([*records, drawn], (GLASSES,))
    (entry,) = audit(table, 3, roll=roll_of([*records, drawn], table))["continuous"]
    assert [side["name"] for side in entry["dimensions"]] == ["yaw", "pitch"]
    assert entry["photographs"] == 4
    inside = math.pi * 10 * 7.5 / (120 * 60)
    assert entry["uncovered"]["low"] <= 1 - inside <= entry["uncovered"]["high"]
    assert abs(entry["balls"][0]["centre"]["yaw"]) > 50


def test_before_and_after() -> None:
    old = audited(people(("none", "no", 6), ("clear", "no", 2)))
    new = audited(people(("none", "no", 6), ("clear", "no", 6), ("none", "yes", 6), ("clear", "yes", 1)))
    found = compare(new, old, "before.json")
    assert set(found["closed"]) == {"glasses=clear", "beard=yes"}
    # Narrower gaps were within wider ones before, so they have not opened.
    assert found["opened"] == []
    assert set(found["still"]) == {"glasses=tinted", "glasses=clear & beard=yes"}
    assert compare(old, new, "after")["opened"] == ["glasses=clear", "beard=yes"]
    assert found["attributes"]["glasses"]["clear"] == [2, 7]
    assert found["photographs"] == [8, 19]


def test_what_was_settled_as_covered_is_no_gap() -> None:
    old = audited(people(("none", "no", 6), ("clear", "no", 2)))
    settled = [gap | {"state": "covered"} if gap["words"] == "glasses=clear" else gap for gap in old["gaps"]]
    new = old | {"gaps": settled}
    assert compare(new, old, "before.json")["closed"] == ["glasses=clear"]
    assert compare(old, new, "after.json")["opened"] == ["glasses=clear"]


def test_gaps_of_attributes_that_the_older_audit_did_not_look_at_have_not_opened() -> None:
    records = people(("none", "no", 6), ("clear", "no", 2))
    found = compare(audited(records), audited(records, axes=(GLASSES,)), "before.json")
    assert found["only_new"] == ["beard"]
    assert found["opened"] == []
    assert set(found["still"]) == {"glasses=clear", "glasses=tinted"}


@pytest.mark.parametrize(("text", "words"), [("{", "is not JSON"), ("[]", "is no audit"), ('{"gaps": []}', "lacks")])
def test_what_is_no_audit(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "old.json"
    path.write_text(text)
    with pytest.raises(RequestError, match=words):
        read_audit(path)
    with pytest.raises(RequestError, match=r"did you mean 'old.json'"):
        read_audit(tmp_path / "odl.json")


def table() -> Table:
    return tabulate(people(("none", "no", 6), ("clear", "no", 3), ("clear", "yes", 3)), (GLASSES, BEARD))


def test_a_census_is_compared_by_share(tmp_path: Path) -> None:
    path = tmp_path / "census.csv"
    path.write_text("glasses,share\nnone,1\nclear,1\n")
    found = against(table(), str(path))
    assert found["total_variation"] == 0
    assert [demand["ratio"] for demand in found["demands"]] == [1, 1, None]
    path.write_text("glasses,share\nnone,3\nclear,1\n")
    found = against(table(), str(path))
    assert found["total_variation"] == pytest.approx(0.25)
    assert [(d["words"], d["have"], d["need"]) for d in found["demands"][:2]] == [
        ("glasses=none", 6, 18),
        ("glasses=clear", 6, 6),
    ]


def test_targets_by_name() -> None:
    assert {d["words"]: d["missing"] for d in against(table(), "uniform")["demands"]}["glasses=tinted"] == 6
    assert len(against(table(), "cells")["demands"]) == 6
    found = against(table(), "parity:glasses|beard")
    assert "the same shares of glasses under each beard" in found["policy"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("unifrom", "did you mean 'uniform'"),
        ("parity:glasses", r"must look like parity:glasses\|label"),
        ("parity:glases|beard", "did you mean 'glasses'"),
        ("none.csv", "cannot be read"),
        ("none.yaml", "cannot be read"),
    ],
)
def test_targets_that_are_none(wanted: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        against(table(), wanted)


def test_requirements_come_back_as_a_target(tmp_path: Path) -> None:
    path = tmp_path / "requirements.yaml"
    path.write_text("requirements:\n  - where: {glasses: clear, beard: 'yes'}\n    need: 10\n    why: errors\n")
    (demand,) = against(table(), str(path))["demands"]
    assert (demand["have"], demand["need"], demand["missing"], demand["to_measure"]) == (3, 10, 7, False)
    path.write_text("requirements:\n  - where: {glasses: clear}\n    photographs_to_measure: 10\n")
    (demand,) = against(table(), str(path))["demands"]
    assert (demand["need"], demand["to_measure"]) == (10, True)
    path.write_text("requirements:\n  - where: {glasses: clear}\n    photographs_to_measure: many\n")
    with pytest.raises(RequestError, match="`photographs_to_measure` \\(a whole number"):
        against(table(), str(path))
    path.write_text(
        "requirements:\n  - where: {glases: clear}\n    need: 10\n  - where: {beard: maybe}\n    need: -1\n"
    )
    with pytest.raises(RequestError) as caught:
        against(table(), str(path))
    assert "did you mean 'glasses'" in str(caught.value)
    assert "2 faults" in str(caught.value)
    path.write_text("requirements: 3")
    with pytest.raises(RequestError, match="needs a list"):
        against(table(), str(path))


def test_what_is_looked_at_unasked() -> None:
    records = people(("none", "no", 3), ("clear", "yes", 3))
    many = [
        replace(r, attributes={**r.attributes, "name": Value(r.id), "yaw": Value(3.0, "measured")}) for r in records
    ]
    assert usual(values_of(many), {"glasses", "beard", "name"}) == ["glasses", "beard"]
    with pytest.raises(RequestError, match="--by"):
        usual(values_of([Record("a", "a.jpg", attributes={"name": Value("a")})]), {"name"})


def test_flags_of_0_and_1_are_looked_at_unasked_after_words() -> None:
    def shown(n: int) -> Record:
        values: dict[str, Scalar] = {"smile": n % 2, "hat": n % 2 == 0, "count": n % 3, "skin_tone": "tan"}
        return Record(f"p{n}", f"p{n}.jpg", attributes={name: Value(value) for name, value in values.items()})

    found = values_of([shown(n) for n in range(12)])
    assert usual(found, {"smile", "hat", "count"}) == ["hat", "skin_tone", "smile"]
