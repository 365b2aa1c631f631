"""`faceaug augment`: a plan becomes a version; what is wrong with the request is one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from faceaug.data.manifest import write_manifest
from faceaug.data.versions import Versions
from faceaug.plan import attempt
from faceaug.plan.gate import Verdict
from faceaug.plan.gate.check import Check
from faceaug.plan.plan import Plan, write_plan
from tests.cli.conftest import Command
from tests.plan.conftest import photos, plan, toy, toy_edits, toy_gate, toy_module
from tests.plan.toys import records_of
from tests.recipe.runs import contents

__all__ = ["photos", "plan", "toy", "toy_edits", "toy_gate", "toy_module"]


@pytest.fixture
def words(plan: Plan, tmp_path: Path) -> list[str]:
    """A command that makes a data set of the toy plan."""
    manifest = write_manifest(records_of(plan.root), plan.root)[0]
    file = write_plan(tmp_path / "plan.json", plan)
    return ["augment", str(file), "-o", str(tmp_path / "set"), "--manifest", str(manifest)]


def test_a_plan_becomes_a_version(words: list[str], faceaug: Command, tmp_path: Path) -> None:
    result = faceaug(*words, "--attempts", "9")
    assert result.exit_code == 0, result.output
    assert "8 of 8 planned" in result.stdout
    assert str(tmp_path / "set" / "versions" / "0001") in result.stdout
    assert result.stderr == ""
    again = faceaug(*words)
    assert again.exit_code == 0
    assert "carried out already: version 0001" in again.stderr


def test_the_outcome_as_json(words: list[str], faceaug: Command, tmp_path: Path) -> None:
    result = faceaug(*words, "--attempts", "9", "--json")
    told = json.loads(result.stdout)
    assert (told["version"], told["planned"], told["made"]) == ("0001", 8, 8)
    stored = json.loads(Versions.open(tmp_path / "set").document("outcome.json"))
    assert stored.items() <= told.items()
    assert json.loads(faceaug(*words, "--json").stdout) == told


def test_what_a_kill_in_the_last_step_left_is_taken_away(words: list[str], faceaug: Command, tmp_path: Path) -> None:
    faceaug(*words)
    left = tmp_path / "set" / ".work" / "pictures"
    left.mkdir(parents=True)
    assert "carried out already" in faceaug(*words).stderr
    assert not left.parent.exists(), "run.json was gone already"
    left.mkdir(parents=True)
    left.with_name("run.json").write_text('{"plan": "another"}')
    assert "carried out already" in faceaug(*words).stderr
    assert left.exists(), "that is somebody else's"


def test_a_shortfall_is_told_and_exits_3(words: list[str], faceaug: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "judge", lambda *_: Verdict((Check("seam", 3.0, 1.0, "there is a seam"),)))
    result = faceaug(*words, "--attempts", "1")
    assert result.exit_code == 3
    assert "missing   8 of 8 with freckles=present (rejected by: seam 12)" in result.stderr
    assert "0 of 8 planned" in result.stdout
    again = faceaug(*words, "--attempts", "1")
    assert (again.exit_code, again.stdout) == (3, result.stdout), "told again, it is no better than it was"
    assert result.stderr in again.stderr


def test_a_photograph_that_is_gone_is_named(words: list[str], photos: list[Path], faceaug: Command) -> None:
    photos[0].unlink()
    result = faceaug(*words, "--attempts", "9")
    assert result.exit_code == 3
    assert "left out  " in result.stderr
    assert "skipped   face_0.png  " in result.stderr
    assert "Traceback" not in result.output


def test_a_plan_of_other_photographs_exits_2(words: list[str], plan: Plan, faceaug: Command, tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.json", replace(plan, entries=(replace(plan.entries[0], source="nobody"),)))
    result = faceaug(*words)
    assert result.exit_code == 2
    assert "1 photographs of the plan are not among those given: nobody" in result.stderr
    assert faceaug("augment", "no_such.json", "-o", str(tmp_path / "set")).exit_code == 2


@pytest.mark.parametrize("more", [(), ("--manifest",)])
def test_a_folder_of_something_else_is_refused_and_left_alone(
    words: list[str], plan: Plan, faceaug: Command, more: tuple[str, ...]
) -> None:
    before = contents(plan.root)
    inside = "holds face_0.png, face_1.png, face_2.png, ..., and is no data set" if more else "the folder of the photog"
    asked = [*words[:2], "-o", plan.root, *words[4 : 4 + 2 * len(more)]]
    result = faceaug(*asked)
    assert result.exit_code == 2
    assert inside in result.stderr
    if not more:
        asked[3] = plan.root / "set"
        assert "where photographs are looked for" in faceaug(*asked).stderr
    assert contents(plan.root) == before


def test_photographs_are_those_that_were_planned_with_and_keep_their_labels(
    samples: Path, faceaug: Command, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("photo,subject,split,badge\neileen_collins.png,her,train,a\ngrace_hopper.jpg,him,test,b\n")
    asked = ("--by", "glasses", "--at-least", "1", "--level", "1", "--share", "0.9", "--cache", tmp_path / "cache")
    done = faceaug("plan", samples, "--labels", labels, "-o", tmp_path / "sub" / "plan.json", *asked)
    assert done.exit_code == 0, done.output
    made = faceaug("augment", tmp_path / "sub" / "plan.json", "-o", tmp_path / "set", "--cache", tmp_path / "cache")
    assert made.exit_code == 0, made.output
    records = Versions.open(tmp_path / "set").records()
    assert [(r.subject, r.split, r.attributes["badge"].value) for r in records if r.origin == "camera"] == [
        ("her", "train", "a"),
        ("him", "test", "b"),
    ]
    assert {(r.subject, r.split) for r in records if r.origin == "rendered"} == {("her", "train")}
    again = faceaug("plan", tmp_path / "set", "--by", "glasses", "--at-least", "2", "-o", tmp_path / "more.json")
    assert again.exit_code == 0, again.output
    other = faceaug("augment", tmp_path / "more.json", "-o", tmp_path / "other")
    assert other.exit_code == 0, "photographs of another data set can be planned with"
    assert {"her", "him"} == {record.subject for record in Versions.open(tmp_path / "other").records()}
