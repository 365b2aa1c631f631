"""The list for a person: what is undecided first; read back, it corrects counts and decides."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceaug.coverage.axes import BINS, Axis
from faceaug.coverage.counts import Table, tabulate
from faceaug.coverage.listed import Seen, read_sample
from faceaug.coverage.report import audit
from faceaug.coverage.roll import Roll, roll_of
from faceaug.coverage.sample import choose, write_sample
from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.errors import RequestError
from faceaug.report.page.facts import state_words

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
        settled, *_ = audited(records, 45, seen=read_sample(path, table, roll))
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
    settled, *_ = audited(records, 30, seen=read_sample(path, table, roll))
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
    settled, *_ = audited(records, 30, seen=read_sample(path, table, roll))
    gap = next(gap for gap in settled["gaps"] if gap["words"] == "ita=dark")
    assert (gap["photographed"], gap["state"]) == (200, "uncovered")
    (group,) = (group for group in settled["settled"]["groups"] if group["words"] == "ita=dark")
    assert gap["missing"] == math.ceil(30 - group["estimate"]) > 0, "by the count that made it a gap"
    assert gap["surely"] + gap["might_be"] <= group["high"] < 30
    said = f"ita=dark (200 as measured, {group['estimate']:.0f} as corrected)"
    assert said in " ".join(settled["headlines"])
    assert state_words(gap) == f"{gap['missing']} missing"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,photo\np0,p0.jpg\n", "it lacks stratum, stratum_size"),
        ("", "lists no photographs"),
        ("id,photo,stratum,stratum_size,ita\nq,p.jpg,0,9,dark\n", "sample.csv:2  'q' is not in the data set"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,9,drak\n", "did you mean 'dark'"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,x,dark\n", "stratum_size must stay"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,20,\n", "nothing filled in"),
        ("id,photo,stratum,stratum_size,hat\np0,p.jpg,0,9,dark\n", "with an attribute that is counted"),
        ("id,photo,stratum,stratum_size,ita,hat\np0,p.jpg,0,20,dark,no\n", "asks for hat, which --by does not name"),
        (
            "id,photo,stratum,stratum_size,ita\np0,p.jpg,0,20,dark\np1,p.jpg,0,20,dark\np0,p.jpg,0,20,dark\n",
            "sample.csv:4  'p0' was there before, at line 2",
        ),
        (
            "id,photo,stratum,stratum_size,ita\np0,p.jpg,0,19,dark\np1,p.jpg,1,1,dark\np2,p.jpg,1,1,dark\n",
            "sample.csv:3  stratum 1 has 1 photographs, but 2 are listed",
        ),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,19,dark\n", r"was drawn from 19 photographs .* there are 20;"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,21,dark\n", r"was drawn from 21 photographs .* there are 20;"),
        ("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,20,nan\n", "ita is never 'nan'"),
    ],
)
def test_lists_that_are_none(tmp_path: Path, text: str, words: str) -> None:
    records, _ = faces(1, 20)
    records.append(Record("drawn", "d.jpg", origin="rendered", attributes={"ita": Value(20.0)}))
    _, table, roll = audited(records, 3)
    path = tmp_path / "sample.csv"
    path.write_text(text)
    with pytest.raises(RequestError, match=words):
        read_sample(path, table, roll)


def test_numbers_may_be_filled_in(tmp_path: Path) -> None:
    records, _ = faces(1, 20)
    _, table, roll = audited(records, 3)
    path = tmp_path / "sample.csv"
    path.write_text("id,photo,stratum,stratum_size,ita\np0,p.jpg,0,20,-44\np1,p.jpg,0,20,brown\n")
    seen = read_sample(path, table, roll)
    assert seen.codes["ita"].tolist() == [0, 1]


def of_strata_alone(seen: Seen) -> Seen:
    """The same list as if nobody could find its strata again."""
    return replace(seen, strata=tuple(f"s{n}" for n in seen.strata), sizes={f"s{n}": k for n, k in seen.sizes.items()})


def mixed(seed: int, told: int, count: int = 400) -> tuple[list[Record], dict[str, str]]:
    """People of whom so many have told their group; of the others nobody knows it."""
    rng = np.random.default_rng(seed)  # noqa: TID251 - a simulation
    truth = {f"p{n}": str(word) for n, word in enumerate(rng.choice(["rare", "other"], count, p=[0.1, 0.9]))}
    known = {name: {"g": Value(word)} if n < told else {} for n, (name, word) in enumerate(truth.items())}
    return [Record(name, f"{name}.jpg", attributes=values) for name, values in known.items()], truth


@pytest.mark.parametrize("at_least", [30, 20])
def test_what_was_told_is_certain_whatever_the_list_says(tmp_path: Path, at_least: int) -> None:
    """A person who looks sees `other` in all; those who told stay what they told, and nobody is asked about them."""
    records, truth = mixed(6, 300)
    axes = [Axis("g", ("rare", "other"))]
    table = tabulate(records, axes)
    roll = roll_of(records, table)
    told = [truth[f"p{n}"] for n in range(300)].count("rare")
    gaps = audit(table, 30, level=1, roll=roll)["gaps"] or [{"state": "undecided", "where": {"g": ["rare"]}}]
    sample = choose(table, roll, gaps, 40)
    assert sample is not None
    assert sample.rows.min() >= 300
    assert sum(sample.sizes.values()) == 100
    path = tmp_path / "sample.csv"
    write_sample(path, sample, roll)
    rows = list(csv.DictReader(path.open()))
    text = [",".join([*list(row.values())[:4], "other"]) for row in rows]
    path.write_text("\n".join(["id,photo,stratum,stratum_size,g", *text]))
    document = audit(table, at_least, level=1, roll=roll, seen=read_sample(path, table, roll))
    rare, other = document["settled"]["groups"]
    assert rare["told"] == told
    assert told <= rare["low"] <= rare["estimate"] == told < rare["high"] <= told + 60
    assert other["estimate"] == 400 - told
    assert (other["low"], other["high"]) == (400 - rare["high"], 400 - told)


def test_everything_that_was_told_leaves_nothing_to_the_list(tmp_path: Path) -> None:
    """Two attributes, of which one was told of all: the list is about the other, and its groups are exact."""
    records, truth = mixed(1, 400)
    records = [
        Record(r.id, r.photo, attributes={**r.attributes, **({} if n % 2 else {"hat": Value("no")})})
        for n, r in enumerate(records)
    ]
    table = tabulate(records, [Axis("g", ("rare", "other")), Axis("hat", ("no", "yes"))])
    roll = roll_of(records, table)
    path = tmp_path / "sample.csv"
    lines = [f"p{n},p{n}.jpg,0,200,other,no" for n in range(1, 61, 2)]
    path.write_text("\n".join(["id,photo,stratum,stratum_size,g,hat", *lines]))
    document = audit(table, 30, level=1, roll=roll, seen=read_sample(path, table, roll))
    rare = document["settled"]["groups"][0]
    count = list(truth.values()).count("rare")
    assert rare["told"] == rare["low"] == rare["estimate"] == rare["high"] == count
    # Where the strata cannot be found again, what is told beside the list is known, and in it that of its rows.
    other = audit(table, 30, level=1, roll=roll, seen=of_strata_alone(read_sample(path, table, roll)))
    rare = other["settled"]["groups"][0]
    assert rare["told"] == sum(truth[f"p{n}"] == "rare" for n in range(0, 400, 2))
    assert rare["low"] <= count <= rare["high"]


def test_what_a_measurement_says_narrows_the_limits_and_they_hold(tmp_path: Path) -> None:
    """Thirty data sets: the same lists, with the measurements and with the strata alone."""
    width: dict[bool, list[float]] = {True: [], False: []}
    held: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(30):
        records, truth = faces(seed)
        document, table, roll = audited(records, 45)
        sample = choose(table, roll, document["gaps"], 300)
        assert sample is not None
        path = tmp_path / "sample.csv"
        write_sample(path, sample, roll)
        filled(path, truth)
        seen = read_sample(path, table, roll)
        for used in (True, False):
            settled = audited(records, 45, seen=seen if used else of_strata_alone(seen))[0]["settled"]
            assert settled["by_measurement"] is used
            for group in settled["groups"]:
                count = truth.count(group["where"]["ita"][0])
                held[used].append(group["low"] <= count <= group["high"])
                width[used].append(group["high"] - group["low"])
    assert len(width[True]) == len(width[False]) == 180
    assert np.mean(held[True]) >= 0.93
    assert np.mean(width[True]) < 0.9 * np.mean(width[False])
