"""A survey measures each photograph once, ever; told wins over measured; nothing is dropped without a reason."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import faceaug.face.decompose
from faceaug.data.attributes import Value
from faceaug.data.photos import encode
from faceaug.data.record import Record
from faceaug.errors import FaceaugError, RequestError
from faceaug.survey import Progress, Survey, survey
from faceaug.survey.cache import Cache, cache_folder
from faceaug.survey.reading import Reading


def lines(made: Survey) -> list[str]:
    return [record.to_json() for record in made.records]


@pytest.fixture
def no_decompose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may take a photograph apart."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a photograph was taken apart again")

    monkeypatch.setattr(faceaug.face.decompose, "decompose", refuse)
    monkeypatch.setattr(faceaug.face.decompose, "decompose_all", refuse)


def test_a_folder(photos: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    made = survey([photos], root=tmp_path, cache=tmp_path / "cache", progress=seen.append)
    assert [record.photo for record in made.records] == [
        "photos/eileen.png",
        "photos/grace.jpg",
        "photos/more/copy.png",
    ]
    assert {skip.photo: skip.reason for skip in made.skipped} == {
        "photos/notes.jpg": "not_an_image",
        "photos/wall.png": "no_face",
    }
    assert made.reasons == {"no_face": 1, "not_an_image": 1}
    assert (made.photographs, made.cached) == (5, 0)
    eileen, grace, copy = made.records
    assert eileen.sha256 == hashlib.sha256((photos / "eileen.png").read_bytes()).hexdigest()
    assert eileen.attributes == copy.attributes
    assert eileen.attributes["pose"].how == "measured"
    assert grace.measured["faces_found"] == 1
    assert grace.measured["yaw"]["value"] == grace.attributes["yaw"].value
    assert seen[0] == Progress(0, 5, 0, 0)
    assert seen[-1] == Progress(5, 5, 0, 2)


def test_what_says_that_it_is_rendered_is_no_photograph(photos: Path, tmp_path: Path) -> None:
    pixels = np.asarray(Image.open(photos / "eileen.png").convert("RGB"))
    (photos / "drawn.png").write_bytes(encode(pixels, "png", source_type="compositeSynthetic"))
    for _ in ("measured", "looked up"):
        made = survey([photos], root=photos, cache=tmp_path / "cache")
        origins = {record.photo: record.origin for record in made.records}
        assert origins["drawn.png"] == "rendered"
        assert origins["eileen.png"] == "camera"


def test_the_second_survey_takes_nothing_apart(photos: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    first = survey([photos], root=tmp_path, cache=tmp_path / "cache")
    request.getfixturevalue("no_decompose")
    (photos / "grace.jpg").rename(photos / "renamed.jpg")
    again = survey([photos], root=tmp_path, cache=tmp_path / "cache")
    assert again.cached == 4  # a file that is no picture is looked at again: its reason names the file
    assert [record.photo for record in again.records][1] == "photos/renamed.jpg"
    assert [record.measured for record in again.records] == [record.measured for record in first.records]
    assert again.skipped == first.skipped
    with pytest.raises(pytest.fail.Exception):
        survey([photos], root=tmp_path, cache=tmp_path / "cache", faces="all")


def test_processes_change_nothing(photos: Path, tmp_path: Path) -> None:
    serial = survey([photos], root=tmp_path, cache=tmp_path / "one")
    parallel = survey([photos], root=tmp_path, cache=tmp_path / "two", workers=2)
    assert lines(serial) == lines(parallel)
    assert serial == parallel


def test_other_measurements_are_not_reused(tmp_path: Path) -> None:
    reading = Reading("0" * 64, reason="no_face", sentence="no face was found")
    with Cache.opened(tmp_path, measuring=1, how="largest auto cpu") as cache:
        cache.put(reading)
        assert cache.get("0" * 64) == reading
    for measuring, how in ((2, "largest auto cpu"), (1, "all auto cpu")):
        with Cache.opened(tmp_path, measuring=measuring, how=how) as cache:
            assert cache.get("0" * 64) is None


def test_told_wins_and_old_readings_go(photos: Path, tmp_path: Path) -> None:
    told = {"glasses": Value("tinted"), "spots": Value(3.0, "measured", 0.9), "gender": Value("female")}
    record = Record("e", "eileen.png", subject="Eileen", split="train", attributes=told)
    made = survey([record], root=photos, cache=tmp_path / "cache").records[0]
    assert made.attributes["glasses"] == Value("tinted")
    assert made.measured["glasses"]["value"] == "none"
    assert list(made.attributes)[:2] == ["glasses", "gender"]
    assert made.attributes.get("spots") != told["spots"]
    assert (made.id, made.subject, made.split) == ("e", "Eileen", "train")


def test_labels_of_what_cannot_be_measured_still_count(photos: Path, tmp_path: Path) -> None:
    records = [
        Record("w", "wall.png", attributes={"gender": Value("male")}),
        Record("n", "wall.png"),
        Record("gone", "gone.jpg", attributes={"gender": Value("male")}),
        Record("other", "grace.jpg", sha256="0" * 64, attributes={"gender": Value("female")}),
    ]
    made = survey(records, root=photos, cache=tmp_path / "cache")
    assert [record.id for record in made.records] == ["w"]
    assert made.records[0].refused == {"measure": "no_face: no face was found"}
    assert [(skip.photo, skip.reason) for skip in made.skipped] == [
        ("wall.png", "no_face"),
        ("wall.png", "no_face"),
        ("gone.jpg", "unreadable"),
        ("grace.jpg", "changed"),
    ]


def test_a_fault_of_ours_is_named_and_not_kept(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    with monkeypatch.context() as patch:
        patch.setattr(faceaug.face.decompose, "decompose", broken)
        made = survey([photos / "grace.jpg"], cache=tmp_path)
    assert made.reasons == {"internal_error": 1}
    assert "ZeroDivisionError: oh (at test_survey.py" in made.skipped[0].sentence
    assert survey([photos / "grace.jpg"], cache=tmp_path).cached == 0


def test_all_faces(tmp_path: Path, samples: Path) -> None:
    from PIL import Image

    with Image.open(samples / "grace_hopper.jpg") as one, Image.open(samples / "eileen_collins.png") as two:
        both = Image.new("RGB", (900, 700))
        both.paste(one.convert("RGB").resize((450, 530)), (0, 0))
        both.paste(two.convert("RGB").resize((400, 400)), (480, 0))
    both.save(tmp_path / "both.png")
    record = Record("p", "both.png", subject="Grace", split="test", attributes={"gender": Value("female")})
    one_face, other = survey([record], root=tmp_path, cache=tmp_path / "cache", faces="all").records
    assert (one_face.id, one_face.face, one_face.subject, one_face.split) == ("p", 0, "Grace", "test")
    assert (other.id, other.face, other.subject, other.split) == ("p_f1", 1, "", "test")
    assert "gender" in one_face.attributes
    assert "gender" not in other.attributes
    assert one_face.attributes["face_x"] != other.attributes["face_x"]
    largest = survey([record], root=tmp_path, cache=tmp_path / "cache")
    assert [replace(found, id="p") for found in largest.records] == [one_face]


def test_a_killed_survey_goes_on(photos: Path, tmp_path: Path, root: Path) -> None:
    cache = tmp_path / "cache"
    script = (
        "import sys, time\nfrom faceaug.survey import survey\n"
        "def slow(progress):\n    print(progress.done, flush=True)\n    time.sleep(60 if progress.done == 2 else 0)\n"
        "survey(sys.argv[1:2], cache=sys.argv[2], progress=slow)\n"
    )
    words = [sys.executable, "-c", script, str(photos), str(cache)]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        done = [process.stdout.readline().strip() for _ in range(2)]
        os.kill(process.pid, signal.SIGKILL)
    assert done == ["0", "2"]
    whole = survey([photos], cache=tmp_path / "other")
    resumed = survey([photos], cache=cache)
    assert resumed.cached == 2
    assert lines(resumed) == lines(whole)


def test_wrong_requests(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="does not exist"):
        survey([tmp_path / "nothing"], cache=tmp_path)
    with pytest.raises(RequestError, match="did you mean 'largest'"):
        survey([tmp_path], cache=tmp_path, faces="largets")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="all records or all paths"):
        survey([tmp_path, Record("a", "a.jpg")], cache=tmp_path)


def test_a_full_disk_is_no_broken_cache(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sqlite3.connect

    def full(*where: Any, **how: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*where, **how)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {max(pages, 1)}")
        return connection

    monkeypatch.setattr("faceaug.survey.cache.sqlite3.connect", full)
    said = r"measured\.sqlite could not be written: the disk is full; name another folder for measurements"
    with pytest.raises(FaceaugError, match=said):
        survey([photos], cache=tmp_path)


def test_a_cache_that_is_none(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "measured.sqlite").write_bytes(b"something else, and long enough to be read as a page" * 50)
    with pytest.raises(FaceaugError, match=r"measured\.sqlite: the measurements kept there cannot be used .*delete"):
        survey([photos], cache=tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(FaceaugError, match="a file of that name is in the way; name another folder"):
        survey([photos], cache=tmp_path / "file")
    with Cache.opened(tmp_path / "c", measuring=1, how="") as cache:
        cache.put(Reading("a", reason="no_face", sentence="no"))
    with sqlite3.connect(tmp_path / "c" / "measured.sqlite") as file:
        file.execute("UPDATE reading SET reading = '{}'")
    with Cache.opened(tmp_path / "c", measuring=1, how="") as cache, pytest.raises(FaceaugError, match="delete"):
        cache.get("a")


def test_where_readings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.delenv("FACEAUG_CACHE", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == Path("/somewhere/faceaug")
    monkeypatch.setenv("FACEAUG_CACHE", "mine")
    assert cache_folder() == Path("mine")


def test_the_cache_names_no_file(photos: Path, tmp_path: Path) -> None:
    survey([photos], cache=tmp_path / "cache")
    kept = (tmp_path / "cache" / "measured.sqlite").read_bytes()
    assert b"no face was found" in kept
    assert str(tmp_path).encode() not in kept
    assert b"grace" not in kept


def test_looking_up_loads_no_tensor_library(photos: Path, tmp_path: Path, root: Path) -> None:
    (photos / "notes.jpg").unlink()
    survey([photos], cache=tmp_path)
    code = (
        "import sys\nfrom faceaug.survey import survey\n"
        "made = survey(sys.argv[1:2], cache=sys.argv[2])\n"
        "print(made.cached, {'torch', 'cv2'} & set(sys.modules))"
    )
    words = [sys.executable, "-c", code, str(photos), str(tmp_path)]
    assert subprocess.run(words, cwd=root, capture_output=True, text=True, check=True).stdout == "4 set()\n"


def test_a_killed_survey_of_several_processes_goes_on(photos: Path, tmp_path: Path, root: Path) -> None:
    cache = tmp_path / "cache"
    script = (
        "import sys, time\nfrom faceaug.survey import survey\n"
        "def slow(progress):\n    print(progress.done, flush=True)\n    time.sleep(60 if progress.done else 0)\n"
        "if __name__ == '__main__':\n    survey(sys.argv[1:2], cache=sys.argv[2], workers=2, progress=slow)\n"
    )
    file = tmp_path / "killed.py"
    file.write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(root)}
    words = [sys.executable, str(file), str(photos), str(cache)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "0"
        assert int(process.stdout.readline()) > 0
        os.kill(process.pid, signal.SIGKILL)
    resumed = survey([photos], cache=cache)
    assert resumed.cached > 0
    assert lines(resumed) == lines(survey([photos], cache=tmp_path / "other"))
