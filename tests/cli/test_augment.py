"""`faceaug augment`: a plan becomes a version; what is wrong with the request is one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from faceaug.data.manifest import write_manifest
from faceaug.data.versions import Versions
from faceaug.plan.augment import attempt
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
    assert f"skipped   {photos[0]} cannot be read" in result.stderr
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


def test_pictures_of_another_form_are_not_passed_off_as_those(words: list[str], faceaug: Command) -> None:
    assert faceaug(*words, "--attempts", "9").exit_code == 0
    other = faceaug(*words, "--format", "png", "--quality", "80")
    assert other.exit_code == 2
    assert "--format   is png, but version 0001 of" in other.stderr
    assert "was made with jpg" in other.stderr
    assert "--quality  is 80" in other.stderr
    made = faceaug(*words, "--format", "png", "--attempts", "9", "--no-resume")
    assert made.exit_code == 0, made.output
    assert "versions/0002" in Path(made.stdout.split()[-1]).as_posix() or "0002" in made.stdout


def test_a_device_that_there_is_not_is_refused_before_anything(
    words: list[str], faceaug: Command, tmp_path: Path
) -> None:
    for device, what in (("gpu", "cpu, cuda, cuda:1"), ("cuda:77", "a GPU that there is")):
        done = faceaug(*words, "--device", device)
        assert done.exit_code == 2
        assert f"device is '{device}', but must be" in done.stderr
        assert what in done.stderr
        assert not (tmp_path / "set").exists()


def test_a_folder_is_no_plan(faceaug: Command, tmp_path: Path) -> None:
    done = faceaug("augment", tmp_path, "-o", tmp_path / "set")
    assert done.stderr.startswith(f"{tmp_path}  is a folder; a plan is a JSON file")


def test_once_a_photograph_is_back_it_can_be_made_again(
    samples: Path, faceaug: Command, tmp_path: Path, portrait: Image.Image
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    portrait.save(folder / "her.png")
    (folder / "him.jpg").write_bytes((samples / "grace_hopper.jpg").read_bytes())
    asked = ("--by", "glasses", "--at-least", "1", "--level", "1", "--share", "0.9", "--cache", tmp_path / "cache")
    faceaug("plan", folder, "-o", tmp_path / "plan.json", *asked)
    words = ("augment", tmp_path / "plan.json", "-o", tmp_path / "set", "--cache", tmp_path / "cache")
    (folder / "him.jpg").rename(tmp_path / "away.jpg")
    first = faceaug(*words)
    (tmp_path / "away.jpg").rename(folder / "him.jpg")
    again = faceaug(*words)
    assert "carried out already" in again.stderr
    assert again.exit_code == first.exit_code
    whole = faceaug(*words, "--no-resume")
    assert whole.exit_code == 0, whole.output
    photographs = [one for one in Versions.open(tmp_path / "set").records() if one.origin == "camera"]
    assert [one.id for one in photographs] == ["her", "him"]


def test_a_second_plan_that_knows_nothing_of_the_first_is_refused_before_the_work(
    words: list[str], plan: Plan, faceaug: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert faceaug(*words, "--attempts", "9").exit_code == 0
    write_plan(tmp_path / "plan.json", replace(plan, entries=plan.entries[:3]))
    before = contents(tmp_path / "set")
    monkeypatch.setattr("faceaug.plan.augment.rounds.make", lambda *_, **__: pytest.fail("it is made in vain"))
    done = faceaug(*words[:-2])
    assert done.exit_code == 2
    assert "pictures bear the names of pictures that there are already: p000, p001, p002" in done.stderr
    assert "plan for the data set itself" in done.stderr
    assert contents(tmp_path / "set") == before


def test_a_version_that_lacks_a_picture_gets_it_back(words: list[str], faceaug: Command, tmp_path: Path) -> None:
    faceaug(*words, "--attempts", "9")
    before = contents(tmp_path / "set")
    next((tmp_path / "set" / "objects").rglob("*.jpg")).unlink()
    again = faceaug(*words, "--attempts", "9")
    assert (again.exit_code, again.stderr) == (0, "")
    assert contents(tmp_path / "set") == before


@pytest.mark.parametrize("name", ["plan.json", "outcome.json", "run.json"])
def test_a_version_that_was_tampered_with_is_named(
    words: list[str], faceaug: Command, tmp_path: Path, name: str
) -> None:
    faceaug(*words, "--attempts", "9")
    path = tmp_path / "set" / "versions" / "0001" / name
    path.write_bytes(path.read_bytes() + b"x")
    done = faceaug(*words, "--attempts", "9")
    assert done.exit_code == 2
    assert f"{path}  has been changed" in done.stderr
    assert "see `faceaug versions check`" in done.stderr
