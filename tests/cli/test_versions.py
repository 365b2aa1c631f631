"""`faceaug versions`: every command, in words and as JSON, and wrong input of every kind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from faceaug.data.manifest import read_manifest, write_manifest
from faceaug.data.versions import Versions
from tests.cli.conftest import Command
from tests.data.datasets import contents, first_records, second_records, two_versions


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return two_versions(tmp_path / "set", tmp_path / "work").folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with a manifest."""
    folder = tmp_path / "made"
    write_manifest(first_records(folder), folder)
    return folder


def test_log(faceaug: Command, dataset: Path) -> None:
    faceaug("versions", "tag", dataset, "sent", "0001")
    lines = faceaug("versions", "log", dataset).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["0002", "0001"]
    assert "HEAD" in lines[0]
    assert "sent" in lines[1]
    assert [version["name"] for version in json.loads(faceaug("versions", "log", dataset, "--json").stdout)] == [
        "0002",
        "0001",
    ]


def test_show_and_pin(faceaug: Command, dataset: Path) -> None:
    pin = faceaug("versions", "show", dataset, "--pin").stdout.strip()
    assert pin == Versions.open(dataset).version().pin
    assert "2 photographed, 1 rendered of 2 people" in faceaug("versions", "show", dataset, pin).stdout
    shown = json.loads(faceaug("versions", "show", dataset, "HEAD~1", "--json").stdout)
    assert (shown["name"], shown["message"], shown["parent"]) == ("0001", "First", None)
    assert Path(shown["manifest"]).is_file()


def test_diff(faceaug: Command, dataset: Path) -> None:
    told = faceaug("versions", "diff", dataset, "--by", "glasses").stdout
    for said in ("1 added, 1 replaced, 1 dropped, 1 kept", "+ cleo", "~ ann_v0 -> ann_again", "- bob", "1 -> 0"):
        assert said in told
    change = json.loads(faceaug("versions", "diff", dataset, "0001", "HEAD", "--by", "glasses", "--json").stdout)
    assert change["replaced"] == [["ann_v0", "ann_again"]]
    assert {"where": {"glasses": "tinted"}, "photographed": [0, 1], "rendered": [0, 0]} in change["cells"]


def test_commit_and_add(faceaug: Command, work: Path, tmp_path: Path) -> None:
    out = tmp_path / "new"
    assert "is new" in faceaug("versions", "commit", work, "-o", out, "-m", "One").stdout
    assert "is the same already" in faceaug("versions", "commit", work, "-o", out).stdout
    other = tmp_path / "other"
    write_manifest([second_records(other)[2]], other)
    added = json.loads(faceaug("versions", "commit", other / "manifest.csv", "-o", out, "--add", "--json").stdout)
    assert (added["new"], added["photographed"], added["rendered"]) == (True, 3, 1)
    assert [record.id for record in Versions.open(out).records()] == ["ann", "bob", "ann_v0", "cleo"]
    assert faceaug("versions", "check", out).exit_code == 0


def test_commit_of_photographs(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    assert faceaug("versions", "commit", photos, "-o", tmp_path / "new").exit_code == 0
    assert [record.id for record in Versions.open(tmp_path / "new").records()] == ["good"]


def test_restore(faceaug: Command, dataset: Path, tmp_path: Path) -> None:
    assert faceaug("versions", "restore", dataset, "0001", "-o", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out/manifest.csv").is_file()
    assert "Back to 0001" in faceaug("versions", "restore", dataset, "0001").stdout
    again = faceaug("versions", "commit", tmp_path / "out", "-o", tmp_path / "second")
    assert again.exit_code == 0
    first, second = Versions.open(dataset).version(), Versions.open(tmp_path / "second").version()
    assert first.files == second.files


def test_runs_of_two_recipes_can_be_made_again_from_one_data_set(
    faceaug: Command, photos: Path, recipe: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(recipe.read_text().replace("seed: 5", "seed: 6"))
    shutil.copy(photos / "good.png", photos / "second.png")
    for yaml, photo, quality in ((recipe, "good", "90"), (other, "second", "60")):
        out = tmp_path / f"run of {photo}"
        assert faceaug("run", yaml, photos / f"{photo}.png", "-o", out, "--quality", quality).exit_code == 0
        assert faceaug("versions", "commit", out, "-o", tmp_path / "set", "--add").exit_code == 0
    manifest = Versions.open(tmp_path / "set").manifest()
    drawn = [record.id for record in read_manifest(manifest) if record.origin == "rendered"]
    assert drawn == ["good_v0", "second_v0"]
    for name in drawn:
        assert faceaug("replay", manifest, name, "-o", tmp_path / "again.jpg").exit_code == 0, name


def test_an_audit_reads_the_newest_version(faceaug: Command, dataset: Path) -> None:
    told = json.loads(faceaug("audit", dataset, "--by", "glasses", "--at-least", "1", "--json").stdout)
    assert (told["photographs"], told["renderings"], told["people_named"]) == (2, 1, 2)


def test_tags(faceaug: Command, dataset: Path) -> None:
    assert faceaug("versions", "tag", dataset).stdout.strip() == "no tags"
    assert faceaug("versions", "tag", dataset, "sent", "0001").exit_code == 0
    assert faceaug("versions", "tag", dataset, "sent").exit_code == 2
    assert faceaug("versions", "tag", dataset, "sent", "--move").exit_code == 0
    assert json.loads(faceaug("versions", "tag", dataset, "--json").stdout)["sent"].startswith("0002@")
    assert faceaug("versions", "tag", dataset, "sent", "--delete").exit_code == 0
    assert faceaug("versions", "tag", dataset, "--json").stdout.strip() == "{}"


def test_check_finds_damage(faceaug: Command, dataset: Path) -> None:
    whole = faceaug("versions", "check", dataset)
    assert (whole.exit_code, "is whole" in whole.stdout) == (0, True)
    next(dataset.glob("objects/*/*")).write_bytes(b"x")
    damaged = faceaug("versions", "check", dataset)
    assert (damaged.exit_code, "is damaged" in damaged.stderr) == (1, True)
    assert json.loads(faceaug("versions", "check", dataset, "--json").stdout)["faults"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lgo", "SET"], "did you mean 'log'"),
        (["log", "nowhere"], "does not exist"),
        (["log", "WORK"], "holds no version"),
        (["show", "SET", "0009"], "has no version '0009'"),
        (["diff", "SET", "HEAD~5"], "goes back too far"),
        (["diff", "SET", "--by", "glases"], "did you mean 'glasses'"),
        (["restore", "SET", "0001", "-o", "WORK"], "holds something already"),
        (["tag", "SET", "3"], "cannot be a tag"),
        (["tag", "SET", "sent", "--delete"], "has no tag 'sent'"),
        (["commit", "nowhere.csv", "-o", "SET"], "does not exist"),
        (["commit", "nowhere", "-o", "SET"], "does not exist"),
        (["commit", "UNFINISHED", "-o", "SET"], "has not finished"),
        (["commit", "WORK", "-o", "WORK/manifest.csv"], "a file of that name is in the way"),
    ],
)
def test_wrong_input(faceaug: Command, dataset: Path, work: Path, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "unfinished/run.json").write_text("{}")
    before = contents(dataset)
    places = {"SET": str(dataset), "WORK": str(work), "UNFINISHED": str(tmp_path / "unfinished")}
    for name, place in places.items():
        words = [word.replace(name, place) for word in words]
    result = faceaug("versions", *words)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert contents(dataset) == before
