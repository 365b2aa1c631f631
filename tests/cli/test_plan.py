"""`faceaug plan`: a plan's file, words about it, and one line for every mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from faceaug.data.manifest import write_manifest
from faceaug.plan.plan import read_plan
from tests.cli.conftest import Command
from tests.plan.crowd import crowd, person


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest of photographs that nobody has."""
    write_manifest(crowd(40, "cli"), tmp_path / "set")
    return tmp_path / "set" / "manifest.csv"


def test_a_plan_is_written_and_told(faceaug: Command, manifest: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    done = faceaug("plan", manifest, "--by", "glasses,freckles", "--at-least", "6", "-o", out)
    assert done.exit_code == 0, done.output
    assert "at least 6 pictures of every combination of up to 2 attributes" in done.output
    assert "no plan that fills as much costs less" in done.output
    assert "glasses=tinted & freckles=present" in done.output
    plan = read_plan(out)
    assert plan.root.resolve() == manifest.parent.resolve()
    assert plan.entries
    assert plan.entries[0].photo.startswith("faces/")


def test_a_plan_says_whose_photographs_it_counts(faceaug: Command, tmp_path: Path) -> None:
    split = [replace(record, split="test" if number % 4 == 0 else "train") for number, record in enumerate(crowd(40))]
    write_manifest(split, tmp_path / "set")
    done = faceaug("plan", tmp_path / "set/manifest.csv", "--by", "glasses", "--at-least", "6")
    assert "Counted and edited: the photographs of the split 'train' alone." in done.output


@pytest.mark.parametrize("command", ["plan", "balance"])
def test_what_a_plan_advises_can_be_asked_of_both(
    command: str, faceaug: Command, manifest: Path, tmp_path: Path
) -> None:
    done = faceaug(command, manifest, "--by", "glasses", "--vary", "lightning", "-o", tmp_path / "out.json")
    assert done.exit_code == 2
    assert "there is no edit 'lightning'; did you mean 'lighting'?" in done.stderr


def test_the_plan_as_one_document(faceaug: Command, manifest: Path) -> None:
    done = faceaug("plan", manifest, "--by", "glasses", "--at-least", "6", "--json")
    document = json.loads(done.stdout)
    assert document["format"] == "faceaug plan 1"
    assert document["plan"] is None
    assert document["options"]["per_photo"] == 3


def test_gaps_that_stay_can_be_an_exit_code(faceaug: Command, tmp_path: Path) -> None:
    write_manifest([person(f"p{n}", beard="yes" if n < 2 else "no") for n in range(9)], tmp_path)
    words = ("plan", tmp_path / "manifest.csv", "--by", "beard,glasses", "--level", "1", "--at-least", "9")
    done = faceaug(*words, "--share", "0.8", "--fail-on-gaps")
    assert done.exit_code == 1
    assert "What stays too small, and why:" in done.output
    assert "beard=yes  1 missing: beard=yes: no edit sets it; variants per photograph is at most 3" in done.output
    assert faceaug(*words).exit_code == 0


def test_requirements_of_a_model_are_a_target(faceaug: Command, manifest: Path, tmp_path: Path) -> None:
    file = tmp_path / "asked.yaml"
    file.write_text("requirements:\n- where: {glasses: tinted}\n  need: 5\n")
    done = faceaug("plan", manifest, "--by", "glasses", "--requirements", file, "--json")
    assert [group["need"] for group in json.loads(done.stdout)["predicted"]] == [5]
    both = faceaug("plan", manifest, "--by", "glasses", "--requirements", file, "--target", "uniform")
    assert both.exit_code == 2
    assert "--requirements  is a target of its own; leave --target out" in both.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "glases"), "glases  is an attribute of no picture; did you mean 'glasses'?"),
        (("--by", "yaw:a,b"), "yaw"),
        (("--by", "glasses", "--target", "unifrom"), "did you mean 'uniform'?"),
        (("--by", "glasses", "--split", "trian"), "--split  no photograph is of 'trian'"),
        (("--by", "glasses", "--vary", "lightning"), "--vary  there is no edit 'lightning'; did you mean 'lighting'?"),
        (("--by", "glasses", "--balance", "much"), "--balance  is 'much', but must be two shares, as in 0.2,0.3"),
        (("--by", "glasses", "--balance", "0.5,0.2"), "--balance  is (0.5, 0.2), but must be two ascending shares"),
        (("--by", "glasses", "--share", "1"), "--share  is 1.0, but must be within 0..1, and below 1"),
        (("--by", "glasses", "--per-photo", "0"), "--per-photo  is 0, but must be 1 or more"),
        (("--by", "glasses", "--edits", "7"), "--edits  is 7, but must be within 1..4"),
        (("--by", "glasses", "--requirements", "nowhere.yaml"), "nowhere.yaml  does not exist"),
        (("--by", "glasses", "--impossible", "glasses=round"), "glasses is never 'round'"),
        (("--by", "glasses", "--at-least", "0"), "--at-least"),
    ],
)
def test_a_mistake_is_one_line(faceaug: Command, manifest: Path, words: tuple[str, ...], said: str) -> None:
    done = faceaug("plan", manifest, *words)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_what_is_no_data_set_is_said(faceaug: Command, tmp_path: Path) -> None:
    done = faceaug("plan", tmp_path / "nothing.csv")
    assert done.exit_code == 2
    assert "nothing.csv" in done.output


