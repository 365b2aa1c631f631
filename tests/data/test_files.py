"""Writes are whole or not there."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from faceaug.data.files import refuse_unwritable, seen_from, straight, why_missing, why_unreadable, write_atomic
from faceaug.errors import FaceaugError


def test_writes_and_replaces_and_makes_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.bin"
    assert write_atomic(path, b"one") == path
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert [item.name for item in path.parent.iterdir()] == ["c.bin"]


def test_files_are_readable_by_others(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert write_atomic(tmp_path / "a", b"").stat().st_mode == plain.stat().st_mode


def test_leftovers_of_a_killed_run_are_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".a.jpg.part").write_bytes(b"half")
    write_atomic(tmp_path / "a.jpg", b"whole")
    assert [item.name for item in tmp_path.iterdir()] == ["a.jpg"]


@pytest.mark.parametrize(
    ("number", "word"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "output error")]
)
def test_a_failing_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, word: str
) -> None:
    path = write_atomic(tmp_path / "a", b"old")

    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FaceaugError, match=word) as caught:
        write_atomic(path, b"new")
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["a"]


def test_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "a", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FaceaugError, match="could not be written"):
        write_atomic(tmp_path / "a" / "b", b"")
    with pytest.raises(FaceaugError, match="folder of that name"):
        write_atomic(tmp_path / "folder", b"")
    assert Path(tmp_path / "a").is_file()


def test_what_is_missing_or_unreadable_names_what_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("photo\n")
    wrong = tmp_path / "lables.csv"
    assert why_missing(wrong) == f"does not exist; did you mean '{(tmp_path / 'labels.csv').as_posix()}'?"
    assert why_missing(tmp_path / "zz") == "does not exist"
    assert why_missing(tmp_path / "needs.csv") == "does not exist", "an ending alone makes no likeness"
    assert "labels.csv" in why_missing(tmp_path / "labels.cvs")
    assert why_missing(tmp_path / "no" / "labels.csv") == "does not exist"
    gone = FileNotFoundError(errno.ENOENT, "No such file or directory")
    assert why_unreadable(wrong, gone) == "cannot be read: No such file or directory; did you mean 'labels.csv'?"
    shut = PermissionError(errno.EACCES, "Permission denied")
    assert why_unreadable(tmp_path / "labels.csv", shut) == "cannot be read: Permission denied"


def test_a_place_for_a_file_is_fine_where_it_can_be_written(tmp_path: Path) -> None:
    there = write_atomic(tmp_path / "there.txt", b"old")
    for path in (tmp_path / "new.txt", tmp_path / "a" / "b" / "new.txt", there):
        refuse_unwritable(path)
    refuse_unwritable(tmp_path, folder=True)
    refuse_unwritable(tmp_path / "a" / "b", folder=True)
    assert there.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]


def test_a_place_where_nothing_can_be_written_is_refused(tmp_path: Path) -> None:
    write_atomic(tmp_path / "file", b"")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    for name, folder, why in (
        ("file/x", False, "a folder in that path is a file"),
        ("file", True, "a file of that name is in the way"),
        ("", False, "a folder of that name is in the way"),
        ("circle", False, "a link in that path leads back to itself"),
        ("circle/x", True, "a link in that path leads back to itself"),
        ("pipe", False, "a pipe, a socket or a device is there, and no file"),
        ("x" * 250, False, "the name is too long for that disk"),
    ):
        with pytest.raises(FaceaugError, match=f"could not be written: {why}"):
            refuse_unwritable(tmp_path / name, folder=folder)


def test_a_full_or_a_read_only_disk_is_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.statvfs(tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=0, f_blocks=real.f_blocks, f_bfree=0))
    with pytest.raises(FaceaugError, match="the disk is full"):
        refuse_unwritable(tmp_path / "x")
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY, f_blocks=1, f_bfree=1))
    with pytest.raises(FaceaugError, match="that disk is read-only"):
        refuse_unwritable(tmp_path / "x")


def test_a_device_or_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FaceaugError, match="a pipe, a socket or a device is there"):
        write_atomic(tmp_path / "pipe", b"data")
    assert (tmp_path / "pipe").is_fifo()


def test_a_path_is_found_again_from_a_folder_that_was_named_by_way_of_a_link(tmp_path: Path) -> None:
    for name in ("photos", "disk/deep/out", "disk/deep/photos"):
        (tmp_path / name).mkdir(parents=True)
        write_atomic(tmp_path / name / "a.jpg", name.encode())
    (tmp_path / "link").symlink_to("disk/deep")
    for photo, folder, written in (
        ("photos/a.jpg", "link/out", "../../../photos/a.jpg"),
        ("photos/a.jpg", "disk/deep/out", "../../../photos/a.jpg"),
        ("photos/a.jpg", "photos", "a.jpg"),
        ("link/photos/a.jpg", "link/out", "../photos/a.jpg"),
        ("link/photos/a.jpg", "link", "photos/a.jpg"),
        ("link/photos/a.jpg", "photos", "../link/photos/a.jpg"),
        ("link/out/../../../photos/a.jpg", "link/out", "../../../photos/a.jpg"),
        ("photos/a.jpg", "link/new/one", "../../../../photos/a.jpg"),
    ):
        found = seen_from(tmp_path / photo, tmp_path / folder)
        assert found == written
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        assert (tmp_path / folder / found).read_bytes() == (tmp_path / photo).read_bytes()


def test_a_straight_path_climbs_from_where_links_lead(tmp_path: Path) -> None:
    (tmp_path / "disk/deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("disk/deep")
    assert straight(tmp_path / "link/../a.jpg") == tmp_path / "disk/a.jpg"
    assert straight(tmp_path / "link/a.jpg") == tmp_path / "link/a.jpg"
