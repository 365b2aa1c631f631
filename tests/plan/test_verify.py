"""Verification: what is different is found, what is alike is called alike, agreement is what its definition says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.errors import RequestError
from faceaug.plan.verify.agreement import agreement, kappa, paired
from faceaug.plan.verify.cells import cell_changes
from faceaug.plan.verify.giveaway import giveaway
from faceaug.plan.verify.likeness import likeness
from faceaug.plan.verify.recount import recount
from faceaug.plan.verify.replaying import chosen, file_faults


def photograph(name: str, measured: dict[str, str] | None = None, **words: object) -> Record:
    attributes = {key: value if isinstance(value, Value) else Value(value) for key, value in words.items()}  # type: ignore[arg-type]
    readings = {key: {"value": value, "reliability": 0.9} for key, value in (measured or {}).items()}
    return Record(id=name, photo=f"{name}.png", subject=name, attributes=attributes, measured=readings)


def rendering(parent: Record, measured: dict[str, str] | None = None, **words: Value) -> Record:
    readings = {key: {"value": value, "reliability": 0.9} for key, value in (measured or {}).items()}
    name = f"{parent.id}_v0"
    return parent.child(name, f"{name}.png", recipe="r", attributes=words, measured=readings)


def test_kappa_of_two_words_is_cohens() -> None:
    """50 pictures, 20 + 15 agreed: 0.7 seen, 0.5 by chance (Cohen 1960's textbook table)."""
    assert kappa(np.array([[20.0, 5.0], [10.0, 15.0]]), ordered=False) == pytest.approx(0.4)


def test_quadratic_kappa_is_the_concordance_of_ranks() -> None:
    """Fleiss and Cohen 1973: with quadratic weights it is 2 s_xy / (s_x^2 + s_y^2 + (mean difference)^2)."""
    table = np.array([[9.0, 3, 1, 0], [2, 8, 4, 1], [0, 3, 7, 2], [1, 0, 2, 5]])
    x = np.concatenate([[i] * int(table[i, j]) for i in range(4) for j in range(4)])
    y = np.concatenate([[j] * int(table[i, j]) for i in range(4) for j in range(4)])
    covariance = float(((x - x.mean()) * (y - y.mean())).mean())
    concordance = 2 * covariance / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    assert kappa(table, ordered=True) == pytest.approx(concordance)


def test_kappa_of_one_word_alone_is_unknown() -> None:
    assert np.isnan(kappa(np.array([[5.0, 0], [0, 0]]), ordered=True))


def shown(number: int, name: str, word: str) -> Record:
    return Record(id=f"p{number}", photo=f"p{number}.png", subject=f"p{number}", attributes={name: Value(word)})


def pairs_of(labels: list[str], seen: list[str], name: str = "skin_tone") -> list[tuple[Record, Record]]:
    return [
        (shown(number, name, label), shown(number, name, human))
        for number, (label, human) in enumerate(zip(labels, seen, strict=True))
    ]


def test_agreement_with_people() -> None:
    found = agreement(pairs_of(["light", "tan", "dark", "dark"] * 5, ["light", "brown", "dark", "light"] * 5))
    row = found["skin_tone"]["both"]
    assert row["exact"]["value"] == pytest.approx(0.5)
    assert row["neighbour"]["value"] == pytest.approx(0.75)
    assert row["weights"] == "quadratic"
    assert row["confusion"]["tan"]["brown"] == 5
    for name in ("exact", "neighbour", "kappa"):
        assert row[name]["low"] <= row[name]["value"] <= row[name]["high"]
    assert row == agreement(pairs_of(["light", "tan", "dark", "dark"] * 5, ["light", "brown", "dark", "light"] * 5))[
        "skin_tone"
    ]["both"]  # fmt: skip


def test_unordered_words_have_no_neighbours() -> None:
    row = agreement(pairs_of(["none", "clear"], ["none", "tinted"], "glasses"))["glasses"]["photographed"]
    assert "neighbour" not in row
    assert row["weights"] == "none"


def test_readings_too_unreliable_to_count_agree_with_nobody() -> None:
    pairs = pairs_of(["none", "clear", "clear", "none"], ["none", "clear", "none", "clear"], "glasses")
    doubtful = [
        (replace(record, attributes={"glasses": Value(str(record.attributes["glasses"].value), "measured", sure)}), row)
        for (record, row), sure in zip(pairs, (0.9, 0.9, 0.1, 0.0), strict=True)
    ]
    row = agreement(doubtful)["glasses"]["both"]
    assert (row["pictures"], row["people"]) == (2, 2)
    assert row["exact"]["value"] == 1
    assert "glasses" not in agreement(doubtful[2:])


def test_many_pictures_of_few_people_are_less_certain() -> None:
    many = pairs_of(["light", "dark"] * 20, ["light", "light"] * 20)
    few = [
        (Record.from_json({**record.as_dict(), "subject": f"{number % 4}"}), row)
        for number, (record, row) in enumerate(many)
    ]
    width = [found["exact"]["high"] - found["exact"]["low"] for found in
             (agreement(pairs)["skin_tone"]["both"] for pairs in (many, few))]  # fmt: skip
    assert width[1] > 1.5 * width[0]


def test_numbers_are_compared_by_their_difference() -> None:
    pairs = [(photograph(f"p{n}", ita=10.0 + n), photograph(f"p{n}", ita=12.0 + n)) for n in range(9)]
    assert agreement(pairs)["ita"]["both"]["difference"] == {"value": -2.0, "low": -2.0, "high": -2.0}


def test_rows_find_their_pictures() -> None:
    records = [photograph("a/one", glasses="none"), photograph("b/two", glasses="clear")]
    for name in ("a/one", "one.png", "one", "a/one.jpg", "elsewhere/a/one.png"):
        row = Record(id=name, photo=name, attributes={"glasses": Value("none")})
        assert paired(records, [row], "table")[0][0].id == "a/one"
    for names in (["elsewhere/one.png"], ["set/a/one.png", "one.png"], ["a/one", "one.png"]):
        rows = [Record(id=name, photo=name, attributes={"glasses": Value("none")}) for name in names]
        with pytest.raises(RequestError, match=r"rows are about no picture here, such as '(elsewhere|set/a|one)"):
            paired(records, rows, "table")
    twice = [Record(id=name, photo="one.png", attributes={"glasses": Value("none")}) for name in "12"]
    assert len(paired(records, twice, "table")) == 2, "two people looked at it"
    with pytest.raises(RequestError, match="1 rows are about no picture here"):
        paired(records, [Record(id="x", photo="x", attributes={"glasses": Value("none")})], "table")
    with pytest.raises(RequestError, match="has beard; none is among glasses"):
        paired(records, [Record(id="a/one", photo="", attributes={"beard": Value("none")})], "table")


def test_recount_finds_what_an_edit_promised_and_did_not_do() -> None:
    ann = photograph("ann", {"glasses": "none"}, glasses="none")
    good = rendering(ann, {"glasses": "clear"}, glasses=Value("clear", "rendered"))
    bob = photograph("bob", {"glasses": "none"}, glasses="none")
    bad = rendering(bob, {"glasses": "none"}, glasses=Value("clear", "rendered"))
    found = recount([ann, good, bob, bad])
    assert [row["id"] for row in found["contradictions"]] == ["bob_v0"]
    assert found["attributes"]["glasses"] == {
        "none": {"labelled": [2, 0], "measured": [2, 1]},
        "clear": {"labelled": [0, 2], "measured": [0, 1]},
    }
    fresh = {"ann_v0": {"glasses": {"value": "tinted", "reliability": 1.0}}}
    assert len(recount([ann, good, bob, bad], fresh)["contradictions"]) == 2


def test_recount_does_not_blame_a_rendering_for_its_photograph() -> None:
    ann = photograph("ann", {"expression": "smiling"}, expression="neutral")
    found = recount([ann, rendering(ann, {"expression": "smiling"})])
    assert found["contradictions"] == []
    assert found["photographs"] == {"expression": 1}


def test_a_label_that_was_measured_is_not_contradicted_by_a_second_look() -> None:
    ann = photograph("ann", light="front")
    fresh = {"ann_v0": {"light": {"value": "left", "reliability": 0.9}}}
    for label, count in ((Value("front", "measured"), 0), (Value("front", "rendered"), 1)):
        one = rendering(ann, {"light": "front"}, light=label)
        assert len(recount([ann, one], fresh)["contradictions"]) == count


def test_unreliable_measurements_contradict_nothing() -> None:
    ann = photograph("ann", glasses="none")
    drawn = ann.child("v", "v.png", recipe="r", measured={"glasses": {"value": "clear", "reliability": 0.1}})
    assert recount([ann, drawn])["contradictions"] == []


def test_likeness() -> None:
    people = [photograph(f"p{n}", glasses="none" if n % 2 else "clear", yaw=float(n), sitter=f"{n}") for n in range(40)]
    same = [rendering(person) for person in people]
    assert {name: row["distance"] for name, row in likeness([*people, *same]).items()} == {"glasses": 0.0, "yaw": 0.0}
    other = [rendering(person, glasses=Value("clear", "rendered"), yaw=Value(90.0, "rendered")) for person in people]
    found = likeness([*people, *other])
    assert found["glasses"]["distance"] == pytest.approx(0.5)
    assert found["glasses"]["shares"]["clear"] == [0.5, 1.0]
    assert found["yaw"]["distance"] == 1.0
    assert likeness(people) == {}


def test_cells_that_changed() -> None:
    ann, bob = photograph("ann", glasses="none", light="left"), photograph("bob", glasses="clear", light="left")
    drawn = rendering(ann, glasses=Value("clear", "rendered"))
    assert cell_changes([ann, bob], [ann, bob, drawn], ["glasses", "light"]) == [
        {"where": {"glasses": "clear", "light": "left"}, "photographed": [1, 1], "rendered": [0, 1]}
    ]


def test_a_label_that_an_edit_has_set_is_not_excused_by_the_photograph() -> None:
    bare = photograph("a", {"glasses": "none"}, glasses="none")
    worn = rendering(bare, {"glasses": "none"}, glasses=Value("clear", "rendered"))
    [found] = recount([bare, worn])["contradictions"]
    assert (found["id"], found["label"], found["measured"]) == ("a_v0", "clear", "none")


def test_changed_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"a")
    (tmp_path / "b.png").write_bytes(b"b")
    digest = hashlib.sha256(b"a").hexdigest()
    records = [Record(id=name, photo=f"{name}.png", sha256=digest) for name in "abc"]
    assert [fault["id"] for fault in file_faults(records, tmp_path)] == ["b", "c"]