def test_a_plan_takes_up_what_an_audit_found(faceaug: Command, manifest: Path, tmp_path: Path) -> None:
    words = ("--by", "glasses,freckles", "--at-least", "25", "--level", "1", "--impossible", "glasses=tinted")
    assert faceaug("audit", manifest, *words, "-o", tmp_path / "report").exit_code == 0
    direct = json.loads(faceaug("plan", manifest, *words, "--json").stdout)
    for path in (tmp_path / "report", tmp_path / "report" / "audit.json"):
        done = faceaug("plan", path, "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout) == direct | {"source": str(path)}
    assert direct["predicted"]


def test_an_audit_that_has_moved_together_with_its_data_set_still_finds_it(
    faceaug: Command, manifest: Path, tmp_path: Path
) -> None:
    faceaug("audit", manifest, "--by", "glasses", "--at-least", "6", "-o", manifest.parent / "audit.json")
    moved = manifest.parent.rename(tmp_path / "moved")
    assert str(tmp_path) not in (moved / "audit.json").read_text()
    assert faceaug("plan", moved / "audit.json", "--json").exit_code == 0


def test_options_win_over_what_the_audit_was_asked(faceaug: Command, manifest: Path, tmp_path: Path) -> None:
    faceaug("audit", manifest, "--by", "glasses,freckles", "--target", "uniform", "-o", tmp_path / "a.json")
    asked = json.loads((tmp_path / "a.json").read_text())["asked"]
    assert (asked["by"], asked["target"]) == (["glasses", "freckles"], "uniform")
    words = ("--by", "glasses", "--at-least", "7", "--target", "", "--json")
    plan = json.loads(faceaug("plan", tmp_path / "a.json", *words).stdout)
    assert [axis["name"] for axis in plan["target"]["axes"]] == ["glasses"]
    assert plan["target"]["at_least"] == 7
    file = tmp_path / "asked.yaml"
    file.write_text("requirements:\n- where: {glasses: tinted}\n  need: 5\n")
    plan = json.loads(faceaug("plan", tmp_path / "a.json", "--requirements", file, "--json").stdout)
    assert [group["need"] for group in plan["predicted"]] == [5]


def test_photographs_that_came_or_went_since_the_audit_are_told(
    faceaug: Command, manifest: Path, tmp_path: Path
) -> None:
    faceaug("audit", manifest, "--by", "glasses", "-o", tmp_path / "a.json")
    assert "The audit counted" not in faceaug("plan", tmp_path / "a.json").output
    write_manifest(crowd(41, "cli"), manifest.parent)
    assert "The audit counted 40 photographs; there are 41 now." in faceaug("plan", tmp_path / "a.json").output


def test_audits_from_which_nothing_can_be_planned(faceaug: Command, manifest: Path, tmp_path: Path) -> None:
    faceaug("audit", manifest, "--by", "glasses", "-o", tmp_path / "a.json")
    document = json.loads((tmp_path / "a.json").read_text())
    (tmp_path / "old.json").write_text(json.dumps({name: document[name] for name in document if name != "asked"}))
    (tmp_path / "plan.json").write_text("{}")
    manifest.parent.rename(tmp_path / "gone")
    for name, words in (
        ("a.json", "is not there"),
        ("old.json", "does not say which data set it is about"),
        ("plan.json", "is no audit"),
        ("none.json", "cannot be read"),
    ):
        done = faceaug("plan", tmp_path / name)
        assert done.exit_code == 2
        assert words in done.output
        assert "nothing was planned" in done.output


@pytest.mark.parametrize("page", ["audit.html", "audit.md", "croissant.jsonld"])
def test_a_page_of_a_report_names_the_file_that_is_meant(
    faceaug: Command, manifest: Path, tmp_path: Path, page: str
) -> None:
    report = tmp_path / "report"
    assert faceaug("audit", manifest, "--by", "glasses", "-o", report).exit_code == 0
    for words in (("plan", report / page), ("audit", manifest, "--by", "glasses", "--compare", report / page)):
        done = faceaug(*words)
        assert done.exit_code == 2
        assert f"is a page for people; name {(report / 'audit.json').as_posix()}, which lies beside it" in done.stderr
    (report / "audit.json").unlink()
    assert f"audit again with -o {(report / page).with_suffix('.json').as_posix()}" in faceaug(*words).stderr


def test_a_plan_is_no_audit_and_a_bare_table_knows_nothing(faceaug: Command, manifest: Path, tmp_path: Path) -> None:
    faceaug("plan", manifest, "--by", "glasses", "-o", tmp_path / "plan.json")
    assert "is a plan, not an audit; `faceaug augment` carries it out" in faceaug("plan", tmp_path / "plan.json").stderr
    (tmp_path / "bare.csv").write_text("photo\na.jpg\n")
    bare = faceaug("plan", tmp_path / "bare.csv", "--by", "glasses")
    assert bare.exit_code == 2
    assert "nothing is known of them (--measure measures the photographs of a table)" in bare.stderr


def test_a_reader_that_has_seen_enough_is_no_fault(manifest: Path) -> None:
    words = [sys.executable, "-m", "faceaug.cli", "plan", str(manifest), "--by", "glasses", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_words_are_not_cut_and_a_photograph_is_no_data_set(faceaug: Command, manifest: Path, photos: Path) -> None:
    cut = faceaug("plan", manifest, "--by", "glasses:3")
    assert cut.exit_code == 2
    assert "glasses  cannot be cut at '3': its values are words (clear" in cut.stderr
    alone = faceaug("plan", photos / "good.png", "--by", "glasses")
    assert alone.exit_code == 2
    assert f"is a photograph; name its folder, {photos.as_posix()}, or a table that lists it" in alone.stderr


@pytest.mark.parametrize("words", [("plan", ""), ("plan", "TABLE", "-o", ""), ("plan", "--json", "TABLE", "")])
def test_an_empty_word_is_not_the_folder_one_is_in(faceaug: Command, manifest: Path, words: tuple[str, ...]) -> None:
    done = faceaug(*(word.replace("TABLE", str(manifest)) for word in words))
    assert done.exit_code == 2
    assert "is empty; is a variable of your shell unset?" in done.stderr
    assert faceaug("plan", manifest, "--by", "", "--at-least", "1", "--level", "1").exit_code == 0, (
        "no attribute is one"
    )
