"""Writes are whole or not there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from faceaug.data.files import why_missing, why_unreadable, write_atomic
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
    assert why_missing(tmp_path / "no" / "labels.csv") == "does not exist"
    gone = FileNotFoundError(errno.ENOENT, "No such file or directory")
    assert why_unreadable(wrong, gone) == "cannot be read: No such file or directory; did you mean 'labels.csv'?"
    shut = PermissionError(errno.EACCES, "Permission denied")
    assert why_unreadable(tmp_path / "labels.csv", shut) == "cannot be read: Permission denied"