def test_the_sample_is_the_same_every_time_and_in_any_order() -> None:
    records = [rendering(photograph(f"p{n}")) for n in range(50)]
    names = [record.id for record in chosen(records, 7)]
    assert names == [record.id for record in chosen(records[::-1], 7)]
    assert len(set(names)) == 7
    assert len(chosen(records, 100)) == 50


def noise(key: int) -> np.ndarray:
    """Smooth shades and some grain, from a hash."""
    data = b"".join(hashlib.sha256(f"{key} {n}".encode()).digest() for n in range(96 * 96 // 32))
    grain = np.frombuffer(data, np.uint8).reshape(96, 96).astype(float)
    ramp = np.linspace(60, 180, 96)[None] + np.linspace(0, 20, 96)[:, None]
    return np.repeat((ramp + (grain - 128) / 16)[..., None], 3, 2).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(("flat", "low", "high"), [(True, 0.95, 1.0), (False, 0.0, 0.7)])
def test_renderings_that_lost_their_grain_are_told(tmp_path: Path, flat: bool, low: float, high: float) -> None:
    records = []
    for number in range(16):
        person = photograph(f"p{number}", glasses="none")
        for record, key in ((person, number), (rendering(person), number + 100)):
            pixels = noise(key)
            if flat and record.origin == "rendered":
                pixels = pixels // 8 * 8
            Image.fromarray(pixels).save(tmp_path / record.photo)
            records.append(record)
    found = giveaway(records, tmp_path, by=("glasses", "light"))
    assert low <= found["overall"]["auc"] <= high
    assert [(row["attribute"], row["value"]) for row in found["groups"]] == [("glasses", "none")]
    seen: list[int] = []
    few = giveaway(records[:6], tmp_path, progress=lambda done, _: seen.append(done))
    assert "too few" in few["overall"]["why"]
    assert not seen, "no file is read where that can be said without"
