"""`faceaug balance`: from photographs to a version of a data set, in one command."""

from __future__ import annotations

import json
from pathlib import Path

from faceaug.data.manifest import read_manifest
from tests.cli.conftest import Command


def test_balance_fills_what_can_be_filled_and_says_the_rest(faceaug: Command, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "dataset"
    asked = ("--by", "glasses", "--at-least", "1", "--level", "1", "--json")
    done = faceaug("balance", samples, "-o", out, "--cache", tmp_path / "cache", *asked)
    document = json.loads(done.stdout)
    records = read_manifest(out / "versions" / document["version"] / "manifest.jsonl", check_files=False)
    drawn = [record for record in records if record.origin == "rendered"]
    assert done.exit_code == 0, done.output
    assert {record.origin for record in records} == {"camera", "rendered"}
    assert {record.attributes["glasses"].value for record in drawn} == {"tinted"}


def test_balance_measures_the_photographs_of_a_manifest_too(faceaug: Command, samples: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"photo,subject\n{samples.resolve() / 'eileen_collins.png'},her\n")
    asked = ("--by", "glasses", "--at-least", "1", "--level", "1", "--cache", tmp_path / "cache", "--json")
    done = faceaug("balance", table, "-o", tmp_path / "dataset", *asked)
    assert done.exit_code == 1, "of one photograph at most one rendering, so that one kind stays open"
    groups = json.loads(done.stdout)["groups"]
    assert [(one["where"], one["before"]) for one in groups] == [
        ({"glasses": ["clear"]}, 0),
        ({"glasses": ["tinted"]}, 0),
    ]


def test_balance_without_photographs_is_one_clear_line(faceaug: Command, tmp_path: Path) -> None:
    done = faceaug("balance", tmp_path / "nowhere", "-o", tmp_path / "dataset", "--by", "glasses")
    assert done.exit_code == 2
    assert "nowhere" in done.output
    assert "Traceback" not in done.output
