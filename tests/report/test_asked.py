"""What an audit was asked is written into its document, and read from there as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from faceaug.report.asked import read_asked
from faceaug.report.making import Wishes, make_audit, write_audit
from faceaug.report.opening import open_data

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "eileen_collins.png"


def test_all_that_was_asked_is_found_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    rows = [f"{n}.jpg,{'M' if n % 3 else 'F'},{20 + n}" for n in range(12)]
    (data / "people.csv").write_text("\n".join(["photo,sex,age", *rows]) + "\n")
    (data / "words.yaml").write_text(
        "attributes:\n  gender: {column: sex, values: [female, male], synonyms: {female: [F], male: [M]}}\n"
    )
    (data / "census.csv").write_text("gender,share\nfemale,0.5\nmale,0.5\n")
    opened = open_data(data / "people.csv", vocabulary=data / "words.yaml")
    rules = ["age=<25 & gender=male"]
    wishes = Wishes(["gender", "age:25"], at_least=7, level=1, impossible=rules, target=str(data / "census.csv"))
    made = make_audit(opened, wishes)
    write_audit(made, tmp_path / "report", "people")
    asked = read_asked(tmp_path / "report")
    assert made.asked is not None
    assert (asked.by, asked.at_least, asked.level, asked.photographs) == (("gender", "age:25"), 7, 1, 12)
    assert asked.impossible == tuple(rules)
    assert asked.source.path.resolve() == data / "people.csv"
    assert asked.source.vocabulary is not None
    assert asked.source.vocabulary.resolve() == data / "words.yaml"
    assert Path(asked.target).resolve() == data / "census.csv"
    assert replace(asked, source=made.asked.source, target=made.asked.target) == made.asked


def test_whether_photographs_were_measured_is_kept(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(f"photo,club\n{SAMPLE},chess\n")
    opened = open_data(tmp_path / "people.csv", measure=True)
    write_audit(make_audit(opened, Wishes(["pose"])), tmp_path / "a.json", "people")
    assert read_asked(tmp_path / "a.json").source.measure
