"""Photographs are found in folders, patterns and single files; what is not there is said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from faceaug.data.photos import find_photos
from faceaug.errors import RequestError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "b.JPG",
        "a.png",
        "sub/c.jpeg",
        "sub/d.txt",
        "e.txt",
        ".hidden.jpg",
        ".cache/e.jpg",
        "10.webp",
        "2.heic",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def names(paths: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def test_folder(tree: Path) -> None:
    assert names(find_photos([tree]), tree) == ["10.webp", "2.heic", "a.png", "b.JPG", "sub/c.jpeg"]


def test_patterns_files_and_repeats(tree: Path) -> None:
    found = find_photos([tree / "sub", str(tree / "*"), tree / "a.png", tree / "sub" / "d.txt"])
    assert names(found, tree) == ["sub/c.jpeg", "10.webp", "2.heic", "a.png", "b.JPG", "sub/d.txt"]
    assert names(find_photos([f"{tree}/**/*.jp*g"]), tree) == ["sub/c.jpeg"]


def test_brackets_in_real_names(tmp_path: Path) -> None:
    (tmp_path / "a[1].jpg").write_bytes(b"")
    assert len(find_photos([tmp_path / "a[1].jpg"])) == 1


def test_all_faults_together(tree: Path) -> None:
    (tree / "empty").mkdir()
    with pytest.raises(RequestError) as caught:
        find_photos([tree / "empty", tree / "a.pgn", tree, f"{tree}/*.bmp", "nowhere/at/all"])
    lines = str(caught.value).splitlines()
    assert len(lines) == 5
    assert "holds no photograph" in lines[0]
    assert f"does not exist; did you mean '{tree}/a.png'?" in lines[1]
    assert "matches no photograph" in lines[2]
    assert lines[3].split() == ["nowhere/at/all", "does", "not", "exist"]
    assert lines[4] == "4 faults, nothing was read"


def test_nothing_given() -> None:
    with pytest.raises(RequestError, match="no photographs"):
        find_photos([])


def test_links_are_followed_once(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "f.png").write_bytes(b"")
    (tree / "link").symlink_to(other, target_is_directory=True)
    (tree / "sub" / "above").symlink_to(tree, target_is_directory=True)
    (other / "back").symlink_to(tree, target_is_directory=True)
    (tree / "twin").symlink_to(tree / "sub", target_is_directory=True)
    assert names(find_photos([tree]), tree) == ["10.webp", "2.heic", "a.png", "b.JPG", "link/f.png", "sub/c.jpeg"]


def test_pipes_are_no_photographs(tree: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes of that kind")
    os.mkfifo(tree / "pipe.jpg")
    (tree / "gone.jpg").symlink_to(tree / "nowhere.jpg")
    assert names(find_photos([tree]), tree) == [
        "10.webp",
        "2.heic",
        "a.png",
        "b.JPG",
        "gone.jpg",
        "sub/c.jpeg",
    ]
    with pytest.raises(RequestError, match="is a pipe"):
        find_photos([tree / "pipe.jpg"])
    with pytest.raises(RequestError, match="matches no photograph"):
        find_photos([f"{tree}/p*.jpg"])


def test_a_folder_that_cannot_be_read_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def locked(path: str) -> object:
        """As the system answers whoever may not look in; the superuser may."""
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    with pytest.raises(RequestError) as caught:
        find_photos([tree])
    assert [str(fault) for fault in caught.value.faults] == [f"{tree}/sub  cannot be read: Permission denied"]
