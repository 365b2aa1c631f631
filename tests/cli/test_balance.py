"""`faceaug balance`: from photographs to a version of a data set, in one command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faceaug.data.manifest import read_manifest
from tests.cli.conftest import Command
from tests.recipe.runs import contents


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


def nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on neither a plan nor a picture can be made."""

    def again(*_: object, **__: object) -> None:
        pytest.fail("it is done again")

    monkeypatch.setattr("faceaug.plan.balance.make_plan", again)
    monkeypatch.setattr("faceaug.plan.augment.rounds.make", again)


def test_what_is_done_is_told_again_and_not_made_again(
    faceaug: Command, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("--by", "glasses", "--at-least", "1", "--level", "1", "--cache", tmp_path / "cache")
    first = faceaug("balance", samples, "-o", tmp_path / "dataset", *asked)
    before = contents(tmp_path / "dataset")
    nothing_more(monkeypatch)
    again = faceaug("balance", samples, "-o", tmp_path / "dataset", *asked)
    assert (again.exit_code, again.stdout) == (first.exit_code, first.stdout)
    assert "carried out already: version 0001" in again.stderr
    assert contents(tmp_path / "dataset") == before
    monkeypatch.undo()
    other = faceaug("balance", samples, "-o", tmp_path / "dataset", *asked, "--seed", "1", "--json")
    assert json.loads(other.stdout)["version"] == "0002", "another request is another version"


def test_what_was_stopped_goes_on_with_its_own_plan_to_the_same_bytes(
    faceaug: Command, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("--by", "glasses", "--at-least", "1", "--level", "1", "--cache", tmp_path / "cache")
    assert faceaug("balance", samples, "-o", tmp_path / "whole", *asked).exit_code == 0

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("faceaug.plan.augment.augment.Versions.commit", stop)
        stopped = faceaug("balance", samples, "-o", tmp_path / "stopped", *asked)
    assert stopped.exit_code == 130
    other = faceaug("balance", samples, "-o", tmp_path / "stopped", *asked, "--seed", "1")
    assert other.exit_code == 2
    assert "unfinished work with another plan, request; finish it by the command that began it" in other.stderr
    nothing_more(monkeypatch)
    done = faceaug("balance", samples, "-o", tmp_path / "stopped", *asked)
    assert done.exit_code == 0, done.output
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")


@pytest.mark.parametrize("name", ["photos", "photos/set", "."])
def test_the_photographs_folder_is_no_data_set(faceaug: Command, photos: Path, tmp_path: Path, name: str) -> None:
    before = contents(tmp_path)
    done = faceaug("balance", photos, "-o", tmp_path / name, "--cache", tmp_path / "cache", "--by", "glasses")
    assert done.exit_code == 2
    assert done.stderr.startswith(str(tmp_path / name))
    assert contents(tmp_path) == before, "not even measured"


def test_balance_without_photographs_is_one_clear_line(faceaug: Command, tmp_path: Path) -> None:
    done = faceaug("balance", tmp_path / "nowhere", "-o", tmp_path / "dataset", "--by", "glasses")
    assert done.exit_code == 2
    assert "nowhere" in done.output
    assert "Traceback" not in done.output


def test_of_a_data_set_that_lacks_nothing_there_is_no_further_version(
    faceaug: Command, samples: Path, tmp_path: Path
) -> None:
    asked = ("--by", "glasses", "--at-least", "1", "--level", "1", "--cache", tmp_path / "cache", "--json")
    out = tmp_path / "dataset"
    first = json.loads(faceaug("balance", samples, "-o", out, *asked).stdout)
    before = contents(out)
    assert (first["version"], first["photographs"], first["made"]) == ("0001", 2, 1)
    again = json.loads(faceaug("balance", out, "-o", out, *asked).stdout)
    assert (again["version"], again["photographs"], again["made"]) == ("0001", 2, 0), "a rendering is no photograph"
    assert contents(out) == before
    more = json.loads(faceaug("balance", out, "-o", out, *asked, "--at-least", "2", "--share", "0.6").stdout)
    assert (more["version"], more["photographs"]) == ("0002", 2)
