"""The list for a person: what is undecided first; read back, it corrects counts and decides."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceaug.coverage.axes import BINS
from faceaug.coverage.counts import Table, tabulate
from faceaug.coverage.report import audit
from faceaug.coverage.roll import Roll, roll_of
from faceaug.coverage.sample import choose, write_sample
from faceaug.coverage.settle import read_sample
from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.errors import RequestError

CLASSES = BINS["ita"].values
MIDDLE = (-45.0, -10.0, 19.0, 34.0, 48.0, 70.0)


def faces(seed: int, count: int = 1200) -> tuple[list[Record], list[str]]:
    """Faces whose tone is measured with an error of some ten degrees, and what a person would say."""
    rng = np.random.default_rng(seed)  # noqa: TID251 - a simulation
    truth = rng.choice(6, count, p=[0.02, 0.06, 0.12, 0.25, 0.3, 0.25])
    ita = np.array(MIDDLE)[truth] + rng.uniform(-5, 5, count)
    seen = ita + rng.normal(0, 10, count)
    records = [
        Record(f"p{n}", f"p{n}.jpg", attributes={"ita": Value(float(v), "measured", 0.8, float(v - 20), float(v + 20))})
        for n, v in enumerate(seen)
    ]
    return records, [CLASSES[BINS["ita"].code(float(value))] for value in ita]


def audited(records: list[Record], at_least: int, **more: Any) -> tuple[dict[str, Any], Table, Roll]:
    table = tabulate(records, [BINS["ita"]])
    roll = roll_of(records, table)
    return audit(table, at_least, level=1, roll=roll, **more), table, roll


def filled(path: Path, truth: list[str], *, skip: int = 0) -> None:
    """Fill the list in, as a person would."""
    rows = list(csv.DictReader(path.open()))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for place, row in enumerate(rows):
            row["ita"] = "" if place < skip else truth[int(row["id"][1:])]
            writer.writerow(row)


def test_the_list_is_of_photographs_near_the_undecided_and_leads_nobody(tmp_path: Path) -> None:
    records, _ = faces(1)
    document, table, roll = audited(records, 30)
    sample = choose(table, roll, document["gaps"], 300)
    assert sample is not None
    assert len(sample.rows) == len(set(sample.rows.tolist())) == 300
    assert sum(sample.sizes.values()) == 1200
    again = choose(table, roll, document["gaps"], 300)
    assert again is not None
    assert np.array_equal(sample.rows, again.rows)
    path = tmp_path / "sample.csv"
    write_sample(path, sample, roll)
    rows = list(csv.DictReader(path.open()))
    assert list(rows[0]) == ["id", "photo", "stratum", "stratum_size", "ita"]
    assert all(row["ita"] == "" for row in rows)


def test_nothing_undecided_needs_no_list() -> None:
    records = [Record(f"p{n}", "p.jpg", attributes={"ita": Value(20.0)}) for n in range(9)]
    document, table, roll = audited(records, 3)
    assert choose(table, roll, document["gaps"], 30) is None


def test_labels_settle_and_limits_hold_the_truth(tmp_path: Path) -> None:
    held = wrong = total = decided = 0
    for seed in range(30):
        records, truth = faces(seed)
        document, table, roll = audited(records, 45)
        sample = choose(table, roll, document["gaps"], 300)
        if sample is None:
            continue
        path = tmp_path / "sample.csv"
        write_sample(path, sample, roll)
        filled(path, truth)
        settled, *_ = audited(records, 45, seen=read_sample(path, table, roll.ids))
        for group in settled["settled"]["groups"]:
            count = truth.count(group["where"]["ita"][0])
            held += group["low"] <= count <= group["high"]
            wrong += (group["state"] == "covered" and count < 45) or (group["state"] == "uncovered" and count >= 45)
            decided += group["state"] != "undecided"
            total += 1
    assert total >= 120
    assert held / total >= 0.9
    assert wrong / total <= 0.05
    assert decided / total > 0.6


def test_what_was_left_empty_is_not_labelled(tmp_path: Path) -> None:
    records, truth = faces(2)
    document, table, roll = audited(records, 30)
    sample = choose(table, roll, document["gaps"], 100)
    assert sample is not None
    path = tmp_path / "sample.csv"
    write_sample(path, sample, roll)
    filled(path, truth, skip=40)
    settled, *_ = audited(records, 30, seen=read_sample(path, table, roll.ids))
    assert {group["labelled"] for group in settled["settled"]["groups"]} == {60}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_what_was_counted_too_often_becomes_a_gap(tmp_path: Path, mark: str) -> None:
    """Two hundred are measured as dark, surely; a person sees that hardly any is."""
    records = [
        Record(f"p{n}", f"p{n}.jpg", attributes={"ita": Value(v, "measured", 0.9, v - 1, v + 1)})
        for n, v in enumerate([-50.0] * 200 + [29.0] * 100 + [48.0] * 200)
    ]
    document, table, roll = audited(records, 30)
    assert "ita=dark" not in {gap["words"] for gap in document["gaps"]}
    path = tmp_path / "sample.csv"
    lines = [f"p{n},p{n}.jpg,0,500,{'tan' if n < 290 else 'light'}" for n in range(0, 500, 2)]
    path.write_text("\n".join(["id,photo,stratum,stratum_size,ita", *lines]).replace(",", mark))
    settled, *_ = audited(records, 30, seen=read_sample(path, table, roll.ids))
    gap = next(gap for gap in settled["gaps"] if gap["words"] == "ita=dark")
    assert (gap["photographed"], gap["state"]) == (200, "uncovered")
    assert "ita=dark" in " ".join(settled["headlines"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,photo\np0,p0.jpg\n", "it lacks stratum, stratum_size"),
        ("", "lists no photographs"),
        ("id,photo,stratum,stratum_size,ita\nq,p.jpg,0,9,dark\n", "sample.csv:2  'q' is not in the data set"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,9,drak\n", "did you mean 'dark'"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,x,dark\n", "stratum_size must stay"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,9,\n", "nothing filled in"),
        ("id,photo,stratum,stratum_size,hat\np0,p.jpg,0,9,dark\n", "with an attribute that is counted"),
    ],
)
def test_lists_that_are_none(tmp_path: Path, text: str, words: str) -> None:
    records, _ = faces(1, 20)
    _, table, roll = audited(records, 3)
    path = tmp_path / "sample.csv"
    path.write_text(text)
    with pytest.raises(RequestError, match=words):
        read_sample(path, table, roll.ids)


def test_numbers_may_be_filled_in(tmp_path: Path) -> None:
    records, _ = faces(1, 20)
    _, table, roll = audited(records, 3)
    path = tmp_path / "sample.csv"
    path.write_text("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,20,-44\np1,p.jpg,0,20,brown\n")
    seen = read_sample(path, table, roll.ids)
    assert seen.codes["ita"].tolist() == [0, 1]
