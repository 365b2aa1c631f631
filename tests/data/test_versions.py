"""A data set's versions: kept for ever, found by any name, compared, brought back, checked."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from faceaug.data.manifest import read_manifest
from faceaug.data.record import Record
from faceaug.data.versions import Versions
from faceaug.errors import FaceaugError, RequestError
from tests.data.datasets import contents, first_records, picture, second_records, told, two_versions


@pytest.fixture
def dataset(tmp_path: Path) -> Versions:
    return two_versions(tmp_path / "set", tmp_path / "work")


def test_what_is_committed_reads_back(tmp_path: Path) -> None:
    dataset, records = Versions.open(tmp_path / "set"), first_records(tmp_path / "work")
    version = dataset.commit(
        records, {"plan.json": {"a": 1}, "recipes/x.yaml": "edits: {}\n"}, "One", root=tmp_path / "work"
    )
    assert (version.name, version.parent, version.message) == ("0001", None, "One")
    assert (version.photographed, version.rendered, version.people) == (2, 1, 2)
    back = dataset.records()
    assert [record.id for record in back] == [record.id for record in records]
    assert [record.attributes for record in back] == [record.attributes for record in records]
    for kind in ("csv", "jsonl", "parquet"):
        path = tmp_path / "set/versions/0001" / f"manifest.{kind}"
        read = read_manifest(path)  # every picture is found from there
        assert read == back
        assert all(
            hashlib.sha256(record.located(path.parent).read_bytes()).hexdigest() == record.sha256 for record in read
        )
    assert json.loads(dataset.document("plan.json")) == {"a": 1}
    assert dataset.document("recipes/x.yaml") == b"edits: {}\n"
    assert dataset.check() == []


def test_pictures_are_stored_once(dataset: Versions) -> None:
    stored = [path.name for path in (dataset.folder / "objects").glob("*/*")]
    assert len(stored) == 5  # ann, bob, cleo and two renderings, although ann is in both versions
    assert all(name.endswith(".jpg") for name in stored)


def test_a_finished_version_never_changes(tmp_path: Path, dataset: Versions) -> None:
    before = contents(dataset.folder)
    dataset.commit(first_records(tmp_path / "work"), message="Third", root=tmp_path / "work")
    after = contents(dataset.folder)
    assert after.pop("HEAD") == b"0003\n"
    assert {name: after[name] for name in before if name != "HEAD"} == {n: d for n, d in before.items() if n != "HEAD"}


def test_the_same_again_makes_no_version(tmp_path: Path, dataset: Versions) -> None:
    before = contents(dataset.folder)
    again = dataset.commit(second_records(tmp_path / "work"), {"plan.json": {"entries": 2}}, root=tmp_path / "work")
    assert again.name == "0002"
    assert contents(dataset.folder) == before


def test_the_same_work_gives_the_same_bytes(tmp_path: Path, dataset: Versions) -> None:
    other = two_versions(tmp_path / "elsewhere/other", tmp_path / "work")
    assert contents(other.folder) == contents(dataset.folder)


def test_a_digest_covers_what_came_before(tmp_path: Path, dataset: Versions) -> None:
    other = Versions.open(tmp_path / "other")
    other.commit(first_records(tmp_path / "work"), message="First, said differently", root=tmp_path / "work")
    other.commit(second_records(tmp_path / "work"), {"plan.json": {"entries": 2}}, "Second", root=tmp_path / "work")
    assert other.version().files == dataset.version().files
    assert other.version().digest != dataset.version().digest


@pytest.mark.parametrize(
    ("word", "name"),
    [("HEAD", "0002"), ("HEAD~1", "0001"), ("0001", "0001"), ("2", "0002"), ("good", "0001"), ("HEAD~0", "0002")],
)
def test_names_of_versions(dataset: Versions, word: str, name: str) -> None:
    dataset.tag("good", "0001")
    assert dataset.version(word).name == name


def test_pins_and_digests(dataset: Versions) -> None:
    first = dataset.version("0001")
    for word in (first.pin, first.pin[:20], first.digest, first.digest[:8], f"sha256:{first.digest}"):
        assert dataset.version(word).name == "0001", word


def test_a_pin_that_nearly_fits_is_told_apart(dataset: Versions) -> None:
    pin = dataset.version("0001").pin
    wrong = pin[:-1] + ("0" if pin[-1] != "0" else "1")
    with pytest.raises(RequestError, match=f"0001 must be {wrong[5:]}, but is {pin[5:]}: this is not the data"):
        dataset.version(wrong)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("HEAD~2", "goes back too far"),
        ("0007", "it has 0001 to 0002"),
        ("haed", "did you mean 'HEAD'"),
        ("goood", "did you mean 'good'"),
        ("0002@00000000", "not the data that was pinned"),
        ("0009@00000000", "does not exist"),
        ("", "it has 0001 to 0002, and the tags good"),
    ],
)
def test_unknown_versions(dataset: Versions, word: str, said: str) -> None:
    dataset.tag("good")
    with pytest.raises(RequestError, match=said):
        dataset.version(word)


def test_a_tag_stays_with_its_version_unless_moved(dataset: Versions) -> None:
    dataset.tag("good", "0001")
    dataset.tag("good", "0001")
    with pytest.raises(RequestError, match=r"tag 'good' is 0001@[0-9a-f]{8} already; --move moves it"):
        dataset.tag("good", "0002")
    dataset.tag("good", "0002", move=True)
    assert dataset.version("good").name == "0002"
    dataset.untag("good")
    assert dataset.tags() == {}
    with pytest.raises(RequestError, match="no tag 'good'"):
        dataset.untag("good")


@pytest.mark.parametrize("label", ["HEAD", "head~1", "3", "a/b", "", ".x", "x" * 65, "deadbeef", "../up"])
def test_words_that_cannot_be_tags(dataset: Versions, label: str) -> None:
    with pytest.raises(RequestError, match="cannot be a tag"):
        dataset.tag(label)


def test_difference_of_two_versions(dataset: Versions) -> None:
    change = dataset.diff()
    assert change.as_dict() == {
        "old": "0001",
        "new": "0002",
        "added": ["cleo"],
        "replaced": [["ann_v0", "ann_again"]],
        "dropped": ["bob"],
        "kept": 1,
        "labels": [],
        "coverage": {
            "glasses": {
                "clear": {"photographed": [1, 0], "rendered": [1, 1]},
                "tinted": {"photographed": [0, 1], "rendered": [0, 0]},
            }
        },
    }
    assert change
    assert not dataset.diff("HEAD", "HEAD")


def test_difference_of_labels_and_names(tmp_path: Path) -> None:
    dataset, work = Versions.open(tmp_path / "set"), tmp_path / "work"
    ann = picture(work, "ann.jpg", "ann", subject="Ann", attributes=told(glasses="none"))
    new = {**ann.as_dict(), "id": "anna", "subject": "Anna", "attributes": told(glasses="clear", gaze="away")}
    dataset.commit([ann], root=work)
    dataset.commit([Record.from_json(new)], root=work)
    change = dataset.diff()
    assert [(label.name, label.old, label.new) for label in change.labels] == [
        ("id", "ann", "anna"),
        ("subject", "Ann", "Anna"),
        ("glasses", "none", "clear"),
        ("gaze", None, "away"),
    ]
    assert (change.added, change.dropped, len(change.kept)) == ((), (), 1)


def test_restoring_into_a_folder(tmp_path: Path, dataset: Versions) -> None:
    before = contents(dataset.folder)
    assert dataset.restore("0001", tmp_path / "out").name == "0001"
    assert sorted(contents(tmp_path / "out")) == [
        "manifest.csv",
        "manifest.jsonl",
        "manifest.parquet",
        "photos/ann.jpg",
        "photos/bob.jpg",
        "pictures/ann_v0.jpg",
        "plan.json",
    ]
    assert [record.id for record in read_manifest(tmp_path / "out/manifest.csv")] == ["ann", "bob", "ann_v0"]
    assert contents(dataset.folder) == before
    with pytest.raises(RequestError, match="holds something"):
        dataset.restore("0001", tmp_path / "out")


def test_restoring_the_data_set_itself_loses_nothing(dataset: Versions) -> None:
    third = dataset.restore("0001")
    assert (third.name, third.message, dataset.head) == ("0003", "Back to 0001", "0003")
    assert third.files == dataset.version("0001").files
    assert dataset.version("0002").message == "Second"
    assert dataset.restore("HEAD").name == "0003"
    assert dataset.check() == []


def test_a_folder_of_odd_names_can_be_restored(tmp_path: Path) -> None:
    work = tmp_path / "work"
    records = [
        Record.from_json({**picture(work, f"{number}.jpg", str(number)).as_dict(), "id": name})
        for number, name in enumerate(["a/b", "a_b", "A_B", "..", "é", "x" * 300])
    ]
    dataset = Versions.open(tmp_path / "set")
    dataset.commit(records, root=work)
    dataset.restore("HEAD", tmp_path / "out")
    back = read_manifest(tmp_path / "out/manifest.jsonl")
    assert [record.id for record in back] == [record.id for record in records]
    assert len({record.photo.lower() for record in back}) == len(records)


def test_faults_of_a_commit_come_together(tmp_path: Path, dataset: Versions) -> None:
    before = contents(dataset.folder)
    ann, bob, drawn = first_records(tmp_path / "work")
    (tmp_path / "work/ann.jpg").write_bytes(b"changed")
    (tmp_path / "work/bob.jpg").unlink()
    with pytest.raises(RequestError, match="2 faults, no version was made") as caught:
        dataset.commit([ann, bob, drawn], root=tmp_path / "work")
    assert "has changed since" in str(caught.value)
    assert "cannot be read" in str(caught.value)
    for records, said in (([drawn], "of which there is no record"), ([bob, bob], "two records"), ([], "at least one")):
        with pytest.raises(RequestError, match=said):
            dataset.commit(records, root=tmp_path / "work")
    assert {k: v for k, v in contents(dataset.folder).items() if not k.startswith("objects/")} == {
        k: v for k, v in before.items() if not k.startswith("objects/")
    }


@pytest.mark.parametrize("name", ["../up.json", "/abs", "a//b", "manifest.csv", "version.json", "", "a\\b", ".hidden"])
def test_documents_with_impossible_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match=r"cannot be a document|written by the version"):
        Versions.open(tmp_path / "set").commit(first_records(tmp_path), {name: b""}, root=tmp_path)


def test_a_document_must_be_json(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="what JSON can hold"):
        Versions.open(tmp_path / "set").commit(first_records(tmp_path), {"a.json": float("nan")}, root=tmp_path)


def test_missing_documents(dataset: Versions) -> None:
    with pytest.raises(RequestError, match=r"no 'plan.jsn'; did you mean 'plan.json'"):
        dataset.document("plan.jsn")


DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "objects/*/*": ("is damaged", lambda path: path.write_bytes(b"x")),
    "objects/*/*.jpg": ("cannot be read", lambda path: path.unlink()),
    "versions/0002/manifest.csv": ("has been changed", lambda path: path.write_text("id\n")),
    "versions/0001/version.json": ("is damaged", lambda path: path.write_text("{")),
    "versions/0002/version.json": ("cannot be read", lambda path: path.unlink()),
    "versions/0001": ("does not belong", lambda path: (path / "notes.txt").write_text("mine")),
    "tags/good": ("not the data that was pinned", lambda path: path.write_text("0001@00000000")),
}


@pytest.mark.parametrize("pattern", DAMAGES)
def test_check_sees_every_damage(dataset: Versions, pattern: str) -> None:
    dataset.tag("good", "0001")
    assert dataset.check() == []
    said, damage = DAMAGES[pattern]
    damage(next(dataset.folder.glob(pattern)))
    faults = dataset.check()
    assert any(said in fault.what for fault in faults), faults


def test_a_changed_description_breaks_the_chain(dataset: Versions) -> None:
    path = dataset.folder / "versions/0001/version.json"
    path.write_text(path.read_text().replace("First", "Other"))
    assert any("does not follow 0001" in fault.what for fault in dataset.check())


def test_damaged_pictures_are_neither_restored_nor_committed(tmp_path: Path, dataset: Versions) -> None:
    version = dataset.version("0001").folder(dataset.folder)
    dataset.records("0001")[0].located(version).write_bytes(b"x")
    with pytest.raises(FaceaugError, match="damaged"):
        dataset.restore("0001", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(FaceaugError, match="damaged"):
        dataset.restore("0001")


def test_a_damaged_picture_is_healed_by_its_original(tmp_path: Path, dataset: Versions) -> None:
    dataset.records()[0].located(dataset.folder / "versions/0002").write_bytes(b"x")
    dataset.commit(first_records(tmp_path / "work"), root=tmp_path / "work")
    assert dataset.check() == []


def test_folders_that_are_no_data_sets(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(RequestError, match="holds no version"):
        Versions.open(tmp_path / "photos", must_exist=True)
    with pytest.raises(RequestError, match="did you mean"):
        Versions.open(tmp_path / "photo", must_exist=True)
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    with pytest.raises(RequestError, match="another tool's folder"):
        Versions.open(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="is a file"):
        Versions.open(tmp_path / "file")


def test_one_writer_at_a_time(tmp_path: Path, dataset: Versions) -> None:
    script = textwrap.dedent("""
        import sys
        from faceaug.data.versions.lock import locked
        from pathlib import Path
        with locked(Path(sys.argv[1])):
            print("held", flush=True)
            sys.stdin.read()
    """)
    holder = subprocess.Popen(
        [sys.executable, "-c", script, dataset.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(RequestError, match=f"process {holder.pid} is writing"):
        dataset.commit(first_records(tmp_path / "work"), root=tmp_path / "work")
    assert dataset.version().name == "0002"  # reading needs no lock
    holder.kill()
    holder.wait()
    assert dataset.commit(first_records(tmp_path / "work"), root=tmp_path / "work").name == "0003"
